"""``sksym predict``: predictions of a saved model for new measurements."""

import io
from pathlib import Path

from ..io import (
    KINDS,
    described_kinds,
    feature_names_of,
    kind_of,
    n_features_of,
    predictions_of,
    read_measurements,
    read_model,
    write_whole,
)
from ._options import Refusal, show

NAME, SUMMARY = "predict", "apply a model of sksym compare"
DESCRIPTION = (
    "Predict targets of new measurements. The model file may hold types from a fixed list only; "
    "any other is refused before it is loaded."
)


def add_options(parser):
    """Add the options of the command."""
    add = parser.add_argument
    add("model", metavar="MODEL", help="a .skops file, such as model.skops of sksym compare")
    add("data", metavar="DATA", help=described_kinds("measurements"))
    add("--X", metavar="ARRAY", help="the array with the measurements; by default X")
    add(
        "--out",
        type=Path,
        metavar="FILE",
        help=f"a file of kind {', '.join(KINDS)}; by default CSV on standard output",
    )
    add("--overwrite", action="store_true", help="replace the file")


def epilog():
    """What ends the help."""
    return "example:\n  sksym predict sksym-results/pairs.csv/model.skops new.csv --out y.csv"


def run(options):
    """Run the command and return its exit status."""
    try:
        _require_place(options)
        model, target_names = read_model(options.model)
        sizes = feature_names_of(model), n_features_of(model)
        X = read_measurements(options.data, *sizes, X=options.X)
        y = predictions_of(model, X, options.model)
    except (ValueError, ModuleNotFoundError) as error:
        raise Refusal(str(error)) from error
    names = target_names or [f"y{k}" for k in range(y.shape[1])]
    file = io.BytesIO()
    kind = KINDS[".csv"] if options.out is None else kind_of(options.out)
    kind.write(file, y, names)
    if options.out is None:
        show(file.getvalue().decode())
    else:
        write_whole(options.out, file.getvalue())
    return 0


def _require_place(options):
    """Refuse an output file that is an input, exists already, or has no folder."""
    out = options.out
    if out is None:
        return
    try:
        kind_of(out)
    except ValueError as error:
        raise ValueError(f"argument --out: {error}") from error
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
