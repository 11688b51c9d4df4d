"""Pictures in scikit-learn's manner: ``from_...`` computes, ``plot`` draws with matplotlib."""

from .remedies import ComparisonDisplay
from .representatives import RepresentativeDisplay
from .seam import SeamDisplay
from .training import TrainingDisplay
from .zigzag import ZigzagDisplay

__all__ = [
    "ComparisonDisplay",
    "RepresentativeDisplay",
    "SeamDisplay",
    "TrainingDisplay",
    "ZigzagDisplay",
]
