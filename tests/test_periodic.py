"""Angles and other coordinates known up to whole periods, against the arithmetic of circles."""

import itertools
import math

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import circmean
from sklearn.compose import TransformedTargetRegressor
from sklearn.neighbors import KNeighborsRegressor

from sksym import (
    AtlasRegressor,
    Blocks,
    Columns,
    Periodic,
    Permutation,
    ScaleTargets,
    make_canonical_regressor,
    make_lifted_regressor,
)
from sksym.metrics import rectified_mean_absolute_error
from sksym.neural import FeedforwardRegressor
from sksym.regressors import NotApplicableError, with_remedy
from sksym.testing import check_laws

BEARING = Periodic(360)


def wrapped(difference, period=360.0):
    return (difference + period / 2) % period - period / 2


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_known_angles():
    angles = np.array([[-90.0], [370.0], [0.0], [360.0], [-720.0], [359.5], [180.0]])
    assert_array_equal(BEARING.canonicalize(angles)[:, 0], [270, 10, 0, 0, 0, 359.5, 180])
    # About zero where somebody asks for it; half a turn is the lower end.
    around_zero = BEARING.canonicalize(angles, reference=[0.0])[:, 0]
    assert_array_equal(around_zero, [-90, 10, 0, 0, 0, -0.5, -180])
    assert_array_equal(BEARING.align(angles, [300.0])[:, 0], [270, 370, 360, 360, 360, 359.5, 180])
    assert_array_equal(BEARING.distance([[359.0]], [[1.0]]), [2.0])
    lines = Periodic(360, fold=2)  # of a line both directions are one
    assert_array_equal(lines.canonicalize([[190.0, -10.0]]), [[10.0, 170.0]])
    assert_array_equal(lines.distance([[175.0, 0.0]], [[-2.0, 4.0]]), [5.0])
    assert_allclose(Periodic(2 * math.pi).canonicalize([[-math.pi / 2]]), [[1.5 * math.pi]])


@pytest.mark.parametrize("symmetry", [BEARING, Periodic(360, 3), Periodic(2 * np.pi)], ids=repr)
def test_distances_are_wrapped_differences(symmetry, rng):
    period = symmetry.period / symmetry.fold
    y, to = 10 * symmetry.period * rng.standard_normal((2, 200, 2))
    expected = np.linalg.norm(wrapped(y - to, period), axis=1)
    assert_allclose(symmetry.distance(y, to), expected, atol=1e-11 * period)
    aligned = symmetry.align(y, to)
    turns = (aligned - y) / period
    assert_allclose(turns, np.round(turns), atol=1e-11)
    assert (np.abs(aligned - to) <= period / 2 * (1 + 1e-12)).all()
    near = y[:20] / 20  # what is many turns away is known no better than its rounding
    check_laws(symmetry, near)
    check_laws(symmetry, torch.asarray(near))
    check_laws(symmetry, near.astype(np.float32))


@pytest.mark.parametrize("period", [360.0, 1.0, 2 * np.pi, 360 / 7])
def test_ties_at_half_a_period_depend_on_the_orbit_only(period, rng):
    # Half a period from the reference both ends are as near; rounding must not choose.
    symmetry, reference = Periodic(period), period * rng.uniform(0.1, 3, 5)
    y = reference + period / 2 + period * np.arange(-9, 10)[:, None]
    canonical = symmetry.canonicalize(y, reference)
    expected = np.broadcast_to(reference - period / 2, y.shape)
    assert_allclose(canonical, expected, rtol=0, atol=1e-14 * 20 * period)
    assert_array_equal(symmetry.canonicalize(canonical, reference), canonical)
    assert_allclose(symmetry.margin(y, reference), 0, atol=1e-14 * 20 * period)


def test_representatives_are_exact_however_many_turns_away():
    # A multiple of 1/8 added to as many turns as floats hold exactly.
    angles = np.arange(0, 360, 0.125)[:, None]
    for turns in (1.0, 1e6, -1e9, 2.0**40):
        assert_array_equal(BEARING.canonicalize(angles + 360 * turns), angles)
    far = np.arange(1, 40)[:, None] * 12345.678  # a product with the period would round here
    assert_array_equal(Periodic(0.1).canonicalize(far), np.fmod(far, 0.1))


def frechet_mean(angles, weights, period):
    """The best of all ways to add a turn to some of the angles, one by one."""
    best = (np.inf, 0.0)
    for turns in itertools.product([0, 1], repeat=len(angles)):
        moved = angles % period + period * np.array(turns)
        mean = weights @ moved
        best = min(best, (weights @ wrapped(angles - mean, period) ** 2, mean % period))
    return best


