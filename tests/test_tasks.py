"""Tasks of the benchmarks: symmetries leave measurements as they are, noise is in X alone."""

import ast
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

FILE = Path(__file__).parents[1] / "benchmarks" / "tasks.py"
MOST_LINES = 40  # of a task: one must not be reached


def _load():
    spec = importlib.util.spec_from_file_location(FILE.stem, FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.TASKS


TASKS = _load()


@pytest.mark.parametrize("name", TASKS)
def test_measurements_do_not_tell_the_points_of_an_orbit_apart(name):
    # What a symmetry is: X is a function of y, and the same for all of an orbit.
    task = TASKS[name](random_state=0, n_samples=60)
    X, y = task.X_test, task.y_test
    assert_allclose(X, task.forward(y), rtol=1e-12, atol=1e-12)
    for seed in range(3):
        moved = task.symmetry.random(y, random_state=seed)
        assert not np.allclose(moved, y)
        assert_allclose(task.forward(moved), X, rtol=1e-9, atol=1e-9)
        assert_allclose(task.symmetry.distance(moved, y), 0, atol=1e-7)


@pytest.mark.parametrize("name", TASKS)
def test_noise_changes_measurements_alone(name):
    # 5 % of the spread of each, drawn apart from the targets; 40 rows tell it to a few percent.
    clean, noisy = (TASKS[name](1, noise=noise, n_samples=60) for noise in (False, True))
    again = TASKS[name](1, noise=True, n_samples=60)
    for part in ("train", "test"):
        assert_array_equal(noisy[f"y_{part}"], clean[f"y_{part}"])
        assert_array_equal(noisy[f"X_{part}"], again[f"X_{part}"])
    spread = np.concatenate([clean.X_train, clean.X_test]).std(axis=0)
    shares = (noisy.X_train - clean.X_train) / spread
    assert abs(shares.std() - 0.05) < 0.05 * 4 / np.sqrt(2 * shares.size)


@pytest.mark.parametrize("name", TASKS)
def test_held_out_pairs_are_others(name):
    task = TASKS[name](0, n_samples=60)
    rows = np.concatenate([task.y_train, task.y_test])
    assert (len(task.X_train), len(task.X_test)) == (40, 20)
    assert rows.shape == (60, task.y_train.shape[1])
    assert len(np.unique(rows, axis=0)) == 60


def test_tasks_are_short():
    functions = [
        node
        for node in ast.parse(FILE.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name in TASKS
    ]
    assert len(functions) == len(TASKS) == 13
    assert max(node.end_lineno - node.lineno + 1 for node in functions) < MOST_LINES
