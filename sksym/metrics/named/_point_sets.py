"""Distances of sets of points of varying number."""

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..._arrays import algebra
from ..._validation import COUNT, Interval, validated
from ...symmetries import Permutation
from .._pair import Pair
from ._rows import best_total

_POSITIVE = Interval(Real, 0, None, closed="neither")
_CONSTRAINTS = {
    "n_points": [COUNT],
    "cutoff": [_POSITIVE],
    "order": [Interval(Real, 1, None, closed="left")],
    "presence": [_POSITIVE, None],
}


@validated(_CONSTRAINTS)
def ospa_distance(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    n_points: int,
    cutoff: float,
    order: float = 1,
    presence: float | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    r"""Optimal subpattern assignment (OSPA): distance of two sets of points, per point.

    .. math:: \left[ \frac{1}{n} \left( \min_\pi \sum_{i=1}^{m}
        \min(c, \|x_i - z_{\pi(i)}\|)^p + c^p (n - m) \right) \right]^{1/p}

    of sets of m and n points, :math:`m \le n`; 0 for two empty ones. A point that is missing or
    one too many costs as much as one at the cut-off.

    Parameters
    ----------
    y_true : array-like of shape (n_samples, n_points * n_coordinates)
        True sets, one point after the other in any order. A point that is absent is NaN in all
        of its coordinates.
    y_pred : array-like of the shape of `y_true`
        Predicted sets, likewise.
    n_points : int
        Number of points that a row can hold, absent ones counted.
    cutoff : float
        The cut-off c, in units of y.
    order : float, default=1
        The exponent p, at least 1: larger ones punish outliers more.
    presence : float, optional
        Where it is given, nothing is NaN and points end with a flag, as `sksym.pack_parts` makes
        them: a point is present where that is above half of `presence`.
    sample_weight : array-like of shape (n_samples,), optional
        Sample weights, non-negative and not all zero.

    Returns
    -------
    float
        Mean over the samples, in units of y, at most `cutoff`. Of torch tensors a tensor of shape
        (), with its gradient; who is matched is a constant for it.

    Raises
    ------
    ValueError
        If a point is NaN in part, there is infinity, the shapes differ or do not fit `n_points`,
        or a parameter is out of its range.

    References
    ----------
    Schuhmacher, Vo, Vo (2008), "A consistent metric for performance evaluation of multi-object
    filters".

    Examples
    --------
    One point of two is missed, the other is off by 1:

    >>> from sksym.metrics import ospa_distance
    >>> nan = float("nan")
    >>> ospa_distance([[0.0, 0.0, 5.0, 5.0]], [[nan, nan, 5.0, 4.0]], n_points=2, cutoff=3.0)
    2.0
    """
    pair, points, present = _read(y_true, y_pred, n_points, presence, sample_weight)
    total = _least_cost(pair.xp, points, present, cutoff, order, alone=1.0)
    numbers = (pair.xp.sum(pair.xp.astype(is_there, total.dtype), axis=1) for is_there in present)
    total = total / algebra.or_one(pair.xp, pair.xp.maximum(*numbers))
    return pair.result(cutoff * total ** (1 / order))


@validated(_CONSTRAINTS | {"alpha": [Interval(Real, 0, 2, closed="right")]})
def gospa_distance(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    n_points: int,
    cutoff: float,
    order: float = 2,
    alpha: float = 2,
    presence: float | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    r"""Generalised optimal subpattern assignment (GOSPA): distance of two sets of points.

    .. math:: \left[ \min_\pi \sum_{i=1}^{m} \min(c, \|x_i - z_{\pi(i)}\|)^p
        + \frac{c^p}{\alpha} (n - m) \right]^{1/p}

    of sets of m and n points, :math:`m \le n`. Unlike `ospa_distance` it is not divided by n, so
    that every error counts. With :math:`\alpha = 2` a point that is missed and one that is false
    cost :math:`c^p / 2` each, whether their numbers balance or not.

    Parameters
    ----------
    y_true, y_pred, n_points, cutoff, presence, sample_weight
        As in `ospa_distance`.
    order : float, default=2
        The exponent p, at least 1.
    alpha : float, default=2
        Divisor of the cost of a difference in number, above 0 and at most 2.

    Returns
    -------
    float
        Mean over the samples, in units of y. Of torch tensors a tensor of shape (), with its
        gradient; who is matched is a constant for it.

    Raises
    ------
    ValueError
        As `ospa_distance` does.

    References
    ----------
    Rahmathullah, García-Fernández, Svensson (2017), "Generalized optimal sub-pattern assignment
    metric", definition 1 and proposition 1.

    Examples
    --------
    A point off by 1 and one that is false:

    >>> from sksym.metrics import gospa_distance
    >>> nan = float("nan")
    >>> y_true, y_pred = [[0.0, nan]], [[50.0, 1.0]]
    >>> gospa_distance(y_true, y_pred, n_points=2, cutoff=4.0, order=1)
    3.0
    """
    pair, points, present = _read(y_true, y_pred, n_points, presence, sample_weight)
    total = _least_cost(pair.xp, points, present, cutoff, order, alone=1 / alpha)
    return pair.result(cutoff * total ** (1 / order))


def _read(y_true, y_pred, n_points, presence, sample_weight):
    """Rows, the points of both, with zeros for absent ones, and which of them are present."""
    unknown = () if presence else ("y_true", "y_pred")
    pair = Pair(y_true, y_pred, Permutation(n_points), sample_weight, unknown=unknown)
    n_columns = pair.true.shape[1]
    n_entries = n_columns // n_points
    if n_columns % n_points or (presence and n_entries < 2):
        raise ValueError(
            f"Rows of n_points={n_points} points need a multiple of {n_points} columns"
            f"{', of coordinates and a flag each' if presence else ''}, got {n_columns}."
        )
    xp, shape = pair.xp, (-1, n_points, n_entries)
    both = [xp.reshape(rows, shape) for rows in (pair.true, pair.pred)]
    if presence:
        return pair, [y[:, :, :-1] for y in both], [y[:, :, -1] > presence / 2 for y in both]
    for y, name in zip(both, ("y_true", "y_pred"), strict=True):
        _require_whole_points(algebra.on_host(xp.isnan(y)), name)
    present = [~xp.isnan(y[:, :, 0]) for y in both]
    return pair, [xp.where(xp.isnan(y), xp.zeros_like(y), y) for y in both], present


def _require_whole_points(is_nan, name):
    is_in_part = is_nan.any(axis=2) & ~is_nan.all(axis=2)
    if is_in_part.any():
        row, point = np.argwhere(is_in_part)[0]
        raise ValueError(
            f"Point {point} of row {row} of {name} is NaN in part; a point that is absent is NaN "
            f"in all of its coordinates."
        )


def _least_cost(xp, points, present, cutoff, order, alone):
    """Cost of the best matching, in units of the p-th power of the cut-off; shape (n_samples,).

    Sets are filled up with absent points. One beside a point that is present costs `alone`, at
    least half of the most that two points cost, so that as many as can be are matched.
    """
    (true, pred), (is_true, is_pred) = points, present
    n_samples, n_points, n_coordinates = true.shape
    totals = []
    for rows in algebra.chunks(n_samples, n_points**2 * n_coordinates):
        gaps = pred[rows, :, None, :] - true[rows, None, :, :]
        length = algebra.norm(xp, xp.reshape(gaps, (-1, n_coordinates)))
        costs = (xp.clip(length, max=cutoff) / cutoff) ** order
        costs = xp.reshape(costs, (-1, n_points, n_points))
        one, other = is_pred[rows, :, None], is_true[rows, None, :]
        costs = xp.where(one & other, costs, xp.zeros_like(costs))
        costs = xp.where(one != other, xp.full_like(costs, alone), costs)
        totals.append(-best_total(xp, -costs))
    return xp.concat(totals)
