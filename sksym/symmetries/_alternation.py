"""Products of two groups that only have solvers, which take turns."""

import functools

from .._arrays import algebra
from . import _choice
from ._of_two import OfTwo

_STEPS = 50  # turns; an assignment that stays the same ends them sooner
_STILL = 1e-12  # a step of this part of the size is the last


class Alternation(OfTwo):
    """Alignment by two groups in turn, from elements of one that are spread over it.

    No step leads away from the target, and the nearest of the points where the steps end is
    kept. It is the nearest of the orbit for most rows, not for all.

    Parameters
    ----------
    solved : Symmetry
        Group of linear isometries about a centre.
    spread : Symmetry
        Another one, which offers starts.
    """

    is_exact = False

    def __init__(self, solved, spread):
        self.solved = solved
        self.spread = spread

    @property
    def _two(self):
        return self.solved, self.spread

    def _reference(self, n_coordinates):
        return _choice.generic_row(n_coordinates)

    def _align(self, xp, y, to):
        parts = []
        for rows in algebra.chunks(y.shape[0], 128 * y.shape[1]):
            part_to = to if to.shape[0] == 1 else to[rows, :]
            parts.append(self._about_centre(xp, self._nearest_end, y[rows, :], part_to))
        return xp.concat(parts, axis=0)

    def _nearest_end(self, xp, y, to):
        measure = functools.partial(_choice.relative_distance, xp)
        return _choice.nearest(xp, self._ends(xp, y, to), to, distance=measure)

    def _ends(self, xp, y, to):
        """Where the turns end, from every start."""
        to = xp.broadcast_to(to, y.shape)
        starts = list(self.spread._starts(xp, y, to))
        targets = xp.concat([to] * len(starts), axis=0)
        ends = self._descended(xp, xp.concat(starts, axis=0), targets)
        return [ends[k * y.shape[0] : (k + 1) * y.shape[0], :] for k in range(len(starts))]

    def _descended(self, xp, y, to):
        """Rows aligned by both groups in turn until they stand still."""
        is_moving = xp.ones_like(y[:, 0], dtype=xp.bool)
        for _ in range(_STEPS):
            rows = xp.nonzero(is_moving)[0]
            if rows.shape[0] == 0:
                break
            part, target = xp.take(y, rows, axis=0), xp.take(to, rows, axis=0)
            moved = self.spread._align(xp, self.solved._align(xp, part, target), target)
            step = xp.max(xp.abs(algebra.constant(moved - part)), axis=1)
            size = xp.max(xp.abs(algebra.constant(part)), axis=1)
            y = _choice.replaced(xp, y, is_moving, moved)
            is_still = step <= max(_STILL, 8 * xp.finfo(y.dtype).eps) * size
            is_moving = _choice.replaced(xp, is_moving, is_moving, ~is_still)
        return y

    def _margin(self, xp, y, reference):
        """Half the gap to the next best end, or the margin of one of the groups if smaller.

        A better end that no start leads to is not known, so that this is no bound.
        """
        y = self._align(xp, y, reference)
        own, to = self._centred(xp, y), self._centred(xp, reference)
        margin = xp.minimum(self.solved._margin(xp, own, to), self.spread._margin(xp, own, to))
        size = algebra.norm(xp, to)
        for end in self._ends(xp, own, to):
            is_own = xp.max(xp.abs(end - own), axis=1) <= 1e-6 * xp.max(xp.abs(own), axis=1)
            gap = _choice.inner(xp, own - end, to) / (2 * size)
            margin = xp.where(is_own, margin, xp.minimum(margin, gap))
        return xp.where(margin > 0, margin, xp.zeros_like(margin))
