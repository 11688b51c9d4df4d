"""Symmetry breaking of regression targets as scikit-learn transformers."""

from .canonicalize import CanonicalizeTargets
from .lift import LiftTargets
from .regressors import (
    RectifiedTargetRegressor,
    make_canonical_regressor,
    make_lifted_regressor,
)
from .scale import ScaleTargets

__all__ = [
    "CanonicalizeTargets",
    "LiftTargets",
    "RectifiedTargetRegressor",
    "ScaleTargets",
    "make_canonical_regressor",
    "make_lifted_regressor",
]
