"""Products of symmetries."""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

import numpy as np
from sklearn.base import clone

from .._arrays import algebra
from .._validation import COUNT
from . import _choice
from ._base import Symmetry


class Product(Symmetry):
    r"""The group that two symmetries make together, written ``a * b``.

    Factors must not be aligned one after the other: the first one's answer depends on what the
    second one does. One factor is solved for every element of the others, and the nearest of the
    results is kept, which is exact. The factors are enumerated in the way that costs least,
    however the product is written; a shift and a group of scalars are solved together by fast
    Fourier transforms.

    The own reference is a fixed row in general position, since the simplest references are fixed
    by part of a product: a flip fixes the first basis vector up to a shift.

    Parameters
    ----------
    a, b : Symmetry
        The factors. One of the two must map orbits of the other to orbits, so that the product is
        a group; at most one can be infinite.
    max_order : int, default=10000
        Most elements that are enumerated.

    Raises
    ------
    ValueError
        When the product first meets rows: if it is not a group, if two factors have infinitely
        many elements, or if more elements than `max_order` would be enumerated.

    Examples
    --------
    >>> from sksym import ConjugateFlip, CyclicShift
    >>> symmetry = ConjugateFlip() * CyclicShift()
    >>> symmetry
    ConjugateFlip() * CyclicShift()
    >>> symmetry.distance([[1.0, 2.0, 4.0]], [[2.0, 1.0, 4.0]])
    array([0.])
    """

    _parameter_constraints: ClassVar[dict] = {
        "a": [Symmetry],
        "b": [Symmetry],
        "max_order": [COUNT],
    }

    def __init__(self, a, b, max_order=10_000):
        self.a = a
        self.b = b
        self.max_order = max_order

    @property
    def is_complex(self):
        """Whether one of the factors acts on complex rows."""
        return self.a.is_complex or self.b.is_complex

    @property
    def is_isometric(self):
        """Whether both factors preserve the Euclidean distance."""
        return self.a.is_isometric and self.b.is_isometric

    @property
    def factors(self):
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

    def _order(self, n_coordinates):
        return self.a._order(n_coordinates) * self.b._order(n_coordinates)

    def _is_linear(self, n_coordinates):
        return self.a._is_linear(n_coordinates) and self.b._is_linear(n_coordinates)

    def _centred(self, xp, y):
        return self.b._centred(xp, self.a._centred(xp, y))

    def _orbit(self, xp, y):
        for point in self.a._orbit(xp, y):
            yield from self.b._orbit(xp, point)

    def _align(self, xp, y, to):
        plan = self._plan(y.shape[1])
        measure = self._relative_distance if plan.keeps_norms else _choice.plain_distance
        return plan.nearest(xp, y, to, plan.solve, functools.partial(measure, xp))

    def _canonicalize(self, xp, y, reference):
        if self.is_isometric:
            return self._align(xp, y, reference)
        plan = self._plan(y.shape[1])
        # Representatives of one norm are compared by direction, which has no unit.
        measure = functools.partial(_choice.relative_distance, xp)
        return plan.nearest(xp, y, reference, plan.inner._canonicalize, measure)

    def _relative_distance(self, xp, point, to):
        return _choice.relative_distance(xp, self._centred(xp, point), self._centred(xp, to))

    def _random(self, xp, y, rng):
        for factor in self.factors:
            y = factor._random(xp, y, rng)
        return y

    def _reference(self, n_coordinates):
        return _choice.generic_row(n_coordinates, is_complex=self.is_complex)

    def _margin(self, xp, y, reference):
        """Half the gap between the two best factors' alignments, or the inner margin if smaller.

        A lower bound of the distance to the cut: either inner product with the reference changes
        by no more than its length when y moves by one unit, either distance by no more than one.
        """
        plan = self._plan(y.shape[1])
        y = self._canonicalize(xp, y, reference)
        margin = plan.inner._margin(xp, y, reference)
        has_one_norm = plan.keeps_norms or not self.is_isometric
        centred = self._centred if has_one_norm else super()._centred
        own, to = centred(xp, y), centred(xp, reference)
        size = algebra.norm(xp, to)
        pairs = (plan.candidates(xp, rows, reference) for rows in (y, reference))
        for candidate, moved in zip(*pairs, strict=True):
            point = centred(xp, candidate)
            # Elements that the inner factor holds too, and the identity, do not move y.
            is_moved = algebra.norm(xp, centred(xp, moved) - to) > 1e-6 * size
            if has_one_norm:
                gap, width = _choice.inner(xp, own - point, to), 2 * size
            else:
                gap = algebra.norm(xp, point - to) - algebra.norm(xp, own - to)
                width = xp.full_like(size, 2.0)
            width = xp.where(is_moved, width, xp.zeros_like(size))
            margin = xp.minimum(margin, _choice.wall_distance(xp, gap, width, point, own))
        return xp.where(margin > 0, margin, xp.zeros_like(margin))

    def _plan(self, n_coordinates):
        # Parameters of a symmetry may change, those of a copy that nobody else holds do not.
        return _plan(clone(self), n_coordinates)


