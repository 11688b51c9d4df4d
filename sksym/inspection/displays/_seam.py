"""Display of the error by distance from the cut."""

from typing import Any, Self

from numpy.typing import ArrayLike
from sklearn.utils import Bunch
from sklearn.utils.validation import check_is_fitted

from ...metrics import seam_report
from ...symmetries import Symmetry
from ._axes import figure_and_axes


class SeamDisplay:
    """Rectified error by the distance of the true target from the cut.

    Create it with `from_estimator` or `from_predictions`.

    Parameters
    ----------
    report : Bunch
        Result of `seam_report`.
    name : str, optional
        Label in the legend.

    Attributes
    ----------
    ax_, figure_, line_
        Matplotlib objects that `plot` has drawn.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sksym import Sign, make_canonical_regressor
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> from sksym.inspection import SeamDisplay
    >>> X, y = make_gaussian_phase_retrieval(2000, 3, random_state=0)
    >>> model = make_canonical_regressor(KNeighborsRegressor(), Sign()).fit(X[:1500], y[:1500])
    >>> display = SeamDisplay.from_estimator(model, X[1500:], y[1500:])
    >>> bool(display.report.error[0] > display.report.error[-1])
    True
    """

    def __init__(self, report: Bunch, name: str | None = None) -> None:
        self.report = report
        self.name = name

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: ArrayLike,
        y: ArrayLike,
        *,
        symmetry: Symmetry | None = None,
        reference: Any = None,
        bins: int | ArrayLike = 10,
        name: str | None = None,
        ax: Any = None,
    ) -> Self:
        """Predict with a fitted estimator and draw its errors.

        Parameters
        ----------
        estimator : estimator
            Fitted estimator.
        X : array-like of shape (n_samples, n_features)
            Measurements.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            True targets, each given by any point of its orbit.
        symmetry : Symmetry, optional
            Symmetry up to which targets are known; by default that of the estimator or of its
            target transformer.
        reference, bins
            Parameters of `seam_report`.
        name : str, optional
            Label in the legend; the name of the estimator's class by default.
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure by default.

        Returns
        -------
        SeamDisplay

        Raises
        ------
        ValueError
            If no symmetry is passed and the estimator has none.
        """
        check_is_fitted(estimator)
        return cls.from_predictions(
            y,
            estimator.predict(X),
            symmetry=_symmetry_of(estimator) if symmetry is None else symmetry,
            reference=reference,
            bins=bins,
            name=type(estimator).__name__ if name is None else name,
            ax=ax,
        )

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        symmetry: Symmetry,
        reference: Any = None,
        bins: int | ArrayLike = 10,
        name: str | None = None,
        ax: Any = None,
    ) -> Self:
        """Draw the errors of predictions.

        Parameters
        ----------
        y_true, y_pred, symmetry, reference, bins
            Parameters of `seam_report`.
        name : str, optional
            Label in the legend.
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure by default.

        Returns
        -------
        SeamDisplay
        """
        report = seam_report(y_true, y_pred, symmetry=symmetry, reference=reference, bins=bins)
        return cls(report, name).plot(ax=ax)

    def plot(self, ax: Any = None, **kwargs: Any) -> Self:
        """Draw the display.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure by default.
        **kwargs
            Parameters of ``ax.plot``.

        Returns
        -------
        SeamDisplay
        """
        self.figure_, self.ax_ = figure_and_axes(ax)
        style = {"marker": "o", "label": self.name, **kwargs}
        (self.line_,) = self.ax_.plot(self.report.margin, self.report.error, **style)
        self.ax_.set(
            xlabel="distance of the truth from the cut",
            ylabel="rectified mean squared error",
            yscale="log",
        )
        if style["label"]:
            self.ax_.legend()
        return self


def _symmetry_of(estimator):
    """Get the symmetry that an estimator was trained with."""
    for owner in (estimator, getattr(estimator, "transformer_", None)):
        if hasattr(owner, "symmetry_"):
            return owner.symmetry_
    raise ValueError(f"{estimator!r} has no symmetry; pass one, such as symmetry=Sign().")
