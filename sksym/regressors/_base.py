"""What the regressors that know a symmetry share."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import MetaEstimatorMixin, RegressorMixin
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping
from sklearn.utils.validation import check_is_fitted

from .._arrays.rows import require_real_rows
from ..metrics import rectified_r2_score
from ._diagram import DiagramMixin


class RectifiedScoreMixin(DiagramMixin, RegressorMixin):
    """Mixin: the score is the rectified R² with `symmetry_`, the symmetry as it was in `fit`."""

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Rectified R² of the predictions for X.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            True targets, each given by any point of its orbit.
        sample_weight : array-like of shape (n_samples,), optional
            Sample weights, non-negative and not all zero.

        Returns
        -------
        float
            Score, as from `rectified_r2_score`.
        """
        check_is_fitted(self)
        require_real_rows(y, "y", type(self).__name__)
        return rectified_r2_score(
            y, self.predict(X), symmetry=self.symmetry_, sample_weight=sample_weight
        )


class MetaRegressorMixin(MetaEstimatorMixin):
    """Mixin for several outputs, and for arguments of `fit` that reach the inner regressors."""

    _regressors = ("regressor",)  # names of the parameters that are trained

    def get_metadata_routing(self):
        """Route metadata to the `fit` of the inner regressors.

        Returns
        -------
        MetadataRouter
        """
        regressors = {name: getattr(self, name) for name in self._regressors}
        return MetadataRouter(owner=type(self).__name__).add(
            **{name: value for name, value in regressors.items() if value is not None},
            method_mapping=MethodMapping().add(caller="fit", callee="fit"),
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def require_every_coordinate(mean):
    """Refuse means of training targets some coordinates of which none of these knows.

    Parameters
    ----------
    mean : ndarray of shape (n_samples, n_targets)
        Orbit means, NaN where no target knows a coordinate.

    Raises
    ------
    ValueError
        If there are such coordinates.
    """
    is_unknown = np.isnan(mean).any(axis=0)
    if is_unknown.any():
        raise ValueError(
            f"Training targets, aligned to each other, leave the coordinate(s) "
            f"{np.flatnonzero(is_unknown).tolist()} unknown (NaN) in all of them; leave these "
            f"columns of y out."
        )
