"""A scattering medium: patterns of light from the speckle behind it."""

import functools
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state

from ._checks import add_noise, check_counts, check_noise


def make_scattering_medium(
    images: ArrayLike,
    n_measurements: int,
    *,
    modulation: str = "phase",
    noise: float = 0.0,
    random_state: int | np.random.RandomState | None = None,
    return_operator: bool = False,
    return_forward: bool = False,
) -> tuple[Any, ...]:
    r"""Recover patterns of light from the intensities of their speckle, :math:`X = |A z|^2`.

    A modulator shapes a beam pixel by pixel, a medium such as white paint or a fibre of many modes
    scatters it, and a camera sees a speckle. The medium is linear in the field and known by its
    transmission matrix :math:`A`, whose entries are independent complex Gaussian numbers. Usually
    it is not known: learning it from pairs of pattern and speckle is *double phase retrieval*.

    With ``modulation="phase"`` the field is :math:`z = e^{i \pi\, \text{image}}`, and the symmetry
    is `GlobalPhase`. With ``"amplitude"`` it is :math:`z = \text{image}`, and the symmetry is
    `Sign`.

    Parameters
    ----------
    images : array-like of shape (n_samples, n_pixels) or (n_samples, height, width)
        Images with values from 0 to 1: the phase in units of half a wave, or the amplitude in
        units of the largest that the modulator lets through.
    n_measurements : int
        Number m of pixels of the camera.
    modulation : {"phase", "amplitude"}, default="phase"
        What of the beam the images shape.
    noise : float, default=0.0
        Standard deviation of the Gaussian noise added to X. The mean intensity of the speckle is
        that of the pattern: 1 for phases.
    random_state : int, RandomState instance or None, default=None
        Seed of the medium and the noise; an int gives the same every time. The medium is drawn
        first and does not depend on the images, except on their number of pixels.
    return_operator : bool, default=False
        Whether to return the transmission matrix as well.
    return_forward : bool, default=False
        Whether to return the forward map as well.

    Returns
    -------
    X : ndarray of shape (n_samples, n_measurements)
        Intensities of the speckle.
    y : ndarray of shape (n_samples, 2 * n_pixels) or (n_samples, n_pixels)
        Fields, those of phases as ``[Re | Im]``, those of amplitudes real; pixels in C order.
    operator : ndarray of shape (n_measurements, n_pixels)
        Transmission matrix A of independent circular Gaussian entries of variance
        ``1 / n_pixels``. Only if `return_operator`.
    forward : callable
        Forward map from y to X without noise. Only if `return_forward`.

    Raises
    ------
    ValueError
        If images are empty, not finite or not between 0 and 1, or another argument is none of
        those above.

    References
    ----------
    Popoff, Lerosey, Carminati, Fink, Boccara, Gigan (2010), "Measuring the transmission matrix in
    optics".

    Drémeau, Liutkus, Martina, Katz, Schülke, Krzakala, Gigan, Daudet (2015), "Reference-less
    measurement of the transmission matrix of a highly scattering material using a DMD and phase
    retrieval techniques".

    Rajaei, Tramel, Gigan, Krzakala, Daudet (2016), "Intensity-only optical compressive imaging
    using a multiply scattering material and a double phase retrieval approach".

    Metzler, Sharma, Nagesh, Baraniuk, Cossairt, Veeraraghavan (2017), "Coherent inverse scattering
    via transmission matrices: efficient phase retrieval algorithms and a public dataset".

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sksym.datasets import make_scattering_medium
    >>> X, y = make_scattering_medium(load_digits().images[:10] / 16, 256, random_state=0)
    >>> X.shape, y.shape
    ((10, 256), (10, 128))
    """
    check_counts(n_measurements=n_measurements)
    check_noise(noise)
    if modulation not in ("phase", "amplitude"):
        raise ValueError(f'modulation must be "phase" or "amplitude", got {modulation!r}.')
    images = _read_images(images)
    rng = check_random_state(random_state)
    re, im = rng.standard_normal((2, n_measurements, images.shape[1]))
    operator = (re + 1j * im) / np.sqrt(2 * images.shape[1])
    if modulation == "phase":
        y = np.hstack([np.cos(np.pi * images), np.sin(np.pi * images)])
    else:
        y = images
    forward = functools.partial(_measure, operator=operator)
    X = add_noise(forward(y), noise, rng)
    return X, y, *[operator] * return_operator, *[forward] * return_forward


def _read_images(images):
    """Images as new rows of pixels."""
    images = np.array(images)
    if images.ndim < 2 or images.size == 0:
        raise ValueError(
            f"images must have shape (n_samples, n_pixels) or (n_samples, height, width), got "
            f"{images.shape}."
        )
    if images.dtype.kind not in "biuf":
        raise ValueError(f"images must hold real numbers from 0 to 1, got dtype {images.dtype}.")
    least, most = images.min(), images.max()
    if not (least >= 0 and most <= 1):
        raise ValueError(
            f"images must have values from 0 to 1, got {least:.4g} to {most:.4g}; divide them by "
            f"the largest value that an image can have."
        )
    return images.reshape(len(images), -1).astype(np.float64)


def _measure(y, operator):
    n = operator.shape[1]
    field = y if y.shape[1] == n else y[:, :n] + 1j * y[:, n:]
    speckle = field @ operator.T
    return speckle.real**2 + speckle.imag**2
