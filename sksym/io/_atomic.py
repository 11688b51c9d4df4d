"""Atomic writes, and read errors that name the file."""

import contextlib
import glob
import os
import tempfile
from os import PathLike
from pathlib import Path

from .._untrusted import require_room

_UNFINISHED = ".unfinished"


def write_whole(path: str | PathLike[str], content: str | bytes) -> None:
    """Write a file atomically: a reader sees the old content or the new one, never a part.

    Leftovers of killed runs that were writing the same file are removed.

    Parameters
    ----------
    path : path-like
        File to write; replaced if it exists.
    content : str or bytes
        Content of the file; text is encoded as UTF-8, with escapes for undecodable file names.

    Raises
    ------
    OSError
        If the file cannot be written; nothing has been changed then.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sksym.io._atomic import write_whole
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "a.txt", "whole")
    ...     [(file.name, file.read_text()) for file in Path(folder).iterdir()]
    [('a.txt', 'whole')]
    """
    path = Path(path)
    content = content.encode(errors="backslashreplace") if isinstance(content, str) else content
    try:
        # Another run that is still writing the same file loses its part and reports an error.
        for leftover in path.parent.glob(f".{glob.escape(path.name)}.????????{_UNFINISHED}"):
            leftover.unlink(missing_ok=True)
        _replace(path, content)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _replace(path, content):
    descriptor, name = tempfile.mkstemp(_UNFINISHED, f".{path.name}.", path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


@contextlib.contextmanager
def reading(path):
    """Raise errors of the system and of the readers as a `ValueError` that names the file.

    Parameters
    ----------
    path : path-like
        The file that is read inside the ``with`` statement.

    Raises
    ------
    ValueError
        In place of `OSError` and `UnicodeDecodeError`.
    """
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise ValueError(f"{path} cannot be read: {reason}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not text in UTF-8") from error


@contextlib.contextmanager
def opened(path):
    """Open a file for reading, unless it is larger than the limit for one file.

    Parameters
    ----------
    path : path-like
        File to open.

    Yields
    ------
    file : binary file

    Raises
    ------
    ValueError
        If the file cannot be opened or read, or is too large.
    """
    if "\0" in str(path):
        raise ValueError(f"{str(path)!r} is not the name of a file")
    with reading(path), Path(path).open("rb") as file:
        require_room(path, os.fstat(file.fileno()).st_size)
        yield file


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
