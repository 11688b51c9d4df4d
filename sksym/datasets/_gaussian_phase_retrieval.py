"""Gaussian phase retrieval: signals from the squared moduli of random projections."""

import functools
from typing import Any

import numpy as np
from sklearn.utils import check_random_state, gen_batches

from ._checks import add_noise, check_counts, check_noise

# Number of samples measured at a time, so that no temporary grows with n_samples.
_CHUNK = 4096


def make_gaussian_phase_retrieval(
    n_samples: int = 100,
    n_features: int = 5,
    n_measurements: int | None = None,
    *,
    field: str = "real",
    noise: float = 0.0,
    random_state: int | np.random.RandomState | None = None,
    return_operator: bool = False,
    return_forward: bool = False,
) -> tuple[Any, ...]:
    r"""Recover a signal from the squared moduli of random projections, :math:`X = |A y|^2`.

    The symmetry is `Sign` for the real field and `GlobalPhase` for the complex one.

    Parameters
    ----------
    n_samples : int, default=100
        Number of pairs.
    n_features : int, default=5
        Length n of the signals.
    n_measurements : int, optional
        Number m of projections; 4 n by default, just above the threshold at which a signal is
        determined up to its symmetry (Balan et al. 2006).
    field : {"real", "complex"}, default="real"
        Field of the signals and of the operator.
    noise : float, default=0.0
        Standard deviation of the Gaussian noise added to X.
    random_state : int, RandomState instance or None, default=None
        Seed of the problem; an int gives the same problem every time. The operator is drawn
        first and does not depend on the number of samples.
    return_operator : bool, default=False
        Whether to return the operator as well.
    return_forward : bool, default=False
        Whether to return the forward map as well.

    Returns
    -------
    X : ndarray of shape (n_samples, n_measurements)
        Measurements.
    y : ndarray of shape (n_samples, n_features) or (n_samples, 2 * n_features)
        Signals, uniform in the unit ball; complex ones as ``[Re | Im]``, since scikit-learn
        does not accept complex targets.
    operator : ndarray of shape (n_measurements, n_features)
        Matrix A of independent standard Gaussian entries (circular and of unit variance for the
        complex field). Only if `return_operator`.
    forward : callable
        Forward map from y to X without noise. Only if `return_forward`.

    References
    ----------
    Tayal, Lai, Manekar, Kumar, Sun (2020), "Inverse problems, deep learning, and symmetry
    breaking", sections 2 and 3.

    Examples
    --------
    >>> import numpy as np
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> X, y, A = make_gaussian_phase_retrieval(10, 3, random_state=0, return_operator=True)
    >>> X.shape, y.shape, A.shape
    ((10, 12), (10, 3), (12, 3))
    >>> bool(np.allclose(X, (y @ A.T) ** 2))
    True
    """
    check_counts(n_samples=n_samples, n_features=n_features)
    if n_measurements is None:
        n_measurements = 4 * n_features
    check_counts(n_measurements=n_measurements)
    check_noise(noise)
    if field not in ("real", "complex"):
        raise ValueError(f'field must be "real" or "complex", got {field!r}.')
    rng = check_random_state(random_state)
    operator = _draw_operator(rng, n_measurements, n_features, field)
    y = _draw_ball(rng, n_samples, n_features if field == "real" else 2 * n_features)
    X = np.empty((n_samples, n_measurements))
    for chunk in gen_batches(n_samples, _CHUNK):
        X[chunk] = add_noise(_measure(y[chunk], operator), noise, rng)
    forward = functools.partial(_measure, operator=operator)
    return X, y, *[operator] * return_operator, *[forward] * return_forward


def _draw_operator(rng, n_measurements, n_features, field):
    if field == "real":
        return rng.standard_normal((n_measurements, n_features))
    re, im = rng.standard_normal((2, n_measurements, n_features))
    return (re + 1j * im) / np.sqrt(2)


def _draw_ball(rng, n_samples, n_dims):
    """Draw uniform points of the unit ball: a Gaussian direction, a radius U^(1/d)."""
    y = rng.standard_normal((n_samples, n_dims))
    scale = rng.uniform(size=n_samples) ** (1 / n_dims) / np.sqrt(np.vecdot(y, y))
    y *= scale[:, None]
    return y


def _measure(y, operator):
    if np.iscomplexobj(operator):
        n = operator.shape[1]
        image = (y[:, :n] + 1j * y[:, n:]) @ operator.T
        return image.real**2 + image.imag**2
    return np.square(y @ operator.T)
