"""What a command does with what it cannot use."""

import re

import pytest

from sksym.command import main


def assert_refused(arguments, message, capsys):
    """One line on standard error, status 2."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert re.search(message, printed.err), printed.err
