"""Finite groups: the base class that derives everything from the orbit, and the simplest ones."""

import functools
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._arrays import algebra
from . import _choice
from ._base import Symmetry
from ._gram import gram_coordinates, nearest_points
from ._reading import by_position


class FiniteSymmetry(Symmetry):
    """A finite group, given by its orbits alone.

    A subclass writes ``_orbit(xp, y)``, a generator over ``g(y)`` for every group element, in the
    same order for all y and starting with y itself. Everything else follows, by enumeration and
    without a temporary of rows times group size; a subclass that knows better overrides it.

    Elements need not be linear: mirrors about a point, such as ``y`` and ``180 - y``, are
    isometries too. A group that does not preserve the Euclidean distance says so with
    ``is_isometric = False``; its margin is 0 on the cut and the same along an orbit, but no
    distance.

    Examples
    --------
    Reading a row backwards:

    >>> from sksym import FiniteSymmetry
    >>> class Reversal(FiniteSymmetry):
    ...     def _orbit(self, xp, y):
    ...         yield y
    ...         yield xp.flip(y, axis=1)
    >>> Reversal().align([[1.0, 2.0, 3.0]], to=[5.0, 0.0, 0.0])
    array([[3., 2., 1.]])
    >>> Reversal().distance([[1.0, 2.0, 3.0]], [[3.0, 2.0, 1.0]])
    array([0.])
    """

    @by_position
    def orbit(self, y: ArrayLike) -> Any:
        """Every point of each row's orbit.

        Parameters
        ----------
        y : array-like of shape (n_samples, n_features)
            Rows.

        Yields
        ------
        array of shape (n_samples, n_features)
            One for each group element, the rows themselves first; a point that several elements
            reach comes several times.

        Examples
        --------
        >>> from sksym import Sign
        >>> for point in Sign().orbit([[1.0, -2.0]]):
        ...     print(point)
        [[ 1. -2.]]
        [[-1.  2.]]
        """
        rows = self._rows(y)
        for point in self._orbit(rows.xp, rows.values):
            yield rows.restore(algebra.copy(rows.xp, point))

    def _orbit(self, xp, y):
        raise NotImplementedError(f"{type(self).__name__} must define _orbit(xp, y).")

    def _complexified(self):
        return self

    def _order(self, n_coordinates):
        self._require_width(n_coordinates)
        return sum(1 for _ in self._orbit(np, self._zero(n_coordinates)))

    def _is_linear(self, n_coordinates):
        """An isometry is linear if it leaves zero in place (Mazur and Ulam)."""
        with np.errstate(all="ignore"):
            return all((p == 0).all() for p in self._orbit(np, self._zero(n_coordinates)))

    def _zero(self, n_coordinates):
        return np.zeros((1, n_coordinates), dtype=complex if self.is_complex else float)

    def _align(self, xp, y, to):
        keeps_norms = self.is_isometric and self._is_linear(y.shape[1])
        measure = _choice.relative_distance if keeps_norms else _choice.plain_distance
        measure = functools.partial(measure, xp)
        return algebra.copy(xp, _choice.nearest(xp, self._orbit(xp, y), to, distance=measure))

    def _random(self, xp, y, rng):
        """Keep the k-th point with probability 1 / k: in the end each is kept equally often."""
        kept = y
        for k, point in enumerate(self._orbit(xp, y), start=1):
            is_next = xp.asarray(rng.uniform(size=y.shape[0]) * k < 1, device=algebra.device(y))
            kept = xp.where(is_next[:, None], point, kept)
        return kept

    def _reference(self, n_coordinates):
        return _choice.generic_row(n_coordinates, is_complex=self.is_complex)

    def _unprescribed(self, n_coordinates):
        is_generic = type(self)._reference is FiniteSymmetry._reference
        return range(n_coordinates) if is_generic and self._has_seam(n_coordinates) else ()

    def _margin(self, xp, y, reference):
        r"""Distance to the nearest wall :math:`|y - r| = |g y - r| = |y - g^{-1} r|`."""
        y = self._align(xp, y, reference)
        keeps_norms = self.is_isometric and self._is_linear(y.shape[1])
        margin = xp.full_like(xp.abs(y[:, 0]), np.inf)
        members = zip(self._orbit(xp, y), self._orbit(xp, reference), strict=True)
        for point, moved_reference in members:
            width = algebra.norm(xp, moved_reference - reference)
            # Norms that are equal would only add their rounding.
            middle = xp.zeros_like(y) if keeps_norms else (point + y) / 2
            gap = _choice.inner(xp, point - y, middle - reference)
            margin = xp.minimum(margin, _choice.wall_distance(xp, gap, width, point, y))
        return xp.where(margin > 0, margin, xp.zeros_like(margin))


