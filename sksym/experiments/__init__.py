"""Experiments: the paper's table, and a comparison of remedies on your own data."""

from .compare import compare
from .comparison import Comparison

__all__ = ["Comparison", "compare"]
