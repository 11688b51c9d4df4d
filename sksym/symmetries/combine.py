"""Symmetries made of symmetries."""

from typing import ClassVar

from sklearn.utils._param_validation import StrOptions, validate_params

from .._validation import COUNT
from . import algebra, choice
from .base import Symmetry
from .continuous import GlobalPhase
from .factors import FactorScale
from .finite import FiniteSymmetry, Identity, Sign
from .parts import Columns
from .permutation import Permutation
from .shifts import ConjugateFlip, CyclicShift

# Groups of scalars: of their alignment only the inner product with the target matters, and this
# is the largest real part that they can give it.
_SCALARS = {
    Identity: lambda xp, overlap: xp.real(overlap),
    Sign: lambda xp, overlap: xp.abs(xp.real(overlap)),
    GlobalPhase: lambda xp, overlap: xp.abs(overlap),
}


class Product(Symmetry):
    r"""Both a finite symmetry and another one, made by ``finite * inner``.

    Factors must not be aligned one after the other: the first one's answer depends on what the
    second one does. For every element of the finite factor the inner one is solved, and the
    nearest of the results is kept, which is exact. A shift and a group of scalars are solved
    together by fast Fourier transforms.

    The own reference is a fixed row in general position, since the simplest references are fixed
    by part of a product: a flip fixes the first basis vector up to a shift.

    Parameters
    ----------
    finite : FiniteSymmetry
        Enumerated, unless it is a shift and `inner` a group of scalars.
    inner : Symmetry
        Solved for each element of `finite`. One of the two must map orbits of the other to
        orbits, so that the product is a group.

    Examples
    --------
    >>> from sksym import ConjugateFlip, CyclicShift
    >>> symmetry = ConjugateFlip() * CyclicShift()
    >>> symmetry
    ConjugateFlip() * CyclicShift()
    >>> symmetry.distance([[1.0, 2.0, 4.0]], [[2.0, 1.0, 4.0]])
    array([0.])
    """

    _parameter_constraints: ClassVar[dict] = {"finite": [FiniteSymmetry], "inner": [Symmetry]}

    def __init__(self, finite, inner):
        self.finite = finite
        self.inner = inner

    @property
    def is_complex(self):
        """Whether one of the factors acts on complex rows."""
        return self.finite.is_complex or self.inner.is_complex

    @property
    def is_isometric(self):
        """Whether both factors preserve the Euclidean distance."""
        return self.finite.is_isometric and self.inner.is_isometric

    def __repr__(self, N_CHAR_MAX=700):
        *finite, last = factors = _chain(self)
        # Stars sort their factors; only of factors in their order do they make this product.
        is_made_by_stars = (
            all(isinstance(factor, FiniteSymmetry) for factor in finite)
            and isinstance(last, Symmetry)
            and factors == _ordered(factors)
        )
        return " * ".join(map(repr, factors)) if is_made_by_stars else super().__repr__(N_CHAR_MAX)

    def _align(self, xp, y, to):
        score_of = _SCALARS.get(type(self.inner))
        if isinstance(self.finite, CyclicShift) and score_of is not None:
            return self.finite._align_with(xp, y, to, score_of, self.inner._align)
        if self.inner.is_isometric:
            return choice.nearest(xp, lambda: self._candidates(xp, y, to), to)
        points = (self.inner._align(xp, point, to) for point in self.finite._orbit(xp, y))
        return choice.nearest_by_distance(xp, points, to)

    def _canonicalize(self, xp, y, reference):
        if self.inner.is_isometric:
            return self._align(xp, y, reference)
        return choice.nearest(xp, lambda: self._candidates(xp, y, reference), reference)

    def _candidates(self, xp, y, to):
        """Each element of the finite factor, completed by the inner one."""
        inner = self.inner
        complete = inner._align if inner.is_isometric else inner._canonicalize
        for point in self.finite._orbit(xp, y):
            yield complete(xp, point, to)

    def _random(self, xp, y, rng):
        return self.inner._random(xp, self.finite._random(xp, y, rng), rng)

    def _reference(self, n_coordinates):
        return choice.generic_row(n_coordinates, is_complex=self.is_complex)

    def _margin(self, xp, y, reference):
        """Half the gap between the two best factors' alignments, or the inner margin if smaller.

        A lower bound of the distance to the cut: either inner product changes by no more than the
        length of the reference when y moves by one unit.
        """
        y = self._canonicalize(xp, y, reference)
        best, size = choice.inner(xp, y, reference), algebra.norm(xp, reference)
        margin = self.inner._margin(xp, y, reference)
        fixed = self._candidates(xp, reference, reference)
        for candidate, moved in zip(self._candidates(xp, y, reference), fixed, strict=True):
            # Elements that the inner factor holds too, and the identity, do not move y.
            is_moved = algebra.norm(xp, moved - reference) > 1e-6 * size
            width = xp.where(is_moved, 2 * size, xp.zeros_like(size))
            gap = best - choice.inner(xp, candidate, reference)
            margin = xp.minimum(margin, choice.wall_distance(xp, gap, width, candidate, y))
        return xp.where(margin > 0, margin, xp.zeros_like(margin))


def multiply(a, b):
    """The product of two symmetries, in the order in which it is solved fastest.

    Raises
    ------
    TypeError
        If neither is finite.
    """
    factors = _ordered([*_factors(a), *_factors(b)])
    product = factors[-1]
    for factor in reversed(factors[:-1]):
        if not isinstance(factor, FiniteSymmetry):
            raise TypeError(
                f"{a!r} * {b!r} has two factors that are not finite, {factor!r} and {product!r}; "
                f"write a symmetry of your own that aligns them jointly."
            )
        product = Product(factor, product)
    return product


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


def _factors(symmetry):
    if isinstance(symmetry, Product):
        return [*_factors(symmetry.finite), *_factors(symmetry.inner)]
    return [symmetry]


def _ordered(factors):
    """Factors from the first that is enumerated to the last that is solved."""
    return sorted(factors, key=lambda factor: factor.nesting)


def _chain(product):
    """The finite factor, that of the inner product, and so on; last what is no product."""
    factors = []
    while isinstance(product, Product):
        factors.append(product.finite)
        product = product.inner
    return [*factors, product]


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
