"""The command ``sksym table1``: what it runs, prints, writes and refuses."""

import contextlib
import csv
import math
import os
import pty
import re
import signal
import subprocess
import sys
import termios
import time

import numpy as np
import pytest

from sksym import GlobalPhase, Sign
from sksym.command import main
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.metrics import rectified_mean_squared_error
from sksym.paper import _printed as paper
from sksym.paper._report import markdown_report
from sksym.paper._table1 import CellResult, Plan, label, run_table1

COLUMNS = [
    *("field", "n", "samples", "draw", "model", "remedy", "error_n", "error_n2", "zero_n2"),
    *("paper_n2", "epochs", "fit_seconds", "predict_seconds"),
]
SMALL = ["table1", "--n", "3", "--samples", "60", "--draws", "2", "--models", "NN", "KNN"]


@pytest.fixture(scope="module")
def small_run(tmp_path_factory):
    """Standard output of a small run and the folder it wrote to."""
    out = tmp_path_factory.mktemp("out") / "new" / "folder"
    command = [sys.executable, "-W", "error", "-m", "sksym", *SMALL, "--out", str(out)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return run, out


def test_it_prints_the_table_it_writes(small_run):
    run, out = small_run
    assert run.stdout == (out / "table1.md").read_text(encoding="utf-8")
    header, *rows = re.findall(r"^\| *n \|.*|^\| *3 \|.*", run.stdout, re.MULTILINE)[:3]
    headings = [cell.strip() for cell in header.strip("|").split("|")]
    assert headings == ["n", "samples", "", "NN-A", "NN-B", "K-NN", "zero"]
    assert [row.split("|")[3].strip() for row in rows] == ["median", "range"]
    assert "|error|² / n²" in run.stdout
    assert "|error|² / n," in run.stdout


def test_progress_goes_to_standard_error(small_run):
    run, _ = small_run
    assert "8/8 cells" in run.stderr
    # A log file is not filled with every state of the line.
    assert run.stderr.count("\r") < 8


def test_a_terminal_sees_what_runs_and_its_epochs(tmp_path):
    # So many pairs that a cell takes longer than the line needs to be drawn again.
    options = *SMALL, "--samples", "4000", "--jobs", "1", "--out", str(tmp_path)
    command = [sys.executable, "-m", "sksym", *options]
    primary, secondary = pty.openpty()
    termios.tcsetwinsize(secondary, (24, 150))
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=secondary)
    os.close(secondary)
    seen = b""
    with contextlib.suppress(OSError):  # the terminal is closed by the end of the process
        while part := os.read(primary, 4096):
            seen += part
    os.close(primary)
    assert process.wait() == 0
    line = seen.decode()
    assert "running NN-A n=3 4,000 samples draw 1" in line
    assert re.search(r"epoch \d+/100 validation loss", line)
    assert re.search(r"about \d\d:\d\d left", line)


