"""The networks: the paper's protocol, sizes, seeds and the rectified loss."""

import copy
import pickle

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.datasets import make_regression
from sklearn.exceptions import NotFittedError
from skorch import NeuralNetRegressor
from skorch.callbacks import Callback, EarlyStopping

from sksym import GlobalPhase, Identity, Sign, make_canonical_regressor
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.neural import (
    FeedforwardRegressor,
    MultilayerPerceptron,
    NeuralRegressor,
    RectifiedMSELoss,
    paper_network,
)
from sksym.neural._loader import TensorLoader, TensorPairs
from sksym.neural._stopping import BestWeights


@pytest.mark.parametrize(
    ("name", "widths"),
    [
        ("NN", [20, 256, 128, 64, 5]),
        ("WNN", [20, 512, 256, 128, 5]),
        ("DNN", [20, 2048, 1024, 512, 256, 128, 5]),
    ],
)
def test_paper_networks_have_the_papers_layers(name, widths):
    X, y = make_gaussian_phase_retrieval(20, 5, random_state=0)
    module = paper_network(name, max_epochs=1).fit(X, y).module_
    layers = [layer for layer in module.layers if isinstance(layer, torch.nn.Linear)]
    assert [layers[0].in_features, *(layer.out_features for layer in layers)] == widths


def test_unknown_paper_network():
    with pytest.raises(ValueError, match="NN, WNN, DNN, got 'CNN'"):
        paper_network("CNN")


def test_defaults_are_the_papers_protocol():
    network = FeedforwardRegressor()
    assert network.optimizer is torch.optim.Adam
    assert (network.lr, network.max_epochs, network.patience) == (1e-3, 100, 10)
    assert network.validation_fraction == 0.1
    assert network.hidden_layer_sizes == (256, 128, 64)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sizes_come_from_the_data_and_shapes_go_back(small, data, dtype):
    X, y = data
    for targets in (y, y[:, :1], y[:, 0]):
        network = small(dtype=dtype).fit(X.astype(np.float64), targets)
        prediction = network.predict(X)
        assert prediction.shape == targets.shape
        assert prediction.dtype == dtype
        assert (network.n_features_in_, network.n_outputs_) == (4, targets[0].size)
        assert network.get_params(deep=False) == clone(network).get_params(deep=False)


def test_it_learns():
    X, y = make_regression(500, 4, n_targets=2, random_state=0)
    y /= y.std()
    network = FeedforwardRegressor((64,), max_epochs=60, lr=1e-2, batch_size=32, random_state=0)
    assert network.fit(X, y).score(X, y) > 0.99


def test_one_seed_decides_everything(small, data):
    X, y = data
    torch.manual_seed(1)
    first = small().fit(X, y).predict(X)
    torch.manual_seed(2)
    assert_array_equal(small().fit(X, y).predict(X), first)
    assert not np.array_equal(small(random_state=1).fit(X, y).predict(X), first)
    network = small().fit(X, y)
    assert_array_equal(network.fit(X, y).predict(X), first)


def test_the_global_generators_are_untouched(small, data):
    torch.manual_seed(0)
    np.random.seed(0)  # noqa: NPY002 - it is the global generator that must not move
    state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    small().fit(*data)
    assert torch.equal(torch.get_rng_state(), state)
    assert_array_equal(np.random.get_state()[1], numpy_state)  # noqa: NPY002


def test_the_validation_split_is_taken_from_broken_targets(small):
    X, y = make_gaussian_phase_retrieval(200, 3, random_state=0)
    seen = {}

    class Spy(Callback):
        def on_epoch_begin(self, net, dataset_train, dataset_valid, **kwargs):
            for name, part in (("train", dataset_train), ("valid", dataset_valid)):
                seen[name] = part[slice(None)][1].numpy()

    network = small(callbacks=[("spy", Spy)], max_epochs=1)
    make_canonical_regressor(network, Sign()).fit(X, y)
    assert len(seen["train"]) == 180
    assert len(seen["valid"]) == 20
    for part in seen.values():
        assert (part[:, -1] > 0).all()


