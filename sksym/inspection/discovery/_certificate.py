"""Equivalence tests of maps and groups on rows that nothing was fitted to."""

from dataclasses import replace

import numpy as np
from sklearn.neighbors import NearestNeighbors

from ._result import Evidence

_MOST = 2000  # rows that are tested, and targets that their moved ones are near to
_N_MOVES = 3  # random elements of a group for each row
_QUANTILE = 1.96
_FAR = 2.0  # times the usual distance of a target's nearest neighbour is outside the data
_MOST_UNSURE = 300  # moved rows that say how much two models differ
_UNSURE = 2.0  # times what two models differ by may be an error of both
_TOO_NEAR = 2.0  # times what is unsure: a larger change refutes, however wide its interval
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
        y, X, groups, known = y[:_MOST], X[:_MOST], groups[:_MOST], known[:_MOST]
        self.y, self.delta = y, delta
        self.learned, self._groups = learned, groups
        values = learned.values(y)
        self._X = learned.standardised(X)
        self._squares = np.sum((self._X - values) ** 2, axis=1)
        self._spread = float(np.sum(values.var(axis=0))) or 1.0
        self.score = 1 - self._squares.mean() / (np.sum(self._X.var(axis=0)) or 1.0)
        widths = known.std(axis=0)
        self._widths = np.where(widths > 0, widths, 1.0)
        self._neighbors = NearestNeighbors(n_neighbors=1).fit(known / self._widths)
        self._usual = float(np.median(self._nearest(y)))

    def of_group(self, symmetry, name=None):
        """Test random elements of a group; None where they leave all targets in place."""
        moved = [symmetry.random(self.y, random_state=seed) for seed in range(_N_MOVES)]
        return self._evidence("group", name or repr(symmetry), moved, symmetry._is_finite())

    def of_map(self, function, name, kind="element"):
        """Test one map of rows; None where it leaves all targets in place."""
        return self._evidence(kind, name, [function(self.y)], is_finite=False)

    def of_lift(self, symmetry, learned):
        """Test a group by a model of the forward map from its lift, as it is for a period.

        Where a group moves targets to where there are none, a model of them cannot be asked; one
        that only sees what the group leaves must predict as well, seam included.
        """
        squares = np.sum((self._X - learned.values(symmetry.lift(self.y))) ** 2, axis=1)
        numbers = np.arange(len(self.y))
        return self._interval("group", repr(symmetry), squares - self._squares, self.y, numbers)

    def _evidence(self, kind, name, moved, is_finite):
        rows = np.concatenate([np.asarray(m) for m in moved])
        again = np.tile(np.arange(len(self.y)), len(moved))
        # Elements that leave a target in place say nothing about the others.
        is_moved = np.abs(rows - self.y[again]).max(axis=1) > _IN_PLACE * np.abs(self.y).max()
        if not is_moved.any():
            return None
        rows, again = rows[is_moved], again[is_moved]
        changes = self._changes(rows, again)
        evidence = self._interval(kind, name, changes, rows, again)
        if evidence.holds:
            return evidence
        # A model may be wrong where there are no targets: only what stays among them refutes, and
        # what moves less far than targets are apart says nothing.
        reach = _FAR * self._usual
        is_far = np.linalg.norm((rows - self.y[again]) / self._widths, axis=1) > reach
        is_near = is_far & (self._nearest(rows) <= reach)
        evidence = replace(evidence, low=0.0, is_open=False)
        if is_near.sum() < min(_FEWEST, len(rows) / 2):
            return evidence
        near = self._interval(kind, name, changes[is_near], rows[is_near], again[is_near])
        # Of a finite group that mostly moves targets elsewhere, the rest may be a part that holds.
        is_part = is_finite and is_near.sum() < is_far.sum() / 2
        return evidence if is_part and (near.holds or near.is_open) else near

    def _nearest(self, rows):
        """Distance of each row from the nearest target, in widths of the columns."""
        return self._neighbors.kneighbors(rows / self._widths)[0][:, 0]

    def _changes(self, moved, numbers):
        with np.errstate(over="ignore", invalid="ignore"):
            squares = np.sum((self._X[numbers] - self.learned.values(moved)) ** 2, axis=1)
        return np.nan_to_num(squares, nan=np.inf) - self._squares[numbers]

    def _interval(self, kind, name, changes, rows, numbers):
        sums = np.bincount(self._groups[numbers], weights=changes - changes.mean())
        error = np.sqrt(np.sum(sums**2)) / len(changes)
        bounds = changes.mean() + np.array([0, -_QUANTILE, _QUANTILE]) * error
        change, low, high = (float(b) for b in np.sqrt(np.maximum(bounds, 0) / self._spread))
        holds = high < self.delta
        limit = max(self.delta, _UNSURE * self._disagreement(rows)) if not holds else self.delta
        is_open = not holds and low <= limit and change < _TOO_NEAR * limit
        return Evidence(kind, name, change, low, high, holds, is_open)

    def _disagreement(self, rows):
        """What models of half of the pairs differ by, over the spread."""
        some = rows[:: -(-len(rows) // _MOST_UNSURE)]
        return np.sqrt(np.mean(self.learned.disagreement(some)) / self._spread)
