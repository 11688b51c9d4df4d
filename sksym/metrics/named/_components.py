"""Metrics of components that are known up to order and sign: of a mixing matrix, of columns."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata
from sklearn.utils._param_validation import StrOptions

from ..._arrays import algebra
from ..._validation import COUNT, validated
from ...symmetries import Identity
from ._known import KnownPair
from ._rows import as_array, best_total, is_constant, stacks_as_rows


@validated({"n_components": [COUNT, None]})
def amari_distance(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    n_components: int | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    r"""Amari's performance index of separation, scaled to lie between 0 and 1.

    .. math:: \frac{1}{2 n (n - 1)} \left[
        \sum_i \left( \frac{\sum_j |p_{ij}|}{\max_k |p_{ik}|} - 1 \right)
        + \sum_j \left( \frac{\sum_i |p_{ij}|}{\max_k |p_{kj}|} - 1 \right) \right],
        \quad P = \hat A^{-1} A

    of the true mixing matrix A and the predicted one, whose columns are the components: P is what
    unmixing with the prediction makes of the true components.

    Parameters
    ----------
    y_true : array-like of shape (n, n), (n_samples, n, n) or (n_samples, n * n)
        True mixing matrix, or one for each sample. The inverse of an unmixing matrix is one.
    y_pred : array-like of the shape of `y_true`
        Predicted mixing matrices.
    n_components : int, optional
        Number n of components. Where it is given, arrays of two dimensions are samples by
        flattened matrices, row by row.
    sample_weight : array-like of shape (n_samples,), optional
        Sample weights, non-negative and not all zero.

    Returns
    -------
    float
        Mean over the samples, without a unit. 0 where the columns of both are the same up to
        order, signs and sizes, and nowhere else; 1 where all entries of P are of one size.
        Of torch tensors a tensor of shape (), with its gradient.

    Raises
    ------
    ValueError
        If there is NaN or infinity, the shapes differ or are not those of square matrices of at
        least two rows, or a matrix is singular.

    Notes
    -----
    Order and signs of the columns never change it. Their sizes do, unless the separation is
    perfect: as is usual, give components one unit, such as the variance 1 of
    ``sklearn.decomposition.FastICA``, or divide the columns by their norms.

    References
    ----------
    Amari, Cichocki, Yang (1996), "A new learning algorithm for blind signal separation".

    Examples
    --------
    >>> from sksym.metrics import amari_distance
    >>> amari_distance([[1.0, 2.0], [0.0, 1.0]], [[-2.0, 3.0], [-1.0, 0.0]])
    0.0
    >>> amari_distance([[1.0, 0.0], [0.0, 1.0]], [[1.0, 1.0], [-1.0, 1.0]])
    1.0
    """
    y_true, y_pred = (as_array(y) for y in (y_true, y_pred))
    if n_components is None and y_true.ndim == 2 == y_pred.ndim:
        y_true, y_pred = y_true[None, :, :], y_pred[None, :, :]
    y_true, y_pred, n = stacks_as_rows(y_true, y_pred, n_components, "n_components")
    pair = KnownPair(y_true, y_pred, Identity(), sample_weight)
    xp, width = pair.xp, pair.true.shape[1]
    if n < 2 or width != n * n:
        raise ValueError(
            f"amari_distance needs square matrices of at least two rows and columns, got "
            f"{n} by {width // n}."
        )
    matrices = {
        name: xp.reshape(algebra.scaled(xp, rows)[0], (-1, n, n))
        for name, rows in (("y_true", pair.true), ("y_pred", pair.pred))
    }
    for name, matrix in matrices.items():
        _require_regular(algebra.on_host(matrix), name, pair.eps)
    product = xp.abs(xp.linalg.solve(matrices["y_pred"], matrices["y_true"]))
    excess = sum(
        xp.sum(xp.sum(product, axis=axis) / xp.max(product, axis=axis) - 1, axis=1)
        for axis in (1, 2)
    )
    return pair.result(excess / (2 * n * (n - 1)))


def _require_regular(matrices, name, eps):
    """Refuse matrices with columns that depend on each other, whatever the sizes of these."""
    size = np.max(np.abs(matrices), axis=1, keepdims=True)
    condition = np.linalg.cond(matrices / np.where(size > 0, size, 1.0))
    is_singular = ~(condition < 1 / eps)
    if is_singular.any():
        raise ValueError(
            f"amari_distance needs mixing matrices that can be inverted, but that of sample "
            f"{np.argmax(is_singular)} of {name} is singular."
        )


@validated({"method": [StrOptions({"pearson", "spearman"})]})
def mean_correlation_coefficient(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    method: str = "pearson",
    sample_weight: ArrayLike | None = None,
) -> Any:
    r"""Mean correlation of the columns (MCC), matched so that it is largest.

    .. math:: \max_\pi \frac{1}{n} \sum_{j=1}^{n} |\rho(y_{\cdot j}, \hat y_{\cdot \pi(j)})|

    The score of identifiable representations and of nonlinear independent component analysis,
    which know latent variables up to order and up to a map of each.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,) or (n_samples, n_components)
        True latent variables.
    y_pred : array-like of the shape of `y_true`
        Estimated ones, in any order and of any sign and size.
    method : {"pearson", "spearman"}, default="pearson"
        Correlation of the values, or of their ranks, which no monotone map changes and through
        which no gradient flows.
    sample_weight : array-like of shape (n_samples,), optional
        Sample weights, non-negative and not all zero: those of the correlations.

    Returns
    -------
    float
        Between 0 and 1, which is best. An estimate that is constant has the correlation 0. Of
        torch tensors a tensor of shape (), with its gradient.

    Raises
    ------
    ValueError
        If there is NaN or infinity, the shapes differ, or a true column is constant, so that it
        has no correlation.

    References
    ----------
    Hyvärinen, Morioka (2016), "Unsupervised feature extraction by time-contrastive learning and
    nonlinear ICA". Khemakhem, Kingma, Monti, Hyvärinen (2020), "Variational autoencoders and
    nonlinear ICA: a unifying framework".

    Examples
    --------
    >>> from sksym.metrics import mean_correlation_coefficient
    >>> y_true = [[1.0, 5.0], [2.0, -1.0], [3.0, 0.0]]
    >>> y_pred = [[-5.0, 1.0], [1.0, 4.0], [0.0, 9.0]]
    >>> mean_correlation_coefficient(y_true, y_pred, method="spearman")
    1.0
    >>> round(mean_correlation_coefficient(y_true, y_pred), 3)
    0.995
    """
    pair = KnownPair(y_true, y_pred, Identity(), sample_weight)
    xp, weights = pair.xp, pair.sample_weight
    true, pred = (xp.permute_dims(rows, (1, 0)) for rows in (pair.true, pair.pred))
    if weights is not None:
        index = xp.asarray(np.flatnonzero(weights), device=algebra.device(true))
        true, pred = (xp.take(rows, index, axis=1) for rows in (true, pred))
        weights = weights[weights > 0]
    is_flat = [is_constant(xp, rows, pair.eps) for rows in (true, pred)]
    if bool(xp.any(is_flat[0])):
        column = int(np.argmax(algebra.on_host(is_flat[0])))
        raise ValueError(
            f"Column {column} of y_true is constant, so that nothing correlates with it; leave it "
            f"out."
        )
    if method == "spearman":
        true, pred = (algebra.like(xp, _ranks(rows, weights), rows) for rows in (true, pred))
    true, pred = (_standardised(xp, rows, weights) for rows in (true, pred))
    pred = xp.where(is_flat[1], xp.zeros_like(pred), pred)
    correlations = xp.clip(xp.abs(pred @ xp.permute_dims(true, (1, 0))), max=1.0)
    return _scalar(pair, best_total(xp, correlations[None, :, :])[0] / true.shape[0])


def _ranks(rows, weights):
    """Ranks of the entries of each row, ties sharing the mean of theirs; weights as repetition."""
    rows = algebra.on_host(rows)
    if weights is None:
        return rankdata(rows, axis=1)
    ranks = rankdata(rows, method="dense", axis=1) - 1
    totals = [np.bincount(row, weights) for row in ranks]
    return np.stack(
        [(np.cumsum(total) - total / 2)[row] for row, total in zip(ranks, totals, strict=True)]
    )


def _standardised(xp, rows, weights):
    """Rows of weighted mean 0 and norm 1."""
    if weights is None:
        weights = np.ones(rows.shape[1])
    weights = algebra.like(xp, weights / weights.sum(), rows)
    rows = algebra.scaled(xp, rows)[0]
    centred = (rows - xp.sum(weights * rows, axis=1, keepdims=True)) * xp.sqrt(weights)
    return algebra.directed(xp, centred)


def _scalar(pair, value):
    """A number of all samples together: a float, of torch rows a tensor of shape ()."""
    return float(value) if isinstance(pair.true, np.ndarray) else value
