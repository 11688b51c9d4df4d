"""Models of the forward map y -> X, with their derivatives."""

import numpy as np
from sklearn.base import clone
from sklearn.neighbors import NearestNeighbors

from ..._extras import MissingPackageError

_ENOUGH = 0.9  # of the measurements' variance: a known map that explains it is believed
_NEIGHBORS = 5
_MOST_NEIGHBORS_OF = 2000  # targets are enough to tell what their neighbours explain


class Differences:
    """Any function of rows, differentiated by central differences.

    Parameters
    ----------
    function : callable
        Map from rows y to measurements; its precision determines the step.
    """

    def __init__(self, function):
        self.function = function

    def values(self, y):
        """Predicted measurements."""
        return _as_matrix(self.function(y), len(y))

    def values_and_jacobian(self, y):
        """Predicted measurements and their derivatives, shape (n_samples, m, n)."""
        values = np.asarray(self.function(y))
        eps = np.finfo(values.dtype if values.dtype.kind == "f" else np.float64).eps
        values = _as_matrix(values, len(y))
        # The error of a central difference, eps / step + step², is smallest there.
        step = eps ** (1 / 3) * np.maximum(np.abs(y).max(axis=1, keepdims=True), 1e-3)
        jacobian = np.empty((*values.shape, y.shape[1]))
        for k in range(y.shape[1]):
            shift = np.zeros_like(y)
            shift[:, k] = step[:, 0]
            above, below = (self.values(y + sign * shift) for sign in (1, -1))
            jacobian[:, :, k] = (above - below) / (2 * step)
        return values, jacobian


def forward_model(forward, y, X):
    """Create the forward model for a user's parameter, fitted to the pairs.

    Parameters
    ----------
    forward : estimator or callable
        An estimator is cloned and fitted; a callable is the forward map, of NumPy rows or, with
        exact derivatives, of torch tensors.
    y : ndarray of shape (n_samples, n)
        Signals.
    X : ndarray of shape (n_samples, m)
        Measurements of the signals.

    Returns
    -------
    object with ``values`` and ``values_and_jacobian``

    Raises
    ------
    TypeError
        If `forward` has another type.
    ValueError
        If a callable does not return one row of measurements for each row.
    """
    if hasattr(forward, "fit") and hasattr(forward, "predict"):
        model = clone(forward).fit(y, X)
        if hasattr(model, "module_"):  # a skorch network has derivatives
            from ...neural import NetworkJacobian

            return NetworkJacobian(model)
        return Differences(model.predict)
    if not callable(forward):
        raise TypeError(
            f"forward must be None, a regressor or a callable from y to X, got {forward!r}."
        )
    model = _known(forward, y)
    shape = np.shape(model.values(y[:2]))
    if shape != np.shape(X[:2]):
        raise ValueError(
            f"forward must map rows of shape {np.shape(y[:2])} to measurements of shape "
            f"{np.shape(X[:2])}, as X has them, got {shape}."
        )
    return model


def _known(forward, y):
    """The known map, differentiated exactly if it takes tensors; there are none without torch."""
    try:
        from ...neural import FunctionJacobian, takes_tensors
    except MissingPackageError:
        return Differences(forward)
    return FunctionJacobian(forward) if takes_tensors(forward, y[:1]) else Differences(forward)


def require_reproduction(values, y, X):
    """Refuse a known forward map that does not reproduce the training measurements.

    A map for other units, another operator or another order of the columns moves every prediction
    to a wrong place. It has to explain nine tenths of the measurements' variance, or as much as
    the nearest other targets do: noise, which is not a fault of the map, leaves less to both. What
    explains nothing is refused whatever the noise.

    Parameters
    ----------
    values : ndarray of shape (n_samples, m)
        Measurements that the map gives for the training signals.
    y : ndarray of shape (n_samples, n)
        Signals.
    X : ndarray of shape (n_samples, m)
        Measurements of the signals.

    Raises
    ------
    ValueError
        With the share of the variance that the map explains and the share that is needed, or the
        number of signals for which it gives no finite numbers.
    """
    n_bad = np.count_nonzero(~np.isfinite(values).all(axis=1))
    if n_bad:
        raise ValueError(
            f"forward gives NaN or infinity for {n_bad} of {len(y)} training targets."
        )
    share = _explained(values, X)
    if share >= _ENOUGH:
        return
    needed = np.clip(_explained_by_neighbors(y, X), 0.0, _ENOUGH)
    if share < needed:
        raise ValueError(
            f"forward explains {100 * share:.3g} % of the variance of the training measurements, "
            f"and {100 * needed:.3g} % is needed: forward(y) must give X, in its units and in the "
            f"order of its columns. Correct it, or pass forward=None to have it learned."
        )


def _explained(values, X):
    """Explained share of the measurements' variance; of their squares if none varies."""
    spread = np.sum((X - X.mean(axis=0)) ** 2) or np.sum(X**2) or 1.0
    with np.errstate(over="ignore"):
        return 1 - np.sum((values - X) ** 2) / spread


def _explained_by_neighbors(y, X):
    """Share that the mean of the measurements of the nearest other targets explains."""
    step = -(-len(y) // _MOST_NEIGHBORS_OF)
    y, X = y[::step], X[::step]
    n_neighbors = min(_NEIGHBORS, len(y) - 1)
    if n_neighbors == 0:
        return 0.0
    neighbors = NearestNeighbors(n_neighbors=n_neighbors).fit(y).kneighbors(return_distance=False)
    return _explained(sum(X[rows] for rows in neighbors.T) / n_neighbors, X)


def _as_matrix(values, n_samples):
    return np.asarray(values, dtype=np.float64).reshape(n_samples, -1)
