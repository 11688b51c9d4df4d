"""Regressors that go past one cut: scikit-learn's checks, known answers, and what they promise."""

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.ensemble import RandomForestRegressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from sksym import (
    AtlasRegressor,
    Blocks,
    Columns,
    ConjugateFlip,
    CyclicShift,
    GlobalPhase,
    Identity,
    OrbitKNeighborsRegressor,
    Permutation,
    PositiveScale,
    RectifiedBaggingRegressor,
    RectifiedConformalRegressor,
    RectifiedVotingRegressor,
    RefinedRegressor,
    ResidualRegressor,
    Sign,
    Translation,
    make_canonical_regressor,
    make_lifted_regressor,
)
from sksym._arrays.rows import Rows
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.experiments import compare
from sksym.metrics import rectified_mean_squared_error, rectified_scorer
from sksym.neural import FeedforwardRegressor
from sksym.regressors import ConstantRegressor
from sksym.regressors._charts import chart_references


@pytest.fixture(scope="module")
def split():
    X, y = make_gaussian_phase_retrieval(1200, 3, random_state=0)
    return X[:900], y[:900], X[900:], y[900:]


def error(model, split, symmetry=None):
    X_test, y_test = split[2:]
    return rectified_mean_squared_error(y_test, model.predict(X_test), symmetry=symmetry or Sign())


EVERY = [
    AtlasRegressor(LinearRegression(), Sign(), n_charts=2, random_state=0),
    AtlasRegressor(Ridge(), Identity(), combine="select"),
    OrbitKNeighborsRegressor(Sign()),
    OrbitKNeighborsRegressor(Identity(), weights="distance"),
    RefinedRegressor(LinearRegression(), Identity()),
    RefinedRegressor(KNeighborsRegressor(), Sign(), n_restarts=0),
    ResidualRegressor(Ridge(), KNeighborsRegressor()),
    ConstantRegressor(Identity()),
    RectifiedBaggingRegressor(Ridge(), Identity(), 3, random_state=0),
    RectifiedBaggingRegressor(
        make_canonical_regressor(LinearRegression(), Sign(), "first"), Sign(), 2, random_state=0
    ),
    RectifiedVotingRegressor([("a", Ridge()), ("b", LinearRegression())], Identity()),
    # Few rows must be enough: these checks have ten.
    RectifiedConformalRegressor(Ridge(), Identity(), 0.5, calibration_size=0.3, random_state=0),
    RectifiedConformalRegressor(
        make_canonical_regressor(Ridge(), Sign()), Sign(), 0.5, "norm", random_state=0
    ),
]


def expected_failures(model):
    failures = {}
    if getattr(model, "symmetry", None) == Sign() and not isinstance(model, RefinedRegressor):
        failures["check_regressors_train"] = (
            "the check asks for the sign of y, which this symmetry says cannot be known"
        )
    if isinstance(model, RefinedRegressor):
        failures["check_non_transformer_estimators_n_iter"] = (
            "max_iter bounds the steps of predict; fit takes none that n_iter_ could count"
        )
    if isinstance(model, RectifiedConformalRegressor):
        failures["check_sample_weight_equivalence_on_dense_data"] = (
            "which rows are held out changes with their number"
        )
    if isinstance(model, RectifiedBaggingRegressor):
        for kind in ("dense", "sparse"):
            failures[f"check_sample_weight_equivalence_on_{kind}_data"] = (
                "weights are probabilities of rows, as of scikit-learn's"
            )
    return failures


@parametrize_with_checks(EVERY, expected_failed_checks=expected_failures)
def test_checks_of_scikit_learn(estimator, check):
    check(estimator)


REMEDIES = [
    AtlasRegressor(KNeighborsRegressor(), Sign(), n_charts=3, random_state=0),
    AtlasRegressor(KNeighborsRegressor(), Sign(), n_charts=3, combine="select", random_state=0),
    OrbitKNeighborsRegressor(Sign()),
    OrbitKNeighborsRegressor(Sign(), weights="distance"),
    RefinedRegressor(make_canonical_regressor(KNeighborsRegressor(), Sign()), Sign()),
    make_lifted_regressor(ResidualRegressor(LinearRegression(), KNeighborsRegressor()), Sign()),
    RectifiedBaggingRegressor(
        make_canonical_regressor(KNeighborsRegressor(), Sign(), "first"), Sign(), random_state=0
    ),
    RectifiedVotingRegressor(
        [
            (f"cut {k}", make_canonical_regressor(KNeighborsRegressor(), Sign(), k))
            for k in range(3)
        ],
        Sign(),
    ),
]
remedies = pytest.mark.parametrize("model", REMEDIES, ids=[str(k) for k in range(len(REMEDIES))])