def test_the_csv_has_a_line_for_each_cell_and_draw(small_run):
    _, out = small_run
    with open(out / "table1.csv", newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    assert reader.fieldnames == COLUMNS
    cells = [(row["draw"], row["model"], row["remedy"]) for row in rows]
    order = [("NN", "A"), ("NN", "B"), ("KNN", "A"), ("zero", "zero")]
    assert cells == [(draw, *cell) for draw in "01" for cell in order]
    for row in rows:
        assert float(row["error_n"]) == pytest.approx(3 * float(row["error_n2"]))
        assert (row["epochs"] != "") == (row["model"] == "NN")
        assert float(row["fit_seconds"]) >= 0
        assert row["paper_n2"] == ""  # the paper has no n = 3
        if row["model"] == "zero":
            assert row["error_n2"] == row["zero_n2"]


def test_the_same_seed_prints_the_same_table(capsys, tmp_path):
    tables = []
    for number, seed in enumerate("778"):  # each into a folder of its own, nothing is kept
        out = ["--out", str(tmp_path / str(number))]
        assert main([*SMALL, *out, "--random-state", seed]) == 0
        tables.append(capsys.readouterr().out)
    assert tables[0] == tables[1]
    assert tables[2] != tables[0]


def test_the_median_and_the_range_are_over_the_draws():
    plan = Plan(models=("KNN",), n_draws=3)
    results = [
        CellResult(
            "real", 5, 20_000, draw, *cell, error, error / 5, 0.03, math.nan, None, 0.0, 0.0
        )
        for cell in (("KNN", "A"), ("zero", "zero"))
        for draw, error in enumerate((0.01, 0.03, 0.011))
    ]
    report = markdown_report(plan, results)
    assert re.search(r"median \| +22\.0 \|", report)
    assert re.search(r"range \| 20\.0–60\.0 \|", report)
    assert re.search(r"paper \| +17–19 \|", report)
    assert re.search(r"median \| +110 \|", report)


@pytest.mark.parametrize(("field", "symmetry"), [("real", Sign()), ("complex", GlobalPhase())])
def test_cells_follow_the_papers_protocol(field, symmetry):
    plan = Plan((3,), (200,), ("KNN",), field, n_draws=1)
    knn, zero = run_table1(plan)
    # Redone by hand: 80 % to train on broken targets, 5 neighbours averaged, raw test targets, of
    # which there are at least 1000.
    seed = int(np.random.SeedSequence([0, 3, 200, 0]).generate_state(2)[0])
    X, y = make_gaussian_phase_retrieval(1160, 3, field=field, random_state=seed)
    y_train = symmetry.canonicalize(y[:160])
    squares = ((X[160:, None, :] - X[None, :160, :]) ** 2).sum(axis=2)
    prediction = y_train[np.argsort(squares, axis=1)[:, :5]].mean(axis=1)
    for result, y_pred in ((knn, prediction), (zero, np.zeros_like(y[160:]))):
        assert result.error_n == pytest.approx(
            rectified_mean_squared_error(y[160:], y_pred, symmetry=symmetry)
        )
        assert result.error_n2 == pytest.approx(result.error_n / 3)
        assert result.zero_n2 == pytest.approx(zero.error_n2)


def test_remedies_are_columns_with_their_times(capsys, tmp_path):
    names = ["lift", "residual", "atlas", "neighbors", "loss", "refine"]
    arguments = ["table1", "--n", "2", "--samples", "200", "--draws", "1", "--models", "KNN"]
    assert main([*arguments, "--out", str(tmp_path), "--remedies", *names]) == 0
    report = capsys.readouterr().out
    header, _, medians, *_ = (line for line in report.splitlines() if line.startswith("|"))
    titles = [cell.strip() for cell in header.split("|")[4:-1]]
    assert titles == [
        "K-NN",
        "LS lift",
        "LS+NN lift",
        "NN atlas",
        "orbit K-NN",
        "NN loss",
        "LS lift refined",
        "zero",
    ]
    errors = dict(zip(titles, map(float, medians.split("|")[4:-1]), strict=True))
    assert errors["orbit K-NN"] < errors["K-NN"] < errors["zero"]
    # Least squares on the lift is exact for n = 2, and so is what it starts.
    assert max(errors["LS lift"], errors["LS lift refined"]) < 1e-9
    assert "Seconds to fit and predict, median." in report


def test_draws_are_independent_and_shared_by_the_models():
    results = list(run_table1(Plan((3,), (100, 120), ("KNN",), n_draws=2)))
    zeros = [r.error_n for r in results if r.model == "zero"]
    assert len(set(zeros)) == 4
    assert [3 * r.zero_n2 for r in results if r.model == "KNN"] == pytest.approx(zeros)


def test_sizes_may_be_multiples_of_the_dimension():
    plan = Plan((3, 5), ("8n", 100), ("KNN",), n_draws=1)
    assert plan.rows() == [(3, 24), (3, 100), (5, 40), (5, 100)]


def test_breaking_the_symmetry_helps_a_small_network():
    results = list(run_table1(Plan((2,), (5000,), ("NN",), n_draws=1)))
    after, before, zero = (result.error_n2 for result in results)
    assert after < before / 5
    assert before == pytest.approx(zero, rel=0.1)


def test_the_papers_table():
    assert paper.printed("real", 5, 20_000, "NN", "A").median == pytest.approx(10e-4)
    assert paper.printed("real", 15, 1_000_000, "DNN", "B").median == pytest.approx(38e-4)
    assert paper.printed("real", 5, 20_000, "KNN", "A").figures == pytest.approx(
        (17e-4, 18e-4, 19e-4)
    )
    for missing in (("complex", 5, 20_000, "NN", "A"), ("real", 6, 20_000, "NN", "A")):
        assert math.isnan(paper.printed(*missing).median)
    everything = [
        paper.printed("real", n, samples, model, remedy).figures
        for n in (5, 10, 15)
        for samples in (20_000, 50_000, 100_000, 1_000_000)
        for model in ("NN", "WNN", "DNN", "KNN")
        for remedy in "AB"
    ]
    assert sum(map(len, everything)) == 12 * 9  # twelve rows of nine figures


def test_headings():
    plan = Plan(models=("KNN", "DNN", "NN"))
    assert [label(*column) for column in plan.columns()] == [
        "NN-A", "NN-B", "DNN-A", "DNN-B", "K-NN", "zero",
    ]  # fmt: skip
    assert len(plan) == 18


REFUSED = {
    "--n 0": "argument --n: expected a whole number of at least 1, got '0'; try",
    "--n 5 -2": "argument --n: .* got '-2'",
    "--n 2.5": "argument --n: .* got '2.5'",
    "--samples ten": "argument --samples: expected a whole number .* got 'ten'; try .* 2e4",
    "--samples inf": "argument --samples: .* got 'inf'",
    "--samples nan": "argument --samples: .* got 'nan'",
    "--samples 19": "argument --samples: expected a whole number of at least 20, got '19'",
    "--n 2 5 --samples 8n": "argument --samples: expected at least 20 for every .* got 16",
    "--samples xn": "argument --samples: expected a whole number .* got 'xn'",
    "--models XYZ": "argument --models: invalid choice: 'XYZ' .*NN.*WNN.*DNN.*KNN",
    "--models": "argument --models: expected at least one argument",
    "--field imaginary": "argument --field: invalid choice: 'imaginary' .*real.*complex",
    "--draws 0": "argument --draws: .* at least 1, got '0'",
    "--random-state -1": "argument --random-state: .* at least 0, got '-1'",
    "--random-state 4294967296.5": "argument --random-state: .* got '4294967296.5'",
    "--device cuda:99": "argument --device: device='cuda:99' is not available; available: cpu",
    "--device toaster": "argument --device: device='toaster' is not available; available: cpu",
    "--out /proc/nowhere": "argument --out: cannot write to '/proc/nowhere' .*; pass a folder",
    "--sample 100": "unknown arguments: --sample 100; see sksym table1 --help",
}


@pytest.mark.parametrize("arguments", REFUSED)
def test_bad_options_end_with_one_line_and_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["table1", *arguments.split()])
    assert stop.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert re.search(f"sksym( table1)?: error: {REFUSED[arguments]}", printed.err)


