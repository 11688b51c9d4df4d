"""Lift of a group of two elements around a group that has a lift."""

import functools
import itertools

import numpy as np

from .._arrays import algebra
from . import _choice
from ._gram import gram_coordinates, nearest_points


class PairLifts:
    r"""Mixin of two elements, the identity and g, around a group with the lift z.

    The lifts z of y and z' of g y change places under g: their mean stays, and half of their
    difference changes its sign. The lift is the mean, and the lift of the difference as `Sign`
    has it.
    """

    @property
    def has_lift(self):
        """Whether the outer group is one that has a lift around another."""
        return self.outer._lifts_around and self.inner.has_lift

    def _lift(self, xp, y):
        mean, half = self._mean_and_half(xp, y)
        even, odd = (algebra.like(xp, basis, mean) for basis in _bases(self, y.shape[1]))
        squares = gram_coordinates(xp, (half @ xp.matrix_transpose(odd))[:, :, None])
        return xp.concat([mean @ xp.matrix_transpose(even), squares], axis=1)

    def _unlift(self, xp, z):
        even, odd = self._bases_of_width(z.shape[1])
        even, odd = (algebra.like(xp, basis, z) for basis in (even, odd))
        found = z[:, : even.shape[0]] @ even
        if odd.shape[0]:  # a single coordinate has no difference
            found = found + nearest_points(xp, z[:, even.shape[0] :], 1)[:, :, 0] @ odd
        return self.inner._unlift(xp, found)

    def _mean_and_half(self, xp, y):
        first, second = (self.inner._lift(xp, point) for point in self.outer._orbit(xp, y))
        return (first + second) / 2, (first - second) / 2

    def _bases_of_width(self, n_lifted):
        for n_coordinates in itertools.count(1):
            even, odd = _bases(self, n_coordinates)
            width = len(even) + len(odd) * (len(odd) + 1) // 2
            if width == n_lifted:
                return even, odd
            if width > n_lifted:
                raise ValueError(
                    f"z must have the width of a lift of {self.outer!r} * {self.inner!r}, got "
                    f"{n_lifted} columns."
                )
        return None


@functools.lru_cache(maxsize=64)
def _bases(group, n_coordinates):
    """Orthonormal bases of all means and of all half differences."""
    n_lifted = group.inner._lift(np, _probes(group, 1, n_coordinates)).shape[1]
    parts = group._mean_and_half(np, _probes(group, 2 * n_lifted + 4, n_coordinates))
    bases = []
    for part in parts:
        _, size, vectors = np.linalg.svd(part, full_matrices=False)
        bases.append(vectors[size > 1e-9 * max(size[0], 1.0)])
    return bases


def _probes(group, n_samples, n_coordinates):
    n = n_samples * n_coordinates
    return _choice.generic_row(n, is_complex=group.is_complex).reshape(n_samples, -1) * n**0.5
