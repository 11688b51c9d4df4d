"""Files of pairs: their options, how they are read, and where results about them are kept."""

import os
import shlex
from pathlib import Path

import joblib
import numpy as np

from .._extras import require_extra
from ..io import described_kinds, read_pairs
from ._options import Refusal


def add_data_options(parser):
    """Add the options that name the pairs."""
    parser.add_argument(
        "data",
        nargs="+",
        metavar="DATA",
        help=f"{described_kinds('pairs')}; complex arrays are read as [Re | Im]",
    )
    parser.add_argument(
        "--targets",
        nargs="+",
        metavar="COLUMN",
        help="columns of a table that are targets, or patterns such as 'y*'; others are "
        "measurements",
    )


def data_arguments(options):
    """The options that name the pairs, as one types them in a shell."""
    words = [*options.data, *(["--targets", *options.targets] if options.targets else [])]
    return shlex.join(words)


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
        return read_pairs(options.data, options.targets)
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
