"""Rows of which some coordinates are unknown, which NaN stands for.

Distances are those of the coordinates that are known of both rows. Everything here takes as many
targets as rows.
"""

import numpy as np

from .._arrays import algebra
from . import _choice

# Group elements that are tried one by one.
MOST_ENUMERATED = 10_000
_NAMED = 5  # rows in a message


def known(xp, y):
    """Rows with 0 where a coordinate is unknown, and where they are known."""
    is_known = ~xp.isnan(y)
    return xp.where(is_known, y, xp.zeros_like(y)), is_known


def known_of_both(xp, y, to):
    """Rows and their targets with 0 where either is unknown, and where both are known."""
    is_known = ~(xp.isnan(y) | xp.isnan(to))
    y, to = (xp.where(is_known, part, xp.zeros_like(part)) for part in (y, to))
    return y, to, is_known


def distance(xp, y, to):
    """Distance over what is known of both; NaN for rows that have nothing in common."""
    y, to, is_known = known_of_both(xp, y, to)
    length = algebra.norm(xp, y - to)
    return xp.where(xp.any(is_known, axis=1), length, xp.full_like(length, np.nan))


def measured(xp, point, to):
    """Distance over what is known of both, the largest number if nothing; and its rounding."""
    point, to = algebra.constant(point), algebra.constant(to)
    length = distance(xp, point, to)
    far = xp.full_like(length, xp.finfo(length.dtype).max)
    size = sum(algebra.norm(xp, known(xp, part)[0]) for part in (point, to))
    return xp.where(xp.isnan(length), far, length), _choice.rounding_of(xp, point) * size


def total(xp, parts):
    """Distance of rows from those of their parts, shape (n_samples, n_parts); NaN if all are."""
    filled, is_known = known(xp, parts)
    length = algebra.norm(xp, filled)
    return xp.where(xp.any(is_known, axis=1), length, xp.full_like(length, np.nan))


def mean(xp, points, is_known):
    """Mean over the points of what is known of them, 0 if nothing; shape (n_samples, 1, dim)."""
    number = xp.sum(xp.astype(is_known, points.dtype), axis=1, keepdims=True)
    filled = xp.where(is_known, points, xp.zeros_like(points))
    number = xp.where(xp.real(number) > 0, number, xp.ones_like(number))
    return xp.sum(filled, axis=1, keepdims=True) / number


def whole_points(xp, points, symmetry):
    """Which points of shape (n_samples, n_points, dim) are known, of shape (..., 1).

    Raises
    ------
    ValueError
        If one is known in part, which says nothing about how it was turned.
    """
    is_known = xp.all(~xp.isnan(points), axis=2, keepdims=True)
    in_part = xp.any(~xp.isnan(points), axis=2, keepdims=True) & ~is_known
    if bool(xp.any(in_part)):
        row = int(np.argmax(algebra.on_host(in_part).any(axis=(1, 2))))
        raise ValueError(
            f"{symmetry!r} needs points that are known or unknown (NaN) as a whole, but row {row} "
            f"has one that is known in part; set all of its coordinates to NaN."
        )
    return is_known


def require_comparable(xp, length):
    """Refuse rows whose distance is unknown.

    Raises
    ------
    ValueError
        That names the rows.
    """
    rows = np.flatnonzero(algebra.on_host(xp.isnan(length)))
    if rows.size:
        raise ValueError(
            f"No coordinate is known (not NaN) of both arguments in row(s) "
            f"{', '.join(map(str, rows[:_NAMED]))}{', ...' if rows.size > _NAMED else ''}: "
            f"nothing can be compared there; leave these rows out."
        )


def canonical(xp, y, symmetry):
    """Rows aligned to the symmetry's default reference, in the unit of each."""
    reference = symmetry._own_reference(xp, y)
    if symmetry._is_linear(y.shape[1]):
        size = algebra.norm(xp, known(xp, y)[0])[:, None]
        reference = reference * xp.astype(size, reference.dtype)
    return symmetry._align_known(xp, y, xp.broadcast_to(reference, y.shape))


def by_overlap(xp, y, to, align):
    """Rows aligned by isometries that multiply each coordinate by a number.

    They know of the target only its products with the row, which are zero where either is unknown.
    """
    filled, is_known = known(xp, y)
    _, target, _ = known_of_both(xp, y, to)
    return xp.where(is_known, align(xp, filled, target), algebra.nan_like(xp, y))


def nearest_of_orbit(xp, orbit, y, to):
    """The point of each row's orbit that is nearest in what is known of it and of the target.

    A coordinate of a point is unknown if it depends on one that is. Points that leave nothing to
    compare are no candidates.
    """
    n = y.shape[1]
    filled, is_known = known(xp, y)
    unit = algebra.scaled(xp, filled)[1]
    probe = algebra.like(xp, 1 + np.abs(_choice.generic_row(n))[None, :], y)
    probe = xp.where(is_known, filled, probe * unit)

    def points():
        for point, other in zip(orbit(xp, filled), orbit(xp, probe), strict=True):
            # Rows of mask and numbers, so that of equally near points one is the larger.
            size = xp.max(xp.abs(other), axis=1, keepdims=True)
            is_open = xp.abs(other - point) > 1e3 * xp.finfo(y.dtype).eps * size
            point = xp.where(is_open, xp.zeros_like(point), point)
            mask = xp.where(is_open, xp.zeros_like(point), xp.ones_like(point) * unit)
            yield xp.concat([point, mask], axis=1)

    def measure(point, to):
        point, is_open = point[:, :n], point[:, n:] == 0
        return measured(xp, xp.where(is_open, algebra.nan_like(xp, point), point), to)

    best = _choice.nearest(xp, points(), to, distance=measure)
    return xp.where(best[:, n:] == 0, algebra.nan_like(xp, y), best[:, :n])
