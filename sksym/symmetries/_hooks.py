"""Optional private methods of a symmetry, with their defaults."""

import math

import numpy as np

from .._arrays import algebra
from . import _unknown


class Hooks:
    """Mixin: the private methods that other symmetries and the public methods call."""

    # Of a group of scalars, ``_scalar(xp, overlap)``: the one that best aligns rows whose inner
    # product with their target is `overlap`.
    _scalar = None

    def _order(self, n_coordinates):
        """Number of elements that act on rows of that width; infinite where not enumerated."""
        return math.inf

    def _is_linear(self, n_coordinates):
        """Whether the elements act on centred rows as linear maps.

        Asked of isometries, which are linear if they leave zero in place (Mazur and Ulam).
        """
        zeros = np.zeros((8, n_coordinates), dtype=complex if self.is_complex else float)
        return not self._random(np, zeros, np.random.RandomState(0)).any()

    def _centred(self, xp, y):
        """Rows less what the group's translations can add: all of them without translations."""
        return y

    def _joint(self, other):
        """Alignment by this group together with another, where that has a solver of its own.

        A function like `_align`, or None.
        """
        return None

    def _require_known(self, xp, y, to=None):
        """Refuse rows of which it is not known how the group acts on them.

        Raises
        ------
        ValueError
            That names them.
        """

    def _nearest(self, y, to):
        """`_align` of `Rows` that may hold NaN, in a row each or one for all.

        Raises
        ------
        ValueError
            If all of a row is unknown, or it has nothing known in common with its target.
        """
        xp, y, to, has_nan = y.xp, y.values, to.values, y.has_nan or to.has_nan
        if not has_nan:
            return self._align(xp, y, to)
        moved = self._align_known(xp, y, xp.broadcast_to(to, y.shape))
        _unknown.require_comparable(xp, self._known_distance(xp, moved, to))
        return moved

    def _align_known(self, xp, y, to):
        """`_align` for rows and as many targets with NaN where a coordinate is unknown."""
        if self._scalar is not None:
            return _unknown.scaled(xp, y, to, self._scalar)
        if not hasattr(self, "_orbit") or self._order(y.shape[1]) > _unknown.MOST_ENUMERATED:
            raise TypeError(
                f"{self!r} cannot align rows of {y.shape[1]} coordinates some of which are "
                f"unknown (NaN): it has no way of its own for that and more than "
                f"{_unknown.MOST_ENUMERATED} elements to try; define _align_known(xp, y, to), or "
                f"leave these rows out."
            )
        return _unknown.nearest_of_orbit(xp, self._orbit, y, to)

    def _known_distance(self, xp, y, to):
        """Distance over what is known of both; NaN for rows that have nothing in common."""
        return _unknown.distance(xp, y, to)

    def _canonicalize(self, xp, y, reference):
        """The nearest point to the reference; a group that is not isometric chooses another."""
        return self._align(xp, y, reference)

    def _margin(self, xp, y, reference):
        raise TypeError(f"{self!r} has no margin; define _margin(xp, y, reference).")

    def _own_reference(self, xp, y):
        """The symmetry's own reference as one natural row like those of y.

        Centred: it has no unit, so that it must not say where a row is to be moved.
        """
        own = algebra.like(xp, np.asarray(self._reference(y.shape[1]))[None, :], y)
        return self._centred(xp, own)
