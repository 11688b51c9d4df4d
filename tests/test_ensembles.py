"""Ensembles: members are averaged up to the symmetry, and say how far they are from each other."""

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.ensemble import BaggingRegressor, VotingRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.neighbors import KNeighborsRegressor
from sklearn.tree import DecisionTreeRegressor

from sksym import (
    AtlasRegressor,
    GlobalPhase,
    Identity,
    Permutation,
    PositiveScale,
    RectifiedBaggingRegressor,
    RectifiedConformalRegressor,
    RectifiedVotingRegressor,
    Sign,
    make_canonical_regressor,
    make_lifted_regressor,
)
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.metrics import rectified_mean_squared_error, rectified_r2_score, rectified_scorer

NEAREST = KNeighborsRegressor()
OWN_CUTS = make_canonical_regressor(NEAREST, Sign(), "first")  # of the first row of each bootstrap
MEMBERS = [
    ("cut", make_canonical_regressor(NEAREST, Sign())),
    ("other cut", make_canonical_regressor(NEAREST, Sign(), 2)),
    ("lift", make_lifted_regressor(LinearRegression(), Sign())),
]
BAGGING = RectifiedBaggingRegressor(OWN_CUTS, Sign(), 5, random_state=0)
VOTING = RectifiedVotingRegressor(MEMBERS, Sign(), weights=[1.0, 1.0, 2.0])
ensembles = pytest.mark.parametrize("model", [BAGGING, VOTING], ids=["bagging", "voting"])


@pytest.fixture(scope="module")
def split():
    X, y = make_gaussian_phase_retrieval(600, 3, random_state=0)
    return X[:500], y[:500], X[500:], y[500:]


class Constant(RegressorMixin, BaseEstimator):
    """Predicts one row, whatever it is trained on; remembers the weights that it is given."""

    def __init__(self, row=(0.0, 0.0)):
        self.row = row

    def fit(self, X, y, sample_weight=None):
        self.sample_weight_, self.names_ = sample_weight, getattr(y, "columns", None)
        self.n_features_in_ = np.shape(X)[1]
        return self

    def predict(self, X):
        return np.tile(np.asarray(self.row, dtype=float), (len(X), 1))


def voters(*rows):
    return [(f"row {k}", Constant(row)) for k, row in enumerate(rows)]


# The mean


def test_the_mean_and_the_spread_by_hand():
    # Up to sign the second row is (3, 4): the weighted mean is (2, 3), at squared distances of 2.
    X, y = np.zeros((4, 1)), np.ones((4, 2))
    rows = (1.0, 2.0), (-3.0, -4.0)
    model = RectifiedVotingRegressor(voters(*rows), Sign()).fit(X, y)
    found, std = model.predict(X, return_std=True)
    assert_allclose(Sign().align(found, [2.0, 3.0]), np.tile([2.0, 3.0], (4, 1)))
    assert_allclose(std, np.sqrt(2.0))
    assert_allclose(Sign().distance(model.predict(X), found), 0)
    # Three parts of the first: (1.5, 2.5), at squared distances of 0.5 and 4.5.
    found, std = model.set_params(weights=[3, 1]).fit(X, y).predict(X, return_std=True)
    assert_allclose(np.abs(found), np.tile([1.5, 2.5], (4, 1)))
    assert_allclose(std, np.sqrt(0.75 * 0.5 + 0.25 * 4.5))
    # A member that is dropped takes its weight along.
    found, std = model.set_params(**{"row 0": "drop"}).fit(X, y).predict(X, return_std=True)
    assert_allclose(np.abs(found), np.tile([3.0, 4.0], (4, 1)))
    assert_allclose(std, 0, atol=1e-12)


def test_members_of_an_orbit_are_no_longer_averaged(split):
    # Bootstraps have other references; of a mean over signs at random little is left.
    X, y, X_test, y_test = split
    power = np.mean(y_test**2)
    plain = BaggingRegressor(OWN_CUTS, 30, random_state=0).fit(X, y)
    ours = RectifiedBaggingRegressor(OWN_CUTS, Sign(), 30, random_state=0).fit(X, y)
    one = clone(OWN_CUTS).fit(X, y)
    error = {
        name: rectified_mean_squared_error(y_test, model.predict(X_test), symmetry=Sign()) / power
        for name, model in (("plain", plain), ("ours", ours), ("one", one))
    }
    assert error["plain"] > 0.5  # zero has 1
    assert error["ours"] < 0.5 * error["one"]


