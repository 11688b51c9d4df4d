"""Limits and error messages for untrusted files."""

import contextlib
import reprlib

MAX_BYTES = 4 * 2**30  # largest memory for the content of one file


def require_room(name, n_bytes):
    """Refuse data that would take more memory than `MAX_BYTES`, before they are read.

    Parameters
    ----------
    name : str or path-like
        Name of the data in error messages.
    n_bytes : int
        Memory that the data would take.

    Raises
    ------
    ValueError
        If that is more than `MAX_BYTES`.

    Examples
    --------
    >>> from sksym._untrusted import require_room
    >>> require_room("X in pairs.npz", 10**12)
    Traceback (most recent call last):
    ...
    ValueError: X in pairs.npz would take 931 GiB of memory; files are read up to 4 GiB, ...
    """
    if n_bytes > MAX_BYTES:
        raise ValueError(
            f"{name} would take {n_bytes / 2**30:.3g} GiB of memory; files are read up to "
            f"{MAX_BYTES / 2**30:.3g} GiB, pass larger data from Python"
        )


@contextlib.contextmanager
def parsing(name, kind, besides=()):
    """Convert errors of a library that parses damaged bytes to a `ValueError` of one line.

    No library documents its errors for damaged bytes: besides `ValueError` these are
    `KeyError`, `AttributeError`, ``TokenError``, ``zlib.error``, ``struct.error``,
    `NotImplementedError` and more. So every exception counts, and only calls of such a library
    belong inside: an error of sksym's own would be taken for a damaged file.

    Parameters
    ----------
    name : str or path-like
        Name of the file in error messages.
    kind : str
        Expected kind of the file, such as ``".npz"``.
    besides : tuple of exception types
        Exceptions that the caller handles itself.

    Raises
    ------
    ValueError
        In place of all but those and errors of the system.
    """
    try:
        yield
    except besides:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise ValueError(f"{name} is not a {kind} file, or is damaged: {reason}") from error


def few(names, most=8):
    """List the first of some names, quoted.

    Parameters
    ----------
    names : sequence of str
        Names of columns, arrays or types.
    most : int, default=8
        Maximum number of names that are listed.

    Returns
    -------
    str

    Examples
    --------
    >>> from sksym._untrusted import few
    >>> few(["x", " y", "z"], most=2)
    "'x', ' y' and 1 more"
    """
    names = list(names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return (", ".join(map(shown, names[:most])) or "nothing") + more


def shown(value):
    """The representation of a value, shortened in the middle to about a line.

    Parameters
    ----------
    value : object
        Value that an error message shows.

    Returns
    -------
    str

    Examples
    --------
    >>> from sksym._untrusted import shown
    >>> shown("Sign() * " * 1000)
    "'Sign() * Sign() * Sign() * Si... Sign() * Sign() * Sign() * '"
    """
    short = reprlib.Repr()
    short.maxstring = short.maxother = 64
    return short.repr(value)
