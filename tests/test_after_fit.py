"""A fitted model answers as it was fitted, whatever is set on it until the next fit."""

import copy
import pickle

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.preprocessing import StandardScaler

from sksym import (
    AtlasRegressor,
    Blocks,
    CanonicalizeTargets,
    Identity,
    LiftTargets,
    MatrixGroup,
    OrbitKNeighborsRegressor,
    Permutation,
    PositiveScale,
    RectifiedBaggingRegressor,
    RectifiedConformalRegressor,
    RectifiedVotingRegressor,
    RefinedRegressor,
    ResidualRegressor,
    ScaleTargets,
    Sign,
    make_canonical_regressor,
    make_lifted_regressor,
)
from sksym.neural import FeedforwardRegressor, NeuralRegressor
from sksym.regressors import ConstantRegressor

rng = np.random.default_rng(0)
Y = rng.standard_normal((80, 4))
X = np.hstack([Y[:, [0]] * Y, Y[:, [3]] * Y]) + 0.05 * rng.standard_normal((80, 8))
NEAREST = KNeighborsRegressor(3)


def keep(X, y):
    """A solver that finds nothing."""
    return y


def signs():
    return Blocks(Sign(), 2)


# Of every estimator: an instance, and another value for each of its parameters; those of a part
# are set one after the other, so that a nested one comes before what replaces its owner.
CASES = {
    "atlas": (
        AtlasRegressor(NEAREST, signs(), n_charts=2, random_state=0),
        {
            "symmetry__n_blocks": 4,
            "symmetry": Identity(),
            "regressor__n_neighbors": 1,
            "regressor": LinearRegression(),
            "n_charts": 1,
            "combine": "select",
            "references": np.ones((1, 4)),
            "random_state": 3,
            "n_jobs": 1,
        },
    ),
    "atlas of given references": (
        AtlasRegressor(NEAREST, signs(), combine="select", references=rng.normal(size=(2, 4))),
        {"references": None, "combine": "mean"},
    ),
    "orbit neighbours": (
        OrbitKNeighborsRegressor(signs(), weights="distance"),
        {
            "symmetry__n_blocks": 4,
            "symmetry": Identity(),
            "n_neighbors": 1,
            "weights": "uniform",
            "algorithm": "brute",
            "leaf_size": 2,
            "p": 1,
            "metric": "chebyshev",
            "metric_params": {},
            "n_jobs": 1,
        },
    ),
    "constant": (
        ConstantRegressor(signs()),
        {"symmetry__n_blocks": 4, "symmetry": Identity(), "constant": 7.0},
    ),
    "refinement": (
        RefinedRegressor(make_canonical_regressor(NEAREST, signs()), signs(), n_restarts=2),
        {
            "symmetry__n_blocks": 4,
            "symmetry": Permutation(),
            "regressor__transformer__symmetry__n_blocks": 4,
            "regressor": LinearRegression(),
            "forward": LinearRegression(),
            "solver": keep,
            "constraint": "nonnegative",
            "cv": 2,
            "max_iter": 1,
            "tol": 1.0,
            "n_restarts": 0,
            "random_state": 1,
        },
    ),
    "refinement without restarts": (
        RefinedRegressor(NEAREST, signs(), n_restarts=0, max_iter=2),
        {"n_restarts": 80, "max_iter": 50},
    ),
    "balls": (
        RectifiedConformalRegressor(
            make_canonical_regressor(NEAREST, signs()), signs(), 0.5, "neighbors", random_state=0
        ),
        {
            "symmetry__n_blocks": 4,
            "symmetry": Permutation(),
            "regressor__transformer__symmetry__n_blocks": 4,
            "regressor": LinearRegression(),
            "confidence_level": 0.8,
            "normalization": "constant",
            "calibration_size": 30,
            "random_state": 3,
        },
    ),
    "bagging": (
        RectifiedBaggingRegressor(
            make_canonical_regressor(NEAREST, signs(), "first"), signs(), 3, random_state=0
        ),
        {
            "symmetry__n_blocks": 4,
            "symmetry": Permutation(),
            "estimator__transformer__symmetry__n_blocks": 4,
            "estimator": LinearRegression(),
            "n_estimators": 7,
            "max_samples": 5,
            "max_features": 2,
            "bootstrap": False,
            "bootstrap_features": True,
            "oob_score": True,
            "warm_start": True,
            "n_jobs": 1,
            "random_state": 3,
            "verbose": 0,
        },
    ),
    "voting": (
        RectifiedVotingRegressor(
            [("a", make_canonical_regressor(NEAREST, signs())), ("b", LinearRegression())], signs()
        ),
        {
            "symmetry__n_blocks": 4,
            "symmetry": Permutation(),
            "a__transformer__symmetry__n_blocks": 4,
            "a": "drop",
            "estimators": [("c", LinearRegression())],
            "weights": [1, 5],
            "n_jobs": 1,
            "verbose": True,
        },
    ),
    "residuals": (
        ResidualRegressor(Ridge(), NEAREST),
        {
            "regressor__alpha": 99.0,
            "regressor": LinearRegression(),
            "residual_regressor__n_neighbors": 1,
            "residual_regressor": LinearRegression(),
        },
    ),
    "representatives": (
        make_canonical_regressor(NEAREST, signs(), "first"),
        {
            "transformer__symmetry__n_blocks": 4,
            "transformer__reference": None,
            "transformer": StandardScaler(),
            "regressor__n_neighbors": 1,
            "regressor": LinearRegression(),
            "func": np.sqrt,
            "inverse_func": np.square,
            "check_inverse": True,
        },
    ),
    "lifts": (
        make_lifted_regressor(NEAREST, signs()),
        {"transformer__symmetry__n_blocks": 4, "transformer__symmetry": Identity()},
    ),
    "transformer of representatives": (
        CanonicalizeTargets(signs()),
        {
            "symmetry__n_blocks": 4,
            "symmetry__symmetry": Permutation(),
            "symmetry": PositiveScale(),
            "reference": "pca",
            "check": False,
        },
    ),
    "transformer to a reference": (
        CanonicalizeTargets(signs(), [1.0, 2.0, 3.0, 4.0]),
        {"reference": None},
    ),
    "transformer of a group of matrices": (
        CanonicalizeTargets(MatrixGroup(np.stack([np.eye(4), -np.eye(4)]))),
        {"symmetry__generators": np.eye(4)[None]},
    ),
    "transformer of lifts": (
        LiftTargets(signs()),
        {"symmetry__n_blocks": 1, "symmetry": Permutation()},
    ),
    "transformer of scale": (ScaleTargets(), {}),
    "network": (
        FeedforwardRegressor((8,), max_epochs=3, dtype="float64", random_state=0),
        {
            "hidden_layer_sizes": (4, 4),
            "module__activation": torch.nn.Tanh,
            "module": torch.nn.Linear,
            "criterion": torch.nn.L1Loss,
            "optimizer__weight_decay": 0.5,
            "optimizer": torch.optim.SGD,
            "lr": 0.1,
            "max_epochs": 1,
            "batch_size": 3,
            "patience": None,
            "validation_fraction": None,
            "random_state": 5,
            "device": "meta",
            "dtype": "float32",
            "callbacks": [],
            "warm_start": True,
            "verbose": 1,
        },
    ),
}


