"""Weights of the charts of an atlas, and what held-out rows say of them."""

import numpy as np
from sklearn.isotonic import IsotonicRegression

FEWEST_ROWS = 100  # of which some can be held out
HELD_OUT, MOST_HELD_OUT = 0.2, 1000  # share and number of rows
_WORTHWHILE = 0.98  # part of the error of one chart for which several are worth their time
_FLOOR = 0.05  # of the mean error: a few good rows do not make a chart infallible
ONE_CHART = "one chart"
# Powers of the inverse of the error; 0 for the squared margin.
WEIGHTINGS = {"squared margin": 0, "inverse error": 1, "inverse squared error": 2}


def root_mean_square(errors, weights):
    """Weighted root mean square of errors, whose squares may overflow."""
    largest = errors.max() or 1.0
    weights = np.broadcast_to(weights, errors.shape)
    return float(largest * np.sqrt(np.average(np.square(errors / largest), weights=weights)))


def error_curve(margins, squares, weights):
    """Mean squared error that falls with the margin (isotonic regression).

    Parameters
    ----------
    margins : ndarray of shape (n_samples,)
        Margins of the predictions of one chart.
    squares : ndarray of shape (n_samples,)
        Their squared errors, of mean about 1.
    weights : ndarray of shape (n_samples,)
        Weights of the samples.

    Returns
    -------
    ndarray of shape (2, n_knots)
        Margins, increasing, and the errors there, between which it is linear.
    """
    is_finite = np.isfinite(margins) & (weights > 0)
    if not is_finite.any():
        return np.array([[0.0], [max(np.average(squares, weights=weights), _FLOOR)]])
    curve = IsotonicRegression(increasing=False)
    curve.fit(margins[is_finite], squares[is_finite], weights[is_finite])
    return np.stack([curve.X_thresholds_, np.maximum(curve.y_thresholds_, _FLOOR)])


def chart_weights(margins, curves, power):
    """Weight of each chart for each prediction.

    Parameters
    ----------
    margins : ndarray of shape (n_samples, n_charts)
        Margins of the predictions, in the chart of each.
    curves : list of ndarray of shape (2, n_knots)
        The `error_curve` of each chart.
    power : int
        Power of the inverse of the error; 0 for the squared margin itself, without curves.

    Returns
    -------
    ndarray of shape (n_samples, n_charts)
    """
    if power:
        errors = [np.interp(margins[:, k], *curve) for k, curve in enumerate(curves)]
        return np.stack(errors, axis=1) ** -power
    # Without a cut, or on all of them, no chart is better than another.
    is_open = np.isinf(margins)
    size = np.where(is_open, 0.0, margins).max(axis=1, keepdims=True)
    squares = (margins / np.where(size > 0, size, 1.0)) ** 2
    weights = np.where(is_open.any(axis=1, keepdims=True), is_open, squares)
    return np.where(weights.any(axis=1, keepdims=True), weights, 1.0)


def cheapest(errors):
    """Name of the weighting of the lowest error, or that of one chart if it is hardly higher."""
    best = min(errors, key=errors.get)
    return best if errors[best] < _WORTHWHILE * errors[ONE_CHART] else ONE_CHART


def combined(symmetry, rows, weights, combine):
    """One row for each sample.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that the rows are known up to.
    rows : ndarray of shape (n_samples, n_charts, n_targets)
        Predictions of the charts.
    weights : ndarray of shape (n_samples, n_charts)
        Weights, at least one of each sample positive.
    combine : {"mean", "select"}
        Whether the others are aligned to the prediction of the largest weight and averaged with
        it, or that prediction is taken.

    Returns
    -------
    ndarray of shape (n_samples, n_targets)
    """
    best = np.argmax(weights, axis=1)[:, None, None]
    heaviest = np.take_along_axis(rows, best, axis=1)[:, 0]
    if combine == "select" or rows.shape[1] == 1:
        return heaviest
    weights = (weights / weights.sum(axis=1, keepdims=True)).astype(rows.dtype)
    aligned = [symmetry.align(rows[:, k], heaviest) for k in range(rows.shape[1])]
    return np.einsum("sk,ksn->sn", weights, np.stack(aligned))
