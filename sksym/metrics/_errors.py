"""Rectified errors: distances to the nearest point of the orbit of the true answer."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.exceptions import UndefinedMetricWarning

from ..symmetries import Symmetry
from ._pair import Pair


def rectified_mean_squared_error(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    symmetry: Symmetry,
    sample_weight: ArrayLike | None = None,
    normalization: str | None = "n",
    columns: Any = None,
    scale: Any = None,
) -> float:
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
    normalization : {"n", "n2", "power", "spread"} or None, default="n"
        Divisor of the squared distances.

        - ``"n"``: the number of coordinates, complex ones counted once: eq. (3.1) and (3.2) of
          the paper. Each row by the number of its own that are known.
        - ``"n2"``: its square, the unit in which the paper's Table 1 is printed.
        - ``"power"``: the weighted mean of :math:`\|y_i\|^2`, so that the zero predictor scores 1.
          Of groups with translations it depends on where on their orbits the true rows stand.
        - ``"spread"``: the weighted mean of the squared distances to the orbit mean of `y_true`,
          so that the best constant scores 1: 1 minus `rectified_r2_score`, for any group.
        - None: nothing, the mean squared distance itself.
    columns : int, str, sequence of int or str, or slice, optional
        Coordinates whose errors count, by position or, where `y_true` is a DataFrame, by name; by
        default all. Predictions are aligned by all of them. Complex coordinates count once. Rows
        of which nothing is known (NaN) in these columns do not count.
    scale : "spread" or array-like of shape (n_features,), optional
        Units in which the coordinates are compared, in the alignment and in the error, where they
        are of several kinds: degrees and metres, frequencies and amplitudes. By default one unit
        for all. Coordinates that elements of the group mix have the same.

        - ``"spread"``: for each kind of coordinates the root mean square of what `y_true` differs
          from its orbit mean, so that all kinds weigh the same in :math:`R^2`.
        - Positive numbers, in the units of `y_true`.

    Returns
    -------
    float
        Computed in float64; the optimum over the group is exact in every row.

    Raises
    ------
    ValueError
        If `y_pred` is not finite, `y_true` is infinite or nothing is known of a row, the shapes
        differ (nothing is broadcast), the weights are negative, not finite, of the wrong length
        or all zero, `symmetry`, `normalization` or `columns` is unknown, the power or the spread
        is asked for and `y_true` has none, or `scale` is not positive, differs between coordinates
        that the group mixes, or meets a symmetry with a cost of absent parts.

    See Also
    --------
    rectified_scorer : The same for `cross_val_score`, and any other metric.
    seam_report : The error by distance from the cut.

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

    Two peaks in any order, each a frequency and an amplitude, scored by the amplitudes only:

    >>> from sksym import Permutation
    >>> rectified_mean_squared_error(
    ...     [[100.0, 1.0, 900.0, 2.0]],
    ...     [[901.0, 2.5, 103.0, 1.5]],
    ...     symmetry=Permutation(2),
    ...     columns=[1, 3],
    ... )
    0.25
    """
    pair = Pair(y_true, y_pred, symmetry, sample_weight, columns=columns, scale=scale)
    return pair.average(pair.squares(pair.residual()) / _divisor(pair, normalization))


def rectified_root_mean_squared_error(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    symmetry: Symmetry,
    sample_weight: ArrayLike | None = None,
    normalization: str | None = "n",
    columns: Any = None,
    scale: Any = None,
) -> float:
    """Square root of `rectified_mean_squared_error`.

    Parameters
    ----------
    y_true, y_pred, symmetry, sample_weight, normalization, columns, scale
        As in `rectified_mean_squared_error`.

    Returns
    -------
    float
        In units of `y_true`, or of `scale`, for ``normalization="n"`` and None.

    Examples
    --------
    >>> from sksym import Sign
    >>> from sksym.metrics import rectified_root_mean_squared_error
    >>> rectified_root_mean_squared_error([[2.0]], [[-5.0]], symmetry=Sign())
    3.0
    """
    error = rectified_mean_squared_error(
        y_true,
        y_pred,
        symmetry=symmetry,
        sample_weight=sample_weight,
        normalization=normalization,
        columns=columns,
        scale=scale,
    )
    return float(np.sqrt(error))


def rectified_mean_absolute_error(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    symmetry: Symmetry,
    sample_weight: ArrayLike | None = None,
    columns: Any = None,
    scale: Any = None,
) -> float:
    """Mean absolute error of the coordinates, up to a symmetry.

    Predictions are moved to the point of their orbit that is nearest in the Euclidean distance,
    as in every rectified error; then the modulus of each known coordinate's error is averaged.

    Parameters
    ----------
    y_true, y_pred, symmetry, sample_weight, columns, scale
        As in `rectified_mean_squared_error`.

    Returns
    -------
    float
        In units of `y_true`, or of `scale`.

    Examples
    --------
    >>> from sksym import Sign
    >>> from sksym.metrics import rectified_mean_absolute_error
    >>> rectified_mean_absolute_error([[1.0, 2.0]], [[-1.0, -4.0]], symmetry=Sign())
    1.0
    """
    pair = Pair(y_true, y_pred, symmetry, sample_weight, columns=columns, scale=scale)
    return pair.average(pair.xp.sum(pair.xp.abs(pair.residual()), axis=1) / pair.n_known)


def rectified_r2_score(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    symmetry: Symmetry,
    sample_weight: ArrayLike | None = None,
    columns: Any = None,
    scale: Any = None,
) -> float:
    r"""Share of the orbits' variance that the predictions explain.

    .. math:: 1 - \frac{\sum_i \min_g \|g \hat y_i - y_i\|^2}{\sum_i \min_g \|g m - y_i\|^2}

    with m the orbit mean of `y_true`, the best constant: no true row scores more than 0 as a
    constant, and the zero predictor no more. Sums are over what is known of the true rows.

    Parameters
    ----------
    y_true, y_pred, symmetry, sample_weight, columns, scale
        As in `rectified_mean_squared_error`.

    Returns
    -------
    float
        1 for a perfect prediction. As in scikit-learn's `r2_score`: where the true rows are all
        in one orbit 1 if they are met and 0 if not, and nan with a warning for fewer than two.

    See Also
    --------
    rectified_scorer : The same for `cross_val_score`, and any other metric.

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
    pair = Pair(y_true, y_pred, symmetry, sample_weight, columns=columns, scale=scale)
    if pair.true.shape[0] < 2:
        warnings.warn(
            "The rectified R^2 score is not well-defined with less than two samples.",
            UndefinedMetricWarning,
            stacklevel=2,
        )
        return float("nan")
    error = pair.average(pair.squares(pair.residual()))
    spread = pair.spread
    if spread == 0:
        return 1.0 if error <= pair.rounding else 0.0
    return 1 - error / spread


def _divisor(pair, normalization):
    n = pair.n_known
    if normalization == "power":
        if pair.power == 0:
            raise ValueError('normalization="power" needs a y_true that is not all zero.')
        return pair.power
    if normalization == "spread":
        spread = pair.spread
        if spread == 0:
            raise ValueError('normalization="spread" needs a y_true of more than one orbit.')
        return spread
    divisors = {"n": n, "n2": n * n, None: 1}
    if normalization not in divisors:
        raise ValueError(
            f'normalization must be "n", "n2", "power", "spread" or None, got {normalization!r}.'
        )
    return divisors[normalization]
