"""Matrix factorization and blind deconvolution: two factors from their product."""

import functools
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from ._checks import add_noise, check_counts, check_noise


def make_matrix_factorization(
    n_samples: int = 100,
    n_rows: int = 3,
    rank: int = 2,
    n_columns: int = 4,
    *,
    noise: float = 0.0,
    random_state: int | np.random.RandomState | None = None,
    return_forward: bool = False,
) -> tuple[Any, ...]:
    """Recover two factors from their product, the paper's ``f(A, X) = A X``.

    The symmetry is ``matrix_factorization_symmetry(n_rows, rank, n_columns)``: components can be
    scaled against each other and permuted. For a rank above 1 the product alone does not change
    under any invertible matrix between the factors; only a structure of the factors, which a
    regressor learns from the training pairs, reduces this to scales and order. Here the columns
    of X are sparse: each has one entry that is not zero.

    Parameters
    ----------
    n_samples : int, default=100
        Number of pairs.
    n_rows, rank, n_columns : int, default=3, 2, 4
        Sizes of the factors A (n_rows x rank) and X (rank x n_columns).
    noise : float, default=0.0
        Standard deviation of the Gaussian noise added to the products.
    random_state : int, RandomState instance or None, default=None
        Seed of the problem; an int gives the same problem every time.
    return_forward : bool, default=False
        Whether to return the forward map as well.

    Returns
    -------
    X : ndarray of shape (n_samples, n_rows * n_columns)
        Products A X in C order.
    y : ndarray of shape (n_samples, n_rows * rank + rank * n_columns)
        Both factors in C order, A first.
    forward : callable
        Forward map from y to X without noise. Only if `return_forward`.

    References
    ----------
    Tayal, Lai, Manekar, Kumar, Sun (2020), "Inverse problems, deep learning, and symmetry
    breaking", section 1.

    Examples
    --------
    >>> from sksym.datasets import make_matrix_factorization
    >>> X, y = make_matrix_factorization(10, random_state=0)
    >>> X.shape, y.shape
    ((10, 12), (10, 14))
    """
    check_counts(n_samples=n_samples, n_rows=n_rows, rank=rank, n_columns=n_columns)
    check_noise(noise)
    rng = check_random_state(random_state)
    A = rng.standard_normal((n_samples, n_rows * rank))
    X = rng.standard_normal((n_samples, rank, n_columns))
    X *= rng.randint(rank, size=(n_samples, 1, n_columns)) == np.arange(rank)[:, None]
    y = np.hstack([A, X.reshape(n_samples, -1)])
    forward = functools.partial(_multiply, n_rows=n_rows, rank=rank)
    products = add_noise(forward(y), noise, rng)
    return (products, y, forward) if return_forward else (products, y)


def make_blind_deconvolution(
    n_samples: int = 100,
    n_kernel: int = 3,
    n_signal: int = 4,
    n_measurements: int | None = None,
    *,
    noise: float = 0.0,
    random_state: int | np.random.RandomState | None = None,
    return_forward: bool = False,
) -> tuple[Any, ...]:
    r"""Recover a kernel and a signal from their convolution.

    Both lie in known random subspaces, without which a convolution has many factorizations:
    :math:`X = (B h) \circledast (C x)`, a cyclic convolution. The symmetry is
    ``FactorScale(n_kernel, 1, n_signal)``: the kernel can be scaled against the signal.

    Parameters
    ----------
    n_samples : int, default=100
        Number of pairs.
    n_kernel, n_signal : int, default=3, 4
        Number of coordinates of the kernel h and of the signal x.
    n_measurements : int, optional
        Length of the convolution; 4 (n_kernel + n_signal) by default.
    noise : float, default=0.0
        Standard deviation of the Gaussian noise added to X.
    random_state : int, RandomState instance or None, default=None
        Seed of the problem; an int gives the same problem every time.
    return_forward : bool, default=False
        Whether to return the forward map as well.

    Returns
    -------
    X : ndarray of shape (n_samples, n_measurements)
        Convolutions.
    y : ndarray of shape (n_samples, n_kernel + n_signal)
        Standard Gaussian coordinates of the kernel, then of the signal.
    forward : callable
        Forward map from y to X without noise. Only if `return_forward`.

    References
    ----------
    Ahmed, Recht, Romberg (2014), "Blind deconvolution using convex programming".

    Examples
    --------
    >>> from sksym.datasets import make_blind_deconvolution
    >>> X, y = make_blind_deconvolution(10, random_state=0)
    >>> X.shape, y.shape
    ((10, 28), (10, 7))
    """
    check_counts(n_samples=n_samples, n_kernel=n_kernel, n_signal=n_signal)
    if n_measurements is None:
        n_measurements = 4 * (n_kernel + n_signal)
    check_counts(n_measurements=n_measurements)
    check_noise(noise)
    rng = check_random_state(random_state)
    bases = [rng.standard_normal((n_measurements, n)) for n in (n_kernel, n_signal)]
    forward = functools.partial(_convolve, bases=bases)
    y = rng.standard_normal((n_samples, n_kernel + n_signal))
    X = add_noise(forward(y), noise, rng)
    return (X, y, forward) if return_forward else (X, y)


def _multiply(y, n_rows, rank):
    A = y[:, : n_rows * rank].reshape(len(y), n_rows, rank)
    X = y[:, n_rows * rank :].reshape(len(y), rank, -1)
    return (A @ X).reshape(len(y), -1)


def _convolve(y, bases):
    n_kernel, n_measurements = bases[0].shape[1], bases[0].shape[0]
    factors = y[:, :n_kernel] @ bases[0].T, y[:, n_kernel:] @ bases[1].T
    kernel, signal = (np.fft.rfft(factor, axis=1) for factor in factors)
    return np.fft.irfft(kernel * signal, n=n_measurements, axis=1) / np.sqrt(n_measurements)
