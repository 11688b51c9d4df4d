"""How sure it is which element of the group aligns a sample."""

import numpy as np

from .._arrays import algebra

# Odds of the second-best element against the best above which a sample is ambiguous.
AMBIGUOUS = 0.05
_ULPS = 64  # of squared sizes: no smaller difference of squared distances means anything


def sureness(given, to, moved):
    """Ratios of costs, odds of the second-best element, and the share that is ambiguous.

    Parameters
    ----------
    given : Samples
        Samples.
    to, moved : arrays of shape (1, n_coordinates) and (n_samples, n_coordinates)
        What samples are aligned to, and the aligned samples, natural rows.

    Returns
    -------
    dict of str -> array of shape (n_samples,) or float, or None
    """
    xp, rows, symmetry = given.xp, given.rows.values, given.symmetry
    spread = given.root_mean_square(algebra.real_rows(xp, moved - given.average(moved)))
    to = xp.broadcast_to(to, rows.shape)
    gap = symmetry._gap(xp, rows, to)
    if gap is None:
        return dict.fromkeys(("cost_ratio", "ambiguity", "ambiguous_share"))
    gap = xp.where(gap > 0, gap, xp.zeros_like(gap))
    size = algebra.squared_norm(xp, rows) + algebra.squared_norm(xp, to)
    rounding = _ULPS * xp.finfo(size.dtype).eps * size
    odds = xp.exp(-gap / algebra.or_one(xp, 2 * _variance(xp, spread) + rounding))
    share = xp.sum(xp.where(odds > AMBIGUOUS, given.weights, xp.zeros_like(gap)))
    ratio = _ratio(xp, algebra.squared_norm(xp, moved - to), gap)
    return {"cost_ratio": ratio, "ambiguity": odds, "ambiguous_share": float(share)}


def _variance(xp, spread):
    """Mean variance of a coordinate, each weighted by itself; 0 where there is none."""
    variance = spread**2
    return xp.sum(variance**2) / algebra.or_one(xp, xp.sum(variance))


def _ratio(xp, least, gap):
    """Second-least over least, infinite where the least is 0, and 1 where both are."""
    alone = xp.where(gap > 0, xp.full_like(gap, np.inf), xp.ones_like(gap))
    return xp.where(least > 0, 1 + gap / algebra.or_one(xp, least), alone)
