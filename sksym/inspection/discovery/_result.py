"""What was found out about the symmetry of targets, and how sure it is."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...symmetries import Symmetry
from ..displays import DiscoveryDisplay
from ._candidates import said

_NEAR = 0.2
_MOST_SHOWN = 12  # lines of evidence in the printed text


@dataclass(frozen=True)
class Evidence:
    """How much the forward map changes under a group, or under one map.

    Attributes
    ----------
    kind : {"group", "element", "generator"}
        What was applied to targets: random elements of a named group, one map that was found, or
        a short way along a direction that was found.
    name : str
        The group as one writes it, or what the map is.
    change : float
        Root mean square of f(g y) - f(y) over the spread of the measurements, on rows that
        nothing was fitted to.
    low, high : float
        The 95 % interval of `change`.
    holds : bool
        Whether the whole interval is below ``delta`` of the `Discovery`.
    is_open : bool
        Whether it may hold although this is not shown: the interval, or what the model of the
        forward map is unsure of, does not exclude it.
    """

    kind: str
    name: str
    change: float
    low: float
    high: float
    holds: bool
    is_open: bool = False

    def __str__(self):
        return f"{self.name}: {self.change:.2%} (95 %: {self.low:.2%} to {self.high:.2%})"


@dataclass(frozen=True, repr=False)
class Discovery:
    """Result of `discover_symmetry`; prints as a short text.

    Attributes
    ----------
    verdict : {"found", "none", "cannot tell"}
        The answer.
    reason : str
        What it rests on, in one sentence.
    symmetry : Symmetry or None
        The group, ready for `sksym.experiments.compare`: `Identity` where there is none, None
        where the pairs cannot tell.
    elements : list of Bunch
        Maps y -> M y + c other than the identity that leave the forward map as it is, with
        ``matrix``, ``offset`` and ``hits``, the number of starts that ended there.
    generators : ndarray of shape (n_generators, n_targets, n_targets + 1)
        Directions y -> A y + b of the continuous part, as matrices [A | b].
    orbit_dimension : int
        Dimension of the orbits.
    evidence : list of Evidence
        For each group and map that was tested, on rows that nothing was fitted to.
    delta : float
        Largest relative change of the forward map that counts as none.
    forward_name : str
        The model of the forward map.
    forward_score : float
        Share of the measurements' variance that it explains on rows that it was not fitted to.
    spectrum : ndarray
        Mean squared derivatives of the forward map along linear directions, over the largest,
        ascending: zeros are the continuous part.
    missed : float
        Largest probability that the search would have missed a larger group; nan if not known.
    restriction : str or None
        To which families the search was limited, if it was.
    certificate : object
        The rows on which `test` tests.
    """

    verdict: str
    reason: str
    symmetry: Symmetry | None
    delta: float
    forward_name: str
    forward_score: float
    elements: list = field(default_factory=list)
    generators: np.ndarray | None = None
    orbit_dimension: int = 0
    evidence: list = field(default_factory=list)
    spectrum: np.ndarray = field(default_factory=lambda: np.zeros(0))
    missed: float = float("nan")
    restriction: str | None = None
    certificate: object = None

    def test(self, symmetry: Symmetry) -> Evidence | None:
        """Test another symmetry on the same rows.

        Parameters
        ----------
        symmetry : Symmetry
            Group that acts on the targets.

        Returns
        -------
        Evidence or None
            The forward map refutes the group if its ``low`` is above ``delta``; None where it
            leaves all targets in place.
        """
        return self.certificate.of_group(symmetry)

    @property
    def text(self) -> str | None:
        """The group as one writes it; see `symmetry` for matrices in full."""
        return None if self.symmetry is None else said(self.symmetry)

    @property
    def near_misses(self) -> list[Evidence]:
        """Evidence of what does not hold but nearly does, smallest change first.

        Its change is less than a fifth of the spread.
        """
        misses = [e for e in self.evidence if not e.holds and e.change < _NEAR]
        return sorted(misses, key=lambda e: e.change)

    def plot(self, ax: Any = None) -> DiscoveryDisplay:
        """Draw the maps that were found, the spectrum and the evidence.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Axes made by ``subplots``, whose place is divided; a new figure by default.

        Returns
        -------
        DiscoveryDisplay
        """
        return DiscoveryDisplay.from_discovery(self, ax=ax)

    def __repr__(self):
        found = {"none": "No symmetry.", "cannot tell": "Cannot tell."}
        lines = [
            found.get(self.verdict) or f"Found: {self.text}",
            self.reason,
            f"Forward map: {self.forward_name}, explains {self.forward_score:.2%} of X.",
        ]
        if self.verdict != "cannot tell":
            lines.append(f"Dimension of the orbits: {self.orbit_dimension}.")
        if np.isfinite(self.missed):
            lines.append(
                f"A larger group of isometries would have been missed: {self.missed:.1%} or less."
            )
        if self.restriction:
            lines.append(self.restriction)
        held = [e for e in self.evidence if e.holds]
        for title, evidence in [("Holds", held), ("Near misses", self.near_misses)]:
            if evidence:
                lines.append(f"{title} (change of the forward map over the spread of X):")
                lines += [f"  {e}" for e in evidence[:_MOST_SHOWN]]
                if len(evidence) > _MOST_SHOWN:
                    lines.append(f"  and {len(evidence) - _MOST_SHOWN} more")
        return "\n".join(lines)
