"""Networks that are written and read again, in this process and in a new one."""

import copy
import json
import pickle
import subprocess
import sys

import joblib
import numpy as np
import onnxruntime
import pytest
import skops.io
import torch
from numpy.testing import assert_allclose, assert_array_equal
from safetensors import safe_open
from safetensors.numpy import save_file
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from skorch.callbacks import EpochScoring
from skorch.exceptions import DeviceWarning

from sksym import CanonicalizeTargets, LiftTargets, Sign, make_canonical_regressor
from sksym.neural import FeedforwardRegressor

# What a user has to review and trust to read a network with skops.
TRUSTED = [
    "skorch.dataset.Dataset",
    "sksym.neural._feedforward.FeedforwardRegressor",
    "sksym.neural._loader.TensorLoader",
    "sksym.neural._modules.MultilayerPerceptron",
    "torch.nn.modules.loss.MSELoss",
    "torch.optim.adam.Adam",
]
TRUSTED_TARGETS = [
    "sksym.symmetries._finite.Sign",
    "sksym.targets._canonicalize.CanonicalizeTargets",
    "sksym.regressors._transformed.RectifiedTargetRegressor",
]

IN_A_NEW_PROCESS = """
import pickle, sys, warnings
warnings.simplefilter("error")
import joblib, numpy as np, skops.io
from sksym.neural import FeedforwardRegressor
folder, trusted = sys.argv[1], sys.argv[2].split(",")
X = np.load(f"{folder}/X.npy")
with open(f"{folder}/net.pickle", "rb") as file:
    networks = [pickle.load(file)]
networks.append(joblib.load(f"{folder}/net.joblib", mmap_mode="r"))
networks.append(skops.io.load(f"{folder}/net.skops", trusted=trusted))
networks.append(FeedforwardRegressor((16,)).load_weights(f"{folder}/net.safetensors"))
for network in networks:
    assert (network.predict(X) == np.load(f"{folder}/y.npy")).all(), network
print(len(networks), "read")
"""


