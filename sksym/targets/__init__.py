"""Target transformers: canonicalization, lifts and scaling, for scikit-learn's target regressors.

Uses the methods of a symmetry and knows no group. Users take these names from `sksym`.
"""

from ._canonicalize import CanonicalizeTargets
from ._lift import LiftTargets
from ._scale import ScaleTargets

__all__ = ["CanonicalizeTargets", "LiftTargets", "ScaleTargets"]
