"""Translations of point sets."""

from typing import ClassVar

import numpy as np

from .._arrays import algebra
from .._arrays.rows import unpack
from .._validation import COUNT, FIELD
from . import _unknown
from ._base import Symmetry
from ._point_sets import (
    about_centroid,
    as_points,
    centred_rows,
    centroid,
    is_rounding,
    translated_at_random,
)


class Translation(Symmetry):
    """Translations of a point set.

    A row holds points of `dim` coordinates. The nearest point of the orbit has the centroid of
    ``to``; representatives have theirs at the origin. There is no cut, and the lift is the centred
    row.

    Parameters
    ----------
    dim : int
        Dimension of the points.
    field : {"real", "complex"}, default="real"
        Whether rows are real or complex.

    Examples
    --------
    >>> from sksym import Translation
    >>> Translation(2).canonicalize([[1.0, 2.0, 3.0, 6.0]])
    array([[-1., -2.,  1.,  2.]])
    """

    _parameter_constraints: ClassVar[dict] = {"dim": [COUNT], "field": [FIELD]}

    has_lift = True
    has_seam = False

    def __init__(self, dim: int, field: str = "real") -> None:
        self.dim = dim
        self.field = field

    @property
    def is_complex(self) -> bool:
        """Whether rows are complex."""
        return self.field == "complex"

    def _complexified(self):
        return Translation(self.dim, "complex")

    def _is_linear(self, n_coordinates):
        return True

    def _centred(self, xp, y):
        return centred_rows(xp, y, self)

    def _align(self, xp, y, to):
        points, target = as_points(xp, y, self), as_points(xp, to, self)
        centre, new_centre = centroid(xp, points), centroid(xp, target)
        moved = about_centroid(xp, points) + new_centre
        stands = is_rounding(xp, new_centre - centre, y)
        return xp.where(stands[:, None], y, xp.reshape(moved, y.shape))

    def _align_known(self, xp, y, to):
        points, target = as_points(xp, y, self), as_points(xp, to, self)
        is_known = ~(xp.isnan(points) | xp.isnan(target))
        step = _unknown.mean(xp, target - points, is_known)
        # A direction in which nothing can be compared is centred: that is constant on orbits.
        is_open = ~xp.any(is_known, axis=1, keepdims=True)
        step = xp.where(is_open, -_unknown.mean(xp, points, ~xp.isnan(points)), step)
        return xp.reshape(points + step, y.shape)

    def _random(self, xp, y, rng):
        return translated_at_random(xp, y, self, rng)

    def _reference(self, n_coordinates):
        return np.zeros(n_coordinates)

    def _margin(self, xp, y, reference):
        return xp.full_like(xp.abs(y[:, 0]), np.inf)

    def _lift(self, xp, y):
        return algebra.real_rows(xp, algebra.copy(xp, self._centred(xp, y)))

    def _unlift(self, xp, z):
        return self._centred(xp, unpack(xp, z) if self.is_complex else algebra.copy(xp, z))
