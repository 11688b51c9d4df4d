"""Balls around predictions that contain the true orbit with a given probability."""

from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, clone
from sklearn.neighbors import NearestNeighbors
from sklearn.utils import _safe_indexing, check_consistent_length, indexable
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import (
    _check_method_params,
    _check_sample_weight,
    check_is_fitted,
    validate_data,
)

from .._persistence import Versioned
from .._validation import Interval
from ..symmetries import Symmetry, require_symmetry
from ._base import MetaRegressorMixin, RectifiedScoreMixin
from ._build import weight_parameter
from ._calibration import conformal_quantile, known_targets, require_enough, split
from ._difficulty import NORMALIZATIONS, Answers, Difficulty, of_smallest_balls

_MOST_TYPICAL = 1000  # training rows are enough to tell what is typical


class RectifiedConformalRegressor(
    RectifiedScoreMixin, MetaRegressorMixin, Versioned, BaseEstimator
):
    r"""Predictions with the radius of a ball that contains the true orbit.

    Split conformal prediction up to a symmetry: rows that the regressor was not trained on have
    the scores :math:`s_i = \min_g \|g \hat y_i - y_i\| / d_i`, and the ball about a prediction has
    the radius :math:`q d`, where q is the :math:`\lceil (n+1) c \rceil`-th smallest of the n
    scores for the confidence level c, and the difficulty d is known before the truth is.

    Parameters
    ----------
    regressor : estimator
        Regressor of the predictions, such as from `make_canonical_regressor`.
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    confidence_level : float, default=0.9
        Probability with which a ball is to contain the true orbit, between 0 and 1.
    normalization : str, default="auto"
        What the difficulty of a prediction is.

        - ``"constant"``: the same for all, so that all balls have one radius.
        - ``"neighbors"``: distance of the targets of the 10 nearest training measurements.
        - ``"margin"``: inverse distance to the cut of the symmetry's default reference.
        - ``"norm"``: inverse size of the prediction.
        - ``"residual"``, ``"std"``: what ``regressor.predict(X, return_residual=True)`` or
          ``return_std=True`` tells, for a `RefinedRegressor`, a `RectifiedBaggingRegressor`.
        - ``"auto"``: the one of these with the smallest mean radius on half of the rows that are
          held out; the other half calibrates it.
    calibration_size : float or int, default=0.2
        Share or number of the rows, or of the groups, that are held out of the training.
    random_state : int, RandomState instance or None, default=None
        Seed of the split.

    Attributes
    ----------
    regressor_ : estimator
        The fitted regressor.
    symmetry_ : Symmetry
        The symmetry as it was in `fit`.
    confidence_level_ : float
        The level as it was in `fit`.
    normalization_ : str
        The normalization that is used.
    mean_radii_ : dict of str -> float
        Mean radius under each normalization that ``"auto"`` has compared; empty otherwise.
    quantile_ : float
        Radius of a ball of difficulty 1, in units of y.
    calibration_indices_ : ndarray of int
        Rows that the quantile was taken from.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str
        Names of the columns of X, if it has any.

    Notes
    -----
    The probability is over calibration and new rows that are exchangeable, and over all of them
    together: at some y it is higher and at others lower, which
    `sksym.inspection.CoverageDisplay` shows. With groups it holds approximately, the better the
    more groups are held out. Under a group that is not isometric, such as `PositiveScale`, the
    distance is to y as it is given.

    References
    ----------
    Vovk, Gammerman, Shafer (2005), "Algorithmic learning in a random world".

    Papadopoulos, Vovk, Gammerman (2011), "Regression conformal prediction with nearest
    neighbours": scores that are normalized.

    Lei, G'Sell, Rinaldo, Tibshirani, Wasserman (2018), "Distribution-free predictive inference for
    regression": the split.

    Tibshirani, Barber, Candès, Ramdas (2019), "Conformal prediction under covariate shift":
    weights.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sksym import RectifiedConformalRegressor, Sign, make_canonical_regressor
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> X, y = make_gaussian_phase_retrieval(3000, 3, random_state=0)
    >>> first = make_canonical_regressor(KNeighborsRegressor(), Sign())
    >>> model = RectifiedConformalRegressor(first, Sign(), random_state=0).fit(X[:2000], y[:2000])
    >>> bool(0.87 < model.contains(X[2000:], y[2000:]).mean() < 0.93)
    True
    >>> model.predict_radius(X[2000:]).shape
    (1000,)
    """

    _fitted_types = (Difficulty, NearestNeighbors)
    _parameter_constraints: ClassVar[dict] = {
        "confidence_level": [Interval(Real, 0, 1, closed="neither")],
        "normalization": [StrOptions({"auto", *NORMALIZATIONS})],
        "calibration_size": [
            Interval(Real, 0, 1, closed="neither"),
            Interval(Integral, 1, None, closed="left"),
        ],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        regressor: Any,
        symmetry: Symmetry,
        confidence_level: float = 0.9,
        normalization: str | None = "auto",
        calibration_size: float = 0.2,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.regressor = regressor
        self.symmetry = symmetry
        self.confidence_level = confidence_level
        self.normalization = normalization
        self.calibration_size = calibration_size
        self.random_state = random_state

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        groups: ArrayLike | None = None,
        **fit_params: Any,
    ) -> Self:
        """Fit the regressor to a part of the rows, and calibrate the radius on the others.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements, real numbers.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets, each given by any point of its orbit; all known.
        sample_weight : array-like of shape (n_samples,), optional
            Weights, non-negative. They reach the regressor if it takes them, and are those of the
            scores in the quantile, where a new row is taken to weigh as much as the heaviest.
        groups : array-like of shape (n_samples,), optional
            Group of each row. Rows of one group are either trained on or held out.
        **fit_params
            Arguments passed to the regressor; what has a value for each row is split as X is.

        Returns
        -------
        self : RectifiedConformalRegressor

        Raises
        ------
        ValueError
            If the parameters or the pairs cannot be used, or too few rows are held out for the
            confidence level.
        """
        symmetry = require_symmetry(self.symmetry, y)
        self._validate_params()
        measurements = validate_data(self, X, dtype=np.float64)
        targets = known_targets(y, self)
        X, y = indexable(X, y)
        weights = _check_sample_weight(sample_weight, measurements, ensure_non_negative=True)
        self.symmetry_, self.confidence_level_ = clone(symmetry), float(self.confidence_level)
        with_choice = self.normalization == "auto"
        train, *held_out = split(
            measurements, groups, self.calibration_size, self.random_state, with_choice
        )
        for part in held_out:
            require_enough(weights[part], self.confidence_level_, with_choice)
        name = weight_parameter(self.regressor)
        if sample_weight is not None and name:
            fit_params[name] = weights
        pairs = (_safe_indexing(part, train) for part in (X, y))
        fit_params = _check_method_params(X, fit_params, train)
        self.regressor_ = clone(self.regressor).fit(*pairs, **fit_params)
        names = NORMALIZATIONS if with_choice else [self.normalization]

        def answers(rows):
            return Answers.of(self.regressor_, _safe_indexing(X, rows), measurements[rows], names)

        typical = answers(train[:: -(-len(train) // _MOST_TYPICAL)])
        training = self.symmetry_, typical, measurements[train], targets[train]
        parts = [(answers(part), targets[part], weights[part]) for part in held_out]
        self._choose(training, *parts[:-1])
        self.quantile_ = self._quantile(self._difficulty, *parts[-1])
        self.calibration_indices_ = held_out[-1]
        return self

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict with the regressor.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
            Centres of the balls.
        """
        check_is_fitted(self)
        return self.regressor_.predict(X)

    def predict_radius(self, X: ArrayLike) -> np.ndarray:
        """Radii of the balls.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.

        Returns
        -------
        ndarray of shape (n_samples,)
            In units of y: the Euclidean distance from the prediction to the nearest point of the
            true orbit is at most this, with the probability of the confidence level.
        """
        return self._balls(X)[1]

    def contains(self, X: ArrayLike, y: ArrayLike) -> np.ndarray:
        """Whether the ball of each measurement contains a point of the true orbit.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            True targets, each given by any point of its orbit; all known.

        Returns
        -------
        ndarray of bool, shape (n_samples,)
            Its mean is the coverage.

        Raises
        ------
        ValueError
            If the rows do not match or a target is known in part.
        """
        centers, radii = self._balls(X)
        targets = known_targets(y, self)
        check_consistent_length(centers, targets)
        return self.symmetry_.distance(centers, targets) <= radii

    def get_metadata_routing(self):
        """Route metadata to the `fit` of the regressor, and weights and groups here too.

        Returns
        -------
        MetadataRouter
        """
        return super().get_metadata_routing().add_self_request(self)

    def _choose(self, training, choice=None):
        """Take the normalization that was asked for, or of all the one of the smallest balls."""
        if choice is None:
            found = Difficulty(self.normalization, *training), {}
        else:
            found = of_smallest_balls(training, choice, self._quantile)
        self._difficulty, self.mean_radii_ = found
        self.normalization_ = self._difficulty.name

    def _quantile(self, difficulty, answers, targets, weights):
        scores = self.symmetry_.distance(answers.y, targets) / difficulty(answers)
        return conformal_quantile(scores, weights, self.confidence_level_)

    def _balls(self, X):
        check_is_fitted(self)
        measurements = validate_data(self, X, reset=False, dtype=np.float64)
        answers = Answers.of(self.regressor_, X, measurements, [self.normalization_])
        return answers.y, self.quantile_ * self._difficulty(answers)
