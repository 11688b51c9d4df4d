"""The nearest of several candidates, with ties broken by the candidates alone.

What a finite group and a product share: candidates for each row arrive one at a time, the nearest
is kept, and where several are equally near the lexicographically largest wins, so that the answer
depends on the set of candidates and not on the order in which they came.
"""

import numpy as np

from .._arrays import algebra

_ULPS = 32  # a handful of roundings in the group's action, and as many in the distance


def nearest(xp, points, to, *, distance):
    """The candidate nearest to `to` for each row.

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    points : iterable of arrays of shape (n_samples, n_coordinates)
        The candidates of each row.
    to : array of shape (1, n_coordinates) or (n_samples, n_coordinates)
        Rows that candidates are compared with.
    distance : callable
        ``distance(point, to)`` returns the distances and bounds of their rounding, both of shape
        (n_samples,): `plain_distance`, or `relative_distance` where that has the same minimum.

    Returns
    -------
    array of shape (n_samples, n_coordinates)
    """
    best = least = None
    for point in points:
        value, rounding = distance(point, to)
        if best is None:
            best, least = point, value
            continue
        is_better, is_tie = value < least, xp.abs(value - least) <= rounding
        if bool(xp.any(is_tie)):
            rows = xp.nonzero(is_tie)[0]
            is_later = is_larger(xp, *(xp.take(part, rows, axis=0) for part in (point, best)))
            is_better = replaced(xp, is_better, is_tie, is_later)
        best = xp.where(is_better[:, None], point, best)
        least = xp.minimum(least, value)
    return best


def rows_of(xp, y, rows):
    """The rows with the given numbers; a single row, which stands for all, as it is."""
    if y.ndim > 1 and y.shape[0] == 1:
        return y
    return xp.take(y, rows, axis=0)


def replaced(xp, y, is_replaced, rows):
    """Rows of y with those that a mask names replaced, in their order, by others."""
    number = xp.cumulative_sum(xp.astype(is_replaced, xp.int64)) - 1
    number = xp.where(number > 0, number, xp.zeros_like(number))
    mask = xp.reshape(is_replaced, (-1,) + (1,) * (y.ndim - 1))
    return xp.where(mask, xp.take(rows, number, axis=0), y)


def plain_distance(xp, point, to):
    """Distance of each row to `to`, and a bound of its rounding; shape (n_samples,)."""
    point, to = algebra.constant(point), algebra.constant(to)
    size = algebra.norm(xp, point) + algebra.norm(xp, to)
    return algebra.norm(xp, point - to), rounding_of(xp, point) * size


def relative_distance(xp, point, to):
    """Distance of each row to `to`, both of unit norm, and a bound of its rounding.

    Of rows of one norm the nearest to `to` is also the nearest to any positive multiple of it,
    however large or small. Inner products would tell squared distances apart, so that their
    rounding hides whatever is nearer than the root of it.
    """
    point, to = algebra.constant(point), algebra.constant(to)
    value = algebra.norm(xp, algebra.directed(xp, point) - algebra.directed(xp, to))
    return value, xp.full_like(value, rounding_of(xp, point))


def rounding_of(xp, y):
    """Bound of the rounding of a group's action on rows of unit norm."""
    return _ULPS * xp.finfo(y.dtype).eps


def inner(xp, y, to):
    r"""Real inner product :math:`\operatorname{Re} \langle y, to \rangle` of each row.

    On one sphere the nearest point has the largest.
    """
    value = xp.vecdot(y, to)
    return xp.real(value) if algebra.is_complex(xp, y) else value


def wall_distance(xp, gap, width, point, y):
    """Distance of y to the wall between itself and another point of its orbit.

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    gap : array of shape (n_samples,)
        How much nearer to the reference y is, as a difference of inner products.
    width : array of shape (1,)
        Length of the wall's normal: how far the group element moves the reference. A reference
        that it leaves in place cannot tell the two points apart.
    point, y : arrays of shape (n_samples, n_coordinates)
        Other points of the orbits, and the rows.

    Returns
    -------
    array of shape (n_samples,)
        Infinite where both points are the same.
    """
    if bool(width[0] > 0):
        return gap / width
    rounding = 64 * xp.finfo(y.dtype).eps * xp.max(xp.abs(y), axis=1)
    is_same = xp.max(xp.abs(point - y), axis=1) <= rounding
    return xp.where(is_same, xp.full_like(gap, np.inf), xp.zeros_like(gap))


def is_larger(xp, a, b):
    """Whether rows of a come lexicographically after those of b, beyond rounding."""
    if algebra.is_complex(xp, a):
        a = xp.concat([xp.real(a), xp.imag(a)], axis=1)
        b = xp.concat([xp.real(b), xp.imag(b)], axis=1)
    size = xp.max(xp.maximum(xp.abs(a), xp.abs(b)), axis=1, keepdims=True)
    difference = a - b
    counts = xp.abs(difference) > 2 * rounding_of(xp, a) * size
    first = xp.argmax(xp.astype(counts, xp.int8), axis=1)
    decides = algebra.take_column(xp, xp.where(counts, difference, xp.zeros_like(a)), first)
    return decides > 0


def generic_row(n_coordinates, *, is_complex=False, number=0):
    """A fixed row in general position, of unit norm; number 1 decides ties, where 0 may tie."""
    rng = np.random.RandomState(number)
    row = rng.standard_normal(n_coordinates)
    if is_complex:
        row = row + 1j * rng.standard_normal(n_coordinates)
    return row / np.linalg.norm(row)
