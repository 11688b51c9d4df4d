"""Unordered parts of varying number as rows of one width, and back."""

from collections.abc import Sequence
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike

from .._arrays.checks import check_numpy
from .._arrays.rows import read_rows, require_real_rows
from .._validation import COUNT, Interval, validated

_PRESENCE = Interval(Real, 0, None, closed="neither")


@validated({"n_parts": [COUNT], "presence": [_PRESENCE]})
def pack_parts(parts: Sequence[ArrayLike], n_parts: int, presence: float = 1.0) -> np.ndarray:
    """Rows of one width from sets of parts whose number varies.

    scikit-learn refuses NaN in targets. Here a part that is present ends with a flag, and one that
    is absent is zeros. The symmetry of such rows is ``Permutation(n_parts)``: flags move with
    their parts.

    Parameters
    ----------
    parts : sequence of array-like of shape (n_present, n_coordinates)
        One array for each sample, with a row for each of its parts: none to `n_parts` of them, in
        any order.
    n_parts : int
        Most parts that a sample has.
    presence : float, default=1.0
        Flag of a part that is present. It counts as a coordinate in every distance, so that it is
        best of the size of the coordinates or somewhat smaller: a regressor does not learn a flag
        that is tiny beside them, and one that is huge hides them.

    Returns
    -------
    ndarray of shape (n_samples, n_parts * (n_coordinates + 1))
        The parts of each sample in their order, then zeros.

    Raises
    ------
    ValueError
        If a sample has more parts, its parts are not finite numbers of one width, or there is no
        part at all.

    See Also
    --------
    unpack_parts : The way back, for predictions.

    Notes
    -----
    The default reference of `Permutation` orders parts by coordinates and flag together. One that
    is zero in the columns of the flags orders them by their coordinates alone, which does not
    depend on the size of the flag.

    Examples
    --------
    Directions of one source, and of two:

    >>> from sksym import Permutation, pack_parts
    >>> y = pack_parts([[[30.0]], [[10.0], [-20.0]]], n_parts=2, presence=20.0)
    >>> y
    array([[ 30.,  20.,   0.,   0.],
           [ 10.,  20., -20.,  20.]])
    >>> Permutation(2).canonicalize(y, reference=[-1.0, 0.0, 1.0, 0.0])
    array([[  0.,   0.,  30.,  20.],
           [-20.,  20.,  10.,  20.]])
    """
    arrays = [_parts_of(sample, number, n_parts) for number, sample in enumerate(parts)]
    widths = {array.shape[1] for array in arrays if len(array)}
    if len(widths) != 1:
        raise ValueError(
            f"parts must hold at least one part, and all of them the same number of coordinates, "
            f"got {f'widths {sorted(widths)}' if widths else 'none'}."
        )
    width = widths.pop()
    dtype = np.result_type(np.float32, *{array.dtype for array in arrays if len(array)})
    y = np.zeros((len(arrays), n_parts, width + 1), dtype)
    for row, array in zip(y, arrays, strict=True):
        if len(array):
            row[: len(array), :width], row[: len(array), width] = array, presence
    return y.reshape(len(arrays), -1)


@validated({"n_parts": [COUNT], "presence": [_PRESENCE]})
def unpack_parts(y: ArrayLike, n_parts: int, presence: float = 1.0) -> list[np.ndarray]:
    """Sets of parts from rows with a flag for each part, such as predictions.

    Parameters
    ----------
    y : array-like of shape (n_samples, n_parts * (n_coordinates + 1))
        Rows as `pack_parts` makes them. A part is present where its flag is above half of
        `presence`.
    n_parts : int
        Number of parts of a row, absent ones counted.
    presence : float, default=1.0
        As in `pack_parts`.

    Returns
    -------
    list of ndarray of shape (n_present, n_coordinates)
        One array for each sample, with a row for each part that is present.

    Raises
    ------
    ValueError
        If the rows are not finite numbers, or no `n_parts` parts with a flag.

    Examples
    --------
    >>> from sksym import unpack_parts
    >>> unpack_parts([[29.0, 18.0, 3.0, 1.5]], n_parts=2, presence=20.0)
    [array([[29.]])]
    """
    values = read_rows(y, is_complex=False, owner="unpack_parts").values
    if values.shape[1] % n_parts or values.shape[1] < 2 * n_parts:
        raise ValueError(
            f"unpack_parts needs rows of n_parts={n_parts} parts, each of some coordinates and a "
            f"flag, got {values.shape[1]} columns."
        )
    blocks = np.reshape(np.asarray(values), (len(values), n_parts, -1))
    return [row[row[:, -1] > presence / 2, :-1] for row in blocks]


def _parts_of(sample, number, n_parts):
    """The parts of one sample, of shape (n_present, n_coordinates)."""
    name = f"parts[{number}]"
    if np.size(sample) == 0:
        return np.empty((0, 0))
    require_real_rows(sample, name, "pack_parts")
    array = check_numpy(sample, name)
    if len(array) > n_parts:
        raise ValueError(f"{name} has {len(array)} parts, more than n_parts={n_parts}.")
    return array
