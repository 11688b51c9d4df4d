"""Distance geometry: points from their pairwise distances."""

import functools
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from ._checks import add_noise, check_counts, check_noise


def make_distance_geometry(
    n_samples: int = 100,
    n_points: int = 5,
    dim: int = 2,
    *,
    noise: float = 0.0,
    random_state: int | np.random.RandomState | None = None,
    return_forward: bool = False,
) -> tuple[Any, ...]:
    """Recover points from their pairwise distances.

    The symmetry is ``Orthogonal(dim, center=True)``: distances do not change when all points are
    rotated, reflected or translated together.

    Parameters
    ----------
    n_samples : int, default=100
        Number of point sets.
    n_points : int, default=5
        Number of points in a set.
    dim : int, default=2
        Dimension of the points.
    noise : float, default=0.0
        Standard deviation of the Gaussian noise added to X.
    random_state : int, RandomState instance or None, default=None
        Seed of the problem; an int gives the same problem every time.
    return_forward : bool, default=False
        Whether to return the forward map as well.

    Returns
    -------
    X : ndarray of shape (n_samples, n_points * (n_points - 1) / 2)
        Distances of all pairs of points.
    y : ndarray of shape (n_samples, n_points * dim)
        Coordinates of the points, standard Gaussian, one point after the other.
    forward : callable
        Forward map from y to X without noise. Only if `return_forward`.

    Examples
    --------
    >>> from sksym.datasets import make_distance_geometry
    >>> X, y = make_distance_geometry(10, 4, 3, random_state=0)
    >>> X.shape, y.shape
    ((10, 6), (10, 12))
    """
    check_counts(n_samples=n_samples, n_points=n_points, dim=dim)
    if n_points < 2:
        raise ValueError(f"n_points must be at least 2 to have a distance, got {n_points}.")
    check_noise(noise)
    rng = check_random_state(random_state)
    y = rng.standard_normal((n_samples, n_points * dim))
    forward = functools.partial(_measure, dim=dim)
    X = add_noise(forward(y), noise, rng)
    return (X, y, forward) if return_forward else (X, y)


def _measure(y, dim):
    points = y.reshape(len(y), -1, dim)
    i, j = np.triu_indices(points.shape[1], k=1)
    return np.linalg.norm(points[:, i] - points[:, j], axis=2)
