"""How far refinement is trusted, learned from rows that were held out."""

import numpy as np
from sklearn.covariance import OAS, LedoitWolf

from .._arrays.algebra import chunks
from ._refiner import Posterior, root_mean_square

WEIGHTS = (0.0, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0, np.inf)
_MOST_JUDGED = 500  # held-out rows that decide
_FEWEST_JUDGED = 8
_MOST_ENTRIES = 2**23  # of their Jacobians
_SOLVED = 1e-6  # of the first predictions' squared error: nothing is left to weigh
_ROUND = 2.0  # ratio of extreme variances below which noise counts as one variance
_N_DRAWS = 32  # of the posterior of each row
_TINY = 1e-12  # of the mean variance, which makes the covariance of the errors regular


class Trust:
    r"""Covariances of the forward model's and of the regressor's errors, and their weight.

    A refined prediction minimises
    :math:`(x - f(y))^T R^{-1} (x - f(y)) + \lambda (y - \hat y)^T C^{-1} (y - \hat y)` with R the
    covariance of the residuals of the forward model and C the one of the errors of the first
    predictions, aligned, both on rows that were held out. Where these errors are normal,
    :math:`\lambda = 1` is the posterior mode; of all weights from 0, refinement alone, to
    infinity, none, the one with the least rectified error on the held-out rows is taken.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    folds : list of HeldOut
        What has been held out.

    Attributes
    ----------
    weight : float
        The weight :math:`\lambda`.
    errors : dict of float -> float
        Mean squared rectified error on the held-out rows for each weight that was tried.
    """

    def __init__(self, symmetry, folds):
        self.symmetry = symmetry
        residuals = [fold.X - fold.refiner.forward.values(fold.y) for fold in folds]
        floor = max(fold.refiner.rounding for fold in folds)
        # A model of few pairs leaves less of these than of others.
        self.typical = float(np.median(np.concatenate([root_mean_square(r) for r in residuals])))
        for fold in folds:
            fold.refiner.explain(self.typical)
        self.whitening = _whitening(np.concatenate(residuals), floor)
        misses = [fold.first - symmetry.align(fold.y, fold.first) for fold in folds]
        self.precision = _precision(np.concatenate(misses))
        n_entries = residuals[0].shape[1] * len(self.precision)
        share = -(-min(_MOST_JUDGED, max(_MOST_ENTRIES // n_entries, 1)) // len(folds))
        folds = [fold.some(share) for fold in folds]
        self.weight, self.errors, answers = self._choose(folds)
        # The spread of a wide row is a matrix of its own.
        n_entries = max(residuals[0].shape[1], len(self.precision)) * len(self.precision)
        share = min(share, max(_MOST_ENTRIES // n_entries, _FEWEST_JUDGED) // len(folds))
        self._scale = 1.0
        self._scale = self._calibrated(folds, answers, max(share, 1))

    def refine(self, refiner, first, measurements, weight=None, start=None):
        """Refined predictions, and where the first ones were kept, as `Refiner` returns them."""
        weight = self.weight if weight is None else weight
        if np.isinf(weight):
            return first.copy(), np.ones(len(first), dtype=bool)
        precision = weight * self.precision if weight > 0 else None
        return refiner(first, measurements, self.whitening, precision, start)

    def spread(self, refiner, y, measurements):
        """Root mean square distance of draws of the posterior from the predictions.

        By distances of orbits, so that what moves along an orbit does not count.
        """
        squares = [
            self._squares(refiner, y[part], measurements[part])
            for part in chunks(len(y), y.shape[1] * max(y.shape[1], _N_DRAWS), limit=_MOST_ENTRIES)
        ]
        return self._scale * np.sqrt(np.concatenate(squares))

    def _squares(self, refiner, y, measurements):
        """Mean squared distances of draws of the posterior."""
        precision = self.precision * (self.weight if 0 < self.weight < np.inf else 1.0)
        if np.isinf(self.weight):
            normal = np.broadcast_to(precision, (len(y), *precision.shape))
        else:
            problem = Posterior(refiner.forward, measurements, self.whitening, precision, y)
            normal = problem.linearise(y, np.arange(len(y)))[0]
        n = y.shape[1]
        # Along the orbit of a continuous group rounding may outweigh the prior.
        size = np.trace(normal, axis1=1, axis2=2) * np.finfo(np.float64).eps * n
        factors = np.linalg.cholesky(normal + size[:, None, None] * np.eye(n))
        # L Lᵀ is the inverse covariance, so that L⁻ᵀ of white noise has the covariance.
        draws = np.random.RandomState(0).standard_normal((n, _N_DRAWS))
        moves = np.linalg.solve(np.swapaxes(factors, 1, 2), draws)
        distances = [self.symmetry.distance(y + moves[:, :, k], y) for k in range(_N_DRAWS)]
        return np.mean(np.square(distances), axis=0)

    def _choose(self, folds):
        """The weight of least error, all errors, and the answers with that weight by fold."""
        weights = np.concatenate([fold.weights for fold in folds])
        weights = weights if weights.any() else None  # rows of weight zero alone were held out
        errors, alone, best = {}, [None] * len(folds), None
        for weight in (np.inf, *WEIGHTS[:-1]):
            answers = [
                self.refine(fold.refiner, fold.first, fold.X, weight, start)[0]
                for fold, start in zip(folds, alone, strict=True)
            ]
            squares = [
                self.symmetry.distance(answer, fold.y) ** 2
                for answer, fold in zip(answers, folds, strict=True)
            ]
            errors[weight] = float(np.average(np.concatenate(squares), weights=weights))
            if best is None or errors[weight] < errors[best[0]]:
                best = weight, answers
            if errors[weight] <= _SOLVED * errors[np.inf]:
                break
            if weight == 0:  # found from all starts, it begins the others
                alone = answers
        return best[0], errors, best[1]

    def _calibrated(self, folds, answers, n_rows):
        """The factor that gives spreads the root mean square of the held-out errors."""
        expected = actual = 0.0
        for fold, answer in zip(folds, answers, strict=True):
            fold, answer = fold.some(n_rows), answer[:n_rows]
            expected += np.sum(fold.weights * self.spread(fold.refiner, answer, fold.X) ** 2)
            actual += np.sum(fold.weights * self.symmetry.distance(answer, fold.y) ** 2)
        return float(np.sqrt(actual / expected)) if expected > 0 else 1.0


def _whitening(residuals, floor):
    """What makes residuals white: one number where one variance tells as much."""
    residuals = residuals[np.isfinite(residuals).all(axis=1)]
    if len(residuals) == 0:
        return 1 / floor
    covariance = LedoitWolf(assume_centered=True).fit(residuals / floor).covariance_
    sizes, directions = np.linalg.eigh(covariance)
    sizes = np.sqrt(np.maximum(sizes, 0.0) + 1.0)
    if sizes[-1] <= np.sqrt(_ROUND) * sizes[0]:
        return float(1 / (floor * np.sqrt(np.mean(sizes**2))))
    return directions / (floor * sizes) @ directions.T


def _precision(misses):
    """The inverse covariance of errors."""
    covariance = OAS(assume_centered=True).fit(misses).covariance_
    size = np.trace(covariance) / len(covariance)
    if size == 0:  # without errors nothing has to be weighed
        return np.eye(len(covariance))
    return np.linalg.inv(covariance + _TINY * size * np.eye(len(covariance)))
