"""Sets that refined predictions stay in, each by its projection."""

from math import isqrt

import numpy as np


def projection(constraint, n):
    """Create the projection for a user's parameter.

    Parameters
    ----------
    constraint : None, str or callable
        Key of `CONSTRAINTS`, or a projection of rows.
    n : int
        Width of the rows.

    Returns
    -------
    callable or None

    Raises
    ------
    ValueError
        If there is no such constraint, or not for this width.
    """
    if constraint is None:
        return None
    if callable(constraint):
        return _Checked(constraint)
    if constraint == "orthogonal" and isqrt(n) ** 2 != n:
        raise ValueError(
            f'constraint="orthogonal" is for square matrices as rows, of 4, 9, 16, ... numbers; '
            f"got rows of {n}."
        )
    return CONSTRAINTS[constraint]


class _Checked:
    """A user's projection, whose answers must have the shape of its rows."""

    def __init__(self, function):
        self.function = function

    def __call__(self, y):
        rows = np.asarray(self.function(y.copy()), dtype=np.float64)
        if rows.shape != y.shape:
            raise ValueError(
                f"constraint must map rows of shape {y.shape} to rows of that shape, "
                f"got {rows.shape}."
            )
        return rows


def _unit(y):
    """Rows of length one; a row of zeros stays, since it has no direction."""
    sizes = np.linalg.norm(y, axis=1, keepdims=True)
    return y / np.where(sizes > 0, sizes, 1.0)


def _orthogonal(y):
    """The nearest orthogonal matrices (Schönemann 1966)."""
    side = isqrt(y.shape[1])
    rows, is_sound = y.copy(), np.isfinite(y).all(axis=1)
    left, _, right = np.linalg.svd(y[is_sound].reshape(-1, side, side))
    rows[is_sound] = (left @ right).reshape(-1, side**2)
    return rows


def _nonnegative(y):
    return np.maximum(y, 0.0)


CONSTRAINTS = {"unit": _unit, "orthogonal": _orthogonal, "nonnegative": _nonnegative}
