"""Arrays of numbers by their names from MATLAB's ``.mat`` files and from HDF5 files."""

import numpy as np
import scipy.io

from .._extras import require_extra
from .._untrusted import few, parsing, require_room
from ._atomic import opened
from ._matlab import read_matlab_5

_MATLAB_7_3 = b"MATLAB 7.3"  # with which an HDF5 file of MATLAB begins
_WHOLE = [f"{sign}int{n_bits}" for sign in ("", "u") for n_bits in (8, 16, 32, 64)]
_NUMBERS = {"double", "single", "logical", *_WHOLE}


def read_mat(path, names):
    """Read arrays from a ``.mat`` file by their names.

    Parameters
    ----------
    path : Path
        Path of the file, of MATLAB 5 or later.
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
        if file.read(len(_MATLAB_7_3)) == _MATLAB_7_3:
            return [array.T for array in read_hdf5(path, names)]  # columns come first there
    return read_matlab_5(path, names)


def read_hdf5(path, names):
    """Read arrays from an HDF5 file by their names.

    Parameters
    ----------
    path : Path
        Path of the file.
    names : sequence of str
        Names of the arrays to read, such as ``X`` or ``train/X``; others are ignored.

    Returns
    -------
    list of ndarray

    Raises
    ------
    ValueError
        If the file is of another kind, lacks one of them, or one of them holds anything but
        numbers, lies in another file or would take too much memory.
    """
    h5py = require_extra("h5py", "hdf5")
    with opened(path):  # says in one line why it cannot be
        with parsing(path, "HDF5"):
            archive = h5py.File(path, "r")
        with archive:
            return [_read_dataset(h5py, path, archive, name) for name in names]


def write_mat(file, y, names):
    """Write predictions to an open file as the array y of a ``.mat``, without column names."""
    scipy.io.savemat(file, {"y": y})


def write_hdf5(file, y, names):
    """Write predictions to an open file as the array y of an HDF5 file, without column names."""
    with require_extra("h5py", "hdf5").File(file, "w") as archive:
        archive["y"] = y


def _require_numbers(path, name, other):
    if other is not None:
        raise ValueError(f"{name} in {path} holds {other}; only plain numbers are read")


def _read_dataset(h5py, path, archive, name):
    with parsing(path, "HDF5"):
        found, present = _found(h5py, archive, name), list(archive)
    if found is None:
        raise ValueError(f"{path} holds {few(present)}, but no array named {name!r}")
    with parsing(path, "HDF5"):
        is_elsewhere = bool(found.is_virtual or found.external)
        other = _other_than_numbers(found)
        n_bytes = (found.size or 0) * found.dtype.itemsize
    if is_elsewhere:
        raise ValueError(f"{name} in {path} lies in other files; copy it into this one")
    _require_numbers(path, name, other)
    require_room(f"{name} in {path}", n_bytes)
    with parsing(path, "HDF5"):
        array = np.asarray(found[()])
        if array.dtype.names:  # complex numbers of MATLAB
            array = array["real"] + 1j * array["imag"]
        return array


def _found(h5py, archive, name):
    """The array of a name, if it lies in the file itself: a link may lead to any other."""
    place = archive
    for part in name.strip("/").split("/"):
        if not isinstance(place, h5py.Group) or part not in place:
            return None
        if not isinstance(place.get(part, getlink=True), h5py.HardLink):
            return None
        place = place[part]
    return place if isinstance(place, h5py.Dataset) else None


def _other_than_numbers(dataset):
    """What an array holds other than numbers; None for numbers."""
    kind = dataset.attrs.get("MATLAB_class", b"double")
    kind = kind.decode(errors="replace") if isinstance(kind, bytes) else str(kind)
    if dataset.shape is None or "MATLAB_empty" in dataset.attrs:
        return "nothing"
    if kind not in _NUMBERS:
        return kind
    is_pair = dataset.dtype.names == ("real", "imag")
    return None if is_pair or dataset.dtype.kind in "biufc" else str(dataset.dtype)