def test_an_output_folder_that_is_a_file(tmp_path, capsys):
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(SystemExit) as stop:
        main(["table1", "--out", str(file)])
    assert stop.value.code == 2
    assert "pass a folder" in capsys.readouterr().err
    assert file.read_text() == "mine"


def test_nothing_is_written_when_another_option_is_wrong(tmp_path):
    for name in ("new", "."):
        with pytest.raises(SystemExit):
            main(["table1", "--out", str(tmp_path / name), "--n", "0"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("n_jobs", ["1", "2"])
def test_control_c_keeps_the_finished_cells(tmp_path, n_jobs):
    command = [sys.executable, "-m", "sksym", "table1", "--models", "KNN", "--draws", "5000",
               "--samples", "100", "--out", str(tmp_path), "--jobs", n_jobs]  # fmt: skip
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    store = tmp_path / "cells.sqlite"
    while not store.exists() or store.stat().st_size < 30_000:
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the workers hear it too
    _, stderr = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in stderr
    assert "leaked" not in stderr
    message = stderr.replace("\r", "\n").splitlines()[-1]
    finished = int(re.match(r"Interrupted after (\d+) of 10000 cells", message).group(1))
    assert "the same command goes on from there" in message
    assert 0 < finished < 10_000
    assert len((tmp_path / "table1.csv").read_text().splitlines()) == finished + 1
    assert not (tmp_path / "table1.md").exists()


@pytest.mark.parametrize("row", [(3, 20_000), (5, 40)])
def test_rows_that_the_paper_does_not_have_are_not_printed_as_its_own(row):
    plan = Plan((row[0],), (row[1],), ("KNN",), n_draws=1)
    assert "paper |" not in markdown_report(plan, [])