def test_training_stops_by_the_papers_rule_and_keeps_the_best_weights(small, data):
    X, y = data
    network = small(max_epochs=400, patience=3, lr=0.05).fit(X, y)
    losses = network.history_[:, "valid_loss"]
    assert network.stopped_early_
    assert network.best_epoch_ == int(np.argmin(losses)) + 1
    assert len(losses) == network.best_epoch_ + 3
    # The same seed, stopped by the cap where the best epoch was, must give the same weights.
    capped = small(max_epochs=network.best_epoch_, patience=3, lr=0.05).fit(X, y)
    assert not capped.stopped_early_
    assert_array_equal(capped.predict(X), network.predict(X))


def test_stopping_rule_on_known_losses():
    module = torch.nn.Linear(1, 1)
    rule, stopped = BestWeights(patience=2), None
    for epoch, loss in enumerate([3.0, 2.0, 2.0, 1.0, 1.5, 1.0, 0.5], start=1):
        with torch.no_grad():
            module.bias.fill_(epoch)
        rule.update(epoch, loss, module)
        if rule.is_exhausted(epoch):
            stopped = epoch
            break
    # An equal loss is not lower: patience runs out two epochs after the loss of 1.
    assert (stopped, rule.epoch, rule.loss) == (6, 4, 1.0)
    rule.restore(module)
    assert module.bias.item() == 4


def test_without_validation_the_last_weights_are_kept(small, data):
    network = small(validation_fraction=None).fit(*data)
    assert "valid_loss" not in network.history_[-1]
    assert (network.best_epoch_, network.stopped_early_) == (5, False)


def test_divergence_is_an_error(small, data):
    X, y = data
    with pytest.raises(ValueError, match=r"The loss is .* at epoch .*; lower lr=10000000000\.0"):
        small(lr=1e10, optimizer=torch.optim.SGD, max_epochs=50).fit(X, y)


def test_control_c_reaches_the_caller(small, data):
    class Interrupt(Callback):
        def on_epoch_begin(self, net, **kwargs):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        small(callbacks=[("interrupt", Interrupt)]).fit(*data)


def test_it_stays_a_skorch_regressor(small, data):
    X, y = data
    batches = []

    class Batches(Callback):
        def on_batch_end(self, net, batch, training, **kwargs):
            batches.append((training, len(batch[0])))

    network = small(
        callbacks=[("batches", Batches), ("stop", EarlyStopping(patience=1, threshold=1e9))],
        module__activation=torch.nn.Tanh,
        optimizer=torch.optim.SGD,
        optimizer__momentum=0.9,
    )
    assert isinstance(network, NeuralNetRegressor)
    network.fit(X, y)
    assert isinstance(network.module_.layers[1], torch.nn.Tanh)
    assert network.optimizer_.param_groups[0]["momentum"] == 0.9
    assert network.stopped_early_  # skorch's own callback may stop it as well
    assert batches[:4] == [(True, 128), (True, 128), (True, 14), (False, 30)]
    # Watching batches must not change what is learned.
    plain = clone(network).set_params(callbacks=None, max_epochs=len(network.history_))
    assert_array_equal(plain.fit(X, y).predict(X), network.predict(X))
    assert_allclose(plain.history_[:, "train_loss"], network.history_[:, "train_loss"], rtol=1e-5)


def test_partial_fit_and_warm_start_go_on(small, data):
    X, y = data
    network = small().partial_fit(X, y)
    weights = copy.deepcopy(network.module_.state_dict())
    network.partial_fit(X, y)
    assert len(network.history_) == 10
    assert not torch.equal(
        weights["layers.0.weight"], network.module_.state_dict()["layers.0.weight"]
    )
    warm = small(warm_start=True).fit(X, y)
    module = warm.module_
    assert warm.fit(X, y).module_ is module


def test_any_module_can_be_used(data):
    class Linear(torch.nn.Linear):
        def __init__(self, n_features_in, n_outputs, bias=True):
            super().__init__(n_features_in, n_outputs, bias=bias)

    X, y = data
    network = NeuralRegressor(Linear, module__bias=False, max_epochs=2, random_state=0).fit(X, y)
    assert network.module_.weight.shape == (3, 4)
    assert network.module_.bias is None


