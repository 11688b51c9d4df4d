"""Sorted projections of unordered points, and the way back.

Some directions see the points as so many sorted rows of numbers, which do not depend on the order
of the points, change no faster than they do, and tell any two sets apart.
"""

import functools
import math

import numpy as np
from scipy.linalg import qr

from .._arrays import algebra
from . import _sorting

_STARTS = 4
_MOST_CROSSINGS = 20_000
_MOST_ROUNDS = 100


def sorted_projections(xp, points):
    r"""Sorted inner products of n points of :math:`R^d` with :math:`n (d - 1) + 1` directions.

    Two sets that look alike from all of them are equal: each point of the one has its coordinate
    along every direction in common with some point of the other, by the pigeonhole principle with
    one and the same along d of them, and these span the space. The directions are a tight frame
    with :math:`\sum_k a_k a_k^T = 1`, so that lifts are no farther apart than sets.

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    points : array of shape (n_samples, n, dim)
        The points of each sample; complex coordinates count as two.

    Returns
    -------
    array of shape (n_samples, (n * (d - 1) + 1) * n)

    Raises
    ------
    ValueError
        If there are so many points in so many dimensions that the way back would take too long.
    """
    if algebra.is_complex(xp, points):
        points = xp.concat([xp.real(points), xp.imag(points)], axis=2)
    n, d = points.shape[1:]
    if d > 1 and n**d > _MOST_CROSSINGS:
        raise ValueError(
            f"the way back from the lift of {n} blocks of {d} coordinates tries {n}**{d} points, "
            f"more than {_MOST_CROSSINGS}; use canonicalize instead, or shorter blocks."
        )
    directions = algebra.like(xp, _directions(n, d), points)
    seen = xp.sort(directions @ xp.matrix_transpose(points), axis=2)
    return xp.reshape(seen, (points.shape[0], -1))


def points_seen(xp, z, n, *, is_complex=False):
    r"""Points whose sorted projections are near the given ones.

    Every point lies where d hyperplanes cross, one for each of d directions. Of all crossings
    those that fit what the other directions see are taken, each projection once. Then assigning
    the projections to the points and moving each point to the least squares take turns. The best
    of four choices of the d directions is kept: it is exact for exact projections, and near the
    nearest for predicted ones.

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    z : array of shape (n_samples, (n * (d - 1) + 1) * n)
        Projections as from `sorted_projections`, exact or predicted.
    n : int
        Number of points.
    is_complex : bool
        Whether their coordinates are complex.

    Returns
    -------
    array of shape (n_samples, n, dim)
        In any order.
    """
    d = _dimension(z.shape[1], n, is_complex=is_complex)
    n_directions = z.shape[1] // n
    seen = _sorting.nearest_sorted(xp, xp.reshape(z, (-1, n)))
    if d == 1:
        return xp.reshape(seen, (z.shape[0], n, 1))
    seen = algebra.on_host(seen).astype(np.float64, copy=False)
    seen = seen.reshape(z.shape[0], n_directions, n)
    points = np.empty((z.shape[0], n, d))
    for rows in algebra.chunks(z.shape[0], n ** (d + 1)):
        points[rows] = _nearest_of_starts(seen[rows], _directions(n, d))
    points = algebra.like(xp, points, z)
    if is_complex:
        points = algebra.complex_of(xp, points[:, :, : d // 2], points[:, :, d // 2 :])
    return points


@functools.lru_cache(maxsize=64)
def _directions(n, d):
    """Directions of which any d span the space, as rows, with orthonormal columns."""
    n_directions = n * (d - 1) + 1
    if d == 1:
        return np.ones((1, 1))
    if d == 2:
        angle = np.pi * np.arange(n_directions) / n_directions
        directions = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    else:
        directions = np.random.RandomState(0).standard_normal((n_directions, d))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    u, _, vt = np.linalg.svd(directions, full_matrices=False)
    return u @ vt


def _dimension(n_lifted, n, *, is_complex):
    """Dimension of the points with so many projections."""
    d = (n_lifted // n - 1) // n + 1
    if d < 1 or n_lifted != (n * (d - 1) + 1) * n or (is_complex and d % 2):
        raise ValueError(
            f"z must have {n} * ({n} * (d - 1) + 1) columns, the projections of {n} points of d "
            f"coordinates{', d even' if is_complex else ''}, got {n_lifted}."
        )
    return d


def _nearest_of_starts(seen, directions):
    best = least = None
    for chosen in _choices(directions):
        points = _settled(_crossings(seen, directions, chosen), seen, directions)
        shown = np.sort(directions @ points.swapaxes(1, 2), axis=2)
        error = ((shown - seen) ** 2).sum(axis=(1, 2))
        if best is None:
            best, least = points, error
        best = np.where((error < least)[:, None, None], points, best)
        least = np.minimum(error, least)
    return best


def _choices(directions):
    """Numbers of d directions that span the space well, several times, others if there are any."""
    n_directions, d = directions.shape
    rest = np.arange(n_directions)
    for _ in range(min(_STARTS, math.comb(n_directions, d))):
        if len(rest) < d:
            rest = np.roll(np.arange(n_directions), 1)
        pivots = qr(directions[rest].T, pivoting=True, mode="r")[1][:d]
        yield rest[pivots]
        rest = np.delete(rest, pivots)


def _crossings(seen, directions, chosen):
    """Of all points that are seen along the chosen directions those that fit the others best."""
    n, d = seen.shape[2], len(chosen)
    number = np.indices((n,) * d).reshape(d, -1)
    crossings = np.stack([seen[:, k, number[j]] for j, k in enumerate(chosen)], axis=2)
    crossings = crossings @ np.linalg.inv(directions[chosen]).T
    error = np.zeros(crossings.shape[:2])
    for k in set(range(len(directions))) - set(chosen):
        shown = crossings @ directions[k]
        error += np.min([(shown - seen[:, k, i : i + 1]) ** 2 for i in range(n)], axis=0)
    points = np.empty((len(seen), n, d))
    for i in range(n):
        best = error.argmin(axis=1)
        points[:, i] = crossings[np.arange(len(seen)), best]
        error[(number[:, None, :] == number[:, best, None]).any(axis=0)] = np.inf
    return points


def _settled(points, seen, directions):
    """Points after projections have been assigned and points moved in turn."""
    order = None
    for _ in range(_MOST_ROUNDS):
        shown = directions @ points.swapaxes(1, 2)
        previous, order = order, np.argsort(np.argsort(shown, axis=2), axis=2)
        if previous is not None and (order == previous).all():
            break
        points = np.take_along_axis(seen, order, axis=2).swapaxes(1, 2) @ directions
    return points
