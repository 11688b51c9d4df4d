"""Symmetries: groups acting on rows of targets."""

from .base import Symmetry
from .combine import Product, fourier_symmetry
from .continuous import GlobalPhase
from .finite import FiniteSymmetry, Identity, Sign
from .shifts import ConjugateFlip, CyclicShift

__all__ = [
    "ConjugateFlip",
    "CyclicShift",
    "FiniteSymmetry",
    "GlobalPhase",
    "Identity",
    "Product",
    "Sign",
    "Symmetry",
    "fourier_symmetry",
]
