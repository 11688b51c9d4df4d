"""Readers of pairs and measurements, and the table of the file kinds that they know."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from .._extras import require_extra
from ._arrays import numbers_of_array, read_npy, read_npz, write_npy, write_npz
from ._delimited import compressed, read_delimited, write_csv, write_tabs
from ._matrices import read_hdf5, read_mat, write_hdf5, write_mat
from ._tables import numbers_of_frame, read_parquet, split_table, write_parquet


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
    has_array_names : bool, default=False
        Whether the files hold arrays with names.
    pairs, measurements : str
        Content of a file of pairs and of a file of measurements, for help texts; ``{}`` stands for
        the suffixes of all kinds with the same content.
    n_files : int, default=1
        Number of files that pairs come in: 1, or 2 for measurements and targets.
    rule : str
        Text of the error for a wrong number of files.
    """

    read: Callable
    write: Callable
    has_column_names: bool = True
    has_array_names: bool = False
    pairs: str = "a {} table"
    measurements: str = "a {} table"
    n_files: int = 1
    rule: str = "one table holds measurements and targets"


_ARRAYS = {
    "has_column_names": False,
    "has_array_names": True,
    "pairs": "an {} file with X and y",
    "measurements": "an {} file with X",
    "rule": "one file holds X and y",
}
KINDS = {
    ".npz": FileKind(read_npz, write_npz, **_ARRAYS),
    ".mat": FileKind(read_mat, write_mat, **_ARRAYS),
    ".h5": FileKind(read_hdf5, write_hdf5, **_ARRAYS),
    ".hdf5": FileKind(read_hdf5, write_hdf5, **_ARRAYS),
    ".npy": FileKind(
        read_npy,
        write_npy,
        has_column_names=False,
        pairs="two {} files (X, then y)",
        measurements="an {} file",
        n_files=2,
        rule="measurements and targets come in two .npy files: X.npy y.npy",
    ),
    ".csv": FileKind(read_delimited, write_csv),
    ".csv.gz": FileKind(read_delimited, compressed(write_csv)),
    ".tsv": FileKind(read_delimited, write_tabs),
    ".tsv.gz": FileKind(read_delimited, compressed(write_tabs)),
    ".txt": FileKind(read_delimited, write_tabs),
    ".parquet": FileKind(read_parquet, write_parquet),
}


def kind_of(path: str | PathLike[str]) -> FileKind:
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
    suffixes = [suffix.lower() for suffix in Path(path).suffixes[-2:]]
    for suffix in ("".join(suffixes), *suffixes[-1:]):  # .csv.gz, but also .csv of a.b.csv
        if suffix in KINDS:
            return KINDS[suffix]
    raise ValueError(f"{path} has an unknown suffix; it must be one of {', '.join(KINDS)}")


def described_kinds(content: str) -> str:
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
    'an .npz, .mat, .h5 or .hdf5 file with X, an .npy file or a .csv, .csv.gz, .tsv, ... table'
    """
    suffixes = {}
    for suffix, kind in KINDS.items():
        suffixes.setdefault(getattr(kind, content), []).append(suffix)
    return _listed([phrase.format(_listed(same)) for phrase, same in suffixes.items()])


def _listed(words):
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def read_pairs(
    paths: Sequence[str | PathLike[str]],
    targets: Sequence[str] | None = None,
    measurements: Sequence[str] | None = None,
    drop: Sequence[str] | None = None,
    X: str | None = None,
    y: str | None = None,
) -> tuple[Any, Any]:
    """Read training pairs from a file, or from two.

    Parameters
    ----------
    paths : sequence of path-like
        Files of a kind in `KINDS`: one with two arrays, two ``.npy`` (X, then y), or one table.
    targets, measurements, drop : sequence of str, optional
        Columns of a table that are targets, measurements and neither, by names or patterns such as
        ``y*``. Where only targets or measurements are named, the other is all the rest.
    X, y : str, optional
        Names of the arrays in a file that holds several; "X" and "y" by default.

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
    columns = {"--targets": targets, "--measurements": measurements, "--drop": drop}
    _require_no_others(paths[0], kind.has_column_names, "column", columns)
    _require_no_others(paths[0], kind.has_array_names, "array", {"--X": X, "--y": y})
    if len(paths) != kind.n_files:
        raise ValueError(f"got {len(paths)} file(s), beginning with {paths[0]}, but {kind.rule}")
    if kind.has_column_names:
        return split_table(paths[0], kind.read(paths[0]), targets, measurements, drop)
    if kind.n_files == 2:
        arrays, names = [kind.read(path)[0] for path in paths], list(map(str, paths))
    else:
        wanted = X or "X", y or "y"
        arrays, names = kind.read(paths[0], wanted), [f"{name} in {paths[0]}" for name in wanted]
    return _paired(arrays, names)


def _paired(arrays, names):
    """Arrays of measurements and targets with equally many rows."""
    # MATLAB has no vectors: one that lies in a row is a column where the rows are as many.
    lying = [k for k in (0, 1) if arrays[k].ndim == 2 and len(arrays[k]) == 1]
    if len(lying) == 1 and len(arrays[1 - lying[0]]) == arrays[lying[0]].size:
        arrays[lying[0]] = arrays[lying[0]].reshape(-1, 1)
    X = numbers_of_array(arrays[0], names[0])
    y = numbers_of_array(arrays[1], names[1], allow_nan=True)
    if len(X) != len(y):
        raise ValueError(f"{names[0]} has {len(X)} rows, but {names[1]} has {len(y)}")
    return X.reshape(len(X), -1), y


def _require_no_others(path, is_fit, what, options):
    """Refuse names of columns or of arrays where a file has none."""
    for option, value in options.items():
        if value is not None and not is_fit:
            kinds = [s for s, kind in KINDS.items() if getattr(kind, f"has_{what}_names")]
            raise ValueError(
                f"{path} has no named {what}s; {option} is for {_listed(kinds)} files"
            )


def read_measurements(
    path: str | PathLike[str],
    names: Sequence[str] | None = None,
    n_features: int | None = None,
    X: str | None = None,
) -> Any:
    """Read measurements alone, for a trained model.

    Parameters
    ----------
    path : path-like
        File of a kind in `KINDS`, such as an ``.npz`` with an array X, or a table.
    names : sequence of str, optional
        Columns that the model was trained on; a table may hold further ones.
    n_features : int, optional
        Number of columns that the model was trained on.
    X : str, optional
        Name of the array in a file that holds several; "X" by default.

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
    _require_no_others(path, kind.has_array_names, "array", {"--X": X})
    if kind.has_column_names:
        X = _selected(path, kind.read(path), names)
    else:
        X = numbers_of_array(kind.read(path, (X or "X",))[0], str(path))
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
