"""Rectified errors and scorers, metrics of the fields, and the error by distance from the cut.

Uses the methods of a symmetry and knows no group, but for the metrics in `named`. Users import
from here.
"""

from ._errors import (
    rectified_mean_absolute_error,
    rectified_mean_squared_error,
    rectified_r2_score,
    rectified_root_mean_squared_error,
)
from ._scorers import greater_is_better, rectified_scorer
from ._seam import seam_report
from .named import (
    amari_distance,
    clustering_accuracy,
    field_scorer,
    gospa_distance,
    mean_correlation_coefficient,
    ospa_distance,
    permutation_invariant_si_sdr,
)

__all__ = [
    "amari_distance",
    "clustering_accuracy",
    "field_scorer",
    "gospa_distance",
    "mean_correlation_coefficient",
    "ospa_distance",
    "permutation_invariant_si_sdr",
    "rectified_mean_absolute_error",
    "rectified_mean_squared_error",
    "rectified_r2_score",
    "rectified_root_mean_squared_error",
    "rectified_scorer",
    "seam_report",
]
