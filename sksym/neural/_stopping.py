"""Early stopping that keeps the best weights."""

import copy
import math


class BestWeights:
    """Early stopping after `patience` epochs without a lower validation loss.

    Parameters
    ----------
    patience : int or None
        Number of epochs to wait for a lower loss; None never stops.

    Attributes
    ----------
    epoch : int
        Epoch of the lowest loss, counted from 1; 0 before the first epoch.
    loss : float
        Lowest validation loss.
    """

    def __init__(self, patience):
        self.patience = patience
        self.epoch = 0
        self.loss = math.inf
        self._weights = None

    def update(self, epoch, loss, module):
        """Record an epoch; return whether it is the best so far."""
        if not loss < self.loss:
            return False
        self.epoch, self.loss = epoch, loss
        self._weights = copy.deepcopy(module.state_dict())
        return True

    def is_exhausted(self, epoch):
        """Whether training has to stop at an epoch."""
        return self.patience is not None and epoch - self.epoch >= self.patience

    def restore(self, module):
        """Load the best weights into the module."""
        if self._weights is not None:
            module.load_state_dict(self._weights)
