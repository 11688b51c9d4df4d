"""Finite groups that maps known to a few digits belong to."""

import numpy as np

from ...symmetries import MatrixGroup
from ._maps import identity, place, product

_MOST_ELEMENTS = 200
_ROUNDS = 20
_CONVERGED = 1e-15


def closed(maps, y, limit, improved):
    """All products of maps, or None where they do not close.

    Parameters
    ----------
    maps : list of ndarray of shape (n, n + 1)
        Maps other than the identity.
    y : ndarray of shape (n_samples, n)
        Rows on which maps are compared.
    limit : float
        Root mean square distance, in widths of columns, below which two maps are one.
    improved : callable
        From a product to the nearest map that holds better, or None if none holds.

    Returns
    -------
    list of ndarray of shape (n, n + 1) or None
        The identity first.
    """
    found = [identity(y.shape[1]), *maps]
    frontier = list(maps)
    while frontier:
        new = []
        for one in (product(left, right) for left in frontier for right in maps):
            if place(found, one, y, limit) is not None:
                continue
            better = improved(one)
            if better is None or len(found) == _MOST_ELEMENTS:
                return None
            if place(found, better, y, limit) is None:
                new.append(better)
                found.append(better)
        frontier = new
    return found


def exact_groups(maps, y, limit):
    """Groups of isometries that a closed list of maps is nearest to: linear, and with offsets.

    Each matrix is replaced by the mean of what all products say that it is, which squares its
    error each time. Offsets turn about one point, the mean of where the group sends another.

    Parameters
    ----------
    maps : list of ndarray of shape (n, n + 1)
        The identity first.
    y : ndarray of shape (n_samples, n)
        Rows on which maps are compared.
    limit : float
        Root mean square distance, in widths of columns, below which two maps are one.

    Returns
    -------
    list of MatrixGroup
        Empty if the maps are not closed.
    """
    places = [[place(maps, product(a, b), y, limit) for b in maps] for a in maps]
    if any(number is None for row in places for number in row):
        return []
    table = np.array(places)
    matrices = np.stack([one[:, :-1] for one in maps])
    for _ in range(_ROUNDS):
        # g is (g h) h^-1 for every h.
        means = np.mean(matrices[table] @ np.swapaxes(matrices, 1, 2)[None], axis=1)
        left, _, right = np.linalg.svd(means)
        change, matrices = np.abs(left @ right - matrices).max(), left @ right
        if change <= _CONVERGED:
            break
    center = np.mean([one[:, :-1] @ y.mean(axis=0) + one[:, -1] for one in maps], axis=0)
    generators = matrices[1:][_independent(table)]
    offsets = center - generators @ center
    return [MatrixGroup(generators), MatrixGroup(generators, offsets=offsets)]


def _independent(table):
    """Numbers, less one, of elements that generate the group of a multiplication table."""
    chosen, made = [], {0}
    for number in range(1, len(table)):
        if number not in made:
            chosen.append(number - 1)
            frontier = made = made | {number}
            while frontier:
                products = {int(table[a, b + 1]) for a in frontier for b in chosen}
                frontier = products - made
                made = made | products
    return chosen
