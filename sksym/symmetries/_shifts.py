"""Groups that move the coordinates of signals and images: cyclic shifts and flips."""

import itertools
import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from .._arrays import algebra
from .._validation import FIELD, Integers
from ._correlation import Grid, nearest_shift
from ._enumerated import Enumerated
from ._finite import FiniteSymmetry, Identity


class CyclicShift(FiniteSymmetry):
    r"""Cyclic shifts of a signal or an image.

    :math:`(y_x) \mapsto (y_{x - s})` for every shift s. The nearest point of the orbit has the
    shift with the largest correlation :math:`\operatorname{Re} \sum_x y_{x-s} \bar t_x`; all
    correlations are found at once by fast Fourier transforms. The default reference is the first
    basis vector: the largest entry is moved to the front. Where several shifts are equally near,
    the one nearest to a row in general position is taken.

    Parameters
    ----------
    shape : tuple of int, optional
        Shape of the array that a row holds in C order; by default one axis of all coordinates.
    axes : tuple of int, optional
        Axes along which the array is shifted; all of them by default. ``shape=(28, 28, 3),
        axes=(0, 1)`` is an image with three channels.
    field : {"real", "complex"}, default="real"
        Whether rows are real or complex.

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
        "field": [FIELD],
    }

    def __init__(
        self,
        shape: Sequence[int] | None = None,
        axes: Sequence[int] | None = None,
        field: str = "real",
    ) -> None:
        self.shape = shape
        self.axes = axes
        self.field = field

    @property
    def is_complex(self) -> bool:
        """Whether rows are complex by themselves; in a product they can be in any case."""
        return self.field == "complex"

    def _orbit(self, xp, y):
        shape, axes = array_layout(self, y.shape[1])
        images = xp.reshape(y, (y.shape[0], *shape))
        for shifts in itertools.product(*(range(shape[axis]) for axis in axes)):
            moved = xp.roll(images, shifts, axis=tuple(axis + 1 for axis in axes))
            yield xp.reshape(moved, y.shape)

    def _order(self, n_coordinates):
        if self.shape is None:
            self._require_width(n_coordinates)
        shape, axes = array_layout(self, n_coordinates)
        return math.prod(shape[axis] for axis in axes)

    def _is_linear(self, n_coordinates):
        return True

    def _align(self, xp, y, to):
        return self._align_with(Identity(), xp, y, to)

    def _joint(self, other):
        return None if other._scalar is None else _ShiftedScalars(self, other, keeps_norms=True)

    def _align_with(self, scalars, xp, y, to):
        shape, axes = array_layout(self, y.shape[1])
        parts = []
        for rows in algebra.chunks(y.shape[0], 4 * y.shape[1]):
            part, part_to = y[rows, :], to if to.shape[0] == 1 else to[rows, :]
            pair = (algebra.scaled(xp, algebra.constant(part))[0] for part in (part, part_to))
            index = nearest_shift(xp, *pair, Grid(shape, axes), scalars._scalar)
            moved = Grid(shape, axes).shifted(xp, part, index)
            parts.append(scalars._align(xp, moved, part_to))
        return xp.concat(parts, axis=0)

    def _reference(self, n_coordinates):
        return np.eye(1, n_coordinates)[0]

    def _random(self, xp, y, rng):
        grid = Grid(*array_layout(self, y.shape[1]))
        shift = rng.randint(self._order(y.shape[1]), size=y.shape[0])
        return grid.shifted(xp, y, xp.asarray(shift, device=algebra.device(y)))


class _ShiftedScalars(Enumerated):
    """Shifts and scalars together, aligned by correlations."""

    def _align(self, xp, y, to):
        return self.outer._align_with(self.inner, xp, y, to)


class ConjugateFlip(FiniteSymmetry):
    r"""Reversal of a signal or an image, together with complex conjugation.

    :math:`(y_x) \mapsto (\bar y_{-x})`, what the modulus of a Fourier transform cannot see. Real
    rows are plainly reversed; complex ones, with ``field="complex"`` or in a product with a
    symmetry of complex rows, are conjugated too. The default reference is a fixed row in general
    position.

    Parameters
    ----------
    shape : tuple of int, optional
        Shape of the array that a row holds in C order; by default one axis of all coordinates.
    axes : tuple of int, optional
        Axes that are reversed; all of them by default.
    field : {"real", "complex"}, default="real"
        Whether rows are real or complex.

    Examples
    --------
    >>> from sksym import ConjugateFlip
    >>> ConjugateFlip().align([[1.0, 2.0, 3.0]], to=[9.0, 0.0, 0.0])
    array([[3., 2., 1.]])
    """

    _parameter_constraints: ClassVar[dict] = {
        "shape": [Integers(1), None],
        "axes": [Integers(0), None],
        "field": [FIELD],
    }

    def __init__(
        self,
        shape: Sequence[int] | None = None,
        axes: Sequence[int] | None = None,
        field: str = "real",
    ) -> None:
        self.shape = shape
        self.axes = axes
        self.field = field

    @property
    def is_complex(self) -> bool:
        """Whether rows are complex by themselves; in a product they can be in any case."""
        return self.field == "complex"

    def _order(self, n_coordinates):
        return 2

    def _is_linear(self, n_coordinates):
        return True

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
    shape = array_shape(symmetry, n_coordinates)
    axes = tuple(range(len(shape))) if symmetry.axes is None else tuple(symmetry.axes)
    if len(set(axes)) != len(axes) or not all(0 <= axis < len(shape) for axis in axes):
        raise ValueError(f"axes of {symmetry!r} must be different axes of the shape {shape}.")
    return shape, axes


def array_shape(symmetry, n_coordinates):
    """Shape of the array that a row holds.

    Raises
    ------
    ValueError
        If the shape does not have as many entries as the row.
    """
    shape = (n_coordinates,) if symmetry.shape is None else tuple(symmetry.shape)
    if n_coordinates not in (math.prod(shape), None):
        raise ValueError(
            f"{symmetry!r} needs rows of {math.prod(shape)} coordinates, got {n_coordinates}."
        )
    return shape
