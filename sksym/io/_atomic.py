"""Atomic writes, and read errors that name the file."""

import contextlib
import glob
import os
import tempfile
from pathlib import Path

from .._untrusted import require_room

_UNFINISHED = ".unfinished"


def write_whole(path, content):
    """Write a file at once: a reader sees the old one or the new one, never a part.

    What a killed run has left of the same file is removed.

    Parameters
    ----------
    path : path-like
        The file; replaced if there is one.
    content : str or bytes
        What it is to hold; text in UTF-8, with escapes for names of files that are none.

    Raises
    ------
    OSError
        If it cannot be written; it names the file, and nothing has been changed.

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
        # A run that still writes the same file loses its part, and says that it cannot write.
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
    """Errors of the system and of the readers as one that names the file.

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
    """A file that is open for reading, no larger than what is read of one file.

    Parameters
    ----------
    path : path-like
        The file.

    Yields
    ------
    file : binary file

    Raises
    ------
    ValueError
        If it cannot be opened or read, or is larger.
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
