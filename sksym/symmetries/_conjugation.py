"""Complex conjugation of rows."""

import math

from .._arrays import algebra
from ._finite import FiniteSymmetry, Sign

_SIGN = Sign()


class Conjugation(FiniteSymmetry):
    r"""Complex conjugation of a row, :math:`y \mapsto \bar y`.

    What real measurements such as :math:`|Ay|^2` with a real matrix A cannot see of a complex
    signal; they cannot see its phase either, ``Conjugation() * GlobalPhase()``. It is `Sign` of
    the imaginary part: the default reference, i times the last basis vector, makes
    :math:`\operatorname{Im} y_n > 0`, and on a cut the last imaginary part that is not zero is
    made positive. The lift is the real part and the lift of that sign. Together with `GlobalPhase`
    it is solved as the isometries of the plane, with the lift :math:`\operatorname{Re} y y^H`.

    Examples
    --------
    >>> from sksym import Conjugation
    >>> Conjugation().canonicalize([[1.0 + 2.0j, 3.0 - 4.0j]])
    array([[1.-2.j, 3.+4.j]])

    The same in the real layout ``[Re | Im]``:

    >>> Conjugation().canonicalize([[1.0, 3.0, 2.0, -4.0]])
    array([[ 1.,  3., -2.,  4.]])
    """

    is_complex = True
    has_lift = True
    _conjugates = True

    def _is_linear(self, n_coordinates):
        return True

    def _has_seam(self, n_coordinates):
        return _SIGN._has_seam(n_coordinates)

    def _orbit(self, xp, y):
        yield y
        yield xp.conj(y)

    def _align(self, xp, y, to):
        return algebra.complex_of(xp, xp.real(y), _SIGN._align(xp, xp.imag(y), xp.imag(to)))

    def _reference(self, n_coordinates):
        return 1j * _SIGN._reference(n_coordinates)

    def _margin(self, xp, y, reference):
        return _SIGN._margin(xp, xp.imag(y), xp.imag(reference))

    def _lift(self, xp, y):
        return xp.concat([xp.real(y), _SIGN._lift(xp, xp.imag(y))], axis=1)

    def _unlift(self, xp, z):
        n = (math.isqrt(8 * z.shape[1] + 9) - 3) // 2
        if n * (n + 3) // 2 != z.shape[1]:
            raise ValueError(
                f"z must have n * (n + 3) / 2 columns, n real parts and the coordinates of a "
                f"symmetric n x n matrix, got {z.shape[1]}."
            )
        return algebra.complex_of(xp, z[:, :n], _SIGN._unlift(xp, z[:, n:]))
