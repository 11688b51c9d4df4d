"""Diagnostics before training, and displays: the symmetry of targets, and what breaking it gains.

Uses symmetries, metrics, and the regressors' models of forward maps. Users import from here; the
displays need matplotlib.
"""

from ._ambiguity import ambiguity_score
from ._forward import check_symmetry
from ._lifts import lift_report
from ._representatives import representative_report
from ._suggest import suggest_symmetry
from .discovery import Discovery, Evidence, discover_symmetry
from .displays import (
    ComparisonDisplay,
    CoverageDisplay,
    DiscoveryDisplay,
    RepresentativeDisplay,
    SeamDisplay,
    SpreadDisplay,
    TraceDisplay,
    TrainingDisplay,
    ZigzagDisplay,
)

__all__ = [
    "ComparisonDisplay",
    "CoverageDisplay",
    "Discovery",
    "DiscoveryDisplay",
    "Evidence",
    "RepresentativeDisplay",
    "SeamDisplay",
    "SpreadDisplay",
    "TraceDisplay",
    "TrainingDisplay",
    "ZigzagDisplay",
    "ambiguity_score",
    "check_symmetry",
    "discover_symmetry",
    "lift_report",
    "representative_report",
    "suggest_symmetry",
]
