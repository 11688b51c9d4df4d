"""Tables of numbers: their columns and cells, and ``.parquet`` files."""

import fnmatch
import re
from collections import Counter

import numpy as np

from .._extras import require_extra
from .._untrusted import few, parsing, require_room, shown
from ._atomic import opened


def read_parquet(path, names=None):
    """Read a ``.parquet`` file.

    Parameters
    ----------
    path : Path
        Path of the file.
    names : object, default=None
        Not used, present for API consistency: the table is read as a whole.

    Returns
    -------
    DataFrame
        Cells of any type.

    Raises
    ------
    ValueError
        If the file cannot be read, has no rows, or two columns of one name.
    """
    parquet = require_extra("pyarrow.parquet", "compare")
    with opened(path) as file:
        with parsing(path, "Parquet"):
            table = parquet.ParquetFile(file)
            # Count of the whole file: pyarrow aborts the process if a column's count is damaged.
            n_cells = table.metadata.num_rows * table.metadata.num_columns
        require_room(path, 8 * n_cells)  # a lower bound: compressed columns are small
        with parsing(path, "Parquet"):
            columns = table.read()
            columns.validate(full=True)  # text is decoded lazily, after this check
            frame = columns.to_pandas()
        return checked_table(path, frame)


def write_parquet(file, y, names):
    """Write predictions to an open file as Parquet."""
    pandas = require_extra("pandas", "compare")
    pandas.DataFrame(y, columns=names).to_parquet(file, engine="pyarrow")


def checked_table(path, frame):
    """Refuse a table without rows, or with two columns of one name.

    Parameters
    ----------
    path : Path
        Path of the file, for errors.
    frame : DataFrame
        Table as read from the file.

    Returns
    -------
    DataFrame
        The same table, with column names converted to text.

    Raises
    ------
    ValueError
        If the table has no rows, or two columns of one name.
    """
    if frame.shape[0] == 0 or frame.shape[1] == 0:
        raise ValueError(f"{path} has no rows")
    frame.columns = [str(name) for name in frame.columns]
    require_different(path, frame.columns)
    return frame


def require_different(path, names):
    """Refuse two columns of one name, but for blanks around it.

    Parameters
    ----------
    path : Path
        Path of the file, for errors.
    names : sequence of str
        Names of the columns.

    Raises
    ------
    ValueError
        If there are two.
    """
    counts = Counter(name.strip() for name in names)
    for name, count in counts.items():
        if name and count > 1:
            raise ValueError(
                f"{path} has {count} columns named {shown(name)}; name each differently"
            )


def split_table(path, frame, targets=None, measurements=None, drop=None):
    """Split a table into measurements and targets.

    Parameters
    ----------
    path : Path
        Path of the file, for errors.
    frame : DataFrame
        The table.
    targets, measurements : sequence of str, optional
        Names of columns, or patterns such as ``y*``. Where only one of them is given, the other is
        all the rest.
    drop : sequence of str, optional
        Names and patterns of the columns that are neither.

    Returns
    -------
    X, y : DataFrame
        Tables of finite numbers. A cell of y may be empty (NaN) if another one of its row is not.

    Raises
    ------
    ValueError
        If target or measurement columns are missing, or a cell is not a finite number.
    """
    if not targets and not measurements:
        raise ValueError(
            f"{path} has columns {few(frame.columns)}; say with --targets which are targets"
        )
    dropped = _matching(path, frame, drop or ())
    X, y = (_matching(path, frame, names or (), dropped) for names in (measurements, targets))
    for name in X:
        if name in y:
            raise ValueError(
                f"{path}, column {name!r} is named by --targets and by --measurements: it can be "
                f"one of them"
            )
    rest = [name for name in frame.columns if name not in {*X, *y, *dropped}]
    X, y = X if measurements else rest, y if targets else rest
    if not X:
        raise ValueError(f"{path} has no column beside the targets; measurements are needed too")
    if not y:
        raise ValueError(f"{path} has no column beside the measurements; targets are needed too")
    is_known = frame[y].notna().any(axis=1).all()
    _require_names(path, frame.columns, besides=dropped)
    numbers = numbers_of_frame(frame[[*X, *y]], path, may_miss=y if is_known else ())
    return numbers[X], numbers[y]


def _matching(path, frame, names, dropped=()):
    """Columns of the names and patterns that are not dropped, each once."""
    columns = [column for column in frame.columns if column not in dropped]
    found = []
    for name in names:
        if name in dropped:
            raise ValueError(f"{path}, column {name!r} is named by --drop too; name it once")
        matches = [name] if name in columns else fnmatch.filter(columns, name)
        if not matches:
            raise ValueError(
                f"{path} has no column {name!r}; its first row names {few(frame.columns)}"
            )
        found += [column for column in matches if column not in found]
    return found


def _require_names(path, names, besides=()):
    for number, name in enumerate(names, 1):
        # By pandas, where the heading is empty.
        if re.fullmatch(r"Unnamed: \d+|\s*", name) and name not in besides:
            raise ValueError(
                f"{path}, column {number} has no name; name it, or remove it if it counts the rows"
            )


def numbers_of_frame(frame, path, may_miss=()):
    """Convert a table to finite floating-point numbers.

    Parameters
    ----------
    frame : DataFrame
        The table.
    path : Path
        Path of the file, for errors.
    may_miss : collection of str
        Columns in which cells may be empty.

    Returns
    -------
    DataFrame

    Raises
    ------
    ValueError
        If a cell is not a finite number, or a column has no name.
    """
    pandas = require_extra("pandas", "compare")
    _require_names(path, frame.columns)
    return pandas.DataFrame(
        {
            name: _numbers_of_column(pandas, frame[name], path, name in may_miss)
            for name in frame.columns
        }
    )


def _numbers_of_column(pandas, column, path, may_miss):
    encode = "leave the column out with --drop, or encode it"
    if column.dtype.kind in "mM" or isinstance(column.dtype, pandas.PeriodDtype):
        raise ValueError(f"{path}, column {column.name!r} holds times, not numbers; {encode}")
    numbers = pandas.to_numeric(column, errors="coerce")
    values = numbers.to_numpy(dtype=float, na_value=np.nan)
    is_text = np.isnan(values) & column.notna().to_numpy()
    is_bad = np.isinf(values) if may_miss else ~np.isfinite(values)
    for row in np.flatnonzero(is_text | is_bad)[:1]:
        if is_text[row]:
            text = column.iloc[row]
            is_comma = isinstance(text, str) and re.fullmatch(r"\s*[+-]?\d*,\d+\s*", text)
            what = f"{shown(text)} is not a number"
            cure = "write decimals with a point" if is_comma else encode
        else:
            what = "a number is missing" if np.isnan(values[row]) else "infinity"
            cure = "remove the row or impute it"
        raise ValueError(f"{path}, row {row + 1}, column {column.name!r}: {what}; {cure}")
    return values
