"""Samples as they are given: arrays of any shape, read as rows."""

import math
from numbers import Integral

import array_api_compat
import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import _check_sample_weight

from .._arrays import algebra
from .._arrays.rows import Rows, read_partner, read_rows
from ..symmetries import require_symmetry


class Samples:
    """Validated samples as natural rows, and the way back to their shape.

    Rows are in double precision, and in a unit of their own where the group allows that.

    Parameters
    ----------
    samples : array-like of shape (n_samples, ...)
        Samples.
    symmetry : Symmetry
        Acts on rows.
    weights : array-like of shape (n_samples,) or None
        Weights.
    axis : int
        Axis of the samples that comes first in a row.
    """

    def __init__(self, samples, symmetry, weights, axis):
        self.symmetry = require_symmetry(symmetry, samples)
        samples = _as_array(samples, "samples")
        self.axis = _axis_of(samples, axis)
        self.shape = tuple(samples.shape[1:])
        self._require_whole_parts()
        self.given = read_rows(self._flat(samples), name="samples", **self._reader)
        self.xp = self.given.xp
        self.unit = _unit(self.given, self.symmetry)
        self.rows = self._in_unit(self.given)
        self.weights = self._unit_weights(weights)

    def reference(self, reference):
        """A given sample, or its row, as one natural row."""
        reference = _as_array(reference, "reference")
        shape = tuple(reference.shape)
        if shape == self.shape:
            reference = self._flat(reference[None, ...]) if len(shape) > 1 else reference
        elif len(shape) != 1:
            raise ValueError(
                f"reference must be one sample, of shape {self.shape}, got shape {shape}; nothing "
                f"is broadcast."
            )
        return self._in_unit(read_partner(self.given, reference, name="reference", **self._reader))

    def restored(self, rows):
        """Natural rows as samples, in the shape and dtype that came."""
        return self._shaped(self.given.restore(rows * self.unit))

    def summarized(self, rows):
        """Mean and standard deviation of natural rows, in the shape of one sample."""
        rows = Rows(self.xp, self.rows.values, self.given.is_packed).restore(rows)
        mean = self.average(rows)
        spread = self.root_mean_square(rows - mean)
        return (self._shaped((part * self.unit)[None, :])[0, ...] for part in (mean, spread))

    def average(self, rows):
        """Weighted mean of natural rows; shape (n_coordinates,)."""
        weights = self.xp.astype(self.weights, rows.dtype)
        return self.xp.sum(weights[:, None] * rows, axis=0)

    def root_mean_square(self, rows):
        """Root of the weighted mean of squared moduli, without overflow or underflow."""
        xp = self.xp
        size = xp.abs(rows)
        unit = algebra.or_one(xp, xp.max(size, axis=0))
        return xp.sqrt(self.average((size / unit) ** 2)) * unit

    def _require_whole_parts(self):
        """Refuse parts that would be cut, because they lie on another axis."""
        n_parts, length = getattr(self.symmetry, "n_blocks", None), self.shape[self.axis - 1]
        if len(self.shape) > 1 and n_parts and length % n_parts:
            raise ValueError(
                f"{self.symmetry!r} has {n_parts} parts, which do not lie on axis={self.axis} of "
                f"samples of shape {self.shape}: its length is {length}. Say with axis= where the "
                f"parts are."
            )

    @property
    def _reader(self):
        return {"is_complex": self.symmetry.is_complex, "owner": self.symmetry}

    def _unit_weights(self, weights):
        n_samples = self.rows.values.shape[0]
        if weights is None:
            weights = np.ones(n_samples)
        elif hasattr(weights, "detach"):
            weights = algebra.on_host(weights)
        weights = _check_sample_weight(
            weights, np.empty((n_samples, 1)), dtype=np.float64, ensure_non_negative=True
        )
        return algebra.like(self.xp, weights / weights.sum(), self.xp.abs(self.rows.values))

    def _in_unit(self, rows):
        xp = self.xp
        double = xp.result_type(rows.values.dtype, xp.float64)
        values = xp.astype(rows.values, double, copy=False)
        return Rows(xp, algebra.divide(xp, values, self.unit))

    def _flat(self, arrays):
        """Arrays as rows, the parts of the symmetry first."""
        if arrays.ndim == 2:
            return arrays
        xp, width = array_api_compat.array_namespace(arrays), math.prod(self.shape)
        return xp.reshape(xp.moveaxis(arrays, self.axis, 1), (arrays.shape[0], width))

    def _shaped(self, rows):
        """Rows in the shape of the samples."""
        if len(self.shape) == 1:
            return rows
        xp, axis = self.xp, self.axis - 1
        shape = (self.shape[axis], *self.shape[:axis], *self.shape[axis + 1 :])
        return xp.moveaxis(xp.reshape(rows, (rows.shape[0], *shape)), 1, self.axis)


def _as_array(values, name):
    """Values as something with a shape: a DataFrame or an array as it is, lists as an array."""
    if array_api_compat.is_array_api_obj(values) or hasattr(values, "iloc") or issparse(values):
        return values
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} must be arrays of one shape: {error}") from error


def _axis_of(samples, axis):
    n_axes = len(samples.shape)
    if n_axes < 2:
        raise ValueError(
            f"samples must have shape (n_samples, ...), got shape {tuple(samples.shape)}; samples "
            f"of one number each are samples[:, None]."
        )
    is_number = isinstance(axis, Integral) and not isinstance(axis, bool)
    if not is_number or not -n_axes < axis < n_axes or axis == 0:
        raise ValueError(
            f"axis must be an axis of a sample, from 1 to {n_axes - 1} or negative to count from "
            f"the last, got {axis!r}."
        )
    return int(axis) % n_axes


def _unit(rows, symmetry):
    """A power of two of about the size of the rows, so that no square overflows or vanishes."""
    if not (symmetry.is_isometric and symmetry._is_linear(rows.values.shape[1])):
        return 1.0
    return float(algebra.power_of_two(rows.xp, rows.xp.reshape(rows.values, (1, -1)))[0, 0])
