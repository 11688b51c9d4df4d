"""What every group made of two others inherits from them."""

import math

from ._base import Symmetry


class OfTwo(Symmetry):
    """Base of groups made of two: the elements of the first, then those of the second.

    A subclass says which: ``_two`` is the pair of symmetries.
    """

    @property
    def is_complex(self) -> bool:
        """Whether one of the two acts on complex rows."""
        return any(part.is_complex for part in self._two)

    @property
    def is_isometric(self) -> bool:
        """Whether both preserve the Euclidean distance."""
        return all(part.is_isometric for part in self._two)

    def _order(self, n_coordinates):
        orders = [part._order(n_coordinates) for part in self._two]
        return math.inf if math.inf in orders else math.prod(orders)

    def _is_linear(self, n_coordinates):
        return all(part._is_linear(n_coordinates) for part in self._two)

    def _centred(self, xp, y):
        first, second = self._two
        return second._centred(xp, first._centred(xp, y))

    def _orbit(self, xp, y):
        first, second = self._two
        for point in first._orbit(xp, y):
            yield from second._orbit(xp, point)

    def _unprescribed(self, n_coordinates):
        return range(n_coordinates) if self._has_seam(n_coordinates) else ()

    def _random(self, xp, y, rng):
        first, second = self._two
        return second._random(xp, first._random(xp, y, rng), rng)
