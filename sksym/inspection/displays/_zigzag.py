"""The function that raw pairs determine, and the one that a regressor learns."""

import numpy as np
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import check_is_fitted

from ..._arrays.rows import read_targets
from ._axes import figure_and_axes

_CURVE_POINTS = 500


class ZigzagDisplay:
    """Pairs of one measurement and one target, joined in the order of the measurements.

    Where targets are known up to a symmetry, neighbours jump between points of one orbit: the
    function that the pairs determine is a zigzag, the right of the paper's Fig. 1.

    Use `from_targets` or `from_estimator`.

    Parameters
    ----------
    x, y : ndarray of shape (n_samples,)
        Measurements in increasing order, and their targets.
    curve : tuple of ndarray, optional
        Measurements and predictions of a regressor.
    name : str, optional
        Of the regressor, for the legend.

    Attributes
    ----------
    ax_, figure_
        What `plot` has drawn.

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

    def __init__(self, x, y, curve=None, name=None):
        self.x = x
        self.y = y
        self.curve = curve
        self.name = name

    @property
    def jump(self):
        """Mean distance between the targets of neighbouring measurements, in units of y."""
        return float(np.mean(np.abs(np.diff(self.y))))

    @classmethod
    def from_targets(cls, X, y, *, ax=None):
        """Draw pairs.

        Parameters
        ----------
        X : array-like of shape (n_samples, 1)
            Measurements.
        y : array-like of shape (n_samples,) or (n_samples, 1)
            Targets.
        ax : matplotlib.axes.Axes, optional
            Where to draw.

        Returns
        -------
        ZigzagDisplay

        Raises
        ------
        ValueError
            If there is more than one measurement or target.
        """
        return cls(*_sorted_pairs(X, y)).plot(ax=ax)

    @classmethod
    def from_estimator(cls, estimator, X, y, *, name=None, ax=None):
        """Draw pairs, and what a regressor has learned from them.

        Parameters
        ----------
        estimator : estimator
            Fitted.
        X, y
            As in `from_targets`.
        name : str, optional
            The estimator's class by default.
        ax : matplotlib.axes.Axes, optional
            Where to draw.

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

    def plot(self, ax=None):
        """Draw.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

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
    """Flat measurements in increasing order, and their targets."""
    x, y = (read_targets(values, "ZigzagDisplay")[0].values for values in (X, y))
    check_consistent_length(x, y)
    if x.shape[1] != 1 or y.shape[1] != 1:
        raise ValueError(
            f"Only one measurement and one target can be drawn, got {x.shape[1]} and "
            f"{y.shape[1]}; pass one column of each."
        )
    order = np.argsort(x[:, 0], kind="stable")
    return x[order, 0], y[order, 0]
