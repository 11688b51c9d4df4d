"""``sksym predict``: a model of ``sksym compare`` on new measurements."""

import csv
import io
from pathlib import Path

import numpy as np

from .._extras import require_extra
from ..io import (
    ARRAYS,
    TABLES,
    feature_names_of,
    n_features_of,
    predictions_of,
    read_measurements,
    read_model,
    write_whole,
)
from ._options import show


def add_predict(commands):
    """Add the command to the parser of commands."""
    parser = commands.add_parser(
        "predict",
        help="apply a model of sksym compare",
        description="Predict targets of new measurements. The model file may hold types from a "
        "fixed list only; any other is refused before it is loaded.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("model", metavar="MODEL", help="a .skops file, such as model.skops of sksym compare")
    add("data", metavar="DATA", help="an .npz with X, an .npy, or a .csv or .parquet table")
    add(
        "--out",
        type=Path,
        metavar="FILE",
        help=f"a file of kind {', '.join((*ARRAYS, *TABLES))}; by default CSV on standard output",
    )
    add("--overwrite", action="store_true", help="replace the file")
    parser.set_defaults(run=_run, refuse=parser.error)


def _run(options):
    try:
        _require_kind(options.out)
        _require_place(options)
        model, target_names = read_model(options.model)
        X = read_measurements(options.data, feature_names_of(model), n_features_of(model))
        y = predictions_of(model, X, options.model)
    except (ValueError, ModuleNotFoundError) as error:
        options.refuse(str(error))
    names = target_names or [f"y{k}" for k in range(y.shape[1])]
    if options.out is None:
        show(_csv(y, names))
    else:
        write_whole(options.out, _content(options.out, y, names))
    return 0


def _require_kind(out):
    if out is not None and out.suffix.lower() not in (*ARRAYS, *TABLES):
        raise ValueError(
            f"argument --out: {out} is of no known kind; known are {', '.join((*ARRAYS, *TABLES))}"
        )


def _require_place(options):
    """Refuse a file that is read, that is there and not to be replaced, or that has no folder."""
    out = options.out
    if out is None:
        return
    if not out.parent.is_dir():
        raise ValueError(f"argument --out: cannot write to {out}: No such folder")
    if not out.exists():
        return
    if any(Path(path).exists() and out.samefile(path) for path in (options.model, options.data)):
        raise ValueError(f"argument --out: {out} is read by this run; name another file")
    if not options.overwrite:
        raise ValueError(
            f"argument --out: {out} is there already; name another file, or replace it with "
            f"--overwrite"
        )


def _content(out, y, names):
    """The predictions as text or bytes of the kind that the file's name says."""
    kind = out.suffix.lower()
    if kind == ".csv":
        return _csv(y, names)
    file = io.BytesIO()
    if kind == ".npy":
        np.save(file, y)
    elif kind == ".npz":
        np.savez(file, y=y)
    else:
        pandas = require_extra("pandas", "compare")
        pandas.DataFrame(y, columns=names).to_parquet(file, engine="pyarrow")
    return file.getvalue()


def _csv(y, names):
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(y.tolist())
    return file.getvalue()
