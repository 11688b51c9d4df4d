"""Finite groups of linear maps, all elements of which are scored at once."""

import numpy as np

from .._arrays import algebra
from . import _choice
from ._finite import FiniteSymmetry


class ScoredGroup(FiniteSymmetry):
    """Base class: the nearest point by inner products, where only one element has the largest.

    A subclass writes ``_scores(xp, y, to)``, the real inner products of every element's point with
    its target, of shape (n_samples, n_elements), and ``_moved_by(xp, y, number)``, the points of
    one element for each row.
    """

    def _align(self, xp, y, to):
        n_elements = self._order(y.shape[1])
        parts = []
        for rows in algebra.chunks(y.shape[0], n_elements * y.shape[1]):
            part_to = to if to.shape[0] == 1 else to[rows, :]
            parts.append(self._nearest_by_scores(xp, y[rows, :], part_to))
        return xp.concat(parts, axis=0)

    def _gap(self, xp, y, to):
        if not self._is_linear(y.shape[1]):
            return super()._gap(xp, y, to)
        parts = []
        for rows in algebra.chunks(y.shape[0], self._order(y.shape[1]) * y.shape[1]):
            scores = self._scores(xp, y[rows, :], to[rows, :])
            best = xp.max(scores, axis=1)
            others = xp.arange(scores.shape[1])[None, :] != xp.argmax(scores, axis=1)[:, None]
            second = xp.max(xp.where(others, scores, xp.full_like(scores, -np.inf)), axis=1)
            parts.append(2 * (best - second))
        return xp.concat(parts, axis=0)

    def _nearest_by_scores(self, xp, y, to):
        pair = (algebra.directed(xp, algebra.constant(part)) for part in (y, to))
        scores = self._scores(xp, *pair)
        best = xp.argmax(scores, axis=1)
        moved = self._moved_by(xp, y, best)
        # Where two are equally good to rounding, distances and the rule of ties decide.
        margin = 8 * _choice.rounding_of(xp, scores)
        is_near = scores >= xp.max(scores, axis=1, keepdims=True) - margin
        is_tied = xp.sum(xp.astype(is_near, xp.int64), axis=1) > 1
        if not bool(xp.any(is_tied)):
            return moved
        rows = xp.nonzero(is_tied)[0]
        pair = (_choice.rows_of(xp, part, rows) for part in (y, to))
        return _choice.replaced(xp, moved, is_tied, super()._align(xp, *pair))
