"""Which symmetry targets have, found through the learned forward map."""

from ._discover import DELTA, FEWEST, certified, discover_symmetry, obstacle
from ._naming import Namer
from ._result import Discovery, Evidence

__all__ = ["Discovery", "Evidence", "discover_symmetry"]
