"""Display of the coverage of balls, by distance from the cut and by size of the target."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binomtest
from sklearn.utils import Bunch
from sklearn.utils.validation import check_is_fitted

from ..._arrays.rows import read_targets
from ._axes import figure_and_axes

_LABELS = {"margin": "distance from the cut", "norm": "size of the target"}
_SHIFT = 0.1  # of a bin, between the two lines


class CoverageDisplay:
    """Share of the true orbits in their balls, where it is to be the same and where it is not.

    Rows are sorted by the distance of the true target from the cut, and by its norm, and cut into
    bins of equally many. Use `from_estimator`.

    Parameters
    ----------
    bins : dict of str -> Bunch
        Under ``"margin"``, unless there is no cut, and ``"norm"`` arrays with an entry for each
        bin: ``median``, in units of y; ``n_samples``; ``coverage``, with its exact binomial
        interval of 95 % from ``lowest`` to ``highest``.
    confidence_level : float
        The coverage that the balls were calibrated for.

    Attributes
    ----------
    ax_, figure_
        What `plot` has drawn.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sksym import RectifiedConformalRegressor, Sign, make_canonical_regressor
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> from sksym.inspection import CoverageDisplay
    >>> X, y = make_gaussian_phase_retrieval(3000, 3, random_state=0)
    >>> first = make_canonical_regressor(KNeighborsRegressor(), Sign())
    >>> model = RectifiedConformalRegressor(first, Sign(), random_state=0).fit(X[:2000], y[:2000])
    >>> display = CoverageDisplay.from_estimator(model, X[2000:], y[2000:])
    >>> bool(display.bins["margin"].highest[0] < 0.9)
    True
    """

    def __init__(self, bins: dict[str, Bunch], confidence_level: float) -> None:
        self.bins = bins
        self.confidence_level = confidence_level

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: ArrayLike, y: ArrayLike, *, bins: int = 5, ax: Any = None
    ) -> Self:
        """Count the rows whose true orbit is in its ball, and draw their shares.

        Parameters
        ----------
        estimator : RectifiedConformalRegressor
            Fitted regressor.
        X : array-like of shape (n_samples, n_features)
            Measurements that it has not seen.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            True targets, each given by any point of its orbit.
        bins : int, default=5
            Number of bins.
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure by default.

        Returns
        -------
        CoverageDisplay

        Raises
        ------
        ValueError
            If the rows do not match, or there are fewer of them than bins.
        """
        check_is_fitted(estimator)
        is_in = estimator.contains(X, y)
        if not 1 <= bins <= len(is_in):
            raise ValueError(f"bins must be from 1 to the {len(is_in)} rows of y, got {bins!r}.")
        targets = read_targets(y, cls.__name__)[0].values
        values = {
            "margin": estimator.symmetry_.margin(targets),
            "norm": np.linalg.norm(targets, axis=1),
        }
        found = {
            name: _by_quantiles(value, is_in, bins)
            for name, value in values.items()
            if np.isfinite(value).all()
        }
        return cls(found, estimator.confidence_level_).plot(ax=ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure by default.

        Returns
        -------
        CoverageDisplay
        """
        self.figure_, self.ax_ = figure_and_axes(ax)
        for k, (name, part) in enumerate(self.bins.items()):
            number = np.arange(1, len(part.coverage) + 1)
            self.ax_.errorbar(
                number + (k - 0.5) * _SHIFT,
                part.coverage,
                yerr=[part.coverage - part.lowest, part.highest - part.coverage],
                fmt="o-",
                capsize=3,
                label=_LABELS[name],
            )
        self.ax_.axhline(
            self.confidence_level,
            color="black",
            linestyle="--",
            label=f"nominal, {self.confidence_level:g}",
        )
        self.ax_.set_xticks(number)
        self.ax_.set(
            xlabel="bin of equally many rows, from small to large",
            ylabel="coverage",
            ylim=(None, 1.02),
        )
        self.ax_.legend(title="bins by")
        return self


def _by_quantiles(values, is_in, bins):
    """Coverage in bins of equally many rows, sorted by the values."""
    parts = np.array_split(np.argsort(values, kind="stable"), bins)
    counts = [(int(is_in[part].sum()), len(part)) for part in parts]
    intervals = [binomtest(k, n).proportion_ci() for k, n in counts]
    return Bunch(
        median=np.array([np.median(values[part]) for part in parts]),
        n_samples=np.array([n for _, n in counts]),
        coverage=np.array([k / n for k, n in counts]),
        lowest=np.array([interval.low for interval in intervals]),
        highest=np.array([interval.high for interval in intervals]),
    )
