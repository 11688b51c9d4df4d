"""Symmetries of well-known inverse problems."""

from sklearn.utils._param_validation import StrOptions, validate_params

from .._validation import COUNT
from ._columns import Columns
from ._factors import FactorScale
from ._finite import Sign
from ._permutation import Permutation
from ._phase import GlobalPhase
from ._shifts import ConjugateFlip, CyclicShift


@validate_params(
    {name: [COUNT] for name in ("n_rows", "rank", "n_columns")},
    prefer_skip_nested_validation=True,
)
def matrix_factorization_symmetry(n_rows, rank, n_columns):
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


@validate_params({"field": [StrOptions({"real", "complex"})]}, prefer_skip_nested_validation=True)
def fourier_symmetry(shape=None, field="real"):
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
    return ConjugateFlip(shape) * CyclicShift(shape) * scalar
