"""Parser of symmetries written as text, which evaluates no code."""

import ast
import difflib
import inspect
import math
import re
import warnings

import numpy as np
from scipy.spatial.transform import Rotation
from sklearn.utils._pprint import _changed_params

from .. import symmetries
from .._untrusted import shown
from ..symmetries import Product, Symmetry

_CALLABLE = {
    **{
        name: getattr(symmetries, name)
        for name in symmetries.__all__
        if name not in ("Symmetry", "FiniteSymmetry")
    },
    "MatrixGroup.from_rotations": symmetries.MatrixGroup.from_rotations,
    "PermutationGroup.of_square_matrices": symmetries.PermutationGroup.of_square_matrices,
    "Rotation.create_group": Rotation.create_group,
}
_MOST_CHARACTERS = 10_000
_MOST_LEVELS = 20  # of nested calls, brackets and products
_LARGEST = 1_000_000  # of whole numbers: nobody has wider rows


def _order_of(max_order, **others):
    return max_order


def _nodes_of(n_nodes, max_order):
    return n_nodes


def _order_of_rotations(group, axis):
    number = re.fullmatch("[CD]([0-9]+)", group)
    return int(number[1]) if number else 0


def _entries_of_factors(n_rows, rank, n_columns):
    return (n_rows + n_columns) * rank


def _entries_of_arrays(n_labels, shapes):
    return sum(math.prod(n_labels if k == "k" else k for k in shape) for shape in shapes)


# Enumerated quantities: their names, how many take a second, how many there are.
_LISTED = {
    "MatrixGroup": ("elements", 10_000, _order_of),
    "MatrixGroup.from_rotations": ("elements", 10_000, _order_of),
    "PermutationGroup": ("elements", 10_000, _order_of),
    "PermutationGroup.of_square_matrices": ("nodes", 12, _nodes_of),
    "Rotation.create_group": ("elements", 4096, _order_of_rotations),
    "label_symmetry": ("entries", 100_000, _entries_of_arrays),
    "matrix_factorization_symmetry": ("entries", 100_000, _entries_of_factors),
}


def parse_symmetry(text: str) -> Symmetry:
    """Parse a symmetry from a Python expression of known names and plain values.

    Parameters
    ----------
    text : str
        Constructors of `sksym` with numbers, text, tuples and lists, and products of them: at
        most 10 000 characters, nested at most 20 levels deep, with whole numbers of at most a
        million.

    Returns
    -------
    Symmetry

    Raises
    ------
    ValueError
        If the text is anything else.

    Examples
    --------
    >>> from sksym.io._symmetry_text import parse_symmetry
    >>> parse_symmetry("ConjugateFlip() * CyclicShift(shape=(8, 8)) * Sign()")
    ConjugateFlip() * CyclicShift(shape=(8, 8)) * Sign()
    >>> parse_symmetry("Blocks(Sign(), n_blocks=3)")
    Blocks(n_blocks=3, symmetry=Sign())
    >>> parse_symmetry("__import__('os')")
    Traceback (most recent call last):
    ...
    ValueError: '__import__' is not a symmetry; there are AxisRotation, Blocks, Columns, ...
    """
    expression = _expression(text)
    _require_modest(expression)
    symmetry = _value(expression)
    if not isinstance(symmetry, Symmetry):
        raise ValueError(f"{shown(text)} is not a symmetry such as Sign()")
    return symmetry


def symmetry_text(symmetry: Symmetry) -> str | None:
    """Write a symmetry as text that `parse_symmetry` reads: its `repr`, with all matrices.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry to be written.

    Returns
    -------
    str or None
        None where `parse_symmetry` would refuse it or read another one: a symmetry of your own, or
        a group of large matrices.

    Examples
    --------
    >>> from sksym import MatrixGroup, Sign
    >>> from sksym.io._symmetry_text import symmetry_text
    >>> group = MatrixGroup([[[0.0, 1.0], [1.0, 0.0]]]) * Sign()
    >>> group
    MatrixGroup(<order 2, 2 x 2>) * Sign()
    >>> symmetry_text(group)
    'MatrixGroup(generators=[[[0.0, 1.0], [1.0, 0.0]]]) * Sign()'
    """
    text = _written(symmetry)
    try:
        return text if parse_symmetry(text) == symmetry else None
    except ValueError:
        return None


