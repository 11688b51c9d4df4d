"""Nearest-neighbour regression by orbit means."""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neighbors._base import _get_weights
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import check_is_fitted

from .._arrays.rows import read_targets
from .._persistence import Versioned
from ..symmetries import Symmetry, require_symmetry
from ._base import RectifiedScoreMixin, require_every_coordinate

_CHUNK = 2**14  # samples whose neighbours are gathered at once


class OrbitKNeighborsRegressor(RectifiedScoreMixin, Versioned, KNeighborsRegressor):
    """Regression by the orbit mean of the nearest neighbours' targets.

    A `KNeighborsRegressor` that knows that its neighbours' targets are points of orbits: it has no
    cut, needs no symmetry breaking, and is the baseline to beat.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    n_neighbors : int, default=5
        Number of neighbours.
    weights : {"uniform", "distance"} or callable, default="uniform"
        Weights of the neighbours in the mean.
    algorithm, leaf_size, p, metric, metric_params, n_jobs
        As in `sklearn.neighbors.KNeighborsRegressor`.

    Attributes
    ----------
    symmetry_ : Symmetry
        The symmetry as it was in `fit`.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str
        Names of the columns of X, if it has any.

    See Also
    --------
    AtlasRegressor : Several cuts of any regressor.
    make_lifted_regressor : Continuous invariants of the orbits.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sksym import OrbitKNeighborsRegressor, Sign, make_canonical_regressor
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> X, y = make_gaussian_phase_retrieval(2000, 3, random_state=0)
    >>> one_cut = make_canonical_regressor(KNeighborsRegressor(), Sign())
    >>> scores = [
    ...     model.fit(X[:1500], y[:1500]).score(X[1500:], y[1500:])
    ...     for model in (one_cut, OrbitKNeighborsRegressor(Sign()))
    ... ]
    >>> bool(scores[1] > scores[0])
    True
    """

    def __init__(
        self,
        symmetry: Symmetry,
        n_neighbors: int = 5,
        *,
        weights: str | Callable[..., Any] = "uniform",
        algorithm: str = "auto",
        leaf_size: int = 30,
        p: float = 2,
        metric: str | Callable[..., Any] = "minkowski",
        metric_params: dict[str, Any] | None = None,
        n_jobs: int | None = None,
    ) -> None:
        super().__init__(
            n_neighbors=n_neighbors,
            weights=weights,
            algorithm=algorithm,
            leaf_size=leaf_size,
            p=p,
            metric=metric,
            metric_params=metric_params,
            n_jobs=n_jobs,
        )
        self.symmetry = symmetry

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Store the pairs.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets, each given by any point of its orbit. Coordinates may be unknown (NaN):
            they are left out of the means.

        Returns
        -------
        self : OrbitKNeighborsRegressor
        """
        symmetry = require_symmetry(self.symmetry, y)
        rows, is_flat = read_targets(y, self, allow_nan=True)
        self.symmetry_ = clone(symmetry)
        self.symmetry_.default_reference(rows)  # refuses rows that it cannot act on
        self._n_neighbors, self._weights = self.n_neighbors, self.weights
        targets = rows.values[:, 0] if is_flat else rows.values
        super().fit(X, np.nan_to_num(targets) if rows.has_nan else targets)
        if rows.has_nan:  # which scikit-learn refuses, though neighbours are those of X
            self._y = targets
        return self

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict the orbit mean of the neighbours of each sample.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
            Where none of the neighbours knows a coordinate, the mean of more of them.

        Raises
        ------
        ValueError
            If no training target knows a coordinate.
        """
        check_is_fitted(self)
        number, weights = self._n_neighbors, self._weights
        mean = self._mean_of_nearest(X, number, weights)
        while (rows := np.flatnonzero(np.isnan(mean).any(axis=1))).size:
            if number == len(self._y) and weights == "uniform":
                require_every_coordinate(mean)
            # All alike: of weights by distance a neighbour of distance 0 has all.
            number, weights = min(2 * number, len(self._y)), "uniform"
            mean[rows] = self._mean_of_nearest(_safe_indexing(X, rows), number, weights)
        return mean[:, 0] if self._y.ndim == 1 else mean

    def _mean_of_nearest(self, X, number, weights):
        distances, neighbors = self.kneighbors(X, number)
        weights = _get_weights(distances, weights)
        targets = self._y.reshape(len(self._y), -1)
        parts = []
        for start in range(0, len(neighbors), _CHUNK):
            rows = slice(start, start + _CHUNK)
            part = None if weights is None else weights[rows]
            parts.append(self.symmetry_.mean(targets[neighbors[rows]], part))
        return np.concatenate(parts)
