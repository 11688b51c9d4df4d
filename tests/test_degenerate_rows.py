"""Rows that a part of the group fixes, or that tie: one representative for each orbit."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

from sksym import (
    Blocks,
    CyclicShift,
    FactorScale,
    GlobalPhase,
    MatrixGroup,
    Orthogonal,
    Permutation,
    PositiveScale,
    Sign,
    Translation,
    matrix_factorization_symmetry,
)

from .registry import CASES, N_COORDINATES


def assert_one_representative(symmetry, y, reference=None):
    y = np.atleast_2d(np.asarray(y, dtype=float))
    expected = symmetry.canonicalize(y, reference)
    size = np.abs(y).max(initial=1.0)
    assert_allclose(symmetry.distance(expected, y), 0, atol=1e-12 * size)
    for seed in range(10):
        moved = symmetry.canonicalize(symmetry.random(y, seed), reference)
        assert_allclose(moved, expected, rtol=0, atol=1e-12 * size)


INTEGERS = arrays(np.float64, (6, 2 * N_COORDINATES), elements=st.sampled_from([-1.0, 0.0, 1.0]))


@pytest.mark.parametrize("own", [True, False], ids=["own", "generic"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(y=INTEGERS)
def test_rows_of_small_integers(case, own, y):
    # Most of such rows lie on some cut, where rounding would decide if the orbit did not.
    re, im = np.split(y, 2, axis=1)
    rows = np.hstack([re, im]) if case.symmetry.is_complex else case.labelled(re)
    reference = None if own else np.random.RandomState(2).standard_normal(rows.shape[1])
    assert_one_representative(case.symmetry, rows, reference)


ROTATIONS = [
    ([1, 0, 0, 0, 1, 0, 0, 0, -1], 3),  # the mirror image of the own frame
    ([0, 1, 0, 1, 0, 0, 0, 0, 1], 3),  # two of its vectors exchanged
    ([1, 0, 0, 0, 2, 0, 0, 0, -1], 3),  # two equal smallest singular values
    (np.diag([2, 1, 1, -1.0]).ravel(), 4),  # three
    (np.diag([1, 0, 0]).ravel(), 3),  # points on a line
    (np.zeros(9), 3),
]


@pytest.mark.parametrize(("row", "dim"), ROTATIONS, ids=range(len(ROTATIONS)))
@pytest.mark.parametrize("center", [False, True])
def test_frames_that_leave_a_rotation_open(row, dim, center):
    row = np.r_[row, np.zeros(dim)]  # another point, so that the frame survives the centring
    assert_one_representative(Orthogonal(dim, reflections=False, center=center), row)


SCALES = [
    (FactorScale(2, 1, 2), [1.2, 1.6, -0.4, -0.3], np.ones(4)),  # no overlap but for rounding
    (
        Blocks(FactorScale(3, 1, 1), 2),
        [0.1, 0.2, -0.3, 0.5, 0.3, 0.6, -0.9, 0.2],
        [1, 1, 1, 0] * 2,
    ),
]


@pytest.mark.parametrize(("symmetry", "row", "reference"), SCALES, ids=["one", "blocks"])
def test_factors_at_right_angles_to_the_reference(symmetry, row, reference):
    assert_one_representative(symmetry, row, np.array(reference, dtype=float))


EACH = [
    (Sign(), 2),
    (GlobalPhase(), 4),
    (PositiveScale(), 2),
    (Translation(2), 4),
    (Orthogonal(2), 4),
    (Orthogonal(2, center=True), 6),
    (FactorScale(1, 1, 1), 2),
    (FactorScale(1, 1, 2), 3),
    (Sign() * CyclicShift(), 2),
]


@pytest.mark.parametrize("n_blocks", [2, 6, 7, 8])
@pytest.mark.parametrize(("each", "width"), EACH, ids=lambda value: repr(value))
@pytest.mark.parametrize("own", [True, False], ids=["own", "generic"])
def test_tied_blocks_of_every_kind(each, width, n_blocks, own):
    rng = np.random.RandomState(0)
    y = rng.randint(-1, 2, (30, width * n_blocks))
    reference = None if own else rng.standard_normal(y.shape[1])
    assert_one_representative(Permutation(n_blocks, each=each), y, reference)


@pytest.mark.parametrize("sizes", [(2, 2, 2), (2, 3, 2), (1, 4, 3)])
def test_tied_components_of_a_factorization(sizes):
    n_rows, rank, n_columns = sizes
    y = np.random.RandomState(0).randint(-1, 2, (100, rank * (n_rows + n_columns)))
    assert_one_representative(matrix_factorization_symmetry(*sizes), y)


@pytest.mark.parametrize("shape", [(6,), (2, 3), (4, 4)])
def test_images_with_periods(shape):
    rng = np.random.RandomState(0)
    y = rng.randint(0, 2, (60, int(np.prod(shape))))
    for reference in (None, rng.standard_normal(y.shape[1])):
        assert_one_representative(CyclicShift(shape), y, reference)
        assert_one_representative(CyclicShift(shape) * Sign(), y, reference)


def test_plane_waves_are_all_one_phase():
    # Every shift of a plane wave is a phase of it: all shifts tie, and all give one row.
    x = np.exp(2j * np.pi * np.arange(8) * np.array([[1], [3]]) / 8)
    symmetry = CyclicShift() * GlobalPhase()
    expected = symmetry.canonicalize(x)
    for seed in range(5):
        assert_allclose(symmetry.canonicalize(symmetry.random(x, seed)), expected, atol=1e-14)


@pytest.mark.parametrize("step", [1e-7, 1e-9, 1e-12])
def test_images_that_a_shift_hardly_changes(step):
    # Inner products cannot tell the shifts apart, distances can.
    rng = np.random.RandomState(0)
    stripes = np.tile(rng.standard_normal((5, 4, 1)), (1, 1, 4)).reshape(5, 16)
    y = stripes + step * rng.standard_normal((5, 16))
    symmetry = CyclicShift((4, 4))
    for seed in range(5):
        assert_allclose(symmetry.distance(symmetry.random(y, seed), y), 0, atol=1e-14)


def test_turned_matrices_with_rounding():
    turn = MatrixGroup([[[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]] for t in [np.pi / 3]])
    corners = [[np.cos(t), np.sin(t)] for t in np.arange(6) * np.pi / 3 + np.pi / 6]
    assert_one_representative(turn, corners, [1.0, 0.0])
    assert_one_representative(turn * Sign(), corners, [1.0, 0.5])
