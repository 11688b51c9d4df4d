"""Hybrid input-output: frames from the moduli of their Fourier transforms and their support."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import ClassVar

import numpy as np
from scipy import fft
from sklearn.base import BaseEstimator
from sklearn.utils import check_array, check_random_state

from .._arrays.algebra import chunks
from .._validation import FIELD, Integers, Interval
from ._fourier_modulus import Frames, LeastSquares

_CHUNK = 2**16  # pixels at a time: they stay in a processor's cache
_STEPS = {"max_iter": 20, "max_inner": 200}
_LAST_STEPS = {"max_iter": 10, "max_inner": 100}


class HybridInputOutput(BaseEstimator):
    r"""Solver of Fourier phase retrieval with a known support.

    It looks for a frame :math:`y` with :math:`|F y|^2 = X` that is zero outside its support and
    not negative inside. With :math:`p` the nearest frame to :math:`y` that has the measured
    moduli, the hybrid input-output step is

    .. math::
        y_i \leftarrow \begin{cases}
        p_i & \text{where } p_i \text{ obeys the constraints,} \\
        y_i - \beta p_i & \text{elsewhere,} \end{cases}

    which leaves local minima, as projections do not. After `n_iter` such steps come damped
    Gauss-Newton steps on the support, which take a frame that is near a solution to it, to machine
    precision. A row that is not solved starts again; the answer is the frame of smallest residual.

    All rows start from the same random frames, so that the answer for a row does not depend on the
    others. `sksym.RefinedRegressor` takes it as its ``solver``.

    Parameters
    ----------
    shape : tuple of int
        Shape of the frames.
    support : tuple of int or ndarray of bool
        Shape of the images that stand in the corner of the frames, as
        `sksym.datasets.make_fourier_phase_retrieval` places them; or a frame that is True where
        pixels need not be zero.
    field : {"real", "complex"}, default="real"
        Field of the frames.
    nonnegative : bool, default=True
        Whether no pixel is negative; for real frames only.
    beta : float, default=0.9
        Weight of the correction in (0, 2): larger ones leave a stagnant frame sooner.
    n_iter : int, default=3000
        Number of hybrid input-output steps from each start.
    n_restarts : int, default=10
        Number of starts beyond the first for rows that are not solved.
    tol : float, default=1e-10
        A row is solved, and does not start again, where the root mean square of its residual is at
        most this share of the mean of its measurements. With noise that may be the share of the
        noise; it saves time.
    random_state : int, RandomState instance or None, default=None
        Seed of the starts; an int gives the same answers every time.

    Notes
    -----
    A support that is symmetric itself, as a corner is, does not tell a frame from its flip: align
    answers with `sksym.fourier_symmetry`. Without `nonnegative` neither sign nor phase is told.

    With measurement noise the answer is that of least squares on the squared moduli, from the best
    start. Negative measurements are used as they are. A row without any positive one has the
    answer zero.

    References
    ----------
    Fienup (1982), "Phase retrieval algorithms: a comparison", section V.

    Bertsekas (1982), "Projected Newton methods for optimization problems with simple constraints":
    the last steps, which are truncated conjugate gradients.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sksym import fourier_symmetry
    >>> from sksym.datasets import make_fourier_phase_retrieval
    >>> from sksym.regressors import HybridInputOutput
    >>> X, y = make_fourier_phase_retrieval(load_digits().images[:5] / 16)
    >>> solve = HybridInputOutput((16, 16), (8, 8), random_state=0)
    >>> bool((fourier_symmetry((16, 16)).distance(solve(X), y) < 1e-6).all())
    True
    """

    _parameter_constraints: ClassVar[dict] = {
        "shape": [Integers(1)],
        "support": [Integers(1), np.ndarray],
        "field": [FIELD],
        "nonnegative": ["boolean"],
        "beta": [Interval(Real, 0, 2, closed="neither")],
        "n_iter": [Interval(Integral, 0, None, closed="left")],
        "n_restarts": [Interval(Integral, 0, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        shape: Sequence[int],
        support: Sequence[int] | np.ndarray,
        *,
        field: str = "real",
        nonnegative: bool = True,
        beta: float = 0.9,
        n_iter: int = 3000,
        n_restarts: int = 10,
        tol: float = 1e-10,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.shape = shape
        self.support = support
        self.field = field
        self.nonnegative = nonnegative
        self.beta = beta
        self.n_iter = n_iter
        self.n_restarts = n_restarts
        self.tol = tol
        self.random_state = random_state

    def __call__(self, X, y=None):
        """Solve for the frames.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_frame)
            Squared moduli, divided by the number of pixels of the frame.
        y : array-like of shape (n_samples, n_frame) or (n_samples, 2 * n_frame), optional
            First predictions, in C order, complex ones as ``[Re | Im]``; the first start of each
            row. A prediction may lie anywhere in its frame and have any sign: it is moved into the
            support. By default the first start is random too.

        Returns
        -------
        ndarray of shape (n_samples, n_frame) or (n_samples, 2 * n_frame)
            Frames of smallest residual, which obey the constraints.

        Raises
        ------
        ValueError
            If the parameters contradict each other, the columns or rows do not match, or there is
            NaN or infinity.
        """
        self._validate_params()
        frames = self._frames()
        squared = check_array(X, dtype=np.float64, input_name="X")
        _require_columns("X", squared, frames.support.size, self.shape)
        squared = squared.reshape(-1, *frames.shape)
        found = self._solve(frames, squared, self._starts(frames, len(squared), y))
        found = found.reshape(len(found), -1)
        return np.hstack([found.real, found.imag]) if frames.is_complex else found

    def _frames(self):
        shape, support = tuple(self.shape), np.asarray(self.support)
        if support.dtype != bool:
            support = _corner(support, shape)
        if support.shape != shape:
            raise ValueError(f"support has the shape {support.shape}, the frames have {shape}.")
        if not support.any():
            raise ValueError("support is empty; it must be True where pixels need not be zero.")
        is_complex = self.field == "complex"
        if is_complex and self.nonnegative:
            raise ValueError("Complex frames have no sign; pass nonnegative=False.")
        return Frames(support, is_complex, self.nonnegative)

    def _starts(self, frames, n_samples, y):
        """Frames of mean square one to start from, each for all rows."""
        rng, starts = check_random_state(self.random_state), []
        if y is not None:
            starts.append(_normalized(_read_predictions(y, n_samples, frames)))
        for _ in range(1 + self.n_restarts - len(starts)):
            if self.nonnegative:
                start = rng.uniform(size=(1, *frames.shape))
            else:
                start = rng.standard_normal((1, *frames.shape))
            if frames.is_complex:
                start = start + 1j * rng.standard_normal((1, *frames.shape))
            starts.append(np.broadcast_to(_normalized(start), (n_samples, *frames.shape)))
        return starts

    def _solve(self, frames, squared, starts):
        """Best frames from all starts, in units in which frames and measurements are about one."""
        squared, scale = _scaled(squared)
        measured, spread = frames.kept(squared)
        best = np.zeros(squared.shape, complex if frames.is_complex else float)
        cost = np.full(len(squared), np.inf)
        active = np.flatnonzero(scale.ravel() > 0)  # a row without intensity is zero
        n_at_once = 1
        while starts and active.size:
            # The fewer rows are left, the more of their starts fill one batch.
            fitting = _CHUNK // (active.size * frames.support.size)
            now = starts[: max(1, min(n_at_once, fitting))]
            starts = starts[len(now) :]
            n_at_once *= 2
            rows = np.tile(active, len(now))
            y = self._from_starts(frames, np.concatenate([s[active] for s in now]), measured[rows])
            new = _cost(frames, y, measured[rows], spread[rows])
            for part in np.split(np.arange(rows.size), len(now)):
                improves = (new[part] < cost[active]) & (cost[active] > self.tol**2)
                better = active[improves]
                best[better], cost[better] = y[part[improves]], new[part[improves]]
            active = active[cost[active] > self.tol**2]
        return best * scale

    def _from_starts(self, frames, starts, measured):
        """Solutions from one start each, as many at a time as stay in a processor's cache."""
        y = np.empty(starts.shape, complex if frames.is_complex else float)
        for rows in chunks(len(y), frames.support.size, limit=_CHUNK):
            y[rows] = self._from_start(frames, starts[rows], measured[rows])
        return y

    def _from_start(self, frames, y, measured):
        """Hybrid input-output in single precision, then least squares in double precision."""
        moduli = np.sqrt(np.maximum(measured, 0))
        single = moduli.astype(np.float32)
        y = y.astype(np.complex64 if frames.is_complex else np.float32)
        for _ in range(self.n_iter):
            nearest = frames.with_moduli(y, single)
            y = np.where(frames.allowed(nearest), nearest, y - np.float32(self.beta) * nearest)
        y = y.astype(np.complex128 if frames.is_complex else np.float64)
        y = frames.constrained(frames.with_moduli(y, moduli))
        y = LeastSquares(frames, of_moduli=True, **_STEPS)(y, measured)
        return LeastSquares(frames, of_moduli=False, **_LAST_STEPS)(y, measured)


