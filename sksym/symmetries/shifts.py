"""Groups that move the coordinates of signals and images: cyclic shifts and flips."""

import itertools
import math
from typing import ClassVar

import numpy as np

from .._validation import Integers
from . import algebra, choice
from .finite import FiniteSymmetry


class CyclicShift(FiniteSymmetry):
    r"""Cyclic shifts of a signal or an image.

    :math:`(y_x) \mapsto (y_{x - s})` for every shift s. The nearest point of the orbit has the
    shift with the largest correlation :math:`\operatorname{Re} \sum_x y_{x-s} \bar t_x`; all
    correlations are found at once by fast Fourier transforms. The own reference is the first
    basis vector: the largest entry is moved to the front, the lexicographically largest of the
    shifted rows where it occurs several times.

    Parameters
    ----------
    shape : tuple of int, optional
        Shape of the array that a row holds in C order; by default one axis of all coordinates.
    axes : tuple of int, optional
        Axes along which the array is shifted; all of them by default. ``shape=(28, 28, 3),
        axes=(0, 1)`` is an image with three channels.

    Examples
    --------
    >>> from sksym import CyclicShift
    >>> CyclicShift().canonicalize([[1.0, 2.0, 9.0, 4.0]])
    array([[9., 4., 1., 2.]])
    >>> CyclicShift(shape=(2, 2)).distance([[1.0, 2.0, 3.0, 4.0]], [[4.0, 3.0, 2.0, 1.0]])
    array([0.])
    """

    _parameter_constraints: ClassVar[dict] = {
        "shape": [Integers(1), None],
        "axes": [Integers(0), None],
    }

    nesting = 2

    def __init__(self, shape=None, axes=None):
        self.shape = shape
        self.axes = axes

    def _orbit(self, xp, y):
        shape, axes = array_layout(self, y.shape[1])
        images = xp.reshape(y, (y.shape[0], *shape))
        for shifts in itertools.product(*(range(shape[axis]) for axis in axes)):
            moved = xp.roll(images, shifts, axis=tuple(axis + 1 for axis in axes))
            yield xp.reshape(moved, y.shape)

    def _align(self, xp, y, to):
        return self._align_with(xp, y, to, _real_part, lambda xp, y, to: y)

    def _align_with(self, xp, y, to, score_of, finish):
        """Joint alignment with a group of scalars.

        Parameters
        ----------
        xp, y, to
            As in `_align`.
        score_of : callable
            ``score_of(xp, correlation)``: the largest real part that the scalars can give.
        finish : callable
            ``finish(xp, y, to)``: alignment by a scalar.
        """
        shape, axes = array_layout(self, y.shape[1])
        parts = []
        for rows in choice.chunks(y.shape[0], 4 * y.shape[1]):
            part_to = to if to.shape[0] == 1 else to[rows, :]
            parts.append(_shift_chunk(xp, y[rows, :], part_to, shape, axes, score_of, finish))
        return xp.concat(parts, axis=0)

    def _reference(self, n_coordinates):
        return np.eye(1, n_coordinates)[0]

    def _random(self, xp, y, rng):
        shape, axes = array_layout(self, y.shape[1])
        shift = rng.randint(math.prod(shape[axis] for axis in axes), size=y.shape[0])
        return _shifted(xp, y, xp.asarray(shift, device=algebra.device(y)), shape, axes)


class ConjugateFlip(FiniteSymmetry):
    r"""Reversal of a signal or an image, together with complex conjugation.

    :math:`(y_x) \mapsto (\bar y_{-x})`, what the modulus of a Fourier transform cannot see. Alone
    it acts on real rows, which are plainly reversed; in a product with a symmetry of complex rows,
    such as `fourier_symmetry`, they are conjugated too. The own reference is a fixed row in
    general position.

    Parameters
    ----------
    shape : tuple of int, optional
        Shape of the array that a row holds in C order; by default one axis of all coordinates.
    axes : tuple of int, optional
        Axes that are reversed; all of them by default.

    Examples
    --------
    >>> from sksym import ConjugateFlip
    >>> ConjugateFlip().align([[1.0, 2.0, 3.0]], to=[9.0, 0.0, 0.0])
    array([[3., 2., 1.]])
    """

    _parameter_constraints: ClassVar[dict] = {
        "shape": [Integers(1), None],
        "axes": [Integers(0), None],
    }

    def __init__(self, shape=None, axes=None):
        self.shape = shape
        self.axes = axes

    def _orbit(self, xp, y):
        shape, axes = array_layout(self, y.shape[1])
        yield y
        images = xp.reshape(y, (y.shape[0], *shape))
        flipped = xp.flip(images, axis=tuple(axis + 1 for axis in axes))
        yield algebra.conj(xp, xp.reshape(flipped, y.shape))


