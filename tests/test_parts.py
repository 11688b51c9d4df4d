"""Parts in varying number: rows with flags, and back."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.neighbors import KNeighborsRegressor

from sksym import Identity, Permutation, make_canonical_regressor, pack_parts, unpack_parts

SETS = [[[1.0, 2.0]], [], [[3.0, 4.0], [0.0, 0.0], [-5.0, 6.0]], [[0.0, 0.0], [7.0, 8.0]]]


def test_a_part_that_is_present_has_a_flag():
    y = pack_parts(SETS, 3, presence=2.0)
    assert_array_equal(y[0], [1, 2, 2, 0, 0, 0, 0, 0, 0])
    assert_array_equal(y[1], np.zeros(9))
    assert_array_equal(y[2], [3, 4, 2, 0, 0, 2, -5, 6, 2])


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64"])
def test_the_way_back(dtype):
    sets = [np.reshape(np.array(part, dtype), (-1, 2)) for part in SETS]
    y = pack_parts(sets, 4)
    assert y.dtype == ("float32" if dtype == "float32" else "float64")
    for part, again in zip(sets, unpack_parts(y, 4), strict=True):
        assert_array_equal(again, part)
    # Any order of the parts is the same set; a flag that is predicted need not be exact.
    moved = Permutation(4).random(y, 0)
    moved[:, 2::3] += np.random.default_rng(0).uniform(-0.49, 0.49, (4, 4))
    for part, again in zip(sets, unpack_parts(moved, 4), strict=True):
        assert sorted(again.tolist()) == sorted(part.tolist())


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([[[1.0]], [[1.0], [2.0], [3.0]]], "parts[1] has 3 parts, more than n_parts=2"),
        ([[[1.0]], [[1.0, 2.0]]], "same number of coordinates, got widths [1, 2]"),
        ([[], []], "at least one part"),
        ([], "at least one part"),
        ([[[1.0]], [[np.nan]]], "Input parts[1] contains NaN"),
        ([[1.0, 2.0]], "Expected 2D array"),
        ([[["a"]]], "parts[0] must hold numbers, got text"),
        ([[[1j]]], "Complex data not supported: pack_parts reads real rows"),
    ],
)
def test_what_are_no_parts(parts, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        pack_parts(parts, 2)


@pytest.mark.parametrize(
    ("columns", "arguments", "message"),
    [
        (5, (2,), "needs rows of n_parts=2 parts, each of some coordinates and a flag, got 5"),
        (2, (2,), "got 2 columns"),
        (4, (0,), "'n_parts' parameter of unpack_parts must be an int in the range"),
        (4, (True,), "'n_parts'"),
        (4, (2, 0.0), "'presence' parameter of unpack_parts must be a float in the range"),
    ],
)
def test_what_are_no_rows_of_parts(columns, arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        unpack_parts(np.zeros((1, columns)), *arguments)


def test_a_regressor_of_any_number_of_parts():
    # One to three numbers from their moments, which do not see the order.
    rng = np.random.default_rng(0)
    sets = [rng.uniform(-1, 1, (k, 1)) for k in rng.integers(1, 4, 1500)]
    X = np.array([[len(s), s.sum(), (s**2).sum(), (s**3).sum()] for s in sets])
    y, reference = pack_parts(sets, 3), np.array([-1.0, 0, 0, 0, 1, 0])
    error = {}
    for symmetry in (Identity(), Permutation(3)):
        model = make_canonical_regressor(KNeighborsRegressor(3), symmetry, reference=reference)
        found = unpack_parts(model.fit(X[:1200], y[:1200]).predict(X[1200:]), 3)
        same = [len(a) == len(b) for a, b in zip(found, sets[1200:], strict=True)]
        pairs = [(a, b) for a, b in zip(found, sets[1200:], strict=True) if len(a) == len(b)]
        error[symmetry] = np.mean([np.abs(np.sort(a, 0) - np.sort(b, 0)).mean() for a, b in pairs])
        assert np.mean(same) > 0.95
    assert error[Permutation(3)] < error[Identity()] / 3
    assert_allclose(error[Permutation(3)], 0, atol=0.1)
