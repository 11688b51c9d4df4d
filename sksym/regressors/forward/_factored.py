"""Quadratic forward maps of low rank, found from few pairs."""

import numpy as np

from .._levenberg import LevenbergMarquardt
from ._sensing import sensing_problem

_SPAN = 1e-8  # singular values of the signals, over the largest, that span what they fill
_MOST_STARTS = 10
_MOST_IDLE = 24  # starts, counted for each measurement, since the last that found something better
_UNLIKE = 1.2  # times the median cost: what others have been found better than
_FEW = 8  # measurements that more starts are tried for at first
_GAIN = 0.9  # of the cost: what a start must lower it to, to have found something better
_SOLVED = 1e-20  # of a measurement's mean square: squared residuals that are rounding
_MAX_ITER, _TOL, _LEAST_GAIN = 60, 1e-12, 1e-9


class Factored:
    r"""Squares of few linear forms, :math:`c_k + b_k \cdot y + \sum_r s_{kr} (a_{kr} \cdot y)^2`.

    The intensities behind a linear system have rank one, those of a complex one rank two in
    ``[Re | Im]``: m n numbers determine them, where all quadratic maps have m n² / 2. Finding
    :math:`a_k` from pairs is itself phase retrieval, with the signals as sensing vectors; optics
    calls it retrieving the transmission matrix from intensities, or double phase retrieval.

    Parameters
    ----------
    y : ndarray of shape (n_samples, n)
        Signals.
    X : ndarray of shape (n_samples, m)
        Measurements of the signals.
    rank : int
        Number of squares in each measurement.
    is_affine : bool
        Whether there are :math:`b_k` and :math:`c_k`.
    start : Factored, optional
        A model of the same kind, of fewer pairs, to begin from.

    References
    ----------
    Drémeau, Liutkus, Martina, Katz, Schülke, Krzakala, Gigan, Daudet (2015), "Reference-less
    measurement of the transmission matrix of a highly scattering material using a DMD and phase
    retrieval techniques".

    Rajaei, Tramel, Gigan, Krzakala, Daudet (2016), "Intensity-only optical compressive imaging
    using a multiply scattering material and a double phase retrieval approach".

    Metzler, Sharma, Nagesh, Baraniuk, Cossairt, Veeraraghavan (2017), "Coherent inverse
    scattering via transmission matrices: efficient phase retrieval algorithms and a public
    dataset".

    Cheng, Qiao, Zhang, Liu, et al. (2023), "Nonconvex optimization for optimum retrieval of the
    transmission matrix of a multimode fiber".
    """

    def __init__(self, y, X, rank, is_affine, start=None):
        self._rank = rank
        to_inner, to_outer = span(y)
        # Not of second moments one: directions that few pairs tell of would rule the steps.
        sizes = np.linalg.norm(to_outer, axis=1)
        to_inner = to_inner * (sizes / np.sqrt(np.mean(sizes**2)))
        size = np.sqrt(np.mean(np.square(X), axis=0))
        size = np.where(size > 0, size, 1.0)
        problem = sensing_problem(y @ to_inner, X / size, rank, is_affine)
        given = None if start is None else start._parameters_in(to_inner, size, is_affine)
        parameters = _solved(problem, given, size)
        m, d = len(parameters), to_inner.shape[1]
        vectors = parameters[:, : rank * d].reshape(m, rank, d)
        affine = parameters[:, rank * d :] if is_affine else np.zeros((m, d + 1))
        self.vectors = vectors @ to_inner.T * np.sqrt(size)[:, None, None]
        self.signs = problem.signs
        self.slopes = affine[:, :d] @ to_inner.T * size[:, None]
        self.constants = affine[:, d] * size

    def _parameters_in(self, to_inner, size, is_affine):
        """Parameters and signs for another problem of the same kind."""
        to_outer = np.linalg.pinv(to_inner)
        vectors = self.vectors / np.sqrt(size)[:, None, None] @ to_outer.T
        parts = [vectors.reshape(len(vectors), -1)]
        if is_affine:
            parts += [self.slopes / size[:, None] @ to_outer.T, (self.constants / size)[:, None]]
        return np.hstack(parts), self.signs

    def values(self, y):
        """Predicted measurements, shape (n_samples, m)."""
        return self._values(y, self._forms(y))

    def values_and_jacobian(self, y):
        """Predicted measurements and their derivatives, shape (n_samples, m, n)."""
        forms = self._forms(y)
        jacobian = np.broadcast_to(self.slopes, (len(y), *self.slopes.shape)).copy()
        for r in range(self._rank):
            jacobian += (2 * self.signs[:, r] * forms[r])[:, :, None] * self.vectors[:, r]
        return self._values(y, forms), jacobian

    def squares(self):
        """Signs, shape (m, rank), and vectors, shape (m, rank, n)."""
        return self.signs, self.vectors

    def _forms(self, y):
        return [y @ self.vectors[:, r].T for r in range(self._rank)]

    def _values(self, y, forms):
        values = y @ self.slopes.T + self.constants
        for r, form in enumerate(forms):
            values += self.signs[:, r] * form**2
        return values


def span(y):
    """Coordinates in which the signals have second moments of one, and the way back.

    Signals that fill a part of the space are described there: what the map does elsewhere they do
    not tell.

    Parameters
    ----------
    y : ndarray of shape (n_samples, n)
        Signals.

    Returns
    -------
    to_inner : ndarray of shape (n, d)
        Rows times it are the coordinates.
    to_outer : ndarray of shape (d, n)
        Coordinates times it are rows again.
    """
    _, sizes, directions = np.linalg.svd(y, full_matrices=False)
    kept = sizes > _SPAN * sizes.max(initial=0.0)
    sizes = sizes[kept] / np.sqrt(len(y))
    return directions[kept].T / sizes, directions[kept] * sizes[:, None]


def _solved(problem, given, sizes):
    """Parameters of least cost from the spectral start and random ones."""
    solve = LevenbergMarquardt(_MAX_ITER, _TOL, gain=_LEAST_GAIN)
    start = problem.spectral_start()
    if given is not None:
        start, problem.signs = given
    found, cost = solve(problem, start)
    rng, n_idle = np.random.RandomState(0), 0
    for number in range(_MOST_STARTS):
        rows = np.flatnonzero(~(cost <= _SOLVED * problem.n_samples))
        if n_idle >= _MOST_IDLE or rows.size == 0:
            break
        if n_idle or number == 0:  # a few tell whether there is more to find
            rows = rng.permutation(rows)[:_FEW]
        else:
            unlike = rows[_is_unlike(cost, sizes)[rows]]
            rows = unlike if unlike.size else rows
        part = problem.of(rows)
        # Most measurements are intensities, but few pairs may give the start a wrong sign.
        part.signs = np.ones_like(part.signs) if number % 2 == 0 else _signs(rng, part.signs.shape)
        trial, new = solve(part, part.random_start(rng))
        is_better = ~(new >= _GAIN * cost[rows])
        better = rows[is_better]
        found[better], cost[better] = trial[is_better], new[is_better]
        problem.signs[better] = part.signs[is_better]
        n_idle = 0 if better.size else n_idle + len(rows)
    return found


def _is_unlike(cost, sizes):
    """Whether a cost is larger than others, in the unit of X and relative to the measurements."""
    return np.logical_and(*(c > _UNLIKE * np.median(c) for c in (cost, cost * sizes**2)))


def _signs(rng, shape):
    return rng.choice([-1.0, 1.0], size=shape)
