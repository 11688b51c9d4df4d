"""Lifts of groups of matrices that have one."""

import functools
from dataclasses import dataclass

import numpy as np

from .._arrays import algebra
from ._orientation_lift import orientation_lift


class MatrixLifts:
    """Mixin of a group of matrices: the lifts of those groups for which one is known."""

    @property
    def has_lift(self) -> bool:
        """Whether the group turns the plane, or orientations as quaternions."""
        return self._lifting is not None

    @property
    def _lifting(self):
        """What lifts the rows of the group; None where nothing is known to."""
        for n, lifting_of in ((2, _turns), (4, _orientations)):
            try:
                elements = self._elements(n)
            except ValueError:  # of another width, or no group
                continue
            return (
                lifting_of(elements.tobytes(), len(elements)) if elements.dtype == float else None
            )
        return None

    def _lift(self, xp, y):
        self._elements(y.shape[1])  # an error where the rows are not of the width of the matrices
        return self._lifting.lift(xp, y)

    def _unlift(self, xp, z):
        return self._lifting.unlift(xp, z)

    def _is_unlift_closed(self, n_coordinates):
        return n_coordinates == 2


@functools.lru_cache(maxsize=32)
def _turns(buffer, order):
    """Lift of turns of the plane; elements come as bytes so that the answer is kept."""
    elements = np.frombuffer(buffer).reshape(order, 2, 2)
    return Turns(order) if (np.linalg.det(elements) > 0).all() else None


@functools.lru_cache(maxsize=32)
def _orientations(buffer, order):
    """Lift of rotations of quaternions; elements come as bytes so that the answer is kept."""
    return orientation_lift(np.frombuffer(buffer).reshape(order, 4, 4))


@dataclass(frozen=True)
class Turns:
    r"""Turns of the plane by the parts of a full turn.

    The lift of a vector of length :math:`\rho` and angle :math:`\theta` has the same length and
    the angle :math:`k \theta`.

    Attributes
    ----------
    fold : int
        Number k of the parts.
    """

    fold: int

    def lift(self, xp, y):
        """The same vectors at k times their angle."""
        z = algebra.complex_of(xp, y[:, 0], y[:, 1])
        z = z * algebra.unit(xp, z) ** (self.fold - 1)
        return xp.astype(xp.stack([xp.real(z), xp.imag(z)], axis=1), y.dtype, copy=False)

    def unlift(self, xp, z):
        """The vectors at a k-th of the angle."""
        if z.shape[1] != 2:
            raise ValueError(f"z must have 2 columns, a vector of the plane, got {z.shape[1]}.")
        length, angle = algebra.norm(xp, z), xp.atan2(z[:, 1], z[:, 0]) / self.fold
        return length[:, None] * xp.stack([xp.cos(angle), xp.sin(angle)], axis=1)
