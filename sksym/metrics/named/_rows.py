"""What several of the fields' metrics need: stacks of signals as rows, and the best matching."""

import array_api_compat
import numpy as np

from ..._arrays import algebra
from ...symmetries import best_assignment
from .._pair import require_one_shape

_SAME = 4  # roundings within which numbers are the same


def stacks_as_rows(y_true, y_pred, n_parts, name):
    """Arrays of shape (n_samples, n_parts, width) as rows, and `n_parts`.

    Parameters
    ----------
    y_true, y_pred : array-like of three dimensions, or of two where `n_parts` is given
        The same shape for both.
    n_parts : int or None
        Number of the parts, which rows do not tell.
    name : str
        The argument that `n_parts` came by.

    Returns
    -------
    y_true, y_pred : arrays of shape (n_samples, n_parts * width)
    n_parts : int

    Raises
    ------
    ValueError
        If the shapes differ, or the number of parts is unknown or another one.
    """
    y_true, y_pred = (as_array(y) for y in (y_true, y_pred))
    require_one_shape(y_true, y_pred)
    shape = tuple(y_true.shape)
    if len(shape) == 3:
        if n_parts not in (None, shape[1]):
            raise ValueError(f"{name}={n_parts} does not fit arrays of shape {shape}.")
        if 0 in shape:
            raise ValueError(f"y_true and y_pred of shape {shape} hold no numbers.")
        y_true, y_pred = (y.reshape(shape[0], -1) for y in (y_true, y_pred))
        return y_true, y_pred, shape[1]
    if len(shape) == 2 and n_parts is None:
        raise ValueError(
            f"Rows do not tell how many parts they hold: pass {name}, or arrays of shape "
            f"(n_samples, {name}, ...)."
        )
    if len(shape) != 2 or shape[1] % n_parts:
        raise ValueError(
            f"y_true and y_pred must be of shape (n_samples, {name}, ...), or rows whose number "
            f"of columns is a multiple of {name}={n_parts}; got shape {shape}."
        )
    return y_true, y_pred, n_parts


def as_array(y):
    """Arrays of any library as they are, what else there is as one of NumPy."""
    return y if array_api_compat.is_array_api_obj(y) else np.asarray(y)


def is_constant(xp, y, eps):
    """Whether all entries of the last axis are the same number, up to `eps`; that axis kept."""
    low, high = (part(y, axis=-1, keepdims=True) for part in (xp.min, xp.max))
    return high - low <= _SAME * eps * xp.maximum(xp.abs(low), xp.abs(high))


def best_total(xp, scores):
    """Largest sum of scores over the one-to-one matchings; shape (n_samples,).

    Parameters
    ----------
    xp : module
        Array namespace of the scores.
    scores : array of shape (n_samples, n_parts, n_parts)
        Finite; through those of the matching the gradient flows.

    Returns
    -------
    array of shape (n_samples,)
    """
    constant = algebra.constant(scores)
    order = best_assignment(xp, algebra.copy(xp, xp.permute_dims(constant, (1, 2, 0))))
    return xp.sum(xp.take_along_axis(scores, order[:, None, :], axis=1), axis=(1, 2))
