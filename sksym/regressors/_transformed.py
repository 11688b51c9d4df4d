"""Regressors of transformed targets that are scored up to the symmetry."""

from typing import Any, Self

from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor

from .._arrays.rows import require_real_rows
from ..symmetries import Symmetry, require_symmetry
from ..targets import CanonicalizeTargets, LiftTargets
from ._base import RectifiedScoreMixin


class RectifiedTargetRegressor(RectifiedScoreMixin, TransformedTargetRegressor):
    """A `TransformedTargetRegressor` whose ``score`` is the rectified R².

    The ordinary score compares predictions with raw targets and picks the worst model. Made by
    `make_canonical_regressor`; its parameters are those of `TransformedTargetRegressor`.

    Parameters
    ----------
    regressor : estimator
        Regressor that is trained on the transformed targets.
    transformer : transformer with a ``symmetry``
        Transformer of the targets, such as `CanonicalizeTargets`.
    func, inverse_func : None
        Not used, present for API consistency with the parent.
    check_inverse : bool, default=True
        Whether to check the inverse; False for transformers that map many targets to one.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sksym import Sign, make_canonical_regressor
    >>> make_canonical_regressor(KNeighborsRegressor(), Sign()).regressor
    KNeighborsRegressor()
    """

    def fit(self, X: ArrayLike, y: ArrayLike, **fit_params: Any) -> Self:
        """Fit the regressor to the transformed targets.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets, each given by any point of its orbit.
        **fit_params
            Arguments passed to the regressor.

        Returns
        -------
        self : RectifiedTargetRegressor
        """
        require_real_rows(y, "y", type(self).__name__)
        transformer, symmetry = self.transformer, require_symmetry(self.symmetry, y)
        if symmetry is self.symmetry:
            return super().fit(X, y, **fit_params)
        # The transformer is given an array, which has no names of columns.
        try:
            self.transformer = clone(transformer).set_params(symmetry=symmetry)
            return super().fit(X, y, **fit_params)
        finally:
            self.transformer = transformer

    @property
    def symmetry(self):
        """The symmetry of the transformer."""
        return self.transformer.symmetry

    @property
    def symmetry_(self):
        """The symmetry as it was in `fit`, up to which predictions are scored."""
        return self.transformer_.symmetry_


def make_canonical_regressor(
    regressor: Any, symmetry: Symmetry, reference: Any = None
) -> RectifiedTargetRegressor:
    """Make a regressor that is trained on representatives and scored up to the symmetry.

    Parameters
    ----------
    regressor : estimator
        Any scikit-learn regressor; multi-output if the targets are.
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    reference : None, int, array-like, "first" or "pca", default=None
        Reference of representatives, as in `CanonicalizeTargets`.

    Returns
    -------
    RectifiedTargetRegressor
        Regressor with parameters such as ``transformer__symmetry``, ``transformer__reference`` and
        ``regressor__...`` for a grid search.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sksym import Sign, make_canonical_regressor
    >>> from sksym.datasets import make_square_root
    >>> X, y = make_square_root(200, random_state=0)
    >>> model = make_canonical_regressor(KNeighborsRegressor(), Sign()).fit(X, y)
    >>> bool(model.score(X, y) > 0.99)
    True
    """
    return RectifiedTargetRegressor(
        regressor, transformer=CanonicalizeTargets(symmetry, reference), check_inverse=False
    )


def make_lifted_regressor(regressor: Any, symmetry: Symmetry) -> RectifiedTargetRegressor:
    """Make a regressor that is trained on lifted targets and scored up to the symmetry.

    Parameters
    ----------
    regressor : estimator
        Any scikit-learn regressor of several outputs.
    symmetry : Symmetry
        Symmetry that the targets are known up to; it must have a lift.

    Returns
    -------
    RectifiedTargetRegressor

    Examples
    --------
    The measurements of phase retrieval are linear in the lift, so that least squares suffices:

    >>> from sklearn.linear_model import LinearRegression
    >>> from sksym import Sign, make_lifted_regressor
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> X, y = make_gaussian_phase_retrieval(500, 3, random_state=0)
    >>> round(make_lifted_regressor(LinearRegression(), Sign()).fit(X, y).score(X, y), 6)
    1.0
    """
    return RectifiedTargetRegressor(
        regressor, transformer=LiftTargets(symmetry), check_inverse=False
    )
