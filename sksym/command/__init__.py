"""The command line: ``sksym discover``, ``compare``, ``predict`` and ``table1``, one file each.

Uses every other package, and nothing uses it.
"""

import shlex
import sys

from .. import __version__
from .._extras import MissingPackageError
from . import _compare, _discover, _predict, _table1
from ._options import INTERRUPTED, NOT_WRITTEN, HelpFormatter, Parser, Refusal, say, show

COMMANDS = {module.NAME: module for module in (_discover, _compare, _predict, _table1)}


def main(arguments=None):
    """Run the command.

    Parameters
    ----------
    arguments : list of str, optional
        Command-line arguments; by default those of the process.

    Returns
    -------
    int
        Exit status: 0; 1 where results or finished cells cannot be written, such as to a full disk
        or a closed pipe; 130 after Ctrl-C. Wrong arguments and unusable files exit with 2.
    """
    try:
        parser, parsers = _parsers()
        options, unknown = parser.parse_known_args(arguments)
        if unknown:
            asked = parsers.get(options.command, parser)
            asked.error(f"unknown arguments: {' '.join(unknown)}; see {asked.prog} --help")
        if options.command is None:
            show(parser.format_help())
            return 0
        options.line = shlex.join(["sksym", *(sys.argv[1:] if arguments is None else arguments)])
        try:
            return COMMANDS[options.command].run(options)
        except (Refusal, MissingPackageError) as error:
            parsers[options.command].error(str(error))
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


def _parsers():
    """Main parser, and the parsers of the commands by name."""
    parser = Parser(
        prog="sksym",
        description="Learning inverse problems whose answer is known only up to a symmetry.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"sksym {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    parsers = {}
    for name, module in COMMANDS.items():
        parsers[name] = commands.add_parser(
            name,
            help=module.SUMMARY,
            description=module.DESCRIPTION,
            epilog=module.epilog(),
            formatter_class=HelpFormatter,
            allow_abbrev=False,
        )
        module.add_options(parsers[name])
    return parser, parsers
