"""True and predicted rows of a metric, read once."""

import numpy as np
from sklearn.utils.validation import _check_sample_weight

from .._arrays import algebra
from .._arrays.algebra import on_host
from .._arrays.rows import Rows, read_rows
from ..symmetries import require_symmetry


class Pair:
    """Validated true and predicted rows (complex if the symmetry is), in double precision.

    NaN may stand for what is unknown in the arguments that are named in `unknown`.
    """

    def __init__(self, y_true, y_pred, symmetry, sample_weight, *, unknown=("y_true",)):
        symmetry = require_symmetry(symmetry, y_true)
        require_one_shape(y_true, y_pred)
        self.symmetry = symmetry
        self.rows, eps = _in_double(y_true, symmetry, "y_true", allow_nan="y_true" in unknown)
        pred, eps_pred = _in_double(y_pred, symmetry, "y_pred", allow_nan="y_pred" in unknown)
        if pred.xp is not self.rows.xp:
            raise TypeError(
                f"y_true and y_pred must be arrays of the same library, got "
                f"{type(self.rows.values).__name__} and {type(pred.values).__name__}; convert one."
            )
        self.xp, self.true, self.pred = self.rows.xp, self.rows.values, pred.values
        symmetry._require_known(self.xp, self.true)
        self.eps = max(eps, eps_pred)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(
                sample_weight, np.empty((self.true.shape[0], 1)), ensure_non_negative=True
            )
        self.sample_weight = sample_weight

    def residual(self, pred=None):
        """Aligned predictions, or other rows, minus the truth; 0 where that is unknown."""
        moving = Rows(self.xp, self.pred) if pred is None else pred
        residual = self.symmetry.align(moving, to=self.rows) - self.true
        return self._known(residual) if self.rows.has_nan else residual

    def margin(self, reference):
        """Distance of each true row from the cut, as a NumPy array."""
        return on_host(self.symmetry.margin(self.rows, reference))

    def constant(self):
        """Orbit mean of the truth, repeated for every row."""
        has_nan = self.rows.has_nan
        mean = self.symmetry._mean(
            self.xp, self.true[None, :, :], self.sample_weight, has_nan=has_nan
        )
        return Rows(self.xp, self.xp.broadcast_to(mean, self.true.shape), has_nan=has_nan)

    @property
    def n_known(self):
        """Number of the coordinates, for each row where some are unknown."""
        if not self.rows.has_nan:
            return self.true.shape[1]
        n_known = self.xp.sum(self.xp.astype(~self.xp.isnan(self.true), self.xp.float64), axis=1)
        return self.xp.where(n_known > 0, n_known, self.xp.ones_like(n_known))

    @property
    def rounding(self):
        """Largest mean squared error due to the precision of the input."""
        ulps = 64 * self.eps
        return ulps * ulps * self.average(self.squares(self.true))

    def squares(self, rows):
        """Squared Euclidean norm of the known coordinates of each row."""
        return algebra.squared_norm(self.xp, self._known(rows) if self.rows.has_nan else rows)

    def _known(self, rows):
        return self.xp.where(self.xp.isnan(rows), self.xp.zeros_like(rows), rows)

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
    return Rows(xp, values, has_nan=rows.has_nan), float(xp.finfo(rows.values.dtype).eps)
