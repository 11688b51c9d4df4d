"""Rows of targets: what is accepted, in which layout, and how it goes back.

This is the one place that knows about containers, dtypes and the ``[Re | Im]`` layout. A
symmetry's formulas see *natural* rows only: a 2-D floating array, complex for a symmetry that
acts on complex rows.
"""

from dataclasses import dataclass, replace
from typing import Any

import array_api_compat
import numpy as np

from . import algebra
from .checks import check_array_api, check_numpy, refuse_images


@dataclass(frozen=True)
class Rows:
    """Validated rows and the way back to the caller's layout.

    Attributes
    ----------
    xp : module
        Array namespace of the rows.
    values : array of shape (n_samples, n_coordinates)
        The natural rows; may share memory with the caller's array and is never written to.
    is_packed : bool
        True where the caller passed complex rows in the real layout ``[Re | Im]``.
    has_nan : bool
        True where there was NaN among the rows: coordinates that are unknown.
    """

    xp: Any
    values: Any
    is_packed: bool = False
    has_nan: bool = False

    def __getitem__(self, samples):
        """Some of the samples, as NumPy selects them."""
        return replace(self, values=self.values[samples, :])

    def restore(self, values):
        """Natural rows in the caller's layout and dtype."""
        values = self.xp.astype(values, self.values.dtype, copy=False)
        return algebra.real_rows(self.xp, values) if self.is_packed else values


def read_rows(y, *, is_complex, name="y", owner="this symmetry", allow_nan=False):
    """Validate rows and read them as a symmetry sees them.

    Parameters
    ----------
    y : array-like of shape (n_samples, n_features) or Rows
        NumPy array, DataFrame, nested lists, or an array of another array API namespace (torch
        tensors on any device, with or without gradients). What has been read before is not
        looked at again, only brought into the layout of the reader.
    is_complex : bool
        Whether the reader acts on complex rows. Real input is then read as ``[Re | Im]``.
    name, owner : str or Symmetry
        The argument and the reader that errors name.
    allow_nan : bool
        Whether NaN may stand for coordinates that are unknown. A complex one is unknown as a
        whole.

    Returns
    -------
    Rows

    Raises
    ------
    ValueError
        For NaN that is not allowed, infinity, text, the wrong number of dimensions, no rows or no
        columns, masked entries, complex rows where `is_complex` is false, and an odd number of
        real columns where it is true.
    TypeError
        For sparse data, ``np.matrix``, dates, structured or bfloat16 arrays.
    """
    if y is None:
        raise ValueError(f"{owner} requires {name} to be passed, got None.")
    has_nan = False
    if isinstance(y, Rows):
        has_nan = y.has_nan
        if has_nan and not allow_nan:
            raise ValueError(f"Input {name} contains NaN.")
        if y.is_packed and is_complex:
            return y
        values = y.restore(y.values)
    else:
        values, has_nan = _checked(y, name, allow_nan)
    xp = array_api_compat.array_namespace(values)
    if not is_complex:
        _refuse_complex(xp, values, name, owner)
    is_packed = is_complex and not xp.isdtype(values.dtype, "complex floating")
    if is_packed:
        if values.shape[1] % 2:
            raise ValueError(
                f"{owner} reads real rows as [Re | Im] and needs an even number of columns, "
                f"got {values.shape[1]} in {name}."
            )
        values = unpack(xp, values)
    if is_complex and has_nan:
        values = xp.where(xp.isnan(values), algebra.nan_like(xp, values), values)
    return Rows(xp, values, is_packed, has_nan)


def _checked(y, name, allow_nan):
    """Numbers of rows, and whether there is NaN among them: only then they are looked at twice."""
    is_foreign = array_api_compat.is_array_api_obj(y) and not isinstance(
        y, np.ndarray | np.generic
    )
    check = check_array_api if is_foreign else check_numpy
    try:
        return check(y, name), False
    except ValueError:
        if not allow_nan:
            raise
    return check(y, name, allow_nan=True), True


