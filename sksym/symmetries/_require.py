"""Check that something is a symmetry, and of which columns."""

from ._base import Symmetry


def require_symmetry(symmetry, y=None):
    """Refuse anything that is not a symmetry, with the cure.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry to be checked.
    y : array-like, optional
        Targets that it is to act on.

    Returns
    -------
    Symmetry
        Where targets are given, the same with positions for the columns of `y` that it names.

    Raises
    ------
    ValueError
        If `symmetry` is not an instance of `Symmetry`: a name, say, or the class itself; if one of
        its parameters is not valid; or if it names columns that `y` does not have.
    """
    if not isinstance(symmetry, Symmetry):
        is_class = isinstance(symmetry, type) and issubclass(symmetry, Symmetry)
        cure = f"{symmetry.__name__}(), with parentheses" if is_class else "Sign()"
        raise ValueError(f"symmetry must be a symmetry such as {cure}, got {symmetry!r}.")
    if y is not None:
        return symmetry._among(y)
    symmetry._validate_params()
    return symmetry
