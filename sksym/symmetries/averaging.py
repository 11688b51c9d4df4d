"""The mean of orbits, by alternating "align every candidate to the mean" and "average"."""

import numpy as np

from . import algebra

# The objective has local minima; a handful of candidates is what an ensemble averages.
_STARTS = 5
_ITERATIONS = 100


def orbit_mean(xp, y, weights, align, reference):
    """Best of the local minima that are reached from several candidates.

    Parameters
    ----------
    xp : module
        Array namespace.
    y : array of shape (n_samples * n_candidates, n_coordinates)
        Candidates, those of one sample together.
    weights : array of shape (n_samples, n_candidates)
        Non-negative, of sum 1 for every sample.
    align : callable
        ``align(xp, y, to)`` of the symmetry.
    reference : array of shape (1, n_coordinates)
        Its own reference.

    Returns
    -------
    array of shape (n_samples, n_coordinates)
    """
    n_samples, n_candidates = weights.shape
    shape = (n_samples, n_candidates, y.shape[1])
    heaviest = xp.argsort(-weights, axis=1, stable=True)
    best = best_cost = None
    for k in range(min(n_candidates, _STARTS)):
        index = xp.broadcast_to(heaviest[:, k][:, None, None], (n_samples, 1, y.shape[1]))
        start = xp.take_along_axis(xp.reshape(y, shape), index, axis=1)[:, 0, :]
        # From the representative, so that the result is a function of the orbits.
        mean, cost = _descend(xp, y, weights, align, align(xp, start, reference))
        if best is None:
            best, best_cost = mean, cost
        else:
            # A tie goes to the heavier start whatever its rounding.
            is_better = cost < best_cost * (1 - 1e-6)
            best = xp.where(is_better[:, None], mean, best)
            best_cost = xp.where(is_better, cost, best_cost)
    return best


def _descend(xp, y, weights, align, mean):
    """Alternate until the mean stands still; returns it and its cost for each sample."""
    shape = (*weights.shape, y.shape[1])
    weights = xp.astype(weights[:, :, None], y.dtype)
    for _ in range(_ITERATIONS):
        to = xp.reshape(xp.broadcast_to(mean[:, None, :], shape), y.shape)
        aligned = xp.reshape(align(xp, y, to), shape)
        previous, mean = mean, xp.sum(weights * aligned, axis=1)
        step = xp.max(xp.abs(mean - previous))
        if bool(step <= 8 * xp.finfo(y.dtype).eps * xp.max(xp.abs(mean))):
            break
    residual = xp.abs(aligned - mean[:, None, :])
    return mean, xp.sum(xp.abs(weights[:, :, 0]) * xp.sum(residual * residual, axis=2), axis=1)


def unit_weights(xp, y, weights, n_samples, n_candidates):
    """Real weights of shape (n_samples, n_candidates) with unit sums."""
    weights = np.ones(n_candidates) if weights is None else weights
    if hasattr(weights, "detach"):
        weights = weights.detach().cpu()
    weights = np.asarray(weights, dtype=np.float64)
    if weights.shape not in ((n_candidates,), (n_samples, n_candidates)):
        raise ValueError(
            f"weights must have shape ({n_candidates},) or ({n_samples}, {n_candidates}), one "
            f"for each candidate, got {weights.shape}."
        )
    weights = np.broadcast_to(weights, (n_samples, n_candidates))
    total = weights.sum(axis=1, keepdims=True)
    if not np.isfinite(weights).all() or (weights < 0).any() or (total == 0).any():
        raise ValueError(
            "weights must be finite and non-negative, with a positive sum for every sample."
        )
    return algebra.like(xp, weights / total, xp.real(y) if algebra.is_complex(xp, y) else y)
