"""Products of which one factor is enumerated around another that is solved."""

import functools

from .._arrays import algebra
from . import _choice, _unknown
from ._of_two import OfTwo


class Enumerated(OfTwo):
    """Every element of one group, completed by the solution of another; the nearest is kept.

    Parameters
    ----------
    outer : Symmetry
        Group of which every element is tried.
    inner : Symmetry
        Group that is solved for each of them.
    keeps_norms : bool
        Whether rows about their centre keep their norms under both.
    """

    def __init__(self, outer, inner, keeps_norms):
        self.outer = outer
        self.inner = inner
        self.keeps_norms = keeps_norms

    @property
    def _two(self):
        return self.outer, self.inner

    def _reference(self, n_coordinates):
        return _choice.generic_row(n_coordinates, is_complex=self.is_complex)

    def _align(self, xp, y, to):
        measure = self._relative_distance if self.keeps_norms else _choice.plain_distance
        return self._completed(xp, y, to, self.inner._align, functools.partial(measure, xp))

    def _align_known(self, xp, y, to):
        if self.outer._has_costs:
            raise TypeError(
                f"{self.outer!r} has a cost of absent parts, which together with {self.inner!r} "
                f"is not counted; leave out absent=, or rows that are known in part."
            )
        if self._order(y.shape[1]) <= _unknown.MOST_ENUMERATED:
            return super()._align_known(xp, y, to)
        measure = functools.partial(_unknown.measured, xp)
        return self._completed(xp, y, to, self.inner._align_known, measure)

    def _known_distance(self, xp, y, to):
        return self.inner._known_distance(xp, y, to)

    def _canonicalize(self, xp, y, reference):
        if self.is_isometric:
            return self._align(xp, y, reference)
        # Representatives of one norm are compared by direction, which has no unit.
        measure = functools.partial(_choice.relative_distance, xp)
        return self._completed(xp, y, reference, self.inner._canonicalize, measure)

    def _completed(self, xp, y, to, complete, measure):
        points = (complete(xp, point, to) for point in self.outer._orbit(xp, y))
        return _choice.nearest(xp, points, to, distance=measure)

    def _relative_distance(self, xp, point, to):
        return _choice.relative_distance(xp, self._centred(xp, point), self._centred(xp, to))

    def _margin(self, xp, y, reference):
        """Half the gap between the two best elements' alignments, or the inner margin if smaller.

        A lower bound of the distance to the cut: either inner product with the reference changes
        by no more than its length when y moves by one unit, either distance by no more than one.
        """
        y = self._canonicalize(xp, y, reference)
        margin = self.inner._margin(xp, y, reference)
        has_one_norm = self.keeps_norms or not self.is_isometric
        centred = self._centred if has_one_norm else lambda xp, rows: rows
        own, to = centred(xp, y), centred(xp, reference)
        size = algebra.norm(xp, to)
        complete = self.inner._align if self.inner.is_isometric else self.inner._canonicalize
        pairs = zip(self.outer._orbit(xp, y), self.outer._orbit(xp, reference), strict=True)
        for pair in pairs:
            candidate, moved = (complete(xp, point, reference) for point in pair)
            point = centred(xp, candidate)
            # Elements that the inner factor holds too, and the identity, do not move y.
            is_moved = algebra.norm(xp, centred(xp, moved) - to) > 1e-6 * size
            if has_one_norm:
                gap, width = _choice.inner(xp, own - point, to), 2 * size
            else:
                gap = algebra.norm(xp, point - to) - algebra.norm(xp, own - to)
                width = xp.full_like(size, 2.0)
            width = xp.where(is_moved, width, xp.zeros_like(width))
            margin = xp.minimum(margin, _choice.wall_distance(xp, gap, width, point, own))
        return xp.where(margin > 0, margin, xp.zeros_like(margin))
