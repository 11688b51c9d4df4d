"""The nearest of several candidates, with ties broken by the candidates alone.

What a finite group, a correlation and a product share: candidates for each row arrive one at a
time, the best is kept, and where several are equally near the lexicographically largest wins, so
that the answer depends on the set of candidates and not on the order in which they came.
"""

import numpy as np

from . import algebra


def nearest(xp, candidates, to):
    """The candidate nearest to `to` for each row.

    Parameters
    ----------
    xp : module
        Array namespace.
    candidates : callable
        Returns an iterator over arrays of shape (n_samples, n_coordinates), the points of one
        orbit of an isometric group; called again where there are ties.
    to : array of shape (1, n_coordinates) or (n_samples, n_coordinates)
        Where to.

    Returns
    -------
    array of shape (n_samples, n_coordinates)
    """
    first = next(iter(candidates()))
    # Positive factors do not change the order of the scores, but keep them from overflowing.
    scale, scaled_to = algebra.scaled(xp, first)[1], algebra.scaled(xp, to)[0]
    tolerance = _rounding(xp, algebra.divide(xp, first, scale), scaled_to)

    def score_of(candidate):
        return inner(xp, algebra.divide(xp, candidate, scale), scaled_to)

    best, score, is_tied = None, None, False
    for candidate in candidates():
        value = score_of(candidate)
        if best is None:
            best, score = candidate, value
            continue
        is_tied = is_tied | (xp.abs(value - score) <= tolerance)
        best = xp.where((value > score + tolerance)[:, None], candidate, best)
        score = xp.maximum(score, value)
    if is_tied is False or not bool(xp.any(is_tied)):
        return best
    return nearest_of_tied(
        xp, lambda: ((point, score_of(point) >= score - tolerance) for point in candidates()), to
    )


def nearest_of_tied(xp, candidates, to):
    """The nearest of candidates whose inner products with `to` cannot be told apart.

    An inner product tells squared distances apart, so that its rounding hides whatever is nearer
    than the root of it. The distances themselves, of rows of unit norm, are subtracted; only where
    these agree too, the lexicographically largest candidate is taken.

    Parameters
    ----------
    xp : module
        Array namespace.
    candidates : callable
        Returns an iterator over pairs of rows of shape (n_samples, n_coordinates) and masks of
        shape (n_samples,): which of the rows are candidates. Called twice.
    to : array of shape (1, n_coordinates) or (n_samples, n_coordinates)
        Where to.

    Returns
    -------
    array of shape (n_samples, n_coordinates)
    """

    def distances():
        for candidate, counts in candidates():
            distance = relative_distance(xp, candidate, to)
            yield candidate, xp.where(counts, distance, xp.full_like(distance, np.inf))

    least = None
    for _, distance in distances():
        least = distance if least is None else xp.minimum(least, distance)
    least = least + relative_rounding(xp, to)
    best = is_found = None
    for candidate, distance in distances():
        is_near = distance <= least
        if best is None:
            best, is_found = candidate, is_near
            continue
        is_better = is_near & (~is_found | is_larger(xp, candidate, best))
        best, is_found = xp.where(is_better[:, None], candidate, best), is_found | is_near
    return best


def relative_distance(xp, y, to):
    """Distance of each row to `to`, both of unit norm; shape (n_samples,).

    Of rows of one norm the nearest to `to` is also the nearest to any positive multiple of it.
    """
    y, to = algebra.constant(y), algebra.constant(to)
    return algebra.norm(xp, algebra.directed(xp, y) - algebra.directed(xp, to))


def relative_rounding(xp, y):
    """Bound of the rounding of `relative_distance` and of the group's action before it."""
    return 8 * xp.finfo(y.dtype).eps


def nearest_by_distance(xp, candidates, to):
    """The candidate nearest to `to` for each row; they need not have one norm.

    Where several are equally near, the first.

    Parameters
    ----------
    xp : module
        Array namespace.
    candidates : iterable of arrays of shape (n_samples, n_coordinates)
        From which to choose.
    to : array of shape (1, n_coordinates) or (n_samples, n_coordinates)
        Where to.

    Returns
    -------
    array of shape (n_samples, n_coordinates)
    """
    best = distance = None
    for candidate in candidates:
        value = algebra.norm(xp, candidate - to)
        if best is None:
            best, distance = candidate, value
            continue
        best = xp.where((value < distance)[:, None], candidate, best)
        distance = xp.minimum(distance, value)
    return best


def inner(xp, y, to):
    r"""Real inner product :math:`\operatorname{Re} \langle y, to \rangle` of each row.

    On one sphere the nearest point has the largest.
    """
    value = xp.vecdot(y, to)
    return xp.real(value) if algebra.is_complex(xp, y) else value


def _rounding(xp, y, to):
    """Bound of the rounding of the inner product of `to` with any row as long as y."""
    return 16 * xp.finfo(y.dtype).eps * algebra.norm(xp, y) * algebra.norm(xp, to)


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
    size = xp.max(xp.abs(a), axis=1, keepdims=True)
    difference = a - b
    counts = xp.abs(difference) > 16 * xp.finfo(a.dtype).eps * size
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


def generic_row(n_coordinates, *, is_complex=False):
    """A fixed row in general position, of unit norm."""
    rng = np.random.RandomState(0)
    row = rng.standard_normal(n_coordinates)
    if is_complex:
        row = row + 1j * rng.standard_normal(n_coordinates)
    return row / np.linalg.norm(row)
