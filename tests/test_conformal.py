"""Balls contain the true orbit as often as they say, and depend on orbits only."""

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import cross_val_score, cross_validate
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sksym import (
    GlobalPhase,
    Identity,
    PerClass,
    Permutation,
    PositiveScale,
    RectifiedConformalRegressor,
    RefinedRegressor,
    Sign,
    make_canonical_regressor,
    make_lifted_regressor,
)
from sksym.datasets import make_gaussian_phase_retrieval, make_square_root
from sksym.io import read_model, write_model
from sksym.metrics import rectified_scorer
from sksym.regressors._calibration import conformal_quantile

NEAREST = KNeighborsRegressor()
CUT = make_canonical_regressor(NEAREST, Sign())
LIFTED = make_lifted_regressor(NEAREST, Sign())
NAMES = ["constant", "neighbors", "margin", "norm"]


@pytest.fixture(scope="module")
def pairs():
    return make_gaussian_phase_retrieval(1500, 3, random_state=0)


def conformal(regressor=CUT, symmetry=None, *args, **kwargs):
    symmetry = Sign() if symmetry is None else symmetry
    return RectifiedConformalRegressor(regressor, symmetry, *args, **{"random_state": 0} | kwargs)


class Zero(RegressorMixin, BaseEstimator):
    """Predicts zero, and remembers what it was fitted to."""

    def fit(self, X, y, sample_weight=None):
        self.X_, self.sample_weight_, self.width_ = X, sample_weight, np.shape(y)[1]
        return self

    def predict(self, X):
        return np.zeros((len(X), self.width_))


# The quantile


@pytest.mark.parametrize(
    ("level", "rank"), [(0.5, 10), (0.8, 16), (0.89, 18), (0.9, 18), (0.95, 19)]
)
def test_the_rank_by_hand(level, rank):
    # (19 + 1) * level, rounded up.
    scores = np.random.default_rng(0).permutation(np.arange(1.0, 20.0))
    assert conformal_quantile(scores, np.ones(19), level) == rank
    assert conformal_quantile(scores, np.full(19, 0.3), level) == rank


def test_weights_in_the_quantile_by_hand():
    # A new row weighs 4 too: 0.5 * (1 + 1 + 4 + 2 + 4) = 6 is reached by the third.
    scores, weights = np.array([3.0, 1.0, 2.0, 4.0]), np.array([4.0, 1.0, 1.0, 2.0])
    assert conformal_quantile(scores, weights, 0.5) == 3
    assert conformal_quantile(scores, weights, 0.51) == 4
    assert conformal_quantile(np.append(scores, 0.0), np.append(weights, 0.0), 0.5) == 3


def test_one_radius_by_hand():
    # The distance of y from zero is its size, whatever the symmetry.
    y = np.random.default_rng(0).standard_normal((100, 2))
    model = conformal(Zero(), Sign(), 0.9, "constant").fit(y, y)
    assert len(model.calibration_indices_) == 20
    expected = np.sort(np.linalg.norm(y[model.calibration_indices_], axis=1))[18]  # ceil(21 * 0.9)
    assert_allclose(model.predict_radius(y), expected, rtol=1e-12)
    assert_array_equal(model.contains(y, y), np.linalg.norm(y, axis=1) <= model.quantile_)
    assert len(model.regressor_.X_) == 80
    assert model.mean_radii_ == {}


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95, 0.99])
def test_the_number_of_rows_that_is_needed(level):
    needed = round(level / (1 - level))
    y = np.random.default_rng(0).standard_normal((2 * needed + 10, 2))
    model = conformal(Zero(), Sign(), level, "constant", calibration_size=needed).fit(y, y)
    assert model.quantile_ == np.linalg.norm(y[model.calibration_indices_], axis=1).max()
    model = clone(model).set_params(normalization="auto", calibration_size=2 * needed).fit(y, y)
    assert len(model.calibration_indices_) == needed
    if needed > 1:
        with pytest.raises(ValueError, match=f"at least {needed} rows .*, got {needed - 1};"):
            clone(model).set_params(calibration_size=needed - 1, normalization="norm").fit(y, y)
        with pytest.raises(
            ValueError, match=f"{needed} rows .* and as many to choose .* got {needed - 1};"
        ):
            clone(model).set_params(calibration_size=2 * needed - 1).fit(y, y)


# Coverage


def noisy_roots(n_samples, seed):
    X, y = make_square_root(n_samples, random_state=seed)
    return X + 0.05 * np.random.default_rng(seed).standard_normal(X.shape), y


def phase_retrieval(n_samples, seed):
    return make_gaussian_phase_retrieval(n_samples, 3, random_state=seed)


