"""Networks as scikit-learn sees them: its checks, weights, containers, seeds and bad input."""

import threading

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse as sp
import sklearn
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_predict
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks
from skorch.callbacks import Callback, EpochScoring, LRScheduler

from sksym import CanonicalizeTargets, Sign, make_canonical_regressor
from sksym.metrics import rectified_scorer
from sksym.neural import FeedforwardRegressor, NeuralRegressor, RectifiedMSELoss

from .conftest import needs_cuda

# In one batch and without a validation split a weight of two is the same as a row that stands
# twice, so that every check must pass.
IN_ONE_BATCH = {"batch_size": 10_000, "validation_fraction": None, "lr": 0.01, "max_epochs": 60}
IN_BATCHES = {"batch_size": 16, "max_epochs": 100}


def expected_failures(network):
    failures = {}
    if network.validation_fraction is not None:
        failures["check_sample_weight_equivalence_on_dense_data"] = (
            "batches and a validation split of weighted rows are others than of repeated rows, as "
            "in scikit-learn's MLPRegressor"
        )
    if network.dtype == "float32":
        failures["check_regressor_multioutput"] = (
            "predictions are float32, as the network computes them; the check asks for float64"
        )
        if network.validation_fraction is None:
            failures["check_sample_weight_equivalence_on_dense_data"] = (
                "sums of float32 in another order differ by more than the check's 1e-7"
            )
    return failures


@parametrize_with_checks(
    [
        FeedforwardRegressor((32,), dtype=dtype, random_state=0, **protocol)
        for dtype in ("float64", "float32")
        for protocol in (IN_ONE_BATCH, IN_BATCHES)
    ],
    expected_failed_checks=expected_failures,
)
def test_checks_of_scikit_learn(estimator, check):
    check(estimator)


def test_a_weight_of_two_is_a_row_that_stands_twice(small, data):
    X, y = data
    weights = np.random.default_rng(0).integers(0, 4, len(X))
    one_batch = {**IN_ONE_BATCH, "dtype": "float64", "max_epochs": 5}
    weighted = small(**one_batch).fit(X, y, weights)
    repeated = small(**one_batch).fit(np.repeat(X, weights, axis=0), np.repeat(y, weights, axis=0))
    assert_allclose(weighted.predict(X), repeated.predict(X), rtol=1e-9)
    plain = small(**one_batch).fit(X, y)
    assert not np.allclose(weighted.predict(X), plain.predict(X), rtol=1e-3)


def test_rows_without_weight_are_left_out(small, data):
    X, y = data
    weights = np.where(np.arange(len(X)) % 3, 1.0, 0.0)
    y_bad = y + 1e6 * (weights == 0)[:, None]
    kept = weights > 0
    assert_array_equal(
        small().fit(X, y_bad, weights).predict(X), small().fit(X[kept], y[kept]).predict(X)
    )


def test_equal_weights_are_none(small, data):
    X, y = data
    assert_array_equal(
        small().fit(X, y, np.full(len(X), 0.1)).predict(X), small().fit(X, y).predict(X)
    )


def test_weights_count_in_both_losses(small, data):
    # All weight on half of the rows, which are constant there: the losses are of these rows.
    X, y = data
    weights = np.where(np.arange(len(X)) % 2, 1.0, 1e-12)
    y = np.where(weights[:, None] == 1.0, 1.0, 1e3) * np.ones(3)
    network = small(lr=0.02, max_epochs=30).fit(X, y, weights)
    losses = network.history_[-1]
    assert max(losses["train_loss"], losses["valid_loss"]) < 0.1
    assert_allclose(network.predict(X), 1, atol=1)


def test_a_loss_of_the_users_own_can_be_weighted_too(small, data):
    X, y = data
    weights = np.linspace(0.1, 2, len(X))
    params = {**IN_ONE_BATCH, "criterion": RectifiedMSELoss, "criterion__symmetry": Sign()}
    assert np.isfinite(small(**params).fit(X, y, weights).predict(X)).all()

    class Unreduced(torch.nn.Module):
        def forward(self, y_pred, y_true):
            return ((y_pred - y_true) ** 2).mean()

    with pytest.raises(ValueError, match="needs the loss of single samples"):
        small(criterion=Unreduced).fit(X, y, weights)


