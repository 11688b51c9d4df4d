"""The paper's stopping rule."""

import copy
import math


class BestWeights:
    """Stop after `patience` epochs without a lower validation loss; keep the best weights.

    Parameters
    ----------
    patience : int or None
        Epochs to wait; None never stops.

    Attributes
    ----------
    epoch : int
        Epoch of the lowest loss, counted from 1; 0 before the first.
    loss : float
        The lowest loss.
    """

    def __init__(self, patience):
        self.patience = patience
        self.epoch = 0
        self.loss = math.inf
        self._weights = None

    def update(self, epoch, loss, module):
        """Take note of an epoch; returns whether it is the best so far."""
        if not loss < self.loss:
            return False
        self.epoch, self.loss = epoch, loss
        self._weights = copy.deepcopy(module.state_dict())
        return True

    def is_exhausted(self, epoch):
        """Whether patience has run out at an epoch."""
        return self.patience is not None and epoch - self.epoch >= self.patience

    def restore(self, module):
        """Put the best weights back."""
        if self._weights is not None:
            module.load_state_dict(self._weights)
