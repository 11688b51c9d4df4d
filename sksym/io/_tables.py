"""Tables of numbers from ``.csv`` and ``.parquet`` files."""

import csv
import fnmatch
import io
import re
import warnings
from collections import Counter

import numpy as np

from .._extras import require_extra
from .._untrusted import few, parsing, require_room, shown
from ._atomic import opened


def read_csv(path):
    """Read a ``.csv`` file whose first row names the columns.

    Parameters
    ----------
    path : Path
        Path of the file.

    Returns
    -------
    DataFrame
        Cells of any type.

    Raises
    ------
    ValueError
        If the file cannot be read, has no rows, two columns of one name, or fields that are not
        separated by commas.
    """
    pandas = require_extra("pandas", "compare")
    with opened(path) as file:
        # pandas renames columns with duplicate names, so the heading is read separately.
        options = {"header": None, "nrows": 1, "dtype": str, "na_filter": False}
        names = _parse_csv(pandas, path, file, **options).iloc[0].tolist()
        if len(names) == 1 and re.search("[;\t]", names[0]):
            raise ValueError(f"{path} has one column {shown(names[0])}; separate fields by commas")
        if len(names) == 1 and names[0].startswith("#"):
            raise ValueError(
                f"{path} begins with {shown(names[0])}; remove what is above the names"
            )
        _require_different(path, names)
        file.seek(0)
        return checked_table(path, _parse_csv(pandas, path, file))


def read_parquet(path):
    """Read a ``.parquet`` file.

    Parameters
    ----------
    path : Path
        Path of the file.

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


def write_csv(file, y, names):
    """Write predictions to an open file as CSV, with the names of the columns first."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([names, *y.tolist()])
    file.write(text.getvalue().encode(errors="backslashreplace"))


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
    _require_different(path, frame.columns)
    return frame


def _parse_csv(pandas, path, file, **options):
    errors = pandas.errors
    known = (UnicodeDecodeError, errors.EmptyDataError, errors.ParserWarning, errors.ParserError)
    try:
        with parsing(path, "CSV", besides=known), warnings.catch_warnings():
            # A first row longer than the heading would be truncated.
            warnings.simplefilter("error", errors.ParserWarning)
            warnings.simplefilter("ignore", errors.DtypeWarning)  # each cell is checked later
            return pandas.read_csv(file, index_col=False, **options)
    except errors.EmptyDataError as error:
        raise ValueError(f"{path} is empty") from error
    except errors.ParserWarning as error:
        raise ValueError(f"{path} has rows with more fields than its heading") from error
    except errors.ParserError as error:
        found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        reason = (
            "line {1} has {2} fields, but the heading has {0}".format(*found.groups())
            if found
            else str(error).strip()
        )
        raise ValueError(f"{path}, {reason}") from error


def _require_different(path, names):
    counts = Counter(name.strip() for name in names)
    for name, count in counts.items():
        if name and count > 1:
            raise ValueError(
                f"{path} has {count} columns named {shown(name)}; name each differently"
            )


def split_table(path, frame, target_names):
    """Split a table into measurements and targets.

    Parameters
    ----------
    path : Path
        Path of the file, for errors.
    frame : DataFrame
        The table.
    target_names : sequence of str
        Names of the target columns, or patterns such as ``y*``.

    Returns
    -------
    X, y : DataFrame
        Tables of finite numbers. A cell of y may be empty (NaN) if another one of its row is not.

    Raises
    ------
    ValueError
        If target or measurement columns are missing, or a cell is not a finite number.
    """
    if not target_names:
        raise ValueError(
            f"{path} has columns {few(frame.columns)}; say with --targets which are targets"
        )
    targets = []
    for name in target_names:
        found = [c for c in frame.columns if c == name] or fnmatch.filter(frame.columns, name)
        if not found:
            raise ValueError(
                f"{path} has no column {name!r}; its first row names {few(frame.columns)}"
            )
        targets += [column for column in found if column not in targets]
    features = [column for column in frame.columns if column not in targets]
    if not features:
        raise ValueError(f"{path} has no column beside the targets; measurements are needed too")
    is_known = frame[targets].notna().any(axis=1).all()
    frame = numbers_of_frame(frame, path, may_miss=targets if is_known else ())
    return frame[features], frame[targets]


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
    for number, name in enumerate(frame.columns, 1):
        if re.fullmatch(r"Unnamed: \d+|\s*", name):  # by pandas, where the heading is empty
            raise ValueError(
                f"{path}, column {number} has no name; name it, or remove it if it counts the rows"
            )
    return pandas.DataFrame(
        {
            name: _numbers_of_column(pandas, frame[name], path, name in may_miss)
            for name in frame.columns
        }
    )


def _numbers_of_column(pandas, column, path, may_miss):
    encode = "leave the column out or encode it"
    if column.dtype.kind in "mM" or isinstance(column.dtype, pandas.PeriodDtype):
        raise ValueError(f"{path}, column {column.name!r} holds times, not numbers; {encode}")
    numbers = pandas.to_numeric(column, errors="coerce")
    values = numbers.to_numpy(dtype=float, na_value=np.nan)
    is_text = np.isnan(values) & column.notna().to_numpy()
    is_bad = np.isinf(values) if may_miss else ~np.isfinite(values)
    for row in np.flatnonzero(is_text | is_bad)[:1]:
        if is_text[row]:
            what, cure = f"{shown(column.iloc[row])} is not a number", encode
        else:
            what = "a number is missing" if np.isnan(values[row]) else "infinity"
            cure = "remove the row or impute it"
        raise ValueError(f"{path}, row {row + 1}, column {column.name!r}: {what}; {cure}")
    return values
