"""Limits and error messages for files from anybody."""

import contextlib
import reprlib

MAX_BYTES = 4 * 2**30  # what is read of one file may take so much memory


def require_room(name, n_bytes):
    """Refuse what would take more memory than `MAX_BYTES`, before it is read.

    Parameters
    ----------
    name : str or path-like
        Name that error messages give it.
    n_bytes : int
        What it would take.

    Raises
    ------
    ValueError
        If that is too much.

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
            f"{MAX_BYTES / 2**30:.3g} GiB, larger data are passed in Python"
        )


@contextlib.contextmanager
def parsing(name, kind, besides=()):
    """Whatever a library says of bytes that it cannot make sense of, as one line.

    None of the libraries says what it raises on damaged bytes: besides `ValueError` these are
    `KeyError`, `AttributeError`, ``TokenError``, ``zlib.error``, ``struct.error``,
    `NotImplementedError` and more. So every exception counts, and only calls of such a library
    belong inside: an error of sksym's own would be taken for a damaged file.

    Parameters
    ----------
    name : str or path-like
        What errors call the file.
    kind : str
        What it should be, such as ``".npz"``.
    besides : tuple of exception types
        Those that the caller can say more about.

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
    """The first of some names, quoted.

    Parameters
    ----------
    names : sequence of str
        Of columns, arrays or types.
    most : int, default=8
        How many are told.

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
        What an error tells.

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
