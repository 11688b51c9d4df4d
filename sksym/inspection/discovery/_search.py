"""The discrete part: affine isometries that leave the learned forward map as it is."""

import itertools
from dataclasses import dataclass

import numpy as np
from scipy.stats import ortho_group
from sklearn.utils import gen_batches

from ._maps import units

_ROWS = 120  # targets on which a start is improved
_POLISHING_ROWS = 600
_DRAWN = 400  # random starts a round; those with the smallest change are improved
_STARTS = 40
_ROWS_TO_CHOOSE = 40
_MOST_ROUNDS = 8
_ENOUGH_HITS = 10  # of random starts
_STEPS = 25
_FIRST_DAMPING = 1e-2
_HIT = 0.15  # root mean square change over the spread
_SAME = 0.25  # root mean square distance of two maps of targets over their spread
_MOST_ENTRIES = 2**23  # of derivatives held at a time


@dataclass
class Hit:
    """An isometry y -> M y + c about the mean of the targets, and the starts that ended there."""

    matrix: np.ndarray
    offset: np.ndarray
    change: float
    n_hits: int = 0


class Search:
    """Levenberg-Marquardt on the orthogonal group, from many starts at once.

    Parameters
    ----------
    learned : LearnedMap
        The forward map.
    y : ndarray of shape (n_samples, n)
        Targets.
    rng : RandomState
        Draws starts and rows.
    is_sphere : bool
        Whether targets lie on a sphere about the origin: maps are turned about its centre only.

    Attributes
    ----------
    hits : list of Hit
        Different maps, the identity among them.
    n_random : int
        Random starts that ended at any of them.
    """

    def __init__(self, learned, y, rng, is_sphere=False):
        self._learned, self._rng = learned, rng
        self.mean = np.zeros(y.shape[1]) if is_sphere else y.mean(axis=0)
        self.spread = units(y)
        self._n_offsets = 0 if is_sphere else y.shape[1]
        self._y = (y - self.mean) / self.spread
        order = rng.permutation(len(y))
        self._few, self._many = order[:_ROWS], order[:_POLISHING_ROWS]
        self._total = float(np.sum(learned.values(y).var(axis=0))) or 1.0
        self.hits, self.n_random = [], 0

    def run(self, others=()):
        """Search until enough random starts have ended at a map, or for so many rounds.

        Parameters
        ----------
        others : sequence of ndarray of shape (n, n)
            Orthogonal matrices to start at too.
        """
        n = self._y.shape[1]
        self._improve(np.stack([*_structured(n), *others]), is_random=False)
        for _ in range(_MOST_ROUNDS):
            self._improve(self._random(n), is_random=True)
            if self.n_random >= _ENOUGH_HITS:
                break
        return self

    def _random(self, n):
        if n == 1:
            return np.array([[[1.0]], [[-1.0]]])
        drawn = ortho_group.rvs(n, size=_DRAWN, random_state=self._rng)
        y = self._y[self._few[:_ROWS_TO_CHOOSE]]
        goal = self._learned.values(self._outer(y))
        moved = self._outer((y @ np.swapaxes(drawn, 1, 2)).reshape(-1, n))
        with np.errstate(over="ignore", invalid="ignore"):
            change = self._learned.values(moved).reshape(len(drawn), len(y), -1) - goal
            costs = np.sum(change**2, axis=(1, 2))
        return drawn[np.argsort(costs, kind="stable")[:_STARTS]]

    def _improve(self, matrices, is_random):
        starts = matrices, np.zeros(matrices.shape[:2])
        for matrix, offset, change in zip(*self._solved(*starts, self._few), strict=True):
            if change < _HIT:
                self._take(matrix, offset, is_random)

    def _take(self, matrix, offset, is_random):
        """Count a hit; a map that was not known is polished on more rows."""
        known = self._known(matrix, offset)
        if known is None:
            polished = self._solved(matrix[None], offset[None], self._many)
            matrix, offset, change = (part[0] for part in polished)
            if change >= _HIT:
                return
            known = self._known(matrix, offset)
            if known is None:
                known = Hit(matrix, offset, float(change))
                self.hits.append(known)
        known.n_hits += 1
        self.n_random += is_random

    def _known(self, matrix, offset):
        return next((hit for hit in self.hits if self._is_same(hit, matrix, offset)), None)

    def _is_same(self, hit, matrix, offset):
        """Whether two maps send targets to the same places."""
        difference = self._y[self._few] @ (hit.matrix - matrix).T + hit.offset - offset
        return np.sqrt(np.mean(difference**2)) < _SAME

    def affine(self, matrix, offset):
        """A map about the mean, in units of the spread, as [M | c] on targets as they are."""
        outer = matrix * self.spread[:, None] / self.spread
        return np.column_stack([outer, self.mean - outer @ self.mean + self.spread * offset])

    def _solved(self, matrices, offsets, rows):
        """Improve all starts, some at a time."""
        n, m = self._y.shape[1], self._learned.values(self.mean[None]).shape[1]
        each = max(1, _MOST_ENTRIES // (len(rows) * m * n * (n + 1)))
        parts = [
            self._improved(matrices[part], offsets[part], self._y[rows])
            for part in gen_batches(len(matrices), each)
        ]
        return tuple(np.concatenate(found) for found in zip(*parts, strict=True))

    def _improved(self, matrices, offsets, y):
        goal = self._learned.values(self._outer(y))
        pairs = np.stack(np.triu_indices(y.shape[1], 1), axis=1)
        normal, gradient, cost = self._linearised(matrices, offsets, y, goal, pairs)
        damping = np.full(len(matrices), _FIRST_DAMPING)
        for _ in range(_STEPS):
            curvature = np.trace(normal, axis1=1, axis2=2) / normal.shape[1]
            size = damping * np.where(curvature > 0, curvature, 1)
            damped = normal + size[:, None, None] * np.eye(normal.shape[1])
            step = -np.linalg.solve(damped, gradient[:, :, None])[:, :, 0]
            trial = _turned(matrices, step, pairs), self._shifted(offsets, step)
            new = self._linearised(*trial, y, goal, pairs)
            better = new[2] < cost
            matrices = np.where(better[:, None, None], trial[0], matrices)
            offsets = np.where(better[:, None], trial[1], offsets)
            normal = np.where(better[:, None, None], new[0], normal)
            gradient = np.where(better[:, None], new[1], gradient)
            gain = np.where(better, (cost - new[2]) / np.maximum(cost, 1e-300), 0)
            cost = np.where(better, new[2], cost)
            damping = np.clip(damping * np.where(better, 0.2, 5.0), 1e-10, 1e10)
            if np.all((better & (gain < 1e-3)) | (damping > 1e4)):
                break
        return matrices, offsets, np.sqrt(cost / len(y) / self._total)

    def _shifted(self, offsets, step):
        return offsets + step[:, -self._n_offsets :] if self._n_offsets else offsets

    def _outer(self, y):
        return self.mean + self.spread * y

    def _linearised(self, matrices, offsets, y, goal, pairs):
        """Normal matrices, gradients and squared changes, by turns in each plane and offsets."""
        turned = y @ np.swapaxes(matrices, 1, 2)
        moved = turned + offsets[:, None, :]
        n_starts, n_rows, n = moved.shape
        with np.errstate(over="ignore", invalid="ignore"):
            values, jacobian = self._learned.values_and_jacobian(self._outer(moved.reshape(-1, n)))
        jacobian = jacobian.reshape(n_starts, n_rows, -1, n) * self.spread
        residual = values.reshape(n_starts, n_rows, -1) - goal
        i, j = pairs.T
        turns = jacobian[..., i] * turned[:, :, None, j] - jacobian[..., j] * turned[:, :, None, i]
        design = np.concatenate([turns, jacobian[..., : self._n_offsets]], axis=3)
        design = design.reshape(n_starts, -1, len(pairs) + self._n_offsets)
        transposed = np.swapaxes(design, 1, 2)
        gradient = (transposed @ residual.reshape(n_starts, -1, 1))[:, :, 0]
        return transposed @ design, gradient, np.sum(residual**2, axis=(1, 2))


def _turned(matrices, step, pairs):
    """Matrices after a small turn, by the Cayley transform, which stays orthogonal."""
    n = matrices.shape[1]
    generator = np.zeros(matrices.shape)
    i, j = pairs.T
    generator[:, i, j] = step[:, : len(pairs)]
    generator[:, j, i] = -step[:, : len(pairs)]
    return np.linalg.solve(np.eye(n) - generator / 2, (np.eye(n) + generator / 2) @ matrices)


def _structured(n):
    """Maps that symmetries often are: signs, reversals, shifts, exchanges, and their negatives."""
    identity = np.eye(n)
    found = [identity, identity[::-1]]
    found += [np.roll(identity, shift, axis=0) for shift in range(1, n)]
    for i, j in itertools.combinations(range(n), 2):
        exchange = identity.copy()
        exchange[[i, j]] = exchange[[j, i]]
        found.append(exchange)
    for size in range(1, n):
        if n % size == 0:
            signs = np.where(np.arange(n) < size, -1.0, 1.0)
            found += [np.diag(np.roll(signs, size * k)) for k in range(n // size)]
    return np.unique(np.concatenate([np.stack(found), -np.stack(found)]), axis=0)