@remedies
def test_they_beat_one_cut(model, split):
    one_cut = make_canonical_regressor(KNeighborsRegressor(), Sign()).fit(*split[:2])
    assert error(clone(model).fit(*split[:2]), split) < 0.7 * error(one_cut, split)


@remedies
def test_they_see_orbits_only(model, split):
    X, y, X_test, _ = split
    moved = Sign().random(y, 0)
    first, second = (clone(model).fit(X, targets).predict(X_test) for targets in (y, moved))
    assert_allclose(Sign().distance(first, second), 0, atol=1e-9)


@remedies
def test_round_trips_and_frames(model, split):
    X, y, X_test, y_test = split
    model = clone(model).fit(pd.DataFrame(X).add_prefix("x"), pd.DataFrame(y).add_prefix("y"))
    frame = pd.DataFrame(X_test).add_prefix("x")
    read = pickle.loads(pickle.dumps(model))
    assert_array_equal(read.predict(frame), model.predict(frame))
    assert model.score(frame, y_test) > 0.8
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(frame[frame.columns[::-1]])


@remedies
def test_bad_input(model, split):
    X, y = (array.copy() for array in split[:2])
    with pytest.raises(NotFittedError):
        clone(model).predict(X)
    fitted = clone(model).fit(X, y)
    with pytest.raises(ValueError, match="features"):
        fitted.predict(X[:, :2])
    with pytest.raises(ValueError, match=r"0 sample"):
        clone(model).fit(X[:0], y[:0])
    for bad in (np.nan, np.inf):
        y[3, 0] = bad
        if isinstance(model, OrbitKNeighborsRegressor) and np.isnan(bad):  # it is unknown
            assert np.isfinite(clone(model).fit(X, y).predict(X)).all()
        else:
            with pytest.raises(ValueError, match=r"NaN|infinity"):
                clone(model).fit(X, y)
        X[3, 0] = bad
        with pytest.raises(ValueError, match=r"NaN|infinity"):
            fitted.predict(X)
    X, y = (array.copy() for array in split[:2])
    kept = X.copy(), y.copy()
    X.flags.writeable = y.flags.writeable = False
    clone(model).fit(X, y).predict(X)
    assert_array_equal(X, kept[0])
    assert_array_equal(y, kept[1])


def test_one_row_is_enough():
    X, y = make_gaussian_phase_retrieval(1, 2, random_state=0)

    for model in (
        AtlasRegressor(LinearRegression(), Sign(), n_charts=2),
        OrbitKNeighborsRegressor(Sign(), n_neighbors=1),
        ConstantRegressor(Sign()),
        RectifiedBaggingRegressor(KNeighborsRegressor(1), Sign(), 2),
        RectifiedVotingRegressor([("one", KNeighborsRegressor(1))], Sign()),
    ):
        assert_allclose(Sign().distance(model.fit(X, y).predict(X), y), 0, atol=1e-6)


# Atlas


def test_references_of_signs_are_orthogonal():
    # No two directions up to sign are farther apart than at a right angle.
    own, *others = chart_references(Sign(), Rows(np, np.ones((1, 5))), 5)
    assert own is None
    references = np.array([*others, Sign().default_reference(np.ones((1, 5)))])
    assert_allclose(references @ references.T, np.eye(5), atol=1e-12)


@pytest.mark.parametrize(
    "symmetry", [GlobalPhase(), ConjugateFlip() * CyclicShift(), Permutation(3)]
)
def test_charts_of_any_symmetry(symmetry):
    rng = np.random.default_rng(0)
    y = rng.standard_normal((600, 6))
    templates = rng.standard_normal((20, 6))  # distances to their orbits do not jump
    X = np.stack([symmetry.distance(y, template) for template in templates], axis=1)
    model = AtlasRegressor(KNeighborsRegressor(3), symmetry, n_charts=4, random_state=0)
    model.fit(X[:90], y[:90])  # too few to hold some out and find one chart enough
    distances = [
        symmetry.distance(a[None], b[None])[0] / np.linalg.norm(a) / np.linalg.norm(b)
        for k, a in enumerate(model.references_)
        for b in model.references_[:k]
    ]
    assert min(distances) > 0.1
    probes = rng.standard_normal((50, 6))
    for reference in model.references_:
        assert (symmetry.margin(probes, reference) > 0).all()
    assert model.score(X[90:], y[90:]) > 0


