"""Permutations of coordinates or of blocks of coordinates."""

import itertools
import math
from numbers import Real
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from .._arrays import algebra
from .._validation import COUNT, FIELD, Interval
from . import _assignment, _choice, _sorting
from ._absent import AbsentParts
from ._base import Symmetry
from ._finite import FiniteSymmetry
from ._grouped import Grouped
from ._order_lift import OrderLifts
from ._parts import Blocks
from ._told import ToldOrders


class Permutation(Grouped, AbsentParts, OrderLifts, ToldOrders, _sorting.Sorting, FiniteSymmetry):
    r"""Permutations of the coordinates of a row, or of equal blocks of them.

    Of single coordinates, the nearest point of the orbit has its sorted values where ``to`` has
    its own (the rearrangement inequality). With the default reference, a ramp, representatives are
    sorted; sorting is continuous, so that there is no cut.

    Of blocks, the nearest point solves the assignment problem
    :math:`\max_\pi \sum_j \langle y_{\pi(j)}, t_j \rangle`. With `each`, every block also moves by
    its own element of another symmetry (the wreath product): ``Permutation(n, each=Sign())`` is
    the freedom of dictionaries and of independent component analysis.

    The lift, without `each`, is what :math:`n (d - 1) + 1` directions see of n blocks of d
    coordinates: sorted projections, of single coordinates the sorted row. The way back tries
    :math:`n^d` points, at most 20 000.

    Parameters
    ----------
    n_blocks : int, optional
        Number of blocks; by default every coordinate is one.
    each : Symmetry, optional
        Acts on every block independently.
    columns : sequence of sequences of int or str, optional
        Columns of each block, by position or by name, in place of `n_blocks`: the points
        ``x1 x2 x3 y1 y2 y3`` have ``columns=[[0, 3], [1, 4], [2, 5]]``. Other columns are known as
        they are.
    field : {"real", "complex"}, default="real"
        Whether rows are real or complex. Roots and eigenvalues in any order are
        ``Permutation(field="complex")``.
    absent : float, optional
        Cost, in units of y, of leaving a block that is present beside one that is absent, which
        is all NaN: `align` matches two blocks that are farther apart than :math:`\sqrt 2` times
        that with nothing where it can, and `distance` counts every one that is left as so far
        away. By default as many blocks are matched as are present in both, and what is left costs
        nothing.

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

    One point of two is absent:

    >>> nan = float("nan")
    >>> Permutation(2).align([[1.0, 2.0, 7.0, 8.0]], to=[nan, nan, 1.0, 3.0])
    array([[7., 8., 1., 2.]])
    >>> Permutation(2, absent=5.0).distance([[1.0, 2.0, 7.0, 8.0]], [nan, nan, 1.0, 2.0])
    array([5.])
    """

    _parameter_constraints: ClassVar[dict] = {
        "n_blocks": [COUNT, None],
        "each": [Symmetry, None],
        "columns": ["array-like", None],
        "field": [FIELD],
        "absent": [Interval(Real, 0, None, closed="left"), None],
    }

    def __init__(
        self,
        n_blocks: int | None = None,
        each: Symmetry | None = None,
        columns: ArrayLike | None = None,
        field: str = "real",
        absent: float | None = None,
    ) -> None:
        self.n_blocks = n_blocks
        self.each = each
        self.columns = columns
        self.field = field
        self.absent = absent

    @property
    def is_isometric(self) -> bool:
        """Whether the blocks move isometrically."""
        return self.each is None or self.each.is_isometric

    def _order(self, n_coordinates):
        n_blocks = self._n_blocks(n_coordinates)
        width = None if n_coordinates is None else n_coordinates // n_blocks
        order = self._of_part._order(width)
        return order if order == math.inf else math.factorial(n_blocks) * order**n_blocks

    def _is_linear(self, n_coordinates):
        n_blocks = self._n_blocks(n_coordinates)
        return self.each is None or self.each._is_linear(n_coordinates // n_blocks)

    def _centred(self, xp, y):
        if self.each is None:
            return y
        return self._of_each(xp, self._blocks(xp, y), self.each._centred)

    def _orbit(self, xp, y):
        blocks = self._blocks(xp, y)
        for order in itertools.permutations(range(blocks.shape[1])):
            index = xp.asarray(np.array(order), device=algebra.device(y))
            moved = xp.reshape(xp.take(blocks, index, axis=1), y.shape)
            yield from Blocks(self._of_part, blocks.shape[1])._orbit(xp, moved)

    def _align(self, xp, y, to):
        if self._is_of_scalars:
            return _sorting.rearranged(xp, y, to)
        parts = []
        for rows in algebra.chunks(y.shape[0], self._blocks(xp, y[:1, :]).shape[1] * y.shape[1]):
            part_to = to if to.shape[0] == 1 else to[rows, :]
            parts.append(self._align_blocks(xp, y[rows, :], part_to))
        return xp.concat(parts, axis=0)

    def _canonicalize(self, xp, y, reference):
        if self.is_isometric:
            return self._align(xp, y, reference)
        # Every block by itself first; what is left is a permutation of the results.
        return Permutation(self.n_blocks)._align(xp, self._each_canonical(xp, y), reference)

    def _align_blocks(self, xp, y, to):
        blocks, targets = self._blocks(xp, y), self._blocks(xp, to)
        rows, to_rows = self._comparable(xp, y, to)
        scores = self._scores(xp, rows, to_rows)
        order = _assignment.best_assignment(xp, scores)
        size, to_size = algebra.norm(xp, rows), algebra.norm(xp, to_rows)
        bound = size * to_size if self._has_one_norm(y.shape[1]) else (size + to_size) ** 2
        is_tied = _assignment.is_tied(xp, scores, order, _choice.rounding_of(xp, y) * bound)
        if bool(xp.any(is_tied)):
            number = xp.nonzero(is_tied)[0]
            parts = (_choice.rows_of(xp, part, number) for part in (y, to))
            order = _choice.replaced(xp, order, is_tied, self._decided(xp, *parts))
        moved = xp.take_along_axis(
            blocks, xp.broadcast_to(order[:, :, None], blocks.shape), axis=1
        )
        moved = self._each_aligned(xp, moved, xp.broadcast_to(targets, moved.shape))
        return xp.reshape(moved, y.shape)

    def _decided(self, xp, y, to):
        """The assignment where several are equally good.

        From representatives in an order of their own the answer depends on the orbit only;
        distances tell apart what inner products cannot.
        """
        canonical = self._blocks(xp, self._each_canonical(xp, y))
        if self.is_isometric:
            own_order = _assignment.lexicographic_order(xp, canonical)
        else:  # representatives may have no unit: distances are those of the rows themselves
            own_order = _assignment.order_of_directions(xp, canonical)
            canonical = self._blocks(xp, y)
        index = xp.broadcast_to(own_order[:, :, None], canonical.shape)
        ordered = xp.take_along_axis(canonical, index, axis=1)
        rows, to = self._comparable(xp, xp.reshape(ordered, y.shape), to)
        if self._has_one_norm(y.shape[1]):
            rows, to = algebra.directed(xp, rows), algebra.directed(xp, to)
        squares = algebra.on_host(-self._squares(xp, rows, to))
        best = _assignment.best_assignment(np, -squares)
        least = sum(squares[best[:, j], j, np.arange(len(best))] for j in range(best.shape[1]))
        sizes = (algebra.on_host(algebra.norm(xp, part)) for part in (rows, to))
        rounding = _choice.rounding_of(xp, y) * sum(sizes)
        rounding = rounding * (2 * np.sqrt(least) + rounding)
        order = _assignment.decided_assignment(-squares, rounding)
        return xp.take_along_axis(own_order, xp.asarray(order, device=algebra.device(y)), axis=1)

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
        ramp = np.arange(1.0, n_coordinates + 1)
        # The blocks of a ramp differ by translations only; complex rows may be conjugate pairs.
        if not self.is_complex and np.array_equal(self._centred(np, ramp[None])[0], ramp):
            return ramp
        return _choice.generic_row(n_coordinates, is_complex=self.is_complex)

    def _unprescribed(self, n_coordinates):
        return range(n_coordinates) if self._has_seam(n_coordinates) else ()

    def _margin(self, xp, y, reference):
        if self._is_of_scalars:
            return xp.full_like(xp.abs(y[:, 0]), np.inf)
        if not self.is_isometric:
            canonical = self._each_canonical(xp, y)
            within = self._each_margin(xp, canonical, None)
            return xp.minimum(within, Permutation(self.n_blocks)._margin(xp, canonical, reference))
        y = self._align(xp, y, reference)
        within = self._each_margin(xp, y, reference)
        if self._has_one_norm(y.shape[1]):
            y, reference = self._centred(xp, y), self._centred(xp, reference)
            reference = algebra.directed(xp, reference)
        return xp.minimum(within, self._order_margin(xp, y, reference))

    def _order_margin(self, xp, y, reference):
        """Distance of aligned rows from where another order of the blocks is as near."""
        blocks, targets = self._blocks(xp, y), self._blocks(xp, reference)
        scores = self._scores(xp, y, reference)
        best = _assignment.score_of(xp, scores, range(blocks.shape[1]))
        margin = xp.full_like(best, np.inf)
        for order in _assignment.competitors(blocks.shape[1]):
            score = _assignment.score_of(xp, scores, order)
            if not self._has_one_norm(y.shape[1]):  # distances change no faster than y
                gap, width = xp.sqrt(-score) - xp.sqrt(-best), xp.full_like(best[:1], 2.0)
            elif self.each is None:
                index = xp.asarray(np.array(order), device=algebra.device(y))
                moved = xp.reshape(xp.take(targets, index, axis=1), reference.shape)
                gap, width = best - score, algebra.norm(xp, moved - reference)
            else:
                gap, width = best - score, 2 * algebra.norm(xp, reference)
            index = xp.asarray(np.argsort(order), device=algebra.device(y))
            point = xp.reshape(xp.take(blocks, index, axis=1), y.shape)
            margin = xp.minimum(margin, _choice.wall_distance(xp, gap, width, point, y))
        return xp.where(margin > 0, margin, xp.zeros_like(margin))

    def _n_blocks(self, n_coordinates):
        n_blocks = n_coordinates if self.n_blocks is None else self.n_blocks
        if self.columns is not None:
            n_blocks = len(self.columns)
        self._require_width(n_blocks)
        if n_coordinates is not None and n_coordinates % n_blocks:
            raise ValueError(
                f"{self!r} needs a number of coordinates that is a multiple of n_blocks="
                f"{n_blocks}, got {n_coordinates}."
            )
        return n_blocks

    def _blocks(self, xp, y):
        """Rows as (n_samples, n_blocks, block width)."""
        n_blocks = self._n_blocks(y.shape[1])
        return xp.reshape(y, (y.shape[0], n_blocks, y.shape[1] // n_blocks))

    def _has_one_norm(self, n_coordinates):
        """Whether centred rows keep their norms, so that inner products find the nearest."""
        return self.is_isometric and self._is_linear(n_coordinates)

    def _comparable(self, xp, y, to):
        """Rows to be scored: in one unit, or each in its own where that does not matter."""
        y, to = algebra.constant(y), algebra.constant(to)
        if self._has_one_norm(y.shape[1]):
            y, to = self._centred(xp, y), self._centred(xp, to)
            return algebra.tamed(xp, y), algebra.tamed(xp, to)
        return algebra.tamed_together(xp, y, to)

    def _scores(self, xp, y, to):
        """Largest inner product of block i with target j; shape (i, j, n_samples).

        Where rows do not keep their norms, the smallest squared distance, negated.
        """
        if not self._has_one_norm(y.shape[1]):
            return self._squares(xp, y, to)
        if self.each is None:
            blocks, targets = (self._real_blocks(xp, part) for part in (y, to))
            return _assignment.inner_products(xp, blocks, targets)
        return self._of_pairs(xp, y, to, lambda y, to: _choice.inner(xp, y, to))

    def _squares(self, xp, y, to):
        """Smallest squared distance of block i to target j, negated; shape (i, j, n_samples)."""
        return self._of_pairs(xp, y, to, lambda y, to: -algebra.squared_norm(xp, y - to))

    def _of_pairs(self, xp, y, to, score_of):
        """A score of every block, aligned to every target; shape (i, j, n_samples)."""
        blocks, targets = self._blocks(xp, y), self._blocks(xp, to)
        shape = (*blocks.shape[:2], *targets.shape[1:])
        to = xp.reshape(xp.broadcast_to(targets[:, None, :, :], shape), (-1, shape[3]))
        y = xp.reshape(xp.broadcast_to(blocks[:, :, None, :], shape), (-1, shape[3]))
        scores = score_of(self._of_part._align(xp, y, to), to)
        return xp.permute_dims(xp.reshape(scores, shape[:3]), (1, 2, 0))
