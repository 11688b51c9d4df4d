"""Lift of permutations: what the parts are, without their order."""

from ._projections import points_seen, sorted_projections


class OrderLifts:
    """Mixin of permutations of blocks: their lift, where no block moves by itself."""

    @property
    def has_lift(self):
        """Whether blocks are permuted only, and do not move each by itself."""
        return self.each is None and not self.is_complex

    def _lift(self, xp, y):
        return sorted_projections(xp, self._blocks(xp, y))

    def _unlift(self, xp, z):
        n_blocks = z.shape[1] if self.n_blocks is None else self.n_blocks
        return xp.reshape(points_seen(xp, z, n_blocks), (z.shape[0], -1))

    def _is_unlift_closed(self, n_coordinates):
        return self._n_blocks(n_coordinates) == n_coordinates
