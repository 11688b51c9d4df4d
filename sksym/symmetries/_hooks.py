"""Optional private methods of a symmetry, with their defaults."""

import math

import numpy as np

from .._arrays import algebra


class Hooks:
    """Mixin: the private methods that other symmetries and the public methods call."""

    # Of a group of scalars, ``_scalar(xp, overlap)``: the one that best aligns rows whose inner
    # product with their target is `overlap`.
    _scalar = None

    def _order(self, n_coordinates):
        """Number of elements that act on rows of that width; infinite where not enumerated."""
        return math.inf

    def _has_seam(self, n_coordinates):
        """Whether representatives of rows of that width jump anywhere."""
        return self.has_seam

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
