"""Any metric up to a symmetry, of some columns, in units of several kinds."""

import functools
import itertools

import numpy as np
import pandas as pd
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.dummy import DummyRegressor
from sklearn.metrics import (
    mean_absolute_error,
    mean_absolute_percentage_error,
    median_absolute_error,
    r2_score,
)
from sklearn.model_selection import GridSearchCV, cross_val_score

from sksym import (
    Columns,
    GlobalPhase,
    Identity,
    Orthogonal,
    PerClass,
    Periodic,
    Permutation,
    Sign,
    Translation,
    make_canonical_regressor,
)
from sksym.metrics import (
    disorientation_angle,
    rectified_mean_absolute_error,
    rectified_mean_squared_error,
    rectified_r2_score,
    rectified_scorer,
)

from .registry import CASES

all_cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)


class Told(RegressorMixin, BaseEstimator):
    """An estimator that predicts what it is told."""

    def __init__(self, y_pred):
        self.y_pred = y_pred

    def fit(self, X, y):
        return self

    def predict(self, X):
        return self.y_pred


def scored(y_true, y_pred, *args, **kwargs):
    return rectified_scorer(*args, **kwargs)(Told(y_pred), np.zeros((len(y_true), 1)), y_true)


@pytest.fixture
def peaks():
    """Three peaks in any order, each a frequency in hertz and an amplitude."""
    rng = np.random.default_rng(0)
    frequency = np.array([100.0, 500.0, 900.0]) + rng.normal(0, 20, (60, 3))
    y = np.stack([frequency, rng.uniform(1, 2, (60, 3))], axis=2)
    return np.take_along_axis(y, np.argsort(rng.uniform(size=(60, 3)))[:, :, None], axis=1)


def by_brute_force(y_true, y_pred, scale):
    """Predicted peaks in the order that is nearest to the truth in units of a scale."""
    orders = [y_pred[:, order, :] for order in map(list, itertools.permutations(range(3)))]
    costs = [(((moved - y_true) / scale) ** 2).sum((1, 2)) for moved in orders]
    best = np.argmin(costs, axis=0)
    return np.stack(orders)[best, np.arange(len(y_true))]


@all_cases
def test_a_metric_sees_aligned_predictions(case):
    # The distance that is left is the smallest, whoever computes it.
    y_true, y_pred = case.rows(seed=0), case.rows(seed=1)

    def largest(true, pred):
        return (
            np.linalg.norm(true - pred, axis=-1).max() if true.ndim > 1 else abs(true - pred).max()
        )

    expected = case.symmetry.distance(y_pred, y_true).max()
    assert_allclose(scored(y_true, y_pred, case.symmetry, largest), expected, rtol=1e-9)


def test_names_and_callables_mean_what_they_mean_in_scikit_learn():
    rng = np.random.default_rng(0)
    y_true, noise = rng.standard_normal((2, 30, 3))
    signs = rng.choice([-1, 1], (30, 1))
    y_pred = y_true + 0.1 * noise
    near = (signs * y_pred, Sign())
    for name, function, sign in (
        ("neg_median_absolute_error", median_absolute_error, -1),
        ("explained_variance", sklearn.metrics.explained_variance_score, 1),
        ("neg_mean_absolute_percentage_error", mean_absolute_percentage_error, -1),
    ):
        expected = sign * function(y_true, y_pred)
        assert_allclose(scored(y_true, near[0], near[1], name), expected)
        assert_allclose(scored(y_true, near[0], near[1], function), expected)
    assert scored(y_true, *near, mean_absolute_error, greater_is_better=True) > 0
    raw = scored(y_true, *near, r2_score, multioutput="raw_values")
    assert_allclose(raw, r2_score(y_true, y_pred, multioutput="raw_values"))


def test_metrics_of_the_package_have_their_own_direction():
    # Neither name ends as those of scikit-learn's errors do.
    symmetry, rows = Identity(), np.array([[0.0, 0.0, 0.0, 1.0], [0.6, 0.0, 0.0, 0.8]])
    for metric in (disorientation_angle, functools.partial(disorientation_angle)):
        assert scored(rows, rows[::-1], symmetry, metric, group="432") < 0
    y = np.array([[1.0], [-2.0], [3.0]])
    for metric, name in (
        (rectified_r2_score, "r2"),
        (rectified_mean_squared_error, "neg_mean_squared_error"),
    ):
        expected = scored(y, y + 0.5, Sign(), name)
        assert_allclose(scored(y, y + 0.5, Sign(), metric), expected)


