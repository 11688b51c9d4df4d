"""What the regressors that know a symmetry have in common."""

import numpy as np
from sklearn.base import MetaEstimatorMixin, RegressorMixin
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping
from sklearn.utils.validation import check_is_fitted

from .metrics import rectified_r2_score
from .symmetries.rows import read_rows, require_real_rows


class RectifiedScoreMixin(RegressorMixin):
    """Mixin: the score is the rectified R² with `symmetry_`, the symmetry as it was in `fit`."""

    def score(self, X, y, sample_weight=None):
        """Rectified R² of the predictions for X.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Any point of the orbit of each true answer.
        sample_weight : array-like of shape (n_samples,), optional
            Non-negative, not all zero.

        Returns
        -------
        float
            As `rectified_r2_score`.
        """
        check_is_fitted(self)
        require_real_rows(y, "y", type(self).__name__)
        return rectified_r2_score(
            y, self.predict(X), symmetry=self.symmetry_, sample_weight=sample_weight
        )


class MetaRegressorMixin(MetaEstimatorMixin):
    """Mixin: several outputs, and arguments of `fit` that reach the regressors within."""

    _regressors = ("regressor",)  # names of the parameters that are trained

    def get_metadata_routing(self):
        """Where metadata go: to the `fit` of the regressors within.

        Returns
        -------
        MetadataRouter
        """
        return MetadataRouter(owner=type(self).__name__).add(
            **{name: getattr(self, name) for name in self._regressors},
            method_mapping=MethodMapping().add(caller="fit", callee="fit"),
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def read_targets(y, owner):
    """Targets as finite real rows, and whether they came as one column.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Training targets.
    owner : estimator or str
        Whose name errors bear.

    Returns
    -------
    rows : ndarray of shape (n_samples, n_targets)
        Floating point.
    is_flat : bool
        Whether predictions are to have one dimension too.
    """
    owner = owner if isinstance(owner, str) else type(owner).__name__
    if y is None:
        raise ValueError(f"{owner} requires y to be passed, but the target y is None.")
    if not hasattr(y, "ndim"):
        y = np.asarray(y)
    is_flat = y.ndim == 1
    if is_flat:
        y = np.asarray(y).reshape(-1, 1)
    return read_rows(y, is_complex=False, name="y", owner=owner).values, is_flat
