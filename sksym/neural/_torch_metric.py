"""Metrics of this package as those of torchmetrics. The only file that imports it."""

import inspect

import torch
from torchmetrics import Metric
from torchmetrics.utilities import dim_zero_cat

from ..metrics import more_is_better


class TorchMetric(Metric):
    """Any metric of ``sksym.metrics`` as a ``torchmetrics.Metric``.

    It keeps the predictions and targets of all batches, and of all processes, and gives them to
    the metric together: several of them are no mean over batches. Needs torchmetrics:
    ``pip install "sksym[torchmetrics]"``.

    Parameters
    ----------
    metric : callable
        ``metric(y_true, y_pred, **kwargs)`` of tensors, from ``sksym.metrics`` or your own, that
        returns a number.
    higher_is_better : bool, optional
        Whether more of it is better; known of the metrics of ``sksym.metrics``.
    **kwargs
        Arguments of `metric`, such as ``symmetry``; what it does not have is an argument of
        ``torchmetrics.Metric``, such as ``compute_on_cpu``.

    Raises
    ------
    TypeError
        If `metric` lacks an argument that it needs.
    ValueError
        If there is an argument that neither has.

    Notes
    -----
    No gradient flows through it. In a ``torchmetrics.MetricCollection`` name each of them:
    ``MetricCollection({"mse": TorchMetric(...), "r2": TorchMetric(...)})``.

    Examples
    --------
    >>> import torch
    >>> from sksym import Sign
    >>> from sksym.metrics import rectified_mean_squared_error
    >>> from sksym.neural import TorchMetric
    >>> metric = TorchMetric(rectified_mean_squared_error, symmetry=Sign())
    >>> metric.update(torch.tensor([[-1.0, -4.0]]), torch.tensor([[1.0, 2.0]]))
    >>> metric.update(torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, 2.0]]))
    >>> metric.compute()
    tensor(1., dtype=torch.float64)
    >>> metric.higher_is_better
    False
    """

    full_state_update = False
    is_differentiable = False

    def __init__(self, metric, *, higher_is_better=None, **kwargs):
        signature = inspect.signature(metric)
        takes_all = any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values())
        own = kwargs if takes_all else {k: kwargs[k] for k in kwargs if k in signature.parameters}
        super().__init__(**{name: kwargs[name] for name in kwargs if name not in own})
        signature.bind(None, None, **own)
        self.metric = metric
        self.kwargs = own
        self._is_score = more_is_better(metric) if higher_is_better is None else higher_is_better
        self.add_state("preds", [], dist_reduce_fx="cat")
        self.add_state("target", [], dist_reduce_fx="cat")

    @property
    def higher_is_better(self):
        """Whether more is better, None if that is not known."""
        return self._is_score

    def update(self, preds, target):
        """Add a batch.

        Parameters
        ----------
        preds, target : tensor of shape (n_samples, ...)
            Predictions and targets, in the order of torchmetrics.

        Raises
        ------
        ValueError
            If they are not of as many samples.
        """
        if preds.shape[:1] != target.shape[:1]:
            raise ValueError(
                f"preds and target must have as many samples, got shapes {tuple(preds.shape)} and "
                f"{tuple(target.shape)}."
            )
        self.preds.append(preds.detach())
        self.target.append(target.detach())

    def compute(self):
        """The metric of all batches.

        Returns
        -------
        tensor of shape ()
            In double precision, on the device of the predictions.
        """
        preds, target = dim_zero_cat(self.preds), dim_zero_cat(self.target)
        value = self.metric(target, preds, **self.kwargs)
        return torch.as_tensor(value, dtype=torch.float64, device=preds.device)
