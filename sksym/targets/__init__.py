"""Symmetry breaking of regression targets as scikit-learn transformers."""

from ._canonicalize import CanonicalizeTargets
from ._lift import LiftTargets
from ._scale import ScaleTargets

__all__ = ["CanonicalizeTargets", "LiftTargets", "ScaleTargets"]
