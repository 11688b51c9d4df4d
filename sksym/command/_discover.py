"""``sksym discover``: the symmetry of the targets of a file of pairs, and its report."""

import shlex
from pathlib import Path

import numpy as np

from .._live import waiting
from ..experiments import html_page, picture
from ..inspection import discover_symmetry
from ..io import parse_symmetry, symmetry_text, write_whole
from ._folder import FolderError
from ._options import Refusal, add_folder_options, count, prepared_folder, say, show
from ._pairs import add_data_options, data_arguments, default_folder, digest, read
from ._report import made_by

_PACKAGES = ("jinja2", "matplotlib", "pandas")
_FILES = ("report.html",)
_DECISIVE = ("random_state",)
_HEADING = ["", "change of the forward map", "95 % from", "to", "holds"]
_WORDS = [
    ("targets, measurements", "What is to be predicted (y), and what it is predicted from (X)."),
    ("symmetry", "Maps of the targets that no measurement can see, such as y to -y."),
    (
        "forward map",
        "The function from targets to measurements. It is learned from the pairs, and "
        "each map of the targets is tried on it, on rows that nothing was fitted to.",
    ),
    (
        "change of the forward map",
        "How far the measurements move when a map is applied to the "
        "targets, over their spread: 0 % for a symmetry.",
    ),
    ("95 % from, to", "The interval that holds the change with 95 % confidence."),
    ("holds", "Whether the whole interval counts as no change."),
]

NAME, SUMMARY = "discover", "find out what the targets of your data are known up to"
DESCRIPTION = (
    "Learn the forward map from targets y to measurements X, find the maps of y that leave it as "
    "it is, and print the group that they make, the evidence, and the command that goes on from "
    "there."
)


def add_options(parser):
    """Add the options of the command."""
    add_data_options(parser)
    parser.add_argument(
        "--random-state",
        type=count("0", 0),
        default=0,
        metavar="SEED",
        help="the same number gives the same answer",
    )
    add_folder_options(
        parser,
        None,
        "where report.html is written; by default the folder discover in that of sksym compare: "
        "sksym-results/, the path of the file, discover",
    )


def epilog():
    """What ends the help."""
    return "example:\n  sksym discover pairs.csv --targets 'y*' --drop id"


def run(options):
    """Run the command and return its exit status."""
    X, y = read(options, _PACKAGES)
    unknown = np.flatnonzero(np.isnan(np.asarray(y)).reshape(len(y), -1).any(axis=1))
    if len(unknown):
        raise Refusal(
            f"targets with unknown values (empty cells or NaN) cannot be searched for a symmetry; "
            f"leave out their rows: {len(unknown)} of {len(y)}, the first is row {unknown[0] + 1}"
        )
    options.out = options.out or default_folder(options.data[0]) / "discover"
    run = prepared_folder(options, _FILES, _DECISIVE, options.data, pairs=digest(X, y))
    with run as folder:
        try:
            with waiting("Looking for the symmetry of the targets."):
                discovery = discover_symmetry(X, y, random_state=options.random_state)
            advice, command = _next(discovery, options)
            with folder.replacing() as new:
                page = _page(options, discovery, advice, command)
                write_whole(new / "report.html", page)
        except FolderError:
            raise
        except ValueError as error:
            raise Refusal(str(error)) from error
    show("\n\n".join([repr(discovery), advice, command]) + "\n")
    say(f"Report: {options.out / 'report.html'}.")
    return 0


def _next(discovery, options):
    """What to do next, and the command that does it."""
    command = f"sksym compare {data_arguments(options)}"
    if discovery.verdict == "found":
        text = _text(discovery)
        if text is not None:
            plain = text if '"' in text else text.replace("'", '"')  # to be read within '...'
            return "To see what breaking it gains:", f"{command} --symmetry {shlex.quote(plain)}"
        command += f" --random-state {options.random_state}"
        return "The group is too long for a line of text. To find it again and break it:", command
    if discovery.verdict == "none":
        advice = "There is nothing to break. To compare regressors on the targets as they are:"
        return advice, f"{command} --symmetry 'Identity()' --remedies none"
    return "If you know a symmetry, compare under it:", f"{command} --symmetry SYMMETRY"


def _text(discovery):
    """The group as text that can be read again, by its name where it has one; None without."""
    try:
        if parse_symmetry(discovery.text) == discovery.symmetry:
            return discovery.text
    except ValueError:  # matrices are left out
        pass
    return symmetry_text(discovery.symmetry)


def _page(options, discovery, advice, command):
    rows = [
        [e.name, *(f"{v:.2%}" for v in (e.change, e.low, e.high)), "yes" if e.holds else "no"]
        for e in discovery.evidence
    ]
    return html_page(
        title=f"What are the targets of {Path(options.data[0]).name} known up to?",
        paragraphs=repr(discovery).splitlines(),
        image=picture(discovery),
        caption="Maps that were found, the spectrum of directions, the evidence with intervals",
        table=[_HEADING, *rows],
        remarks=[f"Less than {discovery.delta:.2%} of the spread of X counts as no change."],
        uses=[(advice, command)],
        words=_WORDS,
        made=made_by(options),
    )
