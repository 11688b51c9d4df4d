"""Readers of pairs and measurements, and the table of the file kinds that they know."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .._extras import require_extra
from ._arrays import numbers_of_array, read_npy, read_npz, write_npy, write_npz
from ._tables import (
    numbers_of_frame,
    read_csv,
    read_parquet,
    split_table,
    write_csv,
    write_parquet,
)


@dataclass(frozen=True)
class FileKind:
    """How files of one suffix are read and written.

    Attributes
    ----------
    read : callable
        Called with a path and the names of the arrays that are wanted. Returns a DataFrame where
        the files have column names, and a list of arrays otherwise.
    write : callable
        Called with an open binary file, an array of predictions, and the names of its columns.
    has_column_names : bool, default=True
        Whether the files are tables with named columns.
    pairs, measurements : str, optional
        Content of a file of pairs and of a file of measurements, for help texts.
    n_files : int, default=1
        Number of files that pairs come in: 1, or 2 for measurements and targets.
    rule : str
        Text of the error for a wrong number of files.
    """

    read: Callable
    write: Callable
    has_column_names: bool = True
    pairs: str | None = None
    measurements: str | None = None
    n_files: int = 1
    rule: str = "one table holds measurements and targets"


KINDS = {
    ".npz": FileKind(
        read_npz,
        write_npz,
        has_column_names=False,
        pairs="an .npz with X and y",
        measurements="an .npz with X",
        rule="one .npz holds X and y",
    ),
    ".npy": FileKind(
        read_npy,
        write_npy,
        has_column_names=False,
        pairs="two .npy files (X, then y)",
        measurements="an .npy",
        n_files=2,
        rule="measurements and targets come in two .npy files: X.npy y.npy",
    ),
    ".csv": FileKind(read_csv, write_csv),
    ".parquet": FileKind(read_parquet, write_parquet),
}


def kind_of(path):
    """The entry of `KINDS` for a file.

    Parameters
    ----------
    path : path-like
        File whose suffix, in any case, selects the entry.

    Returns
    -------
    FileKind

    Raises
    ------
    ValueError
        If there is no entry for the suffix.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in KINDS:
        raise ValueError(f"{path} has an unknown suffix; it must be one of {', '.join(KINDS)}")
    return KINDS[suffix]


def described_kinds(content):
    """List the accepted kinds of files, for a help text.

    Parameters
    ----------
    content : {"pairs", "measurements"}
        Content of the files.

    Returns
    -------
    str

    Examples
    --------
    >>> from sksym.io._readers import described_kinds
    >>> described_kinds("measurements")
    'an .npz with X, an .npy, a .csv table or a .parquet table'
    """
    *others, last = (
        getattr(kind, content) or f"a {suffix} table" for suffix, kind in KINDS.items()
    )
    return f"{', '.join(others)} or {last}"


def read_pairs(paths, target_names=None):
    """Read training pairs from a file, or from two.

    Parameters
    ----------
    paths : sequence of path-like
        Files of a kind in `KINDS`: one ``.npz`` with arrays X and y, two ``.npy`` (X, then y), or
        one table.
    target_names : sequence of str, optional
        Columns of a table that are targets, or patterns such as ``y*``; the others are
        measurements.

    Returns
    -------
    X, y : ndarray or DataFrame
        Finite numbers, with equally many rows. Complex ones are returned as ``[Re | Im]``. Some
        targets of a row may be unknown: NaN, or an empty cell.

    Raises
    ------
    ValueError
        If the files hold anything else.
    """
    paths = [Path(path) for path in paths]
    kind = next(kind_of(path) for path in paths)
    if target_names is not None and not kind.has_column_names:
        tables = " and ".join(s for s, other in KINDS.items() if other.has_column_names)
        raise ValueError(f"{paths[0]} has no named columns; --targets is for {tables}")
    if len(paths) != kind.n_files:
        raise ValueError(f"got {len(paths)} file(s), beginning with {paths[0]}, but {kind.rule}")
    if kind.has_column_names:
        return split_table(paths[0], kind.read(paths[0]), target_names)
    if kind.n_files == 2:
        arrays, names = [kind.read(path)[0] for path in paths], list(map(str, paths))
    else:
        arrays, names = kind.read(paths[0], ("X", "y")), [f"{n} in {paths[0]}" for n in "Xy"]
    X = numbers_of_array(arrays[0], names[0])
    y = numbers_of_array(arrays[1], names[1], allow_nan=True)
    if len(X) != len(y):
        raise ValueError(f"{names[0]} has {len(X)} rows, but {names[1]} has {len(y)}")
    return X.reshape(len(X), -1), y


def read_measurements(path, names=None, n_features=None):
    """Read measurements alone, for a trained model.

    Parameters
    ----------
    path : path-like
        File of a kind in `KINDS`, such as an ``.npz`` with an array X, or a table.
    names : sequence of str, optional
        Columns that the model was trained on; a table may hold further ones.
    n_features : int, optional
        Number of columns that the model was trained on.

    Returns
    -------
    ndarray or DataFrame of shape (n_samples, n_features)

    Raises
    ------
    ValueError
        If the file holds anything else.
    """
    path = Path(path)
    kind = kind_of(path)
    if kind.has_column_names:
        X = _selected(path, kind.read(path), names)
    else:
        X = numbers_of_array(kind.read(path, ("X",))[0], str(path))
        X = X.reshape(len(X), -1)
    if n_features is not None and X.shape[1] != n_features:
        raise ValueError(
            f"{path} has {X.shape[1]} columns of measurements, but the model was trained on "
            f"{n_features}"
        )
    if names is not None and not kind.has_column_names:
        X = require_extra("pandas", "compare").DataFrame(X, columns=list(names))
    return X


def _selected(path, frame, names):
    """Select the columns a model was trained on; all, as an array, if it has no names."""
    if names is None:
        return numbers_of_frame(frame, path).to_numpy()
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise ValueError(f"{path} has no column {missing[0]!r}, which the model was trained on")
    return numbers_of_frame(frame[list(names)], path)
