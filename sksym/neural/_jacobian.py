"""Jacobians of forward maps by automatic differentiation, in double precision."""

import copy

import numpy as np
import torch


class FunctionJacobian:
    """Values and Jacobians of a function of tensors.

    Parameters
    ----------
    function : callable
        Function of a tensor of shape (n_samples, n) that returns one of shape (n_samples, m);
        each output row depends on its own input row only.
    """

    def __init__(self, function):
        self.function = function

    def values(self, y):
        """Predicted measurements."""
        with torch.no_grad():
            return self.function(torch.tensor(y)).numpy()

    def values_and_jacobian(self, y):
        """Predicted measurements and their Jacobians, of shape (n_samples, m, n)."""
        rows = torch.tensor(y).requires_grad_()
        values = self.function(rows)
        # Rows are independent: the gradient of a column's sum holds the derivatives of every row.
        columns = [
            torch.autograd.grad(values[:, k].sum(), rows, retain_graph=True)[0]
            for k in range(values.shape[1])
        ]
        return values.detach().numpy(), torch.stack(columns, dim=1).numpy()


class NetworkJacobian(FunctionJacobian):
    """Values and Jacobians of a fitted network.

    Parameters
    ----------
    network : NeuralRegressor
        Network fitted to predict measurements from targets.
    """

    def __init__(self, network):
        super().__init__(copy.deepcopy(network.module_).cpu().double().eval())


def takes_tensors(function, y):
    """Whether a function maps tensors to tensors that can be differentiated."""
    rows = torch.tensor(np.asarray(y, dtype=np.float64)).requires_grad_()
    try:
        values = function(rows)
    except (TypeError, RuntimeError, AttributeError):
        return False  # NumPy does not read tensors that require a gradient
    return isinstance(values, torch.Tensor) and values.requires_grad
