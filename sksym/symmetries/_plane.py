"""Phase and conjugation together: the isometries of the plane of complex numbers."""

from .._arrays import algebra
from ._base import Symmetry
from ._points import Orthogonal

_PLANE = Orthogonal(2)


class PhaseAndConjugation(Symmetry):
    r"""Multiplication of a complex row by a unit number, and its conjugation.

    The coordinates are points :math:`(\operatorname{Re} y_j, \operatorname{Im} y_j)` of the plane,
    which `Orthogonal` turns and reflects; their Gram matrix is :math:`\operatorname{Re} y y^H`.
    """

    is_complex = True
    has_lift = True

    def _has_seam(self, n_coordinates):
        return _PLANE._has_seam(2 * n_coordinates)

    def _is_linear(self, n_coordinates):
        return True

    def _align(self, xp, y, to):
        return _rows(xp, _PLANE._align(xp, _points(xp, y), _points(xp, to)))

    def _align_known(self, xp, y, to):
        return _rows(xp, _PLANE._align_known(xp, _points(xp, y), _points(xp, to)))

    def _random(self, xp, y, rng):
        return _rows(xp, _PLANE._random(xp, _points(xp, y), rng))

    def _reference(self, n_coordinates):
        reference = _PLANE._reference(2 * n_coordinates)
        return reference[::2] + 1j * reference[1::2]

    def _margin(self, xp, y, reference):
        return _PLANE._margin(xp, _points(xp, y), _points(xp, reference))

    def _lift(self, xp, y):
        return _PLANE._lift(xp, _points(xp, y))

    def _unlift(self, xp, z):
        return _rows(xp, _PLANE._unlift(xp, z))


def _points(xp, y):
    """Real and imaginary parts, one after the other."""
    return xp.reshape(xp.stack([xp.real(y), xp.imag(y)], axis=2), (y.shape[0], -1))


def _rows(xp, points):
    return algebra.complex_of(xp, points[:, ::2], points[:, 1::2])
