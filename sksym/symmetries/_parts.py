"""Symmetries of parts of a row: independent blocks, or some of its columns."""

import itertools
from typing import ClassVar

import numpy as np

from .._arrays import algebra
from .._validation import COUNT, Integers
from . import _unknown
from ._base import Symmetry


class _OfParts(Symmetry):
    """What a symmetry of parts inherits from the symmetry of a part."""

    @property
    def is_complex(self):
        """Whether the parts are complex."""
        return self.symmetry.is_complex

    @property
    def is_isometric(self):
        """Whether the symmetry of a part preserves the Euclidean distance."""
        return self.symmetry.is_isometric

    @property
    def is_exact(self):
        """Whether the symmetry of a part finds the nearest point of every orbit."""
        return self.symmetry.is_exact

    @property
    def has_lift(self):
        """Whether the symmetry of a part has a lift."""
        return self.symmetry.has_lift

    @property
    def has_seam(self):
        """Whether representatives of parts jump somewhere, for some width of theirs."""
        return self.symmetry.has_seam


class Blocks(_OfParts):
    """An independent copy of a symmetry on each of several equal blocks.

    Signs of eigenvectors are ``Blocks(Sign(), n_blocks)``.

    Parameters
    ----------
    symmetry : Symmetry
        Acts on every block by an element of its own.
    n_blocks : int
        Number of blocks.

    Examples
    --------
    >>> from sksym import Blocks, Sign
    >>> Blocks(Sign(), n_blocks=2).canonicalize([[1.0, -2.0, 3.0, 4.0]])
    array([[-1.,  2.,  3.,  4.]])
    """

    _parameter_constraints: ClassVar[dict] = {
        "symmetry": [Symmetry],
        "n_blocks": [COUNT],
    }

    def __init__(self, symmetry, n_blocks):
        self.symmetry = symmetry
        self.n_blocks = n_blocks

    def _complexified(self):
        return Blocks(self.symmetry._complexified(), self.n_blocks)

    def _order(self, n_coordinates):
        width = None if n_coordinates is None else self._width(n_coordinates)
        return self.symmetry._order(width) ** self.n_blocks

    def _has_seam(self, n_coordinates):
        return self.symmetry._has_seam(self._width(n_coordinates))

    def _is_linear(self, n_coordinates):
        return self.symmetry._is_linear(self._width(n_coordinates))

    def _centred(self, xp, y):
        return xp.reshape(self.symmetry._centred(xp, self._split(xp, y)), y.shape)

    def _is_unlift_closed(self, n_coordinates):
        return self.symmetry._is_unlift_closed(self._width(n_coordinates))

    def _orbit(self, xp, y):
        width = self._width(y.shape[1])
        blocks = [y[:, k : k + width] for k in range(0, y.shape[1], width)]
        orbits = [list(self.symmetry._orbit(xp, block)) for block in blocks]
        for points in itertools.product(*orbits):
            yield xp.concat(points, axis=1)

    def _align(self, xp, y, to):
        to = xp.broadcast_to(to, y.shape)
        moved = self.symmetry._align(xp, self._split(xp, y), self._split(xp, to))
        return xp.reshape(moved, y.shape)

    def _align_known(self, xp, y, to):
        moved = self.symmetry._align_known(xp, self._split(xp, y), self._split(xp, to))
        return xp.reshape(moved, y.shape)

    def _known_distance(self, xp, y, to):
        to = xp.broadcast_to(to, y.shape)
        parts = self.symmetry._known_distance(xp, self._split(xp, y), self._split(xp, to))
        return _unknown.total(xp, xp.reshape(parts, (y.shape[0], -1)))

    def _canonicalize(self, xp, y, reference):
        references = self._split(xp, xp.broadcast_to(reference, y.shape))
        moved = self.symmetry._canonicalize(xp, self._split(xp, y), references)
        return xp.reshape(moved, y.shape)

    def _random(self, xp, y, rng):
        return xp.reshape(self.symmetry._random(xp, self._split(xp, y), rng), y.shape)

    def _reference(self, n_coordinates):
        return np.tile(self.symmetry._reference(self._width(n_coordinates)), self.n_blocks)

    def _margin(self, xp, y, reference):
        blocks, references = (
            xp.reshape(self._split(xp, rows), (rows.shape[0], self.n_blocks, -1))
            for rows in (y, reference)
        )
        margins = [
            self.symmetry._margin(xp, blocks[:, k, :], references[:, k, :])
            for k in range(self.n_blocks)
        ]
        return xp.min(xp.stack(margins, axis=1), axis=1)

    def _lift(self, xp, y):
        return xp.reshape(self.symmetry._lift(xp, self._split(xp, y)), (y.shape[0], -1))

    def _unlift(self, xp, z):
        return xp.reshape(self.symmetry._unlift(xp, self._split(xp, z)), (z.shape[0], -1))

    def _split(self, xp, y):
        """Every block as a row of its own."""
        return xp.reshape(y, (-1, self._width(y.shape[1])))

    def _width(self, n_coordinates):
        """Coordinates of a block."""
        if n_coordinates % self.n_blocks:
            raise ValueError(
                f"{self!r} needs a number of coordinates that is a multiple of n_blocks="
                f"{self.n_blocks}, got {n_coordinates}."
            )
        return n_coordinates // self.n_blocks


