"""What the laws of symmetries take for rounding."""

import numpy as np

# A handful of roundings for each coordinate that takes part.
_ULPS = 32


def host(values):
    values = values.detach().cpu() if hasattr(values, "detach") else values
    return np.asarray(values)


def size_of(symmetry, y):
    """Largest entry of the rows and of their images under the group: their unit."""
    parts = (y, symmetry.random(y, 0), symmetry.canonicalize(y))
    return max(float(np.abs(host(part)).max()) for part in parts) or 1.0


def ulps(y):
    """Relative rounding of a row-wise computation; the checks work in double precision."""
    return _ULPS * float(max(np.finfo(host(y).dtype).eps, np.finfo(np.float64).eps))


def rounding_of(symmetry, y):
    """Rounding of a row-wise computation, in the unit of the rows."""
    return ulps(y) * size_of(symmetry, y)


def rounding_of_representatives(symmetry, y, reference):
    """Rounding of representatives of rows.

    Under a continuous group the element that leads to them is as well known as the row is far from
    the cut: an angle, by the length that it is taken from. On the cut another rule decides.
    """
    rounding = rounding_of(symmetry, y)
    if symmetry._is_finite():
        return rounding
    margin = host(symmetry.margin(y, reference))
    size = np.sqrt(np.sum(np.abs(host(y)) ** 2, axis=1))
    is_apart = margin > np.sqrt(ulps(y)) * size
    return rounding * np.maximum(1.0, size / np.where(is_apart, margin, np.inf))
