"""The cyclic shift of an image that is nearest to another, by fast Fourier transforms."""

import math
from dataclasses import dataclass

from .._arrays import algebra
from . import _choice

# Of shifted rows that differ by less than this many roots of the rounding, in parts of their size,
# the inner products with a target are equal within rounding.
_NEARLY = 64


@dataclass(frozen=True)
class Grid:
    """The array that a row holds in C order, and the axes along which it is shifted.

    Shifts are numbered in C order over the sorted axes.
    """

    shape: tuple
    axes: tuple

    def spectrum(self, xp, y):
        """Fourier transform along the shifted axes; shape (n_samples, *shape)."""
        dtype = xp.result_type(y.dtype, xp.complex64)
        images = xp.reshape(y, (y.shape[0], *self.shape))
        return xp.fft.fftn(xp.astype(images, dtype, copy=False), axes=self._array_axes)

    def correlations(self, xp, spectrum, to_spectrum):
        """Inner products of `to` with every shift of y; shape (n_samples, n_shifts)."""
        product = xp.conj(spectrum) * to_spectrum
        channels = tuple(k + 1 for k in range(len(self.shape)) if k not in self.axes)
        if channels:  # every channel moves by the same shift
            product = xp.sum(product, axis=channels)
        # Summed over the channels, the shifted axes stand in their order within the shape.
        correlation = xp.fft.ifftn(product, axes=tuple(range(1, 1 + len(self.axes))))
        return xp.reshape(correlation, (product.shape[0], -1))

    def combination(self, xp, weights, spectrum):
        """Weighted sums of all shifts of rows with the given spectra."""
        sizes = [n if k in self.axes else 1 for k, n in enumerate(self.shape)]
        weights = xp.reshape(xp.astype(weights, spectrum.dtype), (weights.shape[0], *sizes))
        weights = xp.fft.fftn(weights, axes=self._array_axes)
        rows = xp.fft.ifftn(weights * spectrum, axes=self._array_axes)
        return xp.reshape(rows, (rows.shape[0], -1))

    def shifted(self, xp, y, index):
        """Each row moved by its own shift."""
        device = algebra.device(y)
        shift, rest = {}, index
        for axis in sorted(self.axes, reverse=True):
            shift[axis] = rest % self.shape[axis]
            rest = rest // self.shape[axis]
        source = xp.zeros((1, 1), dtype=xp.int64, device=device)
        for axis, size in enumerate(self.shape):
            position = xp.arange(size, dtype=xp.int64, device=device)[None, :]
            if axis in shift:
                position = (position - shift[axis][:, None]) % size
            grid = source[:, :, None] * size + position[:, None, :]
            source = xp.reshape(grid, (grid.shape[0], -1))
        return xp.take_along_axis(y, xp.broadcast_to(source, y.shape), axis=1)

    def is_constant(self, xp, y):
        """Which rows no shift changes."""
        images = xp.reshape(y, (y.shape[0], *self.shape))
        one = images
        for axis in self._array_axes:
            one = xp.take(one, xp.zeros(1, dtype=xp.int64, device=algebra.device(y)), axis=axis)
        return xp.all(xp.reshape(images == one, (y.shape[0], -1)), axis=1)

    def back(self, xp, index):
        """The numbers of the inverse shifts."""
        inverse, factor, rest = xp.zeros_like(index), 1, index
        for axis in sorted(self.axes, reverse=True):
            size = self.shape[axis]
            inverse = inverse + (-rest % size) * factor
            rest, factor = rest // size, factor * size
        return inverse

    @property
    def _array_axes(self):
        return tuple(axis + 1 for axis in self.axes)


def nearest_shift(xp, y, to, grid, scalar_of):
    """Number of the shift that, with the best scalar, brings each row nearest to a target.

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    y : array of shape (n_samples, n_coordinates)
        Rows of moderate size.
    to : array of shape (1, n_coordinates) or (n_samples, n_coordinates)
        Images that they are shifted to.
    grid : Grid
        What a row holds.
    scalar_of : callable
        ``scalar_of(xp, overlap)``: the scalar that best aligns rows with that inner product.

    Returns
    -------
    array of int of shape (n_samples,)
        Where several shifts are equally near, that of the row nearest to one in general position.
    """
    spectrum = grid.spectrum(xp, y)
    overlap = grid.correlations(xp, spectrum, grid.spectrum(xp, to))
    scalars = scalar_of(xp, overlap)
    is_near = _is_largest(xp, _real_product(xp, scalars, overlap), _bound(xp, y, to))
    index = xp.argmax(xp.astype(is_near, xp.int8), axis=1)
    is_tied = xp.sum(xp.astype(is_near, xp.int64), axis=1) > 1
    is_tied = is_tied & ~grid.is_constant(xp, y)
    if not bool(xp.any(is_tied)):
        return index
    rows = xp.nonzero(is_tied)[0]
    parts = (_choice.rows_of(xp, p, rows) for p in (y, to, spectrum, overlap, scalars, is_near))
    return _choice.replaced(xp, index, is_tied, _decided(xp, *parts, grid, scalar_of))


