"""What the command does where it cannot write: one line, status 1, nothing half-written."""

import io
import os
import subprocess
import sys

import numpy as np
import pytest

from sksym.command import main
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.experiments._store import Store

from .refusals import assert_refused
from .steps import Run

pytestmark = pytest.mark.usefixtures("quick_search")

TABLE = ["table1", "--n", "2", "--samples", "60", "--models", "KNN", "--jobs", "1"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, quick_search):
    """Pairs, and the results of a comparison of them."""
    folder = tmp_path_factory.mktemp("folder")
    X, y = make_gaussian_phase_retrieval(1000, 2, random_state=0)
    np.savez(folder / "pairs.npz", X=X, y=y)
    assert main(comparison(folder, folder / "out")) == 0
    return folder


def comparison(folder, out):
    options = ["--symmetry", "Sign()", "--regressors", "KNN", "--remedies", "none", "--cv", "2"]
    return ["compare", str(folder / "pairs.npz"), *options, "--jobs", "1", "--out", str(out)]


def prediction(folder, *options):
    return ["predict", str(folder / "out" / "model.skops"), str(folder / "pairs.npz"), *options]


COMMANDS = {
    "compare": lambda folder, out: comparison(folder, out),
    "predict": lambda folder, out: prediction(folder),
    "table1": lambda folder, out: [*TABLE, "--draws", "1", "--out", str(out)],
    "help": lambda folder, out: ["compare", "--help"],
    "version": lambda folder, out: ["--version"],
}
REASONS = {"/dev/full": "No space left on device", "pipe": "Broken pipe"}


@pytest.mark.parametrize("stdout", REASONS)
@pytest.mark.parametrize("command", COMMANDS)
def test_results_that_cannot_be_printed(command, stdout, folder, tmp_path):
    out = tmp_path / "out"
    run = Run(COMMANDS[command](folder, out), out, stdout=stdout)
    assert run.status() == 1
    message = f"sksym: error: standard output cannot be written: {REASONS[stdout]}"
    assert [line for line in run.lines() if not line.startswith("Fitting")] == [message]
    if command in ("compare", "table1"):  # their files are whole all the same
        assert (out / f"{command}.md").exists()


def test_output_that_is_closed_matters_where_it_is_needed(folder, tmp_path):
    run = Run(prediction(folder), tmp_path / "out", stdout="closed")
    assert run.status() == 1
    assert run.lines() == ["sksym: error: standard output cannot be written: it is closed"]
    file = tmp_path / "y.csv"
    run = Run(prediction(folder, "--out", str(file)), tmp_path / "out", stdout="closed")
    assert (run.status(), run.lines()) == (0, [])
    assert file.read_text().count("\n") == 1001


def test_nothing_is_said_twice_when_python_ends():
    command = [sys.executable, "-m", "sksym", "--version"]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with open("/dev/full", "w", encoding="utf-8") as full:
        run = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=env)
    assert run.returncode == 1
    assert run.stderr == (
        "sksym: error: standard output cannot be written: No space left on device\n"
    )


def test_results_that_the_output_cannot_encode(folder, tmp_path, monkeypatch):
    ascii_only = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", ascii_only)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert main(comparison(folder, tmp_path / "out")) == 1
    message = "standard output cannot be written: its encoding, ascii, has no ²"
    assert sys.stderr.getvalue().endswith(f"sksym: error: {message}\n")
    assert (tmp_path / "out" / "report.html").exists()


# Bytes of the largest file: too few for the store; enough for it, but not for the model.
@pytest.mark.parametrize(("largest", "status"), [(4096, 2), (50_000, 1)])
def test_a_disk_that_is_full(largest, status, folder, tmp_path):
    out = tmp_path / "out"
    run = Run(comparison(folder, out), out, largest=largest)
    assert run.status() == status
    assert [line for line in run.lines() if "cannot be written" in line] == run.lines()[-1:]
    assert [file.name for file in out.iterdir()] == ["cells.sqlite"]
    # When there is room, the same command goes on.
    assert main(comparison(folder, out)) == 0
    assert (out / "report.html").exists()


def test_finished_cells_are_kept_when_the_disk_becomes_full(tmp_path, capsys):
    out, plan = tmp_path / "out", [*TABLE, "--draws", "40"]
    run = Run([*plan, "--out", str(out)], out, largest=30_000)
    assert run.status() == 1
    assert run.lines() == [f"sksym: error: {out}/cells.sqlite cannot be written: disk I/O error"]
    with Store(out / "cells.sqlite") as store:
        kept = dict(store._connection.execute("SELECT key, row FROM cells"))
    assert 0 < len(kept) < 80
    assert main([*plan, "--out", str(out)]) == 0
    with Store(out / "cells.sqlite") as store:
        assert (
            dict(store._connection.execute("SELECT key, row FROM cells")).items() >= kept.items()
        )


def test_predictions_that_do_not_fit_on_the_disk_leave_the_file(folder, tmp_path):
    file = tmp_path / "y.csv"
    file.write_text("earlier")
    command = prediction(folder, "--overwrite", "--out", str(file))
    run = Run(command, tmp_path / "x", largest=1000)
    assert run.status() == 1
    assert run.lines() == [f"sksym: error: {file} cannot be written: File too large"]
    assert file.read_text() == "earlier"
    assert sorted(f.name for f in tmp_path.iterdir()) == ["x-errors", "y.csv"]
    assert Run(command, tmp_path / "x").status() == 0
    assert file.read_text().startswith("y0,y1\n")


def test_predictions_replace_no_file_unless_asked_and_never_one_that_is_read(
    folder, tmp_path, capsys
):
    file, link = tmp_path / "y.npz", tmp_path / "link.npz"
    file.write_text("mine")
    link.symlink_to(folder / "pairs.npz")
    message = "argument --out: .* is there already; name another file, or replace it with"
    assert_refused(prediction(folder, "--out", str(file)), message, capsys)
    assert file.read_text() == "mine"
    before = (folder / "pairs.npz").read_bytes()
    for path in (folder / "pairs.npz", link):
        command = prediction(folder, "--overwrite", "--out", str(path))
        assert_refused(command, "is read by this run; name another file", capsys)
    assert (folder / "pairs.npz").read_bytes() == before
    assert main(prediction(folder, "--overwrite", "--out", str(file))) == 0
    assert np.load(file)["y"].shape == (1000, 2)
