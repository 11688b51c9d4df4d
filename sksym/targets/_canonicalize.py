"""Transformer of targets to representatives of their orbits."""

import numbers
import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import OneToOneFeatureMixin, clone
from sklearn.utils.validation import check_is_fitted

from .._arrays.rows import read_rows
from ..symmetries import Symmetry, require_symmetry
from ._base import TargetTransformer
from ._references import breaks, chosen_reference, leading_direction

_CHECKED_ROWS = 32
_CANDIDATES = 100  # targets that are searched for one that breaks the symmetry


class CanonicalizeTargets(OneToOneFeatureMixin, TargetTransformer, auto_wrap_output_keys=None):
    """Break the symmetry of regression targets: one representative for each orbit.

    Used as the ``transformer`` of a `TransformedTargetRegressor`, with ``check_inverse=False``:
    the regressor is trained on representatives, and what it predicts is already a solution.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    reference : None, int, array-like of shape (n_features,), "first" or "pca", default=None
        Row that representatives are nearest to.

        - None: the symmetry's own where a formula prescribes it, as the paper does for signs and
          phases. For products, and where the symmetry's own is a row in general position, the row
          about which representatives of the training targets spread least, if they spread less
          than about the symmetry's own.
        - int: the basis vector of that coordinate, complex ones counted once.
        - array-like: the row itself.
        - ``"first"``: the first training target that breaks the symmetry, of the first hundred
          that are not zero: a set of points two of which coincide is left fixed by their exchange.
        - ``"pca"``: the leading direction of the training targets about zero, which keeps the cut
          away from as many of them as one direction can.
    check : bool, default=True
        Verify in `fit`, on a few rows, that the reference breaks the symmetry.

    Attributes
    ----------
    symmetry_ : Symmetry
        The symmetry as it was in `fit`.
    reference_ : ndarray of shape (n_features,)
        The reference in the layout of the targets.
    n_features_in_ : int
        Number of target columns.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the target columns, if they have any.

    See Also
    --------
    LiftTargets : Continuous invariants of the orbits.
    make_canonical_regressor : A regressor of representatives, in one call.

    Notes
    -----
    As for every transformer the first argument is called ``X``; here it holds targets. Real rows
    only, as scikit-learn refuses complex targets: a symmetry of complex rows reads ``[Re | Im]``.
    The caller's array is never written to, and the result is always a new NumPy array.

    References
    ----------
    Tayal, Lai, Manekar, Kumar, Sun (2020), "Inverse problems, deep learning, and symmetry
    breaking", sections 2.1 and 2.2.

    Examples
    --------
    >>> from sklearn.compose import TransformedTargetRegressor
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sksym import CanonicalizeTargets, Sign
    >>> from sksym.datasets import make_square_root
    >>> X, y = make_square_root(200, random_state=0)
    >>> model = TransformedTargetRegressor(
    ...     KNeighborsRegressor(), transformer=CanonicalizeTargets(Sign()), check_inverse=False
    ... )
    >>> bool(model.fit(X, y).predict([[0.25]])[0].round(1) == 0.5)
    True
    """

    def __init__(self, symmetry: Symmetry, reference: Any = None, check: bool = True) -> None:
        self.symmetry = symmetry
        self.reference = reference
        self.check = check

    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Determine the reference.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training targets.
        y : None
            Ignored; present for API consistency.

        Returns
        -------
        self : CanonicalizeTargets

        Raises
        ------
        ValueError
            If the targets are not finite real numbers, `symmetry` or `reference` is not one, or
            the reference does not break the symmetry.

        Warns
        -----
        UserWarning
            If different targets all have one representative, so that nothing is left to predict.
        """
        symmetry = require_symmetry(self.symmetry, X)
        targets = self._validate(X, reset=True)
        self.symmetry_ = clone(symmetry)
        self._reference = self._resolve_reference(targets)
        # A symmetry's own reference may be zero, others may not: it is left out, not passed.
        is_own = self._reference is None
        self.reference_ = symmetry.default_reference(targets) if is_own else self._reference
        if self.check and not breaks(self.symmetry_, self._reference, targets):
            raise ValueError(
                f"reference={self.reference!r} is left fixed by part of {self.symmetry!r}, so it "
                f'cannot break it; pass reference="first" or a generic row.'
            )
        self._warn_of_a_single_orbit(targets)
        return self

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Map each target to the representative of its orbit.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Targets.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            A new array, of the dtype of `X` (float64 for integers, float32 for half precision).
        """
        check_is_fitted(self)
        return self.symmetry_.canonicalize(self._validate(X), self._reference)

    def inverse_transform(self, X: ArrayLike) -> np.ndarray:
        """Return predictions unchanged: a representative is already a solution.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Predicted representatives.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            The same numbers in a new array.
        """
        check_is_fitted(self)
        return np.array(self._validate(X).values)

    def _resolve_reference(self, targets):
        """Resolve the reference to a row in the layout of the targets; None for the own one."""
        reference, n_features = self.reference, targets.values.shape[1]
        if reference is None:
            return chosen_reference(self.symmetry_, targets)
        if isinstance(reference, str):
            return self._data_reference(targets)
        if isinstance(reference, numbers.Integral | np.bool_):
            n_coordinates = n_features // 2 if self.symmetry_.is_complex else n_features
            if isinstance(reference, bool | np.bool_) or not 0 <= reference < n_coordinates:
                raise ValueError(
                    f"reference must be the number of a coordinate, 0 to {n_coordinates - 1}, "
                    f"got {reference!r}."
                )
            return np.eye(1, n_features, reference, dtype=targets.values.dtype)[0]
        reference = np.asarray(reference)
        if reference.shape != (n_features,):
            raise ValueError(
                f"reference must be one row of {n_features} numbers, like the targets, got shape "
                f"{reference.shape}."
            )
        rows = read_rows(reference[None], is_complex=False, name="reference", owner=repr(self))
        return np.array(rows.values[0])

    def _data_reference(self, targets):
        if self.reference == "first":
            return self._first_that_breaks(targets)
        if self.reference == "pca":
            return leading_direction(self.symmetry_, targets)
        raise ValueError(
            f'reference must be None, a coordinate number, a row, "first" or "pca", got '
            f"{self.reference!r}."
        )

    def _first_that_breaks(self, targets):
        candidates = targets.values[targets.values.any(axis=1)][:_CANDIDATES]
        if len(candidates) == 0:
            raise ValueError('reference="first" needs a target that is not zero.')
        for row in candidates:
            if breaks(self.symmetry_, row, targets):
                return np.array(row)
        raise ValueError(
            f'reference="first" needs a target that breaks {self.symmetry!r}, but part of it '
            f"leaves each of the first {len(candidates)} that are not zero fixed; pass a generic "
            f"row."
        )

    def _warn_of_a_single_orbit(self, targets):
        """Warn if the symmetry makes all targets equal."""
        if (targets.values == targets.values[0]).all():
            return
        for rows in (targets[:_CHECKED_ROWS], targets):  # the first few mostly suffice
            representatives = self.symmetry_.canonicalize(rows, self._reference)
            size = np.abs(representatives).max()
            if self.symmetry_.is_isometric:  # as exact as the rows that they come from
                size = max(size, np.abs(rows.values).max())
            rounding = 64 * np.finfo(representatives.dtype).eps * size
            with np.errstate(over="ignore"):
                if np.ptp(representatives, axis=0).max() > rounding:
                    return
        warnings.warn(
            f"all training targets have the same representative: up to {self.symmetry!r} they are "
            f"one answer, and nothing is left to predict; use a smaller symmetry, such as "
            f"Periodic(360) in place of Translation(1) for an angle in degrees.",
            stacklevel=3,
        )
