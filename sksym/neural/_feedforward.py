"""The multilayer perceptron of the paper and its three sizes: NN, WNN and DNN."""

from collections.abc import Callable, Sequence
from typing import Any

from ._modules import MultilayerPerceptron
from ._parameters import names_parameters_of
from ._regressor import NeuralRegressor

_PAPER_LAYERS = {
    "NN": (256, 128, 64),
    "WNN": (512, 256, 128),
    "DNN": (2048, 1024, 512, 256, 128),
}


class FeedforwardRegressor(NeuralRegressor):
    """A multilayer perceptron trained by the paper's protocol.

    Parameters
    ----------
    hidden_layer_sizes : sequence of int, default=(256, 128, 64)
        Widths of the hidden layers; the default is the paper's NN.
    module : callable, default=MultilayerPerceptron
        Torch module or a function that makes one; it also receives ``hidden_layer_sizes``.
    **kwargs
        Other parameters of `NeuralRegressor`, such as ``lr``, ``max_epochs``, ``patience`` or
        ``random_state``.

    References
    ----------
    Tayal, Lai, Manekar, Kumar, Sun (2020), "Inverse problems, deep learning, and symmetry
    breaking", section 3: Adam with learning rate 0.001, at most 100 epochs, stop after 10 without
    a lower validation loss, 10 % of the training data for validation.

    Examples
    --------
    >>> from sksym import Sign, make_canonical_regressor
    >>> from sksym.datasets import make_square_root
    >>> from sksym.neural import FeedforwardRegressor
    >>> X, y = make_square_root(2000, random_state=0)
    >>> network = FeedforwardRegressor((32, 32), batch_size=32, max_epochs=20, random_state=0)
    >>> model = make_canonical_regressor(network, Sign()).fit(X, y)
    >>> bool(model.score(X, y) > 0.95)
    True
    """

    @names_parameters_of(NeuralRegressor)
    def __init__(
        self,
        hidden_layer_sizes: Sequence[int] = (256, 128, 64),
        *,
        module: Callable[..., Any] = MultilayerPerceptron,
        **kwargs: Any,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        super().__init__(module, **kwargs)

    def _module_params(self):
        return {**super()._module_params(), "hidden_layer_sizes": self.hidden_layer_sizes}


def paper_network(name: str, **params: Any) -> FeedforwardRegressor:
    """One of the three networks of the paper.

    Parameters
    ----------
    name : {"NN", "WNN", "DNN"}
        Name of the network: m-256-128-64-n, m-512-256-128-n or m-2048-1024-512-256-128-n.
    **params
        Other parameters of `FeedforwardRegressor`.

    Returns
    -------
    FeedforwardRegressor

    Raises
    ------
    ValueError
        If the name is not one of the three.

    References
    ----------
    Tayal, Lai, Manekar, Kumar, Sun (2020), "Inverse problems, deep learning, and symmetry
    breaking", section 3.

    Examples
    --------
    >>> from sksym.neural import paper_network
    >>> paper_network("WNN").hidden_layer_sizes
    (512, 256, 128)
    """
    if name not in _PAPER_LAYERS:
        raise ValueError(f"name must be one of {', '.join(_PAPER_LAYERS)}, got {name!r}.")
    return FeedforwardRegressor(_PAPER_LAYERS[name], **params)
