"""Regressors that know the symmetry of their targets, and the catalogue of remedies."""

from ._atlas import AtlasRegressor
from ._build import (
    NotApplicableError,
    model_types,
    named_regressor,
    weight_parameter,
    with_remedy,
)
from ._catalogue import DEFAULT_REGRESSORS, REGRESSORS, REMEDIES, NamedRegressor, Remedy, Task
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
    "NamedRegressor",
    "OrbitKNeighborsRegressor",
    "RectifiedTargetRegressor",
    "RefinedRegressor",
    "Remedy",
    "ResidualRegressor",
    "Task",
    "make_canonical_regressor",
    "make_lifted_regressor",
]
