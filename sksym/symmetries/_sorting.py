"""Alignment of single coordinates by sorting."""

import numpy as np
from scipy.optimize import isotonic_regression

from .._arrays import algebra


class Sorting:
    """Mixin: what permutations of single coordinates have, for those that may be of blocks."""

    @property
    def has_seam(self) -> bool:
        """Whether longer blocks than single coordinates are permuted: sorting is continuous."""
        return not (self.n_blocks is None and self.columns is None) or self._has_seam(1)

    @property
    def _is_of_scalars(self):
        return self.n_blocks is None and self.each is None and not self.is_complex

    def _has_seam(self, n_coordinates):
        is_of_numbers = self._n_blocks(n_coordinates) == n_coordinates and not self.is_complex
        if is_of_numbers and self.is_isometric:
            return self.each is not None and self.each._has_seam(1)
        return True


def rearranged(xp, y, to):
    """The coordinates of each row in the order of the coordinates of `to`.

    Sorted values beside sorted values have the largest sum of products of all orders (the
    rearrangement inequality, Hardy, Littlewood and Polya 1934), hence the smallest distance.
    """
    rank = xp.argsort(xp.argsort(to, axis=1, stable=True), axis=1, stable=True)
    return xp.take_along_axis(xp.sort(y, axis=1), xp.broadcast_to(rank, y.shape), axis=1)


def nearest_sorted(xp, z):
    """The sorted row nearest to each row, by isotonic regression."""
    host = algebra.on_host(z)
    falls = np.flatnonzero((np.diff(host, axis=1) < 0).any(axis=1))
    if not falls.size:
        return algebra.copy(xp, z)
    nearest = host.copy()
    for row in falls:
        nearest[row] = isotonic_regression(host[row]).x
    return algebra.like(xp, nearest, z)
