"""Options, exit statuses and output that the commands share."""

import argparse
import contextlib
import errno
import os
import sys
import textwrap
from pathlib import Path

from joblib import cpu_count, parallel_config

from .._extras import require_extra
from ._folder import FolderError, ResultsFolder

NOT_WRITTEN = 1
USAGE_ERROR = 2
INTERRUPTED = 130  # 128 + SIGINT, the shell's convention
_SECONDS_TO_CONNECT = 10


class Refusal(ValueError):
    """Unusable arguments or files, reported on one line with exit status 2."""


class Parser(argparse.ArgumentParser):
    """Parser whose errors are one line that says what to do."""

    def error(self, message):
        """Print an error message and exit."""
        # Names of files and columns may hold line breaks and terminal control codes.
        line = "".join(c if c.isprintable() else repr(c)[1:-1] for c in message)
        self.exit(USAGE_ERROR, f"{self.prog}: error: {line}\n")

    def _print_message(self, message, file=None):
        # argparse ignores write errors, of help and version too.
        if message and file is not None and file is sys.stdout:
            show(message)
        else:
            super()._print_message(message, file)


class HelpFormatter(argparse.HelpFormatter):
    """Help formatter that shows defaults as one would type them."""

    def _fill_text(self, text, width, indent):
        # What ends the help is a list: each indented line is an entry of its own.
        lines = text.splitlines() or [""]
        margins = [len(line) - len(line.lstrip()) for line in lines]
        return "\n".join(
            textwrap.fill(line, width, subsequent_indent=2 * margin * " ")
            for line, margin in zip(lines, margins, strict=True)
        )

    def _get_help_string(self, action):
        default = action.default
        is_flag = default is False
        if is_flag or default is None or default == () or default == argparse.SUPPRESS:
            return action.help
        values = default if isinstance(default, tuple) else (default,)
        return f"{action.help} (default: {' '.join(map(str, values))})"


def add_folder_options(parser, out, help_of_out):
    """Add the options that say where results are kept."""
    parser.add_argument("--out", type=Path, default=out, metavar="DIR", help=help_of_out)
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="replace results of another run in that folder; files that are not of a run are "
        "never replaced",
    )


def add_run_options(parser, out):
    """Add the options that control where cells run and where results are kept."""
    default = ", by default sksym-results/ and the path of the file" if out is None else ""
    kept = "where results and finished cells are kept, so that the same command goes on from there"
    add_folder_options(parser, out, kept + default)
    add = parser.add_argument
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
def prepared_run(options, names, decisive, inputs=(), **others):
    """Prepare the folder and the backend of a run; after Ctrl-C, report what is kept.

    Parameters
    ----------
    options : Namespace
        Options of the command line.
    names : sequence of str
        Names of the files that the run writes into the folder.
    decisive : sequence of str
        Names of the options that identify a run.
    inputs : sequence of path-like, default=()
        Files that the run reads.
    **others
        Further values that identify a run.

    Yields
    ------
    folder : ResultsFolder
        Results folder, locked until the last file is written.
    n_jobs : int
    """
    _check_backend(options)
    with contextlib.ExitStack() as stack:
        n_jobs = options.jobs
        if options.backend == "dask":
            stack.enter_context(_dask_client(options))
            n_jobs = -1  # the cluster decides
        stack.enter_context(parallel_config(backend=options.backend))
        folder = stack.enter_context(prepared_folder(options, names, decisive, inputs, **others))
        try:
            yield folder, n_jobs
        except KeyboardInterrupt:
            say(
                f"Interrupted; what is finished is in {options.out}, and the same command goes on "
                f"from there."
            )
            sys.exit(INTERRUPTED)


@contextlib.contextmanager
def prepared_folder(options, names, decisive, inputs=(), **others):
    """Prepare the folder of a run.

    Parameters
    ----------
    options, names, decisive, inputs, **others
        As in `prepared_run`.

    Yields
    ------
    ResultsFolder
        Results folder, locked until the last file is written.
    """
    run = {f"--{name.replace('_', '-')}": _text(getattr(options, name)) for name in decisive}
    with _opened_folder(options, names, {**run, **others}, inputs) as folder:
        try:
            yield folder
        except FolderError as error:  # a file was added in the meantime
            raise Refusal(f"argument --out: {error}") from error


def _text(value):
    """An option's value as one types it."""
    if value is None:
        return ""
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _check_backend(options):
    if (options.backend == "dask") != (options.scheduler is not None):
        raise Refusal("--backend dask and --scheduler ADDRESS need each other")


def _dask_client(options):
    try:
        distributed = require_extra("distributed", "distributed")
        return distributed.Client(options.scheduler, timeout=_SECONDS_TO_CONNECT)
    except ModuleNotFoundError as error:
        raise Refusal(f"argument --backend: {error}") from error
    except (OSError, ValueError) as error:
        raise Refusal(
            f"argument --scheduler: no scheduler answers at {options.scheduler} ({error}); "
            f"start one with: dask scheduler"
        ) from error


def _opened_folder(options, names, run, inputs):
    try:
        return ResultsFolder(options.out, names, run, inputs, options.overwrite)
    except OSError as error:
        raise Refusal(
            f"argument --out: cannot write to '{options.out}' ({error.strerror}); "
            f"pass a folder that you may write to"
        ) from error
    except ValueError as error:
        raise Refusal(f"argument --out: {error}") from error


def say(text):
    """Print a message to standard error, apart from the results."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):  # there is nowhere else to report it
            print(text, file=sys.stderr)


def show(text):
    """Print results to standard output.

    Raises
    ------
    OSError
        If they cannot be written: full disk, closed pipe, or characters outside the encoding.
    """
    try:
        if sys.stdout is None:
            raise OSError(errno.EBADF, "it is closed")
        sys.stdout.write(text)
        sys.stdout.flush()
    except UnicodeEncodeError as error:
        reason = f"its encoding, {error.encoding}, has no {error.object[error.start]}"
        raise OSError(errno.EILSEQ, reason, "standard output") from error
    except OSError as error:
        _drop_output()
        raise OSError(error.errno, error.strerror, "standard output") from error


def _drop_output():
    """Discard pending output, so that flushing it at exit does not fail again."""
    with contextlib.suppress(OSError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def described(entries):
    """List the entries of the catalogue with their sentences, for the help of an option."""
    return " ".join(f"{name}: {entry.sentence}" for name, entry in entries.items())


def explained(entries):
    """A line for each entry of the catalogue, with its sentence, for the end of the help."""
    return "\n".join(f"  {name}: {entry.sentence}" for name, entry in entries.items())


def count(example, smallest=1):
    """Argument type for whole numbers, in notation such as 2e4 too."""

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
    """Argument type for an available torch device."""
    if text == "cpu":  # there always is one, and finding out imports torch
        return text
    from ..neural import require_device

    try:
        require_device(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text
