"""Progress of a fit, epoch by epoch."""

from skorch.callbacks import Callback


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
