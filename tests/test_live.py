"""Progress: a line that moves while anything runs, in a terminal and in a notebook."""

import itertools
import os
import pty
import re
import subprocess
import sys
import termios
import time
import types

import pytest

from sksym._live import is_live, waiting

COMPARE = """
import time
import numpy as np
from sklearn.linear_model import LinearRegression
from sksym import Sign
from sksym.experiments import compare

class Slow(LinearRegression):
    def fit(self, X, y):
        end = time.monotonic() + 2.5
        while time.monotonic() < end:  # holds the interpreter, as many regressors do
            sum(range(1000))
        return super().fit(X, y)

y = np.linspace(-1, 1, 20)[:, None]
folds = [(np.arange(9), np.arange(9, 20))]
comparison = compare(y**2, y, Sign(), {"slow": Slow()}, ["none"], cv=folds, verbose=1)
print("REFIT", flush=True)
comparison.estimators = {("slow", "none"): Slow()}
comparison.best_estimator(verbose=1)
print("DONE", flush=True)
"""


def states(code, size=(24, 100)):
    """What a program writes to a terminal, and when."""
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, size)
    process = subprocess.Popen([sys.executable, "-c", code], stdout=follower, stderr=follower)
    os.close(follower)
    found, start = [], time.monotonic()
    while True:
        try:
            text = os.read(leader, 4096).decode()
        except OSError:  # of a terminal that nobody writes to any more
            break
        if not text:
            break
        found.append((time.monotonic() - start, text))
    os.close(leader)
    assert process.wait() == 0, found
    return found


def test_the_line_moves_every_second_while_a_fit_takes_longer():
    # So one knows that it has not died; the last fit, of the best model, is no exception.
    found = states(COMPARE)
    text = "".join(part for _, part in found)
    first = next(when for when, part in found if "slow, none fold 1" in part)
    last = next(when for when, part in found if "DONE" in part)
    times = [when for when, _ in found if first <= when <= last]
    assert last - first > 4.5
    assert max(b - a for a, b in itertools.pairwise(times)) < 1.5
    fit, refit = text.split("REFIT")
    assert {"00:01", "00:02"} <= set(re.findall(r"\d\d:\d\d", fit))
    assert {"00:01", "00:02"} <= set(re.findall(r"\d\d:\d\d", refit))
    assert len(set(re.findall(r"\d\d:\d\d ([|/\\-])", refit))) > 2


def test_a_terminal_that_does_not_tell_its_size():
    code = "import time; from sksym._live import waiting\n"
    found = states(f"{code}with waiting('Sleeping.'): time.sleep(1.2)", size=(0, 0))
    text = "".join(part for _, part in found)
    assert text.startswith("Sleeping.")
    assert "00:01 " in text


def test_a_log_has_few_plain_lines():
    run = subprocess.run([sys.executable, "-c", COMPARE], capture_output=True, text=True)
    lines = run.stderr.splitlines()
    assert len(lines) <= 4
    assert "\r" not in run.stderr
    assert lines[-2].startswith("3/3 cells, 00:0")
    assert lines[-1] == "Fitting slow, none to all pairs."


def test_a_notebook_is_live_though_it_is_no_terminal(monkeypatch, capsys):
    assert not is_live()
    shell = types.SimpleNamespace(config={"IPKernelApp": {}})
    notebook = types.SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", notebook)
    assert is_live()
    shell.config = {}  # IPython in a terminal
    assert not is_live()


def test_what_fails_while_it_is_waited_for_fails(capsys):
    with pytest.raises(ZeroDivisionError), waiting("Dividing."):
        1 / 0  # noqa: B018
    assert capsys.readouterr().err == "Dividing.\n"
