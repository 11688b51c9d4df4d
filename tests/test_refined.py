"""Refinement: exact from few pairs, never worse than what it begins with, and how sure."""

import pickle
import warnings

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import least_squares
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from sksym import (
    GlobalPhase,
    Identity,
    RefinedRegressor,
    Sign,
    make_canonical_regressor,
    make_lifted_regressor,
)
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.metrics import rectified_mean_squared_error

OPERATOR = np.random.default_rng(5).standard_normal((14, 3))


def saturating(y):
    """A detector that saturates; for arrays and for tensors."""
    operator = y.new_tensor(OPERATOR) if isinstance(y, torch.Tensor) else OPERATOR
    intensities = (y @ operator.T) ** 2
    return intensities / (1 + intensities)


def only_numpy(y):
    return saturating(np.asarray(y))


@pytest.fixture(scope="module")
def split():
    X, y = make_gaussian_phase_retrieval(1200, 3, random_state=0)
    return X[:900], y[:900], X[900:], y[900:]


@pytest.mark.parametrize(
    ("field", "symmetry", "n_pairs"), [("real", Sign(), 40), ("complex", GlobalPhase(), 60)]
)
def test_a_handful_of_pairs_is_enough_without_noise(field, symmetry, n_pairs):
    X, y = make_gaussian_phase_retrieval(n_pairs + 200, 5, field=field, random_state=1)
    model = RefinedRegressor(symmetry=symmetry).fit(X[:n_pairs], y[:n_pairs])
    assert model.weight_ == 0
    assert model.regressor_ is None
    assert (symmetry.distance(model.predict(X[n_pairs:]), y[n_pairs:]) < 1e-8).mean() > 0.99


@pytest.mark.parametrize(("field", "symmetry"), [("real", Sign()), ("complex", GlobalPhase())])
def test_refinement_is_exact_without_noise(field, symmetry):
    X, y = make_gaussian_phase_retrieval(2000, 3, field=field, random_state=0)
    first = make_canonical_regressor(KNeighborsRegressor(), symmetry)
    model = RefinedRegressor(first, symmetry).fit(X[:1800], y[:1800])
    refined, residual = model.predict(X[1800:], return_residual=True)
    relative = symmetry.distance(y[1800:], refined) / np.linalg.norm(y[1800:], axis=1)
    assert (relative < 1e-8).all()
    assert (residual < 1e-10).all()
    assert model.n_unrefined_ == 0


def test_refinement_is_the_minimum_that_scipy_finds(split):
    rng = np.random.default_rng(0)
    X, y = (array.copy() for array in split[:2])
    X += 0.02 * rng.standard_normal(X.shape)
    model = RefinedRegressor(make_lifted_regressor(LinearRegression(), Sign()), Sign()).fit(X, y)
    refined, residual = model.predict(X[:20], return_residual=True)
    for row, x, rms in zip(refined, X, residual, strict=False):
        solution = least_squares(
            lambda z, x=x: model.forward_.values(z[None])[0] - x,
            row + 1e-3,
            method="lm",
            xtol=1e-15,
            ftol=1e-15,
            gtol=1e-15,
        )
        assert_allclose(Sign().align(row[None], to=solution.x)[0], solution.x, atol=1e-6)
        assert_allclose(rms, np.sqrt(2 * solution.cost / X.shape[1]), rtol=1e-6)


@pytest.mark.parametrize("forward", [saturating, only_numpy])
def test_a_known_forward_map_that_is_not_quadratic(forward):
    rng = np.random.default_rng(0)
    y = rng.uniform(-1, 1, (1000, 3))
    X = saturating(y)
    first = make_canonical_regressor(KNeighborsRegressor(), Sign())
    model = RefinedRegressor(first, Sign(), forward=forward).fit(X[:800], y[:800])
    assert (Sign().distance(model.predict(X[800:]), y[800:]) < 1e-6).all()


