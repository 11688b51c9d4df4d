"""One forward model, and what moves predictions to where it gives the measurements."""

import numpy as np
from sklearn.neighbors import NearestNeighbors

from ._levenberg import LevenbergMarquardt, Residuals
from .forward import SpectralStart

_LEAST_GAIN = 1e-10  # of the cost: a step that lowers it by less is the last
_QUANTILE = 0.999  # of the training residuals: what is above is not explained by the model


class Refiner:
    """Refinement on one forward model.

    Parameters
    ----------
    forward : object
        The forward model.
    symmetry : Symmetry
        Symmetry of the targets.
    y, X : ndarray
        The pairs that it was fitted to.
    settings : dict
        ``max_iter``, ``tol``, ``n_restarts``, ``project`` and ``solver``, as `RefinedRegressor`
        has them, the constraint as its projection.
    """

    def __init__(self, forward, symmetry, y, X, settings):
        self.forward, self.symmetry, self._settings = forward, symmetry, settings
        residual = root_mean_square(forward.values(y) - X)
        # What of X is rounding: a smaller residual says nothing.
        largest = root_mean_square(X).max() or 1.0
        self.rounding = float(np.sqrt(np.finfo(np.float64).eps) * largest)
        self.training_residual = float(max(np.quantile(residual, _QUANTILE), self.rounding))
        self.explained = self.training_residual
        # Few rows need neighbours, and a tree would be the one part of a saved model that skops
        # cannot vouch for.
        self._neighbors = NearestNeighbors(algorithm="brute").fit(X)
        self._targets = y
        self._spectral = None
        if getattr(forward, "squares", lambda: (None, None))()[0] is not None:
            self._spectral = SpectralStart(forward, y, np.mean(residual**2))

    def explain(self, residual):
        """Take a residual for explained that held-out rows have, where training rows have less."""
        self.explained = max(self.explained, residual)

    def first(self, measurements):
        """What the forward model says without a regressor: the spectral start, or a neighbour."""
        if self._spectral is not None:
            return self._spectral(measurements)
        nearest = self._neighbors.kneighbors(measurements, 1, return_distance=False)
        return self._targets[nearest[:, 0]]

    def placed(self, first, measurements):
        """First predictions moved along their orbits to where the forward model was learned.

        A regressor may answer with other points of the orbits than the training targets are.
        """
        nearest = self._neighbors.kneighbors(measurements, 1, return_distance=False)
        return self.symmetry.align(first, self._targets[nearest[:, 0]])

    def projected(self, y):
        """Rows within the constraint, if there is one."""
        project = self._settings["project"]
        return y if project is None else project(y)

    def residual(self, y, measurements):
        """Root mean square over the measurements, in their units."""
        return root_mean_square(self.forward.values(y) - measurements)

    def __call__(self, first, measurements, whitening=1.0, precision=None, start=None):
        """Refine predictions.

        Parameters
        ----------
        first : ndarray of shape (n_samples, n)
            First predictions.
        measurements : ndarray of shape (n_samples, m)
            Measurements.
        whitening : float or ndarray of shape (m, m)
            What residuals are multiplied by.
        precision : ndarray of shape (n, n), optional
            Weight of the squared distance to the first predictions.
        start : ndarray of shape (n_samples, n), optional
            Where to begin, in place of all other starts, if it costs less than `first`.

        Returns
        -------
        y : ndarray of shape (n_samples, n)
            Refined predictions, aligned to the first.
        is_kept : ndarray of bool, shape (n_samples,)
            Where nothing better than the first prediction was found.
        """
        if self._settings["solver"] is not None:
            best, before, after = self._solve(first, measurements)
        else:
            problem = Posterior(self.forward, measurements, whitening, precision, first)
            before = problem.cost(first)
            best, after = self._search(problem, first, measurements, start)
        is_kept = ~(after < before) & ~(np.isfinite(after) & ~np.isfinite(before))
        best = self.symmetry.align(best, first)
        best[is_kept] = first[is_kept]
        return best, is_kept

    def _solve(self, first, measurements):
        """Solutions of the user's solver, and residuals before and after."""
        found = np.asarray(self._settings["solver"](measurements.copy(), first.copy()), np.float64)
        if found.shape != first.shape:
            raise ValueError(
                f"solver must return predictions of shape {first.shape}, as it was given, got "
                f"{found.shape}."
            )
        # Where it has found nothing, the row stays as it is.
        found = np.where(np.isfinite(found).all(axis=1, keepdims=True), found, first)
        found = self.projected(found)
        return found, self.residual(first, measurements), self.residual(found, measurements)

    def _search(self, problem, first, measurements, given):
        """The best of all starts, and its cost.

        The spectral start is tried everywhere, neighbours where much is left unexplained.
        """
        settings = self._settings
        solve = LevenbergMarquardt(
            settings["max_iter"], settings["tol"], settings["project"], _LEAST_GAIN
        )
        if given is not None:
            is_nearer = (problem.cost(given) < problem.cost(first))[:, None]
            return solve(problem, np.where(is_nearer, given, first))
        best, cost = solve(problem, first)

        def improve(rows, start):
            if rows.size == 0:
                return
            begin = self.projected(self.symmetry.align(start, first[rows]))
            trial, new = solve(problem.of(rows), begin)
            is_better = (new < cost[rows]) | (np.isfinite(new) & ~np.isfinite(cost[rows]))
            best[rows[is_better]], cost[rows[is_better]] = trial[is_better], new[is_better]

        def poor(rows):
            return ~(self.residual(best[rows], measurements[rows]) <= self.explained)

        everywhere = np.arange(len(first))
        if self._spectral is not None:
            improve(everywhere, self._spectral(measurements))
        rows = everywhere[poor(everywhere)]
        n_restarts = min(settings["n_restarts"], len(self._targets))
        if rows.size and n_restarts:
            neighbors = self._neighbors.kneighbors(measurements[rows], n_restarts, False)
            for nearest in neighbors.T:
                still = poor(rows)
                improve(rows[still], self._targets[nearest[still]])
        return best, cost


