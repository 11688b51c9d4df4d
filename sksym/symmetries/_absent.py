"""Parts of which some are absent, or partly unknown, and their nearest order."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from .._arrays import algebra
from . import _assignment, _unknown
from ._each import EachPart


class AbsentParts(EachPart):
    """Mixin: `Permutation` where NaN stands for what is unknown.

    A part all of whose coordinates are NaN is absent.
    """

    @property
    def _has_costs(self):
        return self.absent is not None

    def _align_known(self, xp, y, to):
        n_entries = self._blocks(xp, y[:1, :]).shape[1] * y.shape[1]
        parts = [
            self._align_present(xp, y[rows, :], to[rows, :])
            for rows in algebra.chunks(y.shape[0], n_entries)
        ]
        return xp.concat(parts, axis=0)

    def _known_distance(self, xp, y, to):
        """Distance of what is known of both, and `absent` for each part beside an absent one."""
        length = _unknown.total(xp, self._beside(xp, y, xp.broadcast_to(to, y.shape)))
        if self.absent is None:
            return length
        is_alone = self._is_absent(xp, y) != self._is_absent(xp, to)
        n_alone = xp.sum(xp.astype(is_alone, length.dtype), axis=1)
        costs = xp.stack([length, self.absent * xp.sqrt(n_alone)], axis=1)
        return xp.where(n_alone > 0, _unknown.total(xp, costs), length)

    def _align_present(self, xp, y, to):
        blocks, targets = self._in_own_order(xp, self._blocks(xp, y)), self._blocks(xp, to)
        order = self._nearest_order(xp, algebra.constant(blocks), algebra.constant(targets))
        moved = xp.take_along_axis(
            blocks, xp.broadcast_to(order[:, :, None], blocks.shape), axis=1
        )
        return self._of_each(xp, moved, self._of_part._align_known, targets)

    def _in_own_order(self, xp, blocks):
        """Parts in an order of their own, so that of equally good orders the orbit decides."""
        canonical = self._of_each(xp, algebra.constant(blocks), self._canonical_known)
        filled, is_known = _unknown.known(xp, xp.reshape(canonical, blocks.shape))
        keys = xp.concat([xp.astype(is_known, filled.dtype), filled], axis=2)
        order = _assignment.lexicographic_order(xp, keys)
        return xp.take_along_axis(blocks, xp.broadcast_to(order[:, :, None], blocks.shape), axis=1)

    def _canonical_known(self, xp, parts):
        return parts if self.each is None else _unknown.canonical(xp, parts, self.each)

    def _nearest_order(self, xp, blocks, targets):
        """The part for each target with which the sum of the pairs' costs is least."""
        shape = (*blocks.shape[:2], *targets.shape[1:])
        y, to = (
            xp.reshape(xp.broadcast_to(part, shape), (-1, shape[3]))
            for part in (blocks[:, :, None, :], targets[:, None, :, :])
        )
        each = self._of_part
        length = each._known_distance(xp, each._align_known(xp, y, to), to)
        length = algebra.on_host(xp.reshape(length, shape[:3]))
        is_absent, is_no_target = (
            algebra.on_host(xp.all(xp.isnan(part), axis=2)) for part in (blocks, targets)
        )
        costs = _costs(length, is_absent[:, :, None], is_no_target[:, None, :], self.absent)
        order = np.stack([linear_sum_assignment(cost.T)[1] for cost in costs])
        return xp.asarray(order, device=algebra.device(blocks))

    def _beside(self, xp, y, to):
        """Distance of each part from its target; shape (n_samples, n_parts)."""
        blocks, targets = self._blocks(xp, y), self._blocks(xp, to)
        flat = (xp.reshape(part, (-1, part.shape[2])) for part in (blocks, targets))
        return xp.reshape(self._of_part._known_distance(xp, *flat), blocks.shape[:2])

    def _is_absent(self, xp, y):
        return xp.all(xp.isnan(self._blocks(xp, y)), axis=2)


def _costs(length, is_absent, is_no_target, absent):
    """Costs of part i beside target j, in a unit of each row; shape (n_samples, i, j).

    Two parts that cannot be compared cost as much as the farthest two of the row. More than the
    sum of all pairs makes no difference: as many as can be are matched then.
    """
    size = np.max(np.nan_to_num(length), axis=(1, 2), keepdims=True)
    size = np.where(size > 0, size, 1.0)
    squares = (length / size) ** 2
    squares = np.where(np.isnan(squares), 1.0, squares)
    most = length.shape[1] + 1.0
    alone = most if absent is None else np.minimum(absent / size, most**0.5) ** 2
    is_alone = is_absent != is_no_target
    return np.where(is_absent & is_no_target, 0.0, np.where(is_alone, alone, squares))
