"""Alignment of many rows to a mean that moves little from step to step."""

import math

from .._arrays import algebra
from . import _choice

# Share of the rows that may have changed from which on all are aligned again.
_MOST_OPEN = 0.25


class Following:
    r"""Rows aligned to one mean after another; rows that cannot have changed are left as they are.

    The squared distances to a mean m of two points g y and h y of an orbit differ by
    :math:`2 \langle g y - h y, m \rangle`, which changes by no more than
    :math:`4 \|y\| \|m - m'\|`: while that is less than the gap between the two nearest, the
    nearest stays.

    Parameters
    ----------
    xp : module
        Array namespace of the rows.
    symmetry : Symmetry
        Finite group of linear isometries with ``_gap``.
    rows : array of shape (n_samples, n_coordinates)
        Natural rows.
    """

    def __init__(self, xp, symmetry, rows):
        self.xp, self.symmetry, self.rows = xp, symmetry, rows
        self.reach = None
        self.n_waited, self.patience = 0, 0

    @staticmethod
    def is_possible(symmetry, n_coordinates):
        """Whether a group is of that kind."""
        return (
            symmetry.is_isometric
            and symmetry._is_linear(n_coordinates)
            and symmetry._order(n_coordinates) < math.inf
        )

    def aligned_to(self, mean):
        """All rows at the points of their orbits nearest to one row, of shape (1, n)."""
        if self.reach is not None:
            xp = self.xp
            is_open = self.reach <= algebra.norm(xp, mean - self.mean)
            n_open = xp.sum(xp.astype(is_open, xp.int64))
            if bool(n_open <= _MOST_OPEN * self.rows.shape[0]):
                self.patience = 0
                return self._with(is_open, mean)
            # The gaps were in vain: the mean still moves too much.
            self.patience, self.n_waited = 2 * self.patience + 1, 0
        return self._all(mean)

    def _all(self, mean):
        xp, to = self.xp, self.xp.broadcast_to(mean, self.rows.shape)
        self.mean, self.aligned = mean, self.symmetry._align(xp, self.rows, to)
        self.n_waited += 1
        waits = self.n_waited <= self.patience
        gap = None if waits else self.symmetry._gap(xp, self.rows, to)
        self.reach = None
        if gap is not None:
            size = algebra.norm(xp, self.rows)
            rounding = 64 * xp.finfo(size.dtype).eps * (size + algebra.norm(xp, mean))
            self.reach = (gap / algebra.or_one(xp, size) - rounding) / 4
        return self.aligned

    def _with(self, is_open, mean):
        """Rows as they were at the last mean to which all were aligned, but for some."""
        xp = self.xp
        number = xp.nonzero(is_open)[0]
        if number.shape[0] == 0:
            return self.aligned
        moved = self.symmetry._align(xp, xp.take(self.rows, number, axis=0), mean)
        return _choice.replaced(xp, self.aligned, is_open, moved)
