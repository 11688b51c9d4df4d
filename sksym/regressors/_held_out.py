"""Rows that are held out of a training, and what was fitted to the others."""

from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import GroupKFold, KFold, check_cv
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _check_method_params, _check_sample_weight

_FOLDS = 5
_ENOUGH = 400  # held-out rows: no further fold is trained


@dataclass(frozen=True)
class Pairs:
    """What `fit` was given: as it came, as numbers, and what has a value for each row."""

    X: object
    y: object
    measurements: np.ndarray
    targets: np.ndarray
    fit_params: dict

    def of(self, rows):
        """Some of the pairs, as they came."""
        return _safe_indexing(self.X, rows), _safe_indexing(self.y, rows)

    def params(self, rows):
        """Arguments of `fit` for some of the pairs."""
        return _check_method_params(self.X, self.fit_params, rows)

    @property
    def weights(self):
        """Sample weights, ones if there are none."""
        return sample_weights(self.fit_params, self.measurements)


@dataclass(frozen=True)
class Start:
    """First predictions: by a regressor, or without one by what refines them."""

    refiner: object
    regressor: object = None

    def first(self, X, measurements):
        """First predictions for X, the numbers of which are `measurements`, as rows."""
        if self.regressor is None:
            first = self.refiner.first(measurements)
        else:
            first = np.asarray(self.regressor.predict(X), dtype=np.float64)
            first = first.reshape(len(first), -1)
        return self.refiner.projected(first)


@dataclass(frozen=True)
class HeldOut:
    """Rows of one fold, and what was fitted to the others.

    Attributes
    ----------
    refiner : Refiner
        Of the forward model.
    first : ndarray of shape (n_samples, n)
        First predictions.
    y, X : ndarray
        Targets and measurements.
    weights : ndarray of shape (n_samples,)
        Sample weights.
    """

    refiner: object
    first: np.ndarray
    y: np.ndarray
    X: np.ndarray
    weights: np.ndarray

    @classmethod
    def of(cls, start, pairs, rows):
        """Hold some of the pairs against what starts from the others."""
        measurements = pairs.measurements[rows]
        first = start.first(_safe_indexing(pairs.X, rows), measurements)
        first = start.refiner.placed(first, measurements)
        return cls(start.refiner, first, pairs.targets[rows], measurements, pairs.weights[rows])

    def some(self, n_rows):
        """The first rows."""
        parts = (self.first, self.y, self.X, self.weights)
        return HeldOut(self.refiner, *(part[:n_rows] for part in parts))


def sample_weights(fit_params, X):
    """Weights of samples among arguments of `fit`, under whatever name they go to the regressor.

    Parameters
    ----------
    fit_params : dict
        Arguments of `fit`.
    X : ndarray of shape (n_samples, n)
        Rows that they belong to.

    Returns
    -------
    ndarray of shape (n_samples,)
        Ones if there are none; none is negative.
    """
    given = [value for name, value in fit_params.items() if name.endswith("sample_weight")]
    weights = _check_sample_weight(given[0] if given else None, X, dtype=np.float64)
    return np.maximum(weights, 0.0)


def folds_of(X, y, groups, cv, rng):
    """Rows to train on and rows to hold out, as often as is needed.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Measurements.
    y : array-like
        Targets.
    groups : array-like of shape (n_samples,) or None
        Groups that are held out whole.
    cv : None, int, cross-validation generator or iterable
        None is five folds, of which as many are taken as hold 400 rows out.
    rng : RandomState
        Shuffles the rows.

    Returns
    -------
    list of (ndarray of int, ndarray of int)

    Raises
    ------
    ValueError
        If there are fewer than two rows or groups.
    """
    if cv is not None:
        return list(check_cv(cv, y).split(X, y, groups))
    n_units = len(X) if groups is None else len(np.unique(groups))
    if n_units < 2:
        what = "sample" if groups is None else "group"
        raise ValueError(
            f"RefinedRegressor holds rows out to learn how far the forward map is to be trusted: "
            f"it needs at least 2 {what}s, got 1 {what}."
        )
    kind = KFold if groups is None else GroupKFold
    splitter = kind(min(_FOLDS, n_units), shuffle=True, random_state=rng.randint(2**31 - 1))
    folds, n_rows = [], 0
    for train, test in splitter.split(X, groups=groups):
        folds.append((train, test))
        n_rows += len(test)
        if n_rows >= _ENOUGH:
            break
    return folds