def shuffled(n_samples, seed):
    rng = np.random.default_rng(seed)
    y = rng.standard_normal((n_samples, 3))
    sums = np.stack([(y**k).sum(axis=1) for k in (1, 2, 3)], axis=1)
    return sums + 0.1 * rng.standard_normal(sums.shape), y


PROBLEMS = {
    "roots, canonical": (noisy_roots, CUT, Sign()),
    "roots, lifted": (noisy_roots, LIFTED, Sign()),
    "phases, canonical": (phase_retrieval, CUT, Sign()),
    "phases, lifted": (phase_retrieval, LIFTED, Sign()),
    "shuffled": (shuffled, make_canonical_regressor(NEAREST, Permutation()), Permutation()),
}
N_DRAWS, N_TRAIN, N_CALIBRATION, N_NEW = 25, 80, 200, 400


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
@pytest.mark.parametrize("problem", PROBLEMS)
def test_the_coverage(problem, level):
    make, regressor, symmetry = PROBLEMS[problem]
    found = []
    for seed in range(N_DRAWS):
        X, y = make(N_TRAIN + N_CALIBRATION + N_NEW, seed)
        model = conformal(regressor, symmetry, level, calibration_size=N_CALIBRATION)
        model.fit(X[:-N_NEW], y[:-N_NEW])
        found.append(model.contains(X[-N_NEW:], y[-N_NEW:]).mean())
    # The probability of one draw is distributed as Beta(rank, n + 1 - rank); N_NEW rows add their
    # binomial error.
    n = N_CALIBRATION // 2
    rank = np.ceil((n + 1) * level - 1e-9)
    mean = rank / (n + 1)
    variance = mean * (1 - mean) / (n + 2) + mean * (1 - mean) / N_NEW
    assert mean >= level
    assert abs(np.mean(found) - mean) < 4 * np.sqrt(variance / N_DRAWS)


@pytest.mark.parametrize("name", NAMES)
def test_every_normalization_covers(name, pairs):
    X, y = pairs
    model = conformal(normalization=name, calibration_size=400).fit(X[:1000], y[:1000])
    # Of 400 calibration and 500 new rows: three deviations.
    spread = np.sqrt(0.9 * 0.1 * (1 / 400 + 1 / 500))
    assert abs(model.contains(X[1000:], y[1000:]).mean() - 0.9) < 3 * spread
    assert (np.ptp(model.predict_radius(X)) == 0) == (name == "constant")


def test_a_distance_that_knows_no_symmetry_has_large_balls(pairs):
    X, y = pairs
    rectified, plain = (
        conformal(LIFTED, s, normalization="constant").fit(X, y).quantile_
        for s in (Sign(), Identity())
    )
    assert plain > 10 * rectified


# What they depend on


@pytest.mark.parametrize("name", ["auto", *NAMES])
def test_the_unit_does_not_matter(name, pairs):
    X, y = pairs
    model = conformal(normalization=name).fit(X[:1000], y[:1000])
    other = clone(model).fit(X[:1000], 1e6 * y[:1000])
    X, y = X[1000:], y[1000:]  # the row at the quantile is in or out by rounding
    assert other.normalization_ == model.normalization_
    assert_allclose(other.predict_radius(X), 1e6 * model.predict_radius(X))
    assert_array_equal(other.contains(X, 1e6 * y), model.contains(X, y))


@pytest.mark.parametrize("symmetry", [Sign(), GlobalPhase(), Permutation(2)], ids=repr)
@pytest.mark.parametrize("name", ["auto", *NAMES])
def test_only_orbits_matter(name, symmetry):
    rng = np.random.default_rng(0)
    y = rng.standard_normal((400, 4))
    X = symmetry.lift(y)
    moved = symmetry.random(y, 1)
    assert not np.allclose(moved, y)
    model = conformal(make_canonical_regressor(NEAREST, symmetry), symmetry, 0.8, name)
    other = clone(model).fit(X[:200], moved[:200])
    model.fit(X[:200], y[:200])
    X, y, moved = X[200:], y[200:], moved[200:]  # others than the row at the quantile
    assert_allclose(other.predict_radius(X), model.predict_radius(X), rtol=1e-7)
    for truth in (y, moved):
        assert_array_equal(other.contains(X, truth), model.contains(X, y))
    assert 0.5 < model.contains(X, y).mean() < 1


