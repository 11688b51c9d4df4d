"""Errors of regressors under remedies."""

from typing import Any, Self

import numpy as np

from ._axes import figure_and_axes


class ComparisonDisplay:
    """Median errors of regressors under remedies, with their ranges.

    Use `from_comparison`.

    Parameters
    ----------
    names : list of str
        From the best to the worst.
    median, lowest, highest : ndarray of shape (n_names,)
        Errors over the folds.
    rounding : float, default=0.0
        Errors up to here are rounding. They are drawn at one place, a decade below the others, so
        that these have the axis for themselves.

    Attributes
    ----------
    ax_, figure_
        What `plot` has drawn.

    Examples
    --------
    >>> from sksym import Sign
    >>> from sksym.datasets import make_square_root
    >>> from sksym.experiments import compare
    >>> from sksym.inspection import ComparisonDisplay
    >>> X, y = make_square_root(200, random_state=0)
    >>> comparison = compare(X, y, Sign(), ["KNN"], ["none", "canonicalize"], cv=3)
    >>> ComparisonDisplay.from_comparison(comparison).names
    ['KNN, canonicalize', 'constant', 'KNN, none', 'zero']
    """

    def __init__(
        self,
        names: list[str],
        median: np.ndarray,
        lowest: np.ndarray,
        highest: np.ndarray,
        rounding: float = 0.0,
    ) -> None:
        self.names = names
        self.median = median
        self.lowest = lowest
        self.highest = highest
        self.rounding = rounding

    @classmethod
    def from_comparison(cls, comparison: Any, *, ax: Any = None) -> Self:
        """Draw what `sksym.experiments.compare` found.

        Parameters
        ----------
        comparison : Comparison
            Its result.
        ax : matplotlib.axes.Axes, optional
            Axes to draw on.

        Returns
        -------
        ComparisonDisplay
        """
        lines = comparison.summary()
        errors = (
            np.array([line[key] for line in lines])
            for key in ("mean_squared_error", "lowest", "highest")
        )
        exact = [line["highest"] for line in lines if line["is_exact"]]
        names = [line["name"] for line in lines]
        return cls(names, *errors, rounding=max(exact, default=0.0)).plot(ax=ax)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of a figure that has room for all names, in inches."""
        return 8, 0.35 * len(self.names) + 1

    def plot(self, ax: Any = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure by default.

        Returns
        -------
        ComparisonDisplay
        """
        self.figure_, self.ax_ = figure_and_axes(ax, size=self.size)
        position = np.arange(len(self.names))
        limit = self._limit()
        lowest, median, highest = (
            np.maximum(values, limit) for values in (self.lowest, self.median, self.highest)
        )
        spread = [median - lowest, highest - median]
        self.ax_.errorbar(median, position, xerr=spread, fmt="o", capsize=3)
        is_exact = self.highest <= self.rounding
        if is_exact.any():
            self.ax_.plot(
                median[is_exact], position[is_exact], "C0<", ms=10, label="exact to rounding"
            )
            self.ax_.legend(loc="lower left")
        self.ax_.set_yticks(position, self.names)
        self.ax_.invert_yaxis()
        self.ax_.set(xscale="log", xlabel="rectified mean squared error")
        self.ax_.grid(axis="x", alpha=0.3)
        return self

    def _limit(self):
        """The place of errors that are rounding."""
        errors = np.concatenate([self.lowest, self.median])
        above = errors[errors > self.rounding]
        return above.min() / 10 if len(above) else self.rounding
