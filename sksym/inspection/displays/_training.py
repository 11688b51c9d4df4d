"""Losses of a network, epoch by epoch."""

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ._axes import figure_and_axes


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
        self.figure_, self.ax_ = figure_and_axes(ax)
        for losses, label in ((self.train_loss, "training"), (self.valid_loss, "validation")):
            if losses:
                self.ax_.plot(np.arange(1, len(losses) + 1), losses, label=label)
        best = f"best epoch, {self.best_epoch}"
        self.ax_.axvline(self.best_epoch, color="0.6", linestyle=":", label=best)
        self.ax_.set(xlabel="epoch", ylabel="loss", yscale="log")
        self.ax_.legend()
        return self
