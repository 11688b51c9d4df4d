"""Import of optional dependencies."""

import importlib


def require_extra(name, extra):
    """Import a module of an optional dependency.

    Parameters
    ----------
    name : str
        Name of the module.
    extra : str
        Extra of sksym that installs it.

    Returns
    -------
    module

    Raises
    ------
    ModuleNotFoundError
        If it is not installed; the message has the command that installs it.

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
