"""Exact derivatives of forward maps that torch can follow, in double precision."""

import copy

import numpy as np
import torch


class FunctionJacobian:
    """A function of tensors.

    Parameters
    ----------
    function : callable
        From a tensor of shape (n_samples, n) to one of shape (n_samples, m); each row depends on
        its own only.
    """

    def __init__(self, function):
        self.function = function

    def values(self, y):
        """Predicted measurements."""
        with torch.no_grad():
            return self.function(torch.tensor(y)).numpy()

    def values_and_jacobian(self, y):
        """Predicted measurements and their derivatives, shape (n_samples, m, n)."""
        rows = torch.tensor(y).requires_grad_()
        values = self.function(rows)
        # Rows do not mix: the gradient of a column's sum holds the derivatives of every row.
        columns = [
            torch.autograd.grad(values[:, k].sum(), rows, retain_graph=True)[0]
            for k in range(values.shape[1])
        ]
        return values.detach().numpy(), torch.stack(columns, dim=1).numpy()


class NetworkJacobian(FunctionJacobian):
    """A fitted skorch regressor.

    Parameters
    ----------
    network : NeuralRegressor
        Fitted from y to X.
    """

    def __init__(self, network):
        super().__init__(copy.deepcopy(network.module_).cpu().double().eval())


def takes_tensors(function, y):
    """Whether a function answers tensors with tensors that remember where they came from."""
    rows = torch.tensor(np.asarray(y, dtype=np.float64)).requires_grad_()
    try:
        values = function(rows)
    except (TypeError, RuntimeError, AttributeError):
        return False  # NumPy does not read tensors that require a gradient
    return isinstance(values, torch.Tensor) and values.requires_grad
