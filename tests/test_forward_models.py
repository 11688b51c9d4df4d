"""Models of the forward map: known maps found again, derivatives, what few pairs determine."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from sksym import GlobalPhase, Identity, Sign
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.neural import FeedforwardRegressor
from sksym.regressors.forward import (
    Factored,
    Polynomial,
    SpectralStart,
    forward_maker,
    forward_model,
)


def saturating(y):
    """A detector that saturates; for arrays and for tensors."""
    intensities = (y @ OPERATOR.T) ** 2 if isinstance(y, np.ndarray) else (y @ TENSOR.T) ** 2
    return intensities / (1 + intensities)


OPERATOR = np.random.default_rng(5).standard_normal((14, 3))
TENSOR = torch.tensor(OPERATOR)


def only_numpy(y):
    return saturating(np.asarray(y))


FORWARDS = {
    "polynomial": None,
    "factored": Factored,
    "tensors": saturating,
    "arrays": only_numpy,
    "regressor": make_pipeline(PolynomialFeatures(4), LinearRegression()),
    "network": FeedforwardRegressor((32,), dtype="float64", max_epochs=3, random_state=0),
}


@pytest.mark.parametrize("forward", FORWARDS.values(), ids=FORWARDS)
def test_jacobians_are_derivatives(forward):
    rng = np.random.default_rng(0)
    y = rng.uniform(-1, 1, (300, 3))
    X = saturating(y)
    if forward is Factored:
        model = Factored(y, X, rank=2, is_affine=True)
    else:
        model = Polynomial(y, X, degree=2) if forward is None else forward_model(forward, y, X)
    values, jacobian = model.values_and_jacobian(y[:5])
    assert_allclose(values, model.values(y[:5]), rtol=1e-12)
    for k in range(3):
        shift = 1e-5 * np.eye(3)[k]
        slope = (model.values(y[:5] + shift) - model.values(y[:5] - shift)) / 2e-5
        assert_allclose(jacobian[:, :, k], slope, atol=1e-8)


def quadratic(rng, n, m, rank, is_affine):
    """A quadratic map of low rank, with squares of both signs."""
    vectors, signs = rng.standard_normal((m, rank, n)), rng.choice([-1, 1], (m, rank))
    slopes, constants = is_affine * rng.standard_normal((m, n)), is_affine * np.arange(m)

    def forward(y):
        squares = (np.einsum("kri,si->skr", vectors, y) ** 2 * signs).sum(axis=2)
        return squares + y @ slopes.T + constants

    return forward


@pytest.mark.parametrize(
    ("n", "n_pairs", "rank", "is_affine"),
    [(6, 30, 1, False), (6, 60, 2, False), (4, 60, 2, True), (70, 700, 1, False)],
    ids=["rank 1", "rank 2", "affine", "conjugate gradients"],
)
def test_a_map_of_low_rank_is_found_from_few_pairs(n, n_pairs, rank, is_affine):
    rng = np.random.default_rng(0)
    forward = quadratic(rng, n, 10, rank, is_affine)
    y, new = rng.standard_normal((n_pairs, n)), rng.standard_normal((50, n))
    model = Factored(y, forward(y), rank, is_affine)
    assert_allclose(model.values(new), forward(new), atol=1e-9 * np.abs(forward(new)).max())


def test_signals_that_fill_a_part_of_the_space():
    # Fewer pairs than all of the coordinates need: what counts is the dimension of the span.
    rng = np.random.default_rng(0)
    span, forward = rng.standard_normal((3, 40)), quadratic(rng, 40, 5, 1, False)
    y = rng.standard_normal((30, 3)) @ span
    new = rng.standard_normal((20, 3)) @ span
    model = Factored(y, forward(y), 1, False)
    assert_allclose(model.values(new), forward(new), rtol=1e-8, atol=1e-8 * forward(new).max())


def test_the_units_of_signals_and_measurements_do_not_count():
    X, y = make_gaussian_phase_retrieval(60, 4, random_state=0)
    model = Factored(1e-6 * y[:40], 1e9 * X[:40], 1, False)
    assert_allclose(model.values(1e-6 * y[40:]), 1e9 * X[40:], rtol=1e-7, atol=1e-2)


def test_a_model_of_fewer_pairs_is_a_start():
    X, y = make_gaussian_phase_retrieval(60, 4, random_state=0)
    noisy = X + 0.05 * np.random.default_rng(0).standard_normal(X.shape)
    start = Factored(y[:40], noisy[:40], 1, False)
    again = Factored(y, noisy, 1, False, start=start)
    assert_allclose(again.values(y), Factored(y, noisy, 1, False).values(y), atol=1e-6)


@pytest.mark.parametrize(
    ("field", "symmetry", "rank"), [("real", Sign(), 1), ("complex", GlobalPhase(), 2)]
)
def test_the_spectral_start_is_exact_where_measurements_determine_the_square(
    field, symmetry, rank
):
    # As many measurements as y y* has coordinates: it is a linear function of them.
    X, y = make_gaussian_phase_retrieval(300, 3, 9, field=field, random_state=0)
    if field == "complex":  # second moments that the phase leaves as they are
        X, y = np.vstack([X, X]), np.vstack([y, np.hstack([-y[:, 3:], y[:, :3]])])
    for model in (Factored(y, X, rank, False), Polynomial(y, X, degree=2)):
        found = SpectralStart(model, y, 0.0)(X)
        assert (symmetry.distance(found, y) < 1e-5).all()


def test_other_degrees_have_no_spectral_start():
    X, y = make_gaussian_phase_retrieval(300, 3, random_state=0)
    assert Polynomial(y, X, degree=3).squares() == (None, None)


MAPS = {
    "intensities": (lambda y: (y @ OPERATOR.T) ** 2, Factored),
    "a polynomial": (lambda y: y**3 + y[:, ::-1], Polynomial),
    "noise": (lambda y: np.random.default_rng(1).standard_normal((len(y), 4)), Polynomial),
}


@pytest.mark.parametrize("name", MAPS)
def test_the_simplest_model_that_predicts_is_taken(name):
    forward, kind = MAPS[name]
    y = np.random.default_rng(0).uniform(-1, 1, (500, 3))
    X = forward(y)
    rows = np.arange(500)
    make = forward_maker(None, Identity(), y, X, rows[:400], rows[400:], np.random.RandomState(0))
    model = make(y, X)
    assert type(model) is kind
    if name == "noise":
        assert_allclose(model.values(y), np.broadcast_to(X.mean(axis=0), X.shape))
