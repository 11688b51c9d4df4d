"""Mean of orbits, by alternating alignment and averaging."""

import functools
from typing import Any

import array_api_compat
import numpy as np
from numpy.typing import ArrayLike

from .._arrays import algebra
from . import _choice, _unknown
from ._candidates import unit_weights, without_repetitions
from ._following import Following
from ._known_mean import known_mean
from ._reading import by_position

# The objective has local minima; these many candidates are tried as starts.
_STARTS = 5
# All starts go a few steps, the best goes on until it stands still.
_FIRST_STEPS = 10
_STEPS = 100
# Candidates are compared with all others while that is at most so many pairs, and with no fewer
# than so many anchors where there are more.
_PAIRS = 2**16
_ANCHORS = 16
# Starts and first steps see a sample of so many candidates where there are over twice as many.
_FEW = 2**10
_STILL = 1e-11  # a step of this part of the size is the last
_SAME_COST = 1e-9  # of two costs that differ by no more, neither is the lower


class Means:
    """Mixin: `mean`, from the alignment of a symmetry."""

    @by_position
    def mean(self, y: ArrayLike, weights: ArrayLike | None = None) -> Any:
        r"""Orbit mean of several candidates for each sample.

        The row m that minimises :math:`\sum_k w_k \min_g \|g m - y_k\|^2`, by alternating
        "align every candidate to m" and "average". It depends on the orbits of the candidates
        only, not on their order, and is the best of several local minima, among them those that
        are reached from the best candidates, so that it costs no more than any of these. Integer
        weights are repetition. Of a group that is not isometric candidates are first replaced by
        their representatives. From some hundreds of candidates on, the best of them are told by
        their distances to a sample.

        Parameters
        ----------
        y : array-like of shape (n_samples, n_candidates, n_features)
            Candidates. Each coordinate is averaged over those that know it (not NaN).
        weights : array-like of shape (n_candidates,) or (n_samples, n_candidates), optional
            Non-negative, with a positive sum for every sample; equal by default.

        Returns
        -------
        array of shape (n_samples, n_features)
            With NaN where no candidate knows a coordinate.

        Examples
        --------
        >>> from sksym import Sign
        >>> Sign().mean([[[1.0, 2.0], [-1.0, -4.0]]])
        array([[1., 3.]])
        """
        y = y if array_api_compat.is_array_api_obj(y) else np.asarray(y)
        if y.ndim != 3:
            raise ValueError(
                f"mean expects candidates of shape (n_samples, n_candidates, n_features), got "
                f"{y.ndim} dimension(s); add an axis of candidates with y[:, None, :]."
            )
        n_samples, n_candidates, n_features = y.shape
        xp = array_api_compat.array_namespace(y)
        rows = self._own_rows(
            xp.reshape(y, (n_samples * n_candidates, n_features)), allow_nan=True
        )
        values = rows.values
        if not (self.is_isometric or rows.has_nan):
            values = self._canonicalize(xp, values, self._own_reference(xp, values))
        values = xp.reshape(values, (n_samples, n_candidates, -1))
        return rows.restore(self._mean(xp, values, weights, has_nan=rows.has_nan))

    def _mean(self, xp, y, weights=None, *, has_nan=False):
        """Orbit mean of natural candidates of shape (n_samples, n_candidates, n_coordinates)."""
        weights = unit_weights(xp, y, weights, *y.shape[:2])
        solve = known_mean if has_nan else orbit_mean
        if not self._is_linear(y.shape[2]):
            return solve(xp, y, weights, self)
        # In a unit of their own, so that no square overflows or vanishes.
        sized = _unknown.known(xp, y)[0] if has_nan else y
        scale = algebra.power_of_two(xp, xp.reshape(sized, (y.shape[0], -1)))
        mean = solve(xp, algebra.divide(xp, y, scale[:, :, None]), weights, self)
        return mean * xp.astype(scale, mean.dtype)


