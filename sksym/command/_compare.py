"""``sksym compare``: the comparison of remedies on a file of pairs, and its report."""

import argparse
import ast
import shlex
from pathlib import Path

import numpy as np
from sklearn.model_selection import KFold
from sklearn.utils import _safe_indexing

from .._live import waiting
from ..experiments import (
    compare,
    find_symmetry,
    hold_against,
    html_page,
    picture,
    read_arguments,
    words_of,
)
from ..inspection import ambiguity_score
from ..io import markdown_page, parse_symmetry, write_model, write_whole
from ..regressors import DEFAULT_REGRESSORS, REGRESSORS, REMEDIES, named_regressor
from ..symmetries import Identity, require_symmetry
from ._folder import FolderError
from ._options import Refusal, add_run_options, count, explained, prepared_run, say, show
from ._pairs import add_data_options, default_folder, digest, read
from ._report import lines_of_python, made_by

_PACKAGES = ("jinja2", "matplotlib", "pandas", "skops")
_FILES = ("compare.csv", "compare.md", "compare.png", "report.html", "model.skops")
_DECISIVE = ("symmetry", "regressors", "remedies", "reference", "cv", "random_state")
_FEWEST_KNOWN = 20
_HIGH, _LOW = 0.5, 0.1  # ambiguity scores for and against breaking

NAME, SUMMARY = "compare", "find out which remedy answers best on your data"
DESCRIPTION = (
    "Cross-validate every regressor under every remedy on pairs of measurements X and targets y, "
    "with zero and the best constant beside them, and keep the best one."
)