def test_weights_reach_the_metric():
    rng = np.random.default_rng(1)
    y_true, y_pred = rng.standard_normal((2, 12, 2))
    weight = rng.integers(0, 3, 12)
    scorer = rectified_scorer(Sign(), mean_absolute_error)
    score = scorer(Told(y_pred), np.zeros((12, 1)), y_true, sample_weight=weight)
    repeated = [np.repeat(part, weight, axis=0) for part in (y_true, y_pred)]
    assert_allclose(score, scored(*repeated, Sign(), mean_absolute_error))
    with pytest.raises(ValueError, match="Negative values"):
        scorer(Told(y_pred), np.zeros((12, 1)), y_true, sample_weight=-np.ones(12))


def test_named_columns_of_a_frame():
    # Degrees of an angle beside metres of a position, in a search over a grid.
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, (80, 2))
    y = pd.DataFrame({"x": X[:, 0], "angle": 180 * X[:, 1], "y": X[:, 0] ** 2})
    symmetry = Columns(Periodic(360.0), ["angle"])
    model = make_canonical_regressor(DummyRegressor(), symmetry)
    scorer = rectified_scorer(symmetry, mean_absolute_error, columns="angle")
    search = GridSearchCV(
        model, {"regressor__strategy": ["mean", "median"]}, scoring=scorer, cv=3
    ).fit(X, y)
    model.fit(X, y)
    off = np.abs(model.predict(X)[:, 1] - y["angle"])
    assert_allclose(scorer(model, X, y), -np.minimum(off, 360 - off).mean())
    assert -90 < search.best_score_ < 0
    assert_allclose(
        rectified_mean_absolute_error(y, model.predict(X), symmetry=symmetry, columns=["x", "y"]),
        np.abs(model.predict(X) - y)[["x", "y"]].mean().mean(),
    )


@pytest.mark.parametrize(
    "columns", [[0, 1, 5], slice(0, 3), "name", [], [0, 0], [-1], [1.5], True]
)
def test_columns_that_are_not_there_are_refused(columns):
    y = np.zeros((3, 2))
    with pytest.raises((ValueError, TypeError), match="columns"):
        rectified_mean_squared_error(y, y, symmetry=Identity(), columns=columns)


def test_the_scale_decides_the_order(peaks):
    rng = np.random.default_rng(1)
    y_pred = peaks + rng.normal(0, [200.0, 0.05], peaks.shape)
    rows, pred = (part.reshape(60, 6) for part in (peaks, y_pred))
    for scale in ([1.0, 1.0], [1e4, 1.0], [20.0, 0.3]):
        expected = by_brute_force(peaks, y_pred, scale)
        options = {"symmetry": Permutation(3), "scale": scale * 3}
        squares = (((expected - peaks) / scale) ** 2).sum((1, 2)).mean()
        error = rectified_mean_squared_error(rows, pred, normalization=None, **options)
        assert_allclose(error, squares)
        assert_allclose(
            scored(
                rows, pred, Permutation(3), mean_absolute_error, columns=[1, 3, 5], scale=scale * 3
            ),
            -np.abs(expected - peaks)[:, :, 1].mean(),
        )


def test_by_spread_no_unit_rules(peaks):
    # Amplitudes that are all guessed as constant: invisible in hertz, half of what there is to
    # explain in units of the spreads.
    guess = peaks.copy()
    guess[:, :, 1] = 1.5
    rows, pred = (part.reshape(60, 6) for part in (peaks, guess))
    scores = [
        rectified_r2_score(rows, pred, symmetry=Permutation(3), scale=scale)
        for scale in (None, "spread")
    ]
    assert scores[0] > 0.999
    assert_allclose(scores[1], 0.5, atol=0.02)
    # Whatever the units are.
    in_kilo = np.tile([1e-3, 1.0], 3)
    other = rectified_r2_score(
        rows * in_kilo, pred * in_kilo, symmetry=Permutation(3), scale="spread"
    )
    assert_allclose(other, scores[1], rtol=1e-9)


