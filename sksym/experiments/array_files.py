"""Arrays of numbers from ``.npz`` and ``.npy`` files, never Python objects."""

import contextlib
import io
import zipfile

import numpy as np

from .files import reading


def read_npz(path, names):
    """Arrays of these names.

    Parameters
    ----------
    path : Path
        Of an ``.npz`` file.
    names : sequence of str
        Of the arrays.

    Returns
    -------
    list of ndarray

    Raises
    ------
    ValueError
        If the file is no such file, or lacks one of them.
    """
    file = _load(path)
    if not isinstance(file, np.lib.npyio.NpzFile):
        raise ValueError(f"{path} is no .npz file: write it with numpy.savez")
    with file:
        missing = [name for name in names if name not in file.files]
        if missing:
            found = ", ".join(file.files) or "nothing"
            raise ValueError(f"{path} holds {found}, but no array named {missing[0]}")
        with _whole(path):
            return [file[name] for name in names]


def read_npy(path):
    """The array of a file.

    Parameters
    ----------
    path : Path
        Of an ``.npy`` file.

    Returns
    -------
    ndarray

    Raises
    ------
    ValueError
        If the file is no such file.
    """
    array = _load(path)
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{path} is no .npy file: write it with numpy.save")
    return array


def _load(path):
    """What numpy reads from a file, never Python objects."""
    with reading(path):
        content = io.BytesIO(path.read_bytes())
    with _whole(path):
        return np.load(content, allow_pickle=False)


@contextlib.contextmanager
def _whole(path):
    """What numpy says of a file that it cannot read, with the cure."""
    try:
        yield
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        if "pickle" in str(error).lower():
            raise ValueError(
                f"{path} holds Python objects or no numbers at all; only plain numbers are read, "
                f"as numpy.save and numpy.savez write them"
            ) from error
        raise ValueError(f"{path} is damaged: {error}") from error


def numbers_of_array(array, name):
    """A finite array of one or two dimensions; complex numbers as ``[Re | Im]``.

    Parameters
    ----------
    array : ndarray
        As it was read.
    name : str
        What errors call it.

    Returns
    -------
    ndarray

    Raises
    ------
    ValueError
        If it is anything else.
    """
    if array.dtype.kind not in "biufc":
        raise ValueError(f"{name} holds {array.dtype}, not numbers")
    if array.ndim == 0 or array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}; expected rows and columns, none empty")
    if array.ndim > 2:
        raise ValueError(
            f"{name} has shape {array.shape}; expected rows and columns: reshape it to "
            f"{(len(array), array[0].size)}"
        )
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        place = ", ".join(map(str, bad[0]))
        raise ValueError(f"{name}, entry [{place}] is {array[tuple(bad[0])]}; remove or impute it")
    if array.dtype.kind == "c":
        array = np.reshape(array, (len(array), -1))
        return np.hstack([array.real, array.imag])
    return array
