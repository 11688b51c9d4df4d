"""The runner: every cell once, kept at once, through kills, on every backend."""

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass

import distributed
import joblib
import psutil
import pytest

from sksym.command import main
from sksym.experiments._cells import Cell, Result, run_cells
from sksym.experiments._progress import Progress
from sksym.experiments._store import Store
from sksym.paper._table1 import Plan, run_table1

PLAN = Plan((2,), (400,), ("NN", "KNN"), n_draws=16)
KILLED = ["table1", "--n", "2", "--samples", "400", "--models", "NN", "KNN"]


@dataclass(frozen=True)
class Square(Result):
    square: int | None
    error: str | None = None


def square(number, folder):
    """Leaves a mark for every call."""
    (folder / f"{number}-{time.monotonic_ns()}").touch()
    if number < 0:
        return Square(None, error="negative")
    return Square(number**2)


def square_cells(numbers, folder):
    return [
        Cell(
            key=str(n),
            title=f"square of {n}",
            kind="square",
            function=square,
            args=(n, folder),
            result_type=Square,
        )
        for n in numbers
    ]


def calls(folder):
    return sorted(int(file.name.rsplit("-", 1)[0]) for file in folder.iterdir())


@pytest.mark.parametrize("backend", ["sequential", "loky", "threading"])
def test_every_cell_runs_once_and_the_next_run_takes_what_is_kept(tmp_path, backend):
    folder = tmp_path / "calls"
    folder.mkdir()
    n_jobs = 1 if backend == "sequential" else 2
    for numbers in (range(3), range(5)):
        with (
            Store(tmp_path / "store") as store,
            joblib.parallel_config("loky" if n_jobs == 1 else backend),
        ):
            found = run_cells(square_cells(numbers, folder), store=store, n_jobs=n_jobs)
            rows = {cell.key: row for cell, row in found}
        assert rows == {str(n): Square(n**2) for n in numbers}
    assert calls(folder) == [0, 1, 2, 3, 4]


def test_a_failure_is_tried_again(tmp_path):
    folder = tmp_path / "calls"
    folder.mkdir()
    with Store(tmp_path / "store") as store:
        for _ in range(2):
            found = run_cells(square_cells([-1, 1], folder), store=store)
            assert Square(None, "negative") in [row for _, row in found]
    assert calls(folder) == [-1, -1, 1]


def test_what_was_kept_in_another_shape_is_run_again(tmp_path):
    cell = Cell("three", "three", "square", square, (3, tmp_path), result_type=Square)
    with Store(tmp_path / "cells") as store:
        store.put("three", {"square": 9}, 1.0)  # as a version without errors wrote it
        assert [result.square for _, result in run_cells([cell], store=store)] == [9]
        assert store.get("three")[0] == {"square": 9, "error": None}


def test_what_was_kept_survives_an_error_of_a_later_cell(tmp_path):
    folder = tmp_path / "calls"
    folder.mkdir()
    broken = Cell("broken", "broken", "broken", json.loads, ("no json",))
    with Store(tmp_path / "store") as store:
        with pytest.raises(json.JSONDecodeError):
            list(run_cells([*square_cells([1, 2], folder), broken], store=store))
        assert store.get("1")[0] == {"square": 1, "error": None}
        assert store.get("2")[0] == {"square": 4, "error": None}


