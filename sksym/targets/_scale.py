"""Transformer of targets to unit size."""

import numpy as np
from sklearn.base import OneToOneFeatureMixin
from sklearn.utils.validation import check_is_fitted

from .._arrays.rows import read_rows
from ..symmetries import require_symmetry
from ._base import TargetTransformer


class ScaleTargets(OneToOneFeatureMixin, TargetTransformer, auto_wrap_output_keys=None):
    """Divide targets by their root mean square: all by one number, or each kind by its own.

    For networks, which train best on targets of unit size. Unlike a `StandardScaler`, which
    centres columns and gives each a scale of its own, it commutes with the symmetry: what was one
    orbit is one orbit afterwards.

    Parameters
    ----------
    symmetry : Symmetry, optional
        Gives each kind of columns a scale of its own, such as frequencies and amplitudes of peaks
        in any order: columns that elements of the group mix have the same. A kind whose unit
        belongs to the group, such as angles modulo 360, keeps it. By default all columns have one
        scale, which commutes with every linear symmetry.

    Attributes
    ----------
    scale_ : float or ndarray of shape (`n_features_in_`,)
        Root mean square of the training targets, or of those of each column's kind; 1 where all
        of them are zero. A float without a symmetry.
    n_features_in_ : int
        Number of target columns.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the target columns, if they have any.

    Examples
    --------
    >>> from sksym import Permutation, ScaleTargets
    >>> scaler = ScaleTargets().fit([[3.0, 0.0], [-4.0, 5.0]])
    >>> round(scaler.scale_**2, 12)
    12.5
    >>> scaler.inverse_transform(scaler.transform([[10.0, -2.5]])).round(12)
    array([[10. , -2.5]])

    Two points in any order, whose coordinates have different units:

    >>> ScaleTargets(Permutation(2)).fit([[300.0, 0.3, 400.0, 0.4]]).scale_.round(3)
    array([353.553,   0.354, 353.553,   0.354])
    """

    def __init__(self, symmetry=None):
        self.symmetry = symmetry

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
            If the targets are not finite real numbers; or if the symmetry has a cost of absent
            parts, which is in units of y.
        """
        targets = self._validate(X, reset=True).values.astype(np.float64)
        if self.symmetry is None:
            largest = np.abs(targets).max() or 1.0  # squares may overflow
            self.scale_ = float(largest * np.sqrt(np.mean(np.square(targets / largest)))) or 1.0
        else:
            self.scale_ = self._scale_of_kinds(require_symmetry(self.symmetry, X), targets)
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
        values = self._validate(X).values
        return (values / self.scale_).astype(values.dtype, copy=False)

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
        values = self._validate(X).values
        return (values * self.scale_).astype(values.dtype, copy=False)

    def _scale_of_kinds(self, symmetry, targets):
        if symmetry._has_costs:
            raise ValueError(
                f"{symmetry} has a cost of absent parts in units of y, which other units would "
                f"change; use ScaleTargets() without a symmetry and a cost in the new unit."
            )
        rows = read_rows(targets, is_complex=symmetry.is_complex, name="X", owner=symmetry)
        kinds = symmetry._kinds(rows.values.shape[1])
        scale = kinds.root_mean_squares(rows.values)
        scale = np.where((scale > 0) & ~kinds.is_fixed, scale, 1)
        return np.tile(scale, 2) if rows.is_packed else scale
