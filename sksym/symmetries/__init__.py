"""Symmetries: groups acting on rows of targets."""

from .base import Symmetry
from .combine import Product
from .continuous import GlobalPhase
from .factors import FactorScale, PositiveScale
from .finite import FiniteSymmetry, Identity, Sign
from .matrices import MatrixGroup
from .named import fourier_symmetry, matrix_factorization_symmetry
from .parts import Blocks, Columns
from .permutation import Permutation
from .points import Orthogonal, Translation
from .shifts import ConjugateFlip, CyclicShift

__all__ = [
    "Blocks",
    "Columns",
    "ConjugateFlip",
    "CyclicShift",
    "FactorScale",
    "FiniteSymmetry",
    "GlobalPhase",
    "Identity",
    "MatrixGroup",
    "Orthogonal",
    "Permutation",
    "PositiveScale",
    "Product",
    "Sign",
    "Symmetry",
    "Translation",
    "fourier_symmetry",
    "matrix_factorization_symmetry",
]
