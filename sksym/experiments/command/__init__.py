"""The command line: ``sksym table1``, ``sksym compare`` and ``sksym predict``."""

from ... import __version__
from .compare import add_compare
from .options import Parser
from .predict import add_predict
from .table1 import add_table1


def main(arguments=None):
    """Run the command.

    Parameters
    ----------
    arguments : list of str, optional
        Command-line arguments; those of the process by default.

    Returns
    -------
    int
        Exit status: 0, or 130 after Ctrl-C. Wrong arguments and unusable files exit with 2.
    """
    options = _parser().parse_args(arguments)
    return options.run(options)


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
