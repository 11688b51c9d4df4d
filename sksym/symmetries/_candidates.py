"""Candidates of a mean, and their weights."""

import numpy as np

from .._arrays import algebra


def without_repetitions(xp, y, weights):
    """The different candidates of one sample in an order of their own, and their weights."""
    host = algebra.on_host(y[0, :, :])
    weights = algebra.on_host(weights[0, :])
    parts = np.hstack([host.real, host.imag]) if np.iscomplexobj(host) else host
    parts, number = parts[weights > 0], np.flatnonzero(weights > 0)
    _, first, inverse = np.unique(parts, axis=0, return_index=True, return_inverse=True)
    index = xp.asarray(number[first], device=algebra.device(y))
    total = np.bincount(np.ravel(inverse), weights=weights[number].astype(float))
    real = xp.real(y) if algebra.is_complex(xp, y) else y
    return xp.take(y, index, axis=1), algebra.like(xp, total[None, :], real)


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
