"""``sksym table1``: the table of the paper."""

from pathlib import Path

from ..io import write_whole
from ..paper import (
    FEWEST_SAMPLES,
    MODELS,
    REMEDY_COLUMNS,
    Plan,
    csv_report,
    in_order,
    make_estimator,
    markdown_report,
    run_table1,
)
from ..regressors import REMEDIES
from ..symmetries import Sign
from ._options import (
    INTERRUPTED,
    Refusal,
    add_run_options,
    count,
    described,
    device,
    prepared_run,
    say,
    show,
)

_FILES = ("table1.csv", "table1.md")
_DECISIVE = ("n", "samples", "models", "remedies", "field", "draws", "random_state", "device")


NAME, SUMMARY = "table1", "print Table 1 of the paper"
DESCRIPTION = (
    "Train the paper's networks on Gaussian phase retrieval before (B) and after (A) symmetry "
    "breaking, and print their rectified test errors beside the paper's."
)


_DEFAULT = Plan()


def _size(text):
    """Number of pairs, or a multiple of the dimension such as 8n."""
    parse = count("2e4 1e6, or 8n for eight times the dimension", FEWEST_SAMPLES)
    multiple = text.removesuffix("n")
    if multiple == text or not multiple.isdecimal():
        return parse(text)
    return f"{count('8n')(multiple)}n"


_OPTIONS = {
    "--n": {
        "nargs": "+",
        "type": count("5 10 15"),
        "default": _DEFAULT.n_features,
        "metavar": "N",
        "help": "dimensions of the signal; the paper has 5, 10, 15",
    },
    "--samples": {
        "nargs": "+",
        "type": _size,
        "metavar": "COUNT",
        "default": _DEFAULT.n_samples,
        "help": "sizes of the data set, such as 2e4, or 8n for eight times the dimension; the "
        "paper has 2e4, 5e4, 1e5, 1e6",
    },
    "--models": {
        "nargs": "+",
        "choices": MODELS,
        "default": _DEFAULT.models,
        "metavar": "MODEL",
        "help": f"of {', '.join(MODELS)}; the zero predictor is always there",
    },
    "--remedies": {
        "nargs": "+",
        "choices": tuple(REMEDY_COLUMNS),
        "default": _DEFAULT.remedies,
        "metavar": "REMEDY",
        "help": "columns beyond the paper's, on the same pairs. "
        + described({name: REMEDIES[name] for name in REMEDY_COLUMNS}),
    },
    "--field": {
        "choices": ("real", "complex"),
        "default": _DEFAULT.field,
        "help": "of the signal",
    },
    "--draws": {
        "type": count("3"),
        "default": _DEFAULT.n_draws,
        "help": "independent operators and data sets for each row",
    },
    "--random-state": {
        "type": count("0", 0),
        "default": _DEFAULT.random_state,
        "metavar": "SEED",
        "help": "the same number prints the same table",
    },
    "--device": {
        "type": device,
        "default": _DEFAULT.device,
        "help": "device that networks train on",
    },
}


def add_options(parser):
    """Add the options of the command."""
    for name, description in _OPTIONS.items():
        parser.add_argument(name, **description)
    add_run_options(parser, Path("sksym-results/table1"))


def epilog():
    """What ends the help."""
    return "example:\n  sksym table1 --n 5 10 --models NN KNN --draws 1"


def run(options):
    """Run the command and return its exit status."""
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
    fewest = min(samples for _, samples in plan.rows())
    if fewest < FEWEST_SAMPLES:
        raise Refusal(
            f"argument --samples: expected at least {FEWEST_SAMPLES} for every dimension, got "
            f"{fewest}."
        )
    for model, remedy in plan.columns():
        make_estimator(model, remedy, Sign(), 1, 0, plan.device)  # says what is missing
    with prepared_run(options, _FILES, _DECISIVE) as (folder, n_jobs):
        results = []
        try:
            for result in run_table1(plan, store=folder.store, n_jobs=n_jobs, is_shown=True):
                results.append(result)
        except KeyboardInterrupt:
            return _interrupted(folder, plan, results)
        results = in_order(plan, results)
        report = markdown_report(plan, results)
        with folder.replacing() as new:
            write_whole(new / "table1.csv", csv_report(results))
            write_whole(new / "table1.md", report)
    show(report)
    return 0


def _interrupted(folder, plan, results):
    """Write the finished cells, unless they would replace a complete table."""
    if not (folder.path / "table1.md").exists():
        with folder.replacing() as new:
            write_whole(new / "table1.csv", csv_report(in_order(plan, results)))
    say(
        f"Interrupted after {len(results)} of {len(plan)} cells; they are in {folder.path}, and "
        f"the same command goes on from there."
    )
    return INTERRUPTED
