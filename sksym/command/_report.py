"""What the pages of the commands say of themselves, and how their model is used."""

import platform
from datetime import UTC, datetime

from ..experiments import versions


def made_by(options):
    """When and with what a page was made, and by which command.

    Parameters
    ----------
    options : Namespace
        Options of the command, with the line that was typed.

    Returns
    -------
    sentence, line : str
    """
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    programs = {"Python": platform.python_version(), **versions()}
    with_what = ", ".join(f"{name} {version}" for name, version in programs.items())
    return f"Made on {now} with {with_what}, by", options.line


def lines_of_python(model, columns):
    """Lines of Python that predict with a saved model.

    Parameters
    ----------
    model : path-like
        Its file.
    columns : sequence of str or None
        Names of the columns of measurements, if they have any.

    Returns
    -------
    sentence, code : str
    """
    X = "an array" if columns is None else "a DataFrame with the columns"
    sentence = f"In Python, for {X} X of measurements as these here:"
    code = f"from sksym.io import read_model\ny = read_model({str(model)!r})[0].predict(X)"
    return sentence, code
