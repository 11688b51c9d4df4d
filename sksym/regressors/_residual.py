"""Sum of a regressor and of a second one, trained on its residuals."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.utils.validation import check_is_fitted, validate_data

from .._arrays.rows import read_targets
from .._persistence import Versioned
from ._base import MetaRegressorMixin


class ResidualRegressor(RegressorMixin, MetaRegressorMixin, Versioned, BaseEstimator):
    """The sum of a first regressor and of a second one, trained on its residuals.

    Lifted targets are nearly linear in the measurements of phase retrieval: least squares takes
    the linear part, and a network has only the rest to learn.

    Parameters
    ----------
    regressor : estimator
        Regressor that is trained on the targets.
    residual_regressor : estimator
        Regressor that is trained on the residuals, divided by their root mean square.

    Attributes
    ----------
    regressor_, residual_regressor_ : estimator
        The fitted regressors.
    scale_ : float
        Root mean square of the residuals, in units of y.
    n_features_in_ : int
        Number of columns of X.

    See Also
    --------
    make_lifted_regressor : The lift alone.
    RefinedRegressor : Moves predictions towards the measurement.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sksym import ResidualRegressor, Sign, make_lifted_regressor
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> X, y = make_gaussian_phase_retrieval(2000, 4, n_measurements=6, random_state=0)
    >>> both = ResidualRegressor(LinearRegression(), KNeighborsRegressor())
    >>> scores = [
    ...     make_lifted_regressor(model, Sign()).fit(X[:1500], y[:1500]).score(X[1500:], y[1500:])
    ...     for model in (LinearRegression(), KNeighborsRegressor(), both)
    ... ]
    >>> int(np.argmax(scores))
    2
    """

    _regressors = ("regressor", "residual_regressor")

    def __init__(self, regressor: Any, residual_regressor: Any) -> None:
        self.regressor = regressor
        self.residual_regressor = residual_regressor

    def fit(self, X: ArrayLike, y: ArrayLike, **fit_params: Any) -> Self:
        """Fit both, one after the other.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Inputs.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets.
        **fit_params
            Arguments passed to both.

        Returns
        -------
        self : ResidualRegressor
        """
        validate_data(self, X, skip_check_array=True)
        rows, is_flat = read_targets(y, self)
        targets = rows.values[:, 0] if is_flat else rows.values
        self.regressor_ = clone(self.regressor).fit(X, targets, **fit_params)
        # Some regressors answer one column with one dimension; nothing is broadcast.
        residual = targets - self.regressor_.predict(X).reshape(targets.shape)
        self.scale_ = float(np.sqrt(np.mean(np.square(residual)))) or 1.0
        self.residual_regressor_ = clone(self.residual_regressor).fit(
            X, residual / self.scale_, **fit_params
        )
        return self

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict the sum of both regressors.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Inputs.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
        """
        check_is_fitted(self)
        first = self.regressor_.predict(X)
        rest = self.residual_regressor_.predict(X)
        return first + self.scale_ * rest.reshape(first.shape)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = all(
            model.__sklearn_tags__().input_tags.sparse
            for model in (self.regressor, self.residual_regressor)
        )
        return tags
