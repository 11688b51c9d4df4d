"""Square root: a number from its square, the first example of the paper."""

from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from ._checks import add_noise, check_counts, check_noise


def make_square_root(
    n_samples: int = 100,
    *,
    noise: float = 0.0,
    random_state: int | np.random.RandomState | None = None,
    return_forward: bool = False,
) -> tuple[Any, ...]:
    """Recover a number of either sign from its square.

    The measurement is ``X = y**2``; the symmetry is `Sign`, since y and -y have the same square.
    A regressor fitted to raw pairs sees the zigzag of Fig. 1 of the paper.

    Parameters
    ----------
    n_samples : int, default=100
        Number of pairs.
    noise : float, default=0.0
        Standard deviation of the Gaussian noise added to X.
    random_state : int, RandomState instance or None, default=None
        Seed of the pairs; an int gives the same pairs every time.
    return_forward : bool, default=False
        Whether to return the forward map as well.

    Returns
    -------
    X : ndarray of shape (n_samples, 1)
        Squares of the roots.
    y : ndarray of shape (n_samples,)
        Roots, uniform in [-1, 1].
    forward : callable
        Forward map from y to X without noise. Only if `return_forward`.

    References
    ----------
    Tayal, Lai, Manekar, Kumar, Sun (2020), "Inverse problems, deep learning, and symmetry
    breaking", section 1 and Fig. 1.

    Examples
    --------
    >>> from sksym.datasets import make_square_root
    >>> X, y = make_square_root(3, random_state=0)
    >>> X.shape, y.shape
    ((3, 1), (3,))
    >>> bool((X[:, 0] == y**2).all())
    True
    """
    check_counts(n_samples=n_samples)
    check_noise(noise)
    rng = check_random_state(random_state)
    y = rng.uniform(-1, 1, size=n_samples)
    X = add_noise(_measure(y), noise, rng)
    return (X, y, _measure) if return_forward else (X, y)


def _measure(y):
    return np.square(y).reshape(len(y), 1)