@pytest.mark.parametrize("routing", [False, True])
def test_weights_through_the_target_transformer(small, data, routing):
    X, y = data
    weights = np.linspace(0.1, 2, len(X))
    broken = Sign().canonicalize(y)
    expected = small().fit(X, broken, weights).predict(X)
    with sklearn.config_context(enable_metadata_routing=routing):
        network = small()
        if routing:
            network.set_fit_request(sample_weight=True)
        for model in (
            make_canonical_regressor(network, Sign()),
            TransformedTargetRegressor(
                network, transformer=CanonicalizeTargets(Sign()), check_inverse=False
            ),
        ):
            assert_array_equal(clone(model).fit(X, y, sample_weight=weights).predict(X), expected)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (-1.0, "Negative"),
        (np.nan, "NaN"),
        (0.0, "zero"),
        (np.ones(7), r"shape"),
    ],
)
def test_bad_weights(small, data, weights, message):
    X, y = data
    if np.ndim(weights) == 0:
        weights = np.full(len(X), weights)
    with pytest.raises(ValueError, match=message):
        small().fit(X, y, weights)


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_data_frames(small, data, frame):
    X, y = data
    columns = ["a", "b", "c", "d"]
    Xf, yf = frame(dict(zip(columns, X.T, strict=True))), frame(dict(zip("uvw", y.T, strict=True)))
    network = small().fit(Xf, yf)
    assert list(network.feature_names_in_) == columns
    assert_array_equal(network.predict(Xf), small().fit(X, y).predict(X))
    with pytest.raises(ValueError, match="feature names should match"):
        network.predict(Xf[columns[::-1]])


def predictions(n_jobs, backend, **params):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((400, 6))
    network = FeedforwardRegressor((32, 16), max_epochs=4, random_state=3, **params)
    with joblib.parallel_config(backend=backend):
        return cross_val_predict(network, X, X[:, :2] ** 2, cv=4, n_jobs=n_jobs)


@pytest.mark.parametrize("backend", ["loky", "threading"])
@pytest.mark.parametrize("module", ["plain", "dropout"])
def test_one_seed_decides_under_processes_and_threads(backend, module):
    params = {"module__activation": torch.nn.Dropout} if module == "dropout" else {}
    assert_array_equal(predictions(2, backend, **params), predictions(1, backend, **params))


def test_dropout_leaves_the_global_generator_alone(small, data):
    torch.manual_seed(0)
    state = torch.get_rng_state()
    first = small(module__activation=torch.nn.Dropout).fit(*data).predict(data[0])
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(5)
    again = small(module__activation=torch.nn.Dropout).fit(*data).predict(data[0])
    assert_array_equal(first, again)


@pytest.mark.parametrize("seed", [0, np.int64(0), None, np.random.RandomState(0)])
def test_random_states(small, data, seed):
    assert np.isfinite(small(random_state=seed).fit(*data).predict(data[0])).all()


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"batch_size": 0}, "'batch_size' parameter .* Got 0"),
        ({"batch_size": True}, "'batch_size' parameter .* Got True"),
        ({"batch_size": -1}, "'batch_size'"),
        ({"max_epochs": 0}, "'max_epochs'"),
        ({"lr": -1.0}, "'lr'"),
        ({"patience": 0}, "'patience'"),
        ({"validation_fraction": 1.0}, "'validation_fraction'"),
        ({"dtype": "float16"}, "'dtype'"),
        ({"random_state": -1}, "'random_state'"),
        ({"random_state": np.random.default_rng(0)}, "'random_state'"),
        ({"device": "cuda:99"}, r"device='cuda:99' is not available; available: cpu"),
        ({"device": torch.device("cuda:99")}, "device='cuda:99' is not available"),
        ({"device": "gpu"}, "device='gpu' is not available"),
    ],
)
def test_parameters_that_cannot_be_used(small, data, params, message):
    with pytest.raises(ValueError, match=message):
        small(**params).fit(*data)


def test_too_few_rows(small, data):
    X, y = data
    for n in (1, 2):
        message = f"validation_fraction=0.1 of n_samples={n} leaves {n - 1} sample"
        with pytest.raises(ValueError, match=message):
            small().fit(X[:n], y[:n])
        assert small(validation_fraction=None).fit(X[:n], y[:n]).predict(X[:n]).shape == (n, 3)
    network = small().fit(X[:3], y[:3])
    for call in (lambda: network.predict(X[:0]), lambda: small().fit(X[:0], y[:0])):
        with pytest.raises(ValueError, match=r"0 sample\(s\)"):
            call()


@pytest.mark.parametrize("batch_size", [299, 7, 10_000, 1])
def test_batches_of_any_size(small, data, batch_size):
    # 270 rows to train on: a last batch of one for a size of 269.
    X, y = data
    for size in (batch_size, 269):
        network = small(batch_size=size, max_epochs=1).fit(X, y)
        assert np.isfinite(network.predict(X)).all()


