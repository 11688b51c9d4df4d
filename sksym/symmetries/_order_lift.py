"""Lift of permutations: what the parts are, without their order."""

import math

from ._projections import points_seen, sorted_projections


class OrderLifts:
    """Mixin of permutations of blocks: their lift, where no block moves by itself."""

    @property
    def has_lift(self) -> bool:
        """Whether blocks are permuted only, and do not move each by itself."""
        return self.each is None

    def _lift(self, xp, y):
        return sorted_projections(xp, self._blocks(xp, y))

    def _unlift(self, xp, z):
        n_blocks = self.n_blocks
        if n_blocks is None:  # n coordinates, of which complex ones are points of the plane
            n_blocks = (math.isqrt(4 * z.shape[1] + 1) - 1) // 2 if self.is_complex else z.shape[1]
        points = points_seen(xp, z, n_blocks, is_complex=self.is_complex)
        return xp.reshape(points, (z.shape[0], -1))

    def _is_unlift_closed(self, n_coordinates):
        return self._n_blocks(n_coordinates) == n_coordinates and not self.is_complex
