"""Mixture components: centres whose labels are interchangeable."""

import functools
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from ._checks import add_noise, check_counts, check_noise


def make_mixture_components(
    n_samples: int = 100,
    n_components: int = 3,
    dim: int = 2,
    n_measurements: int | None = None,
    *,
    noise: float = 0.0,
    random_state: int | np.random.RandomState | None = None,
    return_forward: bool = False,
) -> tuple[Any, ...]:
    r"""Recover the centres of a mixture from its density: the label switching problem.

    The measurement is the density of a mixture of equal spherical components at some fixed points,
    :math:`X_j = \frac1K \sum_k \exp(-\|p_j - c_k\|^2 / 2)`. The symmetry is
    ``Permutation(n_components)``: the density does not tell which component is the first.

    Parameters
    ----------
    n_samples : int, default=100
        Number of mixtures.
    n_components : int, default=3
        Number of components of a mixture.
    dim : int, default=2
        Dimension of the centres.
    n_measurements : int, optional
        Number of points; 8 for each coordinate of y by default.
    noise : float, default=0.0
        Standard deviation of the Gaussian noise added to X.
    random_state : int, RandomState instance or None, default=None
        Seed of the problem; an int gives the same problem every time.
    return_forward : bool, default=False
        Whether to return the forward map as well.

    Returns
    -------
    X : ndarray of shape (n_samples, n_measurements)
        Densities at the points.
    y : ndarray of shape (n_samples, n_components * dim)
        Coordinates of the centres, Gaussian of standard deviation 2, one centre after the other.
    forward : callable
        Forward map from y to X without noise. Only if `return_forward`.

    Examples
    --------
    >>> from sksym.datasets import make_mixture_components
    >>> X, y = make_mixture_components(10, random_state=0)
    >>> X.shape, y.shape
    ((10, 48), (10, 6))
    """
    check_counts(n_samples=n_samples, n_components=n_components, dim=dim)
    if n_measurements is None:
        n_measurements = 8 * n_components * dim
    check_counts(n_measurements=n_measurements)
    check_noise(noise)
    rng = check_random_state(random_state)
    points = 2 * rng.standard_normal((n_measurements, dim))
    y = 2 * rng.standard_normal((n_samples, n_components * dim))
    forward = functools.partial(_measure, points=points)
    X = add_noise(forward(y), noise, rng)
    return (X, y, forward) if return_forward else (X, y)


def _measure(y, points):
    centres = y.reshape(len(y), -1, points.shape[1])
    squares = ((centres[:, :, None, :] - points) ** 2).sum(axis=3)
    return np.exp(-squares / 2).mean(axis=1)
