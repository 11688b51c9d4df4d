"""Whether a forward map has a symmetry."""

import numpy as np
from sklearn.utils import Bunch, check_random_state

from .._arrays.rows import read_rows
from ..symmetries import Product, require_symmetry

_N_MOVES = 5  # random elements of the group that each row is moved by
_TOLERANCE = 1e-6  # of a forward map that is known
_TIMES_MODEL_ERROR = 2.0  # of one that was fitted


def check_symmetry(forward, symmetry, y, X=None, *, random_state=0):
    r"""Whether the forward map gives one measurement for all points of an orbit.

    Each row is moved by random elements g of the group, and
    :math:`\|f(g y) - f(y)\|` is compared with the spread of f over the rows.

    Parameters
    ----------
    forward : callable or estimator
        The map from rows y to measurements, or a regressor fitted to it.
    symmetry : Symmetry
        What it may have.
    y : array-like of shape (n_samples, n_targets)
        Signals.
    X : array-like of shape (n_samples, n_features), optional
        Their measurements: the yardstick of a fitted forward model, whose own error nobody can
        undercut. Needed where `forward` is an estimator.
    random_state : int, RandomState instance or None, default=0
        For the elements of the group.

    Returns
    -------
    Bunch
        ``holds``, whether the change is rounding, or no more than twice the model's own error;
        ``change``, the root mean square of f(g y) - f(y) over that of f(y) about its mean;
        ``allowed``, the largest change with which it holds; ``factors``, the change under each
        factor of a product alone, so that one can see which of them fails.

    Raises
    ------
    ValueError
        If the rows are no rows of the symmetry, or `X` is missing.

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
    >>> def bispectrum(y):  # tells a signal from its mirror image
    ...     f = np.fft.fft(y)
    ...     return np.imag(f[:, 1:3] * f[:, 2:4] * np.conj(f[:, 3:6:2]))
    >>> report = check_symmetry(bispectrum, ConjugateFlip() * CyclicShift(), y)
    >>> report.holds
    False
    >>> {name: bool(change > 1e-6) for name, change in report.factors.items()}
    {'ConjugateFlip()': True, 'CyclicShift()': False}
    """
    require_symmetry(symmetry)
    rows = read_rows(y, is_complex=symmetry.is_complex, owner=symmetry)
    y = np.asarray(rows.restore(rows.values))
    function = forward.predict if hasattr(forward, "predict") else forward
    if not callable(function):
        raise ValueError(f"forward must be a callable or a fitted regressor, got {forward!r}.")
    values = _measurements(function, y)
    spread = float(np.sqrt(np.mean((values - values.mean(axis=0)) ** 2))) or 1.0
    allowed = _TOLERANCE
    if hasattr(forward, "predict"):
        if X is None:
            raise ValueError("X is needed beside a fitted forward model: its own error decides.")
        error = np.sqrt(np.mean((values - np.asarray(X).reshape(values.shape)) ** 2))
        allowed = _TIMES_MODEL_ERROR * float(error) / spread
    rng = check_random_state(random_state)

    def moved(group):
        if group.is_complex or not symmetry.is_complex:
            return group.random(y, rng)
        # A real factor of a complex product acts on complex rows, which alone it would refuse.
        return rows.restore(group._random(rows.xp, rows.values, rng))

    def change(group):
        squares = [
            np.mean((_measurements(function, moved(group)) - values) ** 2) for _ in range(_N_MOVES)
        ]
        return float(np.sqrt(np.mean(squares))) / spread

    factors = {}
    for factor in symmetry.factors if isinstance(symmetry, Product) else [symmetry]:
        name = repr(factor)  # which two groups of matrices may share
        factors[f"{name}, factor {len(factors)}" if name in factors else name] = change(factor)
    whole = change(symmetry)
    worst = max([whole, *factors.values()])
    return Bunch(holds=bool(worst <= allowed), change=whole, allowed=allowed, factors=factors)


def _measurements(function, y):
    return np.asarray(function(y), dtype=float).reshape(len(y), -1)