def _cost(frames, y, measured, spread):
    """Mean square residual of frames."""
    values = np.square(np.abs(frames.transform(y)))
    return (frames.mean(np.square(values - measured)) + spread).ravel()


def _scaled(squared):
    """Measurements of mean one, and the unit of the frames that have them."""
    axes = tuple(range(1, squared.ndim))
    largest = np.max(squared, axis=axes, keepdims=True, initial=0.0)
    squared = squared / np.where(largest > 0, largest, 1)
    mean = np.mean(np.maximum(squared, 0), axis=axes, keepdims=True)
    return squared / np.where(mean > 0, mean, 1), np.sqrt(mean) * np.sqrt(largest)


def _corner(size, shape):
    """Support of images in the corner of frames."""
    if size.dtype.kind not in "iu" or size.shape != (len(shape),) or (size > shape).any():
        raise ValueError(
            f"support must be the shape of images that fit into frames of {shape}, or a boolean "
            f"array of that shape, got {size.tolist()}."
        )
    support = np.zeros(shape, dtype=bool)
    support[tuple(slice(n) for n in size)] = True
    return support


def _require_columns(name, rows, n_columns, shape):
    if rows.shape[1] != n_columns:
        raise ValueError(
            f"{name} must have {n_columns} columns for frames of {tuple(shape)}, got "
            f"{rows.shape[1]}."
        )


