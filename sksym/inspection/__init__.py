"""Whether there is a symmetry and breaking it will help, before anything is trained."""

from ..metrics.seam import seam_report
from .ambiguity import ambiguity_score, suggest_symmetry
from .displays import (
    ComparisonDisplay,
    RepresentativeDisplay,
    SeamDisplay,
    TrainingDisplay,
    ZigzagDisplay,
)
from .forward import check_symmetry
from .representatives import representative_report

__all__ = [
    "ComparisonDisplay",
    "RepresentativeDisplay",
    "SeamDisplay",
    "TrainingDisplay",
    "ZigzagDisplay",
    "ambiguity_score",
    "check_symmetry",
    "representative_report",
    "seam_report",
    "suggest_symmetry",
]
