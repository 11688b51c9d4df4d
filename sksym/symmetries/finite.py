"""Finite groups."""

import numpy as np

from . import algebra
from .base import Symmetry
from .outer import nearest_row, outer_coordinates


class Identity(Symmetry):
    """No symmetry at all: every row is its own orbit.

    The trivial group makes "do nothing" an ordinary value: a grid search over
    ``[Identity(), Sign()]`` is the paper's comparison of -B against -A.

    Examples
    --------
    >>> from sksym import Identity
    >>> Identity().canonicalize([[1.0, -2.0]])
    array([[ 1., -2.]])
    """

    has_lift = True

    def _align(self, xp, y, to):
        return algebra.copy(xp, y)

    def _random(self, xp, y, rng):
        return algebra.copy(xp, y)

    def _reference(self, n_coordinates):
        return np.ones(n_coordinates)

    def _margin(self, xp, y, reference):
        return xp.full_like(y[:, 0], np.inf)

    def _lift(self, xp, y):
        return algebra.copy(xp, y)

    def _unlift(self, xp, z):
        return algebra.copy(xp, z)


class Sign(Symmetry):
    r"""Global sign, :math:`y \mapsto \pm y`: what :math:`|Ay|^2` cannot see of a real signal.

    The nearest point of the orbit to ``to`` is :math:`y \operatorname{sign}\langle y, to \rangle`.
    The own reference is the last basis vector, so that representatives are the paper's half-space
    :math:`y_n > 0` (Proposition 2.1). On a cut the last non-zero coordinate is made positive,
    which is the paper's "recursively applying the current idea".

    The lift is :math:`y y^T`: its diagonal, then :math:`\sqrt 2` times the part above, so that
    Euclidean distances of lifts are Frobenius distances. The way back is the nearest matrix of
    rank one.

    Examples
    --------
    >>> from sksym import Sign
    >>> Sign().canonicalize([[1.0, -2.0], [-3.0, 4.0]])
    array([[-1.,  2.],
           [-3.,  4.]])
    """

    has_lift = True

    def _align(self, xp, y, to):
        pivot, _ = algebra.overlap(xp, y, to)
        is_tie = pivot == 0
        if bool(xp.any(is_tie)):
            reverse = xp.flip(y, axis=1)
            last = algebra.take_column(xp, reverse, algebra.first_nonzero(xp, reverse))
            pivot = xp.where(is_tie, last, pivot)
        minus, plus = algebra.like(xp, -1.0, y), algebra.like(xp, 1.0, y)
        return y * xp.where(pivot < 0, minus, plus)[:, None]

    def _random(self, xp, y, rng):
        return y * algebra.like(xp, rng.choice([-1.0, 1.0], size=(y.shape[0], 1)), y)

    def _reference(self, n_coordinates):
        return np.eye(1, n_coordinates, n_coordinates - 1)[0]

    def _margin(self, xp, y, reference):
        return algebra.projection(xp, y, reference)

    def _lift(self, xp, y):
        return outer_coordinates(xp, y)

    def _unlift(self, xp, z):
        return nearest_row(xp, z, is_complex=False)
