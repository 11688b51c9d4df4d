"""Makers of inverse problems whose answer is known only up to a symmetry, as ``(X, y)`` pairs.

Imports nothing of the package. Users import from here; one file holds one problem or family.
"""

from ._axial_angles import make_axial_angles
from ._distance_geometry import make_distance_geometry
from ._factorizations import make_blind_deconvolution, make_matrix_factorization
from ._fourier_phase_retrieval import make_fourier_phase_retrieval
from ._gaussian_phase_retrieval import make_gaussian_phase_retrieval
from ._mixture_components import make_mixture_components
from ._orientations import make_orientations
from ._scattering_medium import make_scattering_medium
from ._square_root import make_square_root

__all__ = [
    "make_axial_angles",
    "make_blind_deconvolution",
    "make_distance_geometry",
    "make_fourier_phase_retrieval",
    "make_gaussian_phase_retrieval",
    "make_matrix_factorization",
    "make_mixture_components",
    "make_orientations",
    "make_scattering_medium",
    "make_square_root",
]
