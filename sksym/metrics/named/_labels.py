"""Metrics of labels whose names mean nothing."""

from typing import Any

import array_api_compat
import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils._missing import is_pandas_na, is_scalar_nan
from sklearn.utils.validation import _check_sample_weight

from ..._arrays import algebra


def clustering_accuracy(
    labels_true: ArrayLike, labels_pred: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> Any:
    r"""Share of samples whose cluster is their class, under the best map of clusters to classes.

    .. math:: \max_\pi \frac{1}{N} \sum_i 1[\pi(\hat l_i) = l_i]

    over one-to-one maps; where there are more clusters than classes, those that are left over
    count as wrong.

    Parameters
    ----------
    labels_true : array-like of shape (n_samples,)
        True classes, numbers or text.
    labels_pred : array-like of shape (n_samples,)
        Clusters, of other names, another type and another number if need be.
    sample_weight : array-like of shape (n_samples,), optional
        Sample weights, non-negative and not all zero.

    Returns
    -------
    float
        Between 0 and 1, which is best. Of torch tensors a tensor of shape ().

    Raises
    ------
    ValueError
        If a label is missing (NaN, None), or the lengths differ.

    References
    ----------
    Xie, Girshick, Farhadi (2016), "Unsupervised deep embedding for clustering analysis".

    Examples
    --------
    >>> from sksym.metrics import clustering_accuracy
    >>> clustering_accuracy(["cat", "cat", "dog", "dog"], [1, 1, 0, 2])
    0.75
    """
    true, n_true = _numbered(labels_true, "labels_true")
    pred, n_pred = _numbered(labels_pred, "labels_pred")
    check_consistent_length(true, pred)
    if sample_weight is None:
        weights = np.ones(len(true))
    else:
        weights = _check_sample_weight(sample_weight, true[:, None], ensure_non_negative=True)
    table = np.bincount(true * n_pred + pred, weights, n_true * n_pred).reshape(n_true, n_pred)
    accuracy = float(table[linear_sum_assignment(table, maximize=True)].sum() / weights.sum())
    if not array_api_compat.is_torch_array(labels_pred):
        return accuracy
    xp = array_api_compat.array_namespace(labels_pred)
    return xp.asarray(accuracy, dtype=xp.float64, device=algebra.device(labels_pred))


def _numbered(labels, name):
    """Labels as numbers from 0, and how many there are."""
    if array_api_compat.is_torch_array(labels):
        labels = algebra.on_host(labels)
    given, labels = labels, np.asarray(labels)
    if labels.dtype.kind in "US" and given is not labels:
        labels = np.asarray(given, dtype=object)  # NaN beside text would be the text "nan"
    if labels.ndim != 1:
        raise ValueError(f"{name} must have one label for each sample, got shape {labels.shape}.")
    if labels.dtype.kind == "O":
        if any(x is None or is_pandas_na(x) or is_scalar_nan(x) for x in labels):
            raise ValueError(
                f"{name} has labels that are missing (None, NaN); leave these samples out."
            )
        if len({isinstance(label, str) for label in labels}) > 1:
            raise ValueError(f"{name} must be numbers or text, got both.")
        labels = np.asarray(labels.tolist())
    labels = check_array(labels, ensure_2d=False, dtype=None, input_name=name)
    names, numbers = np.unique(labels, return_inverse=True)
    return numbers, len(names)
