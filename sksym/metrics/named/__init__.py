"""Metrics of several fields, by the names that these use, each a symmetry and a few lines.

Unlike the rest of `sksym.metrics`, which knows no particular group. Users import from
`sksym.metrics`.
"""

from ._components import amari_distance, mean_correlation_coefficient
from ._images import aligned_mean_squared_error, aligned_psnr, aligned_ssim
from ._labels import clustering_accuracy
from ._molecules import symmetric_rmsd
from ._orientations import disorientation_angle
from ._point_sets import gospa_distance, ospa_distance
from ._poses import mssd
from ._scorers import FIELD_METRICS, field_scorer
from ._signals import permutation_invariant_si_sdr

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
    "symmetric_rmsd",
]
