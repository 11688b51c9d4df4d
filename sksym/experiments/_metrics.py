"""The table of metrics that a comparison shows for each fold."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..metrics import rectified_mean_squared_error, rectified_r2_score


@dataclass(frozen=True)
class Metric:
    """A number that a comparison shows.

    Attributes
    ----------
    heading : str
        Heading of its column in printed tables.
    function : callable
        Called with targets, predictions of the same shape, and the keyword arguments `symmetry`
        and `sample_weight`; returns a float.
    """

    heading: str
    function: Callable


def _error(y_true, y_pred, **options):
    error = rectified_mean_squared_error(y_true, y_pred, **options)
    if not np.isfinite(error):
        raise OverflowError("squared errors are not finite; divide y by its size")
    return error


def _error_over_zero(y_true, y_pred, **options):
    zero = _error(y_true, np.zeros(y_true.shape), **options)
    return _error(y_true, y_pred, **options) / zero if zero > 0 else float("nan")


METRICS = {
    "mean_squared_error": Metric("rectified error", _error),
    "of_zero": Metric("of zero's", _error_over_zero),
    "r2": Metric("rectified R²", rectified_r2_score),
}
