"""Fingerprints of everything that determines a result: values, code and versions."""

import functools
import importlib.metadata
import pickle
import sys
from types import CodeType, FunctionType

from joblib.hashing import NumpyHasher

from .._version import __version__
from ._sources import source_digest

_DISTRIBUTIONS = ("numpy", "scipy", "scikit-learn", "skorch", "torch")


@functools.cache
def versions():
    """Versions of sksym and of its numerical dependencies, by name.

    Returns
    -------
    dict of str to str or None
        None for a package that is not installed.

    Examples
    --------
    >>> from sksym.experiments._fingerprint import versions
    >>> sorted(versions())
    ['numpy', 'scikit-learn', 'scipy', 'skorch', 'sksym', 'torch']
    """
    return {"sksym": __version__, **{name: _version(name) for name in _DISTRIBUTIONS}}


def _version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None  # everything but networks works without torch and skorch


def fingerprint(value):
    """Digest of a value and of the code that it refers to.

    Parameters
    ----------
    value : object
        Anything that can be pickled. Classes and functions count with the source of their module
        and of those that it imports, where these are not installed, or else with the version of
        their package; functions also with what they enclose.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the value cannot be distinguished from others like it.

    Examples
    --------
    >>> from sksym import Sign
    >>> from sksym.experiments._fingerprint import fingerprint
    >>> fingerprint(Sign()) == fingerprint(Sign())
    True
    >>> fingerprint(lambda y: y**2) == fingerprint(lambda y: y**4)
    False
    """
    try:
        return _Hasher().hash((versions(), value))
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"results cannot be kept in a store: {error}") from error


class _Hasher(NumpyHasher):
    """joblib's hasher, extended to hash code by its source."""

    def reducer_override(self, value):
        if value is not _stand_in and isinstance(value, type | FunctionType):
            return _stand_in, (value.__module__, value.__qualname__, *_code(value))
        if isinstance(value, CodeType):
            return _stand_in, (value.co_code, value.co_consts, value.co_names)
        if isinstance(value, frozenset):  # joblib sorts sets, but not frozensets
            return _stand_in, (set(value),)
        return NotImplemented


def _stand_in(*args):
    """Placeholder that is hashed in place of a value; never called."""


def _code(value):
    """The code of a class or function as values."""
    digest = source_digest(value.__module__)
    if digest is None:
        package = sys.modules.get(value.__module__.partition(".")[0])
        yield str(getattr(package, "__version__", None))
    else:
        yield digest
    if isinstance(value, FunctionType):
        enclosed = [cell.cell_contents for cell in value.__closure__ or ()]
        yield from (value.__code__, value.__defaults__, value.__kwdefaults__, enclosed)
