"""The forward map y -> X, learned from the pairs by the model that predicts best."""

import numpy as np

from ...regressors.forward import (
    forward_model,
    kernel_maps,
    network_map,
    polynomials,
    simplest,
)

_DEGREES = (1, 2, 3, 4, 6, 8)
_MOST_TO_CHOOSE = 5000  # rows that decide which model it is
_WIDTHS = (0.5, 1.0, 2.0, 4.0)  # of the kernel, in typical distances from the mean
_RIDGES = (1e-5, 1e-3, 1e-2, 1e-1)
_NOISE = 0.05  # explained share of the variance of a measurement that is taken for none
_TINY = 1e-12  # variance, of standardised measurements, that is none


class LearnedMap:
    """A model of the forward map, in measurements of spread one.

    Parameters
    ----------
    forward : None, estimator or callable
        As in `discover_symmetry`.
    y : ndarray of shape (n_samples, n)
        Targets.
    X : ndarray of shape (n_samples, m)
        Their measurements.
    rng : RandomState
        Chooses the rows that decide among models, and the network's weights.

    Attributes
    ----------
    name : str
        What the model is.
    is_known : bool
        Whether it is not a model but the map itself.
    """

    def __init__(self, forward, y, X, rng):
        self._mean, spread = X.mean(axis=0), X.std(axis=0)
        self._spread = np.where(spread > 0, spread, 1.0)
        self._columns = np.arange(X.shape[1])
        self._is_given = forward is not None
        self.is_known = callable(forward)
        if self._is_given:
            self.name, self._model, self._halves = (
                "the given one",
                forward_model(forward, y, X),
                (),
            )
        else:
            self._learn(y, X, rng)

    def _learn(self, y, X, rng):
        self.name, make, explained = _best_model(y, self.standardised(X), rng)
        if (explained > _NOISE).any():  # what nothing explains would be noise to all that follows
            self._columns = np.flatnonzero(explained > _NOISE)
        X, half = self.standardised(X), np.arange(len(y)) % 2 == 0
        self._model = make(y, X)
        self._halves = [make(y[rows], X[rows]) for rows in (half, ~half)]

    @property
    def n_left_out(self):
        """Number of columns of X that no model explains, which are left out."""
        return len(self._mean) - len(self._columns)

    def standardised(self, X):
        """Measurements in units of their spread."""
        return ((X - self._mean) / self._spread)[:, self._columns]

    def values(self, y):
        """Standardised measurements of targets, shape (n_samples, m)."""
        values = self._model.values(y)
        return self.standardised(values) if self._is_given else values

    def disagreement(self, y):
        """Squared distances of what models of half of the pairs predict, shape (n_samples,)."""
        if not self._halves:
            return np.zeros(len(y))
        first, second = (model.values(y) for model in self._halves)
        return np.sum((first - second) ** 2, axis=1)

    def values_and_jacobian(self, y):
        """The same and their derivatives, shape (n_samples, m, n)."""
        values, jacobian = self._model.values_and_jacobian(y)
        if self._is_given:
            return self.standardised(values), jacobian / self._spread[:, None]
        return values, jacobian


def _best_model(y, X, rng):
    """The model with the smallest error on a fifth of the rows.

    Its name, how to fit it, and the share of each measurement's variance that it explains.
    """
    some = rng.permutation(len(y))[:_MOST_TO_CHOOSE]
    held_out, rest = np.split(some, [-(-len(some) // 5)])
    candidates = _candidates(y.shape[1], len(rest), rng)
    name, make, left = simplest(candidates, y[rest], X[rest], y[held_out], X[held_out])
    return name, make, 1 - left / X[held_out].var(axis=0).clip(_TINY)


def _candidates(n, n_samples, rng):
    yield from polynomials(_DEGREES, n, n_samples)
    yield from kernel_maps(_WIDTHS, _RIDGES)
    yield network_map(rng)