def test_a_symmetry_without_a_cut_needs_one_chart():
    y = np.random.default_rng(0).standard_normal((50, 3))
    model = AtlasRegressor(KNeighborsRegressor(1), Permutation()).fit(np.sort(y), y)
    assert len(model.estimators_) == 1
    assert_array_equal(model.predict(np.sort(y)), np.sort(y))
    # The size of a number does not jump where its sign does.
    assert len(AtlasRegressor(KNeighborsRegressor(1), Sign()).fit(y, y[:, 0]).estimators_) == 1


@pytest.mark.parametrize(
    "symmetry",
    [
        Translation(1),
        Translation(2),
        Blocks(Translation(1), 2),
        Columns(Translation(2), [0, 1, 2, 3]),
        Columns(Translation(1), [1, 3]),
        Permutation(),
        PositiveScale(),
        Identity(),
        Blocks(Sign(), 4),
        Permutation(4, each=Sign()),
    ],
    ids=repr,
)
def test_one_chart_of_a_group_without_a_cut_is_one_cut(symmetry):
    # Its default reference may be zero, which is nothing that anybody passed.
    rng = np.random.default_rng(0)
    X = rng.standard_normal((60, 3))
    y = X @ rng.standard_normal((3, 4)) + 5
    atlas = AtlasRegressor(Ridge(), symmetry).fit(X, y)
    one_cut = make_canonical_regressor(Ridge(), symmetry).fit(X, y)
    assert atlas.references_.shape == (1, 4)
    assert_array_equal(atlas.references_[0], symmetry.default_reference(y))
    assert_allclose(symmetry.distance(atlas.predict(X), one_cut.predict(X)), 0, atol=1e-12)
    # So that there is nothing to compare.
    comparison = compare(X, y, symmetry, {"ridge": Ridge()}, ["atlas", "canonicalize"], cv=3)
    reason = f"representatives of {symmetry!r} jump nowhere, so that one cut is enough"
    assert comparison.skipped == {("ridge", "atlas"): reason}


def test_references_of_zeros_that_somebody_passed_are_refused():
    y = np.random.default_rng(0).standard_normal((20, 4))
    with pytest.raises(ValueError, match="reference must be one row that is not zero"):
        AtlasRegressor(Ridge(), Translation(1), references=np.zeros((1, 4))).fit(y, y)


def test_combination_by_hand():
    class Constant(RegressorMixin, BaseEstimator):
        """Predicts the mean target, its sign chosen by the chart."""

        def fit(self, X, y):
            self.row_ = y.mean(axis=0)
            return self

        def predict(self, X):
            return np.tile(self.row_, (len(X), 1))

    X, y = np.zeros((1, 1)), np.array([[3.0, -1.0]])
    expected = {
        "mean": (16 * np.array([4.0, -2.0]) + np.array([3.0, -1.0])) / 17,
        "select": np.array([4.0, -2.0]),
    }
    for combine, row in expected.items():
        model = AtlasRegressor(Constant(), Sign(), combine=combine, references=np.eye(2)).fit(X, y)
        assert_allclose(np.abs(model.predict(X)), [[3.0, 1.0]])  # both charts know the same orbit
        model.estimators_[0].regressor_.row_ = np.array([4.0, -2.0])  # margin 4
        model.estimators_[1].regressor_.row_ = np.array([-3.0, 1.0])  # margin 1
        assert_allclose(Sign().align(model.predict(X), to=row), row[None])


def test_the_same_atlas_for_any_number_of_jobs(split):
    X, y, X_test, _ = split
    base = AtlasRegressor(RandomForestRegressor(5), Sign(), n_charts=3, random_state=0)
    first = clone(base).fit(X, y).predict(X_test)
    assert_array_equal(clone(base).set_params(n_jobs=2).fit(X, y).predict(X_test), first)
    other = clone(base).set_params(random_state=1).fit(X, y).predict(X_test)
    assert not np.array_equal(other, first)


