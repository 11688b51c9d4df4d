"""Which symmetry targets have, found through the learned forward map."""

from ._discover import certified, discover_symmetry
from ._result import Discovery, Evidence

__all__ = ["Discovery", "Evidence", "discover_symmetry"]
