"""Neural networks as scikit-learn regressors, on skorch: the only room with torch in it."""

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
