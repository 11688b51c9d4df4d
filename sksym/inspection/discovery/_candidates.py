"""Symmetries of the language that rows of a width may have."""

import numpy as np

from ...symmetries import (
    Blocks,
    Columns,
    ConjugateFlip,
    Conjugation,
    CyclicShift,
    FactorScale,
    GlobalPhase,
    Orthogonal,
    Periodic,
    Permutation,
    PositiveScale,
    Sign,
    Translation,
    crystal_symmetry,
)

_CRYSTALS = {
    f"crystal_symmetry({name!r}, side={side!r})": crystal_symmetry(name, side=side)
    for name in ("2", "222", "3", "32", "4", "422", "6", "622", "23", "432")
    for side in ("right", "left")
}
_PERIODS = (360.0, 180.0, 2 * np.pi, np.pi)
_FILLED = 0.98  # of a period that the range of a coordinate takes
_MOST_PARTED = 12  # columns, of which each part beside each other is tried
_MOST_SPLIT = 32  # columns, of which every division in two factors is tried
_SPHERE = 1e-3  # spread of norms over their mean


def lies_on_sphere(y):
    """Whether rows have one norm, as quaternions and directions have."""
    norms = np.linalg.norm(y, axis=1)
    return y.shape[1] > 1 and norms.std() <= _SPHERE * norms.mean()


def candidates(y):
    """Symmetries that rows such as these may have, plain ones first.

    Parameters
    ----------
    y : ndarray of shape (n_samples, n)
        Targets.

    Returns
    -------
    list of Symmetry
    """
    n = y.shape[1]
    sizes = [size for size in range(2, n) if n % size == 0]  # of blocks
    found = [Sign(), PositiveScale()]
    if n > 1:
        found += [Permutation(), ConjugateFlip(), CyclicShift(), Permutation(each=Sign())]
        found += [Orthogonal(n, reflections=False), Orthogonal(n), Translation(n), Translation(1)]
        found += [Blocks(Sign(), n), Blocks(PositiveScale(), n)]
    for size in sizes:
        found += _of_blocks(n, size)
    if n % 2 == 0:
        found += _of_complex(n)
    if n == 4 and lies_on_sphere(y):
        found += _CRYSTALS.values()
    if n <= _MOST_PARTED:
        found += _of_parts(n)
    if n <= _MOST_SPLIT:
        found += [FactorScale(k, 1, n - k) for k in range(1, n)]
    return found + _of_images(n)


def periods(y):
    """Periods of angles, for coordinates that fill one of 360 or 180 degrees or radians.

    Parameters
    ----------
    y : ndarray of shape (n_samples, n)
        Targets.

    Returns
    -------
    list of (Symmetry, list of int)
        One for each period, of all coordinates that fill it.
    """
    ranges, found = np.ptp(y, axis=0), []
    for period in _PERIODS:
        columns = np.flatnonzero((ranges > _FILLED * period) & (ranges <= period)).tolist()
        if columns:
            symmetry = Periodic(period)
            is_all = len(columns) == y.shape[1]
            found.append((symmetry if is_all else Columns(symmetry, columns), columns))
    return found


def said(symmetry):
    """A group as one writes it: point groups of crystals by their names."""
    return next((text for text, group in _CRYSTALS.items() if group == symmetry), repr(symmetry))


def _of_blocks(n, size):
    """Blocks of a size as parts, points, and factors of a product."""
    count = n // size
    apart = np.arange(n).reshape(size, count).T.tolist()
    return [
        Blocks(Sign(), count),
        Permutation(count),
        Permutation(columns=apart),
        Permutation(count, each=Sign()),
        Translation(size),
        *(
            Orthogonal(size, reflections=reflections, center=center)
            for center in (False, True)
            for reflections in (False, True)
        ),
        Permutation(count) * Translation(size),
    ]


def _of_parts(n):
    """Signs of columns that stand beside each other, such as a quaternion among others."""
    return [
        Columns(Sign(), list(range(start, stop)))
        for start in range(n)
        for stop in range(start + 1, n + 1)
        if stop - start < n
    ]


def _of_complex(n):
    """Halves as real and imaginary parts, and as factors."""
    found = [GlobalPhase(), Conjugation(), GlobalPhase() * Conjugation()]
    if n > 2:
        found += [GlobalPhase() * ConjugateFlip(field="complex")]
    return found


def _of_images(n):
    side = round(n**0.5)
    if side * side != n or side < 3:
        return []
    shape = (side, side)
    return [CyclicShift(shape), ConjugateFlip(shape), CyclicShift(shape) * ConjugateFlip(shape)]


def of_signs(matrices):
    """Symmetry of the signs that diagonal matrices of signs make, or None.

    Parameters
    ----------
    matrices : list of ndarray of shape (n, n)

    Returns
    -------
    Symmetry or None
    """
    signs = np.array([np.diag(m) for m in matrices if np.all(np.abs(np.diag(m)) == 1)])
    if not len(signs):
        return None
    patterns = {}
    for column, pattern in enumerate(signs.T):
        if (pattern < 0).any():
            patterns.setdefault(tuple(pattern), []).append(column)
    parts = [Columns(Sign(), columns) for columns in patterns.values()]
    if len(parts) == 1 and len(parts[0].columns) == signs.shape[1]:
        return Sign()
    product = parts[0]
    for part in parts[1:]:
        product = product * part
    return product
