"""Numbers in any unit: the optimum at every size that floats hold, or an error."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.linalg import eigh
from sklearn.isotonic import isotonic_regression

from sksym import (
    Blocks,
    Columns,
    CyclicShift,
    FactorScale,
    GlobalPhase,
    LiftTargets,
    Orthogonal,
    Permutation,
    PositiveScale,
    Sign,
    Translation,
    matrix_factorization_symmetry,
)

EVERY = [
    Permutation(2, each=Orthogonal(2, center=True)),
    Permutation(3, each=PositiveScale()),
    Permutation(2, each=Translation(2)),
    FactorScale(3, 2, 3),
    Permutation(3, each=FactorScale(1, 1, 3)),
    matrix_factorization_symmetry(3, 2, 3),
    CyclicShift((3, 4)) * Sign(),
    Sign() * PositiveScale(),
    Orthogonal(3, center=True) * Sign(),
    GlobalPhase(),
]


@pytest.mark.parametrize("symmetry", EVERY, ids=repr)
@pytest.mark.parametrize("unit", [1e-300, 1e-170, 1e-90, 1e155, 1e300])
def test_distances_have_a_unit_only(symmetry, unit):
    y, to = np.random.RandomState(0).standard_normal((2, 6, 12))
    distance = symmetry.distance(unit * y, unit * to)
    assert_allclose(distance / unit, symmetry.distance(y, to), rtol=1e-12)


OF_PRODUCTS = [
    (Permutation(4) * Orthogonal(3, center=True), 12),
    (CyclicShift() * Translation(1), 5),
    (Permutation(2, each=Translation(2)), 8),
    (Blocks(Translation(2), 2), 8),
    (Columns(Orthogonal(2, center=True), [0, 1, 4, 5, 6, 7]), 8),
    (Orthogonal(3, center=True), 12),
]


@pytest.mark.parametrize(("symmetry", "width"), OF_PRODUCTS, ids=lambda value: repr(value))
@pytest.mark.parametrize(
    ("dtype", "unit", "rounding"),
    [(np.float32, 1e-9, 1e-6), (np.float64, 1e-10, 1e-14), (np.float64, 1e-17, 1e-14)],
)
def test_representatives_of_small_rows_stay_in_the_orbit(symmetry, width, dtype, unit, rounding):
    # A reference whose centroid has no unit would move such rows by more than their size.
    y = (unit * np.random.RandomState(0).standard_normal((50, width))).astype(dtype)
    canonical = symmetry.canonicalize(y)
    size = np.linalg.norm(y, axis=1)
    assert (symmetry.distance(canonical, y) <= rounding * size).all()
    assert (np.linalg.norm(canonical, axis=1) <= size * (1 + 1e-6)).all()


@pytest.mark.parametrize("ratio", [1e-200, 1e-30, 1e30, 1e200])
def test_factors_of_very_different_sizes(ratio):
    # The scale s of (s a, x / s) takes up any ratio of the two.
    symmetry = FactorScale(2, 1, 3)
    y, to = np.random.RandomState(0).standard_normal((2, 8, 5))
    scaled = y * np.r_[ratio, ratio, np.full(3, 1 / ratio)]
    assert_allclose(symmetry.distance(scaled, to), symmetry.distance(y, to), rtol=1e-9)


@pytest.mark.parametrize("size", [1e-170, 1e200])
@pytest.mark.parametrize("symmetry", [Sign(), Orthogonal(2), Blocks(Sign(), 2)], ids=repr)
def test_lifts_that_floats_cannot_hold_are_refused(symmetry, size):
    y = np.full((3, 4), size)
    y[:, 0] = 2 * size
    with pytest.raises(ValueError, match=r"overflow or vanish in float64; rescale y"):
        symmetry.lift(y)
    with pytest.raises(ValueError, match="overflow or vanish"):
        LiftTargets(symmetry).fit(y)
    assert_allclose(Permutation().lift(y), np.sort(y, axis=1))  # nothing is multiplied there


def test_unlift_of_an_order_is_isotonic_regression():
    z = np.random.RandomState(0).standard_normal((20, 7))
    nearest = np.stack([isotonic_regression(row) for row in z])
    assert_allclose(Permutation().unlift(z), nearest)
    assert_allclose(Permutation().unlift([[3.0, 1.0]]), [[2.0, 2.0]])
    blocks = Blocks(Permutation(), 2).unlift(np.hstack([z, z]))
    assert_allclose(blocks, np.hstack([nearest, nearest]))


def test_unlift_of_centred_points_is_classical_scaling():
    rng = np.random.RandomState(0)
    symmetry = Orthogonal(2, center=True)
    y = symmetry.canonicalize(rng.standard_normal((20, 10)))
    # A constant on all squared distances from the origin is no point set: the true one is nearest.
    z = symmetry.lift(y) + 5.0 * np.r_[np.ones(5), np.sqrt(2) * np.ones(10)]
    assert_allclose(symmetry.distance(symmetry.unlift(z), y), 0, atol=1e-7)
    # Any matrix: centred twice, then its leading eigenvectors.
    z = rng.standard_normal((5, 15))
    i, j = np.triu_indices(5, 1)
    for row, found in zip(z, symmetry.unlift(z), strict=True):
        gram = np.diag(row[:5])
        gram[i, j] = gram[j, i] = row[5:] / np.sqrt(2)
        centring = np.eye(5) - 1 / 5
        values, vectors = eigh(centring @ gram @ centring)
        points = vectors[:, -2:] * np.sqrt(np.maximum(values[-2:], 0))
        assert_allclose(found.reshape(5, 2) @ found.reshape(5, 2).T, points @ points.T, atol=1e-9)