def answers(model):
    """Everything that a fitted model says of these data."""
    if hasattr(model, "predict"):
        balls = [model.predict_radius(X)] if hasattr(model, "predict_radius") else []
        return [model.predict(X), model.score(X, Y), *balls]
    transformed = model.transform(Y)
    return [transformed, model.inverse_transform(transformed)]


def fit(model):
    # A copy, since clone makes parts that are parameters anew but keeps what they are made of.
    model = copy.deepcopy(model)
    return model.fit(X, Y) if hasattr(model, "predict") else model.fit(Y)


@pytest.mark.parametrize("name", CASES)
def test_what_is_set_after_fit_waits_for_the_next_fit(name):
    model, changes = CASES[name]
    fitted = fit(model)
    expected = answers(fitted)
    for parameter, value in changes.items():
        fitted.set_params(**{parameter: value})
        # Read from a file as well: a state may not mix what was set with what was learned.
        for now in (fitted, pickle.loads(pickle.dumps(fitted))):
            for answer, wanted in zip(answers(now), expected, strict=True):
                assert_array_equal(answer, wanted, err_msg=parameter)


@pytest.mark.parametrize(
    "name",
    [
        "atlas",
        "orbit neighbours",
        "refinement",
        "balls",
        "bagging",
        "voting",
        "residuals",
        "representatives",
        "transformer of representatives",
        "network",
    ],
)
def test_every_parameter_is_set(name):  # fmt: skip
    # Of the network those that are its own; what it passes on to skorch alone is not listed.
    model, changes = CASES[name]
    own = set(model.get_params(deep=False))
    if name == "network":
        own &= {*type(model).__init__.__kwdefaults__, *NeuralRegressor.__init__.__kwdefaults__}
    assert own <= set(changes)


def test_the_symmetry_that_was_passed_may_change_too():
    symmetry = signs()
    fitted = CanonicalizeTargets(symmetry).fit(Y)
    expected = fitted.transform(Y)
    symmetry.set_params(n_blocks=4)
    assert_array_equal(fitted.transform(Y), expected)


def test_the_next_fit_takes_what_was_set():
    fitted = fit(CASES["transformer of representatives"][0])
    again = fitted.set_params(symmetry__n_blocks=4).fit(Y)
    assert_array_equal(again.transform(Y), np.abs(Y))
    fitted = fit(CASES["network"][0])
    fitted.set_params(hidden_layer_sizes=(4, 4), module__activation=torch.nn.Tanh).fit(X, Y)
    assert [layer.out_features for layer in fitted.module_.layers[::2]] == [4, 4, 4]
    assert isinstance(fitted.module_.layers[1], torch.nn.Tanh)


@pytest.mark.parametrize(
    "change", [{"hidden_layer_sizes": (4,)}, {"module__activation": torch.nn.Tanh}]
)
def test_a_module_that_is_trained_on_keeps_its_parameters(change):
    network = fit(CASES["network"][0]).set_params(lr=1e-4, batch_size=10)
    assert len(network.partial_fit(X, Y).history_) == 6
    with pytest.raises(ValueError, match="set after it was made; to start again call fit"):
        network.set_params(**change).partial_fit(X, Y)
