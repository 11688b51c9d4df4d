"""Which coordinates may have a unit of their own: those that no element of a group mixes."""

from dataclasses import dataclass

import array_api_compat.numpy as xp
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from .._arrays import algebra

# Each coordinate is followed under so many random elements: that all of them leave in place what
# the group moves has a probability of 2^-16 at most.
_ELEMENTS = 16


@dataclass(frozen=True)
class Kinds:
    """Kinds of coordinates.

    Attributes
    ----------
    labels : ndarray of int of shape (n_coordinates,)
        Kind of each coordinate. Coordinates that elements mix are of one kind.
    fixed : int or None
        Number of the kind whose unit the group has a part in, such as that of angles modulo 360.
    """

    labels: np.ndarray
    fixed: int | None = None

    @property
    def n_kinds(self):
        """Number of kinds."""
        return int(self.labels.max()) + 1

    @property
    def is_fixed(self):
        """Whether each coordinate is of the kind whose unit the group has a part in."""
        return self.labels == (-1 if self.fixed is None else self.fixed)

    def root_mean_squares(self, values, sample_weight=None):
        """Root mean square of the known coordinates of each kind, 0 where there are none.

        Parameters
        ----------
        values : ndarray of shape (n_samples, n_coordinates)
            With NaN where a coordinate is unknown.
        sample_weight : ndarray of shape (n_samples,), optional
            Weights of the rows.

        Returns
        -------
        ndarray of shape (n_coordinates,)
            For each coordinate that of its kind.
        """
        is_known = ~np.isnan(values)
        sizes = np.where(is_known, np.abs(values), 0)
        largest = sizes.max(initial=0) or 1.0  # squares may overflow
        weights = np.ones(len(values)) if sample_weight is None else sample_weight
        squares, counts = (
            np.bincount(self.labels, weights=weights @ part, minlength=self.n_kinds)
            for part in (np.square(sizes / largest), is_known)
        )
        means = np.divide(squares, counts, out=np.zeros(self.n_kinds), where=counts > 0)
        return (largest * np.sqrt(means))[self.labels]


def probed_kinds(symmetry, n_coordinates):
    r"""Kinds of coordinates from where random elements take unit rows and zero.

    A diagonal matrix D that is constant on each kind commutes with the group: where an element
    :math:`y \mapsto A y + b` has :math:`A_{ij} \neq 0`, i and j are of one kind, and so are all
    coordinates that offsets b move. Where D b is no offset of the group, theirs is the fixed kind.

    Parameters
    ----------
    symmetry : Symmetry
        Whose elements are affine maps, linear over real numbers.
    n_coordinates : int
        Number of natural coordinates.

    Returns
    -------
    Kinds
    """
    dtype = complex if symmetry.is_complex else float
    rng = np.random.RandomState(0)
    zeros = np.zeros((_ELEMENTS, n_coordinates), dtype)
    offsets = symmetry._random(xp, zeros, rng)
    edges = []
    for rows in algebra.chunks(n_coordinates, _ELEMENTS * n_coordinates):
        start = np.repeat(np.arange(n_coordinates)[rows], _ELEMENTS)
        units = np.zeros((len(start), n_coordinates), dtype)
        units[np.arange(len(start)), start] = 1
        # The same elements for units and for zero, so that what is left is their linear part.
        seed = rng.randint(2**31)
        moved, offset = (
            symmetry._random(xp, start_rows, np.random.RandomState(seed))
            for start_rows in (units, np.zeros_like(units))
        )
        rounding = 1e-9 * np.maximum(1, np.abs(offset))
        row, end = np.nonzero(np.abs(moved - offset) > rounding)
        edges.append(np.stack([start[row], end]))
    is_offset = (offsets != 0).any(axis=0)
    # Half of the offsets lead back to zero where offsets are all the vectors of a subspace.
    left = np.abs(symmetry._align(xp, offsets / 2, zeros)).max()
    has_unit = left > 1e-8 * np.abs(offsets).max()
    edges.append(_ring(is_offset))
    return _connected(n_coordinates, edges, is_offset & has_unit)


def joined_kinds(parts, column):
    """Kinds of coordinates that any of several groups mixes, with a column that has no unit."""
    n_coordinates = len(parts[0].labels)
    edges = [_ring(part.labels == k) for part in parts for k in range(part.n_kinds)]
    is_fixed = np.arange(n_coordinates) == column
    for part in parts:
        is_fixed |= part.is_fixed
    return _connected(n_coordinates, [*edges, _ring(is_fixed)], is_fixed)


def _ring(is_member):
    """Edges that connect the members of a set."""
    members = np.flatnonzero(is_member)
    return np.stack([members, np.roll(members, 1)])


def _connected(n_coordinates, edges, is_fixed):
    start, end = np.concatenate(edges, axis=1)
    graph = coo_array((np.ones(len(start)), (start, end)), shape=(n_coordinates, n_coordinates))
    labels = connected_components(graph, directed=False)[1]
    return Kinds(labels, int(labels[np.argmax(is_fixed)]) if is_fixed.any() else None)
