"""Experiments: the paper's table, and a comparison of remedies on your own data."""

from .compare import Comparison, compare

__all__ = ["Comparison", "compare"]
