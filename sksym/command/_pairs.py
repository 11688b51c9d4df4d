"""Files of pairs: their options, how they are read, and where results about them are kept."""

import os
import shlex
from pathlib import Path

import joblib
import numpy as np

from .._extras import require_extra
from ..io import described_kinds, read_pairs
from ._options import Refusal

_COLUMNS = {
    "targets": "columns of a table that are targets, or patterns such as 'y*'; others are "
    "measurements",
    "measurements": "columns that are measurements, likewise; others are targets, or left out "
    "where --targets names these",
    "drop": "columns that are neither, likewise, such as an identifier",
}
_ARRAYS = {"X": "measurements", "y": "targets"}


def add_data_options(parser):
    """Add the options that name the pairs."""
    parser.add_argument(
        "data",
        nargs="+",
        metavar="DATA",
        help=f"{described_kinds('pairs')}; complex arrays are read as [Re | Im]",
    )
    for name, description in _COLUMNS.items():
        parser.add_argument(f"--{name}", nargs="+", metavar="COLUMN", help=description)
    for name, content in _ARRAYS.items():
        parser.add_argument(
            f"--{name}",
            metavar="ARRAY",
            help=f"the array with the {content} in a file of several; by default {name}",
        )


def data_arguments(options):
    """The options that name the pairs, as one types them in a shell."""
    words = list(options.data)
    for name, value in _named(options).items():
        words += [f"--{name}", *(value if isinstance(value, list) else [value])] if value else []
    return shlex.join(words)


def _named(options):
    """Columns and arrays by the options that name them."""
    return {name: getattr(options, name) for name in (*_COLUMNS, *_ARRAYS)}


def read(options, packages):
    """Read the pairs.

    Parameters
    ----------
    options : Namespace
        Options of the command line.
    packages : sequence of str
        What the command needs later: it is to fail before hours of work, not after.

    Returns
    -------
    X, y : ndarray or pandas.DataFrame

    Raises
    ------
    Refusal
        If a package is missing or a file cannot be used.
    """
    try:
        for package in packages:
            require_extra(package, "compare")
        return read_pairs(options.data, **_named(options))
    except (ValueError, ModuleNotFoundError) as error:
        raise Refusal(str(error)) from error


def default_folder(data):
    """Default results folder of a data file, by its path relative to here if it is below."""
    path = Path(os.path.abspath(data))
    start = Path.cwd() if path.is_relative_to(Path.cwd()) else path.anchor
    return Path("sksym-results") / path.relative_to(start)


def digest(X, y):
    """Digest of the pairs, independent of the file format and the columns' types."""
    return joblib.hash([(list(getattr(a, "columns", ())), np.asarray(a)) for a in (X, y)])
