"""Regressor that predicts the same for every measurement."""

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import (
    _check_sample_weight,
    _num_samples,
    check_is_fitted,
    validate_data,
)

from .._arrays.rows import read_targets
from .._persistence import Versioned
from ..symmetries import require_symmetry
from ._base import RectifiedScoreMixin, require_every_coordinate


class ConstantRegressor(RectifiedScoreMixin, Versioned, BaseEstimator):
    """The same prediction for every measurement: what a regressor has to beat.

    By default the orbit mean of the training targets. Up to an isometric symmetry no constant is
    found to have a smaller mean squared error on them; zero and the mean of their representatives
    have larger ones.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    constant : float, optional
        Prediction for every coordinate; by default the orbit mean of the training targets, as
        from `Symmetry.mean`, whose time grows linearly with their number.

    Attributes
    ----------
    constant_ : ndarray of shape () or (n_targets,)
        What is predicted.
    symmetry_ : Symmetry
        The symmetry as it was in `fit`.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str
        Names of the columns of X, if it has any.

    Examples
    --------
    >>> from sksym import Sign
    >>> from sksym.regressors import ConstantRegressor
    >>> X, y = [[1.0], [4.0], [9.0]], [[1.0], [-2.0], [3.0]]
    >>> ConstantRegressor(Sign()).fit(X, y).predict(X)
    array([[2.],
           [2.],
           [2.]])
    """

    def __init__(self, symmetry, constant=None):
        self.symmetry = symmetry
        self.constant = constant

    def fit(self, X, y, sample_weight=None):
        """Find the orbit mean of the targets.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements, which are not looked at.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets, each given by any point of its orbit. Coordinates may be unknown (NaN):
            they are left out of the mean.
        sample_weight : array-like of shape (n_samples,), optional
            Weights in the mean, non-negative and not all zero.

        Returns
        -------
        self : ConstantRegressor

        Raises
        ------
        ValueError
            If the symmetry cannot act on the targets, or no target knows a coordinate.
        TypeError
            If coordinates are unknown and the symmetry is not isometric.
        """
        symmetry = require_symmetry(self.symmetry, y)
        validate_data(self, X, skip_check_array=True)
        rows, is_flat = read_targets(y, self, allow_nan=True)
        check_consistent_length(X, rows.values)
        self.symmetry_ = clone(symmetry)
        if self.constant is None:
            weight = _check_sample_weight(sample_weight, rows.values, ensure_non_negative=True)
            mean = self.symmetry_.mean(rows.values[None], weight)
            require_every_coordinate(mean)
        else:
            mean = np.full((1, rows.values.shape[1]), float(self.constant))
        self.constant_ = mean.reshape(() if is_flat else -1)
        return self

    def predict(self, X):
        """Predict the constant.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
        """
        check_is_fitted(self)
        validate_data(self, X, reset=False, skip_check_array=True)
        return np.repeat(self.constant_[None], _num_samples(X), axis=0)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.input_tags.sparse = True
        tags.regressor_tags.poor_score = True
        tags.no_validation = True  # of measurements, which it does not look at
        return tags
