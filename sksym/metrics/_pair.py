"""True and predicted rows of a metric, read once."""

from numbers import Integral

import numpy as np
from sklearn.utils.validation import _check_sample_weight

from .._arrays import algebra
from .._arrays.algebra import on_host
from .._arrays.rows import Rows, read_rows
from .._validation import IntegersOrNames
from ..symmetries import positions, require_symmetry
from ._units import repeated_mean, units_of


class Pair:
    """Validated true and predicted rows (complex if the symmetry is), in double precision.

    Parameters
    ----------
    y_true, y_pred, symmetry, sample_weight, columns, scale
        As in `rectified_mean_squared_error`.
    unknown : sequence of str
        The arguments in which NaN may stand for what is unknown.
    """

    def __init__(
        self,
        y_true,
        y_pred,
        symmetry,
        sample_weight,
        *,
        columns=None,
        scale=None,
        unknown=("y_true",),
    ):
        symmetry = require_symmetry(symmetry, y_true)
        require_one_shape(y_true, y_pred)
        self.symmetry = symmetry
        rows, eps = _in_double(y_true, symmetry, "y_true", allow_nan="y_true" in unknown)
        pred, eps_pred = _in_double(y_pred, symmetry, "y_pred", allow_nan="y_pred" in unknown)
        _require_one_library(rows, pred)
        self.xp, self.eps = rows.xp, max(eps, eps_pred)
        symmetry._require_known(self.xp, rows.values)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(
                sample_weight, np.empty((rows.values.shape[0], 1)), ensure_non_negative=True
            )
        self.sample_weight = sample_weight
        self.columns = None if columns is None else self._positions(columns, y_true, rows)
        # Rows are compared in units of the coordinates, `unit` times as small as `ratio` makes
        # them: the group acts on these, and may have a length of its own.
        self.ratio, self.unit = None, 1.0
        if scale is not None:
            units, self.unit = units_of(symmetry, rows, scale, sample_weight)
            self.ratio = algebra.like(self.xp, units / self.unit, self.xp.real(rows.values))
            rows, pred = (
                Rows(self.xp, part.values / self.ratio, part.is_packed, part.has_nan)
                for part in (rows, pred)
            )
        self.rows, self.true, self.pred = rows, rows.values, pred.values
        if rows.has_nan and self.columns is not None:
            self._leave_out_unknown()

    def _leave_out_unknown(self):
        """Rows of which nothing is known in the columns that count do not count either."""
        is_known = on_host(self.xp.any(~self.xp.isnan(self._of_columns(self.true)), axis=1))
        weights = np.ones(len(is_known)) if self.sample_weight is None else self.sample_weight
        weights = np.where(is_known, weights, 0.0)
        if not weights.any():
            raise ValueError("y_true has no value in columns= that is known (not NaN).")
        if not is_known.all():
            self.sample_weight = weights

    def residual(self, pred=None):
        """Aligned predictions, or other rows, minus the truth, in the columns that count.

        In units of the scale; 0 where the truth is unknown.
        """
        moving = Rows(self.xp, self.pred) if pred is None else pred
        return self.counted(self.symmetry.align(moving, to=self.rows) - self.true)

    def aligned(self):
        """True rows and aligned predictions in the layout and the units of the true rows."""
        moved = self.symmetry.align(Rows(self.xp, self.pred), to=self.rows)
        return [self._restored(part) for part in (self.true, moved)]

    def counted(self, rows):
        """The columns that count of rows, in units of the scale; 0 where they are unknown."""
        if self.columns is not None:
            rows = self._of_columns(rows)
        if self.rows.has_nan:
            rows = self.xp.where(self.xp.isnan(rows), self.xp.zeros_like(rows), rows)
        return rows if self.unit == 1 else rows / self.unit

    def margin(self, reference):
        """Distance of each true row from the cut, as a NumPy array."""
        return on_host(self.symmetry.margin(self.rows, reference))

    @property
    def n_known(self):
        """Number of the coordinates that count, for each row where some are unknown."""
        true = self.true if self.columns is None else self._of_columns(self.true)
        if not self.rows.has_nan:
            return true.shape[1]
        n_known = self.xp.sum(self.xp.astype(~self.xp.isnan(true), self.xp.float64), axis=1)
        return self.xp.where(n_known > 0, n_known, self.xp.ones_like(n_known))

    @property
    def power(self):
        """Weighted mean of the squared norms of the true rows."""
        return self.average(self.squares(self.counted(self.true)))

    @property
    def spread(self):
        """Weighted mean squared distance of the true rows from the orbit mean, 0 if it rounds."""
        spread = self.average(
            self.squares(
                self.residual(repeated_mean(self.symmetry, self.rows, self.sample_weight))
            )
        )
        return spread if spread > self.rounding else 0.0

    @property
    def rounding(self):
        """Largest mean squared error due to the precision of the input."""
        ulps = 64 * self.eps
        return ulps * ulps * self.power

    def squares(self, rows):
        """Squared Euclidean norm of each row."""
        return algebra.squared_norm(self.xp, rows)

    def average(self, values):
        """Weighted mean over the samples, as a float."""
        return float(np.average(on_host(values), weights=self.sample_weight))

    def result(self, values):
        """Weighted mean over the samples: a float, of torch rows a tensor with its gradient."""
        if isinstance(values, np.ndarray):
            return self.average(values)
        weights = self.sample_weight
        if weights is None:
            weights = np.ones(self.true.shape[0])
        weights = algebra.like(self.xp, weights / weights.sum(), values)
        return self.xp.sum(weights * values)

    def _positions(self, columns, y_true, rows):
        if isinstance(columns, str | Integral) and not isinstance(columns, bool):
            columns = [columns]
        if not (isinstance(columns, slice) or IntegersOrNames(0).is_satisfied_by(columns)):
            raise ValueError(
                f"columns must be positions, a slice or names of columns, got {columns!r}."
            )
        names = self.symmetry._names(y_true)
        _require_no_imaginary(columns, names, y_true)
        found = positions("columns=", columns, names)
        n_coordinates = rows.values.shape[1]
        is_there = bool(found) and min(found) >= 0 and max(found) < n_coordinates
        if not is_there or len(set(found)) != len(found):
            raise ValueError(
                f"columns must be different positions from 0 to {n_coordinates - 1}, or names, "
                f"got {columns!r}."
            )
        return np.array(found)

    def _of_columns(self, rows):
        index = self.xp.asarray(self.columns, device=algebra.device(rows))
        return self.xp.take(rows, index, axis=1)

    def _restored(self, rows):
        rows = rows if self.ratio is None else rows * self.ratio
        return self.rows.restore(rows if self.columns is None else self._of_columns(rows))


