"""Symmetries from the text that a user types: read, never evaluated."""

import ast
import difflib

from scipy.spatial.transform import Rotation

from .. import symmetries
from ..symmetries import Symmetry

_CALLABLE = {
    **{
        name: getattr(symmetries, name)
        for name in symmetries.__all__
        if name not in ("Symmetry", "FiniteSymmetry")
    },
    "MatrixGroup.from_rotations": symmetries.MatrixGroup.from_rotations,
    "Rotation.create_group": Rotation.create_group,
}


def parse_symmetry(text):
    """The symmetry that a Python expression says, of known names and plain values only.

    Parameters
    ----------
    text : str
        Constructors of `sksym` with numbers, text, tuples and lists, and products of them.

    Returns
    -------
    Symmetry

    Raises
    ------
    ValueError
        If the text is anything else, saying what.

    Examples
    --------
    >>> from sksym.experiments.symmetry_text import parse_symmetry
    >>> parse_symmetry("ConjugateFlip() * CyclicShift(shape=(8, 8)) * Sign()")
    ConjugateFlip() * CyclicShift(shape=(8, 8)) * Sign()
    >>> parse_symmetry("Blocks(Sign(), n_blocks=3)")
    Blocks(n_blocks=3, symmetry=Sign())
    >>> parse_symmetry("__import__('os')")
    Traceback (most recent call last):
    ...
    ValueError: __import__ is no symmetry; there are Blocks, Columns, ConjugateFlip, ...
    """
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(
            f"{text!r} is no expression such as Sign() or Blocks(Sign(), n_blocks=3)"
        ) from error
    symmetry = _value(tree.body)
    if not isinstance(symmetry, Symmetry):
        raise ValueError(f"{text!r} is no symmetry such as Sign()")
    return symmetry


def _value(node):
    match node:
        case ast.Call(func=function, args=arguments, keywords=keywords):
            return _call(function, arguments, keywords)
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            return _product(_value(left), _value(right))
        case ast.Name(id=name) if name in _CALLABLE:
            raise ValueError(f"{name} needs parentheses: {name}()")
        case ast.Name(id=name):
            raise _unknown(name)
        case _:
            try:
                return ast.literal_eval(node)
            except (ValueError, TypeError) as error:
                raise ValueError(
                    f"{ast.unparse(node)!r} is neither a symmetry nor a plain value"
                ) from error


def _call(function, arguments, keywords):
    name = ast.unparse(function)
    if name not in _CALLABLE:
        raise _unknown(name)
    if any(isinstance(a, ast.Starred) for a in arguments) or any(k.arg is None for k in keywords):
        raise ValueError(f"arguments of {name} cannot be unpacked with stars")
    values = [_value(argument) for argument in arguments]
    named = {keyword.arg: _value(keyword.value) for keyword in keywords}
    try:
        return _CALLABLE[name](*values, **named)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: {error}") from error


def _product(left, right):
    for factor in (left, right):
        if not isinstance(factor, Symmetry):
            raise ValueError(f"only symmetries can be multiplied, not {factor!r}")
    try:
        return left * right
    except TypeError as error:
        raise ValueError(str(error)) from error


def _unknown(name):
    near = difflib.get_close_matches(name, _CALLABLE, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(_CALLABLE))}"
    return ValueError(f"{name} is no symmetry; {hint}")
