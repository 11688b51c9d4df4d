"""The scale on which measurements are compared: their own, square roots or logarithms."""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import check_is_fitted, validate_data

from .._arrays.rows import read_targets
from .._persistence import Versioned
from ..symmetries import Identity, Symmetry, require_symmetry

_NEIGHBORS = 5
_MOST_ROWS = 10_000  # neighbours are searched among so many,
_MOST_JUDGED = 1000  # of so many
_MOST_ERRORS = 2.0  # standard errors of a gain that may be chance


class CompressMeasurements(OneToOneFeatureMixin, TransformerMixin, Versioned, BaseEstimator):
    r"""Intensities and other non-negative measurements on the scale where neighbours tell most.

    Distances between intensities are ruled by the few that are large. Their square roots, or their
    logarithms :math:`\log(1 + x / \bar x)` with the mean of the column, may tell more of the
    target. Measurements are replaced by one of these where the training targets of the 5 nearest
    other measurements are closer by it, on average and by more than two standard errors. Where a
    training measurement is negative none is replaced.

    Parameters
    ----------
    symmetry : Symmetry, optional
        Symmetry that the targets are known up to, where they are raw. None for representatives,
        lifts and other targets that are compared as they are.

    Attributes
    ----------
    scale_ : {"identity", "sqrt", "log"}
        The scale that is used.
    spreads_ : dict of str -> float
        Mean squared distance between targets of neighbours on each scale, in squared units of y;
        empty where measurements are negative or there is one only.
    mean_ : ndarray of shape (n_features,)
        Means of the columns.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str
        Names of the columns of X, if it has any.

    Notes
    -----
    It is part of ``"KNN"`` in `REGRESSORS`. Least squares and networks are better off with the
    intensities, which are linear in the lift of phase retrieval. Of negative numbers in new
    measurements the size is compressed and the sign kept.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sklearn.pipeline import make_pipeline
    >>> from sksym import Sign, make_lifted_regressor
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> from sksym.regressors import CompressMeasurements
    >>> X, y = make_gaussian_phase_retrieval(2000, 5, random_state=0)
    >>> CompressMeasurements(Sign()).fit(X, y).scale_
    'sqrt'
    >>> nearest = KNeighborsRegressor()
    >>> regressors = nearest, make_pipeline(CompressMeasurements(), nearest)
    >>> models = [make_lifted_regressor(r, Sign()).fit(X[:1500], y[:1500]) for r in regressors]
    >>> plain, compressed = (1 - model.score(X[1500:], y[1500:]) for model in models)
    >>> bool(compressed < 0.9 * plain)
    True
    """

    def __init__(self, symmetry: Symmetry | None = None) -> None:
        self.symmetry = symmetry

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Choose the scale.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets. Coordinates may be unknown (NaN).

        Returns
        -------
        self : CompressMeasurements
        """
        symmetry = Identity() if self.symmetry is None else require_symmetry(self.symmetry, y)
        X = validate_data(self, X, dtype=np.float64)
        targets = read_targets(y, self, allow_nan=True)[0].values
        check_consistent_length(X, targets)
        self.mean_ = X.mean(axis=0)
        self.spreads_, self.scale_ = {}, "identity"
        if (X >= 0).all() and len(X) > 1:
            some = slice(None, None, -(-len(X) // _MOST_ROWS))
            self._choose(X[some], targets[some], symmetry)
        return self

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Bring measurements to the scale.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
        """
        check_is_fitted(self)
        return self._scaled(validate_data(self, X, dtype=np.float64, reset=False), self.scale_)

    def _choose(self, X, y, symmetry):
        squares = {name: _squares(self._scaled(X, name), y, symmetry) for name in _SCALES}
        self.spreads_ = {name: float(values.mean()) for name, values in squares.items()}
        best = min(self.spreads_, key=self.spreads_.get)
        gain = squares["identity"] - squares[best]
        if gain.mean() > _MOST_ERRORS * gain.std() / np.sqrt(len(gain)):
            self.scale_ = best

    def _scaled(self, X, name):
        unit = np.where(self.mean_ > 0, self.mean_, 1.0)
        return np.copysign(_SCALES[name](np.abs(X), unit), X)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags


def _squares(X, y, symmetry):
    """Of some rows the mean squared distance from the targets of the nearest other rows."""
    X = StandardScaler().fit_transform(X)
    judged = np.arange(0, len(X), -(-len(X) // _MOST_JUDGED))
    number = min(_NEIGHBORS, len(X) - 1)
    nearest = NearestNeighbors(n_neighbors=number + 1, algorithm="brute").fit(X)
    found = nearest.kneighbors(X[judged], return_distance=False)
    # The row itself goes last, wherever it is among its repetitions.
    order = np.argsort(found == judged[:, None], axis=1, kind="stable")
    others = np.take_along_axis(found, order, axis=1)[:, :number]
    return np.mean([symmetry.distance(y[k], y[judged]) ** 2 for k in others.T], axis=0)


_SCALES = {
    "identity": lambda X, unit: X,
    "sqrt": lambda X, unit: np.sqrt(X),
    "log": lambda X, unit: np.log1p(X / unit),
}
