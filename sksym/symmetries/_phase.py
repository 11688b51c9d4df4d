"""Global phase of complex rows."""

import numpy as np

from .._arrays import algebra
from ._base import Symmetry
from ._gram import gram_coordinates, nearest_points
from ._plane import PhaseAndConjugation


class GlobalPhase(Symmetry):
    r"""Multiplication of a complex row by a unit number, :math:`y \mapsto e^{i\theta} y`.

    What :math:`|Ay|^2` cannot see of a complex signal. The nearest point of the orbit to ``to``
    is :math:`y\, c/|c|` with :math:`c = \langle y, to \rangle = \sum_j \bar y_j\, to_j`. The own
    reference is the first basis vector, so that representatives are the paper's half-space
    :math:`\operatorname{Im} y_1 = 0, y_1 > 0` (Proposition 2.2), reached exactly, without a
    residue of rounding. On a cut, where c vanishes within rounding, the first non-zero coordinate
    is made real and positive.

    The lift is :math:`y y^H`: its diagonal, then :math:`\sqrt 2` times the real and the imaginary
    part of what lies above. The way back is the nearest matrix of rank one.

    Examples
    --------
    >>> from sksym import GlobalPhase
    >>> GlobalPhase().canonicalize([[1j, 2.0]])
    array([[1.+0.j, 0.-2.j]])

    The same in the real layout ``[Re | Im]``:

    >>> GlobalPhase().canonicalize([[0.0, 2.0, 1.0, 0.0]])
    array([[ 1.,  0.,  0., -2.]])
    """

    is_complex = True
    has_lift = True

    def _has_seam(self, n_coordinates):
        return n_coordinates > 1

    def _scalar(self, xp, overlap):
        return algebra.unit(xp, overlap)

    def _joint(self, other):
        return PhaseAndConjugation() if other._conjugates else None

    def _align(self, xp, y, to):
        overlap, rounding = algebra.overlap(xp, y, to)
        is_tie = xp.abs(overlap) <= rounding
        pivot = algebra.first_nonzero(xp, y)
        overlap = xp.where(is_tie, xp.conj(algebra.take_column(xp, y, pivot)), overlap)
        # Rows that stand right already are returned as they are, to the last bit.
        stands = (xp.real(overlap) > 0) & (xp.abs(xp.imag(overlap)) <= rounding)
        stands = xp.where(is_tie, (xp.imag(overlap) == 0) & (xp.real(overlap) >= 0), stands)
        turned = y * algebra.unit(xp, overlap)[:, None]
        turned = _set_pivot(xp, turned, y, to, is_tie, pivot)
        return xp.where(stands[:, None], y, turned)

    def _random(self, xp, y, rng):
        angle = rng.uniform(0, 2 * np.pi, size=(y.shape[0], 1))
        # Normalised in the precision of the rows, so that their norm does not drift.
        return y * algebra.unit(xp, algebra.like(xp, np.exp(1j * angle), y))

    def _reference(self, n_coordinates):
        return np.eye(1, n_coordinates)[0]

    def _margin(self, xp, y, reference):
        return algebra.projection(xp, y, reference)

    def _lift(self, xp, y):
        return gram_coordinates(xp, y[:, :, None])

    def _unlift(self, xp, z):
        return nearest_points(xp, z, 1, is_complex=True)[:, :, 0]


def _set_pivot(xp, turned, y, to, is_tie, pivot):
    """Set the coordinate that decides to its modulus, where a single one decides.

    Rotation leaves a residue such as 4e-16j on it, which would tell orbits apart.
    """
    n = y.shape[1]
    if to.shape[0] == 1:
        columns = xp.nonzero(to[0, :])[0]
        if columns.shape[0] == 1 and bool(to[0, columns[0]] == xp.abs(to[0, columns[0]])):
            pivot = xp.where(is_tie, pivot, columns[0])
            is_tie = xp.ones_like(is_tie)
    if not bool(xp.any(is_tie)):
        return turned
    position = xp.arange(n, device=algebra.device(y))
    is_pivot = is_tie[:, None] & (position[None, :] == pivot[:, None])
    return xp.where(is_pivot, xp.astype(xp.abs(y), y.dtype), turned)
