"""Measurements are compressed where neighbours tell more by it, and only there."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from sksym import Orthogonal, Sign
from sksym.datasets import make_distance_geometry, make_gaussian_phase_retrieval
from sksym.metrics import rectified_mean_squared_error
from sksym.neural import FeedforwardRegressor
from sksym.regressors import REGRESSORS, CompressMeasurements, named_regressor, with_remedy


@parametrize_with_checks([CompressMeasurements()])
def test_checks_of_scikit_learn(estimator, check):
    check(estimator)


SQUARES = np.random.default_rng(0).uniform(0, 1, (800, 2))


@pytest.mark.parametrize(
    ("X", "expected"),
    [
        (SQUARES, "identity"),
        (SQUARES**6, "sqrt"),
        (np.expm1(1.2564 * SQUARES), "log"),  # of mean 1
        (np.log1p(6 * SQUARES), "identity"),
        (SQUARES**6 - 1e-9, "identity"),  # some are negative
    ],
    ids=["linear", "powers", "exponentials", "logarithms", "negative"],
)
def test_the_scale_on_which_targets_are_linear(X, expected):
    # In more than one dimension neighbours depend on the scale.
    assert CompressMeasurements().fit(X, SQUARES).scale_ == expected


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        ("identity", [[4.0, 0.0], [-9.0, 3.0]]),
        ("sqrt", [[2.0, 0.0], [-3.0, np.sqrt(3.0)]]),
        ("log", [[np.log(3.0), 0.0], [-np.log(5.5), np.log(4.0)]]),
    ],
)
def test_what_comes_back_by_hand(scale, expected):
    # Columns of mean 2 and 0: a column without any light has no unit.
    model = CompressMeasurements().fit([[1.0, 0.0], [3.0, 0.0]], [1.0, 2.0])
    model.scale_ = scale
    assert_allclose(model.transform([[4.0, 0.0], [-9.0, 3.0]]), expected)


@pytest.mark.parametrize("symmetry", [None, Sign()])
def test_the_spreads_by_brute_force(symmetry):
    # Every row stands there twice: its five neighbours are its twin and two such pairs.
    rng = np.random.default_rng(0)
    X, y = np.repeat(rng.exponential(size=(20, 3)), 2, axis=0), rng.standard_normal((40, 2))
    model = CompressMeasurements(symmetry).fit(X, y)
    signs = (1,) if symmetry is None else (1, -1)
    for name, Z in (("identity", X), ("sqrt", np.sqrt(X)), ("log", np.log1p(X / X.mean(axis=0)))):
        Z = Z / Z.std(axis=0)
        squares = []
        for k in range(40):
            others = sorted((np.linalg.norm(Z[k] - Z[j]), j) for j in range(40) if j != k)
            squares += [min(np.sum((y[k] - s * y[j]) ** 2) for s in signs) for _, j in others[:5]]
        assert_allclose(model.spreads_[name], np.mean(squares))


def test_targets_that_are_raw_need_the_symmetry():
    X, y = make_gaussian_phase_retrieval(1000, 4, random_state=0)
    y = Sign().random(y, 0)
    assert CompressMeasurements(Sign()).fit(X, y).scale_ != "identity"
    # Otherwise neighbours tell nothing, and no gain stands out.
    assert CompressMeasurements().fit(X, y).scale_ == "identity"


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_the_unit_does_not_matter(unit):
    X, y = make_gaussian_phase_retrieval(500, 4, random_state=0)
    first = make_pipeline(CompressMeasurements(Sign()), StandardScaler()).fit(X, y)
    other = clone(first).fit(unit * X, 1e3 * y)
    assert other[0].scale_ == first[0].scale_ != "identity"
    assert_allclose(other.transform(unit * X), first.transform(X), rtol=1e-6, atol=1e-9)


def test_rows_that_are_few():
    assert CompressMeasurements().fit([[1.0]], [1.0]).scale_ == "identity"
    assert CompressMeasurements().fit([[1.0], [4.0]], [1.0, 2.0]).spreads_["sqrt"] == 1.0
    X, y = np.ones((20, 2)), np.arange(20.0)
    X_before = X.copy()
    assert CompressMeasurements().fit(X, y).scale_ == "identity"
    assert_array_equal(X, X_before)


# In the catalogue


def saturating(n_samples, seed):
    X, y = make_gaussian_phase_retrieval(n_samples, 5, random_state=seed)
    return X / (X.mean() + X), y


@pytest.mark.parametrize("remedy", ["lift", "neighbors"])
@pytest.mark.parametrize(
    ("make", "symmetry", "most"),
    [
        (lambda n, s: make_gaussian_phase_retrieval(n, 5, random_state=s), Sign(), 0.95),
        (saturating, Sign(), 1.0),
        (
            lambda n, s: make_distance_geometry(n, 4, random_state=s),
            Orthogonal(2, center=True),
            1.0,
        ),
    ],
    ids=["intensities", "saturating", "distances"],
)
def test_neighbours_are_never_worse(make, symmetry, most, remedy):
    X, y = make(1600, 3)
    train, test = slice(None, 1200), slice(1200, None)
    plain = make_pipeline(StandardScaler(), KNeighborsRegressor(5, algorithm="brute"))
    errors = [
        rectified_mean_squared_error(
            y[test],
            with_remedy(remedy, regressor, symmetry, random_state=0)
            .fit(X[train], y[train])
            .predict(X[test]),
            symmetry=symmetry,
        )
        for regressor in (plain, named_regressor("KNN"))
    ]
    assert errors[1] <= most * errors[0]


def test_remedies_of_raw_targets_pass_the_symmetry():
    for remedy in ("neighbors", "canonicalize", "lift", "none"):
        model = with_remedy(remedy, named_regressor("KNN"), Sign())
        found = {v for k, v in model.get_params().items() if k.endswith("measurements__symmetry")}
        assert found == ({Sign()} if remedy == "neighbors" else {None})
    network = make_pipeline(CompressMeasurements(), FeedforwardRegressor((4,)))
    assert with_remedy("loss", network, Sign()).regressor[0].symmetry == Sign()


def test_targets_that_are_known_in_part():
    X, y = make_gaussian_phase_retrieval(600, 4, random_state=0)
    y[::7, 1] = np.nan
    model = with_remedy("neighbors", named_regressor("KNN"), Sign()).fit(X, y)
    assert model[0].scale_ != "identity"
    assert np.isfinite(model.predict(X)).all()


def test_only_neighbours_are_compressed():
    # Intensities are linear in the lift: least squares and networks lose by their roots.
    kinds = {
        name: any(isinstance(p, CompressMeasurements) for p in entry.build().get_params().values())
        for name, entry in REGRESSORS.items()
    }
    assert [name for name, is_compressed in kinds.items() if is_compressed] == ["KNN"]
