"""Bootstraps of one regressor, averaged up to the symmetry."""

import warnings
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.ensemble import BaggingRegressor
from sklearn.utils import indexable
from sklearn.utils._mask import indices_to_mask
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import validate_data

from .._persistence import Versioned
from ..metrics import rectified_r2_score
from ..symmetries import Symmetry
from ._members import AlignedMembersMixin


class RectifiedBaggingRegressor(AlignedMembersMixin, Versioned, BaggingRegressor):
    r"""A `BaggingRegressor` that averages its members up to the symmetry.

    Members that are trained on different bootstraps may answer with different points of one orbit:
    their references, the leading direction or the cut that a network has chosen are other ones.
    The mean of such answers is about zero. Here the prediction is the orbit mean, the row m of the
    smallest :math:`\sum_k \min_g \|g m - \hat y_k\|^2`. Members with different cuts, such as from
    ``make_canonical_regressor(regressor, symmetry, reference="first")``, are averaged across the
    cut of each, as by an `AtlasRegressor`.

    Parameters
    ----------
    estimator : estimator
        Regressor that is trained on each bootstrap, such as from `make_canonical_regressor`.
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    n_estimators : int, default=10
        Number of members.
    max_samples, max_features, bootstrap, bootstrap_features
        As in `sklearn.ensemble.BaggingRegressor`.
    oob_score, warm_start, n_jobs, random_state, verbose
        As in `sklearn.ensemble.BaggingRegressor`.

    Attributes
    ----------
    estimators_ : list of estimators
        The fitted members.
    estimators_features_ : list of ndarray of int
        Columns of X that each member is given.
    estimators_samples_ : list of ndarray of int
        Rows that each member was trained on.
    symmetry_ : Symmetry
        The symmetry as it was in `fit`.
    oob_prediction_ : ndarray of shape (n_samples,) or (n_samples, n_targets)
        Orbit mean of the members that were not trained on a row; NaN where there is none. Only
        with ``oob_score=True``.
    oob_score_ : float
        Rectified R² of these, weighted as the rows are. Only with ``oob_score=True``.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str
        Names of the columns of X, if it has any.

    See Also
    --------
    RectifiedVotingRegressor : The orbit mean of different regressors.
    AtlasRegressor : The orbit mean over several cuts, weighted by the distance from each.

    Notes
    -----
    ``predict(X, return_std=True)`` returns beside the predictions how far the members are from
    them: for each row the root mean square of :math:`\min_g \|g m - \hat y_k\|`, in units of y.

    References
    ----------
    Breiman (1996), "Bagging predictors", Machine Learning 24.

    Examples
    --------
    Averaged entry by entry, members of different cuts lose most of what one of them knows:

    >>> from sklearn.ensemble import BaggingRegressor
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sksym import RectifiedBaggingRegressor, Sign, make_canonical_regressor
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> from sksym.metrics import rectified_r2_score
    >>> X, y = make_gaussian_phase_retrieval(1000, 3, random_state=0)
    >>> member = make_canonical_regressor(KNeighborsRegressor(), Sign(), reference="first")
    >>> ours = RectifiedBaggingRegressor(member, Sign(), random_state=0).fit(X[:800], y[:800])
    >>> theirs = BaggingRegressor(member, random_state=0).fit(X[:800], y[:800])
    >>> scores = [rectified_r2_score(y[800:], model.predict(X[800:]), symmetry=Sign())
    ...           for model in (member.fit(X[:800], y[:800]), theirs, ours)]
    >>> bool(scores[1] < 0.5 < scores[0] < scores[2])
    True

    Where the members disagree the answer is less sure:

    >>> y_pred, std = ours.predict(X[800:], return_std=True)
    >>> error = Sign().distance(y_pred, y[800:])
    >>> is_unsure = std > np.median(std)
    >>> bool(error[is_unsure].mean() > 1.5 * error[~is_unsure].mean())
    True
    """

    def __init__(
        self,
        estimator: Any,
        symmetry: Symmetry,
        n_estimators: int = 10,
        *,
        max_samples: float | None = None,
        max_features: float = 1.0,
        bootstrap: bool = True,
        bootstrap_features: bool = False,
        oob_score: bool = False,
        warm_start: bool = False,
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
    ) -> None:
        super().__init__(
            estimator,
            n_estimators,
            max_samples=max_samples,
            max_features=max_features,
            bootstrap=bootstrap,
            bootstrap_features=bootstrap_features,
            oob_score=oob_score,
            warm_start=warm_start,
            n_jobs=n_jobs,
            random_state=random_state,
            verbose=verbose,
        )
        self.symmetry = symmetry

    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None, **fit_params: Any
    ) -> Self:
        """Train a clone of the estimator on each bootstrap of the pairs.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Measurements.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets, each given by any point of its orbit.
        sample_weight : array-like of shape (n_samples,), optional
            Probabilities, up to a factor, with which rows are drawn.
        **fit_params
            Arguments passed to the members, with metadata routing only.

        Returns
        -------
        self : RectifiedBaggingRegressor

        Raises
        ------
        ValueError
            If the parameters or the pairs cannot be used.
        """
        self._read_targets(y)
        (self._targets,) = indexable(y)
        try:
            return super().fit(X, y, sample_weight, **fit_params)
        finally:
            del self._targets

    def _validate_y(self, y):
        """The targets as they came, with names of columns, and one column as a column."""
        return self._targets

    def _predictions(self, X):
        X = validate_data(
            self,
            X,
            accept_sparse=["csr", "csc"],
            dtype=None,
            ensure_all_finite=False,  # members decide
            reset=False,
        )
        return self._predictions_of_rows(X)

    def _predictions_of_rows(self, X):
        members = zip(self.estimators_, self.estimators_features_, strict=True)
        predictions = Parallel(n_jobs=self.n_jobs, verbose=self.verbose)(
            delayed(_predict)(member, X[:, features]) for member, features in members
        )
        return self._stacked(predictions)

    def _set_oob_score(self, X, y):
        is_outside = ~np.stack(
            [indices_to_mask(rows, self._n_samples) for rows in self.estimators_samples_], axis=1
        )
        is_known = is_outside.any(axis=1)
        if not is_known.all():
            warnings.warn(
                f"Every member was trained on {(~is_known).sum()} of {len(is_known)} rows, which "
                f"have no out-of-bag prediction and are left out of oob_score_; use more members.",
                UserWarning,
                stacklevel=4,
            )
        members = self._predictions_of_rows(X)[is_known]
        found = np.full((len(is_known), self._n_targets), np.nan)
        self.oob_score_ = np.nan
        if is_known.any():
            found[is_known] = self.symmetry_.mean(members, is_outside[is_known])
            targets = np.reshape(y, found.shape)
            weights = None if self._sample_weight is None else self._sample_weight[is_known]
            self.oob_score_ = rectified_r2_score(
                targets[is_known],
                found[is_known],
                symmetry=self.symmetry_,
                sample_weight=weights,
            )
        self.oob_prediction_ = found[:, 0] if self._is_flat else found


def _predict(member, X):
    return member.predict(X)
