"""Options and habits that the commands share."""

import argparse
import contextlib
import os
import sys
from pathlib import Path

from joblib import cpu_count, parallel_config

from ...extras import require_extra
from ..store import Store

USAGE_ERROR = 2
INTERRUPTED = 130  # 128 + SIGINT, the shell's convention
_SECONDS_TO_CONNECT = 10


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line that says what to do."""

    def error(self, message):
        """Say it and stop."""
        # Names of files and columns may hold line breaks and what terminals take for orders.
        line = "".join(c if c.isprintable() else repr(c)[1:-1] for c in message)
        self.exit(USAGE_ERROR, f"{self.prog}: error: {line}\n")


class HelpFormatter(argparse.HelpFormatter):
    """Help that tells defaults as one would type them, where there are any."""

    def _get_help_string(self, action):
        default = action.default
        if default is None or default == () or default == argparse.SUPPRESS:
            return action.help
        values = default if isinstance(default, tuple) else (default,)
        return f"{action.help} (default: {' '.join(map(str, values))})"


def add_run_options(parser, out):
    """Options of a command that runs cells: where they run, and where they are kept."""
    add = parser.add_argument
    add(
        "--out",
        type=Path,
        default=out,
        metavar="DIR",
        help="where results and finished cells are kept, so that the same command goes on from "
        "there" + (", by default sksym-results/ and the name of the file" if out is None else ""),
    )
    add(
        "--jobs",
        type=count("2"),
        default=cpu_count(),
        metavar="COUNT",
        help="cells that run at the same time, one thread each; by default one a core",
    )
    add("--backend", choices=("loky", "threading", "dask"), default="loky", help="where they run")
    add("--scheduler", metavar="ADDRESS", help="of the Dask cluster, such as tcp://host:8786")


@contextlib.contextmanager
def prepared_run(options, names):
    """The folder, the backend and the number of jobs of a run.

    Results of an earlier run, the files of these names, are removed: they would stand beside the
    cells of this one.

    Yields
    ------
    store : Path
        Where finished cells are kept.
    n_jobs : int
    """
    _check_backend(options)
    with contextlib.ExitStack() as stack:
        n_jobs = options.jobs
        if options.backend == "dask":
            stack.enter_context(_dask_client(options))
            n_jobs = -1  # the cluster decides
        stack.enter_context(parallel_config(backend=options.backend))
        _prepare_folder(options, names)
        yield options.out / "cells.sqlite", n_jobs


def _check_backend(options):
    if (options.backend == "dask") != (options.scheduler is not None):
        options.refuse("--backend dask and --scheduler ADDRESS need each other")


def _dask_client(options):
    try:
        distributed = require_extra("distributed", "distributed")
        return distributed.Client(options.scheduler, timeout=_SECONDS_TO_CONNECT)
    except ModuleNotFoundError as error:
        options.refuse(f"argument --backend: {error}")
    except (OSError, ValueError) as error:
        options.refuse(
            f"argument --scheduler: no scheduler answers at {options.scheduler} ({error}); "
            f"start one with: dask scheduler"
        )


def _prepare_folder(options, names):
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        with Store(options.out / "cells.sqlite"):
            for name in names:
                (options.out / name).unlink(missing_ok=True)
    except OSError as error:
        options.refuse(
            f"argument --out: cannot write to '{options.out}' ({os.strerror(error.errno)}); "
            f"name a folder of yours"
        )
    except ValueError as error:
        options.refuse(f"argument --out: {error}")


def say(text):
    """A line for the person at the terminal, beside the results."""
    print(text, file=sys.stderr)


def count(example, smallest=1):
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


def device(text):
    """Type of an option that is a torch device which is present."""
    from ...neural.checks import require_device

    try:
        require_device(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text
