"""Groups that move point sets: rotations, reflections and translations."""

from typing import ClassVar

import numpy as np

from .._arrays import algebra
from .._validation import COUNT
from . import _unknown
from ._base import Symmetry
from ._frames import starting_rotations
from ._gram import gram_coordinates, nearest_points
from ._point_sets import (
    about_centroid,
    as_points,
    centred_rows,
    centroid,
    is_rounding,
    scaled_points,
    translated_at_random,
)
from ._procrustes import adjoint, nearest_rotation


class PointFrames(Symmetry):
    """Base class: orthogonal (unitary) maps of the space that a point set lies in."""

    reflections = True
    center = False

    def _has_seam(self, n_coordinates):
        # Fewer points have one positive semidefinite frame, the root of their Gram matrix.
        return n_coordinates // self.dim - self.center > self.dim - (not self.reflections)

    def _is_linear(self, n_coordinates):
        return True

    def _centred(self, xp, y):
        return centred_rows(xp, y, self) if self.center else y

    def _align(self, xp, y, to):
        points, centre = self._about_centre(xp, y)
        target, new_centre = self._about_centre(xp, to)
        rotation, stands = self._rotation(xp, points, target)
        turned = points @ rotation
        moved = xp.reshape(turned + new_centre, y.shape)
        if self.center:
            # Small points far from the origin are known no better than their coordinates.
            stands = stands | is_rounding(xp, turned - points, y)
            stands = stands & is_rounding(xp, new_centre - centre, y)
        # Rows that stand right already are returned as they are, to the last bit.
        return xp.where(stands[:, None], y, moved) if bool(xp.any(stands)) else moved

    def _align_known(self, xp, y, to):
        points, target = as_points(xp, y, self), as_points(xp, to, self)
        has_point = _unknown.whole_points(xp, points, self)
        is_known = has_point & _unknown.whole_points(xp, target, self)
        centre = new_centre = xp.zeros_like(points[:, :1, :])
        if self.center:
            centre, new_centre = (_unknown.mean(xp, part, is_known) for part in (points, target))
        points, target = (
            xp.where(known, part, xp.zeros_like(part))
            for part, known in ((points - centre, has_point), (target - new_centre, is_known))
        )
        rotation, _ = self._rotation(xp, xp.where(is_known, points, points * 0), target)
        moved = points @ rotation + new_centre
        return xp.reshape(xp.where(has_point, moved, algebra.nan_like(xp, moved)), y.shape)

    def _random(self, xp, y, rng):
        q = rng.standard_normal((y.shape[0], self.dim, self.dim))
        if self.is_complex:
            q = q + 1j * rng.standard_normal(q.shape)
        q, r = np.linalg.qr(q)
        # Uniform over the group: the signs of R's diagonal are not left to the algorithm.
        diagonal = np.diagonal(r, axis1=1, axis2=2)[:, None, :]
        q = q * (diagonal / np.abs(diagonal))
        if not self.reflections:
            q[:, :, 0] *= np.linalg.det(q)[:, None]
        moved = xp.reshape(as_points(xp, y, self) @ algebra.like(xp, q, y), y.shape)
        return translated_at_random(xp, moved, self, rng) if self.center else moved

    def _reference(self, n_coordinates):
        return np.eye(n_coordinates // self.dim, self.dim).ravel()

    def _margin(self, xp, y, reference):
        """Distance to the points whose nearest frame is not unique, at least."""
        points, _ = self._about_centre(xp, y)
        target, _ = self._about_centre(xp, reference)
        points, target = (algebra.lapack(xp, rows) for rows in (points, target))
        u, s, vt = xp.linalg.svd(adjoint(xp, points) @ target, full_matrices=False)
        size = xp.linalg.svdvals(target)[:, 0]
        size = xp.where(size > 0, size, xp.ones_like(size))
        # Points that span less than the space leave a freedom that does not move them.
        rank = min(points.shape[1] - self.center, self.dim)
        if rank == 0 or (self.dim == 1 and not self.reflections):
            return xp.full_like(s[:, 0], np.inf)
        if self.reflections or rank < self.dim:
            return s[:, rank - 1] / size
        sign = xp.where(xp.linalg.det(u @ vt) < 0, -xp.ones_like(size[:1]), xp.ones_like(size[:1]))
        return (s[:, -2] + sign * s[:, -1]) / (2 * size)

    def _lift(self, xp, y):
        return gram_coordinates(xp, self._about_centre(xp, y)[0])

    def _unlift(self, xp, z):
        points = nearest_points(
            xp, z, self.dim, is_complex=self.is_complex, is_centred=self.center
        )
        return xp.reshape(points, (z.shape[0], -1))

    def _about_centre(self, xp, y):
        """Points about their centre, and the centre; about the origin without `center`."""
        points = as_points(xp, y, self)
        if not self.center:
            return points, 0
        return about_centroid(xp, points), centroid(xp, points)

    def _rotation(self, xp, points, target):
        r"""The matrix R of the group that brings points nearest to their target.

        And whether it is the identity within rounding, or does as little to the points.
        """
        # No gradient flows through the choice of the element: at the optimum it has none.
        points, target = algebra.constant(points), algebra.constant(target)
        dtype = points.dtype
        rounding = 32 * max(xp.finfo(dtype).eps, xp.finfo(xp.float64).eps)
        # The overlap has the square of the points' condition, hence double precision.
        double = xp.complex128 if self.is_complex else xp.float64
        points, target = (
            xp.astype(scaled_points(xp, rows), double, copy=False) for rows in (points, target)
        )
        rotation, overlap, is_tie = nearest_rotation(
            xp, points, target, rounding, reflections=self.reflections
        )
        asymmetry = xp.max(xp.abs(overlap - adjoint(xp, overlap)), axis=(1, 2))
        eye = xp.eye(self.dim, dtype=rotation.dtype, device=algebra.device(rotation))
        bound = points.shape[1] * rounding * xp.max(xp.abs(points), axis=(1, 2))
        stands = (asymmetry <= bound * xp.max(xp.abs(target), axis=(1, 2))) & (
            xp.max(xp.abs(rotation - eye), axis=(1, 2)) < rounding**0.5
        )
        if bool(xp.any(is_tie)):  # a freedom that does not move the points is none
            moved = xp.max(xp.abs(points @ rotation - points), axis=(1, 2))
            stands = stands | (moved <= bound)
        return xp.astype(rotation, dtype), stands


class Orthogonal(PointFrames):
    r"""Rotations (and reflections) of a point set about the origin or its centre.

    A row holds m points of `dim` coordinates, the rows of a matrix Y. The nearest point of the
    orbit solves the orthogonal Procrustes problem: :math:`Y U V^T` with the singular value
    decomposition :math:`Y^T T = U S V^T` (Schönemann 1966); where reflections are not part of the
    group, the smallest singular vector changes its sign if :math:`\det U V^T < 0` (Kabsch 1976).
    The default reference has the basis vectors as its first points: representatives have a
    positive semidefinite leading block.

    The lift, for the group with reflections, is the Gram matrix :math:`Y Y^T` of the (centred)
    points; the way back is classical multidimensional scaling.

    Parameters
    ----------
    dim : int
        Dimension of the points.
    reflections : bool, default=True
        Whether reflections are part of the group: O(dim) or SO(dim).
    center : bool, default=False
        Whether translations are part of the group: rigid motions. A row is moved to the centroid
        of ``to``, and the default reference has its centroid at the origin.

    Examples
    --------
    >>> from sksym import Orthogonal
    >>> Orthogonal(2).canonicalize([[0.0, 2.0, -3.0, 0.0]])
    array([[2., 0., 0., 3.]])
    >>> Orthogonal(2, reflections=False).distance([[0.0, 1.0, 1.0, 0.0]], [[1.0, 0.0, 0.0, -1.0]])
    array([0.])
    """

    _parameter_constraints: ClassVar[dict] = {
        "dim": [COUNT],
        "reflections": ["boolean"],
        "center": ["boolean"],
    }

    def __init__(self, dim: int, reflections: bool = True, center: bool = False) -> None:
        self.dim = dim
        self.reflections = reflections
        self.center = center

    @property
    def has_lift(self) -> bool:
        """Whether reflections are part of the group: the Gram matrix cannot see them."""
        return self.reflections

    def _starts(self, xp, y, to):
        points = as_points(xp, y, self)
        host = (algebra.on_host(as_points(xp, rows, self)).astype(np.float64) for rows in (y, to))
        for turn in starting_rotations(*host, reflections=self.reflections):
            yield xp.reshape(points @ algebra.like(xp, turn, y), y.shape)
