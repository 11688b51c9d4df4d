"""Units of the coordinates in which distances are measured."""

import numpy as np

from .._arrays import algebra
from .._arrays.rows import Rows

# The spread is that about the orbit mean, which depends on the units: found in so many rounds.
_ROUNDS = 3
_SAME = 1.01  # factors that differ by no more do not change who is nearest


def units_of(symmetry, rows, scale, sample_weight):
    """Unit of each coordinate, and the one in which the group measures its own lengths.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that the answer is known up to.
    rows : Rows
        True rows in double precision.
    scale : "spread" or array-like of shape (n_features,)
        As in `rectified_mean_squared_error`.
    sample_weight : ndarray of shape (n_samples,) or None
        Weights of the rows.

    Returns
    -------
    units : ndarray of shape (n_coordinates,)
        Of natural coordinates; the same for all of one kind.
    fixed : float
        That of the kind whose lengths belong to the group, 1 where there is none.

    Raises
    ------
    ValueError
        If `scale` is not positive, or differs between coordinates that the group mixes; or if
        absent parts have a cost, which is in units of y.
    """
    if symmetry._has_costs:
        raise ValueError(
            f"scale cannot be used with {symmetry}, whose absent= is a cost in units of y; divide "
            f"y by the scale instead."
        )
    kinds = symmetry._kinds(rows.values.shape[1])
    if isinstance(scale, str) and scale == "spread":
        units = _spread(symmetry, rows, kinds, sample_weight)
    else:
        units = _given(symmetry, rows, kinds, scale)
    return units, _fixed(units, kinds)


def repeated_mean(symmetry, rows, sample_weight):
    """Orbit mean of rows, the best constant, repeated for every one."""
    xp, values = rows.xp, rows.values
    mean = symmetry._mean(xp, values[None, :, :], sample_weight, has_nan=rows.has_nan)
    return Rows(xp, xp.broadcast_to(mean, values.shape), has_nan=rows.has_nan)


def _spread(symmetry, rows, kinds, sample_weight):
    xp = rows.xp
    centred = rows.values if rows.has_nan else symmetry._centred(xp, rows.values)
    units = kinds.root_mean_squares(algebra.on_host(centred), sample_weight)
    units = np.where(units > 0, units, 1)
    for _ in range(_ROUNDS):
        ratio = algebra.like(xp, units / _fixed(units, kinds), xp.real(rows.values))
        scaled = Rows(xp, rows.values / ratio, has_nan=rows.has_nan)
        constant = repeated_mean(symmetry, scaled, sample_weight)
        left = (symmetry.align(constant, to=scaled) - scaled.values) * ratio
        spread = kinds.root_mean_squares(algebra.on_host(left), sample_weight)
        # What does not vary beyond rounding says nothing of its unit.
        factor = np.where(spread > 1e-12 * units, spread / units, 1)
        units = units * factor
        if factor.max() <= _SAME * factor.min():  # alignment is that of the units before
            break
    return units


def _given(symmetry, rows, kinds, scale):
    n_coordinates = rows.values.shape[1]
    units = np.asarray(scale, dtype=float) if not isinstance(scale, str) else np.empty(0)
    if rows.is_packed and units.shape == (2 * n_coordinates,):
        halves = units[:n_coordinates], units[n_coordinates:]
        if not np.array_equal(*halves):
            raise ValueError("scale must be the same for real and imaginary parts.")
        units = halves[0]
    if units.shape != (n_coordinates,) or not (np.isfinite(units) & (units > 0)).all():
        raise ValueError(
            f'scale must be "spread" or one positive number for each of the '
            f"{n_coordinates} columns, got {scale!r}."
        )
    for kind in range(kinds.n_kinds):
        members = np.flatnonzero(kinds.labels == kind)
        other = members[units[members] != units[members[0]]]
        if other.size:
            raise ValueError(
                f"scale must be the same for columns {members[0]} and {other[0]}, which "
                f"{symmetry} mixes, got {units[members[0]]:g} and {units[other[0]]:g}."
            )
    return units


def _fixed(units, kinds):
    return float(units[kinds.is_fixed][0]) if kinds.is_fixed.any() else 1.0
