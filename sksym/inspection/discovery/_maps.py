"""Affine maps of rows, as matrices [M | c]."""

import numpy as np

_WHOLE = 0.15  # distance of matrix entries from whole numbers that is taken for noise
_ALIKE = 10.0  # ratio of the widths of coordinates that points may turn among
_NO_OFFSET = 0.1  # of the spread of targets


def moved_by(affine, y):
    """Rows under an affine map, shape (n_samples, n)."""
    return y @ affine[:, :-1].T + affine[:, -1]


def identity(n):
    """The map that leaves all rows in place."""
    return np.eye(n, n + 1)


def product(first, second):
    """The map that applies `second` and then `first`."""
    matrix, offset = first[:, :-1], first[:, -1]
    return np.column_stack([matrix @ second[:, :-1], matrix @ second[:, -1] + offset])


def distance(one, other, y):
    """Root mean square distance of the places that two maps send rows to, in widths of columns."""
    widths = y.std(axis=0)
    widths = np.where(widths > 0, widths, 1.0)
    return float(np.sqrt(np.mean(((moved_by(one, y) - moved_by(other, y)) / widths) ** 2)))


def place(maps, one, y, limit):
    """Number of the nearest of the maps to one, or None if none is nearer than a limit."""
    distances = [distance(other, one, y) for other in maps]
    nearest = int(np.argmin(distances)) if distances else 0
    return nearest if distances and distances[nearest] < limit else None


def units(y):
    """Unit of each coordinate: one for all where they may be of one kind, else each one's own."""
    widths = y.std(axis=0)
    if widths.max() <= _ALIKE * widths.min():
        return np.full(y.shape[1], y.std())
    return np.where(widths > 0, widths, 1.0)


def snapped(affine, spread):
    """The map in whole numbers where it is close to a signed order of coordinates."""
    matrix, offset = affine[:, :-1], affine[:, -1]
    whole = np.round(matrix)
    is_order = np.array_equal(whole @ whole.T, np.eye(len(whole)))
    if not is_order or np.abs(matrix - whole).max() > _WHOLE:
        return affine
    is_linear = np.abs(offset).max() < _NO_OFFSET * spread
    return np.column_stack([whole, np.zeros(len(offset)) if is_linear else offset])