def test_the_smallest_balls_are_chosen(pairs):
    X, y = pairs
    model = conformal().fit(X, y)
    assert list(model.mean_radii_) == NAMES
    assert model.normalization_ == min(model.mean_radii_, key=model.mean_radii_.get) != "constant"
    by_name = clone(model).set_params(normalization=model.normalization_).fit(X, y)
    # It has twice the rows for its quantile, which an unlucky half may miss by a tenth.
    assert_allclose(by_name.quantile_, model.quantile_, rtol=0.15)
    # The rows that chose are not those that the quantile is taken from, nor those trained on.
    held_out = set(by_name.calibration_indices_)
    assert set(model.calibration_indices_) < held_out
    assert len(model.calibration_indices_) == len(held_out) / 2


def test_the_choice_does_not_see_the_calibration_rows(pairs):
    X, y = pairs
    model = conformal().fit(X, y)
    spoiled = y.copy()
    spoiled[model.calibration_indices_] *= 1000
    again = clone(model).fit(X, spoiled)
    assert again.mean_radii_ == model.mean_radii_
    assert again.quantile_ > 100 * model.quantile_


def test_where_there_is_no_cut_the_margin_is_left_out():
    X, y = shuffled(300, 0)
    regressor = make_canonical_regressor(NEAREST, Permutation())
    assert "margin" not in conformal(regressor, Permutation()).fit(X, y).mean_radii_
    with pytest.raises(
        ValueError, match=r"needs a symmetry with a cut, .* Permutation\(\) jump nowhere"
    ):
        conformal(regressor, Permutation(), normalization="margin").fit(X, y)


def test_a_margin_that_is_infinite_for_some():
    # Where there is no cut a prediction is as easy as the farthest from it.
    rng = np.random.default_rng(0)
    y = rng.standard_normal((600, 3))
    y[:, 2] = rng.integers(0, 2, 600)
    symmetry = PerClass({0: Permutation(), 1: Sign()}, column=2)
    X = symmetry.canonicalize(y)
    has_cut = np.isfinite(symmetry.margin(y))
    assert 0 < has_cut.sum() < 600
    noisy = X + np.array([0.01, 0, 0])
    model = conformal(KNeighborsRegressor(1), symmetry, 0.5, "margin").fit(X[:500], noisy[:500])
    radii = model.predict_radius(X)
    assert (radii > 0).all()
    sorted_ones = radii[np.isinf(symmetry.margin(model.predict(X)))]
    assert_array_equal(sorted_ones, radii.min())


def test_the_residual_of_a_refinement(pairs):
    X, y = pairs
    refined = RefinedRegressor(make_lifted_regressor(LinearRegression(), Sign()), Sign())
    X = X + 0.1 * np.random.default_rng(0).standard_normal(X.shape)
    assert list(conformal(refined).fit(X, y).mean_radii_) == [*NAMES, "residual", "std"]
    model = conformal(refined, normalization="residual").fit(X, y)
    residual = model.regressor_.predict(X, return_residual=True)[1]
    # The radius is an increasing, affine function of it.
    slope = np.diff(model.predict_radius(X)) / np.diff(residual)
    assert_allclose(slope, slope[0], rtol=1e-6)
    assert slope[0] > 0
    with pytest.raises(ValueError, match="needs a regressor whose predict takes return_residual"):
        conformal(normalization="residual").fit(X, y)


# Groups and weights


def test_groups_are_not_split(pairs):
    X, y = pairs
    groups = np.repeat(np.arange(300), 5)[np.random.default_rng(0).permutation(1500)]
    model = conformal(Zero()).fit(X, y, groups=list(groups))
    calibration = set(groups[model.calibration_indices_])
    trained = {tuple(row) for row in model.regressor_.X_}
    in_training = np.array([tuple(row) in trained for row in X])
    assert calibration.isdisjoint(groups[in_training])
    whole = np.isin(groups, list(calibration))
    assert_array_equal(np.flatnonzero(whole), np.sort(model.calibration_indices_))
    assert len(set(groups[in_training])) == 240
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        conformal().fit(X, y, groups=groups[1:])


def test_weights_reach_the_regressor_and_the_quantile(pairs):
    X, y = pairs
    weights = np.random.default_rng(0).uniform(1, 2, len(X))
    model = conformal(Zero(), Sign(), 0.5, "constant").fit(X, y, sample_weight=weights)
    rows = model.calibration_indices_
    others = np.setdiff1d(np.arange(len(X)), rows)
    assert_array_equal(np.sort(model.regressor_.sample_weight_), np.sort(weights[others]))
    sizes = np.linalg.norm(y[rows], axis=1)
    reached = weights[rows][sizes <= model.quantile_].sum()
    total = weights[rows].sum() + weights[rows].max()
    assert total / 2 <= reached < total / 2 + weights.max()
    # Neighbours take none, and the last step of a pipeline under another name.
    assert conformal().fit(X, y, sample_weight=weights).quantile_ > 0
    scaled = make_canonical_regressor(make_pipeline(StandardScaler(), Ridge()), Sign())
    weighted = conformal(scaled).fit(X, y, sample_weight=weights**8)
    assert not np.allclose(weighted.predict(X), conformal(scaled).fit(X, y).predict(X))
    weights[:] = 1e-9
    weights[rows[0]] = 1.0
    with pytest.raises(
        ValueError, match=r"9 rows .* got 1, each counted as its share of the largest"
    ):
        conformal(normalization="constant").fit(X, y, sample_weight=weights)