def orbit_mean(xp, y, weights, symmetry):
    r"""The row m of the smallest :math:`\sum_k w_k \min_g \|g m - y_k\|^2` that is found.

    The local minimum below the best row that a few steps reach from the candidates which are good
    means themselves, so that none of them is better, and from the mean of the lifts where there is
    one.
    Nothing depends on the order of the candidates.

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    y : array of shape (n_samples, n_candidates, n_coordinates)
        Candidates.
    weights : array of shape (n_samples, n_candidates)
        Non-negative, of sum 1 for every sample.
    symmetry : Symmetry
        Symmetry that the candidates are known up to.

    Returns
    -------
    array of shape (n_samples, n_coordinates)
        The representative of its orbit.
    """
    n_samples, n_candidates = weights.shape
    if n_samples > 1 and n_candidates**2 > _PAIRS:
        parts = [(y[k : k + 1, :, :], weights[k : k + 1, :]) for k in range(n_samples)]
        return xp.concat([orbit_mean(xp, *part, symmetry) for part in parts], axis=0)
    if n_samples == 1:
        y, weights = without_repetitions(xp, y, weights)
    problem = _Problem(xp, y, weights, symmetry)
    few = problem.few
    best = cost = None
    for start in problem.starts():
        mean, mean_cost = few.descend(start, _FIRST_STEPS)
        if few is not problem:
            mean, mean_cost = problem.better(mean, start)
        mean = problem.canonical(mean)
        if best is None:
            best, cost = mean, mean_cost
            continue
        # Of two means that are as good the larger, whichever came first.
        is_lower = mean_cost < cost * (1 - problem.same_cost)
        is_same = ~is_lower & (mean_cost <= cost * (1 + problem.same_cost))
        is_better = is_lower | (is_same & _choice.is_larger(xp, mean, best))
        best = xp.where(is_better[:, None], mean, best)
        cost = xp.where(is_better, mean_cost, cost)
    if few is not problem:
        best, _ = problem.better(few.descend(best, _STEPS)[0], best)
    return problem.canonical(problem.descend(best, _STEPS)[0])


