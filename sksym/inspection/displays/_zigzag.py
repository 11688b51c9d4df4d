"""Display of raw pairs as a function of one measurement, beside a regressor's predictions."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import check_is_fitted

from ..._arrays.rows import read_targets
from ._axes import figure_and_axes

_CURVE_POINTS = 500


class ZigzagDisplay:
    """Line through pairs of one measurement and one target, in the order of the measurements.

    Where targets are known up to a symmetry, neighbouring measurements have targets at different
    points of an orbit, and the line is a zigzag, as on the right of Fig. 1 of the paper.

    Create it with `from_targets` or `from_estimator`.

    Parameters
    ----------
    x, y : ndarray of shape (n_samples,)
        Measurements in increasing order, and their targets.
    curve : tuple of ndarray, optional
        Measurements, and the predictions of a regressor for them.
    name : str, optional
        Label of the regressor in the legend.

    Attributes
    ----------
    ax_, figure_
        Matplotlib objects that `plot` has drawn.

    References
    ----------
    Tayal, Lai, Manekar, Kumar, Sun (2020), "Inverse problems, deep learning, and symmetry
    breaking", Fig. 1.

    Examples
    --------
    >>> from sksym.datasets import make_square_root
    >>> from sksym.inspection import ZigzagDisplay
    >>> X, y = make_square_root(100, random_state=0)
    >>> display = ZigzagDisplay.from_targets(X, y)
    >>> round(display.jump, 1), round(ZigzagDisplay.from_targets(X, abs(y)).jump, 1)
    (0.4, 0.0)
    """

    def __init__(
        self,
        x: np.ndarray,
        y: np.ndarray,
        curve: tuple[np.ndarray, ...] | None = None,
        name: str | None = None,
    ) -> None:
        self.x = x
        self.y = y
        self.curve = curve
        self.name = name

    @property
    def jump(self) -> float:
        """Mean distance between the targets of neighbouring measurements, in the unit of y."""
        return float(np.mean(np.abs(np.diff(self.y))))

    @classmethod
    def from_targets(cls, X: ArrayLike, y: ArrayLike, *, ax: Any = None) -> Self:
        """Draw pairs of a measurement and a target.

        Parameters
        ----------
        X : array-like of shape (n_samples, 1)
            Measurements.
        y : array-like of shape (n_samples,) or (n_samples, 1)
            Targets.
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure by default.

        Returns
        -------
        ZigzagDisplay

        Raises
        ------
        ValueError
            If X or y has more than one column.
        """
        return cls(*_sorted_pairs(X, y)).plot(ax=ax)

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: ArrayLike, y: ArrayLike, *, name: str | None = None, ax: Any = None
    ) -> Self:
        """Draw pairs and the predictions of a regressor.

        Parameters
        ----------
        estimator : estimator
            Fitted estimator.
        X, y
            Pairs, as in `from_targets`.
        name : str, optional
            Label in the legend; the name of the estimator's class by default.
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure by default.

        Returns
        -------
        ZigzagDisplay
        """
        check_is_fitted(estimator)
        x, y = _sorted_pairs(X, y)
        grid = np.linspace(x[0], x[-1], _CURVE_POINTS)
        curve = grid, np.ravel(estimator.predict(grid[:, None]))
        name = type(estimator).__name__ if name is None else name
        return cls(x, y, curve, name).plot(ax=ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the display.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure by default.

        Returns
        -------
        ZigzagDisplay
        """
        self.figure_, self.ax_ = figure_and_axes(ax)
        self.ax_.plot(
            self.x, self.y, color="0.75", linewidth=0.7, marker=".", markersize=3, label="pairs"
        )
        if self.curve is not None:
            self.ax_.plot(*self.curve, color="C1", label=self.name)
        self.ax_.set(xlabel="measurement", ylabel="target")
        self.ax_.legend()
        return self


def _sorted_pairs(X, y):
    """Return flat measurements in increasing order, and their targets."""
    x, y = (read_targets(values, "ZigzagDisplay")[0].values for values in (X, y))
    check_consistent_length(x, y)
    if x.shape[1] != 1 or y.shape[1] != 1:
        raise ValueError(
            f"Only one measurement and one target can be drawn, got {x.shape[1]} and "
            f"{y.shape[1]}; pass one column of each."
        )
    order = np.argsort(x[:, 0], kind="stable")
    return x[order, 0], y[order, 0]
