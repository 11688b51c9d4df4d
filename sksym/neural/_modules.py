"""Torch modules built from the sizes of the data."""

import itertools

from torch import nn


class MultilayerPerceptron(nn.Module):
    """Fully connected layers with an activation between them.

    Parameters
    ----------
    n_features_in : int
        Width of the input.
    n_outputs : int
        Width of the output.
    hidden_layer_sizes : sequence of int, default=(256, 128, 64)
        Widths of the hidden layers.
    activation : callable, default=torch.nn.ReLU
        Makes the activation between two layers.

    Examples
    --------
    >>> from sksym.neural import MultilayerPerceptron
    >>> [layer.out_features for layer in MultilayerPerceptron(20, 5).layers[::2]]
    [256, 128, 64, 5]
    """

    def __init__(
        self, n_features_in, n_outputs, hidden_layer_sizes=(256, 128, 64), activation=nn.ReLU
    ):
        super().__init__()
        widths = [n_features_in, *hidden_layer_sizes, n_outputs]
        layers = []
        for width, next_width in itertools.pairwise(widths):
            layers += [nn.Linear(width, next_width), activation()]
        self.layers = nn.Sequential(*layers[:-1])

    def forward(self, X):
        """Outputs for a batch.

        Parameters
        ----------
        X : tensor of shape (n_samples, n_features_in)
            Inputs.

        Returns
        -------
        tensor of shape (n_samples, n_outputs)
        """
        return self.layers(X)