@pytest.mark.parametrize("symmetry", [Sign(), GlobalPhase(), Permutation(2)], ids=repr)
@ensembles
def test_only_orbits_of_the_targets_matter(model, symmetry):
    rng = np.random.default_rng(0)
    y = rng.standard_normal((300, 4))
    X = symmetry.lift(y)
    members = [
        (n, make_canonical_regressor(NEAREST, symmetry, r)) for n, r in (("a", 0), ("b", 1))
    ]
    if model is BAGGING:
        model = clone(model).set_params(estimator=members[1][1], symmetry=symmetry)
    else:
        model = RectifiedVotingRegressor(members, symmetry)
    first, second = (
        clone(model).fit(X, targets).predict(X, return_std=True)
        for targets in (y, symmetry.random(y, 1))
    )
    assert_allclose(symmetry.distance(first[0], second[0]), 0, atol=1e-7)
    assert_allclose(first[1], second[1], atol=1e-7)
    assert first[1].max() > 0.01


def test_without_a_symmetry_they_are_those_of_scikit_learn(split):
    X, y, X_test, _ = split
    theirs = BaggingRegressor(NEAREST, max_features=0.5, random_state=0).fit(X, y)
    ours = RectifiedBaggingRegressor(NEAREST, Identity(), max_features=0.5, random_state=0)
    ours.fit(X, y)
    assert_allclose(ours.predict(X_test), theirs.predict(X_test), rtol=1e-12)
    assert_array_equal(ours.estimators_features_, theirs.estimators_features_)
    members = [("ridge", Ridge()), ("nearest", NEAREST)]
    theirs = VotingRegressor(members, weights=[1, 3]).fit(X, y[:, 0])
    ours = RectifiedVotingRegressor(members, Identity(), weights=[1, 3]).fit(X, y[:, 0])
    assert_allclose(ours.predict(X_test), theirs.predict(X_test), rtol=1e-12)
    assert_array_equal(ours.transform(X_test), theirs.transform(X_test))
    assert [n.removeprefix("rectified") for n in ours.get_feature_names_out()] == [
        *theirs.get_feature_names_out()
    ]


def test_a_group_that_is_no_isometry():
    y = np.random.default_rng(0).standard_normal((60, 3))
    X = y / np.linalg.norm(y, axis=1, keepdims=True)
    member = make_canonical_regressor(KNeighborsRegressor(1), PositiveScale())
    model = RectifiedVotingRegressor([("a", member), ("b", member)], PositiveScale()).fit(X, y)
    found, std = model.predict(X, return_std=True)
    assert_allclose(PositiveScale().distance(found, y), 0, atol=1e-12)
    assert_allclose(std, 0, atol=1e-12)


def test_aligned_members(split):
    X, y, X_test, _ = split
    model = clone(VOTING).fit(X, y).set_output(transform="pandas")
    columns = model.transform(X_test)
    assert [*columns[:4]][2:4] == [
        f"rectifiedvotingregressor_{n}" for n in ("cut_2", "other cut_0")
    ]
    members = columns.to_numpy().reshape(100, 3, 3)
    weights = np.array([0.25, 0.25, 0.5])[:, None]
    # To members that are aligned to it an orbit mean is the ordinary one.
    assert_allclose((members * weights).sum(axis=1), model.predict(X_test), atol=1e-9)
    for member, fitted in zip(members.swapaxes(0, 1), model.estimators_, strict=True):
        assert_allclose(Sign().distance(member, fitted.predict(X_test)), 0, atol=1e-12)


# Rows outside the bootstraps


