"""Import of packages that not every environment has."""

import contextlib
import importlib


class MissingPackageError(ModuleNotFoundError):
    """Raised if a package is not installed; says in one line how to install it."""


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
    MissingPackageError
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
        raise MissingPackageError(
            f'{name} is not installed; it comes with pip install ".[{extra}]" in the folder of a '
            f"clone of sksym.",
            name=name,
        ) from error


@contextlib.contextmanager
def packages_of_networks():
    """Say what to install if torch or skorch is missing in a block of imports.

    Raises
    ------
    MissingPackageError
        If one of them is not installed.

    Examples
    --------
    >>> from sksym._extras import packages_of_networks
    >>> with packages_of_networks():
    ...     import json
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in {"torch", "skorch"}:
            raise
        raise MissingPackageError(
            f"{error.name} is not installed; networks need pip install torch skorch.",
            name=error.name,
        ) from None