@pytest.mark.parametrize(
    "case",
    # Absent parts may have a cost, which has a unit; what is not exact is not constant on orbits.
    [case for case in CASES if case.symmetry.is_exact and not case.symmetry._has_costs],
    ids=lambda case: case.id,
)
def test_with_a_spread_no_point_of_an_orbit_counts_more(case):
    # What is scored depends on orbits only, in any units.
    y_true, y_pred = case.rows(seed=0), case.rows(seed=1)
    options = {"symmetry": case.symmetry, "scale": "spread"}
    score = rectified_r2_score(y_true, y_pred, **options)
    moved = [case.symmetry.random(part, seed) for seed, part in enumerate((y_true, y_pred))]
    assert np.isfinite(score)
    assert_allclose(rectified_r2_score(y_true, moved[1], **options), score, rtol=1e-6, atol=1e-6)
    assert_allclose(rectified_r2_score(y_true, y_true, **options), 1)


def test_a_scale_of_one_for_all_is_a_unit():
    rng = np.random.default_rng(0)
    y_true, y_pred = rng.standard_normal((2, 20, 6))
    for symmetry in (Sign(), Orthogonal(3), Translation(2), Permutation(3), GlobalPhase()):
        errors = [
            rectified_mean_squared_error(y_true, y_pred, symmetry=symmetry, scale=scale)
            for scale in (None, np.full(6, 10.0))
        ]
        assert_allclose(errors[1], errors[0] / 100)


def test_lengths_of_the_group_are_kept():
    # 359 and 1 degrees are 2 degrees apart beside metres, in any unit of either.
    y_true, y_pred = np.array([[359.0, 1.0], [180.0, 2.0]]), np.array([[1.0, 1.5], [180.0, 2.0]])
    symmetry = Columns(Periodic(360.0), [0])
    error = rectified_mean_squared_error(
        y_true, y_pred, symmetry=symmetry, scale=[10.0, 0.5], normalization=None
    )
    assert_allclose(error, ((2 / 10) ** 2 + (0.5 / 0.5) ** 2) / 2)
    labelled = PerClass({3: Identity(), 5: Sign()}, column=1)
    error = rectified_mean_squared_error(
        [[1.0, 5.0, 2.0]],
        [[-1.0, 5.0, -4.0]],
        symmetry=labelled,
        scale=[1.0, 7.0, 2.0],
        normalization=None,
    )
    assert_allclose(error, 1.0)


@pytest.mark.parametrize(
    ("symmetry", "scale", "message"),
    [
        (Permutation(), [1.0, 2.0], "same for columns 0 and 1"),
        (Sign(), [1.0, 0.0], "positive"),
        (Sign(), [1.0], "positive number for each of the 2"),
        (Sign(), [1.0, np.nan], "positive"),
        (Sign(), "std", "spread"),
        (Permutation(2, absent=1.0), "spread", "absent="),
        (GlobalPhase(), [1.0, 2.0], "real and imaginary"),
    ],
)
def test_scales_that_mean_nothing_are_refused(symmetry, scale, message):
    y = np.array([[1.0, 2.0], [3.0, 5.0]])
    with pytest.raises(ValueError, match=message):
        rectified_mean_squared_error(y, y, symmetry=symmetry, scale=scale)


def test_unknown_coordinates_count_in_no_unit():
    y_true = np.array([[1.0, np.nan], [2.0, 300.0], [-4.0, 500.0]])
    y_pred = np.array([[-2.0, 9.0], [2.0, 400.0], [4.0, -500.0]])
    error = rectified_mean_squared_error(
        y_true, y_pred, symmetry=Sign(), scale=[1.0, 100.0], normalization=None
    )
    assert_allclose(error, (1 + 1 + 0) / 3)
    assert np.isfinite(rectified_r2_score(y_true, y_pred, symmetry=Sign(), scale="spread"))


@all_cases
def test_the_spread_is_what_r2_leaves(case):
    y_true, y_pred = case.rows(seed=0), case.rows(seed=1)
    error = rectified_mean_squared_error(
        y_true, y_pred, symmetry=case.symmetry, normalization="spread"
    )
    assert_allclose(error, 1 - rectified_r2_score(y_true, y_pred, symmetry=case.symmetry))


