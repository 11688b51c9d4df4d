"""Errors of images up to shifts and flips, which Fourier phase retrieval cannot see."""

import math
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..._extras import require_extra
from ..._validation import Integers, Interval, validated
from ...symmetries import Symmetry
from ._image_pairs import Images

_LAYOUT = {
    "symmetry": [Symmetry, None],
    "shape": [Integers(1), None],
    "channel_axis": [Interval(Integral, None, None, closed="neither"), None],
}
_RANGE = {"data_range": [Interval(Real, 0, None, closed="neither")]}


@validated(_LAYOUT)
def aligned_mean_squared_error(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    symmetry: Symmetry | None = None,
    shape: Sequence[int] | None = None,
    channel_axis: int | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    r"""Mean squared error of images up to shifts and flips.

    .. math:: \min_{g \in G} \frac{1}{n} \sum_x |(g\, \hat y)_x - y_x|^2

    over the n pixels and channels: the mean over images where there are several. All shifts are
    compared by fast Fourier transforms; the least is exact.

    Parameters
    ----------
    y_true : array-like of shape (height, width) or with channels, or (n_samples, n_features)
        One image, real or complex, or with `shape` a row for each image, in C order.
    y_pred : array-like of the shape of `y_true`
        Reconstruction of it.
    symmetry : Symmetry, optional
        Symmetry of flat images that the reconstruction is known up to. By default half turns,
        with conjugation of complex images, and cyclic shifts, with all channels together:
        ``ConjugateFlip(shape, axes) * CyclicShift(shape, axes)``. Multiply it by `sksym.Sign`,
        `sksym.GlobalPhase` or `sksym.PositiveScale` for more, or take ``CyclicShift(shape)`` for
        less. `sksym.fourier_symmetry` is flips, shifts and the sign or the phase.
    shape : tuple of int, optional
        Shape of the images that rows hold, with channels where they have some.
    channel_axis : int, optional
        Axis of the image that holds channels; by default it has none.
    sample_weight : array-like of shape (n_samples,), optional
        Weights of rows, non-negative and not all zero.

    Returns
    -------
    float or 0-d tensor
        In squared units of the images, of which integers are computed in double precision; of
        tensors a tensor with its gradient.

    Raises
    ------
    ValueError
        If there is NaN or infinity, the shapes differ, or an image does not have two axes beside
        its channels.

    Notes
    -----
    The aligned image itself is ``symmetry.align([y_pred.ravel()], y_true.ravel())[0]`` in the
    given shape.

    References
    ----------
    Bendory, Beinert, Eldar (2017), "Fourier phase retrieval: uniqueness and algorithms".

    Examples
    --------
    >>> import numpy as np
    >>> from sksym.metrics import aligned_mean_squared_error
    >>> image = np.arange(20.0).reshape(4, 5)
    >>> reconstruction = np.roll(image[::-1, ::-1], (1, 2), axis=(0, 1)) + 0.5
    >>> aligned_mean_squared_error(image, reconstruction)
    0.25
    """
    images = Images(y_true, y_pred, symmetry, shape, channel_axis, sample_weight)
    return images.pair.result(images.errors())


@validated(_LAYOUT | _RANGE)
def aligned_psnr(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    data_range: float,
    symmetry: Symmetry | None = None,
    shape: Sequence[int] | None = None,
    channel_axis: int | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    r"""Peak signal-to-noise ratio of images up to shifts and flips.

    .. math:: 10 \log_{10} \frac{\text{range}^2}{\text{MSE}}

    with the error of `aligned_mean_squared_error`; of several images it is the mean of theirs.

    Parameters
    ----------
    y_true, y_pred, symmetry, shape, channel_axis, sample_weight
        As in `aligned_mean_squared_error`.
    data_range : float
        Distance between the least and the largest value that images can have: 255 for bytes, 1
        for images from 0 to 1. It is never guessed.

    Returns
    -------
    float or 0-d tensor
        In decibels; infinite where an image is met exactly.

    Raises
    ------
    ValueError
        As in `aligned_mean_squared_error`, or if the range is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> from sksym.metrics import aligned_psnr
    >>> image = np.arange(20.0).reshape(4, 5)
    >>> reconstruction = np.roll(image[::-1, ::-1], (1, 2), axis=(0, 1)) + 0.1
    >>> print(round(aligned_psnr(image, reconstruction, data_range=10), 9))
    40.0
    """
    images = Images(y_true, y_pred, symmetry, shape, channel_axis, sample_weight)
    with np.errstate(divide="ignore"):
        decibels = 20 * math.log10(data_range) - 10 * images.xp.log10(images.errors())
    return images.pair.result(decibels)


@validated(_LAYOUT | _RANGE)
def aligned_ssim(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    data_range: float,
    symmetry: Symmetry | None = None,
    shape: Sequence[int] | None = None,
    channel_axis: int | None = None,
    sample_weight: ArrayLike | None = None,
    **kwargs: Any,
) -> float:
    """Structural similarity of images up to shifts and flips.

    Reconstructions are moved to where their squared error is least, and compared there by
    ``skimage.metrics.structural_similarity``. Needs scikit-image, which is
    the extra ``images``.

    Parameters
    ----------
    y_true, y_pred, symmetry, shape, channel_axis, sample_weight
        As in `aligned_mean_squared_error`, of real images as NumPy arrays.
    data_range : float
        As in `aligned_psnr`.
    **kwargs
        Further arguments of scikit-image's function, such as ``win_size=5`` or
        ``gaussian_weights=True``.

    Returns
    -------
    float
        At most 1; of several images the mean.

    Raises
    ------
    ValueError
        As in `aligned_psnr`, for complex images, and for images smaller than the window.
    TypeError
        For tensors.
    ModuleNotFoundError
        If scikit-image is not installed.

    References
    ----------
    Wang, Bovik, Sheikh, Simoncelli (2004), "Image quality assessment: from error visibility to
    structural similarity".

    Examples
    --------
    >>> from skimage.data import camera
    >>> from sksym.metrics import aligned_ssim
    >>> image = camera()[::4, ::4]
    >>> print(round(aligned_ssim(image, image[::-1, ::-1], data_range=255), 9))
    1.0
    """
    similarity = require_extra("skimage.metrics", "images").structural_similarity
    images = Images(y_true, y_pred, symmetry, shape, channel_axis, sample_weight)
    true, aligned = images.aligned()
    if not isinstance(true, np.ndarray):
        raise TypeError("scikit-image takes NumPy arrays; pass tensors as y.detach().numpy().")
    if np.iscomplexobj(true):
        raise ValueError("Complex images have no structural similarity; pass their moduli.")
    kwargs = {"data_range": data_range, "channel_axis": channel_axis, **kwargs}
    pairs = zip(true, aligned, strict=True)
    return images.pair.average([similarity(*pair, **kwargs) for pair in pairs])
