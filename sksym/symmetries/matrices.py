"""Finite groups of matrices, crystal point groups on quaternions among them."""

import functools

import numpy as np

from . import algebra
from .finite import FiniteSymmetry

_CLOSE = 1e-6  # group elements are far apart, products of exact ones agree to rounding


class MatrixGroup(FiniteSymmetry):
    r"""The finite group that some orthogonal (unitary) matrices generate, :math:`y \mapsto M y`.

    The own reference is a fixed row in general position.

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

    def __init__(self, generators, max_order=1024):
        self.generators = generators
        self.max_order = max_order

    @classmethod
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
        if side not in ("right", "left"):
            raise ValueError(f'side must be "right" or "left", got {side!r}.')
        quaternions = np.atleast_2d(rotations.as_quat())
        generators = [_product_matrix(g, side) for g in quaternions]
        return cls(np.stack([*generators, -np.eye(4)]), max_order)

    @property
    def is_complex(self):
        """Whether the matrices are complex."""
        return np.iscomplexobj(self.generators)

    def _order(self, n_coordinates):
        return len(self._elements(n_coordinates))

    def _is_linear(self, n_coordinates):
        return True

    def _orbit(self, xp, y):
        for matrix in self._elements(y.shape[1]):
            yield y @ algebra.like(xp, matrix.T, y)

    def _elements(self, n):
        """All elements of the group as matrices of side n, the identity first."""
        generators = np.asarray(self.generators)
        generators = generators.astype(np.result_type(generators, np.float64))
        return _closure(
            generators.tobytes(), generators.shape, generators.dtype, n, self.max_order
        )


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
    elements = np.eye(n, dtype=generators.dtype)[None]
    frontier = elements
    while len(frontier):
        products = np.concatenate([frontier @ generator for generator in generators])
        fresh = []
        for product in products:
            known = np.concatenate([elements, *(f[None] for f in fresh)])
            if np.abs(known - product).max(axis=(1, 2)).min() > _CLOSE:
                fresh.append(product)
                if len(elements) + len(fresh) > max_order:
                    raise ValueError(
                        f"The generators give more than max_order={max_order} elements; "
                        f"check that they belong to a finite group, or raise max_order."
                    )
        frontier = np.stack(fresh) if fresh else elements[:0]
        elements = np.concatenate([elements, frontier])
    return elements


def _product_matrix(g, side):
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
