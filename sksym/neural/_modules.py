"""Multilayer perceptron as a torch module."""

import itertools
from collections.abc import Callable, Sequence

import torch
from torch import nn


class MultilayerPerceptron(nn.Module):
    """Fully connected layers with an activation after each hidden one.

    Parameters
    ----------
    n_features_in : int
        Number of inputs.
    n_outputs : int
        Number of outputs.
    hidden_layer_sizes : sequence of int, default=(256, 128, 64)
        Widths of the hidden layers.
    activation : callable, default=torch.nn.ReLU
        Class of the activation.

    Examples
    --------
    >>> from sksym.neural import MultilayerPerceptron
    >>> [layer.out_features for layer in MultilayerPerceptron(20, 5).layers[::2]]
    [256, 128, 64, 5]
    """

    def __init__(
        self,
        n_features_in: int,
        n_outputs: int,
        hidden_layer_sizes: Sequence[int] = (256, 128, 64),
        activation: Callable[[], nn.Module] = nn.ReLU,
    ) -> None:
        super().__init__()
        widths = [n_features_in, *hidden_layer_sizes, n_outputs]
        layers = []
        for width, next_width in itertools.pairwise(widths):
            layers += [nn.Linear(width, next_width), activation()]
        self.layers = nn.Sequential(*layers[:-1])

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Compute the outputs of a batch.

        Parameters
        ----------
        X : tensor of shape (n_samples, n_features_in)
            Inputs.

        Returns
        -------
        tensor of shape (n_samples, n_outputs)
        """
        return self.layers(X)
