"""Transformer of targets to unit size."""

import numpy as np
from sklearn.base import OneToOneFeatureMixin
from sklearn.utils.validation import check_is_fitted

from ._base import TargetTransformer


class ScaleTargets(OneToOneFeatureMixin, TargetTransformer, auto_wrap_output_keys=None):
    """Divide all targets by one number, the root mean square of the training targets.

    For networks, which train best on targets of unit size. Unlike a `StandardScaler`, which
    centres columns and gives each a scale of its own, it commutes with every linear symmetry: what
    was one orbit is one orbit afterwards.

    Attributes
    ----------
    scale_ : float
        Root mean square of the training targets; 1 if all of them are zero.
    n_features_in_ : int
        Number of target columns.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the target columns, if they have any.

    Examples
    --------
    >>> from sksym import ScaleTargets
    >>> scaler = ScaleTargets().fit([[3.0, 0.0], [-4.0, 5.0]])
    >>> round(scaler.scale_**2, 12)
    12.5
    >>> scaler.inverse_transform(scaler.transform([[10.0, -2.5]])).round(12)
    array([[10. , -2.5]])
    """

    def fit(self, X, y=None):
        """Compute the scale.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training targets.
        y : None
            Ignored; present for API consistency.

        Returns
        -------
        self : ScaleTargets

        Raises
        ------
        ValueError
            If the targets are not finite real numbers.
        """
        targets = self._validate(X, reset=True).values.astype(np.float64)
        largest = np.abs(targets).max() or 1.0  # squares may overflow
        self.scale_ = float(largest * np.sqrt(np.mean(np.square(targets / largest)))) or 1.0
        return self

    def transform(self, X):
        """Divide targets by the scale.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Targets.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            Scaled array, always a new one.
        """
        check_is_fitted(self)
        return self._validate(X).values / self.scale_

    def inverse_transform(self, X):
        """Convert predictions to the units of the training targets.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Predicted targets of unit size.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            Scaled array, always a new one.
        """
        check_is_fitted(self)
        return self._validate(X).values * self.scale_