def test_widths_that_do_not_match(small, data):
    X, y = data
    network = small(warm_start=True).fit(X, y)
    with pytest.raises(
        ValueError, match="has 3 features, but FeedforwardRegressor is expecting 4"
    ):
        network.predict(X[:, :3])
    for fit in (network.fit, network.partial_fit):
        with pytest.raises(ValueError, match=r"y has 2 output\(s\), but .* fitted with 3"):
            fit(X, y[:, :2])
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        small().fit(X, y[:-1])


def test_values_too_large_for_single_precision(small, data):
    X, y = data
    large = X.copy()
    large[3, 1] = 1e300
    for call in (
        lambda: small().fit(large, y),
        lambda: small().fit(X, y * 1e300),
        lambda: small().fit(X, y).predict(large),
    ):
        with pytest.raises(ValueError, match=r"overflows float32.*float64"):
            call()
    assert small(dtype="float64", max_epochs=1).fit(X, y).predict(large).dtype == np.float64


@pytest.mark.parametrize("dtype", ["i1", "u8", "?", "O", ">f8", ">f4", "f2", "g"])
def test_other_dtypes(small, data, dtype):
    X, y = ((np.abs(array) * 10).astype(np.int8) for array in data)
    expected = small().fit(X.astype(dtype).astype("f8"), y.astype("f8")).predict(X)
    network = small().fit(X.astype(dtype), y.astype(dtype) if dtype != "?" else y)
    assert_array_equal(network.predict(X), expected)


def test_what_is_no_table_of_numbers(small, data):
    X, y = data
    masked = np.ma.masked_greater(X, 1.0)
    for bad, error, message in (
        (X.astype(str), ValueError, "text"),
        (X.astype(str).astype(object), ValueError, "text"),
        (X.astype("M8[s]"), TypeError, "must hold numbers"),
        (X.astype(complex), ValueError, "Complex data not supported"),
        (masked, ValueError, "masked"),
        (sp.csr_array(X), TypeError, "[Ss]parse"),
        (torch.tensor(X, requires_grad=True), TypeError, r"detach\(\)"),
        (torch.tensor(X).to_sparse(), TypeError, r"detach\(\)"),
        (X[:, 0], ValueError, "Reshape your data"),
        (None, (ValueError, TypeError), None),
    ):
        with pytest.raises(error, match=message):
            small().fit(bad, y)
    for bad, error in (
        (sp.csr_array(y), TypeError),
        (y.astype(str), ValueError),
        (y.astype(complex), ValueError),
        (y[:, :, None], ValueError),
        (None, ValueError),
    ):
        with pytest.raises(error):
            small().fit(X, bad)


def test_tensors_are_read(small, data):
    X, y = data
    network = small().fit(torch.tensor(X), torch.tensor(y))
    assert_array_equal(network.predict(torch.tensor(X)), small().fit(X, y).predict(X))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_memory_maps_are_read_where_they_are(small, data, tmp_path, dtype):
    X, y = (array.astype(dtype) for array in data)
    maps = []
    for name, array in (("X", X), ("y", y)):
        np.save(tmp_path / f"{name}.npy", array)
        maps.append(np.load(tmp_path / f"{name}.npy", mmap_mode="r"))
    seen = []

    class Spy(Callback):
        def on_epoch_begin(self, net, dataset_train, **kwargs):
            pairs = zip(dataset_train.parts, maps, strict=False)
            seen.append([np.shares_memory(part, array) for part, array in pairs])

    network = small(callbacks=[("spy", Spy)], max_epochs=2).fit(*maps)
    if network.device == "cpu":  # elsewhere the data have been moved
        assert seen == [[True, True]] * 2
    assert_array_equal(network.predict(maps[0]), small(max_epochs=2).fit(X, y).predict(X))


def test_half_trained_is_not_fitted(small, data):
    X, y = data

    class Interrupt(Callback):
        def on_epoch_begin(self, net, **kwargs):
            if len(net.history_) == 3:
                raise KeyboardInterrupt

    network = small(callbacks=[("interrupt", Interrupt)])
    with pytest.raises(KeyboardInterrupt):
        network.fit(X, y)
    with pytest.raises(NotFittedError):
        network.predict(X)
    with pytest.raises(ValueError, match="The loss is"):
        network.set_params(callbacks=None, lr=1e10, optimizer=torch.optim.SGD).fit(X, y)
    with pytest.raises(NotFittedError):
        network.predict(X)
    with pytest.raises(NotFittedError):
        small().predict(X)


