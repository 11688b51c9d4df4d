"""Discoveries made by hand, in place of a search that takes its time."""

from dataclasses import dataclass

import numpy as np

from sksym import Identity, Sign
from sksym.inspection import Discovery, Evidence

DELTA = 0.05
SHIFT = 0.01  # half the width of an interval


def evidence(symmetry, change):
    """Evidence for a symmetry that changes the forward map by so much."""
    low, high = max(change - SHIFT, 0.0), change + SHIFT
    return Evidence("group", repr(symmetry), change, low, high, high < DELTA)


@dataclass(frozen=True, repr=False)
class Made(Discovery):
    """A discovery whose tests of other symmetries have answers that are given."""

    changes: tuple = ()  # pairs of a symmetry and how much it changes the forward map

    def test(self, symmetry):
        changes = [change for known, change in self.changes if known == symmetry]
        return evidence(symmetry, changes[0] if changes else 1.0)


def found(symmetry, *changes, **others):
    tested = [evidence(*change) for change in changes]
    others = {"reason": "It explains the pairs.", "evidence": tested, **others}
    return _made("found", symmetry, changes=changes, **others)


def none(*changes):
    reason = "Each map but the identity changes the forward map."
    return _made("none", Identity(), reason=reason, changes=changes)


def cannot_tell(*changes):
    return _made("cannot tell", None, reason="The noise is too large.", changes=changes)


def _made(verdict, symmetry, reason, **others):
    spectrum = np.array([0.3, 1.0])
    common = {"delta": DELTA, "forward_name": "a polynomial", "forward_score": 0.99}
    return Made(verdict, reason, symmetry, spectrum=spectrum, **common, **others)


def the_sign(X, y, *, groups=None, random_state=0):
    """What is found where measurements are squares, whatever the pairs are."""
    return found(Sign(), (Sign(), 0.0))


def replace_search(patch, search):
    """Let another function search the pairs of `compare` and of the commands."""
    for module in ("sksym.experiments._given", "sksym.command._discover"):
        patch.setattr(f"{module}.discover_symmetry", search)
