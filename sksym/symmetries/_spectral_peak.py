"""The highest peaks of trigonometric polynomials, from zero-padded Fourier transforms."""

import math

import numpy as np

from .._arrays import algebra
from ._newton import uphill_step

_FINER = 4  # grid points for each of the transform's own, along an axis
_NEARLY = 0.9  # squared height, over the highest, of a peak that may be higher off the grid
_MOST_PEAKS = 64
_MOST_STEPS = 25
_STILL = 1e-8  # of a step, in parts of the longest: what Newton's method leaves is its square
_TILT = 1e-9  # far above rounding, far below what tells peaks apart
_FLAT = 1e-12  # curvature, over the largest possible, that is none
_COARSE = 2**30


def turns(xp, b, shape):
    r"""Factors :math:`e^{2 \pi i \langle b, x \rangle}` of all pixels x.

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    b : array of shape (n_samples, 2, n_axes)
        Slopes in turns a pixel, as `split` gives them.
    shape : tuple of int
        Shape of the array of pixels.

    Returns
    -------
    complex array of shape (n_samples, n_pixels)
    """
    x = xp.matrix_transpose(algebra.like(xp, _positions(shape), b))
    whole = b[:, 0, :] @ x  # without rounding, so that whole turns are taken off without loss
    angle = 2 * math.pi * (whole - xp.round(whole) + b[:, 1, :] @ x)
    return algebra.complex_of(xp, xp.cos(angle), xp.sin(angle))


def split(xp, b):
    """Slopes as a part of few digits and a small rest, which keeps digits that a sum would lose.

    From shape (..., n_axes) to (..., 2, n_axes).
    """
    coarse = xp.round(b * _COARSE) / _COARSE
    return xp.stack([coarse, b - coarse], axis=-2)


def highest_peaks(xp, weights, shape, at_least=1):
    r"""The highest local maxima of :math:`|A(b)|`.

    .. math:: A(b) = \sum_x w_x e^{2 \pi i \langle b, x \rangle}

    Local maxima on a grid, those that may be highest off it, are refined by Newton's method on
    :math:`|A|^2`.

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    weights : complex array of shape (n_samples, n_pixels)
        In double precision, of moderate size.
    shape : tuple of int
        Shape of the array of pixels.
    at_least : int
        Number of peaks to refine, whether or not they may be the highest.

    Returns
    -------
    b : array of shape (n_samples, n_peaks, 2, n_axes)
        Places of the peaks, as `split` gives them.
    height : array of shape (n_samples, n_peaks)
        :math:`|A|` there; -1 where a row has fewer peaks than others.
    """
    b, is_peak = _on_grid(xp, weights, shape, at_least)
    n_samples, n_peaks, _, n_axes = b.shape
    basis = xp.asarray(_moments(shape), dtype=weights.dtype, device=algebra.device(weights))
    steepest = (2 * math.pi * max(shape) * xp.sum(xp.abs(weights), axis=1)) ** 2
    flat = xp.reshape(xp.broadcast_to(_FLAT * steepest[:, None], (n_samples, n_peaks)), (-1,))
    wide = xp.broadcast_to(weights[:, None, :], (n_samples, n_peaks, weights.shape[1]))
    wide, b = xp.reshape(wide, (-1, weights.shape[1])), xp.reshape(b, (-1, 2, n_axes))
    longest = algebra.like(xp, 1 / (_FINER * np.array(shape)), b)
    for _ in range(_MOST_STEPS):
        step = _newton(xp, (wide * turns(xp, b, shape)) @ basis, n_axes, flat)
        step = xp.minimum(xp.maximum(step, -longest), longest)
        b = xp.stack([b[:, 0, :], b[:, 1, :] + step], axis=1)
        if bool(xp.all(xp.abs(step) <= _STILL * longest)):
            break
    turned = wide * turns(xp, b, shape)
    first = 2j * math.pi * _about_middle(xp, turned, shape)[1]
    step = _newton(xp, turned @ basis, n_axes, flat, first)
    b = xp.stack(
        [b[:, 0, :], b[:, 1, :] + xp.minimum(xp.maximum(step, -longest), longest)], axis=1
    )
    height = xp.abs(xp.sum(wide * turns(xp, b, shape), axis=1))
    height = xp.reshape(height, (n_samples, n_peaks))
    b = xp.reshape(b, (n_samples, n_peaks, 2, n_axes))
    return b, xp.where(is_peak, height, -xp.ones_like(height))


