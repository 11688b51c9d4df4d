"""Base class of all symmetries: `align` and the methods derived from it."""

from typing import Any

from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state

from .._arrays import algebra
from ._hooks import Hooks
from ._lift import Lifts
from ._mean import Means
from ._reading import Reading, by_position
from ._value import Value


class Symmetry(Lifts, Means, Reading, Hooks, Value):
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
    is_exact : bool
        Whether `align` always finds the nearest point; where it is false the class says how often.
    has_lift : bool
        Whether `lift` and `unlift` exist.
    order : int or float
        Number of elements, ``math.inf`` for groups that are not finite. Elements of a product are
        counted once for each combination of its factors' elements. Where the number depends on the
        width of the rows, as for ``Permutation()``, a `ValueError` says so.
    has_seam : bool
        Whether representatives may jump somewhere: regressors of representatives err there, and
        several charts help. False where canonicalization with the default reference is known to be
        continuous for rows of any width: sorting, positive scales, translations. (Of signs it is
        for single coordinates only.)

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
    - ``_has_seam(n_coordinates)`` where it depends on the width of the rows.
    - ``_centred(xp, y)`` where translations are part of the group: what they leave of a row.
      What the group does to centred rows must be linear, or ``_is_linear(n_coordinates)`` false.
    - ``_align_known(xp, y, to)``, like ``_align`` with as many targets as rows and NaN where a
      coordinate is unknown, unless the group is finite.

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

    is_complex = False
    is_isometric = True
    is_exact = True
    has_lift = False
    has_seam = True

    def __mul__(self, other: ArrayLike) -> "Symmetry":
        if not isinstance(other, Symmetry):
            return NotImplemented
        from ._product import multiply

        return multiply(self, other)

    @by_position
    def align(self, y: ArrayLike, to: ArrayLike) -> Any:
        r"""Move each row to the point of its orbit nearest to a given row.

        .. math:: \operatorname{align}(y, t) = g^* y, \quad
                  g^* \in \arg\min_{g \in G} \|g y - t\|

        NaN, in either, is a coordinate that is unknown: only what is known of both is compared.

        Parameters
        ----------
        y : array-like of shape (n_samples, n_features)
            Rows to move.
        to : array-like of shape (n_features,) or (n_samples, n_features)
            One row for all samples, or one for each.

        Returns
        -------
        array of shape (n_samples, n_features)
            In the layout and dtype of `y`; NaN where what was moved there is unknown.

        Raises
        ------
        ValueError
            If the rows are not numbers, their shapes do not match, or nothing is known that could
            be compared.
        TypeError
            If coordinates are unknown and the group has no alignment for that.

        Examples
        --------
        >>> import numpy as np
        >>> from sksym import Sign
        >>> Sign().align([[1.0, -2.0]], to=[0.0, 1.0])
        array([[-1.,  2.]])
        >>> Sign().align([[1.0, np.nan, -3.0]], to=[np.nan, 2.0, 1.0])
        array([[-1., nan,  3.]])
        """
        rows, y, to = self._pair(y, to, "to")
        return rows.restore(self._nearest(y, to))

    @by_position
    def canonicalize(self, y: ArrayLike, reference: Any = None) -> Any:
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
        rows = self._own_rows(y)
        reference = self._reference_row(rows, reference)
        return rows.restore(self._canonicalize(rows.xp, rows.values, reference))

    @by_position
    def default_reference(self, y: ArrayLike) -> Any:
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
        rows = self._own_rows(y, allow_nan=True)
        return rows.restore(self._own_reference(rows.xp, rows.values))[0, :]

    @by_position
    def random(self, y: ArrayLike, random_state: int | RandomState | None = None) -> Any:
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

    @by_position
    def margin(self, y: ArrayLike, reference: Any = None) -> Any:
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

    @by_position
    def distance(self, y: ArrayLike, other: ArrayLike) -> Any:
        r"""Euclidean distance between orbits, :math:`\min_g \|g y - y'\|`.

        Parameters
        ----------
        y : array-like of shape (n_samples, n_features)
            Rows.
        other : array-like of shape (n_features,) or (n_samples, n_features)
            One row for all samples, or one for each.

        Returns
        -------
        array of shape (n_samples,)
            The minimum is subtracted, never expanded into inner products, so that nothing
            cancels between nearby orbits. Coordinates that are NaN in either are left out.

        Examples
        --------
        >>> from sksym import Sign
        >>> Sign().distance([[1.0, 1.0]], [[-1.0, -1.5]])
        array([0.5])
        """
        _, y, to = self._pair(y, other, "other")
        moved = self._nearest(y, to)
        if y.has_nan or to.has_nan:
            return self._known_distance(y.xp, moved, to.values)
        return algebra.norm(y.xp, moved - to.values)
