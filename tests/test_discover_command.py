"""``sksym discover``, and what ``sksym compare`` finds out about the symmetry."""

import re
import shlex
import sys

import numpy as np
import pytest

from sksym import Blocks, CyclicShift, MatrixGroup, Permutation, Sign, crystal_symmetry
from sksym.command import main
from sksym.datasets import make_square_root

from . import discoveries
from .refusals import assert_refused

FAST = ["--regressors", "KNN", "--remedies", "none", "canonicalize", "--cv", "2", "--jobs", "1"]


@pytest.fixture
def data(tmp_path):
    """Pairs in a file whose path a shell would take apart."""
    X, y = make_square_root(80, random_state=0)
    y = np.column_stack([y, 2 * y])
    path = tmp_path / "my pairs.csv"
    header = "x,y 0,y 1"
    np.savetxt(path, np.hstack([X, y]), delimiter=",", header=header, comments="")
    return path


@pytest.fixture
def discover(monkeypatch):
    """Lets a discovery be the answer of every search."""

    def answer_with(discovery):
        discoveries.replace_search(monkeypatch, lambda X, y, **others: discovery)

    return answer_with


def run_discover(data, *options):
    return main(["discover", str(data), "--targets", "y*", *options])


def test_it_prints_what_was_found_and_a_line_that_goes_on(data, tmp_path, discover, capsys):
    discovery = discoveries.found(
        MatrixGroup([[[0.0, 1.0], [1.0, 0.0]]]), (Permutation(), 0.0), (CyclicShift(), 0.4)
    )
    discover(discovery)
    out = tmp_path / "out"
    assert run_discover(data, "--out", str(out)) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith(f"{discovery!r}\n\n")
    advice, line = printed.out.split("\n\n")[-2:]
    assert advice == "To see what breaking it gains:"
    page = (out / "report.html").read_text(encoding="utf-8")
    assert re.findall(r"(?:src|href)=\"(\w+:)", page) == ["data:"]
    assert f"--targets &#39;y*&#39; --out {out}</pre>" in page  # how it was made
    assert "<dt>change of the forward map</dt>" in page
    assert "<td>Permutation()</td><td>0.00%</td><td>0.00%</td><td>1.00%</td><td>yes</td>" in page
    assert "<td>CyclicShift()</td><td>40.00%</td><td>39.00%</td><td>41.00%</td><td>no</td>" in page
    # The line is a command, for a shell too.
    program, *arguments = shlex.split(line)
    assert program == "sksym"
    assert arguments[:4] == ["compare", str(data), "--targets", "y*"]
    assert main([*arguments, *FAST, "--out", str(tmp_path / "next")]) == 0
    assert "known up to MatrixGroup(<order 2, 2 x 2>)" in capsys.readouterr().out


LINES = {
    "found": (
        discoveries.found(Blocks(Sign(), 2)),
        "--symmetry 'Blocks(n_blocks=2, symmetry=Sign())'",
    ),
    "crystal": (
        discoveries.found(crystal_symmetry("432", side="right")),
        """--symmetry 'crystal_symmetry("432", side="right")'""",
    ),
    # More characters than a symmetry in a line may have.
    "long": (discoveries.found(MatrixGroup(np.eye(80)[None])), "--random-state 5"),
    "none": (discoveries.none(), "--symmetry 'Identity()' --remedies none"),
    "cannot tell": (discoveries.cannot_tell(), "--symmetry SYMMETRY"),
}


@pytest.mark.parametrize("verdict", LINES)
def test_the_line_for_each_verdict(verdict, data, tmp_path, discover, capsys):
    discovery, expected = LINES[verdict]
    discover(discovery)
    assert run_discover(data, "--out", str(tmp_path / "out"), "--random-state", "5") == 0
    line = capsys.readouterr().out.splitlines()[-1]
    assert line == f"sksym compare {shlex.quote(str(data))} --targets 'y*' {expected}"
    assert line in (tmp_path / "out" / "report.html").read_text().replace("&#39;", "'").replace(
        "&#34;", '"'
    )