def _read_predictions(y, n_samples, frames):
    """First predictions as frames, shifted to where the support holds most of their power."""
    y = check_array(y, dtype=np.float64, copy=True, input_name="y")
    n = frames.support.size
    _require_columns("y", y, n * (1 + frames.is_complex), frames.shape)
    if len(y) != n_samples:
        raise ValueError(f"X has {n_samples} rows, y has {len(y)}.")
    y = y[:, :n] + 1j * y[:, n:] if frames.is_complex else y
    y = y.reshape(-1, *frames.shape)
    axes = tuple(range(1, y.ndim))
    spectra = fft.fftn(np.square(np.abs(y)), axes=axes) * np.conj(fft.fftn(frames.support))
    inside = fft.ifftn(spectra, axes=axes).real.reshape(len(y), -1)
    shifts = np.unravel_index(inside.argmax(axis=1), frames.shape)
    for k, shift in enumerate(-np.transpose(shifts)):
        y[k] = np.roll(y[k], shift, axis=range(y[k].ndim))
    is_negative = y.real.sum(axis=axes, keepdims=True) < 0
    return np.where(is_negative & frames.is_nonnegative, -y, y)


def _normalized(y):
    """Frames of mean square one; zero as it is."""
    axes = tuple(range(1, y.ndim))
    y = y / np.maximum(np.abs(y).max(axis=axes, keepdims=True), np.finfo(np.float64).tiny)
    size = np.sqrt(np.mean(np.square(np.abs(y)), axis=axes, keepdims=True))
    return y / np.where(size > 0, size, 1)