def read_targets(y, owner, *, allow_nan=False):
    """Targets as finite real rows, and whether they came as one column.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Training targets.
    owner : estimator or str
        Whose name errors bear.
    allow_nan : bool
        As in `read_rows`; something has to be known of every row.

    Returns
    -------
    rows : Rows
        Floating point, of shape (n_samples, n_targets).
    is_flat : bool
        Whether predictions are to have one dimension too.
    """
    owner = owner if isinstance(owner, str) else type(owner).__name__
    if y is None:
        raise ValueError(f"{owner} requires y to be passed, but the target y is None.")
    if not hasattr(y, "ndim"):
        y = np.asarray(y)
    is_flat = y.ndim == 1
    if is_flat:
        y = np.asarray(y).reshape(-1, 1)
    rows = read_rows(y, is_complex=False, name="y", owner=owner, allow_nan=allow_nan)
    if rows.has_nan:
        _require_something(rows)
    return rows, is_flat


def _require_something(rows):
    is_empty = algebra.on_host(rows.xp.all(rows.xp.isnan(rows.values), axis=1))
    if is_empty.any():
        raise ValueError(
            f"Nothing is known (not NaN) of {is_empty.sum()} row(s) of y, the first of them row "
            f"{np.argmax(is_empty)}; leave them out."
        )


def require_real_rows(y, name, owner):
    """Refuse complex rows and images that are not flat, before others do so without the cure.

    Parameters
    ----------
    y : array-like
        Of which neither the values nor anything else is looked at.
    name, owner : str
        The argument and the reader that errors name.

    Raises
    ------
    ValueError
        With the layout in which the same numbers can be passed.
    """
    if not array_api_compat.is_array_api_obj(y):
        y = np.asarray(y)
    refuse_images(y, name)
    _refuse_complex(array_api_compat.array_namespace(y), y, name, owner)


def _refuse_complex(xp, y, name, owner):
    if xp.isdtype(y.dtype, "complex floating"):
        # One column may have come as a vector, whose parts hstack would put one after the other.
        stack = "hstack" if y.ndim == 2 and y.shape[1] > 1 else "column_stack"
        raise ValueError(
            f"Complex data not supported: {owner} reads real rows, but {name} has dtype "
            f"{y.dtype}; pass np.{stack}([{name}.real, {name}.imag]), which symmetries of complex "
            f"rows such as GlobalPhase() read as [Re | Im]."
        )


def read_partner(rows, other, *, is_complex, name, owner, allow_nan=False):
    """Read rows that are to be compared with others: the same width, one row or as many.

    Parameters
    ----------
    rows : Rows
        The rows to be compared with.
    other : array-like of shape (n_features,), (1, n_features) or (n_samples, n_features)
        Converted to the namespace and device of `rows`.
    is_complex, name, owner, allow_nan
        As in `read_rows`.

    Returns
    -------
    Rows
        With values of shape (1, n_coordinates) or (n_samples, n_coordinates).
    """
    xp, values = rows.xp, rows.values
    if not isinstance(other, Rows):
        other = _as_one_row(other)
    if isinstance(other, np.ndarray) and not isinstance(values, np.ndarray):
        other = xp.asarray(other, device=algebra.device(values))
    partner = read_rows(other, is_complex=is_complex, name=name, owner=owner, allow_nan=allow_nan)
    shape = tuple(partner.values.shape)
    if shape[1] != values.shape[1] or shape[0] not in (1, values.shape[0]):
        raise ValueError(
            f"{name} must be one row or {values.shape[0]} rows of {values.shape[1]} "
            f"{'complex ' if is_complex else ''}coordinates, like the rows it is compared "
            f"with, got shape {shape}."
        )
    return partner


def _as_one_row(other):
    """A single row as an array of one row; anything else as it is."""
    if not array_api_compat.is_array_api_obj(other) and not hasattr(other, "iloc"):
        other = np.asarray(other)
    return other[None, :] if getattr(other, "ndim", 2) == 1 else other


def unpack(xp, y):
    """Complex rows from the real layout ``[Re | Im]``."""
    half = y.shape[1] // 2
    return algebra.complex_of(xp, y[:, :half], y[:, half:])
