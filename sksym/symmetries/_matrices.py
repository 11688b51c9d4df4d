"""Finite groups of matrices, crystal point groups on quaternions among them."""

import functools
from typing import ClassVar

import numpy as np
from scipy.spatial.transform import Rotation
from sklearn.utils._param_validation import StrOptions, validate_params

from .._arrays import algebra
from .._validation import COUNT
from ._finite import FiniteSymmetry
from ._matrix_lifts import MatrixLifts

_CLOSE = 1e-6  # group elements are far apart, products of exact ones agree to rounding
_MOST_COUNTED = 256  # elements, for a representation


class MatrixGroup(MatrixLifts, FiniteSymmetry):
    r"""The finite group that some orthogonal (unitary) matrices generate, :math:`y \mapsto M y`.

    The own reference is a fixed row in general position. Two kinds of groups have a lift: turns of
    the plane by a k-th of the full turn, the same vector at k times its angle; and rotations of
    orientations, as `from_rotations` makes them, symmetric tensors that the group leaves (Arnold,
    Jupp, Schaeben 2018), where no axis has more than six folds.

    Parameters
    ----------
    generators : array-like of shape (n_generators, n, n)
        Real orthogonal or complex unitary matrices.
    max_order : int, default=1024
        Largest group that is enumerated. More elements are an error: the generators may not
        belong to a finite group, or only up to their rounding.

    Examples
    --------
    A quarter turn of the plane:

    >>> from sksym import MatrixGroup
    >>> turn = MatrixGroup([[[0.0, -1.0], [1.0, 0.0]]])
    >>> len(list(turn.orbit([[1.0, 0.0]])))
    4
    >>> turn.canonicalize([[-3.0, 0.0]], reference=[1.0, 0.1])
    array([[3., 0.]])
    """

    _parameter_constraints: ClassVar[dict] = {
        "generators": ["array-like"],
        "max_order": [COUNT],
    }

    def __init__(self, generators, max_order=1024):
        self.generators = generators
        self.max_order = max_order

    @classmethod
    @validate_params(
        {"rotations": [Rotation], "side": [StrOptions({"left", "right"})]},
        prefer_skip_nested_validation=True,
    )
    def from_rotations(cls, rotations, side="right", max_order=1024):
        r"""A group of rotations acting on scalar-last unit quaternions.

        The quaternions q and -q are one rotation; the double cover is part of the group.

        Parameters
        ----------
        rotations : scipy.spatial.transform.Rotation
            A group or its generators, such as ``Rotation.create_group("O")``.
        side : {"right", "left"}, default="right"
            Whether :math:`q \mapsto q g` (a symmetry of the crystal) or :math:`q \mapsto g q`
            (of the frame in which it is seen).
        max_order : int, default=1024
            As in `MatrixGroup`.

        Returns
        -------
        MatrixGroup
            On rows of four coordinates.

        Examples
        --------
        >>> from scipy.spatial.transform import Rotation
        >>> from sksym import MatrixGroup
        >>> cubic = MatrixGroup.from_rotations(Rotation.create_group("O"))
        >>> len(list(cubic.orbit([[0.0, 0.0, 0.0, 1.0]])))
        48
        """
        quaternions = np.atleast_2d(rotations.as_quat())
        generators = [product_matrix(g, side) for g in quaternions]
        return cls(np.stack([*generators, -np.eye(4)]), max_order)

    @property
    def is_complex(self):
        """Whether the matrices are complex."""
        return np.iscomplexobj(self.generators)

    def _order(self, n_coordinates):
        if n_coordinates is None:
            n_coordinates = np.shape(self.generators)[-1]
        return len(self._elements(n_coordinates))

    def _is_linear(self, n_coordinates):
        return True

    def _validate_params(self):
        super()._validate_params()
        if _numbers(self.generators) is None:
            raise ValueError(
                "generators must be matrices of numbers, all of one shape: an array-like of "
                "shape (n_generators, n, n)."
            )

    def _orbit(self, xp, y):
        for matrix in self._elements(y.shape[1]):
            yield y @ algebra.like(xp, matrix.T, y)

    def _elements(self, n, max_order=None):
        """All elements of the group as matrices of side n, the identity first."""
        generators = np.asarray(self.generators)
        generators = generators.astype(np.result_type(generators, np.float64))
        max_order = self.max_order if max_order is None else max_order
        return _closure(generators.tobytes(), generators.shape, generators.dtype, n, max_order)

    def _argument(self, name, value):
        """The matrices by the order of their group and their size."""
        matrices = _numbers(value) if name == "generators" else None
        if matrices is None or matrices.ndim != 3:
            return super()._argument(name, value)
        *_, n = matrices.shape
        try:
            return f"<order {len(self._elements(n, _MOST_COUNTED))}, {n} x {n}>"
        except ValueError:  # too many to be counted in passing, or no group
            return f"<generators, {' x '.join(map(str, matrices.shape))}>"


def _numbers(values):
    """Values as an array, or None where they are anything but numbers."""
    try:
        array = np.asarray(values)
    except ValueError:  # rows of different lengths
        return None
    return array if array.dtype.kind in "iufc" else None


@functools.lru_cache(maxsize=32)
def _closure(buffer, shape, dtype, n, max_order):
    """All products of the generators, which come as bytes so that the answer is kept.

    Raises
    ------
    ValueError
        If the generators are not orthogonal matrices of the rows' width, or there are more
        elements than `max_order`.
    """
    generators = np.frombuffer(buffer, dtype).reshape(shape)
    if len(generators) == 0:
        raise ValueError(
            "generators must hold at least one matrix; for no symmetry use Identity()."
        )
    if generators.ndim != 3 or generators.shape[1:] != (n, n):
        raise ValueError(
            f"generators must have shape (n_generators, {n}, {n}), like rows of {n} coordinates, "
            f"got {generators.shape}."
        )
    squares = generators @ np.conj(np.swapaxes(generators, 1, 2))
    if not np.isfinite(generators).all() or np.abs(squares - np.eye(n)).max() > _CLOSE:
        raise ValueError("generators must be finite orthogonal (unitary) matrices.")
    elements, independent = np.eye(n, dtype=generators.dtype)[None], generators[:0]
    for generator in generators:
        if not _holds(elements, generator):
            independent = np.concatenate([independent, generator[None]])
            elements = _products(independent, max_order)
    return elements


def _products(generators, max_order):
    """All products of matrices, the identity first."""
    elements = np.eye(generators.shape[1], dtype=generators.dtype)[None]
    frontier = elements
    while len(frontier):
        products = np.concatenate([frontier @ generator for generator in generators])
        fresh = []
        for product in products:
            known = np.concatenate([elements, *(f[None] for f in fresh)])
            if not _holds(known, product):
                fresh.append(product)
                if len(elements) + len(fresh) > max_order:
                    raise ValueError(
                        f"The generators give more than max_order={max_order} elements; "
                        f"check that they belong to a finite group, or raise max_order."
                    )
        frontier = np.stack(fresh) if fresh else elements[:0]
        elements = np.concatenate([elements, frontier])
    return elements


def _holds(elements, matrix):
    return np.abs(elements - matrix).max(axis=(1, 2)).min() <= _CLOSE


def product_matrix(g, side):
    """Matrix of q -> q g or q -> g q on scalar-last quaternions."""
    x, y, z, w = g
    sign = 1 if side == "left" else -1
    return np.array(
        [
            [w, -sign * z, sign * y, x],
            [sign * z, w, -sign * x, y],
            [-sign * y, sign * x, w, z],
            [-x, -y, -z, w],
        ]
    )