def test_callbacks_of_skorch(small, data):
    X, y = data
    network = small(
        callbacks=[
            ("r2", EpochScoring("r2", lower_is_better=False, name="r2")),
            ("schedule", LRScheduler(torch.optim.lr_scheduler.StepLR, step_size=1, gamma=0.5)),
        ]
    ).fit(X, y)
    assert np.isfinite(network.history_[:, "r2"]).all()
    assert network.optimizer_.param_groups[0]["lr"] < 1e-3
    network.set_params(callbacks__r2=None).fit(X, y)
    assert "r2" not in network.history_[-1]


def test_parameters_of_components(small, data):
    network = small().set_params(module__activation=torch.nn.Tanh, optimizer__weight_decay=0.1)
    network.fit(*data)
    assert isinstance(network.module_.layers[1], torch.nn.Tanh)
    assert network.optimizer_.param_groups[0]["weight_decay"] == 0.1
    assert not hasattr(network, "predict_proba")
    with pytest.raises(ValueError, match="unexpected argument"):
        small(hidden_layers=(3,)).fit(*data)


def test_one_live_line(data, capsys):
    network = FeedforwardRegressor((8,), max_epochs=3, random_state=0)
    network.fit(*data)
    network.fit(*data)
    assert capsys.readouterr() == ("", "")
    for _ in range(2):
        network.set_params(verbose=1).fit(*data)
        out, err = capsys.readouterr()
        last = err.rstrip("\n").split("\r")[-1]
        assert out == ""
        assert err.count("\n") == 1
        assert last.startswith("epoch 3/3, train loss ")
        assert "validation loss" in last
        assert "best" in last


def test_a_search_over_a_pipeline_without_a_warning():
    rng = np.random.default_rng(0)
    y = rng.uniform(-1, 1, (300, 2))
    X = y**2
    network = FeedforwardRegressor((16,), max_epochs=3, random_state=0)
    model = make_canonical_regressor(network, Sign())
    search = GridSearchCV(
        Pipeline([("scale", StandardScaler()), ("model", model)]),
        {"model__regressor__lr": [1e-3, 1e-2]},
        scoring=rectified_scorer(Sign()),
        cv=2,
        n_jobs=2,
    )
    # Warnings are errors here as everywhere; to say so again would make loky's own into some.
    assert np.isfinite(search.fit(X, y).cv_results_["mean_test_score"]).all()


def test_fits_in_threads_do_not_disturb_each_other(data):
    X, y = data
    expected = [
        FeedforwardRegressor((16,), max_epochs=3, random_state=k).fit(X, y).predict(X)
        for k in range(4)
    ]
    networks = [FeedforwardRegressor((16,), max_epochs=3, random_state=k) for k in range(4)]
    threads = [threading.Thread(target=network.fit, args=data) for network in networks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for network, prediction in zip(networks, expected, strict=True):
        assert_array_equal(network.predict(X), prediction)


def test_images_in_a_convolution(small):
    class Convolution(torch.nn.Sequential):
        def __init__(self, n_features_in, n_outputs):
            super().__init__(
                torch.nn.Unflatten(1, (1, 4, n_features_in // 4)),
                torch.nn.Conv2d(1, 4, 3, padding=1),
                torch.nn.Flatten(),
                torch.nn.Linear(4 * n_features_in, n_outputs),
            )

    X = np.random.default_rng(0).standard_normal((60, 24))
    network = NeuralRegressor(Convolution, max_epochs=2, device=small().device, random_state=0)
    assert network.fit(X, X[:, :5]).predict(X).shape == (60, 5)


def test_threads_may_share_a_fitted_network(small, data):
    X, y = data
    network = small().fit(X, y)
    expected, results = network.predict(X), []
    threads = [
        threading.Thread(target=lambda: results.append(network.predict(X))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    for result in results:
        assert_array_equal(result, expected)


@needs_cuda
def test_data_that_do_not_fit_on_the_device_travel_in_blocks(data, monkeypatch):
    X, y = data
    protocol = {"max_epochs": 3, "device": "cuda", "random_state": 0}
    expected = FeedforwardRegressor((16,), **protocol).fit(X, y).predict(X)
    monkeypatch.setattr("sksym.neural._loader._SHARE", 0)
    assert_array_equal(FeedforwardRegressor((16,), **protocol).fit(X, y).predict(X), expected)
