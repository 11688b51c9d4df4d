"""How much farther the second-nearest element of a group leaves a row than the nearest."""

import numpy as np

from .._arrays import algebra
from . import _choice

_DECIMALS = 9  # of the images of a row of unit norm, which tell elements apart


def enumerated_gap(xp, symmetry, y, to):
    """Second-least less least squared distance over the elements of a finite group.

    Parameters
    ----------
    xp : module
        Array namespace of the rows.
    symmetry : Symmetry
        Group with ``_orbit``. An element that it lists several times counts once.
    y, to : arrays of shape (n_samples, n_coordinates)
        Natural rows, and the row that each is compared with.

    Returns
    -------
    array of shape (n_samples,)
        Infinite for the trivial group.
    """
    row = _choice.generic_row(y.shape[1], is_complex=symmetry.is_complex)
    images = [algebra.real_rows(np, image)[0] for image in symmetry._orbit(np, row[None])]
    _, first = np.unique(np.round(images, _DECIMALS) + 0.0, axis=0, return_index=True)
    is_first = np.isin(np.arange(len(images)), first)
    least = xp.full_like(xp.abs(y[:, 0]), np.inf)
    second = least
    for point, counts in zip(symmetry._orbit(xp, y), is_first, strict=True):
        if counts:
            square = algebra.squared_norm(xp, point - to)
            second = xp.minimum(second, xp.maximum(least, square))
            least = xp.minimum(least, square)
    return second - least


def least_of(xp, gaps):
    """The least of several gaps, those that are None left out; None if all are."""
    gaps = [gap for gap in gaps if gap is not None]
    return xp.min(xp.stack(gaps, axis=1), axis=1) if gaps else None
