"""The choice among models of the forward map by what they predict of other rows."""

import functools
from math import comb

import numpy as np
from sklearn.kernel_ridge import KernelRidge
from sklearn.neural_network import MLPRegressor

from ._factored import Factored, span
from ._model import forward_model
from ._polynomial import Polynomial
from ._smooth_models import KernelMap, NetworkMap

_MOST_COEFFICIENTS = 0.5  # of each measurement, for each pair
_RANKS = (1, 2, 3, 4)
_DEGREES = (1, 2, 3, 4)
_MOST_MEASUREMENTS = 12  # that decide which model it is
_MOST_TO_CHOOSE = 2000  # rows that models are fitted to to be chosen
_MOST_HELD_OUT = 1000
_MOST_OF_KERNEL = 3000  # rows: its cost grows with their cube
_MOST_OF_NETWORK = 10_000
_LAYERS = (64, 64)
_MOST_COPIES = 4  # of each signal, moved along its orbit
_ENOUGH = 2000  # signals with those that are moved
_FAR = 1e9  # an error that no model is chosen with
_EXACT = 1e-9  # of the measurements' variance: no other model can be better


def simplest(candidates, y, X, held_out_y, held_out_X):
    """The first model whose error on other rows is within a standard error of the least.

    Parameters
    ----------
    candidates : generator of (str, callable)
        Names of models, the simplest first, and functions that fit them to y and X; a generator,
        which may go by the mean squared error of the latest, sent to it.
    y, X, held_out_y, held_out_X : ndarray
        Pairs to fit to, and pairs to predict, the measurements of spread one.

    Returns
    -------
    name : str
    fit : callable
    left : ndarray of shape (m,)
        Its mean squared error for each measurement.
    """
    tried, errors, latest = [], [], None
    while True:
        try:
            name, fit = candidates.send(latest)
        except StopIteration:
            break
        squares = _squares(fit(y, X), held_out_y, held_out_X)
        tried.append((name, fit, squares.mean(axis=0)))
        errors.append(squares.mean(axis=1))
        latest = errors[-1].mean()
        if latest < _EXACT:
            break
    best = min(errors, key=np.mean)
    excesses = (error - best for error in errors)
    # The first that is as good is the simplest.
    is_as_good = [e.mean() <= e.std() / np.sqrt(len(e)) for e in excesses]
    return tried[is_as_good.index(True)]


def forward_maker(forward, symmetry, y, X, train, held_out, rng):
    """How to fit the forward model to pairs: what was asked for, or what predicts best.

    Parameters
    ----------
    forward : None, estimator or callable
        None chooses among factored maps, polynomials, kernel ridge regression and a network; an
        estimator and a callable are as in `forward_model`.
    symmetry : Symmetry
        Symmetry of the signals, by which a model that is learned from few of them sees more.
    y : ndarray of shape (n_samples, n)
        Signals.
    X : ndarray of shape (n_samples, m)
        Their measurements.
    train, held_out : ndarray of int
        Rows that models are fitted to, and that they are judged by.
    rng : RandomState
        Chooses rows and columns that decide, and the network's weights.

    Returns
    -------
    callable
        ``make(y, X, start=None)`` returns a model; `start`, one of fewer pairs, may save time.
    """
    if forward is not None:
        return lambda y, X, start=None: forward_model(forward, y, X)
    train = rng.permutation(train)[:_MOST_TO_CHOOSE]
    held_out = rng.permutation(held_out)[:_MOST_HELD_OUT]
    columns = rng.permutation(X.shape[1])[:_MOST_MEASUREMENTS]
    spread = X[:, columns].std(axis=0)
    some = X[:, columns] / np.where(spread > 0, spread, 1.0)
    more_y, more_X = _moved(symmetry, y[train], some[train], rng)
    candidates = _candidates(more_y, len(more_y), rng)
    fit = simplest(candidates, more_y, more_X, y[held_out], some[held_out])[1]
    seed = rng.randint(2**31 - 1)

    def make(y, X, start=None):
        y, X = _moved(symmetry, y, X, np.random.RandomState(seed))
        return fit(y, X, start=start) if isinstance(start, Factored) else fit(y, X)

    return make


def _moved(symmetry, y, X, rng):
    """The pairs, and some with other signals of the same orbits if there are few.

    What has the symmetry is determined by fewer pairs; a model that does not know it learns it.
    """
    try:
        most = min(symmetry.order, _MOST_COPIES)
    except ValueError:  # it depends on the width
        most = _MOST_COPIES
    # What is scaled at random is not where the signals are.
    n_copies = min(most, _ENOUGH // len(y)) if symmetry.is_isometric else 1
    others = [symmetry.random(y, random_state=rng) for _ in range(int(n_copies) - 1)]
    return np.concatenate([y, *others]), np.concatenate([X] * (1 + len(others)))


def polynomials(degrees, n, n_samples):
    """Polynomials that have few enough coefficients."""
    for degree in degrees:
        if comb(n + degree, degree) <= _MOST_COEFFICIENTS * n_samples:
            yield f"polynomial of degree {degree}", functools.partial(Polynomial, degree=degree)


def kernel_maps(widths, ridges):
    """Kernel ridge regressions, of widths in typical distances from the mean."""
    for width in widths:
        for ridge in ridges:
            kernel = KernelRidge(alpha=ridge, kernel="rbf")
            fit = functools.partial(_on_some, _MOST_OF_KERNEL, KernelMap, kernel, width)
            yield "kernel ridge regression", fit


def network_map(rng):
    """A network with hyperbolic tangents, and its name."""
    network = MLPRegressor(
        hidden_layer_sizes=_LAYERS,
        activation="tanh",
        solver="lbfgs",
        alpha=1e-2,
        max_iter=500,
        random_state=rng.randint(2**31 - 1),
    )
    return "network", functools.partial(_on_some, _MOST_OF_NETWORK, NetworkMap, network)


def _candidates(y, n_samples, rng):
    """Models for a choice in seconds: others are tried where smooth ones beat polynomials."""
    errors = [(yield "constant", functools.partial(Polynomial, degree=0))]
    d, best = span(y)[0].shape[1], errors[0]
    for rank, candidate in _factored(d, n_samples, is_affine=False):
        errors.append((yield candidate))
        if rank > 1 and errors[-1] > 0.99 * best:
            break
        best = errors[-1]
    for _, candidate in _factored(d, n_samples, is_affine=True):
        errors.append((yield candidate))
    for candidate in polynomials(_DEGREES, y.shape[1], n_samples):
        errors.append((yield candidate))
    least = min(errors)
    for candidate in kernel_maps((1.0, 2.0), (1e-3, 1e-1)):
        errors.append((yield candidate))
    if min(errors) < least:
        yield network_map(rng)


def _factored(d, n_samples, is_affine):
    """Factored maps of signals of d dimensions with few enough coefficients, and their ranks."""
    for rank in _RANKS[: min(d, 1) if is_affine else d]:
        if rank * d + is_affine * (d + 1) <= _MOST_COEFFICIENTS * n_samples:
            fit = functools.partial(Factored, rank=rank, is_affine=is_affine)
            yield rank, (f"factored map of rank {rank}", fit)


def _squares(model, y, X):
    """Squared errors, shape (n_samples, m)."""
    with np.errstate(over="ignore", invalid="ignore"):  # far from all others a power may overflow
        squares = (model.values(y) - X) ** 2
    return np.minimum(np.nan_to_num(squares, nan=_FAR), _FAR)


def _on_some(n_rows, make, *parameters):
    *parameters, y, X = parameters
    return make(y[:n_rows], X[:n_rows], *parameters)