@dataclass(frozen=True)
class Plan:
    """How a product is solved for rows of some width.

    Attributes
    ----------
    enumerated : tuple of Symmetry
        Factors of which every element is tried.
    inner : Symmetry
        The factor that is solved for each of them.
    joint : callable or None
        Alignment by the last enumerated factor and the inner one together, where there is one.
    keeps_norms : bool
        Whether centred rows keep their norms under all factors.
    """

    enumerated: tuple
    inner: Symmetry
    joint: Callable | None
    keeps_norms: bool

    @property
    def solve(self):
        """Alignment by what is not enumerated."""
        return self.inner._align if self.joint is None else self.joint

    def nearest(self, xp, y, to, complete, measure):
        """The nearest of all elements of the enumerated factors, each completed."""
        enumerated = self.enumerated if self.joint is None else self.enumerated[:-1]
        points = (complete(xp, point, to) for point in _orbit_of(enumerated, xp, y))
        return _choice.nearest(xp, points, to, distance=measure)

    def candidates(self, xp, y, to):
        """Each element of the enumerated factors, completed by the inner one."""
        isometric = self.inner.is_isometric
        complete = self.inner._align if isometric else self.inner._canonicalize
        for point in _orbit_of(self.enumerated, xp, y):
            yield complete(xp, point, to)


@functools.lru_cache(maxsize=128)
def _plan(product, n_coordinates):
    """The cheapest plan.

    Raises
    ------
    ValueError
        If the product cannot be solved or is no group.
    """
    orders = {k: f._order(n_coordinates) for k, f in enumerate(product.factors)}
    plans = []
    for inner in reversed(orders):
        rest = [k for k in orders if k != inner]
        plans.append((math.prod(orders[k] for k in rest), rest, inner, None))
        for k in rest:
            joint = product.factors[k]._joint(product.factors[inner])
            if joint is not None:
                others = [j for j in rest if j != k]
                cost = math.prod(orders[j] for j in others)
                plans.append((cost, [*others, k], inner, joint))
    cost, rest, inner, joint = min(plans, key=lambda plan: plan[0])
    factors = product.factors
    if cost == math.inf:
        infinite = " and ".join(repr(factors[k]) for k in orders if orders[k] == math.inf)
        raise ValueError(
            f"{infinite} have infinitely many elements each, and {product!r} can be solved for "
            f"one such factor only; write a Symmetry whose _align solves them together."
        )
    if cost > product.max_order:
        raise ValueError(
            f"{product!r} on rows of {n_coordinates} coordinates would enumerate "
            f"{Decimal(cost):.4g} elements for each row, more than max_order={product.max_order}; "
            f"use a smaller group, or raise max_order in Product(a, b, max_order=...)."
        )
    keeps_norms = product.is_isometric and product._is_linear(n_coordinates)
    plan = Plan(tuple(factors[k] for k in rest), factors[inner], joint, keeps_norms)
    _require_group(product, plan, n_coordinates)
    return plan


def _require_group(product, plan, n_coordinates):
    """Elements in the other order must be elements too: they lead back to where a row was."""
    rng = np.random.RandomState(0)
    y = rng.standard_normal((8, n_coordinates))
    if product.is_complex:
        y = y + 1j * rng.standard_normal(y.shape)
    moved = y
    for factor in (*plan.enumerated, plan.inner):
        moved = factor._random(np, moved, rng)
    measure = functools.partial(_choice.plain_distance, np)
    back = plan.nearest(np, moved, y, plan.solve, measure)
    size = np.linalg.norm(y, axis=1) + np.linalg.norm(moved, axis=1)
    if (np.linalg.norm(back - y, axis=1) > 1e-6 * size).any():
        raise ValueError(
            f"{product!r} is not a group on rows of {n_coordinates} coordinates: one of its "
            f"factors must map the orbits of the other to orbits. Use a group that holds both, "
            f"such as Permutation(n_blocks, each=Sign()) for orders and signs of blocks."
        )


def _orbit_of(factors, xp, y):
    """Every point that the elements of all factors reach, one after the other."""
    if not factors:
        yield y
        return
    for point in factors[0]._orbit(xp, y):
        yield from _orbit_of(factors[1:], xp, point)


def multiply(a, b):
    """The product of two symmetries, of several always from left to right."""
    return functools.reduce(Product, [a, *(b.factors if isinstance(b, Product) else [b])])
