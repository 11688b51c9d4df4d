"""Symmetries: groups that act on rows of targets, and their combinations.

Imports only the array arithmetic. Users take these names from `sksym`.
"""

from ._assignment import best_assignment
from ._axis_rotation import AxisRotation
from ._base import Symmetry
from ._columns import Columns
from ._columns import positions as positions
from ._conjugation import Conjugation
from ._crystals import crystal_symmetry
from ._factors import FactorScale
from ._finite import FiniteSymmetry, Identity, Sign
from ._matrices import MatrixGroup
from ._named import fourier_symmetry, label_symmetry, matrix_factorization_symmetry
from ._parts import Blocks
from ._per_class import PerClass
from ._periodic import Periodic
from ._permutation import Permutation
from ._permutation_group import PermutationGroup
from ._phase import GlobalPhase
from ._points import Orthogonal
from ._product import Product
from ._ramp import PhaseRamp
from ._require import require_symmetry
from ._scales import PositiveScale
from ._shifts import ConjugateFlip, CyclicShift
from ._translation import Translation
from ._unitary import Unitary

__all__ = [
    "AxisRotation",
    "Blocks",
    "Columns",
    "ConjugateFlip",
    "Conjugation",
    "CyclicShift",
    "FactorScale",
    "FiniteSymmetry",
    "GlobalPhase",
    "Identity",
    "MatrixGroup",
    "Orthogonal",
    "PerClass",
    "Periodic",
    "Permutation",
    "PermutationGroup",
    "PhaseRamp",
    "PositiveScale",
    "Product",
    "Sign",
    "Symmetry",
    "Translation",
    "Unitary",
    "crystal_symmetry",
    "fourier_symmetry",
    "label_symmetry",
    "matrix_factorization_symmetry",
]
