"""Positive scales: of rows, alone and after isometries."""

import numpy as np

from .._arrays import algebra
from . import _choice, _unknown
from ._base import Symmetry


class PositiveScale(Symmetry):
    r"""Multiplication of a row by a positive number, :math:`y \mapsto a y`.

    The nearest point of the orbit to ``to`` has :math:`a = \langle y, to \rangle / |y|^2`; where
    that is not positive the nearest point, zero, is not in the orbit, and the row comes within
    rounding of it. The group is not isometric: a representative is not the nearest point to the
    reference but the one with the reference's norm, 1 for the default reference. There is no cut.

    In a product with linear isometries, translations among them, the scale is solved after them:
    ``Orthogonal(3, center=True) * PositiveScale()`` is the similarity of shapes,
    ``Translation(1) * PositiveScale()`` an unknown offset and scale.

    Examples
    --------
    >>> from sksym import PositiveScale
    >>> PositiveScale().canonicalize([[3.0, 4.0]])
    array([[0.6, 0.8]])
    >>> PositiveScale().distance([[3.0, 4.0]], [[6.0, 8.0]])
    array([0.])
    """

    is_isometric = False
    has_seam = False

    def _complexified(self):
        return self

    def _joint(self, other):
        """Together with isometries, which are linear about a centre if the product is a group."""
        return Similarity(other, self) if other.is_isometric else None

    def _align(self, xp, y, to):
        rows, scale = algebra.scaled(xp, y)
        target, target_scale = algebra.scaled(xp, to)
        # Zero has no unit of its own.
        target_scale = xp.where(xp.any(to != 0, axis=1, keepdims=True), target_scale, scale)
        square = algebra.or_one(xp, algebra.squared_norm(xp, rows))
        factor = _choice.inner(xp, rows, target) / square
        # An orbit does not reach zero, but comes within rounding of it.
        least = xp.finfo(y.dtype).eps * algebra.norm(xp, target) / xp.sqrt(square)
        least = xp.where(least > 0, least, xp.full_like(least, xp.finfo(y.dtype).eps))
        factor = xp.maximum(factor, least)
        return y * (factor[:, None] * (target_scale / scale))

    def _align_known(self, xp, y, to):
        filled, target, _ = _unknown.known_of_both(xp, y, to)
        size = algebra.norm(xp, filled)
        factor = algebra.norm(xp, self._align(xp, filled, target)) / algebra.or_one(xp, size)
        return y * xp.where(size > 0, factor, xp.ones_like(factor))[:, None]

    def _canonicalize(self, xp, y, reference):
        size, target = algebra.norm(xp, y), algebra.norm(xp, reference)
        factor = target / algebra.or_one(xp, size)
        # Rows that have the norm already are returned as they are, to the last bit.
        stands = xp.abs(factor - 1) <= 4 * y.shape[1] * xp.finfo(y.dtype).eps
        return y * xp.where(stands | (size == 0), xp.ones_like(factor), factor)[:, None]

    def _random(self, xp, y, rng):
        return y * algebra.like(xp, np.exp(rng.standard_normal((y.shape[0], 1))), y)

    def _reference(self, n_coordinates):
        return np.eye(1, n_coordinates)[0]

    def _margin(self, xp, y, reference):
        return xp.full_like(xp.abs(y[:, 0]), np.inf)


class Similarity(Symmetry):
    r"""Linear isometries about a centre, translations where they hold any, and a positive scale.

    Of rows about their centre the isometry that is best does not depend on the scale, which
    comes after it; translations then move the centre to that of the target.
    """

    is_isometric = False

    def __init__(self, isometry, scale):
        self.isometry = isometry
        self.scale = scale

    @property
    def is_complex(self):
        """Whether the isometries act on complex rows."""
        return self.isometry.is_complex

    def _has_seam(self, n_coordinates):
        return self.isometry._has_seam(n_coordinates)

    def _centred(self, xp, y):
        return self.isometry._centred(xp, y)

    def _align(self, xp, y, to):
        return self._about_centre(xp, self._then(self.scale._align), y, to)

    def _canonicalize(self, xp, y, reference):
        return self._about_centre(xp, self._then(self._of_one_norm), y, reference)

    def _of_one_norm(self, xp, y, reference):
        if not bool(xp.any(reference != 0)) and bool(xp.any(y != 0)):
            raise ValueError(
                "reference must differ from its centre, which translations move: all points of it "
                "are in one place, so that representatives would have no size."
            )
        return self.scale._canonicalize(xp, y, reference)

    def _reference(self, n_coordinates):
        own = self.isometry._reference(n_coordinates)
        for row in (own, _choice.generic_row(n_coordinates, is_complex=self.is_complex)):
            centred = self._centred(np, np.asarray(row)[None])[0]
            if centred.any():
                return centred / np.linalg.norm(centred)
        return centred

    def _unprescribed(self, n_coordinates):
        return self.isometry._unprescribed(n_coordinates)

    def _then(self, scaled):
        return lambda xp, y, to: scaled(xp, self.isometry._align(xp, y, to), to)

    def _random(self, xp, y, rng):
        return self.scale._random(xp, self.isometry._random(xp, y, rng), rng)

    def _margin(self, xp, y, reference):
        return self.isometry._margin(xp, self._canonicalize(xp, y, reference), reference)
