"""The square root, the paper's first example."""

import numpy as np
from sklearn.utils import check_random_state

from .checks import add_noise, check_count, check_noise


def make_square_root(n_samples=100, *, noise=0.0, random_state=None):
    """Learn to take square roots of either sign.

    The measurement is ``X = y**2``; the symmetry is `Sign`, since y and -y have one square. A
    regressor fitted on raw pairs sees the zigzag of the paper's Fig. 1.

    Parameters
    ----------
    n_samples : int, default=100
        Number of pairs.
    noise : float, default=0.0
        Standard deviation of the Gaussian noise added to X.
    random_state : int, RandomState instance or None, default=None
        Pass an int for the same pairs every time.

    Returns
    -------
    X : ndarray of shape (n_samples, 1)
        Squares.
    y : ndarray of shape (n_samples,)
        Roots, uniform in [-1, 1].

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
    check_count(n_samples, "n_samples")
    check_noise(noise)
    rng = check_random_state(random_state)
    y = rng.uniform(-1, 1, size=n_samples)
    return add_noise(np.square(y)[:, None], noise, rng), y
