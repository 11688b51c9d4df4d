"""Equivalence tests of maps and groups on rows that nothing was fitted to."""

import numpy as np
from sklearn.neighbors import NearestNeighbors

from ._result import Evidence

_N_MOVES = 3  # random elements of a group for each row
_QUANTILE = 1.96
_FAR = 2.0  # times the usual distance of a target's nearest neighbour is outside the data
_FEWEST = 30  # rows for a test
_IN_PLACE = 1e-9  # of the largest target: rounding


class Certificate:
    r"""Rows on which a map g of targets is tested.

    If f(g y) = f(y), then the model predicts the measurement of y from g y as well as from y. The
    test rests on the difference of both squared errors of each row, whose mean is

    .. math:: E \|\hat f(g y) - f(y)\|^2 - E \|\hat f(y) - f(y)\|^2

    with the noise of the measurements cancelled.

    Parameters
    ----------
    learned : LearnedMap
        The forward map.
    y, X : ndarray
        Targets and measurements that it was not fitted to.
    groups : ndarray of shape (n_samples,)
        Numbers of groups of rows that are not independent.
    known : ndarray
        Targets that it was fitted to.
    delta : float
        Largest relative change that counts as none.
    """

    def __init__(self, learned, y, X, groups, known, delta):
        self.y, self.delta = y, delta
        self.learned, self._groups = learned, groups
        values = learned.values(y)
        self._X = learned.standardised(X)
        self._squares = np.sum((self._X - values) ** 2, axis=1)
        self._spread = float(np.sum(values.var(axis=0))) or 1.0
        self.score = 1 - self._squares.mean() / (np.sum(self._X.var(axis=0)) or 1.0)
        self._near = NearestNeighbors(n_neighbors=1).fit(known)
        self._usual = float(np.median(self._near.kneighbors(y)[0]))

    def of_group(self, symmetry, name=None):
        """Test random elements of a group; None where they leave all targets in place."""
        moved = [symmetry.random(self.y, random_state=seed) for seed in range(_N_MOVES)]
        return self._evidence("group", name or repr(symmetry), moved)

    def of_map(self, function, name, kind="element"):
        """Test one map of rows; None where it leaves all targets in place."""
        return self._evidence(kind, name, [function(self.y)])

    def _evidence(self, kind, name, moved):
        rows = np.concatenate([np.asarray(m) for m in moved])
        again = np.tile(np.arange(len(self.y)), len(moved))
        # Elements that leave a target in place say nothing about the others.
        is_moved = np.abs(rows - self.y[again]).max(axis=1) > _IN_PLACE * np.abs(self.y).max()
        if not is_moved.any():
            return None
        rows, again = rows[is_moved], again[is_moved]
        changes = self._changes(rows, again)
        evidence = self._interval(kind, name, changes, again)
        if evidence.holds:
            return evidence
        # A model may be wrong where there are no targets: only what stays among them refutes.
        is_near = self._near.kneighbors(rows)[0][:, 0] <= _FAR * self._usual
        if is_near.sum() < _FEWEST:
            return Evidence(kind, name, evidence.change, 0.0, evidence.high, False)
        return self._interval(kind, name, changes[is_near], again[is_near])

    def _changes(self, moved, numbers):
        with np.errstate(over="ignore", invalid="ignore"):
            squares = np.sum((self._X[numbers] - self.learned.values(moved)) ** 2, axis=1)
        return np.nan_to_num(squares, nan=np.inf) - self._squares[numbers]

    def _interval(self, kind, name, changes, numbers):
        groups = self._groups[numbers]
        sums = np.bincount(groups, weights=changes - changes.mean())
        error = np.sqrt(np.sum(sums**2)) / len(changes)
        bounds = changes.mean() + np.array([0, -_QUANTILE, _QUANTILE]) * error
        change, low, high = np.sqrt(np.maximum(bounds, 0) / self._spread)
        return Evidence(
            kind, name, float(change), float(low), float(high), bool(high < self.delta)
        )
