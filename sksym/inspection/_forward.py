"""Check of the symmetry of a forward map."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import Bunch, check_random_state

from .._arrays.rows import read_rows
from ..symmetries import Product, Symmetry, require_symmetry

_N_MOVES = 5  # number of random group elements applied to each row
_TOLERANCE = 1e-6  # relative change of a known forward map that counts as rounding
_TIMES_MODEL_ERROR = 2.0  # allowed change of a fitted one, in units of its own error


def check_symmetry(
    forward: Any,
    symmetry: Symmetry,
    y: ArrayLike,
    X: ArrayLike | None = None,
    *,
    random_state: int | np.random.RandomState | None = 0,
) -> Bunch:
    r"""Check whether a forward map gives the same measurement for all points of an orbit.

    Random elements g of the group are applied to each target, and :math:`\|f(g y) - f(y)\|` is
    compared with the spread of f over the targets.

    Parameters
    ----------
    forward : callable or estimator
        Function from targets to measurements, or a regressor fitted to predict measurements.
    symmetry : Symmetry
        Symmetry that the forward map may have.
    y : array-like of shape (n_samples, n_targets)
        Targets to which the forward map is applied.
    X : array-like of shape (n_samples, n_features), optional
        Measurements of the targets; required if `forward` is an estimator, whose error on them
        decides which change is allowed.
    random_state : int, RandomState instance or None, default=0
        Seed of the group elements.

    Returns
    -------
    Bunch
        ``holds``, whether the change is within rounding, or for an estimator at most twice its own
        error; ``change``, the root mean square of f(g y) - f(y) over that of f(y) about its mean;
        ``allowed``, the largest change for which the symmetry holds; ``factors``, the change under
        each factor of a product alone, which shows the factor that fails.

    Raises
    ------
    ValueError
        If the symmetry cannot act on the targets, or `X` is missing.

    See Also
    --------
    discover_symmetry : Finds the symmetry, with a forward map that is learned.

    Examples
    --------
    >>> import numpy as np
    >>> from sksym import ConjugateFlip, CyclicShift
    >>> from sksym.inspection import check_symmetry
    >>> y = np.random.default_rng(0).standard_normal((100, 8))
    >>> def magnitudes(y):
    ...     return np.abs(np.fft.rfft(y)) ** 2
    >>> check_symmetry(magnitudes, ConjugateFlip() * CyclicShift(), y).holds
    True
    >>> def bispectrum(y):  # distinguishes a signal from its mirror image
    ...     f = np.fft.fft(y)
    ...     return np.imag(f[:, 1:3] * f[:, 2:4] * np.conj(f[:, 3:6:2]))
    >>> report = check_symmetry(bispectrum, ConjugateFlip() * CyclicShift(), y)
    >>> report.holds
    False
    >>> {name: bool(change > 1e-6) for name, change in report.factors.items()}
    {'ConjugateFlip()': True, 'CyclicShift()': False}
    """
    symmetry = require_symmetry(symmetry, y)
    rows = read_rows(y, is_complex=symmetry.is_complex, owner=symmetry)
    y = np.asarray(rows.restore(rows.values))
    function = forward.predict if hasattr(forward, "predict") else forward
    if not callable(function):
        raise ValueError(f"forward must be a callable or a fitted regressor, got {forward!r}.")
    values = _measurements(function, y)
    spread = float(np.sqrt(np.mean((values - values.mean(axis=0)) ** 2))) or 1.0
    allowed = _allowed(forward, values, X, spread)
    rng = check_random_state(random_state)

    def moved(group):
        if group.is_complex or not symmetry.is_complex:
            return group.random(y, rng)
        # Within a complex product a real factor acts on complex rows, which it would refuse alone.
        return rows.restore(group._random(rows.xp, rows.values, rng))

    def change(group):
        squares = [
            np.mean((_measurements(function, moved(group)) - values) ** 2) for _ in range(_N_MOVES)
        ]
        return float(np.sqrt(np.mean(squares))) / spread

    factors = {}
    for factor in symmetry.factors if isinstance(symmetry, Product) else [symmetry]:
        name = repr(factor)  # two matrix groups may have the same one
        factors[f"{name}, factor {len(factors)}" if name in factors else name] = change(factor)
    whole = change(symmetry)
    worst = max([whole, *factors.values()])
    return Bunch(holds=bool(worst <= allowed), change=whole, allowed=allowed, factors=factors)


def _allowed(forward, values, X, spread):
    """The change of a forward map that counts as none, over the spread of its values."""
    if not hasattr(forward, "predict"):
        return _TOLERANCE
    if X is None:
        raise ValueError("X is required if forward is an estimator; pass measurements.")
    error = np.sqrt(np.mean((values - np.asarray(X).reshape(values.shape)) ** 2))
    return _TIMES_MODEL_ERROR * float(error) / spread


def _measurements(function, y):
    return np.asarray(function(y), dtype=float).reshape(len(y), -1)