def array_layout(symmetry, n_coordinates):
    """Shape of the array that a row holds and the axes that a symmetry acts on.

    Raises
    ------
    ValueError
        If the shape does not have as many entries as the row, or has no such axis.
    """
    shape = (n_coordinates,) if symmetry.shape is None else tuple(symmetry.shape)
    if math.prod(shape) != n_coordinates:
        raise ValueError(
            f"{symmetry!r} needs rows of {math.prod(shape)} coordinates, got {n_coordinates}."
        )
    axes = tuple(range(len(shape))) if symmetry.axes is None else tuple(symmetry.axes)
    if len(set(axes)) != len(axes) or not all(0 <= axis < len(shape) for axis in axes):
        raise ValueError(f"axes of {symmetry!r} must be different axes of the shape {shape}.")
    return shape, axes


def _real_part(xp, correlation):
    return xp.real(correlation)


def _shift_chunk(xp, y, to, shape, axes, score_of, finish):
    scaled, to_scaled = algebra.scaled(xp, y)[0], algebra.scaled(xp, to)[0]
    score = score_of(xp, _correlations(xp, scaled, to_scaled, shape, axes))
    best = xp.max(score, axis=1)
    bound = algebra.norm(xp, scaled) * algebra.norm(xp, to_scaled)
    tolerance = 8 * math.log2(2 * y.shape[1]) * xp.finfo(y.dtype).eps * bound
    is_tied = score >= (best - tolerance)[:, None]

    def candidate(index):
        return finish(xp, _shifted(xp, y, index, shape, axes), to)

    n_tied = xp.sum(xp.astype(is_tied, xp.int64), axis=1)
    # All shifts of a row of zeros are that row: the first of them will do.
    n_tied = xp.where(xp.any(y != 0, axis=1), n_tied, xp.ones_like(n_tied))
    if int(xp.max(n_tied)) == 1:
        return candidate(xp.argmax(xp.astype(is_tied, xp.int8), axis=1))
    rank = xp.cumulative_sum(xp.astype(is_tied, xp.int64), axis=1)

    def tied():
        for k in range(1, int(xp.max(n_tied)) + 1):
            is_kth = is_tied & (rank == k)
            yield candidate(xp.argmax(xp.astype(is_kth, xp.int8), axis=1)), n_tied >= k

    return choice.nearest_of_tied(xp, tied, to)


def _correlations(xp, y, to, shape, axes):
    """Inner products of `to` with every shift of y; shape (n_samples, n_shifts)."""
    array_axes = tuple(axis + 1 for axis in axes)
    dtype = xp.result_type(y.dtype, xp.complex64)
    spectra = [
        xp.fft.fftn(
            xp.astype(xp.reshape(rows, (rows.shape[0], *shape)), dtype, copy=False),
            axes=array_axes,
        )
        for rows in (y, to)
    ]
    product = xp.conj(spectra[0]) * spectra[1]
    channels = tuple(axis + 1 for axis in range(len(shape)) if axis not in axes)
    if channels:  # every channel moves by the same shift
        product = xp.sum(product, axis=channels)
    remaining = tuple(range(1, 1 + len(axes)))
    # Summed over the channels, the shifted axes stand in their order within the shape.
    correlation = xp.fft.ifftn(product, axes=remaining)
    return xp.reshape(correlation, (y.shape[0], -1))


def _shifted(xp, y, index, shape, axes):
    """Each row moved by its own shift, numbered in C order over the sorted axes."""
    device = algebra.device(y)
    shift, rest = {}, index
    for axis in sorted(axes, reverse=True):
        shift[axis] = rest % shape[axis]
        rest = rest // shape[axis]
    source = xp.zeros((1, 1), dtype=xp.int64, device=device)
    for axis, size in enumerate(shape):
        position = xp.arange(size, dtype=xp.int64, device=device)[None, :]
        if axis in shift:
            position = (position - shift[axis][:, None]) % size
        grid = source[:, :, None] * size + position[:, None, :]
        source = xp.reshape(grid, (grid.shape[0], -1))
    return xp.take_along_axis(y, xp.broadcast_to(source, y.shape), axis=1)
