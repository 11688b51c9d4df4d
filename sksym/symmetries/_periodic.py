"""Angles, times of day and other coordinates that are known up to whole periods."""

import math
from numbers import Real
from typing import ClassVar

import numpy as np

from .._arrays import algebra
from .._validation import COUNT, Interval
from . import _choice, _unknown
from ._base import Symmetry
from ._candidates import unit_weights


class Periodic(Symmetry):
    r"""Whole periods added to each coordinate, :math:`y_j \mapsto y_j + m_j\, p, m_j \in Z`.

    Bearings are ``Periodic(360)`` in degrees, hours of the day ``Periodic(24)``, directions of
    lines ``Periodic(360, fold=2)``. The nearest point of the orbit to ``to`` adds to each
    coordinate the multiple of p that brings it to :math:`[t_j - p/2, t_j + p/2)`. The own
    reference is half a period, so that representatives lie from 0 to the period, as ``y % p``
    does; with a reference of zeros they lie from minus to plus half a period. The period has the
    unit of the coordinates, which cannot be scaled without it.

    The lift is :math:`\frac{p}{2\pi} (\cos 2\pi y_j/p, \sin 2\pi y_j/p)`, which keeps small
    distances; the way back is the angle of these two. The mean is the best of all choices of
    periods (the Fréchet mean on the circle, Hotz and Huckemann 2015).

    Parameters
    ----------
    period : float
        A full turn in the unit of the coordinates, such as 360 or :math:`2\pi`.
    fold : int, default=1
        How many turns of an object in a full one bring it back to itself: p is period / fold.

    Examples
    --------
    >>> from sksym import Periodic
    >>> Periodic(360).canonicalize([[-90.0], [370.0]])
    array([[270.],
           [ 10.]])
    >>> Periodic(360).distance([[359.0]], [[1.0]])
    array([2.])
    >>> Periodic(360).mean([[[350.0], [20.0]]])
    array([[5.]])
    """

    _parameter_constraints: ClassVar[dict] = {
        "period": [Interval(Real, 0, None, closed="neither")],
        "fold": [COUNT],
    }

    has_lift = True

    def __init__(self, period: float, fold: int = 1) -> None:
        self.period = period
        self.fold = fold

    @property
    def _turn(self):
        return self.period / self.fold

    def _is_linear(self, n_coordinates):
        return False

    def _align(self, xp, y, to):
        # What stands right already is returned as it is, to the last bit.
        moved = xp.where(self._steps(xp, y, to) == 0, y, xp.remainder(y, self._like(xp, y)))
        for _ in range(2):  # once more where rounding led across the cut
            moved = moved - self._turn * self._steps(xp, moved, to)
        return moved

    def _align_known(self, xp, y, to):
        """Each coordinate by itself: those of unknown targets to the default reference."""
        filled, is_known = _unknown.known(xp, y)
        to = xp.where(xp.isnan(to), self._own_reference(xp, y), to)
        return xp.where(is_known, self._align(xp, filled, to), algebra.nan_like(xp, y))

    def _random(self, xp, y, rng):
        return y + self._turn * algebra.like(xp, rng.randint(-2, 3, size=y.shape), y)

    def _reference(self, n_coordinates):
        return np.full(n_coordinates, self._turn / 2)

    def _margin(self, xp, y, reference):
        margin = self._turn / 2 - xp.abs(self._align(xp, y, reference) - reference)
        return xp.min(xp.where(margin > 0, margin, xp.zeros_like(margin)), axis=1)

    def _lift(self, xp, y):
        radius = self._turn / (2 * math.pi)
        angle = self._align(xp, y, xp.zeros_like(y[:1, :])) / radius
        return radius * xp.concat([xp.cos(angle), xp.sin(angle)], axis=1)

    def _unlift(self, xp, z):
        n, is_odd = divmod(z.shape[1], 2)
        if is_odd:
            raise ValueError(
                f"z must have an even number of columns, a cosine and a sine for each coordinate, "
                f"got {z.shape[1]}."
            )
        return xp.atan2(z[:, n:], z[:, :n]) * (self._turn / (2 * math.pi))

    def _mean(self, xp, y, weights=None, *, has_nan=False):
        if has_nan:
            return super()._mean(xp, y, weights, has_nan=True)
        weights = unit_weights(xp, y, weights, *y.shape[:2])[:, :, None]
        own = self._own_reference(xp, y[:, 0, :])
        rows = self._align(xp, xp.reshape(y, (-1, y.shape[2])), own)
        means, costs = _circular_means(xp, xp.reshape(rows, y.shape), weights, self._turn)
        means = xp.reshape(self._align(xp, xp.reshape(means, rows.shape), own), y.shape)
        # Of means that are as good the largest, in whatever order the candidates came.
        least = xp.min(costs, axis=1, keepdims=True) + _choice.rounding_of(xp, y) * self._turn**2
        return xp.max(xp.where(costs <= least, means, xp.full_like(means, -math.inf)), axis=1)

    def _like(self, xp, y):
        return algebra.like(xp, self._turn, y)

    def _steps(self, xp, y, to):
        """Whole periods by which each coordinate is too large to be the nearest to its target."""
        y, to = algebra.constant(y), algebra.constant(to)
        tie = _choice.rounding_of(xp, y) * (1 + xp.abs(to) / self._turn)
        phase = (y - to) / self._turn + 0.5 + tie  # half a period off is the lower end
        stands = (phase >= -tie / 4) & (phase < 1)
        return xp.where(stands, xp.zeros_like(phase), xp.floor(phase))


def _circular_means(xp, y, weights, period):
    """The average for each number of candidates that are moved on by a period, and its cost.

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    y : array of shape (n_samples, n_candidates, n_coordinates)
        Candidates, all within one period.
    weights : array of shape (n_samples, n_candidates, 1)
        With sum 1 for each sample.
    period : float
        The period.

    Returns
    -------
    means, costs : arrays of the shape of `y`
        The smallest candidate, the two smallest, ... and all are moved on.
    """
    order = xp.argsort(y, axis=1)
    y = xp.take_along_axis(y, order, axis=1)
    weights = xp.take_along_axis(xp.broadcast_to(weights, y.shape), order, axis=1)
    means = xp.sum(weights * y, axis=1, keepdims=True) + period * xp.cumulative_sum(
        weights, axis=1
    )
    added = xp.cumulative_sum(weights * (2 * y + period), axis=1) * period
    return means, xp.sum(weights * y * y, axis=1, keepdims=True) + added - means * means
