"""Rectified errors and scorers, and the error by distance from the cut.

Uses the methods of a symmetry and knows no group. Users import from here.
"""

from ._errors import (
    rectified_mean_absolute_error,
    rectified_mean_squared_error,
    rectified_r2_score,
    rectified_root_mean_squared_error,
)
from ._scorers import rectified_scorer
from ._seam import seam_report

__all__ = [
    "rectified_mean_absolute_error",
    "rectified_mean_squared_error",
    "rectified_r2_score",
    "rectified_root_mean_squared_error",
    "rectified_scorer",
    "seam_report",
]
