"""Permutations of coordinates or of blocks of coordinates."""

import itertools
from typing import ClassVar

import numpy as np
from scipy.optimize import linear_sum_assignment

from .._validation import COUNT
from . import algebra, choice
from .base import Symmetry
from .finite import FiniteSymmetry, Identity

# Up to this many blocks all assignments are scored at once; beyond, a solver runs row by row.
_MOST_ENUMERATED = 6


class Permutation(FiniteSymmetry):
    r"""Permutations of the coordinates of a row, or of equal blocks of them.

    Of single coordinates, the nearest point of the orbit has its sorted values where ``to`` has
    its own (the rearrangement inequality). With the own reference, a ramp, representatives are
    sorted; sorting is continuous, so that there is no cut and the lift is the sorted row.

    Of blocks, the nearest point solves the assignment problem
    :math:`\max_\pi \sum_j \langle y_{\pi(j)}, t_j \rangle`. With `each`, every block also moves by
    its own element of another symmetry (the wreath product): ``Permutation(n, each=Sign())`` is
    the freedom of dictionaries and of independent component analysis.

    Parameters
    ----------
    n_blocks : int, optional
        Number of blocks; by default every coordinate is one.
    each : Symmetry, optional
        Acts on every block independently.

    Notes
    -----
    The margin of blocks is exact up to six of them. For more, only exchanges of two blocks are
    looked at, which gives an upper bound. With `each` it is a lower bound, as for `Product`.

    Examples
    --------
    >>> from sksym import Permutation, Sign
    >>> Permutation().canonicalize([[3.0, 1.0, 2.0]])
    array([[1., 2., 3.]])
    >>> Permutation(n_blocks=2).align([[1.0, 2.0, 3.0, 4.0]], to=[9.0, 9.0, 0.0, 0.0])
    array([[3., 4., 1., 2.]])
    >>> Permutation(2, each=Sign()).distance([[1.0, 2.0, 3.0, 4.0]], [[-3.0, -4.0, 1.0, 2.0]])
    array([0.])
    """

    _parameter_constraints: ClassVar[dict] = {
        "n_blocks": [COUNT, None],
        "each": [Symmetry, None],
    }

    nesting = 2

    def __init__(self, n_blocks=None, each=None):
        self.n_blocks = n_blocks
        self.each = each

    @property
    def is_complex(self):
        """Whether the blocks are complex."""
        return self.each is not None and self.each.is_complex

    @property
    def is_isometric(self):
        """Whether the blocks move isometrically."""
        return self.each is None or self.each.is_isometric

    @property
    def has_lift(self):
        """Whether single coordinates are permuted: sorting is their lift."""
        return self._is_of_scalars

    @property
    def _is_of_scalars(self):
        return self.n_blocks is None and self.each is None

    def _orbit(self, xp, y):
        if self.each is not None:
            raise TypeError(f"{self!r} is not enumerated: its blocks move independently.")
        blocks = self._blocks(xp, y)
        for order in itertools.permutations(range(blocks.shape[1])):
            index = xp.asarray(np.array(order), device=algebra.device(y))
            yield xp.reshape(xp.take(blocks, index, axis=1), y.shape)

    def _align(self, xp, y, to):
        if self._is_of_scalars:
            rank = xp.argsort(xp.argsort(to, axis=1, stable=True), axis=1, stable=True)
            return xp.take_along_axis(xp.sort(y, axis=1), xp.broadcast_to(rank, y.shape), axis=1)
        parts = []
        for rows in choice.chunks(y.shape[0], self._blocks(xp, y[:1, :]).shape[1] * y.shape[1]):
            part_to = to if to.shape[0] == 1 else to[rows, :]
            parts.append(self._align_blocks(xp, y[rows, :], part_to))
        return xp.concat(parts, axis=0)

    def _canonicalize(self, xp, y, reference):
        if self.is_isometric:
            return self._align(xp, y, reference)
        # Every block by itself first; what is left is a permutation of the results.
        blocks = self._each_canonical(xp, self._blocks(xp, y))
        return Permutation(self.n_blocks)._align(xp, xp.reshape(blocks, y.shape), reference)

    def _align_blocks(self, xp, y, to):
        blocks, targets = self._blocks(xp, y), self._blocks(xp, to)
        scores = self._scores(xp, blocks, targets)
        rounding = (
            16 * scores.shape[0] * xp.finfo(y.dtype).eps * xp.max(xp.abs(scores), axis=(0, 1))
        )
        order, is_tied = _assignment(xp, scores, lambda best: rounding)
        if bool(xp.any(is_tied)):
            # From blocks in a fixed order the answer depends on the orbit only; distances tell
            # apart what inner products cannot.
            ordered = _in_order(xp, self._each_canonical(xp, blocks))
            blocks = xp.where(is_tied[:, None, None], ordered, blocks)
            near = self._nearest_order(xp, y, blocks, to)
            order = xp.where(is_tied[:, None], near, order)
        n_samples, n_blocks, width = blocks.shape
        start = n_blocks * xp.arange(n_samples, device=algebra.device(y))
        index = xp.reshape(start[:, None] + order, (-1,))
        moved = xp.take(xp.reshape(blocks, (-1, width)), index, axis=0)
        moved = xp.reshape(moved, blocks.shape)
        moved = self._each_aligned(xp, moved, xp.broadcast_to(targets, moved.shape))
        return xp.reshape(moved, y.shape)

    def _random(self, xp, y, rng):
        blocks = self._blocks(xp, y)
        order = np.argsort(rng.uniform(size=blocks.shape[:2]), axis=1)
        order = xp.asarray(order, device=algebra.device(y))[:, :, None]
        moved = xp.take_along_axis(blocks, xp.broadcast_to(order, blocks.shape), axis=1)
        if self.each is not None:
            flat = xp.reshape(moved, (-1, blocks.shape[2]))
            moved = self.each._random(xp, flat, rng)
        return xp.reshape(moved, y.shape)

    def _reference(self, n_coordinates):
        return np.arange(1.0, n_coordinates + 1)

    def _margin(self, xp, y, reference):
        if self._is_of_scalars:
            return xp.full_like(y[:, 0], np.inf)
        reference = algebra.scaled(xp, reference)[0]
        if not self.is_isometric:
            blocks = self._each_canonical(xp, self._blocks(xp, y))
            flat = xp.reshape(blocks, y.shape)
            within = self._each_margin(xp, blocks, None)
            return xp.minimum(within, Permutation(self.n_blocks)._margin(xp, flat, reference))
        y = self._align(xp, y, reference)
        blocks, targets = self._blocks(xp, y), self._blocks(xp, reference)
        scores = self._scores(xp, blocks, targets)
        best = _score_of(xp, scores, range(blocks.shape[1]))
        margin, width = self._each_margin(xp, blocks, targets), None
        for order in _competitors(blocks.shape[1]):
            if self.each is None:
                index = xp.asarray(np.array(order), device=algebra.device(y))
                moved = xp.reshape(xp.take(targets, index, axis=1), reference.shape)
                width = algebra.norm(xp, moved - reference)
            else:
                width = 2 * algebra.norm(xp, reference)
            gap = best - _score_of(xp, scores, order)
            index = xp.asarray(np.argsort(order), device=algebra.device(y))
            point = xp.reshape(xp.take(blocks, index, axis=1), y.shape)
            margin = xp.minimum(margin, choice.wall_distance(xp, gap, width, point, y))
        return xp.where(margin > 0, margin, xp.zeros_like(margin))

    def _lift(self, xp, y):
        return xp.sort(y, axis=1)

    def _unlift(self, xp, z):
        return xp.sort(z, axis=1)

    def _blocks(self, xp, y):
        """Rows as (n_samples, n_blocks, block width)."""
        n_blocks = y.shape[1] if self.n_blocks is None else self.n_blocks
        if n_blocks < 1 or y.shape[1] % n_blocks:
            raise ValueError(
                f"{self!r} needs a number of coordinates that is a multiple of n_blocks="
                f"{n_blocks}, got {y.shape[1]}."
            )
        return xp.reshape(y, (y.shape[0], n_blocks, y.shape[1] // n_blocks))

    def _each_canonical(self, xp, blocks):
        if self.each is None:
            return blocks
        flat = xp.reshape(blocks, (-1, blocks.shape[2]))
        flat = self.each._canonicalize(xp, flat, self.each._own_reference(xp, flat))
        return xp.reshape(flat, blocks.shape)

    def _each_aligned(self, xp, blocks, to):
        if self.each is None:
            return blocks
        width = blocks.shape[2]
        flat = self.each._align(xp, xp.reshape(blocks, (-1, width)), xp.reshape(to, (-1, width)))
        return xp.reshape(flat, blocks.shape)

    def _each_margin(self, xp, blocks, targets):
        each = Identity() if self.each is None else self.each
        own = None if targets is not None else each._own_reference(xp, blocks[:, 0, :])
        margins = [
            each._margin(xp, blocks[:, j, :], targets[:, j, :] if own is None else own)
            for j in range(blocks.shape[1])
        ]
        return xp.min(xp.stack(margins, axis=1), axis=1)

    def _nearest_order(self, xp, y, blocks, to):
        """The assignment with the smallest distance, the first of those within its rounding."""
        size = algebra.norm(xp, y)
        if self.is_isometric:  # rows of one norm have no cancellation between them
            to = algebra.directed(xp, to)
            divisor = xp.where(size > 0, size, xp.ones_like(size))
            blocks, size = algebra.divide(xp, blocks, divisor[:, None, None]), 1
        else:
            size = size + algebra.norm(xp, to)
        rounding = choice.relative_rounding(xp, y) * size
        return _assignment(
            xp,
            self._squares(xp, blocks, self._blocks(xp, to)),
            lambda best: rounding * (2 * xp.sqrt(-best) + rounding),
        )[0]

    def _scores(self, xp, blocks, targets):
        """Largest inner product of block i with target j; shape (i, j, n_samples).

        Of blocks that change their norms, the smallest squared distance, negated.
        """
        if not self.is_isometric:
            return self._squares(xp, blocks, targets)
        # Positive factors do not matter.
        flat = algebra.tamed(xp, xp.reshape(targets, (targets.shape[0], -1)))
        targets = xp.reshape(flat, targets.shape)
        if self.each is None:
            # Samples last: long loops over samples, short ones over blocks.
            y, to = (
                algebra.copy(xp, xp.permute_dims(part, (1, 2, 0))) for part in (blocks, targets)
            )
            return sum(
                (y[:, None, k, :] * to[None, :, k, :] for k in range(1, y.shape[1])),
                start=y[:, None, 0, :] * to[None, :, 0, :],
            )
        return self._of_pairs(xp, blocks, targets, lambda y, to: choice.inner(xp, y, to))

    def _squares(self, xp, blocks, targets):
        """Smallest squared distance of block i to target j, negated; shape (i, j, n_samples)."""
        return self._of_pairs(xp, blocks, targets, lambda y, to: -algebra.squared_norm(xp, y - to))

    def _of_pairs(self, xp, blocks, targets, score_of):
        """A score of every block, aligned to every target; shape (i, j, n_samples)."""
        shape = (*blocks.shape[:2], *targets.shape[1:])
        to = xp.reshape(xp.broadcast_to(targets[:, None, :, :], shape), (-1, shape[3]))
        y = xp.reshape(xp.broadcast_to(blocks[:, :, None, :], shape), (-1, shape[3]))
        each = Identity() if self.each is None else self.each
        scores = score_of(each._align(xp, y, to), to)
        return xp.permute_dims(xp.reshape(scores, shape[:3]), (1, 2, 0))


def _in_order(xp, blocks):
    """Blocks of each row in lexicographic order, the same for every permutation of them."""
    n_blocks = blocks.shape[1]
    keys = blocks
    if algebra.is_complex(xp, blocks):
        keys = xp.concat([xp.real(blocks), xp.imag(blocks)], axis=2)
    a, b = keys[:, :, None, :], keys[:, None, :, :]
    differs = xp.astype(a != b, xp.int8)
    first = xp.argmax(differs, axis=3)[..., None]
    difference = xp.take_along_axis(a - b, first, axis=3)[..., 0]
    earlier = xp.asarray(np.tri(n_blocks, k=-1, dtype=bool), device=algebra.device(blocks))
    is_after = (difference > 0) | ((difference == 0) & earlier[None, :, :])
    rank = xp.sum(xp.astype(is_after, xp.int64), axis=2)
    order = xp.broadcast_to(xp.argsort(rank, axis=1)[:, :, None], blocks.shape)
    return xp.take_along_axis(blocks, order, axis=1)


def _assignment(xp, scores, rounding):
    """The block for each target with which the sum of scores is largest, and whether it is a tie.

    `rounding` bounds the error of the largest sum. Of more blocks than are enumerated a tie cannot
    be told, so that all rows count as tied.
    """
    n_blocks, n_samples, device = scores.shape[0], scores.shape[2], algebra.device(scores)
    if n_blocks > _MOST_ENUMERATED:
        order = _solve_row_by_row(scores)
        is_tied = xp.ones((n_samples,), dtype=xp.bool, device=device)
        return xp.asarray(order, device=device), is_tied
    orders = np.array(list(itertools.permutations(range(n_blocks))))
    chosen = np.zeros((len(orders), n_blocks, n_blocks))
    chosen[np.arange(len(orders))[:, None], orders, np.arange(n_blocks)] = 1
    flat = xp.reshape(scores, (n_blocks**2, n_samples))
    totals = algebra.like(xp, chosen.reshape(len(orders), -1), scores) @ flat
    best = xp.max(totals, axis=0)
    is_best = totals >= (best - rounding(best))[None, :]
    # One product counts the best orders and, where there is one, gives its number.
    numbers = np.stack([np.ones(len(orders)), np.arange(len(orders))])
    counts = algebra.like(xp, numbers, scores) @ xp.astype(is_best, scores.dtype)
    is_tied, index = counts[0, :] > 1, xp.astype(counts[1, :], xp.int64)
    if bool(xp.any(is_tied)):
        index = xp.argmax(xp.astype(is_best, xp.int8), axis=0)  # the first that rounding allows
    return xp.take(xp.asarray(orders, device=device), index, axis=0), is_tied


def _solve_row_by_row(scores):
    host = scores.detach().cpu() if hasattr(scores, "detach") else scores
    host = np.moveaxis(np.asarray(host), 2, 0).swapaxes(1, 2)
    # Where every target likes another block best, that is the assignment.
    order = np.argmax(host, axis=2)
    is_clash = (np.sort(order, axis=1) != np.arange(host.shape[1])).any(axis=1)
    for row in np.flatnonzero(is_clash):
        order[row] = linear_sum_assignment(host[row], maximize=True)[1]
    return order


def _score_of(xp, scores, order):
    """Sum of the scores of an assignment of blocks to targets; shape (n_samples,)."""
    return sum(
        (scores[i, j, :] for j, i in enumerate(order)), start=xp.zeros_like(scores[0, 0, :])
    )


def _competitors(n_blocks):
    """All other assignments, or the exchanges of two blocks where they are too many."""
    identity = tuple(range(n_blocks))
    if n_blocks <= _MOST_ENUMERATED:
        yield from (order for order in itertools.permutations(identity) if order != identity)
        return
    for i, j in itertools.combinations(identity, 2):
        order = list(identity)
        order[i], order[j] = j, i
        yield tuple(order)
