"""Rectified errors against brute force and known answers."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.neighbors import KNeighborsRegressor

from sksym import GlobalPhase, Identity, Sign
from sksym.metrics import (
    rectified_mean_absolute_error,
    rectified_mean_squared_error,
    rectified_r2_score,
    rectified_root_mean_squared_error,
    rectified_scorer,
    seam_report,
)

from .registry import CASES

all_cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)


@pytest.fixture
def pair():
    rng = np.random.default_rng(0)
    y_true = rng.standard_normal((40, 6))
    return y_true, y_true * rng.choice([-1, 1], (40, 1)) + 0.3 * rng.standard_normal((40, 6))


@all_cases
def test_error_is_the_minimum_over_the_orbit(case):
    y_true, y_pred = case.rows(seed=0), case.rows(seed=1)
    squares = [np.sum(np.abs(point - y_true) ** 2, axis=1) for point in case.sweep(y_pred)]
    brute = np.min(squares, axis=0).mean()
    error = rectified_mean_squared_error(
        y_true, y_pred, symmetry=case.symmetry, normalization=None
    )
    assert error <= brute * (1 + 1e-12)
    # A sweep point is at most sweep_gap off the optimum, where the error is quadratic; an open ray
    # of scales may have none.
    if case.symmetry.is_isometric:
        assert brute <= error + 20 * case.sweep_gap**2


def test_with_the_trivial_group_they_are_scikit_learns(pair):
    y_true, y_pred = pair
    weight = np.random.default_rng(1).uniform(size=len(y_true))
    for ours, theirs in (
        (rectified_mean_squared_error, mean_squared_error),
        (rectified_mean_absolute_error, mean_absolute_error),
    ):
        for w in (None, weight):
            assert_allclose(
                ours(y_true, y_pred, symmetry=Identity(), sample_weight=w),
                theirs(y_true, y_pred, sample_weight=w),
            )
    assert_allclose(
        rectified_r2_score(y_true, y_pred, symmetry=Identity(), sample_weight=weight),
        r2_score(y_true, y_pred, sample_weight=weight, multioutput="variance_weighted"),
    )


@pytest.mark.parametrize(
    ("normalization", "expected"), [("n", 2.0), ("n2", 1.0), ("power", 0.8), (None, 4.0)]
)
def test_units(normalization, expected):
    # |(-1, -4) turned to (1, 4) - (1, 2)|² = 4, n = 2, |(1, 2)|² = 5.
    y_true, y_pred = [[1.0, 2.0]], [[-1.0, -4.0]]
    error = {"symmetry": Sign(), "normalization": normalization}
    assert_allclose(rectified_mean_squared_error(y_true, y_pred, **error), expected)
    assert_allclose(rectified_root_mean_squared_error(y_true, y_pred, **error), np.sqrt(expected))


def test_complex_coordinates_count_once_in_either_layout():
    y_true, y_pred = np.array([[1.0, 2.0j]]), np.array([[1.0j, -4.0]])  # i (1, 4i)
    packed = [np.hstack([y.real, y.imag]) for y in (y_true, y_pred)]
    for pair in ((y_true, y_pred), packed):
        assert_allclose(rectified_mean_squared_error(*pair, symmetry=GlobalPhase()), 2.0)
        assert_allclose(rectified_mean_absolute_error(*pair, symmetry=GlobalPhase()), 1.0)


def test_the_zero_predictor_on_the_unit_ball_is_the_papers_b_column():
    # E|y|²/n² = 1 / (n (n + 2)): 286, 83, 39 (1e-4) for n = 5, 10, 15.
    rng = np.random.default_rng(0)
    for n, expected in ((5, 286), (10, 83), (15, 39)):
        y = rng.standard_normal((20_000, n))
        y *= (rng.uniform(size=20_000) ** (1 / n) / np.linalg.norm(y, axis=1))[:, None]
        error = rectified_mean_squared_error(
            y, np.zeros_like(y), symmetry=Sign(), normalization="n2"
        )
        assert_allclose(error * 1e4, expected, rtol=0.01)


@pytest.mark.parametrize("symmetry", [Sign(), GlobalPhase()])
def test_no_constant_scores_above_zero(symmetry):
    rng = np.random.default_rng(0)
    y = rng.standard_normal((200, 4)) + np.array([2.0, 0.0, 0.0, 0.0])
    y = symmetry.random(y, 0)
    for constant in (np.zeros(4), *rng.standard_normal((50, 4)), [2.0, 0.0, 0.0, 0.0]):
        constants = np.broadcast_to(constant, y.shape)
        assert rectified_r2_score(y, constants, symmetry=symmetry) <= 1e-12
    best = symmetry.mean(y[None])
    score = rectified_r2_score(y, np.broadcast_to(best, y.shape), symmetry=symmetry)
    assert_allclose(score, 0, atol=1e-12)
    assert rectified_r2_score(y, symmetry.random(y, 1), symmetry=symmetry) == pytest.approx(1)


def test_r2_where_there_is_nothing_to_explain():
    y = [[1.0, 2.0], [-1.0, -2.0]]
    assert rectified_r2_score(y, y[::-1], symmetry=Sign()) == 1.0
    assert rectified_r2_score(y, [[1.0, 2.0], [1.0, 0.0]], symmetry=Sign()) == 0.0
    with pytest.warns(UserWarning, match="less than two samples"):
        assert np.isnan(rectified_r2_score(y[:1], y[:1], symmetry=Sign()))


def test_one_dimensional_targets():
    assert rectified_mean_squared_error([1.0, -2.0], [-1.0, 4.0], symmetry=Sign()) == 2.0


def test_tensors_are_scored_where_they_are(pair):
    y_true, y_pred = pair
    expected = rectified_mean_squared_error(y_true, y_pred, symmetry=Sign())
    error = rectified_mean_squared_error(
        torch.asarray(y_true), torch.asarray(y_pred).requires_grad_(), symmetry=Sign()
    )
    assert type(error) is float
    assert_allclose(error, expected)


def test_unknown_units_and_metrics_are_refused(pair):
    with pytest.raises(ValueError, match='"n", "n2", "power", "spread" or None, got \'m\''):
        rectified_mean_squared_error(*pair, symmetry=Sign(), normalization="m")
    with pytest.raises(ValueError, match="not all zero"):
        rectified_mean_squared_error(
            np.zeros((2, 2)), np.zeros((2, 2)), symmetry=Sign(), normalization="power"
        )
    with pytest.raises(ValueError, match=r"neg_mean_absolute_error, .* got 'mse'"):
        rectified_scorer(Sign(), "mse")
    with pytest.raises(ValueError, match=r"Sign\(\), with parentheses"):
        rectified_scorer(Sign)


@pytest.mark.parametrize(
    ("name", "metric", "sign"),
    [
        ("neg_mean_squared_error", rectified_mean_squared_error, -1),
        ("neg_root_mean_squared_error", rectified_root_mean_squared_error, -1),
        ("neg_mean_absolute_error", rectified_mean_absolute_error, -1),
        ("r2", rectified_r2_score, 1),
    ],
)
def test_scorers_call_the_metrics(pair, name, metric, sign):
    y_true, X = pair
    model = KNeighborsRegressor().fit(X, y_true)
    expected = sign * metric(y_true, model.predict(X), symmetry=Sign())
    assert rectified_scorer(Sign(), name)(model, X, y_true) == pytest.approx(expected)


def test_scorers_pass_units_and_weights_on(pair):
    y_true, X = pair
    model = KNeighborsRegressor().fit(X, y_true)
    weight = np.arange(40.0)
    expected = rectified_mean_squared_error(
        y_true, model.predict(X), symmetry=Sign(), normalization="n2", sample_weight=weight
    )
    scorer = rectified_scorer(Sign(), normalization="n2")
    assert scorer(model, X, y_true, sample_weight=weight) == pytest.approx(-expected)


@pytest.mark.parametrize("symmetry", [Sign(), GlobalPhase()])
def test_seam_report_sorts_rows_by_their_distance_from_the_cut(symmetry):
    rng = np.random.default_rng(0)
    y = rng.standard_normal((100, 4))
    y_pred = symmetry.random(y + 0.1 * rng.standard_normal(y.shape), 0)
    report = seam_report(y, y_pred, symmetry=symmetry, bins=4)
    order = np.argsort(symmetry.margin(y))
    squares = symmetry.distance(y, y_pred) ** 2 / (2 if symmetry.is_complex else 4)
    for k in range(4):
        rows = order[25 * k : 25 * (k + 1)]
        assert_allclose(report.error[k], squares[rows].mean())
        assert_allclose(report.share[k], squares[rows].sum() / squares.sum())
        assert_allclose(report.margin[k], np.median(symmetry.margin(y)[rows]))
    assert_array_equal(report.n_samples, [25] * 4)
    other = seam_report(y, y_pred, symmetry=symmetry, reference=[1.0, 2.0, 3.0, 4.0], bins=4)
    assert_allclose((other.error * other.n_samples).sum(), (report.error * 25).sum())
    assert not np.allclose(other.margin, report.margin)
    torched = seam_report(torch.tensor(y), torch.tensor(y_pred), symmetry=symmetry, bins=4)
    assert_allclose(torched.error, report.error)


@pytest.mark.parametrize("bins", [0, 200, [0.5, 0.2], [0, 2.0], [0.0]])
def test_seam_report_refuses_bins_that_are_none(bins):
    y = np.arange(1.0, 11)[:, None]
    with pytest.raises(ValueError, match="bins must be"):
        seam_report(y, y, symmetry=Sign(), bins=bins)
    with pytest.raises(ValueError, match="has no cut"):
        seam_report(y, y, symmetry=Identity())