def test_rows_outside_of_the_bootstraps(split):
    X, y = split[:2]
    weights = np.random.default_rng(0).uniform(0.5, 1.5, len(X))
    model = clone(BAGGING).set_params(oob_score=True, n_estimators=20)
    model.fit(X, y, sample_weight=weights)
    seen = [set(rows) for rows in model.estimators_samples_]
    for row in (0, 17, 250):
        others = [
            member.predict(X[[row]])
            for member, rows in zip(model.estimators_, seen, strict=True)
            if row not in rows
        ]
        mean = Sign().mean(np.stack(others, axis=1))
        assert_allclose(Sign().distance(mean, model.oob_prediction_[[row]]), 0, atol=1e-9)
    expected = rectified_r2_score(y, model.oob_prediction_, symmetry=Sign(), sample_weight=weights)
    assert_allclose(model.oob_score_, expected)
    assert 0.8 < model.oob_score_ < model.score(X, y)


def test_rows_inside_all_bootstraps_are_said(split):
    X, y = split[:2]
    model = clone(BAGGING).set_params(oob_score=True, n_estimators=2, estimator=NEAREST)
    with pytest.warns(UserWarning, match=r"trained on \d+ of 500 rows, which have no out-of-bag"):
        model.fit(X, y[:, 0])
    is_known = np.isfinite(model.oob_prediction_)
    inside = set(model.estimators_samples_[0]) & set(model.estimators_samples_[1])
    assert set(np.flatnonzero(~is_known)) == inside
    assert np.isfinite(model.oob_score_)
    one_row = clone(BAGGING).set_params(oob_score=True, estimator=LinearRegression())
    with pytest.warns(UserWarning, match="1 of 1 rows"):
        assert np.isnan(one_row.fit(X[:1], y[:1]).oob_score_)


# As any regressor


@ensembles
def test_frames_pickles_and_searches(model, split):
    X, y, X_test, y_test = split
    frame, targets = pd.DataFrame(X).add_prefix("x"), pd.DataFrame(y).add_prefix("y")
    fitted = clone(model).fit(frame, targets)
    new = pd.DataFrame(X_test).add_prefix("x")
    assert_allclose(fitted.predict(new), clone(model).fit(X, y).predict(X_test), rtol=1e-9)
    assert [*fitted.feature_names_in_] == [*frame.columns]
    read = pickle.loads(pickle.dumps(fitted))
    for k in (0, 1):  # the prediction and its spread
        now, before = (m.predict(new, return_std=True)[k] for m in (read, fitted))
        assert_array_equal(now, before)
    with pytest.raises(ValueError, match="feature names should match"):
        fitted.predict(new[new.columns[::-1]])
    assert fitted.score(new, y_test) > 0.85
    scores = cross_val_score(model, X, y, cv=3, scoring=rectified_scorer(Sign(), "r2"))
    assert scores.min() > 0.8
    search = GridSearchCV(model, {"symmetry": [Identity(), Sign()]}, cv=2).fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


@ensembles
def test_one_column_with_one_dimension_or_two(model, split):
    X, y = split[:2]
    if model is VOTING:
        model = RectifiedVotingRegressor(MEMBERS[::2], Sign())
    flat, column = (clone(model) for _ in range(2))
    flat.fit(X, y[:, 0])
    column.fit(X, y[:, :1])
    assert flat.predict(X).shape == (500,)
    assert_allclose(flat.predict(X), column.predict(X)[:, 0])
    assert flat.predict(X, return_std=True)[1].shape == (500,)
    # A tree answers a column with one dimension, which is none of the user's concern.
    tree = RectifiedBaggingRegressor(DecisionTreeRegressor(), Identity(), 2)
    assert tree.fit(X, y[:, :1]).predict(X).shape == (500, 1)


def test_jobs_seeds_and_warm_starts(split):
    X, y, X_test, _ = split
    first = clone(BAGGING).fit(X, y).predict(X_test)
    assert_array_equal(clone(BAGGING).set_params(n_jobs=2).fit(X, y).predict(X_test), first)
    other = clone(BAGGING).set_params(random_state=1).fit(X, y).predict(X_test)
    assert not np.array_equal(other, first)
    grown = clone(BAGGING).set_params(n_estimators=2, warm_start=True).fit(X, y)
    grown.set_params(n_estimators=5).fit(X, y)
    assert_array_equal(grown.predict(X_test), first)


def test_sparse_measurements(split):
    X, y, X_test, _ = split
    model = RectifiedBaggingRegressor(Ridge(), Sign(), 3, max_features=0.7, random_state=0)
    sparse = clone(model).fit(csr_array(X), y).predict(csr_array(X_test))
    assert_allclose(sparse, model.fit(X, y).predict(X_test), atol=1e-3)


