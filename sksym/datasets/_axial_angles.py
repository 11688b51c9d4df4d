"""Axial angles: the direction of an axis, which points both ways."""

import functools
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from ._checks import add_noise, check_counts, check_noise


def make_axial_angles(
    n_samples: int = 100,
    n_measurements: int = 8,
    *,
    noise: float = 0.0,
    random_state: int | np.random.RandomState | None = None,
    return_forward: bool = False,
) -> tuple[Any, ...]:
    r"""Recover the direction of an axis in the plane, as of a fibre or a texture.

    The measurement is the response of filters in evenly spaced directions,
    :math:`X_j = \langle d_j, y \rangle^2`. The symmetry is `Sign`: an axis points both ways.

    Parameters
    ----------
    n_samples : int, default=100
        Number of axes.
    n_measurements : int, default=8
        Number of filters.
    noise : float, default=0.0
        Standard deviation of the Gaussian noise added to X.
    random_state : int, RandomState instance or None, default=None
        Seed of the problem; an int gives the same problem every time.
    return_forward : bool, default=False
        Whether to return the forward map as well.

    Returns
    -------
    X : ndarray of shape (n_samples, n_measurements)
        Responses of the filters.
    y : ndarray of shape (n_samples, 2)
        Unit vectors, uniform on the circle.
    forward : callable
        Forward map from y to X without noise. Only if `return_forward`.

    Examples
    --------
    >>> from sksym.datasets import make_axial_angles
    >>> X, y = make_axial_angles(10, random_state=0)
    >>> X.shape, y.shape
    ((10, 8), (10, 2))
    """
    check_counts(n_samples=n_samples, n_measurements=n_measurements)
    check_noise(noise)
    rng = check_random_state(random_state)
    angle = rng.uniform(0, 2 * np.pi, size=n_samples)
    y = np.column_stack([np.cos(angle), np.sin(angle)])
    filters = np.pi * np.arange(n_measurements) / n_measurements
    forward = functools.partial(
        _measure, directions=np.column_stack([np.cos(filters), np.sin(filters)])
    )
    X = add_noise(forward(y), noise, rng)
    return (X, y, forward) if return_forward else (X, y)


def _measure(y, directions):
    return (y @ directions.T) ** 2
