"""Rows that are held out of a training, and the quantile of their scores."""

from math import ceil

import numpy as np
from sklearn.model_selection import GroupShuffleSplit, ShuffleSplit
from sklearn.utils import _safe_indexing, check_consistent_length, check_random_state

from .._arrays.rows import read_targets

_ROUNDING = 1e-12  # 0.9 / (1 - 0.9) is a little more than 9


def known_targets(y, owner):
    """Targets in double precision, refused if one of them is known in part.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Targets.
    owner : estimator
        Whose name errors bear.

    Returns
    -------
    ndarray of shape (n_samples, n_targets)

    Raises
    ------
    ValueError
        If the targets cannot be used.
    """
    rows, _ = read_targets(y, owner, allow_nan=True)
    if rows.has_nan:
        raise ValueError(
            "Input y contains NaN, but the distance to a target that is known in part is not "
            "known; leave these rows out."
        )
    return rows.values.astype(np.float64)


def split(X, groups, size, random_state, with_choice):
    """Split rows at random, whole groups if there are any.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Measurements.
    groups : array-like of shape (n_samples,) or None
        Group of each row.
    size : float or int
        Share or number of the rows or groups that are held out.
    random_state : int, RandomState instance or None
        Seed.
    with_choice : bool
        Whether half of those held out are a part of their own.

    Returns
    -------
    list of ndarray of int
        Rows for training, to choose by if there is such a part, and to calibrate on.
    """
    rng = check_random_state(random_state)
    splitter = ShuffleSplit if groups is None else GroupShuffleSplit

    def parts(rows, size):
        labels = None if groups is None else _safe_indexing(groups, rows)
        indices = splitter(1, test_size=size, random_state=rng).split(rows, groups=labels)
        return [rows[part] for part in next(indices)]

    if groups is not None:
        check_consistent_length(X, groups)
    train, held_out = parts(np.arange(len(X)), size)
    return [train, *parts(held_out, 0.5)] if with_choice else [train, held_out]


def require_enough(weights, level, with_choice):
    """Refuse calibration rows the largest score of which has too low a rank for the level.

    Parameters
    ----------
    weights : ndarray of shape (n_samples,)
        Weights of the calibration rows.
    level : float
        Confidence level.
    with_choice : bool
        Whether as many rows are needed to choose the normalization.

    Raises
    ------
    ValueError
        With the number that is needed.
    """
    heaviest = weights.max()
    number = weights.sum() / heaviest if heaviest > 0 else 0.0
    needed = level / (1 - level) * (1 - _ROUNDING)
    if number >= needed:
        return
    also = ", and as many to choose the normalization" if with_choice else ""
    is_even = np.ptp(weights) == 0
    as_weighted = "" if is_even else ", each counted as its share of the largest weight"
    raise ValueError(
        f"confidence_level={level:g} needs at least {ceil(needed)} rows to calibrate on{also}, "
        f"got {number:.4g}{as_weighted}; pass more rows, a larger calibration_size or a lower "
        f"confidence_level."
    )


def conformal_quantile(scores, weights, level):
    """Smallest score that a new score does not exceed with the probability `level`.

    Parameters
    ----------
    scores : ndarray of shape (n_samples,)
        Scores of the calibration rows.
    weights : ndarray of shape (n_samples,)
        Their weights; the new row weighs as much as the heaviest, and its score may be infinite.
    level : float
        Confidence level, for which `require_enough` has found enough rows.

    Returns
    -------
    float
        Of equal weights the score of rank ceil((n_samples + 1) * level).
    """
    order = np.argsort(scores)
    below = np.cumsum(weights[order])
    reached = level * (below[-1] + weights.max()) * (1 - _ROUNDING)
    return float(scores[order][min(np.searchsorted(below, reached), len(scores) - 1)])
