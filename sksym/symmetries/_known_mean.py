"""Mean of orbits some of whose points are known in part only."""

from .._arrays import algebra
from . import _choice, _unknown

_STARTS = 8
_STEPS = 30
_SAME_COST = 1e-9  # of two costs that differ by no more, neither is the lower


def known_mean(xp, y, weights, symmetry):
    """Orbit mean of candidates some coordinates of which are unknown (NaN).

    Every candidate is aligned to the mean and each coordinate averaged over those that know it, in
    turn, from several candidates. Of the local minima that of the least squared distance for each
    known coordinate. Nothing depends on the order of the candidates.

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    y : array of shape (n_samples, n_candidates, n_coordinates)
        Candidates.
    weights : array of shape (n_samples, n_candidates)
        Non-negative, of sum 1 for every sample.
    symmetry : Symmetry
        Symmetry that the candidates are known up to; isometric.

    Returns
    -------
    array of shape (n_samples, n_coordinates)
        Representatives, with NaN where no candidate knows a coordinate.

    Raises
    ------
    TypeError
        If the symmetry is not isometric, or has no alignment for rows that are known in part.
    """
    if not symmetry.is_isometric:
        raise TypeError(
            f"{symmetry!r} does not preserve distances, so that it has no mean of rows with "
            f"unknown coordinates (NaN); leave these rows out."
        )
    best = cost = None
    for start in _starts(xp, y, weights):
        mean, mean_cost = _descend(xp, y, weights, symmetry, start)
        mean = _unknown.canonical(xp, mean, symmetry)
        if best is None:
            best, cost = mean, mean_cost
            continue
        filled = (_unknown.known(xp, part)[0] for part in (mean, best))
        is_same = xp.abs(mean_cost - cost) <= _SAME_COST * cost
        is_better = (~is_same & (mean_cost < cost)) | (is_same & _choice.is_larger(xp, *filled))
        best = xp.where(is_better[:, None], mean, best)
        cost = xp.where(is_better, mean_cost, cost)
    return best


def _starts(xp, y, weights):
    """Candidates at the quantiles of their sizes, which are the same along their orbits."""
    n_candidates = y.shape[1]
    filled, _ = _unknown.known(xp, xp.reshape(y, (-1, y.shape[2])))
    size = xp.reshape(algebra.norm(xp, filled), y.shape[:2])
    # Those that do not count come last.
    far = xp.full_like(size, xp.finfo(size.dtype).max)
    order = xp.argsort(xp.where(xp.astype(weights, size.dtype) > 0, size, far), axis=1)
    number = xp.sum(xp.astype(weights > 0, xp.int64), axis=1)
    n_starts = min(_STARTS, n_candidates)
    for k in range(n_starts):
        rank = (number * (2 * k + 1)) // (2 * n_starts)
        index = algebra.take_column(xp, order, rank)
        index = xp.broadcast_to(index[:, None, None], (y.shape[0], 1, y.shape[2]))
        yield xp.take_along_axis(y, index, axis=1)[:, 0, :]


def _descend(xp, y, weights, symmetry, mean):
    """Alternate, at most until the mean stands still; returns it and its cost."""
    still = 8 * xp.finfo(y.dtype).eps
    flat = xp.reshape(y, (-1, y.shape[2]))
    for _ in range(_STEPS):
        to = xp.reshape(xp.broadcast_to(mean[:, None, :], y.shape), flat.shape)
        aligned = xp.reshape(symmetry._align_known(xp, flat, to), y.shape)
        previous, (mean, cost) = mean, _average(xp, aligned, weights)
        before, after, is_known = _unknown.known_of_both(xp, previous, mean)
        is_new = bool(xp.any(~is_known & ~xp.isnan(mean)))
        if not is_new and bool(xp.max(xp.abs(after - before)) <= still * xp.max(xp.abs(after))):
            break
    return mean, cost


def _average(xp, aligned, weights):
    """Average of what is known of each coordinate, and the mean squared deviation from it."""
    filled, is_known = _unknown.known(xp, aligned)
    weight = xp.where(is_known, weights[:, :, None], xp.zeros_like(weights[:, :, None]))
    total = xp.sum(weight, axis=1)
    is_open = total == 0
    total = xp.where(is_open, xp.ones_like(total), total)
    mean = algebra.divide(xp, xp.sum(xp.astype(weight, filled.dtype) * filled, axis=1), total)
    squares = xp.abs(xp.where(is_known, filled - mean[:, None, :], xp.zeros_like(filled))) ** 2
    cost = xp.sum(weight * squares, axis=(1, 2)) / xp.sum(weight, axis=(1, 2))
    return xp.where(is_open, algebra.nan_like(xp, mean), mean), cost
