"""Transformer of targets to continuous invariants of their orbits."""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from .._arrays.rows import read_rows
from ..symmetries import Symmetry, require_symmetry
from ._base import TargetTransformer


class LiftTargets(TargetTransformer, auto_wrap_output_keys=None):
    """Replace regression targets by continuous coordinates that the symmetry leaves unchanged.

    Used as the ``transformer`` of a `TransformedTargetRegressor`, with ``check_inverse=False``.
    Unlike a representative, a lift has no cut; predictions are taken back to one point of the
    nearest orbit.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that the targets are known up to; it must have a lift.

    Attributes
    ----------
    symmetry_ : Symmetry
        The symmetry as it was in `fit`.
    n_features_in_ : int
        Number of target columns.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the target columns, if they have any.

    See Also
    --------
    CanonicalizeTargets : Representatives of the orbits.
    make_lifted_regressor : A regressor of the lift, in one call.

    Examples
    --------
    >>> from sksym import LiftTargets, Sign
    >>> LiftTargets(Sign()).fit_transform([[1.0, -2.0]]).round(3)
    array([[ 1.   ,  4.   , -2.828]])
    """

    def __init__(self, symmetry: Symmetry) -> None:
        self.symmetry = symmetry

    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Check the targets.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training targets.
        y : None
            Ignored; present for API consistency.

        Returns
        -------
        self : LiftTargets

        Raises
        ------
        ValueError
            If the targets are not finite real numbers or `symmetry` is not one.
        TypeError
            If the symmetry has no lift.
        """
        symmetry = require_symmetry(self.symmetry, X)
        targets = self._validate(X, reset=True)
        self.symmetry_ = clone(symmetry)
        self.n_lifted_ = self.symmetry_.lift(targets[:1]).shape[1]
        return self

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Lift targets.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Targets.

        Returns
        -------
        ndarray of shape (n_samples, n_lifted)
            Lifted targets, as from ``symmetry.lift``.
        """
        check_is_fitted(self)
        return self.symmetry_.lift(self._validate(X))

    def inverse_transform(self, X: ArrayLike) -> np.ndarray:
        """Map each prediction to a point of the orbit whose lift is nearest.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_lifted)
            Predicted lifts.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            Points of the orbits, as from ``symmetry.unlift``.
        """
        check_is_fitted(self)
        lifted = read_rows(X, is_complex=False, name="X", owner=type(self).__name__)
        if lifted.values.shape[1] != self.n_lifted_:
            raise ValueError(
                f"X has {lifted.values.shape[1]} features, but {type(self).__name__} is expecting "
                f"{self.n_lifted_} lifted coordinates as input."
            )
        return self.symmetry_.unlift(lifted)