def test_weights_and_groups_are_routed(pairs):
    X, y = pairs
    groups = np.repeat(np.arange(300), 5)
    with sklearn.config_context(enable_metadata_routing=True):
        base = Zero().set_fit_request(sample_weight=True)
        model = conformal(base).set_fit_request(sample_weight=True, groups=True)
        found = cross_validate(
            model,
            X,
            y,
            params={"sample_weight": np.arange(1.0, 1501.0), "groups": groups},
            cv=2,
            return_estimator=True,
            scoring=rectified_scorer(Sign()).set_score_request(sample_weight=False),
        )
    for fitted in found["estimator"]:
        assert np.ptp(fitted.regressor_.sample_weight_) > 0
        assert len(fitted.regressor_.X_) % 5 == 0


# As any regressor


def test_it_is_searched_pickled_and_takes_frames(pairs):
    X, y = pairs
    frame, targets = pd.DataFrame(X).add_prefix("x"), pd.DataFrame(y).add_prefix("y")
    model = conformal().fit(frame, targets)
    assert_array_equal(model.predict(frame), conformal().fit(X, y).predict(X))
    read = pickle.loads(pickle.dumps(model))
    assert_array_equal(read.predict_radius(frame), model.predict_radius(frame))
    assert_array_equal(read.contains(frame, targets), model.contains(frame, y))
    scores = cross_val_score(model, X, y, scoring=rectified_scorer(Sign(), "r2"), cv=3)
    assert_allclose(scores.mean(), model.score(frame, targets), atol=0.1)
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict_radius(frame[frame.columns[::-1]])


@pytest.mark.parametrize("name", NAMES)
def test_radii_of_a_model_file(name, pairs, tmp_path):
    X, y = pairs
    first = make_lifted_regressor(LinearRegression(), Sign())
    model = conformal(first, normalization=name).fit(X, y)
    write_model(tmp_path / "model.skops", model)
    read, _ = read_model(tmp_path / "model.skops")
    assert_array_equal(read.predict_radius(X), model.predict_radius(X))


def test_one_column_with_one_dimension_or_two():
    X, y = noisy_roots(200, 0)
    flat, column = conformal().fit(X, y), conformal().fit(X, y[:, None])
    assert flat.predict(X).shape == (200,)
    assert_allclose(flat.predict_radius(X), column.predict_radius(X))
    assert_array_equal(flat.contains(X, y), column.contains(X, y[:, None]))
    assert_array_equal(flat.contains(X, -y), flat.contains(X, y.tolist()))


def test_the_distance_of_a_group_that_is_no_isometry():
    y = np.random.default_rng(0).standard_normal((200, 3))
    X = y / np.linalg.norm(y, axis=1, keepdims=True)
    regressor = make_canonical_regressor(NEAREST, PositiveScale())
    model = conformal(regressor, PositiveScale()).fit(X, y)
    assert 0.8 < model.contains(X, y).mean() <= 1


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"confidence_level": 1.0}, "'confidence_level'"),
        ({"confidence_level": 90}, "'confidence_level'"),
        ({"normalization": "knn"}, "'normalization'"),
        ({"calibration_size": 0}, "'calibration_size'"),
        ({"calibration_size": True}, "'calibration_size'"),
        ({"random_state": "zero"}, "'random_state'"),
        ({"symmetry": Sign}, "symmetry must be a symmetry"),
    ],
)
def test_parameters(pairs, params, message):
    with pytest.raises(ValueError, match=message):
        conformal().set_params(**params).fit(*pairs)


def test_targets_that_cannot_be_used(pairs):
    X, y = pairs
    unknown = y.copy()
    unknown[3, 0] = np.nan
    fitted = conformal().fit(X, y)
    with pytest.raises(ValueError, match=r"y contains NaN, .* leave these rows out"):
        conformal().fit(X, unknown)
    with pytest.raises(ValueError, match=r"y contains NaN, .* leave these rows out"):
        fitted.contains(X, unknown)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        fitted.contains(X, y[:1])
    with pytest.raises(ValueError, match="of 3 coordinates"):
        fitted.contains(X, y[:, :2])
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        conformal().fit(X, y[:-1])
