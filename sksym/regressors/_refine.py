"""Refinement of predictions on a forward map that is learned from the same pairs."""

from numbers import Integral, Real
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.neighbors import NearestNeighbors
from sklearn.utils.validation import check_is_fitted, validate_data

from .._arrays.rows import read_targets
from .._persistence import Versioned
from .._validation import Interval
from ..symmetries import require_symmetry
from ._base import MetaRegressorMixin, RectifiedScoreMixin
from ._forward import forward_model, require_reproduction
from ._levenberg import LevenbergMarquardt
from ._polynomial import Polynomial

_QUANTILE = 0.999  # of the training residuals: what is above is not explained by the model


class RefinedRegressor(RectifiedScoreMixin, MetaRegressorMixin, Versioned, BaseEstimator):
    r"""Predictions moved to where the forward map gives the measurement.

    The forward map y -> X has one value for all points of an orbit, so that it can be learned from
    the same pairs without any symmetry breaking. Each prediction :math:`\hat y` is polished by
    Levenberg-Marquardt on :math:`\|f(y) - x\|^2`, in double precision. Where the residual stays
    above what the forward model leaves on its training pairs, it starts again from the targets of
    the nearest training measurements.

    Parameters
    ----------
    regressor : estimator
        Regressor of the first predictions, such as from `make_canonical_regressor` or
        `make_lifted_regressor`.
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    forward : None, estimator or callable, default=None
        The forward map: None learns a polynomial of degree two by least squares; an estimator,
        any regressor of several outputs, is fitted to (y, X), a skorch network having exact
        derivatives; a callable is the known map, of torch tensors for exact derivatives, else of
        NumPy rows, both of shape (n_samples, n_targets); one that does not reproduce the training
        measurements is refused.
    max_iter : int, default=50
        Maximum number of Levenberg-Marquardt steps from each start.
    tol : float, default=1e-10
        Relative length of a step below which a row has converged.
    n_restarts : int, default=10
        Number of further starts for rows whose residual stays high.

    Attributes
    ----------
    regressor_ : estimator
        The fitted regressor.
    symmetry_ : Symmetry
        The symmetry as it was in `fit`.
    forward_ : object
        The forward model, with ``values(y)`` and ``values_and_jacobian(y)``.
    training_residual_ : float
        What the forward model leaves on all but a thousandth of its training pairs: root mean
        square over the measurements, in units of X. A larger residual of a prediction says that
        it should not be trusted.
    n_unrefined_ : int
        Rows of the latest call of `predict` that kept their first prediction, because no step
        lowered their residual.
    n_features_in_ : int
        Number of columns of X.

    Notes
    -----
    With measurement noise the fixed points are maximum-likelihood estimates for noise of one
    variance, which reach the Cramér-Rao bound where the noise is small; near zero signals they
    are worse than a regressor that knows how signals are distributed.

    References
    ----------
    Marquardt (1963), "An algorithm for least-squares estimation of nonlinear parameters".

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sksym import RefinedRegressor, Sign, make_canonical_regressor
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> X, y = make_gaussian_phase_retrieval(1000, 3, random_state=0)
    >>> first = make_canonical_regressor(KNeighborsRegressor(), Sign())
    >>> model = RefinedRegressor(first, Sign()).fit(X[:800], y[:800])
    >>> bool(model.score(X[800:], y[800:]) > 1 - 1e-12)
    True
    >>> prediction, residual = model.predict(X[800:], return_residual=True)
    >>> bool((residual < 1e-8).all())
    True
    """

    _fitted_types = (Polynomial, NearestNeighbors)
    _parameter_constraints: ClassVar[dict] = {
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "n_restarts": [Interval(Integral, 0, None, closed="left")],
    }

    def __init__(self, regressor, symmetry, forward=None, max_iter=50, tol=1e-10, n_restarts=10):
        self.regressor = regressor
        self.symmetry = symmetry
        self.forward = forward
        self.max_iter = max_iter
        self.tol = tol
        self.n_restarts = n_restarts

    def fit(self, X, y, **fit_params):
        """Fit the regressor to (X, y) and the forward model to (y, X).

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements, real numbers.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets, each given by any point of its orbit.
        **fit_params
            Arguments passed to the regressor.

        Returns
        -------
        self : RefinedRegressor

        Raises
        ------
        ValueError
            If the parameters or the pairs cannot be used, or a `forward` that is a callable
            explains less than nine tenths of the variance of the training measurements, and less
            than the nearest other targets do, whose measurements have the same noise.
        """
        symmetry = require_symmetry(self.symmetry, y)
        self._validate_params()
        measurements = validate_data(self, X, dtype=np.float64)
        targets = read_targets(y, self)[0].values.astype(np.float64)
        self.symmetry_ = clone(symmetry)
        self.forward_ = forward_model(self.forward, targets, measurements)
        values = self.forward_.values(targets)
        if callable(self.forward):
            require_reproduction(values, targets, measurements)
        self.regressor_ = clone(self.regressor).fit(X, y, **fit_params)
        residual = _root_mean_square(values - measurements)
        rounding = np.sqrt(np.finfo(np.float64).eps) * _root_mean_square(measurements).max()
        self.training_residual_ = float(max(np.quantile(residual, _QUANTILE), rounding))
        self._n_restarts = min(self.n_restarts, len(targets))
        # Few rows need neighbours, and a tree would be the one part of a saved model that skops
        # cannot vouch for.
        self._neighbors = NearestNeighbors(algorithm="brute").fit(measurements)
        self._targets = targets
        self._limits = {"max_iter": self.max_iter, "tol": self.tol}
        self._latest = {"n_unrefined": 0}
        return self

    def predict(self, X, return_residual=False):
        """Predict, and refine the predictions on the forward model.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.
        return_residual : bool, default=False
            Whether to return the residual of each measurement too.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_targets)
            The point of each orbit nearest to the first prediction, in double precision.
        residual : ndarray of shape (n_samples,)
            Root mean square of ``forward(y) - x``, in units of X. Only with `return_residual`.
        """
        check_is_fitted(self)
        measurements = validate_data(self, X, reset=False, dtype=np.float64)
        first = np.asarray(self.regressor_.predict(X))
        rows = first.reshape(len(first), -1).astype(np.float64)
        refined, residual = self._refine(rows, measurements)
        refined = refined.reshape(first.shape)
        return (refined, residual) if return_residual else refined

    @property
    def n_unrefined_(self):
        """Rows of the latest `predict` that kept their first prediction."""
        check_is_fitted(self)
        return self._latest["n_unrefined"]

    def _refine(self, first, measurements):
        """Refined rows and their residuals."""
        solve = LevenbergMarquardt(self.forward_, **self._limits)
        before = _root_mean_square(self.forward_.values(first) - measurements)
        best, residual = solve(first, measurements)
        self._start_again(solve, best, residual, measurements)
        kept = ~(residual < before)
        best = self.symmetry_.align(best, first)
        best[kept], residual[kept] = first[kept], before[kept]
        self._latest["n_unrefined"] = int(kept.sum())
        return best, residual

    def _start_again(self, solve, best, residual, measurements):
        """Improve, in place, rows whose residual the forward model does not explain."""
        poor = np.flatnonzero(~(residual <= self.training_residual_))
        if poor.size == 0 or self._n_restarts == 0:
            return
        neighbors = self._neighbors.kneighbors(measurements[poor], self._n_restarts, False)
        for starts in neighbors.T:
            still = ~(residual[poor] <= self.training_residual_)
            rows = poor[still]
            if rows.size == 0:
                return
            trial, cost = solve(self._targets[starts[still]], measurements[rows])
            is_better = cost < residual[rows]
            best[rows[is_better]], residual[rows[is_better]] = trial[is_better], cost[is_better]


def _root_mean_square(rows):
    return np.sqrt(np.mean(np.square(rows), axis=1))
