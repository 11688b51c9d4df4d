"""Orientations of bodies with an axis: rotations about it leave them as they are."""

import functools
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from .._arrays import algebra
from . import _choice
from ._base import Symmetry
from ._gram import gram_coordinates, nearest_points
from ._matrices import product_matrix


class AxisRotation(Symmetry):
    r"""Rotations of a body about an axis of its own, on scalar-last unit quaternions.

    Bottles, and with `flip` tori, whose axis has no direction. The group multiplies on the right,
    :math:`q \mapsto q\, e^{t u}` with the unit axis u: as scipy composes them, it is
    ``Rotation.from_quat(q) * Rotation.from_rotvec(angle * u)``, where the body turns about its
    axis first and q brings it into place. The quaternions q and -q are one rotation.

    The nearest point of the orbit to ``to`` is :math:`q (a + b u) / |a + b u|` with
    :math:`a = \langle q, to \rangle, b = \langle q u, to \rangle`: it is `GlobalPhase` of two
    complex coordinates. With the default reference, the identity, representatives are the shortest
    rotations that bring the axis where it is. The lift is the axis in the frame in which the body
    is seen, :math:`v = q\, u\, \bar q`, of length :math:`|q|^2`; with `flip` it is
    :math:`v v^T / |v|`, in coordinates as those of `Sign`.

    Parameters
    ----------
    axis : array-like of shape (3,)
        The axis u in the frame of the body, of any length but zero.
    flip : bool, default=False
        Whether half turns about the axes at right angles to u are part of the group.

    Examples
    --------
    >>> from scipy.spatial.transform import Rotation
    >>> from sksym import AxisRotation
    >>> bottle, q = AxisRotation([0, 0, 1]), Rotation.from_euler("ZX", [30, 90], degrees=True)
    >>> turned = q * Rotation.from_euler("z", 50, degrees=True)
    >>> bottle.distance([turned.as_quat()], [q.as_quat()]).round(12)
    array([0.])
    >>> bottle.lift([turned.as_quat()]).round(3)
    array([[ 0.5  , -0.866,  0.   ]])
    """

    _parameter_constraints: ClassVar[dict] = {"axis": ["array-like"], "flip": ["boolean"]}

    has_lift = True

    def __init__(self, axis: ArrayLike, flip: bool = False) -> None:
        self.axis = axis
        self.flip = flip

    def _validate_params(self):
        super()._validate_params()
        axis = np.asarray(self.axis)
        is_axis = axis.shape == (3,) and axis.dtype.kind in "iuf"
        if not (is_axis and np.isfinite(axis).all() and axis.any()):
            raise ValueError(
                f"axis must be three finite numbers, not all zero, got {self.axis!r}."
            )

    def _is_linear(self, n_coordinates):
        return True

    def _align(self, xp, y, to):
        candidates = (self._turned(xp, point, to) for point in self._cosets(xp, y))
        measure = functools.partial(_choice.relative_distance, xp)
        return _choice.nearest(xp, candidates, to, distance=measure)

    def _random(self, xp, y, rng):
        points = self._cosets(xp, y)
        is_first = algebra.like(xp, rng.randint(2, size=(y.shape[0], 1)), y) == 1
        y = xp.where(is_first, points[0], points[-1])
        angle = rng.uniform(0, 2 * np.pi, size=(y.shape[0], 1))
        turned = _times(xp, y, self._frame[0])
        return y * algebra.like(xp, np.cos(angle), y) + turned * algebra.like(xp, np.sin(angle), y)

    def _reference(self, n_coordinates):
        return np.eye(1, 4, 3)[0]

    def _margin(self, xp, y, reference):
        to = algebra.directed(xp, reference)
        axis, _ = self._frame
        sizes = [xp.hypot(*_overlaps(xp, point, to, axis)) for point in self._cosets(xp, y)]
        if not self.flip:
            return sizes[0]
        # Both overlaps are coordinates of one row, along two orthogonal complex directions.
        return xp.abs(sizes[0] - sizes[1]) / 2**0.5

    def _lift(self, xp, y):
        self._require_width(y, 4, "rows", "quaternions x, y, z, w")
        axis = _rotated(xp, y, self._frame[0])
        if not self.flip:
            return axis
        axis = algebra.directed(xp, axis) * algebra.norm(xp, y)[:, None]
        return gram_coordinates(xp, axis[:, :, None])

    def _unlift(self, xp, z):
        self._require_width(z, 6 if self.flip else 3, "lifts", "as they come from lift")
        if self.flip:
            z = nearest_points(xp, z, 1)[:, :, 0]
            z = z * algebra.norm(xp, z)[:, None]
        return _shortest_rotation(xp, z, *self._frame)

    @property
    def _frame(self):
        return _frame(tuple(np.asarray(self.axis, dtype=np.float64).tolist()))

    def _cosets(self, xp, y):
        """The rows, and with `flip` the rows after a half turn about another axis."""
        self._require_width(y, 4, "rows", "quaternions x, y, z, w")
        return [y, _times(xp, y, self._frame[1])] if self.flip else [y]

    def _require_width(self, values, n_columns, name, content):
        if values.shape[1] != n_columns:
            raise ValueError(
                f"{self!r} needs {name} of {n_columns} columns, {content}, got {values.shape[1]}."
            )

    def _turned(self, xp, y, to):
        """Each row turned about the axis until it is nearest to its target."""
        axis, other = self._frame
        # The axis is known in double precision.
        rounding = max(_choice.rounding_of(xp, y), _choice.rounding_of(np, axis))
        identity = algebra.like(xp, np.eye(1, 4, 3), y)
        unit = algebra.directed(xp, y)
        cos, sin = _overlaps(xp, unit, algebra.directed(xp, to), axis)
        is_open = xp.hypot(cos, sin) <= rounding
        # Where every angle is as near the identity decides, or else the half turn.
        for target in (identity, _times(xp, identity, other)):
            if not bool(xp.any(is_open)):
                break
            pair = _overlaps(xp, unit, target, axis)
            cos, sin = (xp.where(is_open, *p) for p in zip(pair, (cos, sin), strict=True))
            is_open = xp.hypot(cos, sin) <= rounding
        stands = (cos > 0) & (xp.abs(sin) <= rounding) | is_open
        phase = algebra.unit(xp, algebra.complex_of(xp, cos, sin))[:, None]
        moved = y * xp.real(phase) + _times(xp, y, axis) * xp.imag(phase)
        return xp.where(stands[:, None], y, moved)  # to the last bit


