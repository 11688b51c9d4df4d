"""The nearest of several candidates, with ties broken by the candidates alone.

What a finite group and a product share: candidates for each row arrive one at a time, the nearest
is kept, and where several are equally near the lexicographically largest wins, so that the answer
depends on the set of candidates and not on the order in which they came.
"""

import numpy as np

from . import algebra

_ULPS = 32  # a handful of roundings in the group's action, and as many in the distance


def nearest(xp, points, y, to, *, distance):
    """The candidate nearest to `to` for each row.

    Parameters
    ----------
    xp : module
        Array namespace.
    points : callable
        ``points(y, to)`` returns an iterator over arrays of the shape of y, the candidates of
        each row; called again for the rows that have ties.
    y : array of shape (n_samples, n_coordinates)
        Whose candidates.
    to : array of shape (1, n_coordinates) or (n_samples, n_coordinates)
        Where to.
    distance : callable
        ``distance(point, to)`` returns the distances and bounds of their rounding, both of shape
        (n_samples,): `plain_distance`, or `relative_distance` where that has the same minimum.

    Returns
    -------
    array of shape (n_samples, n_coordinates)
    """
    best = least = None
    is_tied = False
    for point in points(y, to):
        value, rounding = distance(point, to)
        if best is None:
            best, least = point, value
            continue
        is_tied = is_tied | (xp.abs(value - least) <= rounding)
        best = xp.where((value < least)[:, None], point, best)
        least = xp.minimum(least, value)
    if is_tied is False or not bool(xp.any(is_tied)):
        return best
    rows = xp.nonzero(is_tied)[0]
    to = rows_of(xp, to, rows)
    candidates = points(rows_of(xp, y, rows), to)
    largest = _largest_of_tied(xp, candidates, to, rows_of(xp, least, rows), distance)
    return replaced(xp, best, is_tied, largest)


def _largest_of_tied(xp, candidates, to, least, distance):
    """The lexicographically largest of the candidates that are nearest within rounding."""
    best = is_found = None
    for point in candidates:
        value, rounding = distance(point, to)
        is_near = value <= least + rounding
        if best is None:
            best, is_found = point, is_near
            continue
        is_better = is_near & (~is_found | is_larger(xp, point, best))
        best, is_found = xp.where(is_better[:, None], point, best), is_found | is_near
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
        Array namespace.
    gap : array of shape (n_samples,)
        How much nearer to the reference y is, as a difference of inner products.
    width : array of shape (1,)
        Length of the wall's normal: how far the group element moves the reference. A reference
        that it leaves in place cannot tell the two points apart.
    point, y : arrays of shape (n_samples, n_coordinates)
        The other point and y.

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


def chunks(n_samples, n_entries, limit=2**18):
    """Slices of rows such that no temporary has many more than `limit` entries.

    Parameters
    ----------
    n_samples : int
        Number of rows.
    n_entries : int
        Entries of the temporary for each row.
    limit : int
        Entries at a time.

    Yields
    ------
    slice
    """
    step = max(1, limit // max(1, n_entries))
    for start in range(0, n_samples, step):
        yield slice(start, min(start + step, n_samples))


def generic_row(n_coordinates, *, is_complex=False, number=0):
    """A fixed row in general position, of unit norm; number 1 decides ties, where 0 may tie."""
    rng = np.random.RandomState(number)
    row = rng.standard_normal(n_coordinates)
    if is_complex:
        row = row + 1j * rng.standard_normal(n_coordinates)
    return row / np.linalg.norm(row)
