"""Measurements and targets from files; errors name the file, the place and the cure."""

import contextlib
import fnmatch
import io
import os
import re
import warnings
import zipfile
from pathlib import Path

import numpy as np

from ..extras import require_extra

ARRAYS, TABLES = (".npz", ".npy"), (".csv", ".parquet")


def read_pairs(paths, target_names=None):
    """Training pairs from a file, or from two.

    Parameters
    ----------
    paths : sequence of path-like
        One ``.npz`` with arrays X and y, two ``.npy`` (X, then y), or one ``.csv`` or
        ``.parquet``.
    target_names : sequence of str, optional
        Columns of a table that are targets, or patterns such as ``y*``; the others are
        measurements.

    Returns
    -------
    X, y : ndarray or DataFrame
        Finite numbers, as many rows in both. Complex ones stand as ``[Re | Im]``.

    Raises
    ------
    ValueError
        If the files hold anything else.
    """
    paths = [Path(path) for path in paths]
    kinds = [_kind(path) for path in paths]
    if kinds[0] in TABLES:
        _require_count(paths, 1, "one table holds measurements and targets")
        return _split(paths[0], _read_table(paths[0]), target_names)
    if target_names is not None:
        raise ValueError(f"{paths[0]} has no named columns; --targets is for .csv and .parquet")
    if kinds[0] == ".npz":
        _require_count(paths, 1, "one .npz holds X and y")
        arrays = _read_npz(paths[0], ("X", "y"))
        names = [f"X in {paths[0]}", f"y in {paths[0]}"]
    else:
        _require_count(paths, 2, "measurements and targets come in two .npy files: X.npy y.npy")
        arrays = [_read_npy(path) for path in paths]
        names = [str(path) for path in paths]
    X, y = (_numbers(array, name) for array, name in zip(arrays, names, strict=True))
    if len(X) != len(y):
        raise ValueError(f"{names[0]} has {len(X)} rows, but {names[1]} has {len(y)}")
    return _columns(X), y


def read_measurements(path, names=None, n_features=None):
    """Measurements alone, for a model that is trained.

    Parameters
    ----------
    path : path-like
        ``.npz`` with an array X, ``.npy``, ``.csv`` or ``.parquet``.
    names : sequence of str, optional
        The columns that the model was trained on; a table may hold others beside them.
    n_features : int, optional
        How many there are.

    Returns
    -------
    ndarray or DataFrame of shape (n_samples, n_features)

    Raises
    ------
    ValueError
        If the file holds anything else.
    """
    path = Path(path)
    kind = _kind(path)
    if kind in TABLES:
        frame = _read_table(path)
        columns = list(frame.columns) if names is None else list(names)
        missing = [name for name in columns if name not in frame.columns]
        if missing:
            raise ValueError(
                f"{path} has no column {missing[0]!r}, which the model was trained on"
            )
        X = _numbers_of_frame(frame[columns], path)
        X = X.to_numpy() if names is None else X
    else:
        array = _read_npz(path, ("X",))[0] if kind == ".npz" else _read_npy(path)
        X = _columns(_numbers(array, str(path)))
    if n_features is not None and X.shape[1] != n_features:
        raise ValueError(
            f"{path} has {X.shape[1]} columns of measurements, but the model was trained on "
            f"{n_features}"
        )
    if names is not None and kind in ARRAYS:
        X = require_extra("pandas", "compare").DataFrame(X, columns=list(names))
    return X


def _kind(path):
    kind = path.suffix.lower()
    if kind not in (*ARRAYS, *TABLES):
        raise ValueError(f"{path} is of no known kind; known are {', '.join((*ARRAYS, *TABLES))}")
    return kind


def _require_count(paths, expected, reason):
    if len(paths) != expected:
        raise ValueError(f"got {len(paths)} file(s), beginning with {paths[0]}, but {reason}")


@contextlib.contextmanager
def _named(path):
    """Errors of the system and of the readers as one that names the file."""
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise ValueError(f"{path} cannot be read: {reason}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not text in UTF-8") from error


def _read_npz(path, names):
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


