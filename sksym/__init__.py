"""Learning inverse problems whose answer is known only up to a symmetry, inside scikit-learn.

A forward map that sends ``y`` and ``g(y)`` to the same measurement leaves a regressor nothing to
learn but their average. `CanonicalizeTargets` breaks the symmetry of the training targets,
`sksym.metrics` scores predictions up to it, `sksym.neural` has the networks and `sksym.datasets`
the inverse problems. Importing this package does not import torch.
"""

from ._version import __version__ as __version__
from .regressors import (
    AtlasRegressor,
    OrbitKNeighborsRegressor,
    RefinedRegressor,
    ResidualRegressor,
    make_canonical_regressor,
    make_lifted_regressor,
)
from .symmetries import (
    AxisRotation,
    Blocks,
    Columns,
    ConjugateFlip,
    Conjugation,
    CyclicShift,
    FactorScale,
    FiniteSymmetry,
    GlobalPhase,
    Identity,
    MatrixGroup,
    Orthogonal,
    PerClass,
    Periodic,
    Permutation,
    PhaseRamp,
    PositiveScale,
    Product,
    Sign,
    Symmetry,
    Translation,
    Unitary,
    fourier_symmetry,
    matrix_factorization_symmetry,
)
from .targets import (
    CanonicalizeTargets,
    LiftTargets,
    ScaleTargets,
    pack_parts,
    unpack_parts,
)

__all__ = [
    "AtlasRegressor",
    "AxisRotation",
    "Blocks",
    "CanonicalizeTargets",
    "Columns",
    "ConjugateFlip",
    "Conjugation",
    "CyclicShift",
    "FactorScale",
    "FiniteSymmetry",
    "GlobalPhase",
    "Identity",
    "LiftTargets",
    "MatrixGroup",
    "OrbitKNeighborsRegressor",
    "Orthogonal",
    "PerClass",
    "Periodic",
    "Permutation",
    "PhaseRamp",
    "PositiveScale",
    "Product",
    "RefinedRegressor",
    "ResidualRegressor",
    "ScaleTargets",
    "Sign",
    "Symmetry",
    "Translation",
    "Unitary",
    "fourier_symmetry",
    "make_canonical_regressor",
    "make_lifted_regressor",
    "matrix_factorization_symmetry",
    "pack_parts",
    "unpack_parts",
]
