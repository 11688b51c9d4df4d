"""Symmetries of disjoint columns, each of which is solved by itself."""

import itertools
import math

import numpy as np

from .._arrays import algebra
from .._arrays.rows import unpack
from . import _gaps, _unknown
from ._base import Symmetry


class Disjoint(Symmetry):
    """Base of symmetries made of parts that act on columns of their own.

    A subclass says which: ``_pieces(n_coordinates)`` is a list of pairs of a symmetry and the
    tuple of its columns, in the order in which it sees them. Other columns are known as they are.
    """

    def _pieces(self, n_coordinates):
        raise NotImplementedError

    def _order(self, n_coordinates):
        pieces = self._pieces(n_coordinates)
        return math.prod(part._order(len(columns)) for part, columns in pieces)

    def _has_seam(self, n_coordinates):
        pieces = self._pieces(n_coordinates)
        return any(part._has_seam(len(columns)) for part, columns in pieces)

    def _is_linear(self, n_coordinates):
        pieces = self._pieces(n_coordinates)
        return all(part._is_linear(len(columns)) for part, columns in pieces)

    def _is_unlift_closed(self, n_coordinates):
        pieces = self._pieces(n_coordinates)
        return all(part._is_unlift_closed(len(columns)) for part, columns in pieces)

    def _centred(self, xp, y):
        return self._mapped(xp, "_centred", y)

    def _orbit(self, xp, y):
        pieces = self._pieces(y.shape[1])
        orbits = [list(part._orbit(xp, _taken(xp, y, columns))) for part, columns in pieces]
        for points in itertools.product(*orbits):
            yield _joined(xp, points, y, pieces)

    def _align(self, xp, y, to):
        return self._mapped(xp, "_align", y, to)

    def _align_known(self, xp, y, to):
        return self._mapped(xp, "_align_known", y, to)

    def _known_distance(self, xp, y, to):
        pieces = self._pieces(y.shape[1])
        parts = [
            part._known_distance(xp, *(_taken(xp, rows, columns) for rows in (y, to)))
            for part, columns in pieces
        ]
        kept = _others(y.shape[1], pieces)
        if kept:
            parts.append(_unknown.distance(xp, *(_taken(xp, rows, kept) for rows in (y, to))))
        return _unknown.total(xp, xp.stack(parts, axis=1))

    def _gap(self, xp, y, to):
        gaps = []
        for part, columns in self._pieces(y.shape[1]):
            gaps.append(part._gap(xp, *(_taken(xp, rows, columns) for rows in (y, to))))
            if gaps[-1] is None and part._order(len(columns)) < math.inf:
                return None  # of a finite group that is too large
        return _gaps.least_of(xp, gaps)

    def _named_elements(self, xp, y, moved):
        pieces = self._pieces(y.shape[1])
        if len(pieces) > 1:  # the parts of which symmetry?
            return {}
        ((part, columns),) = pieces
        return part._named_elements(xp, *(_taken(xp, rows, columns) for rows in (y, moved)))

    def _require_known(self, xp, y, to=None):
        for part, columns in self._pieces(y.shape[1]):
            part._require_known(
                xp, _taken(xp, y, columns), None if to is None else _taken(xp, to, columns)
            )

    def _canonicalize(self, xp, y, reference):
        return self._mapped(xp, "_canonicalize", y, reference)

    def _random(self, xp, y, rng):
        pieces = self._pieces(y.shape[1])
        moved = [part._random(xp, _taken(xp, y, columns), rng) for part, columns in pieces]
        return _joined(xp, moved, y, pieces)

    def _reference(self, n_coordinates):
        pieces = self._pieces(n_coordinates)
        own = [np.asarray(part._reference(len(columns))) for part, columns in pieces]
        reference = np.zeros(n_coordinates, dtype=np.result_type(float, *own))
        for row, (_, columns) in zip(own, pieces, strict=True):
            reference[list(columns)] = row
        return reference

    def _unprescribed(self, n_coordinates):
        pieces = self._pieces(n_coordinates)
        if len(pieces) > 1:
            pieces = [piece for piece in pieces if piece[0]._has_seam(len(piece[1]))]
            return [column for _, columns in pieces for column in columns]
        ((part, columns),) = pieces
        return [columns[k] for k in part._unprescribed(len(columns))]

    def _margin(self, xp, y, reference):
        margin = xp.full_like(xp.abs(y[:, 0]), np.inf)
        for part, columns in self._pieces(y.shape[1]):
            rows = (_taken(xp, values, columns) for values in (y, reference))
            margin = xp.minimum(margin, part._margin(xp, *rows))
        return margin

    def _lift(self, xp, y):
        pieces = self._pieces(y.shape[1])
        lifts = [part._lift(xp, _taken(xp, y, columns)) for part, columns in pieces]
        kept = algebra.real_rows(xp, _taken(xp, y, _others(y.shape[1], pieces)))
        return xp.concat([*lifts, kept], axis=1)

    def _unlift(self, xp, z):
        pieces = self._pieces(None)
        rows, start = [], 0
        for part, columns in pieces:
            stop = start + self._n_lifted(xp, z, part, len(columns))
            rows.append(part._unlift(xp, z[:, start:stop]))
            start = stop
        kept = unpack(xp, z[:, start:]) if self.is_complex else z[:, start:]
        return _in_place(xp, [*rows, kept], pieces)

    def _n_lifted(self, xp, z, part, n_coordinates):
        """Width of the lift of a part."""
        probe = xp.zeros((1, n_coordinates), dtype=z.dtype, device=algebra.device(z))
        if part.is_complex:
            probe = algebra.complex_of(xp, probe, probe)
        return part._lift(xp, probe).shape[1]

    def _mapped(self, xp, method, y, *others):
        """Rows made of what a method of each part makes of its columns."""
        pieces = self._pieces(y.shape[1])
        moved = [
            getattr(part, method)(xp, *(_taken(xp, rows, columns) for rows in (y, *others)))
            for part, columns in pieces
        ]
        return _joined(xp, moved, y, pieces)


class DirectProduct(Disjoint):
    """The group of several symmetries of disjoint columns."""

    def __init__(self, pieces, is_complex, is_isometric):
        self.pieces = pieces
        self.is_complex = is_complex
        self.is_isometric = is_isometric

    def _pieces(self, n_coordinates):
        return self.pieces


def _taken(xp, y, columns):
    """Some columns of the rows; a view where they are neighbours."""
    first = columns[0] if columns else 0
    if columns == tuple(range(first, first + len(columns))):
        return y[:, first : first + len(columns)]
    index = xp.asarray(columns, dtype=xp.int64, device=algebra.device(y))
    return xp.take(y, index, axis=1)


def _others(n_coordinates, pieces):
    """The columns on which no part acts."""
    taken = {column for _, columns in pieces for column in columns}
    return tuple(column for column in range(n_coordinates) if column not in taken)


def _joined(xp, parts, y, pieces):
    """Parts in their columns, with the columns of y that none of them holds."""
    return _in_place(xp, [*parts, _taken(xp, y, _others(y.shape[1], pieces))], pieces)


def _in_place(xp, parts, pieces):
    """Parts and kept columns, which are last, in the order of the row."""
    joined = xp.concat(parts, axis=1)
    columns = [column for _, columns in pieces for column in columns]
    place = np.argsort([*columns, *_others(joined.shape[1], pieces)])
    if (place == np.arange(len(place))).all():
        return joined
    return xp.take(joined, xp.asarray(place, device=algebra.device(joined)), axis=1)
