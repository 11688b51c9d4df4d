"""Metrics of several fields, by the names that these use, each a symmetry and a few lines.

Unlike the rest of `sksym.metrics`, which knows no particular group. Users import from
`sksym.metrics`.
"""

from ._images import aligned_mean_squared_error, aligned_psnr, aligned_ssim
from ._molecules import symmetric_rmsd
from ._orientations import disorientation_angle
from ._poses import mssd
from ._scorers import field_scorer

__all__ = [
    "aligned_mean_squared_error",
    "aligned_psnr",
    "aligned_ssim",
    "disorientation_angle",
    "field_scorer",
    "mssd",
    "symmetric_rmsd",
]
