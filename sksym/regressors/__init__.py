"""Regressors that know the symmetry of their targets, and the catalogue of remedies."""

from ._atlas import AtlasRegressor
from ._catalogue import (
    DEFAULT_REGRESSORS,
    REGRESSORS,
    REMEDIES,
    NotApplicableError,
    named_regressor,
    require_room,
    weight_parameter,
    with_remedy,
)
from ._forward import Quadratic
from ._neighbors import OrbitKNeighborsRegressor
from ._refine import RefinedRegressor
from ._residual import ResidualRegressor
from ._transformed import (
    RectifiedTargetRegressor,
    make_canonical_regressor,
    make_lifted_regressor,
)

__all__ = [
    "REGRESSORS",
    "REMEDIES",
    "AtlasRegressor",
    "OrbitKNeighborsRegressor",
    "RectifiedTargetRegressor",
    "RefinedRegressor",
    "ResidualRegressor",
    "make_canonical_regressor",
    "make_lifted_regressor",
]