class OfWidth(torch.nn.Module):
    """A module that takes nothing from the data and answers without an axis of outputs."""

    def __init__(self, width=8):
        super().__init__()
        self.layers = torch.nn.Sequential(torch.nn.Linear(4, width), torch.nn.Linear(width, 1))

    def forward(self, X):
        return self.layers(X)[:, 0]


def test_a_module_that_takes_nothing_from_the_data(data):
    X, y = data
    network = NeuralRegressor(OfWidth, module__width=3, max_epochs=2, random_state=0)
    assert network.fit(X, y[:, 0]).predict(X).shape == (len(X),)
    assert network.module_.layers[0].out_features == 3
    # A class of torch, with torch's own parameters.
    linear = NeuralRegressor(
        torch.nn.Linear, module__in_features=4, module__out_features=3, max_epochs=2
    )
    assert linear.fit(X, y).predict(X).shape == y.shape


def test_a_module_that_is_made_is_copied_and_trained_from_its_weights(data):
    X, y = data
    module = torch.nn.Linear(4, 3)
    before = module.weight.detach().clone()
    network = NeuralRegressor(module, lr=1e-12, max_epochs=2, random_state=0).fit(X, y)
    assert_allclose(network.module_.weight.detach(), before, rtol=1e-5)
    network.set_params(lr=0.1).fit(X, y)
    assert not np.allclose(network.module_.weight.detach(), before)
    assert torch.equal(module.weight, before)
    again = clone(network).fit(X, y)
    assert_array_equal(again.predict(X), network.predict(X))
    assert_array_equal(pickle.loads(pickle.dumps(network)).predict(X), network.predict(X))
    more = network.set_params(warm_start=True).fit(X, y)
    assert not np.array_equal(more.predict(X), again.predict(X))


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (torch.nn.Linear(5, 3), "does not take rows of 4 measurements"),
        (torch.nn.Linear(4, 2), r"row of 3 for each row.*shape \(2, 2\)"),
        (OfWidth, r"row of 3 for each row.*shape \(2, 1\)"),
        ("Linear", "'module' parameter of NeuralRegressor must be a callable"),
    ],
)
def test_a_module_that_does_not_fit_the_data(data, module, message):
    network = NeuralRegressor(module)
    with pytest.raises(ValueError, match=message):
        network.fit(*data)
    with pytest.raises(NotFittedError):
        network.predict(data[0])


def test_pickles(small, data):
    X, y = data
    network = small().fit(X, y)
    assert_array_equal(pickle.loads(pickle.dumps(network)).predict(X), network.predict(X))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_bad_values(small, data, bad):
    X, y = (array.copy() for array in data)
    network = small().fit(X, y)
    X[0, 0] = bad
    with pytest.raises(ValueError, match=r"Input X contains|infinity"):
        network.predict(X)
    with pytest.raises(ValueError, match=r"Input X contains|infinity"):
        small().fit(X, y)
    y[0, 0] = bad
    with pytest.raises(ValueError, match=r"Input y contains|infinity"):
        small().fit(data[0], y)


def test_callers_arrays_are_read_only_safe(small, data):
    X, y = (np.array(array, dtype=np.float32) for array in data)
    X.flags.writeable = y.flags.writeable = False
    kept = X.copy(), y.copy()
    small().fit(X, y).predict(X)
    assert_array_equal(X, kept[0])
    assert_array_equal(y, kept[1])


def test_loader_visits_every_row_once_a_pass():
    pairs = TensorPairs(np.arange(10.0)[:, None], np.arange(10.0)[:, None])
    rows = pairs.subset([1, 3, 5, 7, 9])
    loader = TensorLoader(rows, 2, torch.Generator().manual_seed(0))
    assert len(loader) == 2
    for _ in range(3):
        X, y = (torch.cat(part) for part in zip(*loader, strict=True))
        assert torch.equal(X, y)
        assert sorted(X[:, 0].tolist()) == [1, 3, 5, 7, 9]
    assert [len(X) for X, _ in TensorLoader(pairs, 4)] == [4, 4, 2]