class Posterior(Residuals):
    """Residuals in their covariance, and distances to first predictions in theirs.

    Parameters
    ----------
    model : object
        The forward model.
    measurements : ndarray of shape (n_samples, m)
        Measurements.
    whitening : float or ndarray of shape (m, m)
        What residuals are multiplied by.
    precision : ndarray of shape (n, n) or None
        Weight of the squared distance to the first predictions.
    first : ndarray of shape (n_samples, n)
        First predictions.
    """

    def __init__(self, model, measurements, whitening, precision, first):
        super().__init__(model, measurements)
        self._whitening, self._precision, self._first = whitening, precision, first

    def of(self, rows):
        """The problem of some of the rows."""
        parts = self.measurements[rows], self._whitening, self._precision, self._first[rows]
        return type(self)(self.model, *parts)

    def cost(self, y):
        """Cost of all rows, shape (n_samples,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            residual = self._whitened(self.measurements - self.model.values(y))
            cost = (residual**2).sum(axis=1)
            if self._precision is None:
                return cost
            away = self._first - y
            return cost + np.vecdot(away @ self._precision, away)

    def _residual_and_jacobian(self, y, rows):
        residual, jacobian = super()._residual_and_jacobian(y, rows)
        if np.ndim(self._whitening) == 0:
            return residual * self._whitening, jacobian * self._whitening
        return self._whitened(residual), self._whitening @ jacobian

    def linearise(self, y, rows):
        """Normal matrices, half the negative gradients and costs."""
        normal, gradient, cost = super().linearise(y, rows)
        if self._precision is None:
            return normal, gradient, cost
        away = self._first[rows] - y
        pull = away @ self._precision
        return normal + self._precision, gradient + pull, cost + np.vecdot(pull, away)

    def _whitened(self, residual):
        if np.ndim(self._whitening) == 0:
            return residual * self._whitening
        return residual @ self._whitening.T


def root_mean_square(rows):
    """Root mean square of each row."""
    return np.sqrt(np.mean(np.square(rows), axis=1))
