"""The command line: ``sksym compare``, ``sksym predict`` and ``sksym table1``, one file each.

Uses every other package, and nothing uses it.
"""

from .. import __version__
from ._compare import add_compare
from ._options import INTERRUPTED, NOT_WRITTEN, Parser, say
from ._predict import add_predict
from ._table1 import add_table1


def main(arguments=None):
    """Run the command.

    Parameters
    ----------
    arguments : list of str, optional
        Command-line arguments; those of the process by default.

    Returns
    -------
    int
        Exit status: 0; 1 where results or finished cells cannot be written, such as to a full disk
        or a closed pipe; 130 after Ctrl-C. Wrong arguments and unusable files exit with 2.
    """
    try:
        options = _parser().parse_args(arguments)
        return options.run(options)
    except KeyboardInterrupt:
        say("Interrupted.")
        return INTERRUPTED
    except OSError as error:
        say(f"sksym: error: {_failure(error)}")
        return NOT_WRITTEN


def _failure(error):
    if error.filename is None:
        return error
    return f"{error.filename} cannot be written: {error.strerror}"


def _parser():
    parser = Parser(
        prog="sksym",
        description="Learning inverse problems whose answer is known only up to a symmetry.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"sksym {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    add_compare(commands)
    add_predict(commands)
    add_table1(commands)
    return parser