def test_a_store_is_for_one_process_at_a_time(tmp_path):
    path = tmp_path / "store"
    code = (
        f"import sys; from sksym.experiments._store import Store; Store({str(path)!r});"
        f"print('open', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout.readline() == "open\n"
    with pytest.raises(ValueError, match="is in use by another run; wait for it"):
        Store(path)
    other.kill()
    other.wait()
    other.stdin.close()
    other.stdout.close()
    with Store(path) as store:  # a kill leaves no lock behind
        assert store.get("anything") is None


def test_files_that_are_no_store(tmp_path):
    text = tmp_path / "text"
    text.write_text("no database, but the notes of somebody")
    with pytest.raises(ValueError, match="is not a store of finished cells; move it away"):
        Store(text)
    assert text.read_text().startswith("no database")
    mine = tmp_path / "mine"
    with contextlib.closing(sqlite3.connect(mine)) as database:
        database.execute("CREATE TABLE cells (key, row, seconds)")  # a name that a store has too
    before = mine.read_bytes()
    with pytest.raises(ValueError, match="is not a store of finished cells; move it away"):
        Store(mine)
    assert mine.read_bytes() == before
    with pytest.raises(
        ValueError, match=r"cannot be written .*pass a folder that you may write to"
    ):
        Store(tmp_path / "missing" / "store")


def test_an_empty_file_is_a_store_that_was_killed_when_it_was_made(tmp_path):
    (tmp_path / "store").touch()
    with Store(tmp_path / "store") as store:
        store.put("a", {"b": 1}, 2.0)
        assert store.get("a") == ({"b": 1}, 2.0)


def test_what_cannot_be_kept_is_an_error_of_the_file(tmp_path):
    store = Store(tmp_path / "store")
    store._connection.execute("PRAGMA max_page_count = 8")  # a full disk
    with pytest.raises(OSError, match="disk is full") as error:
        store.put("large", {"text": "x" * 40_000}, 1.0)
    assert error.value.filename == str(tmp_path / "store")
    store.put("small", {"a": 1}, 1.0)
    store.close()
    with Store(tmp_path / "store") as store:
        assert store.get("large") is None
        assert store.get("small") == ({"a": 1}, 1.0)


def test_a_torn_write_is_as_if_it_had_not_been(tmp_path):
    # A process that dies between BEGIN and COMMIT leaves a journal, which is rolled back.
    path = tmp_path / "store"
    with Store(path) as store:
        store.put("whole", {"a": 1}, 1.0)
    code = (
        f"import os, sqlite3; c = sqlite3.connect({str(path)!r}, isolation_level=None);"
        "c.execute('PRAGMA cache_size = 1'); c.execute('BEGIN'); insert = 'INSERT INTO cells ';"
        "[c.execute(insert + 'VALUES (?, ?, 0)', (str(k), 'x' * 4000)) for k in range(99)];"
        "os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert path.with_name("store-journal").exists()
    with Store(path) as store:
        assert store.get("whole") == ({"a": 1}, 1.0)
        assert store.get("3") is None


def test_the_line_tells_what_runs_and_how_long_it_will_take(capsys):
    kinds = {"fast": 1.0, "slow": 9.0}
    cells = [
        Cell(f"{kind} {k}", f"{kind} {k}", kind, None, ()) for kind in kinds for k in range(3)
    ]
    with Progress(len(cells), n_jobs=2) as progress:
        for cell in cells:
            progress.expect(cell)
        assert progress.seconds_left() is None
        for cell in cells[0], cells[3]:
            progress.begin(cell)
            progress.end(cell, kinds[cell.kind])
        # Two more of each kind: 2 * 1 + 2 * 9 seconds of work for two workers.
        assert progress.seconds_left() == 10.0
        progress.begin(cells[1])
        progress._shown = 0.0
        progress.note("epoch 3")
    # No terminal: a line of text, which is not written anew.
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith("2/6 cells, 00:00; ")
    assert "about 00:10 left; running fast 1; epoch 3" in line


def test_the_time_left_learns_from_the_cell_that_runs(monkeypatch):
    cells = [Cell(f"{k}", f"{k}", "fast" if k == 0 else "slow", None, ()) for k in range(4)]
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    with Progress(len(cells), is_shown=False) as progress:
        for cell in cells:
            progress.expect(cell)
        progress.begin(cells[0])
        progress.end(cells[0], 10.0)
        progress.begin(cells[1])
        # Three cells of 10 seconds; of one 4 are over; then it is known to take 25 at least.
        assert progress.seconds_left() == 30.0
        now[0] = 4.0
        assert progress.seconds_left() == 26.0
        now[0] = 25.0
        assert progress.seconds_left() == 50.0
        progress.end(cells[1], 25.0)
        assert progress.seconds_left() == 50.0


def test_results_do_not_depend_on_where_cells_run():
    plan = Plan((2,), (300,), ("NN", "KNN"), n_draws=1)
    with joblib.parallel_config("threading"):
        threaded = list(run_table1(plan, n_jobs=2))
    for others in (list(run_table1(plan, n_jobs=2)), threaded):
        errors = [
            {(r.model, r.remedy): (r.error_n, r.epochs) for r in results}
            for results in (run_table1(plan), others)
        ]
        assert errors[0] == errors[1]


def read_rows(path):
    if not path.exists():
        return {}
    with Store(path) as store:
        return dict(store._connection.execute("SELECT key, row FROM cells"))


def start(out, n_jobs=2, n_draws=PLAN.n_draws):
    """A run that writes its table to a file: a worker that outlives it would hold a pipe open."""
    out.mkdir(exist_ok=True)
    options = ["--out", str(out), "--jobs", str(n_jobs), "--draws", str(n_draws)]
    command = [sys.executable, "-m", "sksym", *KILLED, *options]
    with open(out / "stdout", "wb") as stdout:
        return subprocess.Popen(command, stdout=stdout, stderr=subprocess.DEVNULL)


def table_of(out):
    return (out / "stdout").read_text(encoding="utf-8")


def test_ten_kills_end_in_the_table_of_an_undisturbed_run(tmp_path):
    assert start(tmp_path / "undisturbed").wait() == 0
    expected = table_of(tmp_path / "undisturbed")
    store, rng = tmp_path / "killed" / "cells.sqlite", random.Random(0)
    kept, sizes = {}, []
    for number in range(10):
        before = modified(store)
        process = start(tmp_path / "killed", n_jobs=1 if number % 3 else 2)
        # Kills fall into the work: after the first new cell is written, at any moment.
        while modified(store) == before and process.poll() is None:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.5))
        process.kill()
        process.wait()
        rows = read_rows(store)
        # A row holds the seconds that its cell took: nothing is lost, nothing is run again.
        assert rows.items() >= kept.items()
        kept = rows
        sizes.append(len(rows))
    assert sizes[0] < sizes[-1] < len(PLAN)
    assert start(tmp_path / "killed").wait() == 0
    assert table_of(tmp_path / "killed") == expected
    assert len(read_rows(store)) == len(PLAN)
    assert read_rows(store).items() >= kept.items()
    assert (tmp_path / "killed" / "table1.md").read_text(encoding="utf-8") == expected


