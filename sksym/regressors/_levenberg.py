"""Levenberg-Marquardt on forward models."""

import numpy as np

from .._arrays.algebra import chunks

_FIRST_DAMPING = 1e-3
_MOST_DAMPING = 1e12
_CHUNK = 2**22  # entries of the Jacobians held at a time


class LevenbergMarquardt:
    """Least squares of a forward model, for all rows at once, each with a damping of its own.

    Parameters
    ----------
    model : object
        With ``values_and_jacobian``.
    max_iter : int
        Largest number of steps.
    tol : float
        Relative length of a step below which a row has converged.
    """

    def __init__(self, model, max_iter, tol):
        self.model = model
        self.max_iter = max_iter
        self.tol = tol

    def __call__(self, start, measurements):
        """Points where the residual is smallest, and its root mean square."""
        y, residual = start.copy(), np.empty(len(start))
        width = y.shape[1] * max(measurements.shape[1], y.shape[1])
        for rows in chunks(len(y), width, limit=_CHUNK):
            y[rows], residual[rows] = self._solve(y[rows], measurements[rows])
        return y, residual

    def _solve(self, y, measurements):
        normal, gradient, cost = self._linearise(y, measurements)
        damping = np.full(len(y), _FIRST_DAMPING)
        is_sound = np.isfinite(normal).all(axis=(1, 2)) & np.isfinite(gradient).all(axis=1)
        active = np.flatnonzero(is_sound)
        for _ in range(self.max_iter):
            if active.size == 0:
                break
            step = self._step(normal[active], gradient[active], damping[active])
            trial = y[active] + step
            new = self._linearise(trial, measurements[active])
            improves = new[2] < cost[active]
            rows = active[improves]
            y[rows] = trial[improves]
            normal[rows], gradient[rows], cost[rows] = (part[improves] for part in new)
            damping[active] *= np.where(improves, 0.1, 10.0)
            size = np.abs(y[active]).max(axis=1)
            is_short = np.abs(step).max(axis=1) <= self.tol * size
            active = active[~is_short & (damping[active] < _MOST_DAMPING)]
        return y, np.sqrt(cost / measurements.shape[1])

    def _linearise(self, y, measurements):
        """Normal matrices, gradients and squared residuals."""
        with np.errstate(over="ignore", invalid="ignore"):  # a step too far is not taken
            values, jacobian = self.model.values_and_jacobian(y)
            residual = measurements - values
            transposed = np.swapaxes(jacobian, 1, 2)
            gradient = (transposed @ residual[:, :, None])[:, :, 0]
            return transposed @ jacobian, gradient, (residual**2).sum(axis=1)

    def _step(self, normal, gradient, damping):
        """Damped Gauss-Newton steps; the damping is relative to the mean curvature."""
        n = normal.shape[1]
        curvature = np.trace(normal, axis1=1, axis2=2) / n
        curvature = np.where(curvature > 0, curvature, 1.0)
        # Along the orbit of a continuous group there is no curvature: never without damping.
        least = 16 * n * np.finfo(np.float64).eps
        size = curvature * np.maximum(damping, least)
        damped = normal + size[:, None, None] * np.eye(n)
        return np.linalg.solve(damped, gradient[:, :, None])[:, :, 0]