def _symmetry(text):
    """Argument type for a symmetry: its text, normalized."""
    try:
        parse_symmetry(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return ast.unparse(ast.parse(text.strip(), mode="eval"))


_SYMMETRY = {
    "type": _symmetry,
    "help": "what the targets are known up to, such as 'Sign()', 'Blocks(Sign(), n_blocks=3)' or "
    "\"Columns(Sign(), ['qw', 'qx', 'qy', 'qz'])\"; it is held against the data. By default it is "
    "looked for in the data, as sksym discover does",
}
_OPTIONS = {
    "--reference": {
        "choices": ("first", "pca"),
        "help": "the row that representatives are nearest to: the first training target, or the "
        "leading direction of all; by default the symmetry's own row",
    },
    "--cv": {
        "type": count("5", 2),
        "default": 5,
        "metavar": "FOLDS",
        "help": "folds of cross-validation, of shuffled rows",
    },
    "--random-state": {
        "type": count("0", 0),
        "default": 0,
        "metavar": "SEED",
        "help": "the same number gives the same table",
    },
}


_EXAMPLES = """\
  sksym compare pairs.npz --symmetry 'Sign()'
  sksym compare pairs.csv --targets 'y*' --drop id --remedies none lift
  sksym compare pairs.mat --X intensities --y signal"""


def _catalogue_options():
    return {
        "--regressors": {
            "nargs": "+",
            "choices": tuple(REGRESSORS),
            "default": DEFAULT_REGRESSORS,
            "metavar": "REGRESSOR",
            "help": f"any of {', '.join(REGRESSORS)}, explained below; zero and the best constant "
            "are always there",
        },
        "--remedies": {
            "nargs": "+",
            "choices": tuple(REMEDIES),
            "default": tuple(REMEDIES),
            "metavar": "REMEDY",
            "help": f"any of {', '.join(REMEDIES)}, explained below",
        },
    }


def add_options(parser):
    """Add the options of the command; the tables that they show may have been added to."""
    add_data_options(parser)
    parser.add_argument("--symmetry", **_SYMMETRY)
    for name, description in {**_catalogue_options(), **_OPTIONS}.items():
        parser.add_argument(name, **description)
    add_run_options(parser, None)


def epilog():
    """What ends the help."""
    return (
        f"regressors:\n{explained(REGRESSORS)}\n\nremedies:\n{explained(REMEDIES)}\n\n"
        f"examples:\n{_EXAMPLES}"
    )


def run(options):
    """Run the command and return its exit status."""
    X, y = read(options, _PACKAGES)
    given = None if options.symmetry is None else _among(y, parse_symmetry(options.symmetry))
    folds = _folds(options, given or Identity(), X, y)
    options.out = options.out or default_folder(options.data[0])
    run = prepared_run(options, _FILES, _DECISIVE, options.data, pairs=digest(X, y))
    with run as (folder, n_jobs):
        try:
            symmetry, sentences = _examined(X, y, given, options.random_state)
            comparison = compare(
                X,
                y,
                symmetry,
                options.regressors,
                options.remedies,
                reference=options.reference,
                cv=folds,
                n_jobs=n_jobs,
                random_state=options.random_state,
                store=folder.store,
                verbose=1,
            )
            model = comparison.best_estimator(verbose=1)
            file = options.out / "model.skops"
            command = f"sksym predict {shlex.quote(str(file))} DATA"
            uses = [("Use the best model, fitted to all pairs, on a file:", command)]
            uses.append(lines_of_python(file, getattr(X, "columns", None)))
            with waiting("Writing the report."):
                paragraphs = _paragraphs(options, symmetry, sentences, comparison, X, y)
                with folder.replacing() as new:
                    _write(new, options, paragraphs, comparison, uses)
                    write_model(new / "model.skops", model, getattr(y, "columns", None))
        except FolderError:
            raise
        except ValueError as error:
            raise Refusal(str(error)) from error
    show("\n\n".join([*paragraphs, repr(comparison)]) + "\n")
    say(f"Report: {options.out / 'report.html'}. To use the best model: {command}")
    return 0


def _folds(options, symmetry, X, y):
    """How rows are divided; everything that can be wrong is refused before anything is written."""
    for name in options.regressors:
        named_regressor(name)  # where packages are missing, says so before the work
    # Rows of a file are often sorted: a fold of its first rows would be unlike all the others.
    folds = KFold(options.cv, shuffle=True, random_state=options.random_state)
    try:
        read_arguments(X, y, symmetry, folds)
    except ValueError as error:
        raise Refusal(str(error)) from error
    return folds


def _among(y, symmetry):
    """The symmetry with positions for the columns that it names.

    One that cannot act on the targets is refused, whatever is wrong with its parameters.
    """
    rows = y.iloc[:2].to_numpy() if hasattr(y, "iloc") else y[:2].reshape(len(y[:2]), -1)
    rows = np.nan_to_num(rows)
    try:
        found = require_symmetry(symmetry, y)
        found.random(found.canonicalize(rows), random_state=0)
    except Exception as error:
        raise Refusal(
            f"argument --symmetry: {symmetry!r} cannot act on targets of "
            f"{rows.shape[1]} columns: {error}"
        ) from error
    return found


def _examined(X, y, given, random_state):
    """The symmetry to compare under, and what the pairs say of it, which is said at once."""
    if given is None:
        with waiting("Looking for the symmetry of the targets."):
            found = find_symmetry(X, y, random_state=random_state)
        symmetry, sentences = found.symmetry, [found.sentence]
    else:
        with waiting(f"Holding {given!r} against the pairs."):
            symmetry, sentences = given, hold_against(X, y, given, random_state)
    for sentence in sentences:
        say(sentence)
    return symmetry, sentences


def _write(folder, options, paragraphs, comparison, uses):
    """Write the comparison in every form."""
    title, image = f"Which remedy for {Path(options.data[0]).name}?", picture(comparison)
    table, remarks = comparison.table(), comparison.remarks()
    page = html_page(
        title=title,
        paragraphs=paragraphs,
        image=image,
        caption="Median errors and their ranges over the folds",
        table=table,
        remarks=remarks,
        uses=uses,
        words=words_of(comparison),
        made=made_by(options),
    )
    text = markdown_page(title, paragraphs, table, remarks)
    write_whole(folder / "compare.csv", comparison.to_frame().to_csv(index=False))
    write_whole(folder / "compare.md", text)
    write_whole(folder / "compare.png", image)
    write_whole(folder / "report.html", page)


def _ambiguity(symmetry, X, y):
    """Whether there is an ambiguity among the rows that are known as a whole."""
    known = np.flatnonzero(~np.isnan(np.reshape(y, (len(y), -1))).any(axis=1))
    if len(known) < _FEWEST_KNOWN <= len(y):
        return (
            f"Ambiguity score of {symmetry!r}: needs at least {_FEWEST_KNOWN} rows without an "
            f"unknown target, got {len(known)}."
        )
    score = ambiguity_score(*(_safe_indexing(part, known) for part in (X, y)), symmetry)
    if score >= _HIGH:
        verdict = "neighbouring measurements have targets that it makes alike: break it"
    elif score <= _LOW:
        verdict = "it explains next to nothing among the targets of neighbouring measurements"
    else:
        verdict = "it explains a part of what targets of neighbouring measurements differ by"
    return f"Ambiguity score of {symmetry!r}: {score:.2f}, {verdict}."


def _paragraphs(options, symmetry, sentences, comparison, X, y):
    """What was compared, up to what and why, whether there is an ambiguity, and what is best."""
    return [
        f"X of shape {X.shape}, y of shape {y.shape}, known up to {symmetry!r}; "
        f"{options.cv}-fold cross-validation, rows shuffled. Errors are rectified: |error|² / n "
        f"to the nearest point of the orbit.",
        *sentences,
        _ambiguity(symmetry, X, y),
        _verdict(comparison.summary()),
    ]


def _verdict(lines):
    """Which is best, and why, where several are exact."""
    best, exact = lines[0], [line for line in lines if line["is_exact"]]
    if not exact:
        return (
            f"Lowest median error: {best['name']}, {best['of_zero']:.3g} of the zero predictor's."
        )
    seconds = best["fit_seconds"] + best["predict_seconds"]
    fastest = f", and the fastest of the {len(exact)} that are" if len(exact) > 1 else ""
    return (
        f"Lowest median error: {best['name']}, exact to rounding in every fold{fastest}: "
        f"{seconds:.2g} s to fit and predict."
    )
