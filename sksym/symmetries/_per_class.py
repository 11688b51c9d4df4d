"""A symmetry for each row, by a label that stands in one of its columns."""

import math
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np

from .._arrays import algebra
from .._validation import Interval
from . import _choice, _kinds
from ._base import Symmetry
from ._columns import Columns, positions
from ._require import require_symmetry

_NAMED = 5  # labels in a message


class PerClass(Symmetry):
    """A symmetry for each row: the one that a label in one of its columns names.

    Objects of several kinds in one data set, a bottle that may turn about its axis and a mug that
    may not: y has a column that says which of them a row is. The label is known and never moved;
    the symmetry of its class acts on the row of all other columns.

    Two rows of one class have the distance of that class. In `align` and `distance`, a row whose
    own label is not one of these, as a regressor predicts it, is of the class of the row that it
    is compared with, so that the true label decides in every rectified error. The label column
    counts as any coordinate that is known, hence a wrong label adds to the distance. The laws of a
    symmetry hold for rows of one class; between those of two, `distance` depends on which is
    moved.

    Parameters
    ----------
    symmetries : dict of number to Symmetry
        The symmetry of each class by its label. For a class without one, `Identity`.
    column : int or str
        Column that holds the label, by position or, where y has names, by name. The symmetries
        count the columns that remain without it, and complex coordinates count once.

    Notes
    -----
    Each class has its own default reference, and `canonicalize` uses it. Where a group has to be
    enumerated, it is as many elements as the largest of the classes has. There is no lift: those
    of the classes differ in length.

    Examples
    --------
    Vectors in the plane, those of class 1 known up to sign:

    >>> from sksym import Identity, PerClass, Sign
    >>> symmetry = PerClass({0: Identity(), 1: Sign()}, column=2)
    >>> symmetry.canonicalize([[1.0, -2.0, 0.0], [1.0, -2.0, 1.0]])
    array([[ 1., -2.,  0.],
           [-1.,  2.,  1.]])
    """

    _parameter_constraints: ClassVar[dict] = {
        "symmetries": [dict],
        "column": [Interval(Integral, 0, None, closed="left"), str],
    }

    def __init__(self, symmetries: Mapping[Any, Symmetry], column: int | str) -> None:
        self.symmetries = symmetries
        self.column = column

    @property
    def is_complex(self) -> bool:
        """Whether the symmetry of a class acts on complex rows."""
        return any(symmetry.is_complex for symmetry in self.symmetries.values())

    @property
    def is_isometric(self) -> bool:
        """Whether all symmetries preserve the Euclidean distance."""
        return all(symmetry.is_isometric for symmetry in self.symmetries.values())

    def _validate_params(self):
        super()._validate_params()
        labels = list(self.symmetries)
        are_numbers = all(isinstance(v, Real) and not isinstance(v, bool) for v in labels)
        if not labels or not are_numbers or not np.isfinite(labels).all():
            raise ValueError(
                f"symmetries must be a dict with a finite number for each class, such as "
                f"{{0: Identity(), 1: Sign()}}, got the labels {labels}; encode text as numbers."
            )
        for symmetry in self.symmetries.values():
            require_symmetry(symmetry)

    def _located(self, names):
        (column,) = positions(self, [self.column], names)
        rest = None if names is None else [n for k, n in enumerate(names) if k != column]
        located = {label: part._located(rest) for label, part in self.symmetries.items()}
        is_same = all(part is located[label] for label, part in self.symmetries.items())
        return self if is_same and column == self.column else PerClass(located, column)

    def _order(self, n_coordinates):
        is_known = n_coordinates is not None
        parts = self._parts(n_coordinates) if is_known else self.symmetries.values()
        return max(part._order(n_coordinates) for part in parts)

    def _is_linear(self, n_coordinates):
        return False  # a multiple of a row has another label

    def _kinds(self, n_coordinates):
        """Mixed by any class; the label is no label in another unit."""
        parts = [part._kinds(n_coordinates) for part in self._parts(n_coordinates)]
        return _kinds.joined_kinds(parts, self.column)

    def _orbit(self, xp, y):
        order = self._order(y.shape[1])
        if order == math.inf:
            raise TypeError(f"{self!r} has a class with infinitely many elements.")
        orbits = {}

        def next_point(part, y):
            points = orbits.get(id(part), iter(()))
            point = next(points, None)
            if point is None:  # a smaller group begins again
                orbits[id(part)] = points = part._orbit(xp, y)
                point = next(points)
            return point

        parts = self._parts(y.shape[1])
        for _ in range(order):
            yield self._of_classes(xp, next_point, y, parts=parts)

    def _align(self, xp, y, to):
        return self._of_classes(xp, lambda part, y, to: part._align(xp, y, to), y, to)

    def _align_known(self, xp, y, to):
        return self._of_classes(xp, lambda part, y, to: part._align_known(xp, y, to), y, to)

    def _known_distance(self, xp, y, to):
        return self._of_classes(xp, lambda part, y, to: part._known_distance(xp, y, to), y, to)

    def _gap(self, xp, y, to):
        one = y[:1, :], to[:1, :]
        if any(part._gap(xp, *one) is None for part in self._parts(y.shape[1])):
            return None
        return self._of_classes(xp, lambda part, y, to: part._gap(xp, y, to), y, to)

    def _canonicalize(self, xp, y, reference):
        return self._of_references(
            xp, lambda part, y, to: part._canonicalize(xp, y, to), y, reference
        )

    def _margin(self, xp, y, reference):
        return self._of_references(xp, lambda part, y, to: part._margin(xp, y, to), y, reference)

    def _random(self, xp, y, rng):
        return self._of_classes(xp, lambda part, y: part._random(xp, y, rng), y)

    def _reference(self, n_coordinates):
        """One row for all classes, where others ask for it."""
        reference = _choice.generic_row(n_coordinates, is_complex=self.is_complex)
        reference[self.column] = 0
        return reference

    def _own_reference(self, xp, y):
        """For each row that of its class."""

        def own(part, y):
            return xp.broadcast_to(part._own_reference(xp, y), y.shape)

        return self._of_classes(xp, own, y)

    def _require_known(self, xp, y, to=None):
        own, is_label = self._labels(xp, y)
        if to is not None:
            is_label = is_label | self._labels(xp, to)[1]
        unknown = np.unique(own[~is_label])
        if unknown.size:
            named = ", ".join(f"{label:g}" for label in unknown[:_NAMED])
            raise ValueError(
                f"column {self.column} holds the label(s) {named}"
                f"{', ...' if unknown.size > _NAMED else ''}, for which {self!r} has no symmetry; "
                f"add it, or Identity() for a class without one."
            )

    def _parts(self, n_coordinates):
        """The symmetries of the classes, each on all columns but the label's."""
        columns = [k for k in range(n_coordinates) if k != self.column]
        if len(columns) == n_coordinates or not columns:
            raise ValueError(
                f"{self!r} needs rows with a column {self.column} and others beside it, got "
                f"{n_coordinates} columns."
            )
        return [Columns(symmetry, columns) for symmetry in self.symmetries.values()]

    def _labels(self, xp, y):
        """What stands in the column of labels, and whether it is one of them; NumPy arrays."""
        self._parts(y.shape[1])
        own = algebra.on_host(algebra.real(xp, y[:, self.column]))
        return own, np.isin(own, np.array(list(self.symmetries)).astype(own.dtype))

    def _classes(self, xp, y, to=None):
        """Number of each row's class: of its label, else of its target's, else the nearest."""
        label, is_label = self._labels(xp, y)
        if to is not None:
            other, is_other = self._labels(xp, to)
            label = np.where(~is_label & is_other, other, label)
        labels = np.array(list(self.symmetries), dtype=float)
        return np.argmin(np.abs(np.nan_to_num(label)[:, None] - labels), axis=1)

    def _of_classes(self, xp, function, y, to=None, parts=None):
        """Rows made of what a function of its symmetry makes of the rows of each class."""
        classes = self._classes(xp, y, to)
        parts = self._parts(y.shape[1]) if parts is None else parts
        results, order = [], np.argsort(classes, kind="stable")
        for k in np.unique(classes):
            rows = xp.asarray(np.flatnonzero(classes == k), device=algebra.device(y))
            others = () if to is None else (_choice.rows_of(xp, to, rows),)
            results.append(function(parts[k], xp.take(y, rows, axis=0), *others))
        place = xp.asarray(np.argsort(order), device=algebra.device(y))
        return xp.take(xp.concat(results, axis=0), place, axis=0)

    def _of_references(self, xp, function, y, reference):
        """The same with the reference of each class; the label of a reference says nothing."""
        if reference.shape[0] == 1:
            return self._of_classes(xp, lambda part, y: function(part, y, reference), y)
        return self._of_classes(
            xp, lambda part, y: function(part, y, part._own_reference(xp, y)), y
        )
