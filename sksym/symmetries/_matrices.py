"""Finite groups of matrices, crystal point groups on quaternions among them."""

import functools
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.transform import Rotation
from sklearn.utils._param_validation import StrOptions

from .._arrays import algebra
from .._validation import COUNT, FIELD, validated
from ._closure import CLOSE, closed_matrices
from ._finite import FiniteSymmetry
from ._matrix_lifts import MatrixLifts
from ._scored import ScoredGroup

_MOST_COUNTED = 256  # elements, for a representation


class MatrixGroup(MatrixLifts, ScoredGroup):
    r"""The finite group that some matrices generate, :math:`y \mapsto M y` or :math:`M y + c`.

    The default reference is a fixed row in general position. Two kinds of groups have a lift:
    turns of the plane by a k-th of the full turn, the same vector at k times its angle; and
    rotations of orientations, as `from_rotations` makes them, symmetric tensors that the group
    leaves (Arnold, Jupp, Schaeben 2018), where no axis has more than six folds.

    Parameters
    ----------
    generators : array-like of shape (n_generators, n, n)
        Real orthogonal or complex unitary matrices.
    offsets : array-like of shape (n_generators, n), optional
        Vector c of each generator, for mirrors about a point and the like: an angle y and its
        supplement 180 - y are ``MatrixGroup([[[-1]]], offsets=[[180]])``. All of them together
        must make a finite group, hence no translations.
    field : {"real", "complex"}, default="real"
        Whether rows are real or complex; complex matrices always act on complex rows.
    max_order : int, default=10000
        Largest group that is enumerated. More elements are an error: the generators may not
        belong to a finite group, or only up to their rounding.

    Examples
    --------
    A quarter turn of the plane:

    >>> from sksym import MatrixGroup
    >>> turn = MatrixGroup([[[0.0, -1.0], [1.0, 0.0]]])
    >>> turn.order
    4
    >>> turn.canonicalize([[-3.0, 0.0]], reference=[1.0, 0.1])
    array([[3., 0.]])

    An angle or its supplement:

    >>> MatrixGroup([[[-1]]], offsets=[[180]]).distance([[10.0]], [[172.0]])
    array([2.])
    """

    _parameter_constraints: ClassVar[dict] = {
        "generators": ["array-like"],
        "offsets": ["array-like", None],
        "field": [FIELD],
        "max_order": [COUNT],
    }

    def __init__(
        self,
        generators: ArrayLike,
        offsets: ArrayLike | None = None,
        field: str = "real",
        max_order: int = 10_000,
    ) -> None:
        self.generators = generators
        self.offsets = offsets
        self.field = field
        self.max_order = max_order

    @classmethod
    @validated({"rotations": [Rotation], "side": [StrOptions({"left", "right"})]})
    def from_rotations(
        cls, rotations: Rotation, side: str = "right", max_order: int = 10_000
    ) -> Self:
        r"""A group of rotations acting on scalar-last unit quaternions.

        The quaternions q and -q are one rotation; the double cover is part of the group.

        Parameters
        ----------
        rotations : scipy.spatial.transform.Rotation
            A group or its generators, such as ``Rotation.create_group("O")``.
        side : {"right", "left"}, default="right"
            Whether :math:`q \mapsto q g` or :math:`q \mapsto g q`. Which of the two is the
            symmetry of a crystal depends on what the quaternions mean: see `crystal_symmetry`.
        max_order : int, default=10000
            As in `MatrixGroup`.

        Returns
        -------
        MatrixGroup
            On rows of four coordinates.

        Examples
        --------
        >>> from scipy.spatial.transform import Rotation
        >>> from sksym import MatrixGroup
        >>> MatrixGroup.from_rotations(Rotation.create_group("O")).order
        48
        """
        quaternions = np.atleast_2d(rotations.as_quat())
        generators = [product_matrix(g, side) for g in quaternions]
        return cls(np.stack([*generators, -np.eye(4)]), max_order=max_order)

    @property
    def is_complex(self) -> bool:
        """Whether rows are complex."""
        return self.field == "complex" or np.iscomplexobj(self.generators)

    def _order(self, n_coordinates):
        return len(self._maps(n_coordinates))

    def _is_linear(self, n_coordinates):
        return self.offsets is None

    def _validate_params(self):
        super()._validate_params()
        if _numbers(self.generators) is None:
            raise ValueError(
                "generators must be matrices of numbers, all of one shape: an array-like of "
                "shape (n_generators, n, n)."
            )
        shape = np.shape(self.generators)[:2]
        if self.offsets is not None and (
            _numbers(self.offsets) is None or np.shape(self.offsets) != shape
        ):
            raise ValueError(
                f"offsets must be numbers of shape {shape}, a vector for each generator, got "
                f"shape {np.shape(self.offsets)}."
            )

    def _orbit(self, xp, y):
        for matrix in self._maps(y.shape[1]):
            n = y.shape[1]
            point = y @ algebra.like(xp, matrix[:n, :n].T, y)
            yield point if self.offsets is None else point + algebra.like(xp, matrix[:n, n], y)

    def _align(self, xp, y, to):
        if self.offsets is None:
            return super()._align(xp, y, to)
        return FiniteSymmetry._align(self, xp, y, to)

    def _scores(self, xp, y, to):
        matrices = algebra.like(xp, self._maps(y.shape[1]), y)
        n_elements, n, _ = matrices.shape
        if to.shape[0] == 1:  # the target moved back by every element
            moved = algebra.conj(xp, xp.permute_dims(matrices, (0, 2, 1))) @ to[0, :]
            scores = algebra.conj(xp, y) @ xp.matrix_transpose(moved)
        else:
            pairs = to[:, :, None] * algebra.conj(xp, y)[:, None, :]
            flat = xp.reshape(algebra.conj(xp, matrices), (n_elements, n * n))
            scores = xp.reshape(pairs, (-1, n * n)) @ xp.matrix_transpose(flat)
        return algebra.real(xp, scores)

    def _moved_by(self, xp, y, number):
        matrices = algebra.like(xp, self._maps(y.shape[1]), y)
        return (xp.take(matrices, number, axis=0) @ y[:, :, None])[:, :, 0]

    def _elements(self, n):
        """All elements of a linear group as matrices of side n, the identity first.

        Raises
        ------
        ValueError
            If there are none of that side, or the maps are not linear.
        """
        if self.offsets is not None:
            raise ValueError(f"{self!r} holds maps that are not linear.")
        return self._maps(n)

    def _maps(self, n, max_order=None):
        """All elements, the identity first; with offsets the matrices have a column more."""
        maps = np.asarray(self.generators)
        maps = maps.astype(np.result_type(maps, np.float64))
        if self.offsets is not None:
            last = np.zeros((len(maps), 1, maps.shape[2] + 1))
            last[:, 0, -1] = 1
            maps = np.concatenate([maps, np.asarray(self.offsets)[:, :, None]], axis=2)
            maps = np.concatenate([maps, last], axis=1)
        max_order = self.max_order if max_order is None else max_order
        is_affine = self.offsets is not None
        return _closure(maps.tobytes(), maps.shape, maps.dtype, n, is_affine, max_order)

    def _argument(self, name, value):
        """The matrices by the order of their group and their size."""
        matrices = _numbers(value) if name == "generators" else None
        if matrices is None or matrices.ndim != 3:
            return super()._argument(name, value)
        *_, n = matrices.shape
        try:
            return f"<order {len(self._maps(n, _MOST_COUNTED))}, {n} x {n}>"
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
def _closure(buffer, shape, dtype, n, is_affine, max_order):
    """All products of the generators, which come as bytes so that the answer is kept.

    Raises
    ------
    ValueError
        If the generators are not orthogonal matrices of the rows' width, or there are more
        elements than `max_order`.
    """
    maps = np.frombuffer(buffer, dtype).reshape(shape)
    if len(maps) == 0:
        raise ValueError(
            "generators must hold at least one matrix; for no symmetry use Identity()."
        )
    n = shape[-1] - is_affine if n is None else n
    side = n + is_affine
    if maps.ndim != 3 or maps.shape[1:] != (side, side):
        raise ValueError(
            f"generators must have shape (n_generators, {n}, {n}), like rows of {n} coordinates, "
            f"got {(len(maps), *(k - is_affine for k in maps.shape[1:]))}."
        )
    matrices = maps[:, :n, :n]
    squares = matrices @ np.conj(np.swapaxes(matrices, 1, 2))
    if not np.isfinite(maps).all() or np.abs(squares - np.eye(n)).max() > CLOSE:
        raise ValueError("generators must be finite orthogonal (unitary) matrices.")
    return closed_matrices(maps, max_order)


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
