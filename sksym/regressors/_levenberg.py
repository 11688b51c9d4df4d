"""Levenberg-Marquardt for many least-squares problems at once."""

import numpy as np

from .._arrays.algebra import chunks

_FIRST_DAMPING = 1e-3
_MOST_DAMPING = 1e12
_CHUNK = 2**22  # entries of the derivatives held at a time


class LevenbergMarquardt:
    """Least squares of many rows at once, each with a damping of its own.

    Parameters
    ----------
    max_iter : int
        Largest number of steps.
    tol : float
        Relative length of a step below which a row has converged.
    project : callable, optional
        Projection of rows on the set that they have to stay in, applied to every trial.
    gain : float, default=0.0
        Relative decrease of the cost by a step below which a row has converged.
    """

    def __init__(self, max_iter, tol, project=None, gain=0.0):
        self.max_iter = max_iter
        self.tol = tol
        self.project = project
        self.gain = gain

    def __call__(self, problem, start):
        """Points of least cost, and the cost.

        Parameters
        ----------
        problem : object
            With ``width(n)``, the entries of the derivatives of one row of n unknowns;
            ``linearise(y, rows)``, which returns what determines the curvature of the cost of
            these rows at y, half the negative gradient and the cost;
            ``step(curvature, gradient, damping)``.
        start : ndarray of shape (n_samples, n)
            Where the search begins.

        Returns
        -------
        y : ndarray of shape (n_samples, n)
        cost : ndarray of shape (n_samples,)
            NaN or infinity where the cost of the start is.
        """
        y, cost = start.copy(), np.empty(len(start))
        for part in chunks(len(y), problem.width(y.shape[1]), limit=_CHUNK):
            y[part], cost[part] = self._solve(problem, y[part], np.arange(len(start))[part])
        return y, cost

    def _solve(self, problem, y, rows):
        curvature, gradient, cost = problem.linearise(y, rows)
        damping = np.full(len(y), _FIRST_DAMPING)
        is_sound = np.isfinite(curvature).reshape(len(y), -1).all(axis=1)
        active = np.flatnonzero(is_sound & np.isfinite(gradient).all(axis=1))
        for _ in range(self.max_iter):
            if active.size == 0:
                break
            step = problem.step(curvature[active], gradient[active], damping[active])
            trial = y[active] + step
            if self.project is not None:
                trial = self.project(trial)
                step = trial - y[active]
            new = problem.linearise(trial, rows[active])
            improves = new[2] < cost[active]
            better = active[improves]
            is_flat = improves & (new[2] >= (1 - self.gain) * cost[active]) & (self.gain > 0)
            y[better] = trial[improves]
            curvature[better], gradient[better], cost[better] = (part[improves] for part in new)
            damping[active] *= np.where(improves, 0.1, 10.0)
            size = np.abs(y[active]).max(axis=1)
            is_short = np.abs(step).max(axis=1) <= self.tol * size
            active = active[~is_short & ~is_flat & (damping[active] < _MOST_DAMPING)]
        return y, cost


def damped_step(normal, gradient, damping):
    """Solve normal equations with a damping relative to the mean curvature.

    Parameters
    ----------
    normal : ndarray of shape (n_samples, n, n)
        Normal matrices.
    gradient : ndarray of shape (n_samples, n)
        Right sides.
    damping : ndarray of shape (n_samples,)
        Relative damping.

    Returns
    -------
    ndarray of shape (n_samples, n)
    """
    n = normal.shape[1]
    curvature = np.trace(normal, axis1=1, axis2=2) / n
    curvature = np.where(curvature > 0, curvature, 1.0)
    # Along the orbit of a continuous group there is no curvature: never without damping.
    least = 16 * n * np.finfo(np.float64).eps
    size = curvature * np.maximum(damping, least)
    damped = normal + size[:, None, None] * np.eye(n)
    return np.linalg.solve(damped, gradient[:, :, None])[:, :, 0]


class Residuals:
    """The squared residuals of a forward model, as a problem for `LevenbergMarquardt`.

    Parameters
    ----------
    model : object
        With ``values_and_jacobian``.
    measurements : ndarray of shape (n_samples, m)
        What the model should give.
    """

    def __init__(self, model, measurements):
        self.model = model
        self.measurements = measurements

    def width(self, n):
        """Entries of the Jacobian and of the normal matrix of one row."""
        return n * max(self.measurements.shape[1], n)

    def linearise(self, y, rows):
        """Normal matrices, half the negative gradients and squared residuals."""
        with np.errstate(over="ignore", invalid="ignore"):  # a step too far is not taken
            residual, jacobian = self._residual_and_jacobian(y, rows)
            transposed = np.swapaxes(jacobian, 1, 2)
            gradient = (transposed @ residual[:, :, None])[:, :, 0]
            return transposed @ jacobian, gradient, (residual**2).sum(axis=1)

    def _residual_and_jacobian(self, y, rows):
        values, jacobian = self.model.values_and_jacobian(y)
        return self.measurements[rows] - values, jacobian

    step = staticmethod(damped_step)
