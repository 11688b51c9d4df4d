"""Neural networks as scikit-learn regressors, built on skorch, and the rectified loss.

The only package that imports torch when it is imported. It uses the array arithmetic and nothing
else of the package; users import from here.
"""

from .._extras import packages_of_networks

with packages_of_networks():
    from ._checks import require_device
    from ._feedforward import FeedforwardRegressor, paper_network
    from ._jacobian import FunctionJacobian, NetworkJacobian, takes_tensors
    from ._loss import RectifiedMSELoss
    from ._modules import MultilayerPerceptron
    from ._regressor import NeuralRegressor
    from ._report import EpochReport

__all__ = [
    "EpochReport",
    "FeedforwardRegressor",
    "MultilayerPerceptron",
    "NeuralRegressor",
    "RectifiedMSELoss",
    "paper_network",
]
