"""Inverse problems whose answer is known only up to a symmetry, as ``(X, y)`` pairs."""

from .gaussian_phase_retrieval import make_gaussian_phase_retrieval
from .square_root import make_square_root

__all__ = ["make_gaussian_phase_retrieval", "make_square_root"]
