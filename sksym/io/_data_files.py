"""Measurements and targets from files; errors name the file, the place and the cure."""

from pathlib import Path

from .._extras import require_extra
from ._array_files import numbers_of_array, read_npy, read_npz
from ._table_files import numbers_of_frame, read_table, split_table

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
        return split_table(paths[0], read_table(paths[0]), target_names)
    if target_names is not None:
        raise ValueError(f"{paths[0]} has no named columns; --targets is for .csv and .parquet")
    if kinds[0] == ".npz":
        _require_count(paths, 1, "one .npz holds X and y")
        arrays = read_npz(paths[0], ("X", "y"))
        names = [f"X in {paths[0]}", f"y in {paths[0]}"]
    else:
        _require_count(paths, 2, "measurements and targets come in two .npy files: X.npy y.npy")
        arrays = [read_npy(path) for path in paths]
        names = [str(path) for path in paths]
    X, y = (numbers_of_array(array, name) for array, name in zip(arrays, names, strict=True))
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
        frame = read_table(path)
        columns = list(frame.columns) if names is None else list(names)
        missing = [name for name in columns if name not in frame.columns]
        if missing:
            raise ValueError(
                f"{path} has no column {missing[0]!r}, which the model was trained on"
            )
        X = numbers_of_frame(frame[columns], path)
        X = X.to_numpy() if names is None else X
    else:
        array = read_npz(path, ("X",))[0] if kind == ".npz" else read_npy(path)
        X = _columns(numbers_of_array(array, str(path)))
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


def _columns(X):
    """Measurements as rows: of one number each where the array has one dimension."""
    return X.reshape(len(X), -1)
