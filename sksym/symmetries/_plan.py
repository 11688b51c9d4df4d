"""How a product of symmetries is solved: the cheapest tree of solvers."""

import math
from decimal import Decimal

import numpy as np

from ._alternation import Alternation
from ._disjoint import DirectProduct
from ._enumerated import Enumerated

_PLANS = {}
_MOST_PLANS = 128
# Elements that are enumerated around a factor which has starts: the orders of five points.
_MOST_ENUMERATED = 120


def solver_of(product, n_coordinates):
    """The symmetry that solves a product on rows of some width.

    Parameters
    ----------
    product : Product
        Product of symmetries.
    n_coordinates : int
        Width of the rows.

    Returns
    -------
    Symmetry

    Raises
    ------
    ValueError
        If the product cannot be solved or is not a group.
    """
    key = (product._key(), n_coordinates)
    if key not in _PLANS:
        solver = _Planner(product, n_coordinates).solver()
        if len(_PLANS) >= _MOST_PLANS:
            _PLANS.clear()
        _PLANS[key] = solver
    return _PLANS[key]


def most_enumerated(product):
    """Number of elements beyond which a product takes turns where it can."""
    return min(product.max_order, _MOST_ENUMERATED)


def components(factors):
    """Factors that have columns in common, and their columns.

    Returns
    -------
    list of (list of Symmetry, tuple of int or None)
        The factors as they act on rows of these columns, in that order; None where a factor moves
        all columns. Factors that move nothing are left out.
    """
    groups = []
    for factor in factors:
        support = factor._support()
        if support == ():
            continue
        support = None if support is None else set(support)
        members = [factor]
        for other in [g for g in groups if _meet(support, g[1])]:
            groups.remove(other)
            members = [*other[0], *members]
            support = None if support is None or other[1] is None else support | other[1]
        groups.append((members, support))
    return [_on_own_columns(*group) for group in groups]


def _meet(a, b):
    return a is None or b is None or bool(a & b)


def _on_own_columns(factors, support):
    if support is None:
        return factors, None
    # In the order of a factor that moves all of them: it then acts on whole rows.
    orders = (factor._support() for factor in factors)
    columns = next((order for order in orders if set(order) == support), tuple(sorted(support)))
    return [factor._restricted(columns) for factor in factors], columns


class _Planner:
    """The search for the cheapest tree of solvers of one product."""

    def __init__(self, product, n_coordinates):
        self.product = product
        self.n_coordinates = n_coordinates

    def solver(self):
        """The cheapest tree, which is known to be a group."""
        factors = self.product.factors
        if self.product.is_complex:
            factors = [factor._complexified() for factor in factors]
        cost, solver = self.planned(factors, self.n_coordinates)
        if cost > self.product.max_order:
            raise ValueError(self.too_many(factors, cost))
        self.require_group(solver)
        return solver

    def planned(self, factors, n_coordinates):
        """Number of elements that are enumerated, and the solver; factors of any columns."""
        pieces, total = [], 0
        for members, columns in components(factors):
            if columns is None:
                return self.joint(members, n_coordinates)
            cost, solver = self.joint(members, len(columns))
            pieces.append((solver, columns))
            total = max(total, cost)
        if total == math.inf:
            return total, None
        is_isometric = all(factor.is_isometric for factor in factors)
        return total, DirectProduct(pieces, self.product.is_complex, is_isometric)

    def joint(self, factors, n_coordinates):
        """The same for factors that have columns in common."""
        if len(factors) == 1:
            return 1, factors[0]
        keeps_norms = all(f.is_isometric and f._is_linear(n_coordinates) for f in factors)
        best = math.inf, None
        alternatives = []
        for k, factor in enumerate(factors):
            cost, rest = self.planned([*factors[:k], *factors[k + 1 :]], n_coordinates)
            if rest is None:
                continue
            joint = factor._joint(rest)
            if joint is not None:
                best = min(best, (cost, joint), key=_cost)
            order = factor._order(n_coordinates)
            if order < math.inf:
                enumerated = Enumerated(factor, rest, keeps_norms)
                best = min(best, (cost * order, enumerated), key=_cost)
            if factor._starts is not None and keeps_norms:
                alternatives.append((cost, Alternation(rest, factor)))
        if alternatives and best[0] > most_enumerated(self.product):
            return min(alternatives, key=_cost)
        return best

    def too_many(self, factors, cost):
        """What is to be done instead of enumerating so many elements."""
        if cost == math.inf:
            infinite = [f for f in factors if f._order(self.n_coordinates) == math.inf]
            return (
                f"{' and '.join(map(repr, infinite))} have infinitely many elements each, and "
                f"{self.product!r} can be solved for one such factor only; write a Symmetry whose "
                f"_align solves them together."
            )
        return (
            f"{self.product!r} on rows of {self.n_coordinates} coordinates would enumerate "
            f"{Decimal(cost):.4g} elements for each row, more than "
            f"max_order={self.product.max_order}; use a smaller group, or raise max_order in "
            f"Product(a, b, max_order=...)."
        )

    def require_group(self, solver):
        """Elements in the other order must be elements too: they lead back to where a row was."""
        rng = np.random.RandomState(0)
        y = rng.standard_normal((8, self.n_coordinates))
        if self.product.is_complex:
            y = y + 1j * rng.standard_normal(y.shape)
        moved = solver._random(np, y, rng)
        back = solver._align(np, moved, y)
        size = np.linalg.norm(y, axis=1) + np.linalg.norm(moved, axis=1)
        if (np.linalg.norm(back - y, axis=1) > 1e-6 * size).any():
            raise ValueError(
                f"{self.product!r} is not a group on rows of {self.n_coordinates} coordinates: "
                f"one of its factors must map the orbits of the other to orbits. Use a group that "
                f"holds both, such as Permutation(n_blocks, each=Sign()) for orders and signs of "
                f"blocks."
            )


def _cost(plan):
    return plan[0]
