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
    meaning : str
        What it is, in a sentence.
    """

    heading: str
    function: Callable
    meaning: str = ""


def _error(y_true, y_pred, **options):
    error = rectified_mean_squared_error(y_true, y_pred, **options)
    if not np.isfinite(error):
        raise OverflowError("squared errors are not finite; divide y by its size")
    return error


def _error_over_zero(y_true, y_pred, **options):
    zero = _error(y_true, np.zeros(y_true.shape), **options)
    return _error(y_true, y_pred, **options) / zero if zero > 0 else float("nan")


METRICS = {
    "mean_squared_error": Metric(
        "rectified error",
        _error,
        "|error|² / n, in the unit of y squared, after each prediction was moved to the point of "
        "its orbit (all that the symmetry makes of it) that is nearest to the true target.",
    ),
    "of_zero": Metric(
        "of zero's",
        _error_over_zero,
        "The rectified error over that of predicting zero: 1 is no better than zero, 0.01 is a "
        "tenth of its distance.",
    ),
    "r2": Metric(
        "rectified R²",
        rectified_r2_score,
        "1 minus the rectified error over that of the best constant for the test targets: 1 is "
        "perfect, 0 no better than it.",
    ),
}
# Headings and meanings of what is not a metric.
SECONDS = {
    "fit_seconds": ("fit, s", "Seconds to train on one fold's training pairs, on one thread."),
    "predict_seconds": ("predict, s", "Seconds to predict its test pairs, on one thread."),
}
