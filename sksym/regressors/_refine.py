"""Refinement of predictions on a forward map that is learned from the same pairs."""

from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, clone
from sklearn.neighbors import NearestNeighbors
from sklearn.utils import (
    check_consistent_length,
    check_random_state,
    indexable,
)
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import (
    check_is_fitted,
    validate_data,
)

from .._arrays.rows import read_targets
from .._persistence import Versioned
from .._validation import Interval
from ..symmetries import Symmetry, require_symmetry
from ._base import MetaRegressorMixin, RectifiedScoreMixin
from ._constraints import CONSTRAINTS, projection
from ._held_out import HeldOut, Pairs, Start, folds_of
from ._refiner import Refiner
from ._trust import Trust
from .forward import MODELS, forward_maker, require_reproduction


class RefinedRegressor(RectifiedScoreMixin, MetaRegressorMixin, Versioned, BaseEstimator):
    r"""Predictions moved to where the forward map gives the measurement, as far as it is trusted.

    The forward map y -> X has one value for all points of an orbit, so that it can be learned from
    the same pairs without any symmetry breaking. Each prediction :math:`\hat y` is moved, by
    Levenberg-Marquardt in double precision, to where

    .. math:: (x - f(y))^T R^{-1} (x - f(y)) + \lambda (y - \hat y)^T C^{-1} (y - \hat y)

    is smallest. R and C are the covariances of the errors of the forward map and of the regressor
    on rows that were held out, and the weight :math:`\lambda` is the one of 0 (refinement alone),
    0.01, 0.1, 0.3, 1, 3, 10 and infinity (none) that predicts these rows best, so that a forward
    map that is learned badly does no harm. Where the residual stays above what the forward model
    leaves on its training pairs, the search starts again from its spectral estimate and from the
    targets of the nearest training measurements.

    Parameters
    ----------
    regressor : estimator or None, default=None
        Regressor of the first predictions, such as from `make_canonical_regressor` or
        `make_lifted_regressor`. None starts from the forward map alone.
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    forward : None, estimator or callable, default=None
        The forward map: None learns it, by the simplest model that predicts held-out measurements
        best: squares of few linear forms (the intensities behind a linear system, from a handful
        of pairs), polynomials up to degree four, kernel ridge regression, a small network. An
        estimator, any regressor of several outputs, is fitted to (y, X), a skorch network having
        exact derivatives. A callable is the known map, of torch tensors for exact derivatives,
        else of NumPy rows, both of shape (n_samples, n_targets); one that does not reproduce the
        training measurements is refused.
    solver : callable, optional
        A solver of its own for the forward map, in place of Levenberg-Marquardt: ``solver(X, y)``
        takes measurements and first predictions and returns solutions in the shape of y. They
        count where they lower the residual; a row with NaN has no solution.
    constraint : {"unit", "orthogonal", "nonnegative"} or callable, optional
        Set that predictions stay in: rows of length one (quaternions, directions), orthogonal
        matrices in C order, rows without negative numbers; a callable projects rows of shape
        (n_samples, n_targets) on a set of your own.
    cv : int, cross-validation generator or iterable, optional
        Which rows are held out in turn; by default five folds, of which as many are used as give
        400 rows. The regressor is trained once more for each of them.
    max_iter : int, default=50
        Maximum number of Levenberg-Marquardt steps from each start.
    tol : float, default=1e-10
        Relative length of a step below which a row has converged.
    n_restarts : int, default=10
        Number of neighbours whose targets are further starts for rows whose residual stays high.
    random_state : int, RandomState instance or None, default=0
        Seed of the folds and of the models of the forward map.

    Attributes
    ----------
    regressor_ : estimator or None
        The fitted regressor.
    symmetry_ : Symmetry
        The symmetry as it was in `fit`.
    forward_ : object
        The forward model, with ``values(y)`` and ``values_and_jacobian(y)``.
    weight_ : float
        The weight :math:`\lambda`: 0 moves predictions all the way, infinity leaves them.
    errors_ : dict of float -> float
        Mean squared rectified error on the held-out rows for each weight that was tried, in
        squared units of y; that of infinity is the regressor's own.
    training_residual_ : float
        What the forward model leaves on all but a thousandth of its training pairs: root mean
        square over the measurements, in units of X. A larger residual of a prediction says that
        it should not be trusted.
    n_unrefined_ : int
        Rows of the latest call of `predict` that kept their first prediction.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str
        Names of the columns of X, if it has any.

    See Also
    --------
    ResidualRegressor : What least squares leaves of the lift.
    RectifiedConformalRegressor : A radius for each prediction.
    sksym.regressors.HybridInputOutput : A solver for Fourier moduli.

    Notes
    -----
    With measurement noise and weight 0 the fixed points are maximum-likelihood estimates, which
    reach the Cramér-Rao bound where the noise is small; near zero signals they are worse than a
    regressor that knows how signals are distributed, which is when another weight is chosen.

    References
    ----------
    Marquardt (1963), "An algorithm for least-squares estimation of nonlinear parameters".

    Rodgers (2000), "Inverse methods for atmospheric sounding": both covariances.

    Examples
    --------
    Forty pairs, and nothing else:

    >>> from sksym import RefinedRegressor, Sign
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> X, y = make_gaussian_phase_retrieval(240, 5, random_state=0)
    >>> model = RefinedRegressor(symmetry=Sign()).fit(X[:40], y[:40])
    >>> bool(model.score(X[40:], y[40:]) > 1 - 1e-12)
    True
    >>> prediction, residual = model.predict(X[40:], return_residual=True)
    >>> bool((residual < 1e-8).all())
    True
    """

    _fitted_types = (*MODELS, NearestNeighbors, Refiner, Start, Trust)
    _parameter_constraints: ClassVar[dict] = {
        "solver": [callable, None],
        "constraint": [StrOptions(set(CONSTRAINTS)), callable, None],
        "cv": ["cv_object"],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "n_restarts": [Interval(Integral, 0, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        regressor: Any = None,
        symmetry: Symmetry | None = None,
        forward: Any = None,
        solver: Callable[..., Any] | None = None,
        constraint: str | Callable[..., Any] | None = None,
        cv: Any = None,
        max_iter: int = 50,
        tol: float = 1e-10,
        n_restarts: int = 10,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.regressor = regressor
        self.symmetry = symmetry
        self.forward = forward
        self.solver = solver
        self.constraint = constraint
        self.cv = cv
        self.max_iter = max_iter
        self.tol = tol
        self.n_restarts = n_restarts
        self.random_state = random_state

    def fit(
        self, X: ArrayLike, y: ArrayLike, groups: ArrayLike | None = None, **fit_params: Any
    ) -> Self:
        """Fit the regressor to (X, y) and the forward model to (y, X), and weigh them.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements, real numbers.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets, each given by any point of its orbit.
        groups : array-like of shape (n_samples,), optional
            Group of each row. Rows of one group are held out together.
        **fit_params
            Arguments passed to the regressor; what has a value for each row is split as X is, and
            ``sample_weight`` weighs the errors that decide too.

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
        rows, self._is_flat = read_targets(y, self)
        targets = rows.values.astype(np.float64)
        check_consistent_length(measurements, targets, groups)
        self.symmetry_ = clone(symmetry)
        rng = check_random_state(self.random_state)
        folds = folds_of(measurements, y, groups, self.cv, rng)
        make = forward_maker(self.forward, self.symmetry_, targets, measurements, *folds[0], rng)
        if callable(self.forward):
            known = make(targets, measurements)
            require_reproduction(known.values(targets), targets, measurements)
        pairs = Pairs(*indexable(X, y), measurements, targets, fit_params)
        held_out = [
            HeldOut.of(self._fitted(make, pairs, train), pairs, test) for train, test in folds
        ]
        self._trust = Trust(self.symmetry_, held_out)
        everything, start = np.arange(len(targets)), held_out[0].refiner.forward
        self._model = self._fitted(make, pairs, everything, start)
        refiner, self.regressor_ = self._model.refiner, self._model.regressor
        refiner.explain(self._trust.typical)
        self.forward_, self.weight_ = refiner.forward, self._trust.weight
        self.errors_, self.training_residual_ = self._trust.errors, refiner.training_residual
        self._latest = {"n_unrefined": 0}
        return self

    def predict(
        self, X: ArrayLike, return_residual: bool = False, return_std: bool = False
    ) -> Any:
        """Predict, and refine the predictions on the forward model.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.
        return_residual : bool, default=False
            Whether to return the residual of each measurement too.
        return_std : bool, default=False
            Whether to return the spread of the posterior of each prediction too.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_targets)
            The point of each orbit nearest to the first prediction, in double precision.
        residual : ndarray of shape (n_samples,)
            Root mean square of ``forward(y) - x``, in units of X. Only with `return_residual`.
        std : ndarray of shape (n_samples,)
            Root mean square distance of the posterior's orbits from the prediction's, in units of
            y; it has the size of the errors of held-out rows. Only with `return_std`.
        """
        check_is_fitted(self)
        measurements = validate_data(self, X, reset=False, dtype=np.float64)
        first = self._model.first(X, measurements)
        placed = self._model.refiner.placed(first, measurements)
        refined, is_kept = self._trust.refine(self._model.refiner, placed, measurements)
        self._latest["n_unrefined"] = int(is_kept.sum())
        answer = self.symmetry_.align(refined, first)
        answer[is_kept] = first[is_kept]
        answers = [answer[:, 0] if self._is_flat else answer]
        if return_residual:
            answers.append(self._model.refiner.residual(refined, measurements))
        if return_std:
            answers.append(self._trust.spread(self._model.refiner, refined, measurements))
        return tuple(answers) if len(answers) > 1 else answers[0]

    @property
    def n_unrefined_(self) -> int:
        """Rows of the latest `predict` that kept their first prediction."""
        check_is_fitted(self)
        return self._latest["n_unrefined"]

    def get_metadata_routing(self):
        """Route metadata to the `fit` of the regressor, and groups here.

        Returns
        -------
        MetadataRouter
        """
        return super().get_metadata_routing().add_self_request(self)

    def _fitted(self, make, pairs, rows, start=None):
        """What refines on a forward model of some rows, and the regressor fitted to them."""
        known = pairs.targets[rows], pairs.measurements[rows]
        settings = {
            "project": projection(self.constraint, known[0].shape[1]),
            **{name: getattr(self, name) for name in ("solver", "max_iter", "tol", "n_restarts")},
        }
        refiner = Refiner(make(*known, start=start), self.symmetry_, *known, settings)
        if self.regressor is None:
            return Start(refiner)
        return Start(refiner, clone(self.regressor).fit(*pairs.of(rows), **pairs.params(rows)))