def _decided(xp, y, to, spectrum, overlap, scalars, is_near, grid, scalar_of):
    """One of several shifts: the nearest beyond the rounding of inner products, or as good."""
    is_near = _refined(xp, y, to, spectrum, scalars, is_near, grid)
    is_complex = algebra.is_complex(xp, y)
    generic = _choice.generic_row(y.shape[1], is_complex=is_complex, number=1)
    generic = algebra.like(xp, generic[None, :], y)
    other = grid.correlations(xp, spectrum, grid.spectrum(xp, generic))
    # Where the target leaves the scalar open too, it is that for the row in general position.
    is_open = xp.abs(overlap) <= _bound(xp, y, to)[:, None]
    scalars = xp.where(is_open, scalar_of(xp, other), scalars)
    score = _real_product(xp, scalars, other)
    is_near = _is_largest(xp, score, _bound(xp, y, generic), among=is_near)
    is_near = _refined(xp, y, generic, spectrum, scalars, is_near, grid)
    return xp.argmax(xp.astype(is_near, xp.int8), axis=1)


def _refined(xp, y, to, spectrum, scalars, is_near, grid):
    """Which of the near shifts are nearest, where they hardly change the row.

    Then inner products with the row hide what tells the shifts apart. With a the mean of the
    shifted rows and r what the row has beyond it, shift by shift the distance is that of the
    shifted r to the target less a.
    """
    first = xp.argmax(xp.astype(is_near, xp.int8), axis=1)
    last = is_near.shape[1] - 1 - xp.argmax(xp.astype(xp.flip(is_near, axis=1), xp.int8), axis=1)
    one, other = (_moved(xp, y, scalars, index, grid) for index in (first, last))
    nearly = _NEARLY * xp.finfo(y.dtype).eps ** 0.5 * algebra.norm(xp, y)
    is_hidden = (first != last) & (algebra.norm(xp, one - other) <= nearly)
    if not bool(xp.any(is_hidden)):
        return is_near
    weights = xp.where(is_near, scalars, xp.zeros_like(scalars))
    mean = _like_rows(xp, grid.combination(xp, weights, spectrum), y)
    mean = mean / xp.astype(xp.sum(xp.astype(is_near, xp.int64), axis=1), y.dtype)[:, None]
    # The first of the shifted rows, less a, moved back.
    scalar = _like_rows(xp, xp.take_along_axis(scalars, first[:, None], axis=1), y)
    beyond = grid.shifted(xp, (one - mean) / scalar, grid.back(xp, first))
    beyond, unit = algebra.scaled(xp, beyond)
    rest = to - mean
    overlap = grid.correlations(xp, grid.spectrum(xp, beyond), grid.spectrum(xp, rest))
    score = _real_product(xp, scalars, overlap)
    # What is beyond is known no better than the row is.
    noise = xp.finfo(y.dtype).eps * algebra.norm(xp, y) * algebra.norm(xp, rest) / unit[:, 0]
    bound = _bound(xp, beyond, rest) + 32 * noise
    refined = _is_largest(xp, score, bound, among=is_near)
    return xp.where(is_hidden[:, None], refined, is_near)


def _moved(xp, y, scalars, index, grid):
    """Rows after the shifts with the given numbers, and their scalars."""
    scalar = xp.take_along_axis(scalars, index[:, None], axis=1)
    return grid.shifted(xp, y, index) * _like_rows(xp, scalar, y)


def _like_rows(xp, values, y):
    """Complex values as rows of the dtype of y."""
    values = values if algebra.is_complex(xp, y) else xp.real(values)
    return xp.astype(values, y.dtype, copy=False)


def _is_largest(xp, score, bound, among=None):
    """Which scores are the largest of a row within a bound of their rounding."""
    if among is not None:
        score = xp.where(among, score, xp.full_like(score, -math.inf))
    return score >= (xp.max(score, axis=1) - bound)[:, None]


def _real_product(xp, scalars, overlap):
    """Inner products with the target of rows that are multiplied by scalars."""
    return xp.real(xp.conj(scalars) * overlap)


def _bound(xp, y, to):
    """Bound of the rounding of correlations."""
    size = algebra.norm(xp, y) * algebra.norm(xp, to)
    return 8 * math.log2(2 * y.shape[1]) * xp.finfo(y.dtype).eps * size
