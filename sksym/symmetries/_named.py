"""Symmetries of well-known inverse problems."""

import math
from collections.abc import Sequence
from numbers import Integral

import numpy as np
from sklearn.utils._param_validation import StrOptions

from .._validation import COUNT, validated
from ._columns import Columns
from ._factors import FactorScale
from ._finite import Sign
from ._permutation import Permutation
from ._permutation_group import PermutationGroup, generating_orders
from ._phase import GlobalPhase
from ._product import Product
from ._shifts import ConjugateFlip, CyclicShift

_MOST_LABELS = 7  # of which all orders are tried


@validated({name: [COUNT] for name in ("n_rows", "rank", "n_columns")})
def matrix_factorization_symmetry(n_rows: int, rank: int, n_columns: int) -> Columns:
    """What a product A X cannot see of its factors: the scales and the order of the components.

    Without a structure of the factors, such as sparsity, the product is blind to every invertible
    matrix between them; this is the part that such a structure leaves.

    Parameters
    ----------
    n_rows, rank, n_columns : int
        Sizes of A (n_rows x rank) and X (rank x n_columns), which a row holds in C order.

    Returns
    -------
    Columns
        Components of both factors are brought together, then scaled and permuted.

    Examples
    --------
    >>> import numpy as np
    >>> from sksym import matrix_factorization_symmetry
    >>> A, X = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0], [6.0]])
    >>> swapped = np.hstack([2 * A[:, ::-1].ravel(), X[::-1].ravel() / 2])
    >>> symmetry = matrix_factorization_symmetry(2, 2, 1)
    >>> symmetry.distance([np.hstack([A.ravel(), X.ravel()])], [swapped]).round(12)
    array([0.])
    """
    n_a = n_rows * rank
    order = []
    for k in range(rank):
        order += [i * rank + k for i in range(n_rows)]
        order += [n_a + k * n_columns + j for j in range(n_columns)]
    components = Permutation(rank, each=FactorScale(n_rows, 1, n_columns))
    return Columns(components, tuple(order))


@validated({"field": [StrOptions({"real", "complex"})]})
def fourier_symmetry(shape: Sequence[int] | None = None, field: str = "real") -> Product:
    """What the modulus of a Fourier transform cannot see of a signal or an image.

    Parameters
    ----------
    shape : tuple of int, optional
        Shape of the image; by default a signal of all coordinates.
    field : {"real", "complex"}, default="real"
        Flip, shift and sign for real images, flip with conjugation, shift and phase for complex
        ones.

    Returns
    -------
    Product

    Raises
    ------
    ValueError
        If the field is neither.

    Examples
    --------
    >>> from sksym import fourier_symmetry
    >>> fourier_symmetry((8, 8), field="complex")
    ConjugateFlip(shape=(8, 8)) * CyclicShift(shape=(8, 8)) * GlobalPhase()
    """
    scalar = Sign() if field == "real" else GlobalPhase()
    return Product(ConjugateFlip(shape) * CyclicShift(shape), scalar)


@validated({"n_labels": [COUNT], "shapes": ["array-like"]})
def label_symmetry(
    n_labels: int, shapes: Sequence[Sequence[int | str]]
) -> Permutation | PermutationGroup:
    r"""Labels that mean nothing, of arrays some axes of which run over the labels.

    The states of a hidden Markov model, the components of a mixture, the communities of a graph:
    one permutation acts on all arrays, and on rows and columns of a transition matrix at once,
    :math:`T_{ij} \mapsto T_{\pi(i) \pi(j)}`.

    Parameters
    ----------
    n_labels : int
        Number of labels.
    shapes : sequence of tuples of int or "k"
        Shapes of the arrays, which a row holds one after the other, each in C order; "k" is an
        axis that runs over the labels. An array without one is known as it is.

    Returns
    -------
    Permutation or PermutationGroup
        `Permutation`, for any number of labels, where no array has more than one axis of labels.
        With two of them in one array the nearest order is a quadratic assignment, which has no
        fast solution: `PermutationGroup` tries all orders, of at most seven labels.

    Raises
    ------
    ValueError
        If a shape has entries other than positive integers and "k", none has a "k", or one has
        several and there are more than seven labels.

    Examples
    --------
    Weights, means in the plane and covariances of three Gaussians:

    >>> from sksym import label_symmetry
    >>> mixture = label_symmetry(3, [("k",), ("k", 2), ("k", 2, 2)])
    >>> mixture.order
    6

    Means and transition probabilities of two states:

    >>> states = label_symmetry(2, [("k",), ("k", "k")])
    >>> states.distance([[5.0, 60.0, 0.9, 0.1, 0.3, 0.7]], [[60.0, 5.0, 0.7, 0.3, 0.1, 0.9]])
    array([0.])
    """
    shapes = [_sized(shape, n_labels) for shape in shapes]
    axes = [axes for _, axes in shapes]
    if not any(axes):
        raise ValueError(
            f'shapes must have an axis of labels, "k", somewhere, such as [("k",), ("k", 2)], got '
            f"{[sizes for sizes, _ in shapes]}; for no symmetry use Identity()."
        )
    if max(map(len, axes)) > 1 and n_labels > _MOST_LABELS:
        raise ValueError(
            f"arrays with two axes of labels are aligned by trying all orders, of at most "
            f"{_MOST_LABELS} labels, got n_labels={n_labels}; leave these arrays out and move "
            f"them by the permutations that the others find."
        )
    ends = np.cumsum([0, *(math.prod(sizes) for sizes, _ in shapes)])
    places = [
        np.arange(start, end).reshape(sizes)
        for start, end, (sizes, _) in zip(ends[:-1], ends[1:], shapes, strict=True)
    ]
    if max(map(len, axes)) == 1:
        parts = [np.moveaxis(p, a[0], 0) for p, a in zip(places, axes, strict=True) if a]
        columns = np.concatenate([part.reshape(n_labels, -1) for part in parts], axis=1)
        return Permutation(columns=columns.tolist())
    generators = []
    for order in generating_orders(n_labels):
        moved = list(places)
        for number, array_axes in enumerate(axes):
            for axis in array_axes:
                moved[number] = np.take(moved[number], order, axis=axis)
        generators.append(np.concatenate([part.ravel() for part in moved]).tolist())
    return PermutationGroup(generators)


def _sized(shape, n_labels):
    """A shape with the number of labels for "k", and the axes where that stood."""
    shape = tuple(shape)
    are_sizes = [
        size == "k" or (isinstance(size, Integral) and not isinstance(size, bool) and size > 0)
        for size in shape
    ]
    if not shape or not all(are_sizes):
        raise ValueError(
            f'shapes must be tuples of positive integers and "k", such as [("k",), ("k", 2)], got '
            f"{shape!r}."
        )
    sizes = tuple(n_labels if size == "k" else int(size) for size in shape)
    return sizes, [axis for axis, size in enumerate(shape) if size == "k"]