def test_weights_reach_the_members(split):
    X, y = split[:2]
    weights = np.where(np.arange(len(X)) < 100, 1.0, 0.0)
    model = clone(BAGGING).fit(X, y, sample_weight=weights)
    assert max(rows.max() for rows in model.estimators_samples_) < 100
    voting = RectifiedVotingRegressor(voters((1.0, 2.0, 3.0)), Sign())
    voting.fit(X, y, sample_weight=weights)
    assert voting.estimators_[0].sample_weight_ is weights
    with sklearn.config_context(enable_metadata_routing=True):
        asks = Constant((1.0, 2.0, 3.0)).set_fit_request(sample_weight=True)
        voting = RectifiedVotingRegressor([("asks", asks)], Sign())
        assert voting.fit(X, y, sample_weight=weights).estimators_[0].sample_weight_ is weights
        counts = RectifiedBaggingRegressor(asks, Sign(), 2, random_state=0).fit(X, y)
        assert counts.estimators_[0].sample_weight_.sum() == len(X)


@pytest.mark.parametrize(
    "make",
    [
        lambda row: RectifiedBaggingRegressor(Constant(row), Sign(), 2),
        lambda row: RectifiedVotingRegressor(voters((1.0, 2.0), row), Sign()),
    ],
)
def test_a_member_that_diverges_is_named(make):
    # Of candidates that are known in part an orbit mean is taken without a word.
    X, y = np.zeros((4, 1)), np.ones((4, 2))
    with pytest.raises(ValueError, match=r"member \d predicts NaN .*Constant\(row="):
        make((1.0, np.nan)).fit(X, y).predict(X)


@pytest.mark.parametrize("weights", [[1, -1, 1], [0, 0, 0], [1, np.nan, 1]])
def test_weights_of_members_that_cannot_be_used(weights, split):
    with pytest.raises(ValueError, match="weights must be finite and non-negative"):
        clone(VOTING).set_params(weights=weights).fit(*split[:2])


@ensembles
def test_targets_that_cannot_be_used(model, split):
    X, y = split[:2]
    with pytest.raises(ValueError, match="even number of columns"):
        clone(model).set_params(symmetry=GlobalPhase()).fit(X, y)
    with pytest.raises(ValueError, match="symmetry must be a symmetry"):
        clone(model).set_params(symmetry=Sign).fit(X, y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        clone(model).fit(X, y[:-1])


# Balls from the spread


def test_the_spread_as_a_difficulty(split):
    X, y = split[:2]
    model = RectifiedConformalRegressor(BAGGING, Sign(), random_state=0).fit(X, y)
    assert "std" in model.mean_radii_
    model = model.set_params(normalization="std").fit(X, y)
    std = model.regressor_.predict(X, return_std=True)[1]
    # The radius is an increasing, affine function of it.
    order = np.argsort(std)
    slope = np.diff(model.predict_radius(X)[order[::50]]) / np.diff(std[order[::50]])
    assert_allclose(slope, slope[0], rtol=1e-6)
    assert slope[0] > 0
    with pytest.raises(ValueError, match="predict takes return_std, such as RectifiedBagging"):
        RectifiedConformalRegressor(OWN_CUTS, Sign(), normalization="std").fit(X, y)


def test_deviations_of_each_target_are_those_of_the_row(split):
    # scikit-learn's Gaussian processes tell one for each target.
    X, y = split[0][:60], split[1][:60]
    model = RectifiedConformalRegressor(
        GaussianProcessRegressor(optimizer=None), Identity(), 0.5, "std", random_state=0
    ).fit(X, y)
    std = np.linalg.norm(model.regressor_.predict(X, return_std=True)[1], axis=1)
    assert_array_equal(np.argsort(model.predict_radius(X)), np.argsort(std))


def test_an_atlas_is_a_member_as_well(split):
    X, y, X_test, y_test = split
    members = [("atlas", AtlasRegressor(NEAREST, Sign(), 3, random_state=0)), MEMBERS[2]]
    model = RectifiedVotingRegressor(members, Sign()).fit(X, y)
    assert model.score(X_test, y_test) > model.named_estimators_["atlas"].score(X_test, y_test)
