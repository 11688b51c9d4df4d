"""Symmetries: groups acting on rows of targets."""

from .base import Symmetry
from .continuous import GlobalPhase
from .finite import Identity, Sign

__all__ = ["GlobalPhase", "Identity", "Sign", "Symmetry"]
