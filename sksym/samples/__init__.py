"""Samples of an answer that is known up to a symmetry: draws, replicates, restarts.

Uses the methods of a symmetry and knows no group. Users take `align_samples` from `sksym`.
"""

from ._align import align_samples

__all__ = ["align_samples"]
