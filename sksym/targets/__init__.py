"""Targets for scikit-learn's regressors: representatives, lifts, scales, parts in varying number.

Uses the methods of a symmetry and knows no group. Users take these names from `sksym`.
"""

from ._canonicalize import CanonicalizeTargets
from ._lift import LiftTargets
from ._parts import pack_parts, unpack_parts
from ._references import breaks, chosen_reference, spread
from ._scale import ScaleTargets

__all__ = ["CanonicalizeTargets", "LiftTargets", "ScaleTargets", "pack_parts", "unpack_parts"]