def _require_no_imaginary(columns, names, y_true):
    """Refuse the names of imaginary parts, which follow those of the complex coordinates."""
    if names is None or isinstance(columns, slice):
        return
    of_imaginary = dict(zip(list(y_true.columns)[len(names) :], names, strict=False))
    for name in columns:
        if name in of_imaginary and name not in names:
            raise ValueError(
                f"columns= names {name!r}, which is the imaginary part of {of_imaginary[name]!r}: "
                f"a complex coordinate is named by its real part."
            )


def require_one_shape(y_true, y_pred):
    """Refuse arguments of different shapes.

    Raises
    ------
    ValueError
        That says both.
    """
    shapes = np.shape(y_true), np.shape(y_pred)
    if shapes[0] != shapes[1]:
        raise ValueError(
            f"y_true and y_pred must have the same shape, got {shapes[0]} and {shapes[1]}; "
            f"nothing is broadcast."
        )


def _require_one_library(rows, pred):
    if pred.xp is not rows.xp:
        raise TypeError(
            f"y_true and y_pred must be arrays of the same library, got "
            f"{type(rows.values).__name__} and {type(pred.values).__name__}; convert one."
        )


def _in_double(y, symmetry, name, *, allow_nan=False):
    """Rows in double precision, and the rounding of what came; 1-D is one column."""
    y = np.asarray(y) if isinstance(y, list | tuple | range) else y
    if getattr(y, "ndim", None) == 1:
        y = np.asarray(y)[:, None] if hasattr(y, "iloc") else y[:, None]
    rows = read_rows(
        y, is_complex=symmetry.is_complex, name=name, owner=symmetry, allow_nan=allow_nan
    )
    xp = rows.xp
    values = xp.astype(rows.values, xp.result_type(rows.values.dtype, xp.float64), copy=False)
    return Rows(xp, values, rows.is_packed, rows.has_nan), float(xp.finfo(rows.values.dtype).eps)
