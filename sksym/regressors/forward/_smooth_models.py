"""Smooth regressors of scikit-learn as forward maps with derivatives."""

import warnings

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics.pairwise import rbf_kernel

from ..._arrays.algebra import chunks

_CHUNK = 2**22  # entries of kernels and derivatives held at a time


class _Smooth:
    """Targets and measurements are standardised: their columns may have different units."""

    def __init__(self, y, X):
        self.mean, self.scale = _mean_and_scale(y)
        self.outer_mean, self.outer_scale = _mean_and_scale(X)

    def _inner(self, y):
        return (y - self.mean) / self.scale

    def values(self, y):
        """Predicted measurements, shape (n_samples, m)."""
        values = [self._values(self._inner(y[part])) for part in self._parts(y)]
        return self._outer(np.concatenate(values))

    def values_and_jacobian(self, y):
        """The same and their derivatives, shape (n_samples, m, n)."""
        found = [self._both(self._inner(y[part])) for part in self._parts(y)]
        values, jacobians = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return self._outer(values), jacobians * (self.outer_scale[:, None] / self.scale)

    def _outer(self, values):
        return values * self.outer_scale + self.outer_mean

    def _parts(self, y):
        return chunks(len(y), self._width, limit=_CHUNK)


class KernelMap(_Smooth):
    """Kernel ridge regression with a Gaussian kernel.

    Parameters
    ----------
    y : ndarray of shape (n_samples, n)
        Targets.
    X : ndarray of shape (n_samples, m)
        Measurements.
    width : float
        Standard deviation of the kernel, over the typical distance of standardised targets from
        their mean.
    ridge : float
        Penalty.
    """

    def __init__(self, y, X, estimator, width):
        super().__init__(y, X)
        X = (X - self.outer_mean) / self.outer_scale
        self._gamma = 1 / (2 * y.shape[1] * width**2)
        self._at = self._inner(y)
        self._weights = clone(estimator).set_params(gamma=self._gamma).fit(self._at, X).dual_coef_
        products = self._weights[:, :, None] * self._at[:, None, :]
        self._products = products.reshape(len(y), -1)
        self._width = len(y)

    def _values(self, y):
        return rbf_kernel(y, self._at, self._gamma) @ self._weights

    def _both(self, y):
        kernel = rbf_kernel(y, self._at, self._gamma)
        values = kernel @ self._weights
        # The derivative of k(y, a) is 2 gamma k(y, a) (a - y).
        towards = (kernel @ self._products).reshape(len(y), values.shape[1], -1)
        return values, 2 * self._gamma * (towards - values[:, :, None] * y[:, None, :])


class NetworkMap(_Smooth):
    """A network with hyperbolic tangents.

    Parameters
    ----------
    y : ndarray of shape (n_samples, n)
        Targets.
    X : ndarray of shape (n_samples, m)
        Measurements.
    estimator : MLPRegressor
        With ``activation="tanh"``; cloned.
    """

    def __init__(self, y, X, estimator):
        super().__init__(y, X)
        X = (X - self.outer_mean) / self.outer_scale
        with warnings.catch_warnings():  # what it predicts is measured on other rows
            warnings.simplefilter("ignore", ConvergenceWarning)
            fitted = clone(estimator).fit(self._inner(y), X if X.shape[1] > 1 else X[:, 0])
        self._layers = list(zip(fitted.coefs_, fitted.intercepts_, strict=True))
        self._width = max(weights.size for weights in fitted.coefs_)

    def _values(self, y):
        *hidden, (weights, bias) = self._layers
        for inner_weights, inner_bias in hidden:
            y = np.tanh(y @ inner_weights + inner_bias)
        return y @ weights + bias

    def _both(self, y):
        *hidden, (weights, bias) = self._layers
        jacobian = np.broadcast_to(np.eye(y.shape[1]), (len(y), y.shape[1], y.shape[1]))
        for inner_weights, inner_bias in hidden:
            y = np.tanh(y @ inner_weights + inner_bias)
            jacobian = (jacobian @ inner_weights) * (1 - y**2)[:, None, :]
        return y @ weights + bias, np.swapaxes(jacobian @ weights, 1, 2)


def _mean_and_scale(rows):
    spread = rows.std(axis=0)
    return rows.mean(axis=0), np.where(spread > 0, spread, 1.0)
