"""Optional private methods of a symmetry, with their defaults."""

import math

import numpy as np

from .._arrays import algebra
from . import _gaps, _kinds, _unknown


class _Order:
    """The attribute `order`, which a subclass may use as the name of a parameter of its own."""

    def __get__(self, symmetry, owner=None):
        if symmetry is None:
            return self
        symmetry._validate_params()
        return symmetry._order(None)


class Hooks:
    """Mixin: the private methods that other symmetries and the public methods call."""

    # Of a group of scalars, ``_scalar(xp, overlap)``: the one that best aligns rows whose inner
    # product with their target is `overlap`.
    _scalar = None

    order = _Order()

    def _order(self, n_coordinates):
        """Number of elements that act on rows of that width; infinite where not enumerated."""
        return math.inf

    def _is_finite(self):
        """Whether there are finitely many elements, for rows of any width."""
        try:
            return self._order(None) < math.inf
        except ValueError:  # the number depends on the width
            return True

    def _require_width(self, n_coordinates):
        if n_coordinates is None:
            raise ValueError(
                f"the order of {self!r} depends on the number of coordinates; give its size as a "
                f"parameter, such as a shape or n_blocks."
            )

    def _has_seam(self, n_coordinates):
        """Whether representatives of rows of that width jump anywhere."""
        return self.has_seam

    def _is_linear(self, n_coordinates):
        """Whether the elements act on centred rows as linear maps.

        Asked of isometries, which are linear if they leave zero in place (Mazur and Ulam).
        """
        zeros = np.zeros((8, n_coordinates), dtype=complex if self.is_complex else float)
        return not self._random(np, zeros, np.random.RandomState(0)).any()

    def _kinds(self, n_coordinates):
        """`Kinds` of coordinates, each of which may have a unit of its own."""
        return _kinds.probed_kinds(self, n_coordinates)

    def _centred(self, xp, y):
        """Rows less what the group's translations can add: all of them without translations."""
        return y

    def _about_centre(self, xp, solve, y, to):
        """Rows moved by a solver for rows about their centre, then to the centre of the target.

        Rows that stand where they are to be moved are returned as they are, to the last bit.
        """
        target = self._centred(xp, to)
        rounding = 8 * y.shape[1] * xp.finfo(y.dtype).eps
        # A reference that was centred must not move rows by the rounding of its centre.
        is_centred = _is_near(xp, to - target, to, rounding)
        centre = xp.where(is_centred, xp.zeros_like(to), to - target)
        moved = solve(xp, self._centred(xp, y), target) + centre
        return xp.where(_is_near(xp, moved - y, y, rounding), y, moved)

    def _joint(self, other):
        """The group of this one and another as a symmetry with a solver of its own, or None."""
        return None

    # Whether absent parts have a cost that is counted in distances.
    _has_costs = False

    # Whether the group is the conjugation of complex rows.
    _conjugates = False

    # Of a group with a solver, ``_starts(xp, y, to)``: rows moved by elements that are spread
    # over the group, the same elements for every point of an orbit and every order of its points.
    _starts = None

    def _located(self, names):
        """The same group with the positions of columns that it names; `names` are those of y.

        Without names (None) columns must have positions. The group itself where all have.
        """
        return self

    def _support(self):
        """Columns that the group moves, in its order; None where these are all."""
        return None

    def _restricted(self, columns):
        """The same group on rows that consist of some columns, all that it moves among them."""
        return self

    def _complexified(self):
        """The same group on complex rows, as a product with a symmetry of complex rows needs."""
        if self.is_complex:
            return self
        raise ValueError(
            f"{self!r} acts on real rows, so that it has no product with a symmetry of complex "
            f"rows; use a symmetry of complex rows in its place."
        )

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
            return _unknown.by_overlap(xp, y, to, self._align)
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

    def _gap(self, xp, y, to):
        """How much larger the squared distance is that the second-nearest element leaves.

        Second-least less least over the elements, of rows and as many targets; None where these
        are not told apart one by one: groups that are not finite, or too large to enumerate.
        """
        if not hasattr(self, "_orbit") or self._order(y.shape[1]) > _unknown.MOST_ENUMERATED:
            return None
        return _gaps.enumerated_gap(xp, self, y, to)

    def _named_elements(self, xp, y, moved):
        """The elements that took rows to where they were moved, by what they do to parts.

        A dict of arrays of shape (n_samples, n_parts): ``"permutation"`` says from where each
        part came and ``"sign"`` what it was multiplied by. Empty where there are no such words.
        """
        return {}

    def _is_unlift_closed(self, n_coordinates):
        """Whether `_unlift` is a formula, so that it may begin every mean; where there is one."""
        return True

    def _canonicalize(self, xp, y, reference):
        """The nearest point to the reference; a group that is not isometric chooses another."""
        return self._align(xp, y, reference)

    def _margin(self, xp, y, reference):
        raise TypeError(f"{self!r} has no margin; define _margin(xp, y, reference).")

    def _unprescribed(self, n_coordinates):
        """Coordinates of the default reference that no formula prescribes.

        Training targets may choose them. A product chooses those of all parts that have a seam.
        """
        return ()

    def _own_reference(self, xp, y):
        """The symmetry's default reference as one natural row like those of y.

        Centred: it has no unit, so that it must not say where a row is to be moved.
        """
        own = algebra.like(xp, np.asarray(self._reference(y.shape[1]))[None, :], y)
        return self._centred(xp, own)


def _is_near(xp, step, y, rounding):
    """Whether a step is within the rounding of the rows; shape (n_samples, 1)."""
    step, size = (xp.max(xp.abs(part), axis=1, keepdims=True) for part in (step, y))
    return step <= rounding * size