class _Problem:
    """Candidates of one size, their weights, and the costs of means."""

    def __init__(self, xp, y, weights, symmetry):
        self.xp, self.weights, self.symmetry = xp, weights, symmetry
        self.shape = y.shape
        self.candidates = y
        self.rows = xp.reshape(y, (-1, y.shape[2]))
        self.still = max(_STILL, 8 * xp.finfo(y.dtype).eps)
        self.same_cost = max(_SAME_COST, _choice.rounding_of(xp, self.rows))

    def canonical(self, rows):
        reference = self.symmetry._own_reference(self.xp, rows)
        return self.symmetry._canonicalize(self.xp, rows, reference)

    def cost(self, mean):
        """Weighted sum of the squared distances of a mean to the candidates."""
        xp = self.xp
        squares = self._squares(self._wide(mean), self.rows)
        return xp.sum(xp.astype(self.weights, squares.dtype) * squares, axis=1)

    @property
    def _is_many(self):
        return self.shape[0] == 1 and self.shape[1] > 2 * _FEW

    @functools.cached_property
    def few(self):
        """The same problem with candidates that stand for all where these are many."""
        if not self._is_many:
            return self
        xp = self.xp
        index = xp.concat(list(self._quantiles(_FEW)))
        weights = xp.full_like(self.weights[:, :_FEW], 1 / _FEW)
        return _Problem(xp, xp.take(self.candidates, index, axis=1), weights, self.symmetry)

    def better(self, mean, start):
        """The one that costs less, and its cost."""
        cost, start_cost = self.cost(mean), self.cost(start)
        return (start, start_cost) if bool(start_cost[0] < cost[0]) else (mean, cost)

    def starts(self):
        """Rows of shape (n_samples, n_coordinates) to begin from, representatives all."""
        xp = self.xp
        is_lifted = self.symmetry.is_isometric and self.symmetry.has_lift
        if is_lifted and self.symmetry._is_unlift_closed(self.shape[2]):
            lifts = self.symmetry._lift(xp, self.rows)
            lifts = xp.reshape(lifts, (*self.shape[:2], -1))
            weights = xp.astype(self.weights, lifts.dtype)[:, :, None]
            yield self.canonical(self.symmetry._unlift(xp, xp.sum(weights * lifts, axis=1)))
        yield from self.few._good_candidates()
        if not self.symmetry.is_isometric:
            for rows in (self.canonical(self.rows), self.rows):
                yield self.canonical(self._mean(rows))

    def descend(self, mean, n_steps):
        """Alternate, at most until the mean stands still; returns it and its cost."""
        xp = self.xp
        if not self.symmetry.is_isometric:  # aligned rows would shrink: no step is known to help
            return mean, self.cost(mean)
        following = self._is_many and Following.is_possible(self.symmetry, self.shape[2])
        follower = Following(xp, self.symmetry, self.rows) if following else None
        for number in range(n_steps):
            if follower is None or number < _FIRST_STEPS:
                aligned = self.symmetry._align(xp, self.rows, self._wide(mean))
            else:
                aligned = follower.aligned_to(mean)
            previous, mean = mean, self._mean(aligned)
            step = xp.max(xp.abs(mean - previous))
            if bool(step <= self.still * xp.max(xp.abs(mean))):
                break
        return mean, self.cost(mean)

    def _good_candidates(self):
        """The candidates of the lowest costs, of different orbits."""
        xp = self.xp
        cost, key = self._costs_of_candidates()
        # A tie depends neither on the order nor on rounding.
        cost = cost * (1 + self.same_cost * key)
        first = None
        size = xp.reshape(algebra.squared_norm(xp, self.rows), self.shape[:2])
        near = max(1e-9, _choice.rounding_of(xp, self.rows))
        same = near**2 * xp.max(size, axis=1, keepdims=True)
        for _ in range(min(self.shape[1], _STARTS)):
            index = xp.argmin(cost, axis=1)
            chosen = self._candidate(index)
            if first is None:
                first = chosen
            is_new = xp.isfinite(algebra.take_column(xp, cost, index))
            chosen = xp.where(is_new[:, None], chosen, first)
            yield self.canonical(chosen)
            is_known = self._squares(self.rows, self._wide(chosen)) <= same
            cost = xp.where(is_known, xp.full_like(cost, np.inf), cost)

    def _costs_of_candidates(self):
        """Cost of each candidate as the mean, estimated where they are many, and its key."""
        xp, weights, key = self.xp, self.weights, self._key
        n_candidates = self.shape[1]
        if n_candidates**2 > _PAIRS:
            n_anchors = max(_ANCHORS, _PAIRS // n_candidates)
            anchors = ((self._candidate(k), 1 / n_anchors) for k in self._quantiles(n_anchors))
        else:
            real = xp.astype(weights, key.dtype)
            anchors = ((self.candidates[:, k, :], real[:, k, None]) for k in range(n_candidates))
        cost = xp.zeros_like(key)
        for anchor, weight in anchors:
            cost = cost + weight * self._squares(self.rows, self._wide(anchor))
        return xp.where(weights > 0, cost, xp.full_like(cost, np.inf)), key

    @functools.cached_property
    def _key(self):
        """A number in [-1, 1] of each candidate that depends on its orbit."""
        xp = self.xp
        generic = _choice.generic_row(self.shape[2], is_complex=self.symmetry.is_complex, number=1)
        generic = algebra.like(xp, generic[None, :], self.rows)
        key = _choice.inner(xp, self.canonical(self.rows), generic)
        key = xp.reshape(key, self.shape[:2])
        size = xp.max(xp.abs(key), axis=1, keepdims=True)
        return key / xp.where(size > 0, size, xp.ones_like(size))

    def _quantiles(self, number):
        """Candidates at so many quantiles of their keys, one for each sample at a time.

        They stand for all candidates, in whatever order these came.
        """
        xp = self.xp
        order = xp.argsort(self._key, axis=1, stable=True)
        reached = xp.cumulative_sum(xp.take_along_axis(self.weights, order, axis=1), axis=1)
        for k in range(number):
            # Not at a multiple of 1 / n: equal weights have their bounds there.
            level = (k + (5**0.5 - 1) / 2) / number
            rank = xp.sum(xp.astype(reached < level, xp.int64), axis=1)
            yield algebra.take_column(xp, order, rank)

    def _candidate(self, index):
        """One candidate for each sample."""
        xp = self.xp
        shape = (self.shape[0], 1, self.shape[2])
        index = xp.broadcast_to(index[:, None, None], shape)
        return xp.take_along_axis(self.candidates, index, axis=1)[:, 0, :]

    def _mean(self, rows):
        weights = self.xp.astype(self.weights[:, :, None], rows.dtype)
        return self.xp.sum(weights * self.xp.reshape(rows, self.shape), axis=1)

    def _wide(self, rows):
        """One row for each sample, repeated for each of its candidates."""
        return self.xp.reshape(self.xp.broadcast_to(rows[:, None, :], self.shape), self.rows.shape)

    def _squares(self, y, to):
        """Squared distances of orbits to rows; shape (n_samples, n_candidates)."""
        squares = algebra.squared_norm(self.xp, self.symmetry._align(self.xp, y, to) - to)
        return self.xp.reshape(squares, self.shape[:2])