@pytest.mark.parametrize("n_candidates", [2, 3, 5, 8])
def test_the_mean_is_the_best_on_the_circle(n_candidates, rng):
    y = rng.uniform(-720, 720, (12, n_candidates, 1))
    weights = rng.dirichlet(np.ones(n_candidates), 12)
    means = BEARING.mean(y, weights)
    for row, weight, mean in zip(y[:, :, 0], weights, means[:, 0], strict=True):
        cost, best = frechet_mean(row, weight, 360.0)
        assert weight @ wrapped(row - mean) ** 2 == pytest.approx(cost)
        assert wrapped(mean - best) == pytest.approx(0, abs=1e-9)


def test_known_means(rng):
    assert_allclose(BEARING.mean([[[350.0, 10.0], [20.0, 30.0]]]), [[5.0, 20.0]])
    # East and west are as far from north as from south: the larger, in any order.
    assert_allclose(BEARING.mean([[[90.0], [270.0]], [[270.0], [90.0]]]), [[180.0], [180.0]])
    opposite = rng.uniform(0, 360, (100, 1, 1)) + np.array([[0], [180.0]])
    turned = opposite + 360 * rng.integers(-3, 4, opposite.shape)
    assert_allclose(wrapped(BEARING.mean(turned) - BEARING.mean(opposite)), 0, atol=1e-9)
    near = rng.normal(359, 5, (1, 30, 1))  # near each other the mean is that of the vectors
    expected = circmean(near.ravel(), high=360)
    assert wrapped(BEARING.mean(near)[0, 0] - expected) == pytest.approx(0, abs=0.05)
    columns = Columns(BEARING, [1]).mean([[[1.0, 350.0], [3.0, 20.0]]])
    assert_allclose(columns, [[2.0, 5.0]])


def test_the_lift_is_a_circle_of_the_length_of_the_period(rng):
    y = rng.uniform(-1000, 1000, (50, 2))
    z = BEARING.lift(y)
    angle, radius = np.radians(y), 360 / (2 * np.pi)
    assert_allclose(z, radius * np.hstack([np.cos(angle), np.sin(angle)]), atol=1e-11)
    assert_allclose(BEARING.distance(BEARING.unlift(z), y), 0, atol=1e-11)
    step = np.linalg.norm(BEARING.lift(y + 0.01) - z, axis=1)
    assert_allclose(step, np.sqrt(2) * 0.01, rtol=1e-6)
    # The nearest point of the circle to any point of the plane has its direction.
    near = BEARING.unlift([[3.0, -3.0], [0.1, 5.0]])
    assert_allclose(near, [[315.0], [np.degrees(np.arctan2(5.0, 0.1))]])
    with pytest.raises(ValueError, match=r"even number of columns, a cosine and a sine .* got 3"):
        BEARING.unlift(np.ones((2, 3)))


def test_any_order_of_angles():
    pair = Permutation(2, each=BEARING)
    assert_allclose(pair.distance([[10.0, 350.0]], [[-11.0, 8.0]]), [np.hypot(1, 2)])
    check_laws(pair, np.random.default_rng(0).uniform(-400, 400, (8, 2)))
    assert_allclose(Blocks(BEARING, 2).canonicalize([[-1.0, 361.0]]), [[359.0, 1.0]])


@pytest.fixture(scope="module")
def bearings():
    rng = np.random.default_rng(0)
    angle = rng.uniform(-180, 180, 600)
    X = np.c_[np.cos(np.radians(angle)), np.sin(np.radians(angle))]
    return X * rng.uniform(0.8, 1.2, (600, 1)) + 0.05 * rng.standard_normal((600, 2)), angle


def test_angles_are_learned_in_degrees(bearings):
    X, y = bearings
    errors = {}
    for name, model in {
        "raw": KNeighborsRegressor(),
        "canonical": make_canonical_regressor(KNeighborsRegressor(), BEARING),
        "lift": make_lifted_regressor(KNeighborsRegressor(), BEARING),
        "atlas": AtlasRegressor(KNeighborsRegressor(), BEARING, random_state=0),
    }.items():
        predicted = model.fit(X[:400], y[:400]).predict(X[400:])
        errors[name] = np.abs(wrapped(predicted - y[400:])).mean()
        rectified = rectified_mean_absolute_error(y[400:], predicted, symmetry=BEARING)
        assert rectified == pytest.approx(errors[name])
    # The measurements tell an angle to three degrees; a cut costs more than that.
    assert errors["lift"] < 4 < min(errors["canonical"], errors["raw"])
    assert errors["lift"] < errors["atlas"] < min(errors["canonical"], errors["raw"])


def test_a_loss_on_scaled_targets_would_miss_the_period(bearings):
    # Degrees over their spread have another period: the loss would see no symmetry at all.
    y = bearings[1]
    network = FeedforwardRegressor((4,), max_epochs=1)
    task = {"targets": y[:, None], "n_pairs": len(y)}
    with_remedy("loss", network, BEARING, **task)
    scaled = TransformedTargetRegressor(network, transformer=ScaleTargets())
    with pytest.raises(NotApplicableError, match=r"scaled targets, but Periodic.* has a unit"):
        with_remedy("loss", scaled, BEARING, **task)