def test_its_folder_lies_in_that_of_compare(data, tmp_path, discover, monkeypatch, capsys):
    discover(discoveries.found(Sign(), (Sign(), 0.0)))
    monkeypatch.chdir(tmp_path)
    for _ in range(2):  # neither is in the way of the other, nor of itself
        assert run_discover(data.name) == 0
        assert main(["compare", data.name, "--targets", "y*", *FAST]) == 0
    folder = tmp_path / "sksym-results" / data.name
    assert sorted(f.name for f in (folder / "discover").iterdir()) == [
        "cells.sqlite",
        "report.html",
    ]
    assert "Which remedy" in (folder / "report.html").read_text()
    assert "What are the targets" in (folder / "discover" / "report.html").read_text()
    with pytest.raises(SystemExit):
        run_discover(data.name, "--random-state", "1")
    assert "another run (--random-state 0)" in capsys.readouterr().err
    assert run_discover(data.name, "--random-state", "1", "--overwrite") == 0


def test_a_file_of_the_user_is_left_alone(data, tmp_path, discover, capsys):
    discover(discoveries.none())
    (tmp_path / "report.html").write_text("mine")
    command = ["discover", str(data), "--targets", "y*", "--out", str(tmp_path), "--overwrite"]
    assert_refused(command, "report.html was not written by this command", capsys)
    assert (tmp_path / "report.html").read_text() == "mine"


def test_unknown_targets_are_refused_before_anything_is_written(tmp_path, capsys):
    y = np.where(np.eye(100, 2) == 1, np.nan, 1.0)
    np.savez(tmp_path / "pairs.npz", X=np.ones((100, 1)), y=y)
    command = ["discover", str(tmp_path / "pairs.npz"), "--out", str(tmp_path / "out")]
    message = "unknown values .* cannot be searched .*; leave out their rows: 2 of 100, .* row 1"
    assert_refused(command, message, capsys)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("package", ["matplotlib", "jinja2", "pandas"])
def test_a_missing_package_is_named_before_the_work(package, data, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    message = rf'{package} is not installed; it comes with pip install "\.\[compare\]"'
    assert_refused(["discover", str(data), "--targets", "y*"], message, capsys)


SAID = {
    "nothing": ([], discoveries.found(Sign()), "Targets are known up to Sign(), found in", True),
    "none": ([], discoveries.none(), "No symmetry was found in the pairs.", False),
    "refuted": (
        ["--symmetry", "CyclicShift()"],
        discoveries.none((CyclicShift(), 0.7)),
        "Warning: the pairs refute CyclicShift(): it changes the forward map by 70.00%",
        True,
    ),
    "a part": (
        ["--symmetry", "Sign()"],
        discoveries.found(Sign() * Permutation(), (Sign(), 0.0)),
        "Warning: Sign() is part of a larger group that was found in the pairs",
        True,
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_compare_says_what_it_took_before_it_names_the_best(
    case, data, tmp_path, discover, capsys
):
    symmetry, discovery, sentence, is_broken = SAID[case]
    discover(discovery)
    command = ["compare", str(data), "--targets", "y*", *symmetry, *FAST]
    assert main([*command, "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr()
    assert sentence in printed.err
    for text in (printed.out, (tmp_path / "out" / "compare.md").read_text()):
        assert text.index(sentence) < text.index("Lowest median error")
    assert ("known up to Identity()" in printed.out) != is_broken


def test_from_pairs_to_a_model_without_a_word_on_the_symmetry(tmp_path, capsys):
    X, y = make_square_root(300, random_state=0)
    np.savez(tmp_path / "pairs.npz", X=X, y=y)
    data = str(tmp_path / "pairs.npz")
    assert main(["discover", data, "--out", str(tmp_path / "discovered")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Found: Sign()"
    assert lines[-1] == f"sksym compare {shlex.quote(data)} --symmetry 'Sign()'"
    assert main(["compare", data, *FAST, "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr()
    assert printed.err.startswith("Looking for the symmetry of the targets.\nTargets are known up")
    assert "Lowest median error: KNN, canonicalize" in printed.out