def test_a_new_process_predicts_the_same_bits(small, data, tmp_path):
    X, y = data
    network = small().fit(X, y)
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "y.npy", network.predict(X))
    (tmp_path / "net.pickle").write_bytes(pickle.dumps(network))
    joblib.dump(network, tmp_path / "net.joblib")
    skops.io.dump(network, tmp_path / "net.skops")
    network.save_weights(tmp_path / "net.safetensors")
    done = subprocess.run(
        [sys.executable, "-c", IN_A_NEW_PROCESS, str(tmp_path), ",".join(TRUSTED)],
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("4 read\n", "")


def test_skops_lists_what_to_review(small, data):
    X, y = data
    network = small().fit(X, y)
    model = make_canonical_regressor(network, Sign()).fit(X, y)
    cases = (
        (network, TRUSTED),
        (model, sorted(TRUSTED + TRUSTED_TARGETS)),
        (CanonicalizeTargets(Sign()).fit(y), TRUSTED_TARGETS[:2]),
        (LiftTargets(Sign()).fit(y), [TRUSTED_TARGETS[0], "sksym.targets._lift.LiftTargets"]),
    )
    for estimator, types in cases:
        dump = skops.io.dumps(estimator)
        assert skops.io.get_untrusted_types(data=dump) == types
        read = skops.io.loads(dump, trusted=types)
        call = "predict" if hasattr(estimator, "predict") else "transform"
        rows = X if call == "predict" else y
        assert_array_equal(getattr(read, call)(rows), getattr(estimator, call)(rows))


def test_training_goes_on_after_a_round_trip(small, data):
    X, y = data
    network = small(callbacks=[("r2", EpochScoring("r2", name="r2"))]).fit(X, y)
    read = pickle.loads(pickle.dumps(network))
    assert list(read.history_) == list(network.history_)
    assert (read.best_epoch_, read.stopped_early_) == (network.best_epoch_, False)
    # Optimizer and shuffling go on where they were.
    assert_array_equal(read.partial_fit(X, y).predict(X), network.partial_fit(X, y).predict(X))
    assert len(read.history_) == 10


def test_copies_and_clones(small, data):
    X, y = data
    network = small(module__activation=torch.nn.Tanh).fit(X, y)
    assert_array_equal(copy.deepcopy(network).predict(X), network.predict(X))
    with pytest.raises(NotFittedError):
        clone(network).predict(X)
    unfitted = pickle.loads(pickle.dumps(clone(network)))
    assert_array_equal(unfitted.fit(X, y).predict(X), network.predict(X))


def test_a_network_of_another_device_is_read_on_this_one(data, monkeypatch):
    network = FeedforwardRegressor((4,), max_epochs=1, random_state=0).fit(*data)
    expected = network.predict(data[0])
    network.device = "cuda"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.warns(DeviceWarning, match="CUDA"):
        read = pickle.loads(pickle.dumps(network))
    assert read.device == "cpu"
    assert_array_equal(read.predict(data[0]), expected)


def test_another_version_warns(small, data, tmp_path, monkeypatch):
    network = small().fit(*data)
    monkeypatch.setattr("sksym._persistence.__version__", "0.0.1")
    monkeypatch.setattr("sksym.neural._saving.__version__", "0.0.1")
    dump = pickle.dumps(network)
    network.save_weights(tmp_path / "w")
    monkeypatch.undo()
    with pytest.warns(UserWarning, match=r"pickled by sksym 0\.0\.1 and is loaded by"):
        pickle.loads(dump)
    with pytest.warns(UserWarning, match=r"saved by sksym 0\.0\.1"):
        small().load_weights(tmp_path / "w")


def test_weights_of_another_network(small, data, tmp_path):
    small().fit(*data).save_weights(tmp_path / "w")
    with pytest.raises(ValueError, match="do not fit"):
        small(hidden_layer_sizes=(3,)).load_weights(tmp_path / "w")
    save_file({"a": np.zeros(3)}, tmp_path / "other")
    with pytest.raises(ValueError, match="was not written by save_weights"):
        small().load_weights(tmp_path / "other")
    with pytest.raises(NotFittedError):
        small().save_weights(tmp_path / "none")


def with_sizes(path, **changed):
    """The same weights, with other sizes beside them."""
    with safe_open(path, framework="numpy") as file:
        sizes = json.loads(file.metadata()["sksym"]) | changed
        weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    save_file(weights, path, metadata={"sksym": json.dumps(sizes)})


def test_sizes_that_the_weights_do_not_have_take_no_memory(data, tmp_path):
    network = FeedforwardRegressor((4,), max_epochs=1, random_state=0).fit(*data)
    network.save_weights(tmp_path / "w")
    with_sizes(tmp_path / "w", n_features_in_=2**31 - 1)
    other = FeedforwardRegressor((4,))
    with pytest.raises(
        ValueError, match=r"do not fit MultilayerPerceptron with .*2147483647"
    ) as raised:
        other.load_weights(tmp_path / "w")
    assert "expected weights of shapes" in str(raised.value.__cause__)
    with pytest.raises(NotFittedError):
        other.predict(data[0])


@pytest.mark.parametrize("sizes", [{"n_outputs_": "3"}, {"n_outputs_": -3}, {"module": 3}])
def test_sizes_that_are_none(data, tmp_path, sizes):
    network = FeedforwardRegressor((4,), max_epochs=1, random_state=0).fit(*data)
    network.save_weights(tmp_path / "w")
    with_sizes(tmp_path / "w", **sizes)
    with pytest.raises(ValueError, match="was not written by save_weights"):
        network.load_weights(tmp_path / "w")


def test_weights_that_are_damaged(data, tmp_path):
    network = FeedforwardRegressor((4,), max_epochs=1, random_state=0).fit(*data)
    network.save_weights(tmp_path / "w")
    (tmp_path / "w").write_bytes((tmp_path / "w").read_bytes()[:-1])
    with pytest.raises(ValueError, match=r"w is not a safetensors file, or is damaged: "):
        network.load_weights(tmp_path / "w")
    with pytest.raises(FileNotFoundError):
        network.load_weights(tmp_path / "none")


def test_onnx(small, data, tmp_path, capfd):
    X, y = data
    network = small().fit(X, y)
    network.export_onnx(tmp_path / "net.onnx")
    assert capfd.readouterr() == ("", "")
    session = onnxruntime.InferenceSession(tmp_path / "net.onnx")
    (prediction,) = session.run(None, {"X": X.astype(np.float32)})
    assert_allclose(prediction, network.predict(X), rtol=1e-4, atol=1e-5)
    assert network.predict(X).shape == (300, 3)


@pytest.mark.parametrize(
    ("module", "extra", "call"),
    [
        ("safetensors.numpy", "save", "save_weights"),
        ("safetensors", "save", "load_weights"),
        ("onnxscript", "onnx", "export_onnx"),
    ],
)
def test_a_missing_extra_is_named(data, tmp_path, monkeypatch, module, extra, call):
    network = FeedforwardRegressor((4,), max_epochs=1, random_state=0).fit(*data)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ModuleNotFoundError, match=rf'pip install "\.\[{extra}\]"'):
        getattr(network, call)(tmp_path / "file")


def test_representation(small):
    assert repr(FeedforwardRegressor((8, 8), lr=0.1)) == (
        "FeedforwardRegressor(hidden_layer_sizes=(8, 8), lr=0.1)"
    )
