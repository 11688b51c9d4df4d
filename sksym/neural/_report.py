"""Progress reports of a fit: a callback, and a live line on standard error."""

from collections.abc import Callable
from typing import Any

from skorch.callbacks import Callback

from .._live import live_bar


class EpochReport(Callback):
    """Callback that reports the epoch and the validation loss.

    Parameters
    ----------
    tell : callable
        Function that is called with a line of text after each epoch.
    """

    def __init__(self, tell: Callable[[str], Any]) -> None:
        self.tell = tell

    def on_epoch_end(self, net, **kwargs):
        """Report the epoch."""
        valid_loss = net.history_[-1].get("valid_loss")
        loss = "" if valid_loss is None else f" validation loss {valid_loss:.3g}"
        self.tell(f"epoch {len(net.history_)}/{net.max_epochs}{loss}")


class ProgressLine:
    """One live line on standard error: epoch, losses, best epoch and time left.

    A context manager, so that the line is closed however the fit ends.

    Parameters
    ----------
    n_epochs : int
        Maximum number of epochs of the fit.
    is_shown : bool
        Whether to show the line.
    """

    def __init__(self, n_epochs, is_shown):
        self._bar = live_bar(
            total=n_epochs,
            disable=not is_shown,
            bar_format="epoch {n_fmt}/{total_fmt}{postfix}, {elapsed}, at most {remaining} left",
        )

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._bar.bar_format = "epoch {n_fmt}/{total_fmt}{postfix}, {elapsed}"
        self._bar.close()

    def update(self, epoch, best):
        """Show an epoch.

        Parameters
        ----------
        epoch : dict
            Entry of the history: ``train_loss`` and, with a validation split, ``valid_loss``.
        best : BestWeights
            Best epoch so far.
        """
        text = f"train loss {epoch['train_loss']:.3g}"
        if "valid_loss" in epoch:
            text += f", validation loss {epoch['valid_loss']:.3g}"
            text += f", best {best.loss:.3g} at epoch {best.epoch}"
        self._bar.set_postfix_str(text, refresh=False)
        self._bar.update()