@pytest.mark.parametrize("moment", ["before", "after"])
def test_nothing_of_a_killed_run_lives_on(tmp_path, moment):
    run = start(tmp_path, n_draws=5000)  # which does not end by itself
    while count_workers(run.pid) < 2:
        assert run.poll() is None
        time.sleep(0.01)
    # Workers that have begun no cell yet, and such as have.
    written = modified(tmp_path / "cells.sqlite")
    while moment == "after" and modified(tmp_path / "cells.sqlite") == written:
        time.sleep(0.01)
    children = psutil.Process(run.pid).children(recursive=True)
    run.kill()
    run.wait()
    _, alive = psutil.wait_procs(children, timeout=300)
    assert alive == []


def count_workers(parent):
    """Loky workers of a process; others may come and go while one looks."""
    processes = psutil.process_iter(["ppid", "cmdline"])
    children = [p.info["cmdline"] or () for p in processes if p.info["ppid"] == parent]
    return sum("LokyProcess" in " ".join(line) for line in children)


def modified(path):
    return path.stat().st_mtime_ns if path.exists() else None


def test_a_dask_cluster_that_loses_a_worker_prints_the_same_table(tmp_path, capsys, monkeypatch):
    arguments = ["table1", "--n", "2", "--samples", "1000", "--models", "NN", "KNN"]
    assert main([*arguments, "--out", str(tmp_path / "local")]) == 0
    expected = capsys.readouterr().out
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:
        put, victims = Store.put, [cluster.workers[0].pid]

        def put_and_kill(*args):  # after the first cell
            put(*args)
            if victims:
                os.kill(victims.pop(), signal.SIGKILL)

        monkeypatch.setattr(Store, "put", put_and_kill)
        options = ["--backend", "dask", "--scheduler", cluster.scheduler_address]
        assert main([*arguments, *options, "--out", str(tmp_path / "dask")]) == 0
        assert victims == []
    assert capsys.readouterr().out == expected


def test_a_cluster_that_is_not_there(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sksym.command._options._SECONDS_TO_CONNECT", 0.5)
    cases = {
        ("--backend", "dask"): "--backend dask and --scheduler ADDRESS need each other",
        ("--scheduler", "tcp://127.0.0.1:9"): "need each other",
        ("--backend", "dask", "--scheduler", "tcp://127.0.0.1:9"): "no scheduler answers at tcp",
    }
    for options, message in cases.items():
        with pytest.raises(SystemExit) as stop:
            main(["table1", "--out", str(tmp_path), *options])
        assert stop.value.code == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert message in error
