"""Symmetries: groups acting on rows of targets."""

from .base import Symmetry
from .combine import Product, fourier_symmetry
from .continuous import GlobalPhase
from .finite import FiniteSymmetry, Identity, Sign
from .matrices import MatrixGroup
from .parts import Blocks, Columns
from .permutation import Permutation
from .points import Orthogonal, Translation
from .shifts import ConjugateFlip, CyclicShift

__all__ = [
    "Blocks",
    "Columns",
    "ConjugateFlip",
    "CyclicShift",
    "FiniteSymmetry",
    "GlobalPhase",
    "Identity",
    "MatrixGroup",
    "Orthogonal",
    "Permutation",
    "Product",
    "Sign",
    "Symmetry",
    "Translation",
    "fourier_symmetry",
]