class Columns(_OfParts):
    """A symmetry of some columns; the others are known as they are.

    Parameters
    ----------
    symmetry : Symmetry
        Acts on the row of these columns.
    columns : sequence of int
        Which, in the order in which the symmetry sees them; complex coordinates count once.

    Examples
    --------
    >>> from sksym import Columns, Sign
    >>> Columns(Sign(), [0, 1]).canonicalize([[1.0, -2.0, -3.0]])
    array([[-1.,  2., -3.]])
    """

    _parameter_constraints: ClassVar[dict] = {"symmetry": [Symmetry], "columns": [Integers(0)]}

    def __init__(self, symmetry, columns):
        self.symmetry = symmetry
        self.columns = columns

    def _support(self):
        return tuple(self.columns)

    def _restricted(self, columns):
        places = tuple(columns.index(column) for column in self.columns)
        is_whole = places == tuple(range(len(columns)))
        return self.symmetry if is_whole else Columns(self.symmetry, places)

    def _complexified(self):
        return Columns(self.symmetry._complexified(), self.columns)

    def _order(self, n_coordinates):
        return self.symmetry._order(len(self.columns))

    def _has_seam(self, n_coordinates):
        return self.symmetry._has_seam(len(self.columns))

    def _is_linear(self, n_coordinates):
        return self.symmetry._is_linear(len(self.columns))

    def _centred(self, xp, y):
        acted, kept = self._split(xp, y)
        return self._join(xp, self.symmetry._centred(xp, acted), kept)

    def _is_unlift_closed(self, n_coordinates):
        return self.symmetry._is_unlift_closed(len(self.columns))

    def _orbit(self, xp, y):
        acted, kept = self._split(xp, y)
        for point in self.symmetry._orbit(xp, acted):
            yield self._join(xp, point, kept)

    def _align(self, xp, y, to):
        acted, kept = self._split(xp, y)
        return self._join(xp, self.symmetry._align(xp, acted, self._split(xp, to)[0]), kept)

    def _align_known(self, xp, y, to):
        acted, kept = self._split(xp, y)
        return self._join(xp, self.symmetry._align_known(xp, acted, self._split(xp, to)[0]), kept)

    def _known_distance(self, xp, y, to):
        (acted, kept), (acted_to, kept_to) = self._split(xp, y), self._split(xp, to)
        parts = [self.symmetry._known_distance(xp, acted, acted_to)]
        if kept.shape[1]:
            parts.append(_unknown.distance(xp, kept, kept_to))
        return _unknown.total(xp, xp.stack(parts, axis=1))

    def _canonicalize(self, xp, y, reference):
        acted, kept = self._split(xp, y)
        reference, _ = self._split(xp, reference)
        return self._join(xp, self.symmetry._canonicalize(xp, acted, reference), kept)

    def _random(self, xp, y, rng):
        acted, kept = self._split(xp, y)
        return self._join(xp, self.symmetry._random(xp, acted, rng), kept)

    def _reference(self, n_coordinates):
        own = np.asarray(self.symmetry._reference(len(self.columns)))
        reference = np.zeros(n_coordinates, dtype=own.dtype)
        reference[list(self.columns)] = own
        return reference

    def _margin(self, xp, y, reference):
        return self.symmetry._margin(xp, self._split(xp, y)[0], self._split(xp, reference)[0])

    def _lift(self, xp, y):
        acted, kept = self._split(xp, y)
        if algebra.is_complex(xp, kept):
            kept = xp.concat([xp.real(kept), xp.imag(kept)], axis=1)
        return xp.concat([self.symmetry._lift(xp, acted), kept], axis=1)

    def _unlift(self, xp, z):
        n_acted = len(self.columns)
        probe = xp.zeros((1, n_acted), dtype=z.dtype, device=algebra.device(z))
        if self.is_complex:
            probe = algebra.complex_of(xp, probe, probe)
        n_lifted = self.symmetry._lift(xp, probe).shape[1]
        acted, kept = self.symmetry._unlift(xp, z[:, :n_lifted]), z[:, n_lifted:]
        if self.is_complex:
            half = kept.shape[1] // 2
            kept = algebra.complex_of(xp, kept[:, :half], kept[:, half:])
        return self._join(xp, acted, kept)

    def _split(self, xp, y):
        """The columns that are acted on, and the others."""
        columns = list(self.columns)
        if len(set(columns)) != len(columns) or not all(0 <= c < y.shape[1] for c in columns):
            raise ValueError(
                f"columns of {self!r} must be different numbers from 0 to {y.shape[1] - 1}."
            )
        others = [column for column in range(y.shape[1]) if column not in set(columns)]
        return tuple(
            xp.take(y, xp.asarray(part, dtype=xp.int64, device=algebra.device(y)), axis=1)
            for part in (columns, others)
        )

    def _join(self, xp, acted, kept):
        """Put both kinds of columns back in their places."""
        n = acted.shape[1] + kept.shape[1]
        others = [column for column in range(n) if column not in set(self.columns)]
        place = np.argsort([*self.columns, *others])
        index = xp.asarray(place, device=algebra.device(acted))
        return xp.take(xp.concat([acted, kept], axis=1), index, axis=1)
