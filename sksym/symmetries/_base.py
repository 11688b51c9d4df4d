"""The contract of a symmetry: one primitive, `align`, and what follows from it."""

import math
import re
from typing import ClassVar

import array_api_compat
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils._pprint import _changed_params

from .._arrays import algebra
from .._arrays.rows import Rows, read_partner, read_rows
from .._persistence import Versioned
from .._validation import validate_parameters
from . import _mean


class Symmetry(Versioned, BaseEstimator):
    r"""A group acting on rows of targets that the measurement cannot tell apart.

    A symmetry is a value, like a kernel: parameters only, nothing is fitted. Everything rests on
    one operation, `align`, the point of a row's orbit :math:`\{g \cdot y : g \in G\}` that is
    nearest to a given point.

    Every public method takes rows of shape ``(n_samples, n_features)``: NumPy arrays, DataFrames,
    nested lists, torch tensors. A symmetry with `is_complex` acts on complex rows; it takes them
    as they are, or in the real layout ``[Re | Im]`` that scikit-learn needs, and answers in the
    layout in which it was asked. Integers and booleans become float64, half precision becomes
    float32, every other dtype is kept. Rows are never written to, and results are new arrays.

    Attributes
    ----------
    is_complex : bool
        Whether the group acts on complex rows.
    is_isometric : bool
        Whether the group preserves the Euclidean distance between rows.
    has_lift : bool
        Whether `lift` and `unlift` exist.

    Notes
    -----
    A subclass writes formulas on natural rows (complex where `is_complex`), ``xp`` being the
    array namespace; checks and layouts are done before they are called.

    - ``_align(xp, y, to)``: `to` has one row or as many as y, in the dtype of y. Where two
      points of the orbit are equally near, the answer must depend on the orbit only.
    - ``_random(xp, y, rng)``: `rng` is a `numpy.random.RandomState`.
    - ``_canonicalize(xp, y, reference)`` only where the group is not isometric.
    - ``_margin(xp, y, reference)`` and ``_reference(n_coordinates)``.
    - ``_lift(xp, y)`` and ``_unlift(xp, z)``, with ``has_lift = True``, where the group has
      continuous invariants that tell its orbits apart.
    - ``_centred(xp, y)`` where translations are part of the group: what they leave of a row.
      What the group does to centred rows must be linear, or ``_is_linear(n_coordinates)`` false.

    - ``_orbit(xp, y)`` alone for a finite group: see `FiniteSymmetry`.

    Parameters may have ``_parameter_constraints``, as those of scikit-learn's estimators; they
    are looked at when the symmetry meets rows.

    Examples
    --------
    A finite symmetry of your own is one method, here for the reflection of the first coordinate:

    >>> from sksym import FiniteSymmetry
    >>> class Mirror(FiniteSymmetry):
    ...     def _orbit(self, xp, y):
    ...         yield y
    ...         yield xp.concat([-y[:, :1], y[:, 1:]], axis=1)
    >>> Mirror().canonicalize([[-1.0, 2.0]], reference=[1.0, 0.0])
    array([[1., 2.]])
    >>> Mirror().distance([[-1.0, 2.0]], [[1.0, 5.0]])
    array([3.])
    """

    _parameter_constraints: ClassVar[dict] = {}

    is_complex = False
    is_isometric = True
    has_lift = False

    # Of a group of scalars, ``_scalar(xp, overlap)``: the one that best aligns rows whose inner
    # product with their target is `overlap`.
    _scalar = None

    def __repr__(self, N_CHAR_MAX=700):
        # An expression on one line. That of scikit-learn doubles its time with every layer.
        arguments = ", ".join(self._argument(*item) for item in _changed_params(self).items())
        text = re.sub(r"\s*\n\s*", " ", f"{type(self).__name__}({arguments})")
        if len(text) <= N_CHAR_MAX:
            return text
        return f"{text[: N_CHAR_MAX // 2]}...{text[-(N_CHAR_MAX // 2) :]}"

    def _argument(self, name, value):
        """A parameter as the representation shows it."""
        return f"{name}={value.tolist() if isinstance(value, np.ndarray) else value!r}"

    def __eq__(self, other):
        if type(self) is not type(other):
            return NotImplemented
        own, others = self.get_params(deep=False), other.get_params(deep=False)
        return all(np.array_equal(own[name], others[name]) for name in own)

    def __hash__(self):
        return hash(type(self))

    def __mul__(self, other):
        if not isinstance(other, Symmetry):
            return NotImplemented
        from ._product import multiply

        return multiply(self, other)

    def align(self, y, to):
        r"""Move each row to the point of its orbit nearest to a given row.

        .. math:: \operatorname{align}(y, t) = g^* y, \quad
                  g^* \in \arg\min_{g \in G} \|g y - t\|

        Parameters
        ----------
        y : array-like of shape (n_samples, n_features)
            Rows to move.
        to : array-like of shape (n_features,) or (n_samples, n_features)
            One row for all, or one row each.

        Returns
        -------
        array of shape (n_samples, n_features)
            In the layout and dtype of `y`.

        Raises
        ------
        ValueError
            If the rows are not finite numbers or their shapes do not match.

        Examples
        --------
        >>> from sksym import Sign
        >>> Sign().align([[1.0, -2.0]], to=[0.0, 1.0])
        array([[-1.,  2.]])
        """
        rows = self._rows(y)
        return self._moved(self._align, rows, self._partner(rows, to, "to"))

    def canonicalize(self, y, reference=None):
        """Representative of each row's orbit: the point nearest to a fixed reference.

        Parameters
        ----------
        y : array-like of shape (n_samples, n_features)
            Rows.
        reference : array-like of shape (n_features,), optional
            The fixed row. By default the symmetry's own, the paper's where the paper has one.

        Returns
        -------
        array of shape (n_samples, n_features)
            The same for every point of an orbit, on the cut as well: there the next coordinate
            decides. A row that the whole group fixes is returned as it is.

        References
        ----------
        Tayal, Lai, Manekar, Kumar, Sun (2020), "Inverse problems, deep learning, and symmetry
        breaking", Propositions 2.1 and 2.2.

        Examples
        --------
        >>> from sksym import Sign
        >>> Sign().canonicalize([[1.0, -2.0], [3.0, 4.0]])
        array([[-1.,  2.],
               [ 3.,  4.]])
        """
        rows = self._rows(y)
        return self._moved(self._canonicalize, rows, self._reference_row(rows, reference))

    def default_reference(self, y):
        """The reference that `canonicalize` uses when it is given none.

        Parameters
        ----------
        y : array-like of shape (n_samples, n_features)
            Rows, for their width, layout and dtype.

        Returns
        -------
        array of shape (n_features,)
            In the layout and dtype of `y`.

        Examples
        --------
        >>> from sksym import Sign
        >>> Sign().default_reference([[1.0, -2.0]])
        array([0., 1.])
        """
        rows = self._rows(y)
        return rows.restore(self._own_reference(rows.xp, rows.values))[0, :]

    def random(self, y, random_state=None):
        """Random point of each row's orbit, one independent group element a row.

        Parameters
        ----------
        y : array-like of shape (n_samples, n_features)
            Rows.
        random_state : int, RandomState instance or None, default=None
            Pass an int for the same elements every time.

        Returns
        -------
        array of shape (n_samples, n_features)
            In the layout and dtype of `y`.

        Examples
        --------
        >>> from sksym import Sign
        >>> Sign().random([[1.0], [1.0], [1.0]], random_state=0)
        array([[-1.],
               [ 1.],
               [ 1.]])
        """
        rows = self._rows(y)
        return rows.restore(self._random(rows.xp, rows.values, check_random_state(random_state)))

    def margin(self, y, reference=None):
        """Distance of each row from the cut, where its representative jumps.

        Parameters
        ----------
        y : array-like of shape (n_samples, n_features)
            Rows.
        reference : array-like of shape (n_features,), optional
            As in `canonicalize`.

        Returns
        -------
        array of shape (n_samples,)
            In units of `y`: 0 on the cut, the same along an orbit; infinite without a cut.

        Examples
        --------
        >>> from sksym import Sign
        >>> Sign().margin([[1.0, -2.0], [3.0, 0.0]])
        array([2., 0.])
        """
        rows = self._rows(y)
        return self._margin(rows.xp, rows.values, self._reference_row(rows, reference))

    def mean(self, y, weights=None):
        r"""Orbit mean of several candidates for each sample.

        The row m that minimises :math:`\sum_k w_k \min_g \|g m - y_k\|^2`, by alternating
        "align every candidate to m" and "average". It depends on the orbits of the candidates
        only, not on their order, and is the best of several local minima, among them those that
        are reached from the best candidates, so that it costs no more than any of these. Integer
        weights are repetition. Of a group that is not isometric candidates are first replaced by
        their representatives. From some hundreds of candidates on, the best of them are told by
        their distances to a sample.

        Parameters
        ----------
        y : array-like of shape (n_samples, n_candidates, n_features)
            Candidates.
        weights : array-like of shape (n_candidates,) or (n_samples, n_candidates), optional
            Non-negative, with a positive sum for every sample; equal by default.

        Returns
        -------
        array of shape (n_samples, n_features)

        Examples
        --------
        >>> from sksym import Sign
        >>> Sign().mean([[[1.0, 2.0], [-1.0, -4.0]]])
        array([[1., 3.]])
        """
        y = y if array_api_compat.is_array_api_obj(y) else np.asarray(y)
        if y.ndim != 3:
            raise ValueError(
                f"mean expects candidates of shape (n_samples, n_candidates, n_features), got "
                f"{y.ndim} dimension(s); add an axis of candidates with y[:, None, :]."
            )
        n_samples, n_candidates, n_features = y.shape
        xp = array_api_compat.array_namespace(y)
        rows = self._rows(xp.reshape(y, (n_samples * n_candidates, n_features)))
        values = rows.values
        if not self.is_isometric:
            values = self._canonicalize(xp, values, self._own_reference(xp, values))
        values = xp.reshape(values, (n_samples, n_candidates, -1))
        return rows.restore(self._mean(xp, values, weights))

    def distance(self, y, other):
        r"""Euclidean distance between orbits, :math:`\min_g \|g y - y'\|`.

        Parameters
        ----------
        y : array-like of shape (n_samples, n_features)
            Rows.
        other : array-like of shape (n_features,) or (n_samples, n_features)
            One row for all, or one row each.

        Returns
        -------
        array of shape (n_samples,)
            The minimum is subtracted, never expanded into inner products, so that nothing
            cancels between nearby orbits.

        Examples
        --------
        >>> from sksym import Sign
        >>> Sign().distance([[1.0, 1.0]], [[-1.0, -1.5]])
        array([0.5])
        """
        rows = self._rows(y)
        xp, values = rows.xp, rows.values
        to = self._partner(rows, other, "other")
        values, to = _same_dtype(xp, values, to)
        return algebra.norm(xp, self._align(xp, values, to) - to)

    def lift(self, y):
        """Continuous coordinates that are the same along an orbit and tell orbits apart.

        Parameters
        ----------
        y : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        array of shape (n_samples, n_lifted)
            Real coordinates. Unlike a representative they have no cut, so a regressor can
            learn them everywhere.

        Raises
        ------
        TypeError
            If the group has no lift.
        ValueError
            If coordinates are so large or small that products of them cannot be held.

        Examples
        --------
        >>> from sksym import Sign
        >>> Sign().lift([[1.0, -2.0], [-1.0, 2.0]]).round(3)
        array([[ 1.   ,  4.   , -2.828],
               [ 1.   ,  4.   , -2.828]])
        """
        rows = self._rows(y)
        self._require_lift()
        xp = rows.xp
        with np.errstate(over="ignore", invalid="ignore"):
            z = self._lift(xp, rows.values)
        tiny = xp.finfo(z.dtype).smallest_normal  # smaller numbers have lost digits
        size, lifted = (
            xp.max(xp.abs(part), axis=1) for part in (self._centred(xp, rows.values), z)
        )
        if not bool(xp.all(xp.isfinite(z))) or bool(xp.any((size >= tiny) & (lifted < tiny))):
            raise ValueError(
                f"the lift of {self!r} multiplies coordinates, and products of those of y "
                f"overflow or vanish in {z.dtype}; rescale y first, for example with "
                f"ScaleTargets()."
            )
        return z

    def unlift(self, z):
        """Representative of the orbit whose lift is nearest to the given coordinates.

        Parameters
        ----------
        z : array-like of shape (n_samples, n_lifted)
            Lifted coordinates, exact or predicted.

        Returns
        -------
        array of shape (n_samples, n_features)
            Real rows, ``[Re | Im]`` for a symmetry with `is_complex`.

        Raises
        ------
        TypeError
            If the group has no lift.

        Examples
        --------
        >>> from sksym import Sign
        >>> Sign().unlift(Sign().lift([[1.0, -2.0]])).round(12)
        array([[-1.,  2.]])
        """
        self._validate_params()
        self._require_lift()
        rows = read_rows(z, is_complex=False, name="z", owner=self)
        y = self._unlift(rows.xp, rows.values)
        y = self._canonicalize(rows.xp, y, self._own_reference(rows.xp, y))
        return Rows(rows.xp, y, self.is_complex).restore(y)

    def _validate_params(self):
        """Check the own parameters and those of the symmetries among them."""
        validate_parameters(self, self._parameter_constraints, vars(self))
        for value in vars(self).values():
            if isinstance(value, Symmetry):
                value._validate_params()

    def _require_lift(self):
        if not self.has_lift:
            raise TypeError(
                f"{self!r} has no lift: no continuous coordinates are known that tell its "
                f"orbits apart; use canonicalize instead."
            )

    def _order(self, n_coordinates):
        """Number of elements that act on rows of that width; infinite where not enumerated."""
        return math.inf

    def _is_linear(self, n_coordinates):
        """Whether the elements act on centred rows as linear maps.

        Asked of isometries, which are linear if they leave zero in place (Mazur and Ulam).
        """
        zeros = np.zeros((8, n_coordinates), dtype=complex if self.is_complex else float)
        return not self._random(np, zeros, np.random.RandomState(0)).any()

    def _centred(self, xp, y):
        """Rows less what the group's translations can add: all of them without translations."""
        return y

    def _joint(self, other):
        """Alignment by this group together with another, where that has a solver of its own.

        A function like `_align`, or None.
        """
        return None

    def _rows(self, y):
        self._validate_params()
        return read_rows(y, is_complex=self.is_complex, owner=self)

    def _partner(self, rows, other, name):
        return read_partner(rows, other, is_complex=self.is_complex, name=name, owner=self)

    def _moved(self, move, rows, to):
        values, to = _same_dtype(rows.xp, rows.values, to)
        return rows.restore(move(rows.xp, values, to))

    def _canonicalize(self, xp, y, reference):
        """The nearest point to the reference; a group that is not isometric chooses another."""
        return self._align(xp, y, reference)

    def _margin(self, xp, y, reference):
        raise TypeError(f"{self!r} has no margin; define _margin(xp, y, reference).")

    def _mean(self, xp, y, weights=None):
        """Orbit mean of natural candidates of shape (n_samples, n_candidates, n_coordinates)."""
        weights = _mean.unit_weights(xp, y, weights, *y.shape[:2])
        if not self._is_linear(y.shape[2]):
            return _mean.orbit_mean(xp, y, weights, self)
        # In a unit of their own, so that no square overflows or vanishes.
        scale = algebra.power_of_two(xp, xp.reshape(y, (y.shape[0], -1)))
        mean = _mean.orbit_mean(xp, algebra.divide(xp, y, scale[:, :, None]), weights, self)
        return mean * xp.astype(scale, mean.dtype)

    def _reference_row(self, rows, reference):
        """The reference as one natural row of the dtype of the rows."""
        xp, values = rows.xp, rows.values
        if reference is None:
            return self._own_reference(xp, values)
        reference = self._partner(rows, reference, "reference")
        if reference.shape[0] != 1 or not bool(xp.any(reference != 0)):
            raise ValueError(
                f"reference must be one row that is not zero, got "
                f"{'zeros' if reference.shape[0] == 1 else f'{reference.shape[0]} rows'}."
            )
        return xp.astype(reference, values.dtype)

    def _own_reference(self, xp, y):
        """The symmetry's own reference as one natural row like those of y.

        Centred: it has no unit, so that it must not say where a row is to be moved.
        """
        own = algebra.like(xp, np.asarray(self._reference(y.shape[1]))[None, :], y)
        return self._centred(xp, own)


def require_symmetry(symmetry):
    """Refuse anything that is not a symmetry, with the cure.

    Raises
    ------
    ValueError
        If `symmetry` is not an instance of `Symmetry`: a name, say, or the class itself; or if
        one of its parameters is not valid.
    """
    if not isinstance(symmetry, Symmetry):
        is_class = isinstance(symmetry, type) and issubclass(symmetry, Symmetry)
        cure = f"{symmetry.__name__}(), with parentheses" if is_class else "Sign()"
        raise ValueError(f"symmetry must be a symmetry such as {cure}, got {symmetry!r}.")
    symmetry._validate_params()


def _same_dtype(xp, y, to):
    """Both arrays in the wider dtype of the two."""
    dtype = xp.result_type(y.dtype, to.dtype)
    return xp.astype(y, dtype, copy=False), xp.astype(to, dtype, copy=False)