def test_residuals_tell_which_rows_to_trust(split):
    X, y, X_test, _ = split
    model = RefinedRegressor(make_canonical_regressor(KNeighborsRegressor(), Sign()), Sign())
    model.fit(X, y)
    strange = X_test.copy()
    strange[:10] *= np.random.default_rng(0).uniform(0, 3, strange[:10].shape)
    _, residual = model.predict(strange, return_residual=True)
    assert_array_equal(np.flatnonzero(residual > model.training_residual_), np.arange(10))


def test_a_row_that_does_not_improve_keeps_its_first_prediction():
    y = np.random.default_rng(0).uniform(-1, 1, (50, 2))

    def stuck(rows):  # no derivative anywhere but at infinity: no step helps
        return np.floor(np.asarray(rows) * 0 + 1.5)

    first = KNeighborsRegressor(1)
    model = RefinedRegressor(first, Identity(), forward=stuck).fit(np.ones_like(y), y)
    X = np.array([[1.0, 1.0], [2.0, 3.0]])
    assert_array_equal(model.predict(X), model.regressor_.predict(X))
    assert model.n_unrefined_ == 2


def test_a_forward_map_that_diverges_leaves_no_nan():
    y = np.random.default_rng(0).uniform(-0.25, 0.25, (200, 2))

    def steep(rows):
        with np.errstate(over="ignore"):
            return np.exp(200 * np.asarray(rows) ** 2)

    # From the flat top a step leads to where the map is infinite.
    model = RefinedRegressor(DummyRegressor(), Identity(), forward=steep).fit(steep(y), y)
    assert not np.isfinite(model.forward_.values(np.full((1, 2), 3.0))).any()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(model.predict(steep(y))).all()


@pytest.mark.parametrize(
    ("params", "error_type", "message"),
    [
        ({"max_iter": 0}, ValueError, "'max_iter'"),
        ({"tol": -1.0}, ValueError, "'tol'"),
        ({"n_restarts": -1}, ValueError, "'n_restarts'"),
        ({"forward": 3}, TypeError, "forward must be None, a regressor or a callable"),
        ({"forward": lambda y: y[:, :1]}, ValueError, "forward must map rows of shape"),
    ],
)
def test_parameters_of_the_refinement(split, params, error_type, message):
    model = RefinedRegressor(KNeighborsRegressor(), Sign()).set_params(**params)
    with pytest.raises(error_type, match=message):
        model.fit(*split[:2])


# What is learned from held-out rows


def noisy(share, n_samples=1500, n=3):
    X, y = make_gaussian_phase_retrieval(n_samples, n, random_state=0)
    sigma = share * np.sqrt(np.mean(X**2))
    return X + sigma * np.random.default_rng(0).standard_normal(X.shape), y


NEAREST = make_canonical_regressor(KNeighborsRegressor(), Sign())


def test_a_forward_map_that_cannot_be_learned_does_no_harm():
    rng = np.random.default_rng(0)
    y = rng.standard_normal((400, 12))
    X = np.sin(3 * y @ rng.standard_normal((12, 20)))
    model = RefinedRegressor(NEAREST, Sign()).fit(X[:300], y[:300])
    assert model.weight_ == np.inf
    assert_array_equal(model.predict(X[300:]), model.regressor_.predict(X[300:]))
    assert model.n_unrefined_ == 100


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3])
def test_refinement_is_not_worse_than_its_first_prediction(share):
    X, y = noisy(share)
    model = RefinedRegressor(NEAREST, Sign()).fit(X[:1000], y[:1000])
    first, refined = (
        rectified_mean_squared_error(y[1000:], m.predict(X[1000:]), symmetry=Sign())
        for m in (model.regressor_, model)
    )
    assert refined < 0.6 * first


def test_the_error_of_the_regressor_is_the_one_of_its_cross_validation():
    X, y = noisy(0.1, 500)
    folds = KFold(4)
    model = RefinedRegressor(NEAREST, Sign(), cv=folds).fit(X, y)
    squares = Sign().distance(cross_val_predict(NEAREST, X, y, cv=folds), y) ** 2
    assert_allclose(model.errors_[np.inf], squares.mean())
    assert model.errors_[model.weight_] == min(model.errors_.values())


