"""Regressors for targets that are known up to a symmetry, and the catalogue of remedies.

Uses symmetries, targets and metrics, and the networks inside functions only, so that torch is not
imported. Users take the regressors from `sksym` and the catalogue from here.
"""

from ._atlas import AtlasRegressor
from ._bagging import RectifiedBaggingRegressor
from ._build import (
    NotApplicableError,
    model_types,
    named_regressor,
    weight_parameter,
    with_remedy,
)
from ._catalogue import DEFAULT_REGRESSORS, REGRESSORS, REMEDIES
from ._conformal import RectifiedConformalRegressor
from ._constant import ConstantRegressor
from ._entries import NamedRegressor, Remedy, Task
from ._hybrid_input_output import HybridInputOutput
from ._levenberg import LevenbergMarquardt, Residuals
from ._make import make_canonical_regressor, make_lifted_regressor
from ._measurements import CompressMeasurements
from ._neighbors import OrbitKNeighborsRegressor
from ._refine import RefinedRegressor
from ._residual import ResidualRegressor
from ._transformed import RectifiedTargetRegressor
from ._voting import RectifiedVotingRegressor

__all__ = [
    "REGRESSORS",
    "REMEDIES",
    "AtlasRegressor",
    "CompressMeasurements",
    "HybridInputOutput",
    "NamedRegressor",
    "OrbitKNeighborsRegressor",
    "RectifiedBaggingRegressor",
    "RectifiedConformalRegressor",
    "RectifiedTargetRegressor",
    "RectifiedVotingRegressor",
    "RefinedRegressor",
    "Remedy",
    "ResidualRegressor",
    "Task",
    "make_canonical_regressor",
    "make_lifted_regressor",
]
