"""Base class of all symmetries: `align` and the methods derived from it."""

from sklearn.utils import check_random_state

from .._arrays import algebra
from .._arrays.rows import read_partner, read_rows
from ._hooks import Hooks
from ._lift import Lifts
from ._mean import Means
from ._value import Value


class Symmetry(Lifts, Means, Hooks, Value):
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
    has_seam : bool
        Whether representatives may jump somewhere: regressors of representatives err there, and
        several charts help. False where canonicalization with the own reference is known to be
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
    has_lift = False
    has_seam = True

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
            One row for all samples, or one for each.

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

    def distance(self, y, other):
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

    def _rows(self, y):
        self._validate_params()
        return read_rows(y, is_complex=self.is_complex, owner=self)

    def _partner(self, rows, other, name):
        return read_partner(rows, other, is_complex=self.is_complex, name=name, owner=self)

    def _moved(self, move, rows, to):
        values, to = _same_dtype(rows.xp, rows.values, to)
        return rows.restore(move(rows.xp, values, to))

    def _reference_row(self, rows, reference):
        """The reference as one natural row of the dtype of the rows."""
        xp, values = rows.xp, rows.values
        if reference is None:
            return self._own_reference(xp, values)
        reference = self._partner(rows, reference, "reference")
        is_zero = not bool(xp.any(reference != 0))
        # Only where zero is a row like others can it be nearer to one point than to another.
        if reference.shape[0] != 1 or (is_zero and self._is_linear(values.shape[1])):
            raise ValueError(
                f"reference must be one row that is not zero, got "
                f"{f'{reference.shape[0]} rows' if reference.shape[0] != 1 else 'zeros'}."
            )
        return xp.astype(reference, values.dtype)


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