def test_the_prediction_is_the_mode_of_the_posterior():
    X, y = noisy(0.3)
    model = RefinedRegressor(NEAREST, Sign(), max_iter=1000).fit(X[:1000], y[:1000])
    assert 0 < model.weight_ < np.inf
    trust, new = model._trust, X[1000:1010]
    whitening = np.atleast_2d(trust.whitening) * np.eye(X.shape[1])
    pull = np.sqrt(model.weight_) * np.linalg.cholesky(trust.precision).T
    for x, first, row in zip(new, model.regressor_.predict(new), model.predict(new), strict=True):

        def residuals(z, x=x, first=first):
            misfit = whitening @ (x - model.forward_.values(z[None])[0])
            return np.concatenate([misfit, pull @ (z - first)])

        solution = least_squares(residuals, row + 1e-3, xtol=1e-15, ftol=1e-15, gtol=1e-15)
        assert_allclose(row, solution.x, atol=1e-6)


def test_the_spread_has_the_size_of_the_errors():
    X, y = noisy(0.1, 2000)
    model = RefinedRegressor(NEAREST, Sign()).fit(X[:1000], y[:1000])
    refined, residual, std = model.predict(X[1000:], return_residual=True, return_std=True)
    distance = Sign().distance(refined, y[1000:])
    assert residual.shape == std.shape == distance.shape
    assert_allclose(np.mean(std**2), np.mean(distance**2), rtol=0.3)
    # Small signals are uncertain, and it knows that.
    order = np.argsort(std)
    assert np.mean(distance[order[:200]] ** 2) < 0.5 * np.mean(distance[order[-200:]] ** 2)


def test_what_moves_along_an_orbit_is_no_spread():
    X, y = make_gaussian_phase_retrieval(800, 2, field="complex", random_state=0)
    first = make_canonical_regressor(KNeighborsRegressor(), GlobalPhase())
    model = RefinedRegressor(first, GlobalPhase()).fit(X[:600], y[:600])
    assert (model.predict(X[600:], return_std=True)[1] < 1e-6).all()


def test_groups_are_held_out_together():
    X, y = noisy(0.1, 60)
    groups = np.repeat(np.arange(10), 6)
    seen = []

    class Recorder(KNeighborsRegressor):
        def fit(self, X, y, sample_weight=None):
            seen.append(sample_weight)
            return super().fit(X, y)

    first = Recorder()
    weights = 1.0 + groups
    RefinedRegressor(first, Sign()).fit(X, y, groups=groups, sample_weight=weights)
    *folds, last = seen
    assert_array_equal(last, weights)
    assert len(folds) == 5
    for part in folds:  # two groups are away, whole
        assert [np.count_nonzero(part == 1.0 + g) for g in range(10)].count(0) == 2
        assert len(part) == 48


def test_refinement_needs_two_rows_or_groups():
    X, y = noisy(0.1, 6)
    model = RefinedRegressor(KNeighborsRegressor(1), Sign())
    with pytest.raises(ValueError, match="at least 2 samples, got 1 sample"):
        model.fit(X[:1], y[:1])
    with pytest.raises(ValueError, match="at least 2 groups, got 1 group"):
        model.fit(X, y, groups=np.zeros(6))


def test_a_pickled_model_predicts_the_same(split):
    model = RefinedRegressor(NEAREST, Sign()).fit(*split[:2])
    again = pickle.loads(pickle.dumps(model))
    assert_array_equal(again.predict(split[2]), model.predict(split[2]))


# Constraints and solvers


def directions(n_samples=600):
    y = np.random.default_rng(0).standard_normal((n_samples, 3))
    y /= np.linalg.norm(y, axis=1, keepdims=True)
    X = (y @ OPERATOR.T) ** 2
    return X + 0.3 * np.random.default_rng(1).standard_normal(X.shape), y


