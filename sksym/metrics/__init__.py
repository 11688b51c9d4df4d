"""Rectified errors and scorers, the error by distance from the cut, and the metrics of fields.

Uses the methods of a symmetry and knows no group, but for those of fields. Users import from here.
"""

from ._errors import (
    rectified_mean_absolute_error,
    rectified_mean_squared_error,
    rectified_r2_score,
    rectified_root_mean_squared_error,
)
from ._scorers import more_is_better, rectified_scorer
from ._seam import seam_report
from .named import (
    aligned_mean_squared_error,
    aligned_psnr,
    aligned_ssim,
    amari_distance,
    clustering_accuracy,
    disorientation_angle,
    field_scorer,
    gospa_distance,
    mean_correlation_coefficient,
    mssd,
    ospa_distance,
    permutation_invariant_si_sdr,
    symmetric_rmsd,
)

__all__ = [
    "aligned_mean_squared_error",
    "aligned_psnr",
    "aligned_ssim",
    "amari_distance",
    "clustering_accuracy",
    "disorientation_angle",
    "field_scorer",
    "gospa_distance",
    "mean_correlation_coefficient",
    "mssd",
    "ospa_distance",
    "permutation_invariant_si_sdr",
    "rectified_mean_absolute_error",
    "rectified_mean_squared_error",
    "rectified_r2_score",
    "rectified_root_mean_squared_error",
    "rectified_scorer",
    "seam_report",
    "symmetric_rmsd",
]