@pytest.mark.parametrize(
    ("n_samples", "batch_size", "sizes"),
    [
        (9, 4, [4, 5]),
        (10, 4, [4, 4, 2]),
        (3, 1, [1, 1, 1]),
        (1, 4, [1]),
        (8193, 4, [4] * 2047 + [5]),
    ],
)
def test_no_row_is_trained_on_alone(n_samples, batch_size, sizes):
    rows = TensorPairs(np.arange(n_samples)[:, None], np.arange(n_samples)[:, None])
    loader = TensorLoader(rows, batch_size, torch.Generator().manual_seed(0))
    assert [len(X) for X, _ in loader] == sizes
    assert len(loader) == len(sizes)
    assert sorted(torch.cat([y for _, y in loader])[:, 0].tolist()) == list(range(n_samples))


def test_modules_that_normalize_batches_train_on_any_number_of_rows():
    class Normalized(torch.nn.Module):
        def __init__(self, n_features_in, n_outputs):
            super().__init__()
            self.normalize = torch.nn.BatchNorm1d(n_features_in)
            self.linear = torch.nn.Linear(n_features_in, n_outputs)

        def forward(self, X):
            return self.linear(self.normalize(X))

    X, y = make_regression(33, 4, random_state=0)  # two batches of 16 and one row
    network = NeuralRegressor(Normalized, batch_size=16, validation_fraction=None, max_epochs=2)
    assert network.fit(X, y).predict(X).shape == y.shape


@pytest.mark.parametrize("symmetry", [Identity(), Sign(), GlobalPhase()])
def test_rectified_loss_is_the_smallest_over_the_orbit(symmetry):
    rng = np.random.default_rng(0)
    y_pred, y_true = (torch.asarray(rng.standard_normal((20, 6))) for _ in range(2))
    loss = RectifiedMSELoss(symmetry)(y_pred, y_true)
    assert_allclose(loss, (symmetry.distance(y_true, y_pred) ** 2).mean() / 6)
    moved = RectifiedMSELoss(symmetry)(y_pred, symmetry.random(y_true, 0))
    assert_allclose(moved, loss)


@pytest.mark.parametrize("symmetry", [Sign(), GlobalPhase()])
def test_gradient_of_the_rectified_loss(symmetry):
    rng = np.random.default_rng(0)
    y_pred, y_true = (torch.asarray(rng.standard_normal((5, 4))) for _ in range(2))
    y_pred.requires_grad_()
    loss = RectifiedMSELoss(symmetry)
    assert torch.autograd.gradcheck(lambda y: loss(y, y_true), y_pred)
    # At zero and on the cut there is no single nearest point; the gradient must stay finite.
    special = torch.zeros(3, 4, dtype=torch.float64)
    special[1, 0] = special[2, 1] = 1.0
    special.requires_grad_()
    for target in (torch.zeros(3, 4).double(), torch.eye(4)[[1, 1, 1]].double()):
        (gradient,) = torch.autograd.grad(loss(special, target), special)
        assert torch.isfinite(gradient).all()


def test_rectified_loss_trains_a_network_on_raw_targets():
    X, y = make_gaussian_phase_retrieval(2000, 2, random_state=0)
    network = FeedforwardRegressor(
        (64, 64),
        max_epochs=30,
        criterion=RectifiedMSELoss,
        criterion__symmetry=Sign(),
        random_state=0,
    ).fit(X, y)
    raw = clone(network).set_params(criterion=torch.nn.MSELoss)
    del raw.criterion__symmetry
    raw.fit(X, y)
    distance = [Sign().distance(y, model.predict(X)).mean() for model in (network, raw)]
    assert distance[0] < distance[1] / 3


def test_multilayer_perceptron_ends_without_activation():
    module = MultilayerPerceptron(3, 2, hidden_layer_sizes=(5,), activation=torch.nn.Tanh)
    assert [type(layer) for layer in module.layers] == [
        torch.nn.Linear,
        torch.nn.Tanh,
        torch.nn.Linear,
    ]
