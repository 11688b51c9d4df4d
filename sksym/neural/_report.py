"""Progress of a fit, epoch by epoch."""

from skorch.callbacks import Callback

from .._live import live_bar


class EpochReport(Callback):
    """Tell somebody how far a fit is.

    Parameters
    ----------
    tell : callable
        Called with a line of text after each epoch.
    """

    def __init__(self, tell):
        self.tell = tell

    def on_epoch_end(self, net, **kwargs):
        """Compose the line."""
        valid_loss = net.history_[-1].get("valid_loss")
        loss = "" if valid_loss is None else f" validation loss {valid_loss:.3g}"
        self.tell(f"epoch {len(net.history_)}/{net.max_epochs}{loss}")


class ProgressLine:
    """One live line on standard error: epoch, losses, best epoch and time left.

    A context manager, so that the line ends with the fit, however that ends.

    Parameters
    ----------
    n_epochs : int
        Most epochs of the fit.
    is_shown : bool
        Whether there is a line at all.
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

    def update(self, row, best):
        """Show an epoch.

        Parameters
        ----------
        row : dict
            Of the history: ``train_loss`` and, where there is one, ``valid_loss``.
        best : BestWeights
            The best epoch so far.
        """
        text = f"train loss {row['train_loss']:.3g}"
        if "valid_loss" in row:
            text += f", validation loss {row['valid_loss']:.3g}"
            text += f", best {best.loss:.3g} at epoch {best.epoch}"
        self._bar.set_postfix_str(text, refresh=False)
        self._bar.update()
