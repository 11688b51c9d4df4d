"""Tables of text: fields separated by commas, semicolons, tabs or blanks, compressed or not."""

import csv
import gzip
import io
import re
import warnings

from .. import _untrusted
from .._extras import require_extra
from .._untrusted import parsing, require_room, shown
from ._atomic import opened
from ._tables import checked_table, require_different

_SEPARATORS = ",;\t"
_SAMPLE = 2**20  # bytes in which the heading and the first row are looked for
_GZIP = b"\x1f\x8b"


def read_delimited(path, names=None):
    """Read a table of text whose first row names the columns.

    Its fields are separated by what separates the names: commas, semicolons, tabs or blanks.

    Parameters
    ----------
    path : Path
        Path of the file, which may be compressed by gzip.
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
    pandas = require_extra("pandas", "compare")
    with opened(path) as packed:
        file = _unpacked(path, packed)
        with parsing(path, "CSV"):
            separator = {"sep": _separator(file)}
        # pandas renames columns with duplicate names, so the heading is read separately.
        options = {"header": None, "nrows": 1, "dtype": str, "na_filter": False}
        names = _parse(pandas, path, file, **options, **separator).iloc[0].tolist()
        if names[0].startswith("#"):
            raise ValueError(
                f"{path} begins with {shown(names[0])}; remove what is above the names, and any # "
                f"before them"
            )
        require_different(path, names)
        file.seek(0)
        return checked_table(path, _parse(pandas, path, file, **separator))


def write_csv(file, y, names):
    """Write predictions to an open file as CSV, with the names of the columns first."""
    file.write(_text(y, names, ","))


def write_tabs(file, y, names):
    """Write predictions to an open file, separated by tabs, with the names of columns first."""
    file.write(_text(y, names, "\t"))


def compressed(write):
    """Make a writer compress what it writes by gzip."""

    def write_compressed(file, y, names):
        content = io.BytesIO()
        write(content, y, names)
        file.write(gzip.compress(content.getvalue(), mtime=0))

    return write_compressed


def _text(y, names, separator):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerows([names, *y.tolist()])
    return text.getvalue().encode(errors="backslashreplace")


def _unpacked(path, file):
    """The file, or what is compressed in it."""
    is_packed = file.read(2) == _GZIP
    file.seek(0)
    if not is_packed:
        return file
    with parsing(path, "gzip"):
        content = gzip.GzipFile(fileobj=file).read(_untrusted.MAX_BYTES + 1)
    require_room(path, len(content))
    return io.BytesIO(content)


def _separator(file):
    """What separates the names, and the fields of the first row likewise."""
    sample = file.read(_SAMPLE).decode("utf-8-sig", errors="replace")
    file.seek(0)
    heading, row = [*filter(str.strip, sample.splitlines()), "", ""][:2]
    found = []
    for separator in _SEPARATORS:
        n_names, n_fields = (
            len(next(csv.reader([line], delimiter=separator), ())) for line in (heading, row)
        )
        if n_names > 1:
            found.append((n_names != n_fields, separator))
    if found:
        return min(found, key=lambda pair: pair[0])[1]
    # Names may hold blanks: these separate them only if they separate as many numbers.
    is_blank = len(heading.split()) == len(row.split()) > 1
    return r"\s+" if is_blank else ","


def _parse(pandas, path, file, **options):
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
