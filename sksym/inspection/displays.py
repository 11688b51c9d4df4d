"""Pictures in scikit-learn's manner: ``from_...`` computes, ``plot`` draws with matplotlib."""

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ..metrics import seam_report
from ..symmetries.base import require_symmetry
from ..symmetries.rows import read_rows


class SeamDisplay:
    """Rectified error against the distance of the truth from the cut.

    Use `from_estimator` or `from_predictions`.

    Parameters
    ----------
    report : Bunch
        As from `seam_report`.
    name : str, optional
        For the legend.

    Attributes
    ----------
    ax_, figure_, line_
        What `plot` has drawn.

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

    def __init__(self, report, name=None):
        self.report = report
        self.name = name

    @classmethod
    def from_estimator(cls, estimator, X, y, *, reference=None, bins=10, name=None, ax=None):
        """Predict and draw.

        Parameters
        ----------
        estimator : estimator
            Fitted, with a ``symmetry``.
        X : array-like of shape (n_samples, n_features)
            Measurements.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Any point of the orbit of each true answer.
        reference, bins
            As in `seam_report`.
        name : str, optional
            The estimator's class by default.
        ax : matplotlib.axes.Axes, optional
            Where to draw.

        Returns
        -------
        SeamDisplay
        """
        check_is_fitted(estimator)
        return cls.from_predictions(
            y,
            estimator.predict(X),
            symmetry=estimator.symmetry,
            reference=reference,
            bins=bins,
            name=type(estimator).__name__ if name is None else name,
            ax=ax,
        )

    @classmethod
    def from_predictions(
        cls, y_true, y_pred, *, symmetry, reference=None, bins=10, name=None, ax=None
    ):
        """Draw the error of predictions.

        Parameters
        ----------
        y_true, y_pred, symmetry, reference, bins
            As in `seam_report`.
        name : str, optional
            For the legend.
        ax : matplotlib.axes.Axes, optional
            Where to draw.

        Returns
        -------
        SeamDisplay
        """
        report = seam_report(y_true, y_pred, symmetry=symmetry, reference=reference, bins=bins)
        return cls(report, name).plot(ax=ax)

    def plot(self, ax=None, **kwargs):
        """Draw.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        **kwargs
            Passed to ``ax.plot``.

        Returns
        -------
        SeamDisplay
        """
        self.figure_, self.ax_ = _axes(ax)
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


class RepresentativeDisplay:
    """Targets of two or three coordinates, and the representatives of their orbits.

    Use `from_targets`.

    Parameters
    ----------
    y, representatives : ndarray of shape (n_samples, 2) or (n_samples, 3)
        Targets and what stands for them.

    Attributes
    ----------
    ax_, figure_
        What `plot` has drawn.

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

    def __init__(self, y, representatives):
        self.y = y
        self.representatives = representatives

    @classmethod
    def from_targets(cls, y, symmetry, *, reference=None, ax=None):
        """Canonicalize and draw, as in Fig. 2 of the paper.

        Parameters
        ----------
        y : array-like of shape (n_samples, 2) or (n_samples, 3)
            Targets.
        symmetry : Symmetry
            What they are known up to.
        reference : array-like, optional
            As in `Symmetry.canonicalize`.
        ax : matplotlib.axes.Axes, optional
            Where to draw; three-dimensional for three coordinates.

        Returns
        -------
        RepresentativeDisplay

        Raises
        ------
        ValueError
            If the targets have another number of columns.
        """
        require_symmetry(symmetry)
        y = np.asarray(read_rows(y, is_complex=False, owner="RepresentativeDisplay").values)
        if y.shape[1] not in (2, 3):
            raise ValueError(
                f"Only targets of two or three columns can be drawn, got {y.shape[1]}; pass some "
                f"of the columns, or see representative_report."
            )
        return cls(y, symmetry.canonicalize(y, reference)).plot(ax=ax)

    def plot(self, ax=None):
        """Draw.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        RepresentativeDisplay
        """
        projection = "3d" if self.y.shape[1] == 3 else None
        self.figure_, self.ax_ = _axes(ax, projection=projection)
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


class TrainingDisplay:
    """Losses of a fitted network, epoch by epoch.

    Use `from_estimator`.

    Parameters
    ----------
    train_loss, valid_loss : list of float
        One for each epoch; `valid_loss` is empty where nothing was held out.
    best_epoch : int
        Whose weights were kept, counted from 1.

    Attributes
    ----------
    ax_, figure_
        What `plot` has drawn.

    Examples
    --------
    >>> from sksym.datasets import make_square_root
    >>> from sksym.inspection import TrainingDisplay
    >>> from sksym.neural import FeedforwardRegressor
    >>> X, y = make_square_root(200, random_state=0)
    >>> network = FeedforwardRegressor((8,), max_epochs=3, random_state=0).fit(X, abs(y))
    >>> len(TrainingDisplay.from_estimator(network).train_loss)
    3
    """

    def __init__(self, train_loss, valid_loss, best_epoch):
        self.train_loss = train_loss
        self.valid_loss = valid_loss
        self.best_epoch = best_epoch

    @classmethod
    def from_estimator(cls, estimator, *, ax=None):
        """Draw the history of a network, or of the network within a target regressor.

        Parameters
        ----------
        estimator : NeuralRegressor, or a regressor with one as ``regressor_``
            Fitted.
        ax : matplotlib.axes.Axes, optional
            Where to draw.

        Returns
        -------
        TrainingDisplay

        Raises
        ------
        ValueError
            If there is no network.
        """
        check_is_fitted(estimator)
        network = getattr(estimator, "regressor_", estimator)
        if not hasattr(network, "history_"):
            raise ValueError(f"{estimator!r} holds no network whose training could be drawn.")
        rows = list(network.history_)
        valid_loss = [row["valid_loss"] for row in rows if "valid_loss" in row]
        train_loss = [row["train_loss"] for row in rows]
        return cls(train_loss, valid_loss, network.best_epoch_).plot(ax=ax)

    def plot(self, ax=None):
        """Draw.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.

        Returns
        -------
        TrainingDisplay
        """
        self.figure_, self.ax_ = _axes(ax)
        for losses, label in ((self.train_loss, "training"), (self.valid_loss, "validation")):
            if losses:
                self.ax_.plot(np.arange(1, len(losses) + 1), losses, label=label)
        best = f"best epoch, {self.best_epoch}"
        self.ax_.axvline(self.best_epoch, color="0.6", linestyle=":", label=best)
        self.ax_.set(xlabel="epoch", ylabel="loss", yscale="log")
        self.ax_.legend()
        return self


def _axes(ax, projection=None):
    """The figure and the axes to draw on."""
    if ax is not None:
        return ax.figure, ax
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=(6.4, 4.4), layout="constrained")
    return figure, figure.add_subplot(projection=projection)
