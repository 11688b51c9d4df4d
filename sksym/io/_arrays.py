"""Arrays of numbers from ``.npz`` and ``.npy`` files, never Python objects."""

import math
import os
import warnings
import zipfile

import numpy as np

from .._untrusted import few, parsing, require_room
from ._atomic import opened

# Version 3 differs from 2 in the encoding of the names of fields, and records are not numbers.
_HEADINGS = {
    1: np.lib.format.read_array_header_1_0,
    2: np.lib.format.read_array_header_2_0,
    3: np.lib.format.read_array_header_2_0,
}


def read_npz(path, names):
    """Read arrays from an ``.npz`` file by their names.

    Parameters
    ----------
    path : Path
        Path of the ``.npz`` file.
    names : sequence of str
        Names of the arrays to read; others are ignored.

    Returns
    -------
    list of ndarray

    Raises
    ------
    ValueError
        If the file is of another kind, lacks one of them, or one of them holds anything but
        numbers or would take too much memory.
    """
    with opened(path) as file:
        with parsing(path, ".npz"):
            archive = zipfile.ZipFile(file)
        with archive:
            return [_read_member(path, archive, name) for name in names]


def read_npy(path, names=None):
    """Read the array of an ``.npy`` file.

    Parameters
    ----------
    path : Path
        Path of the ``.npy`` file.
    names : object, default=None
        Not used, present for API consistency: the array has no name.

    Returns
    -------
    list of ndarray
        The one array.

    Raises
    ------
    ValueError
        If the file is of another kind, or holds anything but numbers.
    """
    with opened(path) as file:
        return [_read_array(file, os.fstat(file.fileno()).st_size, str(path))]


def write_npz(file, y, names):
    """Write predictions to an open file as the array y of an ``.npz``, without column names."""
    np.savez(file, y=y)


def write_npy(file, y, names):
    """Write predictions to an open file as an ``.npy``, without column names."""
    np.save(file, y)


def require_whole(file, n_bytes, name):
    """Refuse an array that is larger than its file, or than may be read.

    Parameters
    ----------
    file : binary file
        File positioned at the header of an ``.npy`` array; it is read up to the data.
    n_bytes : int
        Size of the file in bytes.
    name : str
        Name of the array in error messages.

    Returns
    -------
    dtype
        Data type of the array.

    Raises
    ------
    ValueError
        If it is of another kind, or the array does not fit.
    """
    with parsing(name, ".npy"), warnings.catch_warnings():
        # Headers are Python literals, also those of Python 2; the parser may warn about them.
        warnings.simplefilter("ignore")
        version = np.lib.format.read_magic(file)
        shape, _, dtype = _HEADINGS[version[0]](file)
        expected, found = math.prod(shape) * dtype.itemsize, n_bytes - file.tell()
    if not 0 <= expected <= found:
        raise ValueError(
            f"{name} is damaged: its heading promises more than the {found} bytes that follow"
        )
    require_room(name, expected)
    return dtype


def _read_member(path, archive, name):
    members = [member.filename.removesuffix(".npy") for member in archive.infolist()]
    if members.count(name) != 1:
        missing = "more than one array" if name in members else "no array"
        raise ValueError(f"{path} holds {few(members)}, but {missing} named {name!r}")
    member = archive.infolist()[members.index(name)]
    name = f"{name} in {path}"
    with parsing(name, ".npy"):
        file = archive.open(member)
    with file:
        return _read_array(file, member.file_size, name)


def _read_array(file, n_bytes, name):
    dtype = require_whole(file, n_bytes, name)
    if dtype.kind not in "biufc":
        what = "Python objects" if dtype.hasobject else dtype
        raise ValueError(
            f"{name} holds {what}; only plain numbers are read, as numpy.save and numpy.savez "
            f"write them"
        )
    with parsing(name, ".npy"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file.seek(0)
        return np.lib.format.read_array(file, allow_pickle=False)


def numbers_of_array(array, name, *, allow_nan=False):
    """A finite array of one or two dimensions; complex numbers as ``[Re | Im]``.

    Parameters
    ----------
    array : ndarray
        Array as read from the file.
    name : str
        Name of the array in error messages.
    allow_nan : bool
        Whether real numbers may be unknown (NaN), as long as one of each row is known.

    Returns
    -------
    ndarray

    Raises
    ------
    ValueError
        If it is anything else.
    """
    if array.ndim == 0 or array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}; expected rows and columns, none empty")
    if array.ndim > 2:
        raise ValueError(
            f"{name} has shape {array.shape}; expected rows and columns: reshape it to "
            f"{(len(array), array[0].size)}"
        )
    is_unknown = np.isnan(array) if allow_nan and array.dtype.kind == "f" else np.array(False)
    if is_unknown.any() and not is_unknown.reshape(len(array), -1).all(axis=1).any():
        bad = np.argwhere(np.isinf(array))
    else:
        bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        place = ", ".join(map(str, bad[0]))
        raise ValueError(f"{name}, entry [{place}] is {array[tuple(bad[0])]}; remove or impute it")
    if array.dtype.kind == "c":
        array = np.reshape(array, (len(array), -1))
        return np.hstack([array.real, array.imag])
    return array
