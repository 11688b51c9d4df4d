"""Orbit means: no worse than any candidate, whatever the order, and what R² makes of them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.metrics import r2_score

from sksym import (
    ConjugateFlip,
    CyclicShift,
    GlobalPhase,
    Identity,
    Orthogonal,
    Permutation,
    PositiveScale,
    Sign,
    Translation,
)
from sksym.metrics import rectified_r2_score

from .registry import CASES, N_COORDINATES

GROUPS = [
    Sign(),
    GlobalPhase(),
    CyclicShift(),
    ConjugateFlip() * CyclicShift() * Sign(),
    Permutation(2, each=Sign()),
    Orthogonal(2, center=True),
]


def cost(symmetry, mean, candidates, weights=1.0):
    return float(np.sum(weights * symmetry.distance(candidates, mean) ** 2))


@pytest.mark.parametrize("symmetry", GROUPS, ids=repr)
@pytest.mark.parametrize("n_candidates", [3, 40, 3000])
@pytest.mark.parametrize("kind", ["ball", "clusters"])
def test_no_candidate_is_a_better_mean(symmetry, n_candidates, kind):
    rng = np.random.RandomState(0)
    y = rng.standard_normal((n_candidates, 6))
    if kind == "clusters":
        y = rng.standard_normal((4, 6))[rng.randint(4, size=n_candidates)] + 0.05 * y
    mean = symmetry.mean(y[None])[0]
    # All candidates where they are few, every thirtieth of many: the oracle is slow.
    best = min(cost(symmetry, row, y) for row in y[:: max(1, n_candidates // 100)])
    assert cost(symmetry, mean, y) <= best * (1 + 1e-12)


@pytest.mark.parametrize("symmetry", GROUPS, ids=repr)
@pytest.mark.parametrize("n_candidates", [3, 40, 3000])
def test_order_does_not_matter_and_weights_are_repetition(symmetry, n_candidates):
    rng = np.random.RandomState(1)
    y = rng.standard_normal((n_candidates, 6))
    weights = rng.randint(0, 3, n_candidates)
    weights[:3] = [1, 2, 2]
    expected = symmetry.mean(y[None], weights)
    order = rng.permutation(n_candidates)
    assert_allclose(symmetry.mean(y[None, order], weights[order]), expected, atol=1e-9)
    repeated = np.repeat(y, weights, axis=0)
    assert_allclose(symmetry.mean(repeated[None]), expected, atol=1e-9)


def test_a_mean_of_many_samples_with_many_candidates():
    y = np.random.RandomState(0).standard_normal((2, 400, 3))
    both = Sign().mean(y)
    assert_allclose(both, np.concatenate([Sign().mean(part[None]) for part in y]))


def test_the_best_start_may_come_late():
    # Two hundred rows in two clusters after five others, whose mean costs seven times more.
    y = np.c_[np.resize([-1.0, 1.0], 205), np.full(205, 0.3)]
    y[:5] = [0, 1]
    mean = Sign().mean(y[None])[0]
    assert cost(Sign(), mean, y) <= min(cost(Sign(), row, y) for row in y)
    constant = np.tile([1.0, 0.0], (205, 1))
    for order in (np.arange(205), np.random.RandomState(0).permutation(205)):
        assert -0.01 < rectified_r2_score(y[order], constant, symmetry=Sign()) < 0


@pytest.mark.parametrize("symmetry", GROUPS, ids=repr)
def test_r2_is_a_function_of_the_set_of_pairs(symmetry):
    rng = np.random.RandomState(0)
    y = rng.standard_normal((60, 6))
    pred = y + 0.5 * rng.standard_normal(y.shape)
    weights = rng.randint(0, 3, 60)
    expected = rectified_r2_score(y, pred, symmetry=symmetry, sample_weight=weights)
    for seed in range(5):
        order = np.random.RandomState(seed).permutation(60)
        parts = y[order], pred[order]
        score = rectified_r2_score(*parts, symmetry=symmetry, sample_weight=weights[order])
        assert_allclose(score, expected, atol=1e-9)
    parts = np.repeat(y, weights, axis=0), np.repeat(pred, weights, axis=0)
    assert_allclose(rectified_r2_score(*parts, symmetry=symmetry), expected, atol=1e-9)


@pytest.mark.parametrize(
    "symmetry", [Permutation(4), Permutation(4, each=Sign()), Sign()], ids=repr
)
@pytest.mark.parametrize("noise", [0.3, 0.8])
def test_of_many_candidates_the_mean_is_their_mean_once_they_are_aligned(symmetry, noise):
    # The last steps look at candidates only that can have changed.
    rng = np.random.default_rng(0)
    y = rng.standard_normal(8) + noise * rng.standard_normal((5000, 8))
    mean = symmetry.mean(symmetry.random(y, 0)[None])[0]
    assert_allclose(symmetry.align(y, to=mean).mean(axis=0), mean, atol=1e-12)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_no_true_row_scores_more_than_zero_as_a_constant(case):
    width = N_COORDINATES * (1 + case.symmetry.is_complex)
    y = case.labelled(np.random.RandomState(0).standard_normal((30, width)))
    for row in y[:10]:
        constant = np.tile(row, (30, 1))
        assert rectified_r2_score(y, constant, symmetry=case.symmetry) <= 1e-12


@pytest.mark.parametrize(
    "symmetry",
    [Identity(), Sign(), GlobalPhase(), Orthogonal(2), Translation(2), PositiveScale()],
    ids=repr,
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("unit", [1.0, 1e-9])
def test_r2_of_a_single_orbit_is_one_or_zero(symmetry, dtype, unit):
    rng = np.random.RandomState(0)
    y = np.repeat(unit * rng.standard_normal((1, 4)), 11, axis=0).astype(dtype)
    true = symmetry.random(y, 0)
    assert rectified_r2_score(true, symmetry.random(y, 1), symmetry=symmetry) == 1
    other = (true + unit * rng.standard_normal(true.shape)).astype(dtype)
    assert rectified_r2_score(true, other, symmetry=symmetry) == 0


def test_r2_without_a_symmetry_is_that_of_scikit_learn():
    y, pred = np.random.RandomState(0).standard_normal((2, 50, 3))
    expected = r2_score(y, pred, multioutput="variance_weighted")
    assert_allclose(rectified_r2_score(y, pred, symmetry=Identity()), expected)
