"""Finite groups that are not linear, or not isometric: the nearest is the nearest by distance."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.neighbors import KNeighborsRegressor

from sksym import Blocks, FiniteSymmetry, Permutation, make_canonical_regressor
from sksym.metrics import rectified_mean_absolute_error
from sksym.testing import check_laws


class Supplement(FiniteSymmetry):
    """An angle and its supplement, in degrees: they have one sine."""

    def _orbit(self, xp, y):
        yield y
        yield 180 - y


class OffAxis(FiniteSymmetry):
    """Quarter turns of the plane about a point that is not the origin."""

    def _orbit(self, xp, y):
        x, z = y[:, :1] - 3, y[:, 1:] + 5
        for _ in range(4):
            yield xp.concat([x + 3, z - 5], axis=1)
            x, z = -z, x


class Reciprocal(FiniteSymmetry):
    """A ratio and its inverse: no isometry."""

    is_isometric = False

    def _orbit(self, xp, y):
        yield y
        yield 1 / y


GROUPS = [(Supplement(), 1), (Supplement(), 3), (OffAxis(), 2), (Reciprocal(), 2)]


def brute_force(symmetry, y, to):
    points = np.stack(list(symmetry.orbit(y)))
    distance = np.linalg.norm(points - to, axis=2)
    return points[np.argmin(distance, axis=0), np.arange(len(y))], distance.min(axis=0)


@pytest.mark.parametrize(("symmetry", "width"), GROUPS, ids=lambda value: str(value))
@pytest.mark.parametrize("unit", [0.1, 1.0, 100.0])
def test_nearest_is_nearest_by_distance(symmetry, width, unit):
    rng = np.random.default_rng(0)
    y, to = unit * rng.uniform(0.1, 2, (2, 50, width))
    point, distance = brute_force(symmetry, y, to)
    assert_allclose(symmetry.align(y, to), point)
    assert_allclose(symmetry.distance(y, to), distance)
    reference = to[0]
    expected = brute_force(symmetry, y, reference)[0]
    assert_allclose(symmetry.canonicalize(y, reference), expected)
    for seed in range(4):
        moved = symmetry.random(y, seed)
        assert_allclose(symmetry.canonicalize(moved, reference), expected)


@pytest.mark.parametrize(("symmetry", "width"), GROUPS[:3], ids=lambda value: str(value))
def test_affine_isometries_keep_the_laws(symmetry, width):
    check_laws(symmetry, np.random.default_rng(0).uniform(0, 180, (20, width)))


def test_known_distances_of_supplements():
    distance = Supplement().distance([[10.0], [10.0], [100.0]], [[172.0], [12.0], [70.0]])
    assert_allclose(distance, [2, 2, 10])


@pytest.mark.parametrize("symmetry", [Blocks(Supplement(), 2), Permutation(2, each=Supplement())])
def test_parts_that_move_by_affine_isometries(symmetry):
    rng = np.random.default_rng(0)
    y, to = rng.uniform(0, 180, (2, 30, 2))
    candidates = [
        np.stack(pair, axis=1)
        for first in (y[:, 0], 180 - y[:, 0])
        for second in (y[:, 1], 180 - y[:, 1])
        for pair in (
            [(first, second)]
            if isinstance(symmetry, Blocks)
            else [(first, second), (second, first)]
        )
    ]
    best = np.min([np.linalg.norm(point - to, axis=1) for point in candidates], axis=0)
    assert_allclose(symmetry.distance(y, to), best)
    check_laws(symmetry, y)


def test_a_regressor_up_to_the_supplement():
    angle = np.random.default_rng(0).uniform(0, 180, (1000, 1))
    X = np.sin(np.radians(angle))
    model = make_canonical_regressor(KNeighborsRegressor(), Supplement()).fit(X[:700], angle[:700])
    pred = model.predict(X[700:])
    true = angle[700:]
    error = np.minimum(abs(pred - true), abs(180 - pred - true)).mean()
    assert error < 0.1
    assert_allclose(rectified_mean_absolute_error(true, pred, symmetry=Supplement()), error)
    assert model.score(X[700:], true) > 0.999
