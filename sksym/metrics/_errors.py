"""Rectified errors: distances to the nearest point of the orbit of the true answer."""

import warnings

import numpy as np
from sklearn.exceptions import UndefinedMetricWarning

from ._pair import Pair


def rectified_mean_squared_error(
    y_true, y_pred, *, symmetry, sample_weight=None, normalization="n"
):
    r"""Mean squared error up to a symmetry.

    .. math:: \frac{1}{N} \sum_i \min_{g \in G} \frac{\|g \hat y_i - y_i\|^2}{n}

    Parameters
    ----------
    y_true : array-like of shape (n_samples,) or (n_samples, n_features)
        True targets, each given by any point of its orbit. Coordinates that are unknown
        (NaN) are left out of the alignment and of the error, and n is the number of those that are
        known of the row.
    y_pred : array-like of the shape of `y_true`
        Predictions, likewise up to the symmetry; all finite.
    symmetry : Symmetry
        Symmetry that the answer is known up to.
    sample_weight : array-like of shape (n_samples,), optional
        Sample weights, non-negative and not all zero.
    normalization : {"n", "n2", "power"} or None, default="n"
        Divisor of the squared distances.

        - ``"n"``: the number of coordinates, complex ones counted once: eq. (3.1) and (3.2) of
          the paper. Each row by the number of its own that are known.
        - ``"n2"``: its square, the unit in which the paper's Table 1 is printed.
        - ``"power"``: the weighted mean of :math:`\|y_i\|^2`, so that the zero predictor scores 1.
        - None: nothing, the mean squared distance itself.

    Returns
    -------
    float
        Computed in float64; the optimum over the group is exact in every row.

    Raises
    ------
    ValueError
        If `y_pred` is not finite, `y_true` is infinite or nothing is known of a row, the shapes
        differ (nothing is broadcast), the weights are negative, not finite, of the wrong length
        or all zero, `symmetry` or `normalization` is unknown, or the power is asked for and
        `y_true` has none.

    References
    ----------
    Tayal, Lai, Manekar, Kumar, Sun (2020), "Inverse problems, deep learning, and symmetry
    breaking", equations (3.1) and (3.2).

    Examples
    --------
    >>> from sksym import Sign
    >>> from sksym.metrics import rectified_mean_squared_error
    >>> rectified_mean_squared_error([[1.0, 2.0]], [[-1.0, -4.0]], symmetry=Sign())
    2.0
    """
    pair = Pair(y_true, y_pred, symmetry, sample_weight)
    return pair.average(pair.squares(pair.residual()) / _divisor(pair, normalization))


def rectified_root_mean_squared_error(
    y_true, y_pred, *, symmetry, sample_weight=None, normalization="n"
):
    """Square root of `rectified_mean_squared_error`.

    Parameters
    ----------
    y_true, y_pred, symmetry, sample_weight, normalization
        As in `rectified_mean_squared_error`.

    Returns
    -------
    float
        In units of `y_true` for ``normalization="n"`` and None.

    Examples
    --------
    >>> from sksym import Sign
    >>> from sksym.metrics import rectified_root_mean_squared_error
    >>> rectified_root_mean_squared_error([[2.0]], [[-5.0]], symmetry=Sign())
    3.0
    """
    error = rectified_mean_squared_error(
        y_true, y_pred, symmetry=symmetry, sample_weight=sample_weight, normalization=normalization
    )
    return float(np.sqrt(error))


def rectified_mean_absolute_error(y_true, y_pred, *, symmetry, sample_weight=None):
    """Mean absolute error of the coordinates, up to a symmetry.

    Predictions are moved to the point of their orbit that is nearest in the Euclidean distance,
    as in every rectified error; then the modulus of each known coordinate's error is averaged.

    Parameters
    ----------
    y_true, y_pred, symmetry, sample_weight
        As in `rectified_mean_squared_error`.

    Returns
    -------
    float
        In units of `y_true`.

    Examples
    --------
    >>> from sksym import Sign
    >>> from sksym.metrics import rectified_mean_absolute_error
    >>> rectified_mean_absolute_error([[1.0, 2.0]], [[-1.0, -4.0]], symmetry=Sign())
    1.0
    """
    pair = Pair(y_true, y_pred, symmetry, sample_weight)
    return pair.average(pair.xp.sum(pair.xp.abs(pair.residual()), axis=1) / pair.n_known)


def rectified_r2_score(y_true, y_pred, *, symmetry, sample_weight=None):
    r"""Share of the orbits' variance that the predictions explain.

    .. math:: 1 - \frac{\sum_i \min_g \|g \hat y_i - y_i\|^2}{\sum_i \min_g \|g m - y_i\|^2}

    with m the orbit mean of `y_true`, the best constant: no true row scores more than 0 as a
    constant, and the zero predictor no more. Sums are over what is known of the true rows.

    Parameters
    ----------
    y_true, y_pred, symmetry, sample_weight
        As in `rectified_mean_squared_error`.

    Returns
    -------
    float
        1 for a perfect prediction. As in scikit-learn's `r2_score`: where the true rows are all
        in one orbit 1 if they are met and 0 if not, and nan with a warning for fewer than two.

    Examples
    --------
    >>> from sksym import Sign
    >>> from sksym.metrics import rectified_r2_score
    >>> y = [[1.0], [-2.0], [3.0]]
    >>> rectified_r2_score(y, [[1.0], [2.0], [3.0]], symmetry=Sign())
    1.0
    >>> rectified_r2_score(y, [[2.0], [2.0], [2.0]], symmetry=Sign())
    0.0
    """
    pair = Pair(y_true, y_pred, symmetry, sample_weight)
    if pair.true.shape[0] < 2:
        warnings.warn(
            "The rectified R^2 score is not well-defined with less than two samples.",
            UndefinedMetricWarning,
            stacklevel=2,
        )
        return float("nan")
    error = pair.average(pair.squares(pair.residual()))
    spread = pair.average(pair.squares(pair.residual(pair.constant())))
    if spread <= pair.rounding:
        return 1.0 if error <= pair.rounding else 0.0
    return 1 - error / spread


def _divisor(pair, normalization):
    n = pair.n_known
    if normalization == "power":
        power = pair.average(pair.squares(pair.true))
        if power == 0:
            raise ValueError('normalization="power" needs a y_true that is not all zero.')
        return power
    divisors = {"n": n, "n2": n * n, None: 1}
    if normalization not in divisors:
        raise ValueError(
            f'normalization must be "n", "n2", "power" or None, got {normalization!r}.'
        )
    return divisors[normalization]