def test_a_constraint_is_kept_and_helps():
    X, y = directions()
    errors = {}
    for constraint in (None, "unit", lambda rows: rows / np.linalg.norm(rows, axis=1)[:, None]):
        model = RefinedRegressor(NEAREST, Sign(), constraint=constraint).fit(X[:400], y[:400])
        found = model.predict(X[400:])
        errors[constraint] = rectified_mean_squared_error(y[400:], found, symmetry=Sign())
        if constraint is not None:
            assert_allclose(np.linalg.norm(found, axis=1), 1)
    assert errors["unit"] < errors[None]
    assert_allclose(list(errors.values())[2], errors["unit"], rtol=1e-6)


def test_orthogonal_matrices_stay_orthogonal():
    rng = np.random.default_rng(0)
    frames = np.linalg.qr(rng.standard_normal((300, 2, 2)))[0]
    y = frames.reshape(300, 4)
    X = y + 0.1 * rng.standard_normal(y.shape)
    model = RefinedRegressor(LinearRegression(), Identity(), constraint="orthogonal").fit(X, y)
    found = model.predict(X).reshape(300, 2, 2)
    assert_allclose(found @ found.transpose(0, 2, 1), np.broadcast_to(np.eye(2), found.shape),
                    atol=1e-12)  # fmt: skip


def test_nonnegative_rows():
    rng = np.random.default_rng(0)
    y = np.abs(rng.standard_normal((300, 3)))
    X = (y @ OPERATOR.T) ** 2
    model = RefinedRegressor(NEAREST, Sign(), constraint="nonnegative").fit(X[:200], y[:200])
    assert (model.predict(X[200:]) >= 0).all()
    assert_allclose(model.predict(X[200:]), y[200:], atol=1e-6)


@pytest.mark.parametrize("nothing", [100.0, np.nan])
def test_a_solver_counts_where_it_lowers_the_residual(split, nothing):
    X, y, X_test, y_test = split
    true = {tuple(x): row for x, row in zip(np.vstack([X, X_test]), np.vstack([y, y_test]),
                                            strict=True)}  # fmt: skip

    def solver(measurements, first):
        """The truth with the other sign for even rows, nonsense or nothing for the others."""
        found = -np.stack([true[tuple(x)] for x in measurements])
        found[1::2] = nothing
        return found

    model = RefinedRegressor(NEAREST, Sign(), solver=solver).fit(X, y)
    refined, first = model.predict(X_test), model.regressor_.predict(X_test)
    assert (Sign().distance(refined[::2], y_test[::2]) < 1e-9).all()
    assert_array_equal(refined[1::2], first[1::2])
    assert model.n_unrefined_ == 150
    # Solutions come on the side of the first prediction.
    assert (np.vecdot(refined, first) >= 0).all()


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"constraint": "orthogonal"}, "square matrices as rows, .* got rows of 3"),
        ({"constraint": lambda rows: rows[:, :1]}, r"constraint must map rows of shape"),
        ({"constraint": "round"}, "'constraint'"),
        ({"solver": lambda X, y: y[:, :1]}, r"solver must return predictions of shape"),
        ({"solver": 3}, "'solver'"),
        ({"cv": "five"}, "'cv'"),
    ],
)
def test_wrong_constraints_and_solvers(split, params, message):
    model = RefinedRegressor(NEAREST, Sign()).set_params(**params)
    with pytest.raises(ValueError, match=message):
        model.fit(*split[:2])


def test_answers_at_other_points_of_the_orbits_than_the_training_targets():
    # The forward map is learned for positive targets, and means nothing for the others.
    class Negative(KNeighborsRegressor):
        def predict(self, X):
            return -super().predict(X)

    y = np.random.default_rng(0).uniform(1, 2, (300, 2))
    X = np.hstack([np.exp(-y), y[:, :1] * y[:, 1:]])
    forward = make_pipeline(PolynomialFeatures(4), LinearRegression())
    model = RefinedRegressor(Negative(20), Sign(), forward=forward).fit(X[:200], y[:200])
    refined, first = model.predict(X[200:]), model.regressor_.predict(X[200:])
    assert (refined < 0).all()  # beside the first predictions
    error, before = (np.mean(Sign().distance(z, y[200:]) ** 2) for z in (refined, first))
    assert error < 1e-3 * before
