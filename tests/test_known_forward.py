"""A forward map that is passed must be that of the measurements; noise is no fault of it."""

import re

import numpy as np
import pytest
import torch
from sklearn.neighbors import KNeighborsRegressor

from sksym import Identity, RefinedRegressor, Sign, make_canonical_regressor

OPERATOR, OTHER = np.random.default_rng(0).standard_normal((2, 12, 3))


def intensities(y, operator=OPERATOR):
    return (y @ operator.T) ** 2


def targets(n_samples, seed=1):
    return np.random.default_rng(seed).standard_normal((n_samples, 3))


def refined(forward, X, y):
    first = make_canonical_regressor(KNeighborsRegressor(), Sign())
    return RefinedRegressor(first, Sign(), forward=forward).fit(X, y)


WRONG = {
    "another operator": lambda y: intensities(y, OTHER),
    "other units": lambda y: 0.5 * intensities(y),
    "larger units": lambda y: 2 * intensities(y),
    "another order of the columns": lambda y: intensities(y)[:, ::-1].copy(),
    "another order of the rows": lambda y: intensities(y)[::-1].copy(),
    "moduli": lambda y: np.abs(np.asarray(y) @ OPERATOR.T),
    "a constant": lambda y: np.full((len(y), 12), intensities(targets(500)).mean()),
    "zero, of tensors": lambda y: 0 * (y @ torch.tensor(OPERATOR.T)),
}


@pytest.mark.parametrize("noise", [0.0, 0.5])
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_map_that_does_not_give_the_measurements_is_refused(wrong, noise):
    y, rng = targets(500), np.random.default_rng(2)
    X = intensities(y)
    X = X + noise * X.std() * rng.standard_normal(X.shape)
    with pytest.raises(ValueError, match=r"forward explains .* and .* is needed: forward\(y\)"):
        refined(wrong, X, y)


def test_the_message_has_the_share_and_what_is_needed():
    y = targets(500)
    X = intensities(y)
    variance = np.mean((X - X.mean(axis=0)) ** 2)
    with pytest.raises(ValueError, match="pass forward=None") as refusal:
        refined(WRONG["other units"], X, y)
    explained, needed = map(float, re.findall(r"([\d.]+) %", str(refusal.value)))
    assert explained == pytest.approx(100 * (1 - 0.25 * np.mean(X**2) / variance), abs=0.1)
    assert needed > 60


@pytest.mark.parametrize("n_samples", [30, 500, 5000])
@pytest.mark.parametrize("noise", [0.0, 0.1, 0.5, 1.0, 2.0])
def test_noise_is_no_fault_of_the_map(noise, n_samples):
    # At a noise of 2 the right map explains a fifth of the variance, and neighbours even less.
    y, rng = targets(n_samples), np.random.default_rng(2)
    X = intensities(y)
    X = X + noise * X.std() * rng.standard_normal(X.shape)
    residual = refined(intensities, X, y).training_residual_
    assert residual > noise * intensities(y).std()  # which all but a thousandth of the pairs have


def test_a_map_that_is_nearly_right_is_accepted():
    y = targets(500)
    model = refined(lambda rows: 1.1 * intensities(rows), intensities(y), y)
    assert model.training_residual_ > 0.1


def test_a_map_without_numbers_is_refused():
    y = targets(50)

    def holes(rows):
        values = intensities(np.asarray(rows))
        values[rows[:, 0] > 0] = np.nan
        return values

    with pytest.raises(ValueError, match=rf"NaN or infinity for {(y[:, 0] > 0).sum()} of 50"):
        refined(holes, intensities(y), y)


@pytest.mark.parametrize("value", [1.0, 0.0])
def test_measurements_that_do_not_vary(value):
    y, X = targets(20), np.full((20, 2), value)
    model = RefinedRegressor(
        KNeighborsRegressor(), Identity(), forward=lambda rows: X[: len(rows)]
    )
    assert model.fit(X, y).n_unrefined_ == 0
    with pytest.raises(ValueError, match="forward explains"):
        model.set_params(forward=lambda rows: X[: len(rows)] + 7).fit(X, y)
