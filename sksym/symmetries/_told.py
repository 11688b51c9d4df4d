"""Which order the parts of aligned rows have, and how far the next best order is."""

from .._arrays import algebra
from . import _assignment, _gaps


class ToldOrders:
    """Mixin of `Permutation`: the elements that align, and how sure they are."""

    def _gap(self, xp, y, to):
        if self._is_of_scalars:
            return _gap_of_sorted(xp, y, to)
        n_blocks, parts = self._n_blocks(y.shape[1]), []
        for rows in algebra.chunks(y.shape[0], n_blocks * y.shape[1]):
            parts.append(self._gap_of_blocks(xp, y[rows, :], to[rows, :]))
        return xp.concat(parts, axis=0)

    def _gap_of_blocks(self, xp, y, to):
        """Either another order, or one block moved by the second-best of its own elements."""
        scores = self._squares(xp, y, to)
        order = _assignment.best_assignment(xp, scores)
        gap = _assignment.second_loss(xp, scores, order)
        blocks = self._blocks(xp, y)
        index = xp.broadcast_to(order[:, :, None], blocks.shape)
        moved = xp.reshape(xp.take_along_axis(blocks, index, axis=1), (-1, blocks.shape[2]))
        targets = xp.reshape(self._blocks(xp, to), moved.shape)
        within = self._of_part._gap(xp, moved, targets)
        if within is None:
            return gap
        return _gaps.least_of(xp, [gap, xp.min(xp.reshape(within, order.shape), axis=1)])

    def _named_elements(self, xp, y, moved):
        if self._is_of_scalars:
            rank = xp.argsort(xp.argsort(moved, axis=1, stable=True), axis=1, stable=True)
            order = xp.argsort(y, axis=1, stable=True)
            return {"permutation": xp.take_along_axis(order, rank, axis=1)}
        n_blocks, parts = self._n_blocks(y.shape[1]), []
        for rows in algebra.chunks(y.shape[0], n_blocks * y.shape[1]):
            scores = self._squares(xp, y[rows, :], moved[rows, :])
            parts.append(_assignment.best_assignment(xp, scores))
        order = xp.concat(parts, axis=0)
        blocks = self._blocks(xp, y)
        index = xp.broadcast_to(order[:, :, None], blocks.shape)
        ordered = xp.reshape(xp.take_along_axis(blocks, index, axis=1), (-1, blocks.shape[2]))
        moved = xp.reshape(moved, ordered.shape)
        signs = self._of_part._named_elements(xp, ordered, moved).get("sign")
        if signs is None:
            return {"permutation": order}
        return {"permutation": order, "sign": xp.reshape(signs, order.shape)}


def _gap_of_sorted(xp, y, to):
    """Of single coordinates the second-best order exchanges two neighbours of the sorted row."""
    steps, to_steps = (xp.sort(part, axis=1) for part in (y, to))
    steps, to_steps = (part[:, 1:] - part[:, :-1] for part in (steps, to_steps))
    gap = xp.full_like(y[:, 0], float("inf"))
    return xp.min(xp.concat([2 * steps * to_steps, gap[:, None]], axis=1), axis=1)
