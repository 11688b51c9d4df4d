"""Maps that leave the forward map as it is, and the evidence for them."""

from typing import Any, Self

import numpy as np

from ._axes import figure_and_axes

_MOST_MATRICES = 12
_MOST_LINES = 20  # of evidence
_MOST_COLUMNS = 6  # of matrices
_LONGEST_NAME = 40
_FLOOR = 1e-6  # of logarithmic axes: what is smaller is drawn there


class DiscoveryDisplay:
    """Matrices of the maps that were found, the spectrum of directions, and the evidence.

    Create it with `from_discovery`.

    Parameters
    ----------
    matrices : dict of str to ndarray of shape (n_targets, n_targets)
        Matrices of maps and directions without offsets, by their titles.
    spectrum : ndarray
        Mean squared derivatives of the forward map along linear directions, ascending.
    n_zeros : int
        Number of directions of the continuous part, which are the first ones.
    evidence : list of Evidence
        Changes of the forward map, with their intervals.
    delta : float
        Largest change that counts as none.

    Attributes
    ----------
    axes_ : dict of str to list of matplotlib.axes.Axes
        Axes of ``"matrices"``, ``"spectrum"`` and ``"evidence"``; none where there is nothing to
        be drawn.
    ax_, figure_
        Matplotlib objects that `plot` has drawn on.

    Examples
    --------
    >>> import numpy as np
    >>> from sksym import Sign
    >>> from sksym.inspection import DiscoveryDisplay
    >>> display = DiscoveryDisplay({"y → -y": -np.eye(2)}, np.array([0.3, 1.0]), 0, [], 0.05)
    >>> len(display.plot().axes_["matrices"])
    1
    """

    def __init__(
        self,
        matrices: dict[str, np.ndarray],
        spectrum: np.ndarray,
        n_zeros: int,
        evidence: list,
        delta: float,
    ) -> None:
        self.matrices = matrices
        self.spectrum = spectrum
        self.n_zeros = n_zeros
        self.evidence = evidence
        self.delta = delta

    @classmethod
    def from_discovery(cls, discovery: Any, *, ax: Any = None) -> Self:
        """Draw what `discover_symmetry` has found.

        At most 12 matrices are drawn, and 20 lines of evidence: the largest changes of those that
        hold, and the smallest of the others.

        Parameters
        ----------
        discovery : Discovery
            Result to draw.
        ax : matplotlib.axes.Axes, optional
            Axes made by ``subplots``, whose place is divided; a new figure by default.

        Returns
        -------
        DiscoveryDisplay
        """
        generators = () if discovery.generators is None else discovery.generators
        return cls(
            _matrices(discovery.elements, generators),
            discovery.spectrum,
            len(generators),
            _nearest_delta(discovery.evidence),
            discovery.delta,
        ).plot(ax=ax)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of a figure that has room for everything, in inches."""
        rows = -(-len(self.matrices) // _MOST_COLUMNS)
        return 9, 1.7 * rows + max(2.6, 0.3 * len(self.evidence) + 1)

    def plot(self, ax: Any = None) -> Self:
        """Draw the display.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Axes made by ``subplots``, whose place is divided; a new figure by default.

        Returns
        -------
        DiscoveryDisplay

        Raises
        ------
        ValueError
            If the axes have no place in a grid that could be divided.
        """
        self.figure_, self.ax_ = figure_and_axes(ax, size=self.size)
        place = self.ax_.get_subplotspec()
        if place is None:
            raise ValueError("ax has no place in a grid to be divided; pass axes of plt.subplots.")
        self.ax_.set_axis_off()
        rows = -(-len(self.matrices) // _MOST_COLUMNS)
        heights = [1.7 * rows, self.size[1] - 1.7 * rows]
        upper, lower = 2 * [place] if rows == 0 else place.subgridspec(2, 1, height_ratios=heights)
        below = lower.subgridspec(1, 2, width_ratios=[1, 1.6])
        self.axes_ = {
            "matrices": self._draw_matrices(upper, rows),
            "spectrum": self._draw_spectrum(below[0]),
            "evidence": self._draw_evidence(below[1]),
        }
        return self

    def _draw_matrices(self, place, rows):
        axes = []
        if not self.matrices:
            return axes
        grid = place.subgridspec(rows, _MOST_COLUMNS)
        for k, (title, matrix) in enumerate(self.matrices.items()):
            ax = self.figure_.add_subplot(grid[divmod(k, _MOST_COLUMNS)])
            largest = np.abs(matrix).max() or 1.0
            image = ax.imshow(matrix / largest, cmap="RdBu_r", vmin=-1, vmax=1)
            ax.set_title(title, fontsize="small")
            ax.set(xticks=[], yticks=[])
            axes.append(ax)
        label = "entries, over\nthe largest"
        self.figure_.colorbar(image, ax=axes, label=label, fraction=0.03, ticks=[-1, 0, 1])
        return axes

    def _draw_spectrum(self, place):
        if len(self.spectrum) == 0:
            return []
        ax = self.figure_.add_subplot(place)
        number = np.arange(1, len(self.spectrum) + 1)
        heights = np.maximum(self.spectrum, _FLOOR)
        is_zero = number <= self.n_zeros
        ax.plot(number[~is_zero], heights[~is_zero], "o", color="C0", markersize=4)
        if is_zero.any():
            ax.plot(number[is_zero], heights[is_zero], "o", color="C3", label="continuous part")
            ax.legend(loc="center right")
        ax.set(
            yscale="log",
            xlim=(0, len(self.spectrum) + 1),
            ylim=(_FLOOR / 2, 2),
            xlabel="direction",
            ylabel="mean squared derivative,\nover the largest",
        )
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.grid(axis="y", alpha=0.3)
        return [ax]

    def _draw_evidence(self, place):
        if not self.evidence:
            return []
        ax = self.figure_.add_subplot(place)
        for k, evidence in enumerate(self.evidence):
            low, change, high = np.maximum([evidence.low, evidence.change, evidence.high], _FLOOR)
            color = "C0" if evidence.holds else "C3"
            ax.plot([low, high], [k, k], color=color)
            ax.plot(change, k, "o", color=color, markersize=4)
        ax.axvline(self.delta, color="0.4", linestyle="--", label="largest that counts as none")
        ax.set_yticks(range(len(self.evidence)), [_short(e.name) for e in self.evidence])
        ax.invert_yaxis()
        ax.set(xscale="log", xlabel="change of the forward map (95 %)")
        ax.tick_params(axis="y", labelsize="small")
        ax.grid(axis="x", alpha=0.3)
        ax.legend(fontsize="small", loc="lower left")
        return [ax]


def _matrices(elements, generators):
    """At most a dozen matrices by their titles, those of the directions among them."""
    directions = [matrix[:, :-1] for matrix in generators][: _MOST_MATRICES // 2]
    elements = elements[: _MOST_MATRICES - len(directions)]
    return {
        **{f"element {k}": e.matrix for k, e in enumerate(elements, start=1)},
        **{f"direction {k}": matrix for k, matrix in enumerate(directions, start=1)},
    }


def _nearest_delta(evidence):
    """What decides most: the largest changes that hold, and the smallest that do not."""
    held = sorted((e for e in evidence if e.holds), key=lambda e: e.change)
    others = sorted((e for e in evidence if not e.holds), key=lambda e: e.change)
    n_others = min(len(others), max(_MOST_LINES // 2, _MOST_LINES - len(held)))
    return [*held[n_others - _MOST_LINES :], *others[:n_others]]


def _short(name):
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
