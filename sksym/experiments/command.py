"""The command line: ``sksym table1``."""

import argparse
import contextlib
import os
import sys
from pathlib import Path

from tqdm import tqdm

from .. import __version__
from .remedies import REMEDIES
from .report import CsvReport, markdown_report
from .table1 import FEWEST_SAMPLES, MODELS, Plan, run_table1

_USAGE_ERROR = 2
_INTERRUPTED = 130  # 128 + SIGINT, the shell's convention


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line that says what to do."""

    def error(self, message):
        self.exit(_USAGE_ERROR, f"{self.prog}: error: {message}\n")


def main(arguments=None):
    """Run the command.

    Parameters
    ----------
    arguments : list of str, optional
        Command-line arguments; those of the process by default.

    Returns
    -------
    int
        Exit status: 0, or 130 after Ctrl-C. Wrong arguments exit with 2.
    """
    options = _parser().parse_args(arguments)
    plan = Plan(
        n_features=tuple(options.n),
        n_samples=tuple(options.samples),
        models=tuple(options.models),
        remedies=tuple(options.remedies),
        field=options.field,
        n_draws=options.draws,
        random_state=options.random_state,
        device=options.device,
    )
    with contextlib.ExitStack() as stack:
        csv_report = None
        if options.out:
            try:
                csv_report = stack.enter_context(_open_report(options.out))
            except OSError as error:
                options.refuse(
                    f"argument --out: cannot write to '{options.out}' "
                    f"({os.strerror(error.errno)}); name a folder of yours"
                )
        return _table1(plan, options.out, csv_report)


def _open_report(folder):
    """Make the folder and begin the CSV; a table of an earlier run would no longer fit it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "table1.md").unlink(missing_ok=True)
    return CsvReport(folder / "table1.csv")


def _table1(plan, out, csv_report):
    results = []
    with tqdm(total=len(plan), unit="cell", dynamic_ncols=True) as bar:
        try:
            # A plain function: cloning a network copies what its callbacks hold, but no function.
            for result in run_table1(plan, bar.set_description, lambda t: bar.set_postfix_str(t)):
                results.append(result)
                if csv_report:
                    csv_report.add(result)
                bar.set_postfix_str("", refresh=False)
                bar.update()
        except KeyboardInterrupt:
            bar.close()
            kept = f"; they are in {out / 'table1.csv'}" if out else ""
            print(f"Interrupted after {len(results)} of {len(plan)} cells{kept}.", file=sys.stderr)
            return _INTERRUPTED
    report = markdown_report(plan, results)
    print(report, end="")
    if out:
        (out / "table1.md").write_text(report, encoding="utf-8")
    return 0


def _parser():
    parser = _Parser(
        prog="sksym",
        description="Learning inverse problems whose answer is known only up to a symmetry.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"sksym {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    _add_table1(commands)
    return parser


def _add_table1(commands):
    table1 = commands.add_parser(
        "table1",
        help="print Table 1 of the paper",
        description="Train the paper's networks on Gaussian phase retrieval before (B) and after "
        "(A) symmetry breaking, and print their rectified test errors beside the paper's.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        allow_abbrev=False,
    )
    add = table1.add_argument
    default = Plan()
    add(
        "--n",
        nargs="+",
        type=_count("5 10 15"),
        default=default.n_features,
        metavar="N",
        help="dimensions of the signal; the paper has 5, 10, 15",
    )
    add(
        "--samples",
        nargs="+",
        type=_count("2e4 1e6", FEWEST_SAMPLES),
        metavar="COUNT",
        default=default.n_samples,
        help="sizes of the data set; the paper has 2e4, 5e4, 1e5, 1e6",
    )
    add(
        "--models",
        nargs="+",
        choices=MODELS,
        default=default.models,
        metavar="MODEL",
        help=f"of {', '.join(MODELS)}; the zero predictor is always there",
    )
    add(
        "--remedies",
        nargs="+",
        choices=REMEDIES,
        default=default.remedies,
        metavar="REMEDY",
        help=f"of {', '.join(REMEDIES)}: columns beyond the paper's, trained on the same pairs",
    )
    add("--field", choices=("real", "complex"), default=default.field, help="of the signal")
    add(
        "--draws",
        type=_count("3"),
        default=default.n_draws,
        help="independent operators and data sets for each row",
    )
    add(
        "--random-state",
        type=_count("0", 0),
        default=default.random_state,
        metavar="SEED",
        help="the same number prints the same table",
    )
    add("--device", type=_device, default=default.device, help="where networks train")
    add(
        "--out",
        type=Path,
        metavar="DIR",
        help="also write table1.md and table1.csv (a line for each cell and draw) there",
    )
    table1.set_defaults(refuse=table1.error)


def _count(example, smallest=1):
    """Type of an option that is a whole number, 2e4 included."""

    def parse(text):
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not (value >= smallest and value.is_integer()):
            raise argparse.ArgumentTypeError(
                f"expected a whole number of at least {smallest}, got {text!r}; "
                f"try for example {example}"
            )
        return int(value)

    return parse


def _device(text):
    """Type of an option that is a torch device which is present."""
    from ..neural.checks import require_device

    try:
        require_device(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text
