"""Models of the forward map y -> X, with their derivatives, and the choice among them."""

from ._choice import forward_maker, kernel_maps, network_map, polynomials, simplest
from ._factored import Factored
from ._model import forward_model, require_reproduction
from ._polynomial import Polynomial
from ._smooth_models import KernelMap, NetworkMap
from ._spectral import SpectralStart

MODELS = (Factored, KernelMap, NetworkMap, Polynomial, SpectralStart)

__all__ = [
    "MODELS",
    "Factored",
    "KernelMap",
    "NetworkMap",
    "Polynomial",
    "SpectralStart",
    "forward_maker",
    "forward_model",
    "kernel_maps",
    "network_map",
    "polynomials",
    "require_reproduction",
    "simplest",
]
