"""The smallest symmetry with a name that explains all that was found."""

import itertools

import numpy as np

from ...symmetries import Identity
from ._maps import moved_by

_ROWS = 60
_N_DRAWS = 3
_EXPLAINED = 0.12  # root mean square distance of orbits over the spread of targets
_MOST_FACTORS = 3


class Namer:
    """Compares groups by what they do to some targets.

    Parameters
    ----------
    y : ndarray of shape (n_samples, n)
        Targets.
    """

    def __init__(self, y):
        self._y = y[:_ROWS]
        self._limit = _EXPLAINED * y.std()

    def explains(self, symmetry, move):
        """Whether a map sends every target to a point of its orbit."""
        if isinstance(symmetry, Identity):
            distances = np.linalg.norm(move(self._y) - self._y, axis=1)
        else:
            try:
                distances = symmetry.distance(move(self._y), self._y)
            except (ValueError, TypeError):  # a product that is no group, or has no solver
                return False
        return bool(np.sqrt(np.mean(distances**2) / self._y.shape[1]) < self._limit)

    def contains(self, symmetry, other):
        """Whether a group contains another one."""
        return all(
            self.explains(symmetry, lambda y, seed=seed: other.random(y, random_state=seed))
            for seed in range(_N_DRAWS)
        )

    def n_unexplained(self, symmetry, groups, maps):
        """Number of groups and maps that a group does not contain."""
        n_explained = sum(self.contains(symmetry, group) for group in groups)
        n_explained += sum(
            self.explains(symmetry, lambda y, one=one: moved_by(one, y)) for one in maps
        )
        return len(groups) + len(maps) - n_explained

    def named(self, groups, maps, holds):
        """The group, or product of groups, that explains most, and what it leaves unexplained.

        Parameters
        ----------
        groups : list of Symmetry
            Groups that hold.
        maps : list of ndarray of shape (n, n + 1)
            Maps that hold.
        holds : callable
            Whether a symmetry holds, for products.

        Returns
        -------
        symmetry : Symmetry
            `Identity` if there is none.
        n_left : int
            Number of groups and maps that it does not explain.
        """
        best, n_left = Identity(), len(groups) + len(maps)
        for symmetry in _combinations(self.largest(groups)):
            if n_left == 0:
                break
            n_now = self.n_unexplained(symmetry, groups, maps)
            if n_now < n_left and holds(symmetry):
                best, n_left = symmetry, n_now
        return best, n_left

    def largest(self, groups):
        """Those that no other one contains; of equal ones the first."""
        kept = []
        for group in groups:
            if any(self.contains(other, group) for other in kept):
                continue
            kept = [other for other in kept if not self.contains(group, other)]
            kept.append(group)
        return kept


def _combinations(groups):
    """Each by itself, then products of two and of three."""
    for count in range(1, _MOST_FACTORS + 1):
        for chosen in itertools.combinations(groups, count):
            product = chosen[0]
            for group in chosen[1:]:
                product = product * group
            yield product
