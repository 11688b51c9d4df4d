"""Packages that come with an extra."""

import importlib


def require_extra(name, extra):
    """Import a module that is not needed by everyone.

    Parameters
    ----------
    name : str
        The module.
    extra : str
        The extra of sksym that brings it.

    Returns
    -------
    module

    Raises
    ------
    ModuleNotFoundError
        With the line that installs it.

    Examples
    --------
    >>> from sksym._extras import require_extra
    >>> require_extra("json", "none").dumps(1)
    '1'
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f'{name} is not installed; it comes with pip install "sksym[{extra}]".', name=name
        ) from error
