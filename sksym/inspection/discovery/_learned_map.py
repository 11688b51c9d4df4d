"""The forward map y -> X, learned from the pairs by the model that predicts best."""

import functools
from math import comb

import numpy as np
from sklearn.kernel_ridge import KernelRidge
from sklearn.neural_network import MLPRegressor

from ...regressors import Polynomial, forward_model
from ._smooth_models import KernelMap, NetworkMap

_DEGREES = (1, 2, 3, 4, 6, 8)
_MOST_COEFFICIENTS = 0.5  # of a polynomial, for each pair
_MOST_TO_CHOOSE = 5000  # rows that decide which model it is
_MOST_OF_KERNEL = 3000  # rows: its cost grows with their cube
_MOST_OF_NETWORK = 10_000
_WIDTHS = (0.5, 1.0, 2.0, 4.0)  # of the kernel, in typical distances from the mean
_RIDGES = (1e-5, 1e-3, 1e-2, 1e-1)
_LAYERS = (64, 64)
_NOISE = 0.05  # explained share of the variance of a measurement that is taken for none
_TINY = 1e-12  # variance, of standardised measurements, that is none
_FAR = 1e9  # an error that no model is chosen with
_EXACT = 1e-9  # of the measurements' variance: no other model can be better


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
    makers, errors = [], []
    for name, make in _makers(y.shape[1], len(rest), rng):
        squares = _squares(make(y[rest], X[rest]), y[held_out], X[held_out])
        makers.append((name, make, squares.mean(axis=0)))
        errors.append(squares.mean(axis=1))
        if errors[-1].mean() < _EXACT:
            break
    best = min(errors, key=np.mean)
    excesses = (error - best for error in errors)
    # The first that is as good is the simplest.
    is_as_good = [e.mean() <= e.std() / np.sqrt(len(e)) for e in excesses]
    name, make, left = makers[is_as_good.index(True)]
    return name, make, 1 - left / X[held_out].var(axis=0).clip(_TINY)


def _squares(model, y, X):
    """Squared errors, shape (n_samples, m)."""
    with np.errstate(over="ignore", invalid="ignore"):  # far from all others a power may overflow
        squares = (model.values(y) - X) ** 2
    return np.minimum(np.nan_to_num(squares, nan=_FAR), _FAR)


def _makers(n, n_samples, rng):
    """Names of models, and functions that fit them to targets and measurements."""
    for degree in _DEGREES:
        if comb(n + degree, degree) <= _MOST_COEFFICIENTS * n_samples:
            yield f"polynomial of degree {degree}", functools.partial(Polynomial, degree=degree)
    for width in _WIDTHS:
        for ridge in _RIDGES:
            kernel = KernelRidge(alpha=ridge, kernel="rbf")
            fit = functools.partial(_on_some, _MOST_OF_KERNEL, KernelMap, kernel, width)
            yield "kernel ridge regression", fit
    network = MLPRegressor(
        hidden_layer_sizes=_LAYERS,
        activation="tanh",
        solver="lbfgs",
        alpha=1e-2,
        max_iter=500,
        random_state=rng.randint(2**31 - 1),
    )
    yield "network", functools.partial(_on_some, _MOST_OF_NETWORK, NetworkMap, network)


def _on_some(n_rows, make, *parameters):
    *parameters, y, X = parameters
    return make(y[:n_rows], X[:n_rows], *parameters)
