"""A symmetry of some columns of a row."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from .._validation import IntegersOrNames
from ._base import Symmetry
from ._disjoint import Disjoint
from ._parts import OfParts


class Columns(OfParts, Disjoint):
    """A symmetry of some columns; the others are known as they are.

    Parameters
    ----------
    symmetry : Symmetry
        Acts on the row of these columns.
    columns : sequence of int, slice, or sequence of str
        Columns in the order in which the symmetry sees them, by position, as a slice with a stop,
        or by name where y has names: a DataFrame, or a file of the command. Complex coordinates
        count once; of real rows ``[Re | Im]`` the names are those of the real parts.

    Examples
    --------
    >>> from sksym import Columns, Sign
    >>> Columns(Sign(), [0, 1]).canonicalize([[1.0, -2.0, -3.0]])
    array([[-1.,  2., -3.]])

    >>> import pandas as pd
    >>> y = pd.DataFrame({"x": [1.0], "height": [-3.0], "y": [-2.0]})
    >>> Columns(Sign(), ["x", "y"]).canonicalize(y)
    array([[-1., -3.,  2.]])
    """

    _parameter_constraints: ClassVar[dict] = {
        "symmetry": [Symmetry],
        "columns": [IntegersOrNames(0), slice],
    }

    def __init__(
        self, symmetry: Symmetry, columns: Sequence[int] | Sequence[str] | np.ndarray | slice
    ) -> None:
        self.symmetry = symmetry
        self.columns = columns

    def _located(self, names):
        columns = positions(self, self.columns, names)
        is_within = names is not None and max(columns) < len(names)
        inner = self.symmetry._located([names[k] for k in columns] if is_within else None)
        is_by_position = not isinstance(self.columns, slice | str) and _are_numbers(self.columns)
        return self if inner is self.symmetry and is_by_position else Columns(inner, columns)

    def _support(self):
        return labels(self.columns)

    def _restricted(self, columns):
        places = tuple(columns.index(column) for column in labels(self.columns))
        is_whole = places == tuple(range(len(columns)))
        return self.symmetry if is_whole else Columns(self.symmetry, places)

    def _complexified(self):
        return Columns(self.symmetry._complexified(), self.columns)

    def _pieces(self, n_coordinates):
        columns = positions(self, self.columns, None)
        is_within = n_coordinates is None or max(columns) < n_coordinates
        if len(set(columns)) != len(columns) or not is_within:
            limit = "" if n_coordinates is None else f" from 0 to {n_coordinates - 1}"
            raise ValueError(f"columns of {self!r} must be different numbers{limit}.")
        return [(self.symmetry, columns)]


def labels(columns):
    """Columns one by one: positions, or names that are still to be found."""
    if isinstance(columns, slice):
        start, stop, step = columns.start or 0, columns.stop, columns.step or 1
        if stop is None or min(start, stop) < 0 or not range(start, stop, step):
            raise ValueError(
                f"columns must be a slice from a position to a later one, such as slice(0, 4), "
                f"got {columns}."
            )
        return tuple(range(start, stop, step))
    return tuple(column if isinstance(column, str) else int(column) for column in columns)


def positions(owner, columns, names):
    """Positions of columns that are said by position, slice or name.

    Parameters
    ----------
    owner : Symmetry or str
        What errors name.
    columns : sequence of int, slice, or sequence of str
        Columns.
    names : list of str or None
        Names of the columns that there are.

    Returns
    -------
    tuple of int

    Raises
    ------
    ValueError
        If columns are named and there are no names, or no such ones.
    """
    columns = labels(columns)
    if _are_numbers(columns):
        return columns
    if names is None:
        raise ValueError(
            f"{owner} names columns, but y has no column names: pass a DataFrame, or the "
            f"positions of the columns."
        )
    unknown = [column for column in columns if column not in names]
    if unknown:
        raise ValueError(
            f"{owner} names column(s) that y does not have: {', '.join(unknown)}; there are "
            f"{', '.join(map(str, names))}."
        )
    return tuple(names.index(column) for column in columns)


def _are_numbers(columns):
    return not any(isinstance(column, str) for column in columns)
