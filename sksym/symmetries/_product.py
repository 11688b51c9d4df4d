"""Products of symmetries."""

import functools
import math
from typing import ClassVar

from .._validation import COUNT
from ._base import Symmetry
from ._disjoint import DirectProduct
from ._of_two import OfTwo
from ._plan import components, most_enumerated, solver_of


class Product(OfTwo):
    r"""The group that two symmetries make together, written ``a * b``.

    It means the same whichever way it is written, and is solved in the way that costs least.

    - Symmetries of disjoint columns, said with `Columns`, are solved each by itself: any kinds,
      any number. The lift, the margin and the default reference are made of theirs.
    - Symmetries of the same columns must not be aligned one after the other, since the first
      one's answer depends on what the second one does. The smaller groups are enumerated around
      one that is solved. A shift and a group of scalars are solved together by fast Fourier
      transforms, a positive scale after the isometries:
      ``Orthogonal(3, center=True) * PositiveScale()`` is a similarity.
    - Orders and rotations of points, such as ``Permutation(13) * Orthogonal(3, center=True)``:
      beyond 120 orders (`max_order`, where that is less) assignment and Procrustes problems are
      solved in turn, from 120 rotations that turn with the points. `is_exact` is then False: of
      pairs of 5, 6 and 7 random points in space at least 99 in 100 come to the best of all orders.

    Parameters
    ----------
    a, b : Symmetry
        Factors. One of the two must map orbits of the other to orbits, so that the product is
        a group.
    max_order : int, default=10000
        Largest number of elements that are enumerated for each row.

    Raises
    ------
    ValueError
        When the product first meets rows: if it is not a group, if factors with infinitely
        many elements cannot be solved together, if more elements than `max_order` would be
        enumerated, or if a symmetry of real rows meets one of complex rows.

    Examples
    --------
    >>> from sksym import Columns, ConjugateFlip, CyclicShift, Permutation, Sign
    >>> symmetry = ConjugateFlip() * CyclicShift()
    >>> symmetry
    ConjugateFlip() * CyclicShift()
    >>> symmetry.distance([[1.0, 2.0, 4.0]], [[2.0, 1.0, 4.0]])
    array([0.])

    A quaternion of either sign, beside three numbers in any order:

    >>> pose = Columns(Sign(), range(4)) * Columns(Permutation(), range(4, 7))
    >>> pose.distance([[0, 0, 0, 1, 5, 6, 7]], [[0, 0, 0, -1, 7, 5, 6]])
    array([0.])
    """

    _parameter_constraints: ClassVar[dict] = {
        "a": [Symmetry],
        "b": [Symmetry],
        "max_order": [COUNT],
    }

    def __init__(self, a: Symmetry, b: Symmetry, max_order: int = 10_000) -> None:
        self.a = a
        self.b = b
        self.max_order = max_order

    @property
    def _two(self):
        return self.a, self.b

    @property
    def is_exact(self) -> bool:
        """Whether the nearest point is found for every orbit."""
        return all(f.is_exact for f in self.factors) and not any(
            self._takes_turns(members) for members, _ in components(self.factors)
        )

    @property
    def has_lift(self) -> bool:
        """Whether the factors act on disjoint columns and each has a lift; see `Conjugation`."""
        parts = [_alone(members) for members, _ in components(self.factors)]
        return all(p and p.has_lift and p.is_complex == self.is_complex for p in parts)

    @property
    def has_seam(self) -> bool:
        """Whether representatives of one of the factors jump somewhere."""
        return any(factor.has_seam for factor in self.factors)

    def _has_seam(self, n_coordinates):
        return solver_of(self, n_coordinates)._has_seam(n_coordinates)

    @property
    def factors(self) -> list[Symmetry]:
        """The factors, of products among them theirs, from left to right."""
        return [
            factor
            for part in (self.a, self.b)
            for factor in (part.factors if isinstance(part, Product) else [part])
        ]

    def __repr__(self, N_CHAR_MAX=700):
        # Stars make products of products from the left.
        is_made_by_stars = not isinstance(self.b, Product) and self.max_order == 10_000
        if is_made_by_stars and isinstance(self.a, Symmetry):
            return f"{self.a!r} * {self.b!r}"
        return super().__repr__(N_CHAR_MAX)

    def _takes_turns(self, members):
        """Whether orders are too many to be enumerated around a factor that has starts."""
        if not any(factor._starts for factor in members):
            return False
        orders = [factor._order(None) for factor in members]
        return math.prod(order for order in orders if order < math.inf) > most_enumerated(self)

    def _located(self, names):
        a, b = self.a._located(names), self.b._located(names)
        return self if a is self.a and b is self.b else Product(a, b, self.max_order)

    def _complexified(self):
        return Product(self.a._complexified(), self.b._complexified(), self.max_order)

    def _align(self, xp, y, to):
        return solver_of(self, y.shape[1])._align(xp, y, to)

    def _align_known(self, xp, y, to):
        return solver_of(self, y.shape[1])._align_known(xp, y, to)

    def _known_distance(self, xp, y, to):
        return solver_of(self, y.shape[1])._known_distance(xp, y, to)

    def _gap(self, xp, y, to):
        return solver_of(self, y.shape[1])._gap(xp, y, to)

    def _named_elements(self, xp, y, moved):
        return solver_of(self, y.shape[1])._named_elements(xp, y, moved)

    def _require_known(self, xp, y, to=None):
        solver_of(self, y.shape[1])._require_known(xp, y, to)

    def _canonicalize(self, xp, y, reference):
        return solver_of(self, y.shape[1])._canonicalize(xp, y, reference)

    def _reference(self, n_coordinates):
        return solver_of(self, n_coordinates)._reference(n_coordinates)

    def _unprescribed(self, n_coordinates):
        return solver_of(self, n_coordinates)._unprescribed(n_coordinates)

    def _margin(self, xp, y, reference):
        return solver_of(self, y.shape[1])._margin(xp, y, reference)

    def _is_unlift_closed(self, n_coordinates):
        return self._parts()._is_unlift_closed(n_coordinates)

    def _lift(self, xp, y):
        return self._parts()._lift(xp, y)

    def _unlift(self, xp, z):
        return self._parts()._unlift(xp, z)

    def _parts(self):
        """The factors by themselves, where each acts on columns of its own."""
        pieces = [(_alone(members), columns) for members, columns in components(self.factors)]
        if any(columns is None for _, columns in pieces):
            return pieces[0][0]
        return DirectProduct(pieces, self.is_complex, self.is_isometric)


def _alone(members):
    """Factors of common columns as one group of which a lift may be known, or None."""
    if len(members) == 1:
        return members[0]
    pairs = (members, members[::-1]) if len(members) == 2 else ()
    return next(filter(None, (a._joint(b) for a, b in pairs)), None)


def multiply(a, b):
    """The product of two symmetries, of several always from left to right."""
    return functools.reduce(Product, [a, *(b.factors if isinstance(b, Product) else [b])])
