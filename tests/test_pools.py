"""Pools of processes end, whatever their workers do, and so does a test that waits for ever."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from joblib import Parallel, delayed
from joblib.externals.loky import process_executor

from sksym.experiments._cells import Cell, run_cells

ROOT = Path(__file__).parents[1]


def grow(number):
    """Let loky see, in a worker, a process that is larger by terabytes at every look."""
    process_executor._MEMORY_LEAK_CHECK_DELAY = -1.0
    process_executor._get_memory_usage = lambda *_, **__: time.monotonic_ns() * 10**9
    return {"number": number, "process": os.getpid()}


def grow_in_cells():
    cells = [Cell(str(k), f"cell {k}", "cell", grow, (k,)) for k in range(8)]
    return [row for _, row in run_cells(cells, n_jobs=2)]


def grow_in_joblib():
    return Parallel(n_jobs=2, pre_dispatch="all", batch_size=1)(delayed(grow)(k) for k in range(8))


def run(*arguments):
    """Python in a process that is ended after two minutes."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120
    )


def run_pytest(folder, code, *options):
    """Pytest, with the settings of this project, of one test file."""
    path = folder / "test_code.py"
    path.write_text(code)
    settings = ["-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider"]
    return run("-m", "pytest", *settings, *options, str(path))


def test_workers_of_a_run_may_grow_where_warnings_are_errors():
    # A worker that had to be replaced would have a number of its own.
    code = (
        "import warnings; from tests.test_pools import grow_in_cells;"
        "warnings.simplefilter('error'); rows = grow_in_cells();"
        "print(sorted(row['number'] for row in rows), len({row['process'] for row in rows}) <= 2)"
    )
    done = run("-c", code)
    assert (done.stdout, done.stderr) == ("[0, 1, 2, 3, 4, 5, 6, 7] True\n", "")


def test_workers_of_a_pool_may_be_replaced_in_a_test(tmp_path):
    code = (
        "from tests.test_pools import grow_in_joblib\n"
        "def test_pool():\n"
        "    rows = grow_in_joblib()\n"
        "    assert [row['number'] for row in rows] == list(range(8))\n"
        "    assert len({row['process'] for row in rows}) > 2\n"
    )
    done = run_pytest(tmp_path, code)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_a_test_that_hangs_is_ended_and_shows_where_every_thread_waits(tmp_path, options):
    code = (
        "import threading\n"
        "lock = threading.Lock()\n"
        "lock.acquire()\n"
        "def waits_beside():\n"
        "    lock.acquire()\n"
        "def test_hang():\n"
        "    threading.Thread(target=waits_beside, daemon=True).start()\n"
        "    lock.acquire()\n"
    )
    done = run_pytest(tmp_path, code, "-o", "faulthandler_timeout=3", *options)
    assert done.returncode == 1
    assert "Timeout (0:00:03)!" in done.stderr
    for function in ("waits_beside", "test_hang"):
        assert f"in {function}\n" in done.stderr
