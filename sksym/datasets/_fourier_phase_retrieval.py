"""Fourier phase retrieval: images from the moduli of their Fourier transforms."""

import functools
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state

from ._checks import add_noise, check_counts, check_noise


def make_fourier_phase_retrieval(
    images: ArrayLike,
    *,
    oversampling: int = 2,
    field: str = "real",
    noise: float = 0.0,
    random_state: int | np.random.RandomState | None = None,
    return_forward: bool = False,
) -> tuple[Any, ...]:
    r"""Recover images from the squared moduli of their Fourier transforms, :math:`X = |F y|^2`.

    The images are placed in the corner of a larger frame of zeros, so that their transforms are
    oversampled. The symmetry is ``fourier_symmetry(shape, field)`` with the shape of the frame:
    flip (with conjugation), cyclic shift, and sign or phase. Placing all images in one corner
    already breaks most of it; ``symmetry.random(y)`` restores it.

    Parameters
    ----------
    images : array-like of shape (n_samples, height, width) or (n_samples, length)
        Images or signals; complex ones for the complex field.
    oversampling : int, default=2
        Ratio of the size of the frame to that of the images, along each axis.
    field : {"real", "complex"}, default="real"
        Field of the images.
    noise : float, default=0.0
        Standard deviation of the Gaussian noise added to X.
    random_state : int, RandomState instance or None, default=None
        Seed of the noise.
    return_forward : bool, default=False
        Whether to return the forward map as well.

    Returns
    -------
    X : ndarray of shape (n_samples, n_frame)
        Squared moduli, divided by the number of pixels of the frame.
    y : ndarray of shape (n_samples, n_frame) or (n_samples, 2 * n_frame)
        Frames in C order, complex ones as ``[Re | Im]``.
    forward : callable
        Forward map from y to X without noise. Only if `return_forward`.

    References
    ----------
    Bendory, Beinert, Eldar (2017), "Fourier phase retrieval: uniqueness and algorithms".

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sksym.datasets import make_fourier_phase_retrieval
    >>> X, y = make_fourier_phase_retrieval(load_digits().images[:10])
    >>> X.shape, y.shape
    ((10, 256), (10, 256))
    """
    check_counts(oversampling=oversampling)
    check_noise(noise)
    if field not in ("real", "complex"):
        raise ValueError(f'field must be "real" or "complex", got {field!r}.')
    images = np.asarray(images)
    if images.ndim < 2 or images.size == 0:
        raise ValueError(f"images must have shape (n_samples, height, width), got {images.shape}.")
    if np.iscomplexobj(images) and field == "real":
        raise ValueError('images are complex; pass field="complex".')
    if not np.isfinite(images).all():
        raise ValueError("images contain NaN or infinity.")
    frame = tuple(oversampling * size for size in images.shape[1:])
    y = np.zeros((len(images), *frame), dtype=complex if field == "complex" else float)
    y[(slice(None), *(slice(size) for size in images.shape[1:]))] = images
    y = y.reshape(len(images), -1)
    if field == "complex":
        y = np.hstack([y.real, y.imag])
    forward = functools.partial(_measure, frame=frame)
    X = add_noise(forward(y), noise, check_random_state(random_state))
    return (X, y, forward) if return_forward else (X, y)


def _measure(y, frame):
    n = int(np.prod(frame))
    y = y if y.shape[1] == n else y[:, :n] + 1j * y[:, n:]
    axes = tuple(range(1, 1 + len(frame)))
    spectrum = np.fft.fftn(y.reshape(len(y), *frame), axes=axes, norm="ortho")
    return (spectrum.real**2 + spectrum.imag**2).reshape(len(y), n)