def _written(value):
    match value:
        case Product():
            return " * ".join(map(_written, value.factors))
        case Symmetry():
            changed = _changed_params(value).items()
            arguments = ", ".join(f"{name}={_written(part)}" for name, part in changed)
            return f"{type(value).__name__}({arguments})"
        case np.ndarray() | np.generic():
            return repr(value.tolist())
        case list() | range():
            return f"[{', '.join(map(_written, value))}]"
        case tuple():
            return f"({''.join(f'{_written(part)}, ' for part in value)})"
        case dict():
            items = (f"{_written(key)}: {_written(part)}" for key, part in value.items())
            return f"{{{', '.join(items)}}}"
        case _:
            return repr(value)


def _expression(text):
    if len(text) > _MOST_CHARACTERS:
        raise ValueError(
            f"the text of a symmetry has at most {_MOST_CHARACTERS} characters, got {len(text)}; "
            f"write it in Python"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the parser, on what is not a symmetry in any case
            return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(
            f"{shown(text)} is not an expression such as Sign() or Blocks(Sign(), n_blocks=3)"
        ) from error


def _require_modest(expression):
    """Refuse expressions that are nested too deeply or hold numbers that are too large."""
    level, depth = [expression], 0
    while level:
        depth += 1
        if depth > _MOST_LEVELS:
            raise ValueError(
                f"a symmetry is nested at most {_MOST_LEVELS} levels deep, where each factor of a "
                f"product is one"
            )
        values = [node.value for node in level if isinstance(node, ast.Constant)]
        if any(isinstance(value, int) and value > _LARGEST for value in values):
            raise ValueError(f"whole numbers in a symmetry are at most {_LARGEST}")
        level = [child for node in level for child in ast.iter_child_nodes(node)]


def _value(node):
    match node:
        case ast.Call(func=function, args=arguments, keywords=keywords):
            return _call(function, arguments, keywords)
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            return _product(_value(left), _value(right))
        case ast.Dict(keys=[*keys], values=[*values]) if None not in keys:
            return {_value(key): _value(value) for key, value in zip(keys, values, strict=True)}
        case ast.Name(id=name) if name in _CALLABLE:
            raise ValueError(f"{name} needs parentheses: {name}()")
        case ast.Name(id=name):
            raise _unknown(name)
        case _:
            try:
                return ast.literal_eval(node)
            except (ValueError, TypeError) as error:
                raise ValueError(
                    f"{shown(ast.unparse(node))} is neither a symmetry nor a plain value"
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
        _require_few(name, values, named)
        return _CALLABLE[name](*values, **named)
    except Exception as error:  # of any type, since values may be of the wrong kind
        raise ValueError(f"{name}: {error}") from error


def _require_few(name, values, named):
    if name in _LISTED:
        what, most, count = _LISTED[name]
        bound = inspect.signature(_CALLABLE[name]).bind(*values, **named)
        bound.apply_defaults()
        number = count(**bound.arguments)
        if number > most:
            raise ValueError(f"lists at most {most} {what} in a text, got {number}")


def _product(left, right):
    for factor in (left, right):
        if not isinstance(factor, Symmetry):
            raise ValueError(f"only symmetries can be multiplied, not {shown(factor)}")
    try:
        return left * right
    except Exception as error:
        raise ValueError(str(error)) from error


def _unknown(name):
    near = difflib.get_close_matches(name, _CALLABLE, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(_CALLABLE))}"
    return ValueError(f"{shown(name)} is not a symmetry; {hint}")
