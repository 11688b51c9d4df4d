"""Display of targets and of the representatives of their orbits."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from ..._arrays.rows import read_rows
from ...symmetries import Symmetry, require_symmetry
from ._axes import figure_and_axes


class RepresentativeDisplay:
    """Scatter plot of targets in two or three dimensions and of their representatives.

    Create it with `from_targets`.

    Parameters
    ----------
    y, representatives : ndarray of shape (n_samples, 2) or (n_samples, 3)
        Targets and the representatives of their orbits.

    Attributes
    ----------
    ax_, figure_
        Matplotlib objects that `plot` has drawn.

    Examples
    --------
    >>> import numpy as np
    >>> from sksym import Sign
    >>> from sksym.inspection import RepresentativeDisplay
    >>> y = np.random.default_rng(0).standard_normal((200, 2))
    >>> display = RepresentativeDisplay.from_targets(y, Sign())
    >>> bool((display.representatives[:, -1] > 0).all())
    True
    """

    def __init__(self, y: np.ndarray, representatives: np.ndarray) -> None:
        self.y = y
        self.representatives = representatives

    @classmethod
    def from_targets(
        cls,
        y: ArrayLike,
        symmetry: Symmetry,
        *,
        reference: ArrayLike | None = None,
        ax: Any = None,
    ) -> Self:
        """Canonicalize targets and draw them, as in Fig. 2 of the paper.

        Parameters
        ----------
        y : array-like of shape (n_samples, 2) or (n_samples, 3)
            Targets.
        symmetry : Symmetry
            Symmetry up to which the targets are known.
        reference : array-like, optional
            Array that representatives are aligned to, as in `Symmetry.canonicalize`.
        ax : matplotlib.axes.Axes, optional
            Axes to draw on, three-dimensional for three coordinates; a new figure by default.

        Returns
        -------
        RepresentativeDisplay

        Raises
        ------
        ValueError
            If the targets have neither two nor three columns.
        """
        symmetry = require_symmetry(symmetry, y)
        y = np.asarray(read_rows(y, is_complex=False, owner="RepresentativeDisplay").values)
        if y.shape[1] not in (2, 3):
            raise ValueError(
                f"Only targets of two or three columns can be drawn, got {y.shape[1]}; pass some "
                f"of the columns, or see representative_report."
            )
        return cls(y, symmetry.canonicalize(y, reference)).plot(ax=ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the display.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure by default.

        Returns
        -------
        RepresentativeDisplay
        """
        projection = "3d" if self.y.shape[1] == 3 else None
        self.figure_, self.ax_ = figure_and_axes(ax, projection=projection)
        self.ax_.plot(*self.y.T, ".", color="0.75", markersize=3, label="targets")
        self.ax_.plot(
            *self.representatives.T, ".", color="C1", markersize=4, label="representatives"
        )
        self.ax_.set(xlabel="$y_1$", ylabel="$y_2$")
        if projection:
            self.ax_.set_zlabel("$y_3$")
        else:
            self.ax_.set_aspect("equal")
        self.ax_.legend()
        return self
