"""Neural networks as scikit-learn regressors, built on skorch, and the rectified loss.

The only package that imports torch when it is imported. It uses the array arithmetic and, for
`TorchMetric`, the metrics; users import from here.
"""

from .._extras import require_extra
from ._checks import require_device
from ._feedforward import FeedforwardRegressor, paper_network
from ._jacobian import FunctionJacobian, NetworkJacobian, takes_tensors
from ._loss import RectifiedMSELoss
from ._modules import MultilayerPerceptron
from ._regressor import NeuralRegressor
from ._report import EpochReport

# Without `TorchMetric`: a star import must not need torchmetrics, which takes half a second.
__all__ = [
    "EpochReport",
    "FeedforwardRegressor",
    "MultilayerPerceptron",
    "NeuralRegressor",
    "RectifiedMSELoss",
    "paper_network",
]


def __getattr__(name):
    if name == "TorchMetric":
        require_extra("torchmetrics", "torchmetrics")
        from ._torch_metric import TorchMetric

        return TorchMetric
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