@functools.lru_cache
def _frame(axis):
    """The unit axis, and one at right angles to it."""
    axis = np.array(axis) / np.abs(axis).max()
    axis = axis / np.linalg.norm(axis)
    other = np.cross(axis, np.eye(3)[np.argmin(np.abs(axis))])
    return axis, other / np.linalg.norm(other)


def _overlaps(xp, y, to, axis):
    """Inner products of rows, and of the rows a half turn on, with their targets."""
    return xp.vecdot(y, to), xp.vecdot(_times(xp, y, axis), to)


def _times(xp, y, axis):
    """Quaternions times a pure one: after a half turn about an axis of the body."""
    return y @ algebra.like(xp, product_matrix([*axis, 0.0], "right").T, y)


def _rotated(xp, y, axis):
    """The axis as quaternions rotate it, q u conj(q): of their squared norms."""
    vector, w = y[:, :3], y[:, 3:]
    along = xp.sum(vector * algebra.like(xp, axis, y), axis=1, keepdims=True)
    rest = (w * w - xp.sum(vector * vector, axis=1, keepdims=True)) * algebra.like(xp, axis, y)
    return rest + 2 * (along * vector + w * _cross(xp, vector, axis))


def _shortest_rotation(xp, v, axis, other):
    r"""A quaternion q of squared norm :math:`|v|` with q u conj(q) = v, for each v.

    Along :math:`(u \times v, |v| + \langle u, v \rangle)`, the shortest rotation from u. Where v
    points backwards that would cancel: it starts from -u there, after a half turn.
    """
    size = algebra.norm(xp, v)[:, None]
    along = xp.sum(v * algebra.like(xp, axis, v), axis=1, keepdims=True)
    is_back = along < 0
    turn = _cross(xp, v, axis)
    q = xp.concat([xp.where(is_back, turn, -turn), size + xp.abs(along)], axis=1)
    root = xp.sqrt(xp.where(size > 0, size, xp.ones_like(size)))  # no derivative at 0
    q = algebra.directed(xp, q) * root
    return xp.where(is_back, _times(xp, q, other), q)


def _cross(xp, vectors, axis):
    return vectors @ algebra.like(xp, np.cross(np.eye(3), axis), vectors)