def _read_npy(path):
    array = _load(path)
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{path} is no .npy file: write it with numpy.save")
    return array


def _load(path):
    """What numpy reads from a file, never Python objects."""
    with _named(path):
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


def _numbers(array, name):
    """A finite array of one or two dimensions; complex numbers as ``[Re | Im]``."""
    if array.dtype.kind not in "biufc":
        raise ValueError(f"{name} holds {array.dtype}, not numbers")
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}; expected rows and columns, none empty")
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        place = ", ".join(map(str, bad[0]))
        raise ValueError(f"{name}, entry [{place}] is {array[tuple(bad[0])]}; remove or impute it")
    if array.dtype.kind == "c":
        array = np.reshape(array, (len(array), -1))
        return np.hstack([array.real, array.imag])
    return array


def _columns(X):
    """Measurements as rows: of one number each where the array has one dimension."""
    return X.reshape(len(X), -1)


def _read_table(path):
    pandas = require_extra("pandas", "compare")
    with _named(path):
        frame = (
            _read_parquet(pandas, path) if _kind(path) == ".parquet" else _read_csv(pandas, path)
        )
    if frame.shape[0] == 0 or frame.shape[1] == 0:
        raise ValueError(f"{path} has no rows")
    frame.columns = [str(name) for name in frame.columns]
    return frame


def _read_csv(pandas, path):
    try:
        with warnings.catch_warnings():
            # A first row that is longer than the heading would be cut.
            warnings.simplefilter("error", pandas.errors.ParserWarning)
            return pandas.read_csv(path, index_col=False)
    except pandas.errors.EmptyDataError as error:
        raise ValueError(f"{path} is empty") from error
    except pandas.errors.ParserWarning as error:
        raise ValueError(f"{path} has rows with more fields than its heading") from error
    except pandas.errors.ParserError as error:
        found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        reason = (
            "line {1} has {2} fields, but the heading has {0}".format(*found.groups())
            if found
            else str(error).strip()
        )
        raise ValueError(f"{path}, {reason}") from error


def _read_parquet(pandas, path):
    pyarrow = require_extra("pyarrow", "compare")
    try:
        return pandas.read_parquet(path, engine="pyarrow")
    except pyarrow.ArrowInvalid as error:
        raise ValueError(f"{path} is no Parquet file or is damaged") from error


def _split(path, frame, target_names):
    """Measurements and targets of a table."""
    if not target_names:
        raise ValueError(
            f"{path} has columns {_few(frame.columns)}; say with --targets which are targets"
        )
    targets = []
    for name in target_names:
        found = [c for c in frame.columns if c == name] or fnmatch.filter(frame.columns, name)
        if not found:
            raise ValueError(f"{path} has no column {name!r}; it has {_few(frame.columns)}")
        targets += [column for column in found if column not in targets]
    features = [column for column in frame.columns if column not in targets]
    if not features:
        raise ValueError(f"{path} has no column beside the targets; measurements are needed too")
    frame = _numbers_of_frame(frame, path)
    return frame[features], frame[targets]


def _numbers_of_frame(frame, path):
    """A table of finite floating numbers."""
    pandas = require_extra("pandas", "compare")
    columns = {}
    for name in frame.columns:
        column = frame[name]
        numbers = pandas.to_numeric(column, errors="coerce")
        text = column[numbers.isna() & column.notna()]
        if len(text):
            row = frame.index.get_loc(text.index[0]) + 1
            raise ValueError(
                f"{path}, row {row}, column {name!r}: {text.iloc[0]!r} is not a number; leave the "
                f"column out or encode it"
            )
        values = numbers.to_numpy(dtype=float, na_value=np.nan)
        bad = np.flatnonzero(~np.isfinite(values))
        if len(bad):
            what = "a number is missing" if np.isnan(values[bad[0]]) else "infinity"
            raise ValueError(
                f"{path}, row {bad[0] + 1}, column {name!r}: {what}; remove the row or impute it"
            )
        columns[name] = values
    return pandas.DataFrame(columns)


def _few(names, most=8):
    names = list(names)
    return ", ".join(names[:most]) + (
        f" and {len(names) - most} more" if len(names) > most else ""
    )