class Identity(FiniteSymmetry):
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
    has_seam = False

    def _support(self):
        return ()

    def _orbit(self, xp, y):
        yield y

    def _order(self, n_coordinates):
        return 1

    def _gap(self, xp, y, to):
        return xp.full_like(xp.abs(y[:, 0]), np.inf)

    def _align(self, xp, y, to):
        return algebra.copy(xp, y)

    def _scalar(self, xp, overlap):
        return xp.ones_like(overlap)

    def _random(self, xp, y, rng):
        return algebra.copy(xp, y)

    def _reference(self, n_coordinates):
        return np.ones(n_coordinates)

    def _margin(self, xp, y, reference):
        return xp.full_like(xp.abs(y[:, 0]), np.inf)

    def _lift(self, xp, y):
        return algebra.copy(xp, y)

    def _unlift(self, xp, z):
        return algebra.copy(xp, z)


class Sign(FiniteSymmetry):
    r"""Global sign, :math:`y \mapsto \pm y`: what :math:`|Ay|^2` cannot see of a real signal.

    The nearest point of the orbit to ``to`` is :math:`y \operatorname{sign}\langle y, to \rangle`.
    The default reference is the last basis vector, so that representatives are the paper's
    half-space :math:`y_n > 0` (Proposition 2.1). On a cut the last non-zero coordinate is made
    positive, which is the paper's "recursively applying the current idea".

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

    def _has_seam(self, n_coordinates):
        return n_coordinates > 1

    def _orbit(self, xp, y):
        yield y
        yield -y

    def _order(self, n_coordinates):
        return 2

    def _scalar(self, xp, overlap):
        ones = xp.ones_like(overlap)
        return xp.where(xp.real(overlap) < 0, -ones, ones)

    def _align(self, xp, y, to):
        rows, target = (algebra.real_rows(xp, part) for part in (y, to))
        pivot, rounding = algebra.overlap(xp, rows, target)
        is_tie = xp.abs(pivot) <= rounding
        if bool(xp.any(is_tie)):
            reverse = xp.flip(rows, axis=1)
            last = algebra.take_column(xp, reverse, algebra.first_nonzero(xp, reverse))
            pivot = xp.where(is_tie, last, pivot)
        return y * xp.sign(pivot)[:, None]  # 0 for a row of zeros only

    def _gap(self, xp, y, to):
        return 4 * xp.abs(_choice.inner(xp, y, to))

    def _named_elements(self, xp, y, moved):
        flips = _choice.inner(xp, y, moved) < 0
        ones = xp.ones_like(flips, dtype=xp.int64)
        return {"sign": xp.where(flips, -ones, ones)[:, None]}

    def _random(self, xp, y, rng):
        return y * algebra.like(xp, rng.choice([-1.0, 1.0], size=(y.shape[0], 1)), y)

    def _reference(self, n_coordinates):
        return np.eye(1, n_coordinates, n_coordinates - 1)[0]

    def _margin(self, xp, y, reference):
        return algebra.projection(xp, *(algebra.real_rows(xp, part) for part in (y, reference)))

    def _lift(self, xp, y):
        return gram_coordinates(xp, y[:, :, None])

    def _unlift(self, xp, z):
        return nearest_points(xp, z, 1)[:, :, 0]
