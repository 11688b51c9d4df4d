"""Displays in the style of scikit-learn: ``from_...`` computes, ``plot`` draws with matplotlib."""

from ._coverage import CoverageDisplay
from ._discovery import DiscoveryDisplay
from ._remedies import ComparisonDisplay
from ._representatives import RepresentativeDisplay
from ._samples import SpreadDisplay, TraceDisplay
from ._seam import SeamDisplay
from ._training import TrainingDisplay
from ._zigzag import ZigzagDisplay

__all__ = [
    "ComparisonDisplay",
    "CoverageDisplay",
    "DiscoveryDisplay",
    "RepresentativeDisplay",
    "SeamDisplay",
    "SpreadDisplay",
    "TraceDisplay",
    "TrainingDisplay",
    "ZigzagDisplay",
]