@pytest.mark.parametrize("routing", [False, True])
def test_weights_reach_the_charts(split, routing):
    X, y, X_test, _ = split
    weights = np.linspace(0, 1, len(X))
    with sklearn.config_context(enable_metadata_routing=routing):
        base = LinearRegression()
        if routing:
            base.set_fit_request(sample_weight=True)
        for model in (
            AtlasRegressor(base, Sign(), n_charts=2, random_state=0),
            RefinedRegressor(make_canonical_regressor(base, Sign()), Sign(), max_iter=1),
            ResidualRegressor(base, base),
        ):
            weighted = clone(model).fit(X, y, sample_weight=weights).predict(X_test)
            assert not np.allclose(weighted, clone(model).fit(X, y).predict(X_test))


def test_a_chart_that_fails_is_named(split):
    class Failing(LinearRegression):
        def fit(self, X, y):
            if (y[:, 0] > 0).all():  # the chart of the first coordinate
                raise ValueError("no")
            return super().fit(X, y)

    model = AtlasRegressor(Failing(), Sign(), references=np.eye(3)[::-1])
    with pytest.raises(ValueError, match="no") as failure:
        model.fit(*split[:2])
    assert "chart 2" in failure.value.__notes__[0]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"n_charts": 0}, "'n_charts'"),
        ({"n_charts": True}, "'n_charts'"),
        ({"combine": "median"}, "'combine'"),
        ({"symmetry": Sign}, "symmetry must be a symmetry"),
        ({"references": np.ones((2, 5))}, "reference must be one row of 3 numbers"),
    ],
)
def test_parameters_of_the_atlas(split, params, message):
    model = AtlasRegressor(LinearRegression(), Sign()).set_params(**params)
    with pytest.raises(ValueError, match=message):
        model.fit(*split[:2])


# Neighbours


def test_orbit_neighbours_are_neighbours_without_a_symmetry(split):
    X, y, X_test, _ = split
    for weights in ("uniform", "distance", lambda d: np.exp(-d)):
        ours = OrbitKNeighborsRegressor(Identity(), 7, weights=weights).fit(X, y)
        theirs = KNeighborsRegressor(7, weights=weights).fit(X, y)
        assert_allclose(ours.predict(X_test), theirs.predict(X_test), rtol=1e-12)


def test_orbit_neighbours_average_orbits():
    X = np.array([[0.0], [0.1], [5.0]])
    y = np.array([[1.0, 2.0], [-3.0, -4.0], [9.0, 9.0]])
    model = OrbitKNeighborsRegressor(Sign(), 2).fit(X, y)
    assert_allclose(model.predict([[0.0]]), [[2.0, 3.0]])
    search = GridSearchCV(
        OrbitKNeighborsRegressor(Sign(), 1),
        {"symmetry": [Identity(), Sign()]},
        cv=2,
        scoring=rectified_scorer(Sign()),
    )
    assert hasattr(search.fit(np.tile(X, (4, 1)), np.tile(y, (4, 1))), "best_params_")
    with pytest.raises(ValueError, match="even number of columns"):
        OrbitKNeighborsRegressor(GlobalPhase()).fit(X, np.ones((3, 3)))


# Residuals


def test_residual_regression_is_the_sum(split):
    X, y, X_test, _ = split
    model = ResidualRegressor(LinearRegression(), KNeighborsRegressor(3)).fit(X, y)
    linear = LinearRegression().fit(X, y)
    rest = KNeighborsRegressor(3).fit(X, y - linear.predict(X))
    assert_allclose(model.predict(X_test), linear.predict(X_test) + rest.predict(X_test))


def test_networks_in_every_remedy(split):
    X, y, X_test, _ = split
    network = FeedforwardRegressor((16,), max_epochs=2, random_state=0)
    scaled = make_pipeline(StandardScaler(), network)
    for model in (
        AtlasRegressor(scaled, Sign(), n_charts=2),
        RefinedRegressor(make_canonical_regressor(network, Sign()), Sign()),
        make_lifted_regressor(ResidualRegressor(LinearRegression(), scaled), Sign()),
    ):
        assert clone(model).fit(X, y).predict(X_test).shape == (300, 3)