def test_there_is_no_spread_in_one_orbit():
    y = [[1.0, 2.0], [-1.0, -2.0]]
    with pytest.raises(ValueError, match="more than one orbit"):
        rectified_mean_squared_error(y, y, symmetry=Sign(), normalization="spread")


def test_what_is_no_metric_is_refused():
    for metric in ("accuracyy", 3, None):
        with pytest.raises(ValueError, match="metric must be"):
            rectified_scorer(Sign(), metric)
    with pytest.raises(ValueError, match="has its own"):
        rectified_scorer(Sign(), "r2", greater_is_better=False)


def test_nan_is_no_prediction():
    y = np.ones((3, 2))
    with pytest.raises(ValueError, match="NaN"):
        scored(y, np.full((3, 2), np.nan), Sign(), mean_absolute_error)


def test_scores_in_cross_validation_keep_the_callers_rows():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((40, 2)), rng.standard_normal((40, 4))
    before = y.copy()
    scorer = rectified_scorer(Permutation(2), median_absolute_error, scale="spread")
    scores = cross_val_score(DummyRegressor(), X, y, scoring=scorer, error_score="raise")
    assert (scores < 0).all()
    assert_array_equal(y, before)


@pytest.mark.parametrize(
    ("metric", "power"),
    [(rectified_mean_squared_error, 2), (rectified_mean_absolute_error, 1)],
)
@pytest.mark.parametrize("weights", [None, [1.0, 2.0, 3.0, 4.0]])
def test_rows_that_are_unknown_in_the_scored_columns_do_not_count(metric, power, weights):
    true = np.array([[1.0, np.nan], [1.0, 2.0], [3.0, np.nan], [5.0, 1.0]])
    pred = np.array([[1.0, 5.0], [1.0, 4.0], [9.0, 9.0], [5.0, 2.0]])
    known = [1, 3]
    of_known = None if weights is None else np.take(weights, known)
    expected = np.average(np.abs(pred - true)[known, 1] ** power, weights=of_known)
    options = {"symmetry": Identity(), "sample_weight": weights}
    assert_allclose(metric(true, pred, columns=[1], **options), expected)
    with pytest.raises(ValueError, match="no value in columns="):
        metric(true[[0, 2]], pred[[0, 2]], columns=[1], symmetry=Identity())


def test_partials_of_rectified_errors_are_aligned_by_all_columns():
    rng = np.random.default_rng(0)
    true = rng.standard_normal((50, 3))
    pred = (true + rng.standard_normal(true.shape)) * rng.choice([-1, 1], 50)[:, None]
    signs = np.sign((pred * true).sum(axis=1))[:, None]  # the nearest by definition
    expected = ((signs * pred - true)[:, 0] ** 2).mean()
    bound = functools.partial(rectified_mean_squared_error, symmetry=Sign())
    for metric in (bound, functools.partial(rectified_mean_squared_error, normalization=None)):
        scorer = rectified_scorer(Sign(), metric, columns=[0])
        assert_allclose(scorer(Told(pred), true, true), -expected)
    of_first = functools.partial(bound, columns=[0], scale=np.ones(3))
    assert_allclose(rectified_scorer(Sign(), of_first)(Told(pred), true, true), -expected)
    with pytest.raises(ValueError, match="binds symmetry"):
        rectified_scorer(Identity(), bound)
    with pytest.raises(ValueError, match="binds scale"):
        rectified_scorer(Sign(), of_first, scale=2 * np.ones(3))


def test_the_name_of_an_imaginary_part_is_explained():
    names = [f"{part}{k}" for part in "ri" for k in range(3)]
    rows = pd.DataFrame(np.random.default_rng(0).standard_normal((4, 6)), columns=names)
    with pytest.raises(ValueError, match="'i1', which is the imaginary part of 'r1'"):
        rectified_mean_squared_error(rows, rows, symmetry=GlobalPhase(), columns=["i1"])
    assert rectified_mean_squared_error(rows, rows, symmetry=GlobalPhase(), columns="r1") == 0