def slope(xp, weights, shape):
    r"""Derivative of :math:`|A|^2` at 0, and its largest possible size; (n_samples, n_axes)."""
    x, first = _about_middle(xp, weights, shape)
    total = xp.sum(weights, axis=1)
    size = xp.abs(weights)
    derivative = -4 * math.pi * xp.imag(xp.conj(total)[:, None] * first)
    largest = xp.sum(size[:, :, None] * xp.abs(x), axis=1)
    return derivative, 4 * math.pi * xp.sum(size, axis=1)[:, None] * largest


def _about_middle(xp, weights, shape):
    """Positions of pixels about the middle of the weights, and the sum of both.

    The derivative of |A|^2 does not depend on the origin, but its rounding does: about a single
    pixel that outweighs the others it is that of the others.
    """
    size = xp.abs(weights)
    x = algebra.like(xp, _positions(shape), size)
    middle = (size @ x) / algebra.or_one(xp, xp.sum(size, axis=1, keepdims=True))
    x = x[None, :, :] - middle[:, None, :]
    return x, xp.sum(weights[:, :, None] * x, axis=1)


def _positions(shape):
    """Positions of the pixels of an array, in C order about its middle; (n_pixels, n_axes)."""
    axes = [np.arange(n) - (n - 1) / 2 for n in shape]
    return np.stack([x.ravel() for x in np.meshgrid(*axes, indexing="ij")], axis=1)


def _on_grid(xp, weights, shape, at_least):
    """Places of local maxima on the grid by their heights, and which of them are any."""
    fine = tuple(_FINER * n for n in shape)
    axes = tuple(range(1, 1 + len(shape)))
    images = xp.reshape(weights, (weights.shape[0], *shape))
    # The sign of the exponent is that of the inverse transform; its factor does not matter.
    power = xp.abs(xp.fft.ifftn(images, s=fine, axes=axes)) ** 2
    height = xp.reshape(_peak_heights(xp, power, axes), (weights.shape[0], -1))
    is_high = height > _NEARLY * xp.max(height, axis=1, keepdims=True)
    n_peaks = int(xp.max(xp.sum(xp.astype(is_high, xp.int64), axis=1)))
    n_peaks = min(max(n_peaks, at_least), _MOST_PEAKS, height.shape[1])
    index = xp.argsort(height, axis=1, descending=True, stable=True)[:, :n_peaks]
    is_peak = xp.take_along_axis(height, index, axis=1) > 0
    # The first place stands for the row even where it is flat.
    is_first = xp.arange(n_peaks, device=algebra.device(index))[None, :] == 0
    places = []
    for n in reversed(fine):
        places.append(xp.astype(index % n, xp.float64) / n)
        index = index // n
    return split(xp, xp.stack(places[::-1], axis=2)), is_peak | is_first


def _peak_heights(xp, power, axes):
    """Heights of the parabolas through local maxima and their neighbours; 0 elsewhere."""
    for axis in axes:  # of a plateau the last place is its peak
        n = power.shape[axis]
        step = xp.arange(n, dtype=power.dtype, device=algebra.device(power)) / n
        power = power * (1 + _TILT * xp.reshape(step, (n,) + (1,) * (len(axes) - axis)))
    is_peak, height = xp.ones_like(power, dtype=xp.bool), power
    for axis in axes:
        before, after = (xp.roll(power, step, axis=axis) for step in (1, -1))
        is_peak = is_peak & (power > before) & (power >= after)
        bend = 2 * power - before - after
        bend = xp.where(bend > 0, bend, xp.ones_like(bend))
        height = height + (after - before) ** 2 / (8 * bend)
    return xp.where(is_peak, height, xp.zeros_like(height))


def _moments(shape):
    """What weights are summed with: 1, then 2 pi i x_j, then -4 pi^2 x_j x_k, of every pixel."""
    x = 2j * np.pi * _positions(shape)
    second = (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    return np.concatenate([np.ones((len(x), 1)), x, second], axis=1)


def _newton(xp, moments, n_axes, flat, centred=None):
    """Newton's step uphill on |A|^2 from A and its derivatives; none where it is flat."""
    value, first = moments[:, 0], moments[:, 1 : 1 + n_axes]
    second = xp.reshape(moments[:, 1 + n_axes :], (-1, n_axes, n_axes))
    gradient = 2 * xp.real(xp.conj(value)[:, None] * (first if centred is None else centred))
    hessian = xp.conj(first)[:, :, None] * first[:, None, :]
    hessian = 2 * xp.real(hessian + xp.conj(value)[:, None, None] * second)
    return uphill_step(xp, gradient, hessian, flat)
