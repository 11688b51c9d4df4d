"""The rectified loss."""

from torch import nn


class RectifiedMSELoss(nn.Module):
    r"""Mean squared error to the nearest point of the target's orbit.

    .. math:: \frac{1}{N p} \sum_i \min_{g \in G} \|\hat y_i - g y_i\|^2

    It is the target that moves, to the prediction without its gradient, so that no gradient flows
    through the minimum. A network trained with it needs no symmetry breaking; its seam lies where
    training leaves it.

    Parameters
    ----------
    symmetry : Symmetry
        What the targets are known up to.

    Examples
    --------
    >>> import torch
    >>> from sksym import Sign
    >>> from sksym.neural import RectifiedMSELoss
    >>> RectifiedMSELoss(Sign())(torch.tensor([[1.0, 2.0]]), torch.tensor([[-1.0, -4.0]]))
    tensor(2.)

    In a regressor: ``criterion=RectifiedMSELoss, criterion__symmetry=Sign()``.
    """

    def __init__(self, symmetry):
        super().__init__()
        self.symmetry = symmetry

    def forward(self, y_pred, y_true):
        """Loss of a batch.

        Parameters
        ----------
        y_pred, y_true : tensor of shape (n_samples, n_features)
            Predictions and targets.

        Returns
        -------
        tensor of shape ()
        """
        target = self.symmetry.align(y_true, to=y_pred.detach())
        return nn.functional.mse_loss(y_pred, target)
