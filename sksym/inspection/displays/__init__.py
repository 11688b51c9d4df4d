"""Displays in the style of scikit-learn: ``from_...`` computes, ``plot`` draws with matplotlib."""

from ._discovery import DiscoveryDisplay
from ._remedies import ComparisonDisplay
from ._representatives import RepresentativeDisplay
from ._seam import SeamDisplay
from ._training import TrainingDisplay
from ._zigzag import ZigzagDisplay

__all__ = [
    "ComparisonDisplay",
    "DiscoveryDisplay",
    "RepresentativeDisplay",
    "SeamDisplay",
    "TrainingDisplay",
    "ZigzagDisplay",
]
