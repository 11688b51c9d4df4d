"""Signals from quadratic measurements without a start: the spectral estimate."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from ..._arrays.algebra import chunks
from ._factored import span

_POWER_STEPS = 60
_RIDGE = 1e-10  # of the mean variance of a measurement
_CHUNK = 2**22  # entries held at a time


class SpectralStart:
    r"""The leading eigenvector of the best linear estimate of :math:`y y^T`.

    If signals were Gaussian with the second moments of those known, :math:`y y^T` would be
    predicted best, among all linear functions of the measurements :math:`y^T Q_k y`, by
    :math:`\Sigma + \sum_k v_k 2 \Sigma Q_k \Sigma` with :math:`v = C^{-1} (x - E x)` and
    :math:`C_{kl} = 2 \,\mathrm{tr}(Q_k \Sigma Q_l \Sigma)`.

    Parameters
    ----------
    model : object
        A forward map with ``squares``.
    y : ndarray of shape (n_samples, n)
        Signals, which determine the second moments.
    noise : float
        Variance of the noise of a measurement.

    References
    ----------
    Candès, Li, Soltanolkotabi (2015), "Phase retrieval via Wirtinger flow": the spectral start of
    which this is the least-squares version.
    """

    def __init__(self, model, y, noise):
        self._to_outer = span(y)[1]
        self._signs, vectors = model.squares()
        self._vectors = vectors @ self._to_outer.T
        self._model = model
        self._mean = model.values(y).mean(axis=0)
        covariance = 2 * self._overlaps()
        ridge = noise + _RIDGE * np.trace(covariance) / len(covariance)
        covariance[np.diag_indices_from(covariance)] += ridge or 1.0
        self._covariance = cho_factor(covariance)

    def _overlaps(self):
        """Traces of the products of all pairs of forms, shape (m, m)."""
        m, rank, d = self._vectors.shape
        if 2 * rank > d:
            forms = np.einsum("kr,kri,krj->kij", self._signs, self._vectors, self._vectors)
            forms = forms.reshape(m, -1)
            return forms @ forms.T
        total = np.zeros((m, m))
        for r in range(rank):
            for s in range(rank):
                inner = self._vectors[:, r] @ self._vectors[:, s].T
                total += np.outer(self._signs[:, r], self._signs[:, s]) * inner**2
        return total

    def __call__(self, measurements):
        """Estimates, shape (n_samples, n)."""
        weights = 2 * cho_solve(self._covariance, (measurements - self._mean).T).T
        width = self._vectors[:, :, 0].size
        parts = chunks(len(weights), width, limit=_CHUNK)
        rows = np.concatenate([self._leading(weights[part]) for part in parts])
        return self._length(rows, measurements) * rows

    def _length(self, rows, measurements):
        """What rows are multiplied by so that their measurements are nearest to those given."""
        constants = self._model.values(np.zeros_like(rows))
        squares, wanted = self._model.values(rows) - constants, measurements - constants
        sizes = np.vecdot(squares, squares)
        ratios = np.vecdot(squares, wanted) / np.where(sizes > 0, sizes, 1.0)
        return np.sqrt(np.maximum(ratios, 0.0))[:, None]

    def _leading(self, weights):
        """Leading eigenvectors, by power iteration."""
        m, rank, d = self._vectors.shape
        vectors = self._vectors.reshape(m * rank, d)
        weights = np.repeat(weights, rank, axis=1) * self._signs.reshape(1, -1)
        start = np.random.RandomState(0).standard_normal(d)
        rows = np.broadcast_to(start / np.linalg.norm(start), (len(weights), d))
        for _ in range(_POWER_STEPS):
            rows = rows + ((rows @ vectors.T) * weights) @ vectors
            sizes = np.linalg.norm(rows, axis=1, keepdims=True)
            rows = rows / np.where(sizes > 0, sizes, 1.0)
        return rows @ self._to_outer
