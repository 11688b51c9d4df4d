"""Frames with a support, their Fourier transforms, and least squares of the moduli."""

import numpy as np
from scipy import fft

_FIRST_DAMPING = 1e-3
_LEAST_DAMPING = 1e-14
_MOST_DAMPING = 1e6
_SLOW = 0.99  # of the cost left by a step: there is no more to gain
_EXACT = 1e-28  # mean square residual, where the mean measurement is one
_FORGOTTEN = 1e-2  # of the gradient: the linear system is solved
_TINY = np.finfo(np.float64).tiny


class Frames:
    """What is known of the frames: where they are not zero, and whether they are real.

    Transforms are unitary. Of real frames they hold half of the frequencies, where each of the
    others is the conjugate of one of them.

    Parameters
    ----------
    support : ndarray of bool
        Pixels of a frame that need not be zero.
    is_complex : bool
        Whether the frames are complex.
    is_nonnegative : bool
        Whether no pixel is negative.
    """

    def __init__(self, support, is_complex, is_nonnegative):
        self.support = support
        self.is_complex = is_complex
        self.is_nonnegative = is_nonnegative
        self.shape = support.shape
        self._axes = tuple(range(1, 1 + support.ndim))
        self._n_half = support.shape[-1] if is_complex else support.shape[-1] // 2 + 1

    def transform(self, y):
        """Fourier transforms of frames."""
        forward = fft.fftn if self.is_complex else fft.rfftn
        return forward(y, axes=self._axes, norm="ortho")

    def back(self, spectra):
        """Frames that have the transforms."""
        if self.is_complex:
            return fft.ifftn(spectra, axes=self._axes, norm="ortho")
        return fft.irfftn(spectra, self.shape, self._axes, norm="ortho")

    def kept(self, squared):
        """Measurements of the frequencies that transforms hold.

        Parameters
        ----------
        squared : ndarray of shape (n_samples, *shape)
            Measured squared moduli of all frequencies.

        Returns
        -------
        kept : ndarray of shape (n_samples, *kept)
            Of real frames the mean over opposite frequencies, whose moduli are the same.
        spread : ndarray of shape (n_samples, 1, ..., 1)
            Mean square of what no frame explains, the difference of a measurement to that mean.
        """
        if self.is_complex:
            return squared, np.zeros((len(squared), *(1 for _ in self.shape)))
        opposite = np.roll(np.flip(squared, self._axes), 1, self._axes)
        spread = np.square((squared - opposite) / 2).mean(axis=self._axes, keepdims=True)
        return ((squared + opposite) / 2)[..., : self._n_half], spread

    def mean(self, values):
        """Mean over all frequencies, from the kept ones; shape (n_samples, 1, ..., 1)."""
        weight = np.ones(self._n_half)
        if not self.is_complex:  # all but the lowest and the middle one stand for two
            weight[1 : (self.shape[-1] + 1) // 2] = 2
        total = (values @ weight).sum(axis=self._axes[:-1])
        return total.reshape(-1, *(1 for _ in self.shape)) / self.support.size

    def with_moduli(self, y, moduli):
        """The nearest frames whose transforms have the moduli."""
        spectra = self.transform(y)
        size = np.abs(spectra)
        is_zero = size == 0  # of any phase: take 1
        spectra[is_zero] = 1
        size[is_zero] = 1
        spectra *= moduli / size
        return self.back(spectra)

    def allowed(self, y):
        """Pixels that are in the support and not of the wrong sign."""
        return self.support & (y >= 0) if self.is_nonnegative else self.support

    def constrained(self, y):
        """The nearest frames that obey the constraints."""
        return np.where(self.allowed(y), y, 0)


class LeastSquares:
    r"""Levenberg-Marquardt on moduli, in products with Fourier transforms only.

    It minimises :math:`\sum_k (|F y|_k - \sqrt{X_k})^2`, which is well conditioned, or
    :math:`\sum_k (|F y|_k^2 - X_k)^2`, the maximum of the likelihood for noise of one variance.
    Damped steps come from conjugate gradients on the pixels that are free to move; a pixel at
    zero that would become negative is not.

    Parameters
    ----------
    frames : Frames
        What is known of the frames.
    of_moduli : bool
        Whether the residual is that of the moduli, rather than that of their squares.
    max_iter, max_inner : int
        Largest number of steps, and of conjugate gradients for each.
    """

    def __init__(self, frames, of_moduli, max_iter, max_inner):
        self.frames = frames
        self.of_moduli = of_moduli
        self.max_iter = max_iter
        self.max_inner = max_inner

    def __call__(self, y, squared):
        """Frames of smaller residual.

        Parameters
        ----------
        y : ndarray of shape (n_samples, *shape)
            Frames that obey the constraints.
        squared : ndarray of shape (n_samples, *kept)
            Measured squared moduli.

        Returns
        -------
        ndarray of shape (n_samples, *shape)
        """
        found = y.copy()
        active = np.arange(len(y))
        measured = np.sqrt(np.maximum(squared, 0)) if self.of_moduli else squared
        state = (y, measured, *self._linearise(y, measured))
        damping = np.full(state[-1].shape, _FIRST_DAMPING)
        going = state[-1].ravel() > _EXACT
        for _ in range(self.max_iter):
            if not going.any():
                break
            active, damping = active[going], damping[going]
            y, measured, slope, residual, cost = (part[going] for part in state)
            trial = self.frames.constrained(y + self._step(y, slope, residual, damping))
            new = (trial, measured, *self._linearise(trial, measured))
            improves = new[-1] < cost
            before = (y, measured, slope, residual, cost)
            state = tuple(np.where(improves, a, b) for a, b in zip(new, before, strict=True))
            found[active] = state[0]
            damping = np.maximum(damping * np.where(improves, 0.1, 10.0), _LEAST_DAMPING)
            is_slow = improves & (new[-1] > _SLOW * cost)
            going = ((new[-1] > _EXACT) & ~is_slow & (damping < _MOST_DAMPING)).ravel()
        return found

    def _linearise(self, y, measured):
        """Factor U of the derivative v -> Re(conj(U) F v), residuals, and their mean squares."""
        spectra = self.frames.transform(y)
        values = spectra.real**2 + spectra.imag**2
        if self.of_moduli:
            values = np.sqrt(values)
            spectra /= np.maximum(values, _TINY)
        else:
            spectra *= 2
        residual = measured - values
        return spectra, residual, self.frames.mean(residual**2)

    def _step(self, y, slope, residual, damping):
        """Solutions of the damped normal equations; the damping is relative to the curvature."""
        frames = self.frames
        gradient = frames.back(slope * residual)
        free = frames.support
        if frames.is_nonnegative:
            free = free & ((y > 0) | (gradient > 0))
        # Half of the mean square of U is the mean curvature of one pixel.
        damping = damping * frames.mean(slope.real**2 + slope.imag**2) / 2

        def product(v):
            spectra = frames.transform(v)
            along = slope.real * spectra.real + slope.imag * spectra.imag
            return free * frames.back(slope * along) + damping * v

        return _conjugate_gradients(product, free * gradient, self.max_inner)


def _conjugate_gradients(product, right, max_iter):
    """Solutions of ``product(v) = right``, all rows at once, each as far as it needs to go."""
    solution, rest = np.zeros_like(right), right
    direction, size = rest, _squared_norm(rest)
    enough = _FORGOTTEN**2 * size
    for _ in range(max_iter):
        image = product(direction)
        curvature = _inner(direction, image)
        length = np.where(size > enough, size / np.maximum(curvature, _TINY), 0)
        solution = solution + length * direction
        rest = rest - length * image
        before, size = size, np.where(size > enough, _squared_norm(rest), size)
        if not (size > enough).any():
            break
        direction = rest + size / np.maximum(before, _TINY) * direction
    return solution


def _inner(a, b):
    """Real inner products of frames, shape (n_samples, 1, ..., 1)."""
    flat = (x.reshape(len(x), -1) for x in (a, b))
    return np.vecdot(*flat).real.reshape(-1, *(1 for _ in a.shape[1:]))


def _squared_norm(a):
    return _inner(a, a)
