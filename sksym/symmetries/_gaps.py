"""How much farther the second-nearest element of a group leaves a row than the nearest."""

import numpy as np

from .._arrays import algebra
from . import _choice

_PROBES = 8  # rows, beside a generic one, on which elements must differ
_DECIMALS = 9  # of the images of rows of unit size, which tell elements apart


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
    is_first = _are_first(symmetry, algebra.on_host(y[:_PROBES, :]))
    least = xp.full_like(xp.abs(y[:, 0]), np.inf)
    second = least
    for point, counts in zip(symmetry._orbit(xp, y), is_first, strict=True):
        if counts:
            square = algebra.squared_norm(xp, point - to)
            second = xp.minimum(second, xp.maximum(least, square))
            least = xp.minimum(least, square)
    return second - least


def _are_first(symmetry, y):
    """Whether no element before does the same to a generic row, and to some that are given.

    What a group does may depend on the row, such as on a label in it.
    """
    y = y / (np.abs(y).max() or 1.0)
    row = _choice.generic_row(y.shape[1], is_complex=symmetry.is_complex)
    probes = np.concatenate([row[None, :], y])
    images = [np.ravel(algebra.real_rows(np, image)) for image in symmetry._orbit(np, probes)]
    _, first = np.unique(np.round(images, _DECIMALS) + 0.0, axis=0, return_index=True)
    return np.isin(np.arange(len(images)), first)


def least_of(xp, gaps):
    """The least of several gaps, those that are None left out; None if all are."""
    gaps = [gap for gap in gaps if gap is not None]
    return xp.min(xp.stack(gaps, axis=1), axis=1) if gaps else None
