"""Data and networks that several files train."""

import pytest
import torch
from sklearn.datasets import make_regression

from sksym.neural import FeedforwardRegressor

from . import discoveries

needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")


@pytest.fixture(scope="session")
def data():
    X, y = make_regression(300, 4, n_targets=3, noise=0.1, random_state=0)
    X.flags.writeable = y.flags.writeable = False
    return X, y / y.std()


@pytest.fixture(scope="module")
def quick_search():
    """Commands find the sign at once, in any pairs."""
    with pytest.MonkeyPatch.context() as patch:
        discoveries.replace_search(patch, discoveries.the_sign)
        yield


@pytest.fixture(params=["cpu", pytest.param("cuda", marks=needs_cuda)])
def small(request):
    """A small network with a seed; every test with it runs on every device."""

    def make(**params):
        protocol = {"hidden_layer_sizes": (16,), "max_epochs": 5, "random_state": 0}
        return FeedforwardRegressor(**{**protocol, "device": request.param, **params})

    return make
