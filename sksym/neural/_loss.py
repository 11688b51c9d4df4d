"""Rectified mean squared error as a torch loss, and sample weights for any loss."""

import torch
from torch import nn

from ..symmetries import Symmetry


class RectifiedMSELoss(nn.Module):
    r"""Mean squared error to the nearest point of the target's orbit.

    .. math:: \frac{1}{N p} \sum_i \min_{g \in G} \|\hat y_i - g y_i\|^2

    The target is aligned to the detached prediction, so that no gradient flows through the
    minimum. A network trained with this loss needs no symmetry breaking of its targets; training
    decides where its seam lies.

    Coordinates of targets that are unknown (NaN) are left out, of the alignment too: they count
    as the mean of those that are known of their row, as in `rectified_mean_squared_error`.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry up to which the targets are known.
    reduction : {"mean", "sum", "none"}, default="mean"
        Reduction over the batch, as in torch's losses.

    Examples
    --------
    >>> import torch
    >>> from sksym import Sign
    >>> from sksym.neural import RectifiedMSELoss
    >>> RectifiedMSELoss(Sign())(torch.tensor([[1.0, 2.0]]), torch.tensor([[-1.0, -4.0]]))
    tensor(2.)

    In a regressor: ``criterion=RectifiedMSELoss, criterion__symmetry=Sign()``.
    """

    takes_unknown_targets = True

    def __init__(self, symmetry: Symmetry, reduction: str = "mean") -> None:
        super().__init__()
        self.symmetry = symmetry
        self.reduction = reduction

    def forward(self, y_pred: torch.Tensor, y_true: torch.Tensor) -> torch.Tensor:
        """Compute the loss of a batch.

        Parameters
        ----------
        y_pred, y_true : tensor of shape (n_samples, n_features)
            Predictions and targets.

        Returns
        -------
        tensor
            Loss of shape (), or of the shape of the predictions without a reduction.
        """
        target = self.symmetry.align(y_true, to=y_pred.detach())
        is_unknown = torch.isnan(target)
        if not is_unknown.any():
            return nn.functional.mse_loss(y_pred, target, reduction=self.reduction)
        target = torch.where(is_unknown, y_pred, target)
        losses = nn.functional.mse_loss(y_pred, target, reduction="none")
        losses = losses / (~is_unknown).to(losses.dtype).mean(dim=1, keepdim=True)
        return {"mean": torch.mean, "sum": torch.sum, "none": torch.Tensor.clone}[self.reduction](
            losses
        )


def weighted_loss(criterion, y_pred, y_true, weights):
    r"""Weighted mean of the losses of the samples, :math:`\frac{1}{N} \sum_i w_i \ell_i`.

    Parameters
    ----------
    criterion : torch.nn.Module
        Loss with torch's ``reduction``, which is ``"mean"``.
    y_pred, y_true : tensor of shape (n_samples, n_outputs)
        Predictions and targets.
    weights : tensor of shape (n_samples,)
        Sample weights, of mean 1 over all samples.

    Returns
    -------
    tensor of shape ()

    Raises
    ------
    ValueError
        If the criterion has another reduction, or none.
    """
    if getattr(criterion, "reduction", None) != "mean":
        raise ValueError(
            f"sample_weight needs the loss of single samples: a criterion with reduction='mean' "
            f"that can be set to 'none', as torch's losses have it, got {criterion!r}."
        )
    criterion.reduction = "none"
    try:
        losses = criterion(y_pred, y_true)
    finally:
        criterion.reduction = "mean"
    return (weights * losses.reshape(len(weights), -1).mean(dim=1)).mean()
