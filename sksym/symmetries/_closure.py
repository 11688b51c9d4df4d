"""All products of generators of a finite group."""

import numpy as np

from . import _choice

CLOSE = 1e-6  # group elements are far apart, products of exact ones agree to rounding


def closed_matrices(generators, max_order):
    """All products of matrices, the identity first, in time linear in their number.

    Parameters
    ----------
    generators : ndarray of shape (n_generators, n, n)
        Matrices of a finite group.
    max_order : int
        Largest number of products.

    Returns
    -------
    ndarray of shape (n_elements, n, n)

    Raises
    ------
    ValueError
        If there are more.
    """
    elements = _Matrices(np.eye(generators.shape[1], dtype=generators.dtype))
    independent = []
    for generator in generators:
        if elements.add(generator):
            independent.append(generator)
            elements = _Matrices(elements.found[0])
            frontier = elements.found
            while frontier:
                products = [p for g in independent for p in np.stack(frontier) @ g]
                frontier = [product for product in products if elements.add(product)]
                require_few(len(elements.found), max_order)
    return np.stack(elements.found)


class _Matrices:
    """Different matrices, each found again by a number that is made of its entries."""

    def __init__(self, first):
        n = len(first)
        self._weights = _choice.generic_row(n * n, is_complex=True).reshape(n, n)
        self._places = {}
        self.found = []
        self.add(first)

    def add(self, matrix):
        """Take a matrix in, unless it is one of those; whether it was taken."""
        code = round(float((matrix * self._weights).sum().real) / CLOSE)
        for near in (code - 1, code, code + 1):  # rounding may cross into the next cell
            for k in self._places.get(near, ()):
                if np.abs(self.found[k] - matrix).max() <= CLOSE:
                    return False
        self._places.setdefault(code, []).append(len(self.found))
        self.found.append(matrix)
        return True


def closed_orders(generators, max_order):
    """All products of permutations, as tuples of indices, the identity first.

    Parameters
    ----------
    generators : list of tuple of int
        Permutations of the same indices.
    max_order : int
        Largest number of products.

    Returns
    -------
    list of tuple of int

    Raises
    ------
    ValueError
        If there are more.
    """
    identity = tuple(range(len(generators[0])))
    found, frontier = {identity: None}, [identity]
    while frontier:
        products = (tuple(order[k] for k in g) for order in frontier for g in generators)
        frontier = [order for order in dict.fromkeys(products) if order not in found]
        found.update(dict.fromkeys(frontier))
        require_few(len(found), max_order)
    return list(found)


def require_few(n_elements, max_order):
    """Refuse more elements than may be enumerated."""
    if n_elements > max_order:
        raise ValueError(
            f"The generators give more than max_order={max_order} elements; check that they "
            f"belong to a finite group, or raise max_order."
        )
