"""Neural networks as scikit-learn regressors, on skorch: the only room with torch in it."""

from .feedforward import FeedforwardRegressor, paper_network
from .loss import RectifiedMSELoss
from .modules import MultilayerPerceptron
from .regressor import NeuralRegressor
from .report import EpochReport

__all__ = [
    "EpochReport",
    "FeedforwardRegressor",
    "MultilayerPerceptron",
    "NeuralRegressor",
    "RectifiedMSELoss",
    "paper_network",
]
