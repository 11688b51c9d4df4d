"""Display of the losses of a network by epoch."""

from typing import Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ._axes import figure_and_axes


class TrainingDisplay:
    """Training and validation loss of a fitted network by epoch.

    Create it with `from_estimator`.

    Parameters
    ----------
    train_loss, valid_loss : list of float
        Loss of each epoch; `valid_loss` is empty if no validation data were held out.
    best_epoch : int
        Epoch whose weights were kept, counted from 1.

    Attributes
    ----------
    ax_, figure_
        Matplotlib objects that `plot` has drawn.

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

    def __init__(self, train_loss: list[float], valid_loss: list[float], best_epoch: int) -> None:
        self.train_loss = train_loss
        self.valid_loss = valid_loss
        self.best_epoch = best_epoch

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Any = None) -> Self:
        """Draw the history of a network, or of the network within a target regressor.

        Parameters
        ----------
        estimator : NeuralRegressor, or a regressor with one as ``regressor_``
            Fitted network.
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure by default.

        Returns
        -------
        TrainingDisplay

        Raises
        ------
        ValueError
            If the estimator contains no network.
        """
        check_is_fitted(estimator)
        network = getattr(estimator, "regressor_", estimator)
        if not hasattr(network, "history_"):
            raise ValueError(f"{estimator!r} contains no network; pass a fitted neural regressor.")
        epochs = list(network.history_)
        valid_loss = [epoch["valid_loss"] for epoch in epochs if "valid_loss" in epoch]
        train_loss = [epoch["train_loss"] for epoch in epochs]
        return cls(train_loss, valid_loss, network.best_epoch_).plot(ax=ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the display.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure by default.

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
