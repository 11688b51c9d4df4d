"""The folder of results: whose files are in it, and that nothing of them is lost."""

import re
import shutil
import signal

import numpy as np
import pandas as pd
import pytest

from sksym.command import main
from sksym.command._folder import ResultsFolder
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.io._atomic import write_whole
from sksym.io._models import read_model

from .refusals import assert_refused
from .steps import Run

pytestmark = pytest.mark.usefixtures("quick_search")

FILES = ["compare.csv", "compare.md", "compare.png", "model.skops", "report.html"]
OPTIONS = {"--symmetry": "Sign()", "--regressors": "LS", "--remedies": "lift", "--cv": "2"}

TABLE = ["table1", "--n", "2", "--samples", "60", "--draws", "1", "--models", "KNN", "--jobs", "1"]


@pytest.fixture(scope="module")
def pairs():
    return make_gaussian_phase_retrieval(60, 2, random_state=0)


@pytest.fixture(scope="module")
def data(pairs, tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "pairs.npz"
    np.savez(path, X=pairs[0], y=pairs[1])
    return path


def arguments(data, out, *switches, **options):
    options = {**OPTIONS, **{f"--{name.replace('_', '-')}": v for name, v in options.items()}}
    words = [word for name, value in options.items() for word in (name, value)]
    where = [] if out is None else ["--out", str(out)]
    return ["compare", str(data), *words, *where, *switches, "--jobs", "1"]


@pytest.fixture(scope="module")
def finished(data, tmp_path_factory, quick_search):
    out = tmp_path_factory.mktemp("finished") / "out"
    assert main(arguments(data, out)) == 0
    return out


@pytest.fixture
def out(finished, tmp_path):
    """A copy of the folder of a finished run."""
    return shutil.copytree(finished, tmp_path / "out")


def contents(folder):
    """Every file but the store, which notes the time of a look."""
    return {f.name: f.read_bytes() for f in folder.iterdir() if not f.name.startswith("cells.")}


@pytest.mark.parametrize("name", [*FILES, "cells.sqlite", ".unfinished"])
def test_a_file_of_the_user_is_left_alone(name, data, tmp_path, capsys):
    (tmp_path / name).write_text("mine")
    message = "argument --out: .*(was not written by this command|is not a store).* move it away"
    for switches in ([], ["--overwrite"]):
        assert_refused(arguments(data, tmp_path, *switches), message, capsys)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {name: "mine"}


def test_a_link_and_a_folder_of_the_user_are_left_alone(data, out, tmp_path, capsys):
    (tmp_path / "mine").write_text("mine")
    (out / "compare.md").unlink()
    (out / "compare.md").symlink_to(tmp_path / "mine")
    assert_refused(arguments(data, out), "compare.md was not written by this command", capsys)
    (tmp_path / "mine").unlink()
    assert_refused(arguments(data, out), "compare.md was not written by this command", capsys)
    (out / "compare.md").unlink()
    (out / "compare.md").mkdir()
    assert_refused(arguments(data, out), "compare.md was not written by this command", capsys)


def test_a_report_that_was_changed_by_hand_is_left_alone(data, out, capsys):
    with open(out / "compare.md", "a", encoding="utf-8") as file:
        file.write("A remark of mine.\n")
    before = contents(out)
    for switches in ([], ["--overwrite"]):
        message = r"compare\.md was not written by this command, or has been changed since"
        assert_refused(arguments(data, out, *switches), message, capsys)
    assert contents(out) == before


@pytest.mark.parametrize("name", ["compare.md", "table1.md"])
def test_a_file_that_appears_during_the_run_is_left_alone(name, data, tmp_path):
    out = tmp_path / "out"
    command = arguments(data, out) if name == "compare.md" else [*TABLE, "--out", str(out)]
    first = Run(command, out)
    assert first.status() == 0
    shutil.rmtree(out)
    run = Run(command, out, steps=[first.n_steps() // 2])
    assert run.reached.wait(120)
    (out / name).write_text("mine")
    run.may_go_on.set()
    assert run.status() == 2
    assert re.search(f"argument --out: .*{name} was not written by this command", run.lines()[-1])
    assert contents(out) == {name: b"mine"}


def test_the_data_are_not_replaced(data, pairs, tmp_path, capsys):
    table = pd.DataFrame(np.hstack(pairs)).add_prefix("c")
    table.to_csv(tmp_path / "compare.csv", index=False)
    before = contents(tmp_path)
    command = arguments(tmp_path / "compare.csv", tmp_path, "--targets", "c8", "c9", "--overwrite")
    message = r"argument --out: .*compare\.csv is read by this run; name another folder"
    assert_refused(command, message, capsys)
    assert contents(tmp_path) == before
    assert list(tmp_path.iterdir()) == [tmp_path / "compare.csv"]


def test_results_that_are_read_again_are_not_replaced(out, tmp_path):
    (tmp_path / "link.csv").symlink_to(out / "compare.csv")
    for name in (out / "compare.csv", tmp_path / "link.csv"):
        with pytest.raises(ValueError, match=r"compare\.csv is read by this run"):
            ResultsFolder(out, FILES, {}, inputs=[name], overwrite=True)


def test_files_of_one_stem_have_folders_of_their_own(data, pairs, tmp_path, monkeypatch):
    here = tmp_path / "here"
    (here / "a").mkdir(parents=True)
    (here / "b").mkdir()
    monkeypatch.chdir(here)
    for place in ("pairs.npz", "a/pairs.npz", "b/pairs.npz"):
        shutil.copy(data, place)
    pd.DataFrame(np.hstack(pairs)).add_prefix("c").to_csv("pairs.csv", index=False)
    for path in ("pairs.npz", "a/pairs.npz", "../here/b/pairs.npz", data):
        assert main(arguments(path, None)) == 0
    assert main(arguments("pairs.csv", None, "--targets", "c8", "c9")) == 0
    pages = {page.parent for page in (here / "sksym-results").rglob("report.html")}
    folders = "pairs.npz", "a/pairs.npz", "b/pairs.npz", str(data).lstrip("/"), "pairs.csv"
    assert pages == {here / "sksym-results" / folder for folder in folders}


OTHERS = {
    "symmetry": "Identity()",
    "regressors": "KNN",
    "remedies": "none",
    "reference": "first",
    "cv": "3",
    "random_state": "1",
}


@pytest.mark.parametrize("option", OTHERS)
def test_other_options_leave_earlier_results(option, data, out, capsys):
    before = contents(out)
    name = f"--{option.replace('_', '-')}"
    earlier = {**OPTIONS, "--random-state": "0"}.get(name)
    difference = re.escape(f"{name} {earlier}" if earlier else f"no {name}")
    message = rf"holds results of another run \({difference}\); name another folder, or replace"
    assert_refused(arguments(data, out, **{option: OTHERS[option]}), message, capsys)
    assert contents(out) == before
    assert main(arguments(data, out, "--overwrite", **{option: OTHERS[option]})) == 0
    assert sorted(contents(out)) == FILES
    assert_refused(arguments(data, out), "holds results of another run", capsys)  # they are gone


def test_other_data_leave_earlier_results(out, tmp_path, capsys):
    X, y = make_gaussian_phase_retrieval(60, 2, random_state=1)
    np.savez(tmp_path / "pairs.npz", X=X, y=y)
    before = contents(out)
    message = r"holds results of another run \(other data\)"
    assert_refused(arguments(tmp_path / "pairs.npz", out), message, capsys)
    assert contents(out) == before
    assert main(arguments(tmp_path / "pairs.npz", out, "--overwrite")) == 0
    assert contents(out)["compare.csv"] != before["compare.csv"]  # they are other fits


def test_the_same_run_in_other_words_is_no_other_run(data, out):
    table = (out / "compare.csv").read_bytes()  # with the seconds of then
    for command in (arguments(data, out, symmetry=" Sign( )"), arguments(data, out, jobs="2")):
        assert main(command) == 0
        assert (out / "compare.csv").read_bytes() == table


def test_a_plan_of_the_table_leaves_that_of_another(tmp_path, capsys):
    plan = [*TABLE, "--out", str(tmp_path)]
    assert main(plan) == 0
    before = contents(tmp_path)
    message = r"holds results of another run \(--random-state 0\)"
    assert_refused([*plan, "--random-state", "1"], message, capsys)
    assert contents(tmp_path) == before
    assert main([*plan, "--random-state", "1", "--overwrite"]) == 0
    assert not contents(tmp_path).items() & before.items()


def test_a_second_run_is_refused_until_the_first_has_written_everything(data, tmp_path, capsys):
    out = tmp_path / "out"
    undisturbed = Run(arguments(data, out), out)
    assert undisturbed.status() == 0
    for step in (undisturbed.n_steps() // 2, undisturbed.n_steps()):
        shutil.rmtree(out)
        first = Run(arguments(data, out), out, steps=[step])
        assert first.reached.wait(120)
        second = arguments(data, out, "--overwrite", regressors="KNN")
        assert_refused(second, "is in use by another run; wait for it or name", capsys)
        first.may_go_on.set()
        assert first.status() == 0
        assert sorted(contents(out)) == FILES
        assert "Lowest median error: LS, lift" in (out / "compare.md").read_text()
    assert main(second) == 0
    assert "Lowest median error: KNN, lift" in (out / "compare.md").read_text()


def state_of(folder, runs):
    """Which run each file is of; a model by what it is, since its file notes the time."""
    found = {}
    for name, content in contents_of_files(folder).items():
        if name == "model.skops":
            regressor = read_model(folder / name)[0].regressor_
            found[name] = "LS" if hasattr(regressor, "coef_") else "KNN"
        else:
            content = without_time(content)
            (found[name],) = [r for r, w in runs.items() if without_time(w[name]) == content]
    return found


def without_time(content):
    return re.sub(rb"Made on [^<]* UTC", b"", content)


def contents_of_files(folder):
    return {name: (folder / name).read_bytes() for name in FILES if (folder / name).exists()}


@pytest.fixture
def two_runs(data, tmp_path):
    """The contents that two runs leave, a copy of the folder of the first, the second's steps."""
    out, runs = tmp_path / "out", {}
    for name in ("KNN", "LS", "KNN", "LS"):
        run = Run(arguments(data, out, "--overwrite", regressors=name), out)
        assert run.status() == 0
        runs[name] = contents_of_files(out)
    return runs, shutil.copytree(out, tmp_path / "copy"), run.n_steps()


def disturbed(data, copy, step, number):
    """The second run over the results of the first, until it is sent a signal."""
    out = copy.with_name("out")
    shutil.rmtree(out)
    shutil.copytree(copy, out)
    command = arguments(data, out, "--overwrite", regressors="KNN")
    return out, command, Run(command, out, [int(step)], signal=number)


def test_ten_kills_while_saving_lose_nothing(data, two_runs):
    runs, copy, n_steps = two_runs
    found = []
    for step in np.linspace(n_steps / 4, n_steps, 10):
        out, command, run = disturbed(data, copy, step, signal.SIGKILL)
        assert run.status() == -signal.SIGKILL
        # Every file is whole, and results of two runs never stand beside each other.
        assert len(set(state_of(out, runs).values())) <= 1
        found.append(state_of(out, runs))
        # The same command goes on from there, and removes what the killed one has left.
        assert Run(command, out).status() == 0
        assert state_of(out, runs) == dict.fromkeys(FILES, "KNN")
        assert sorted(f.name for f in out.iterdir()) == ["cells.sqlite", *FILES]
    assert found[0] == dict.fromkeys(FILES, "LS")
    assert found[-1] == dict.fromkeys(FILES, "KNN")


def test_control_c_while_saving_leaves_the_old_results_or_the_new(data, two_runs):
    runs, copy, n_steps = two_runs
    for step in np.linspace(1, n_steps, 10):
        out, _, run = disturbed(data, copy, step, signal.SIGINT)
        assert run.status() == 130
        assert len([line for line in run.lines() if not line.startswith("Fitting")]) == 1
        assert run.lines()[-1].startswith("Interrupted")
        state = state_of(out, runs)
        assert state in (dict.fromkeys(FILES, "LS"), dict.fromkeys(FILES, "KNN"))


def test_control_c_while_the_data_are_read(data, tmp_path):
    run = Run(arguments(data, tmp_path / "out"), data, [1], signal=signal.SIGINT)
    assert run.status() == 130
    assert run.lines() == ["Interrupted."]
    assert not (tmp_path / "out").exists()


def test_what_a_killed_save_has_left_of_a_file_is_removed(tmp_path):
    left = tmp_path / ".y.csv.a_b1c2d3.unfinished"
    for other in ("x.csv", "y.csv.unfinished", ".y.csv.gz.unfinished"):
        (tmp_path / other).write_text("mine")
    left.write_text("1,")
    write_whole(tmp_path / "y.csv", "1,2\n")
    assert not left.exists()
    assert (tmp_path / "y.csv").read_text() == "1,2\n"
    assert len(list(tmp_path.iterdir())) == 4
