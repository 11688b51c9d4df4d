"""Model files that would need much memory, or hold what is not safe, are refused unloaded."""

import io
import json
import tracemalloc
import zipfile

import numpy as np
import pytest
import skops.io
from sklearn.neighbors import KNeighborsRegressor
from sklearn.svm import SVR

from sksym import Sign, make_canonical_regressor
from sksym.io._models import predictions_of, read_model, write_model
from sksym.neural import FeedforwardRegressor

X = np.random.default_rng(0).uniform(size=(20, 3))
Y = np.sqrt(X[:, :2])


@pytest.fixture
def neighbors(tmp_path):
    """The file of a model that is sound."""
    model = make_canonical_regressor(KNeighborsRegressor(2, algorithm="brute"), Sign())
    write_model(tmp_path / "a.skops", model.fit(X, Y), ["a", "b"])
    return tmp_path / "a.skops"


@pytest.fixture
def nothing_is_loaded(monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError("was loaded")

    monkeypatch.setattr(skops.io, "loads", fail)
    monkeypatch.setattr(skops.io, "load", fail)


def parts_of(value):
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from parts_of(part)


def rewrite(path, edit_schema=None, members=None):
    """Write the file again, with another schema or other members."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()} | (members or {})
    if edit_schema is not None:
        schema = json.loads(content["schema.json"])
        edit_schema(schema)
        content["schema.json"] = json.dumps(schema).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in content.items():
            archive.writestr(name, member)


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def part(kind, name, **content):
    module, _, name = name.rpartition(".")
    return {"__loader__": kind, "__module__": module, "__class__": name, **content}


def with_attribute(value):
    """An edit that gives the model one more attribute."""

    def edit(schema):
        schema["content"]["content"]["extra"] = value
        schema["content"]["key_types"]["content"].append(part("TypeNode", "builtins.str"))

    return edit


def array_part(name="big.npy"):
    return part("NdArrayNode", "numpy.ndarray", type="numpy", file=name)


def list_part(parts, **more):
    return part("ListNode", "builtins.list", content=parts, **more)


def a_bomb(path):
    rewrite(path, with_attribute(array_part()), {"big.npy": npy(np.zeros(3_000_000))})
    assert path.stat().st_size < 100_000


def one_array_many_times(path):
    arrays = list_part([array_part()] * 200)
    rewrite(path, with_attribute(arrays), {"big.npy": npy(np.zeros(20_000))})


def a_long_text(path):
    text = part("JsonNode", "builtins.str", content=json.dumps([[]] * 600_000))
    rewrite(path, with_attribute(text))


@pytest.mark.parametrize("make", [a_bomb, one_array_many_times, a_long_text])
@pytest.mark.usefixtures("nothing_is_loaded")
def test_more_than_the_stated_memory_is_not_loaded(make, neighbors, monkeypatch):
    make(neighbors)
    monkeypatch.setattr("sksym._untrusted.MAX_BYTES", 50_000_000)
    with pytest.raises(ValueError, match=r"a\.skops would take 0\.0\d+ GiB of memory"):
        read_model(neighbors)


@pytest.mark.usefixtures("nothing_is_loaded")
def test_a_heading_that_promises_more_than_there_is(neighbors):
    array = npy(np.zeros((10, 10))).replace(b"(10, 10)", b"(99, 99)")
    rewrite(neighbors, with_attribute(array_part()), {"big.npy": array})
    with pytest.raises(ValueError, match=r"big\.npy in .*a\.skops is damaged: its heading promi"):
        read_model(neighbors)


def test_parts_are_not_repeated_by_their_numbers(neighbors):
    # Ten lists of ten lists of ten ..., each written once: ten million entries of an array.
    level = list_part([part("JsonNode", "builtins.str", content="0")] * 10, __id__=1)
    for k in range(1, 7):
        again = list_part([], __id__=k)
        level = list_part([level, *[again] * 9], __id__=k + 1)
    shape = part("TupleNode", "builtins.tuple", content=[])
    array = part("NdArrayNode", "numpy.ndarray", type="json", content=[level], shape=shape)
    rewrite(neighbors, with_attribute(array))
    tracemalloc.start()
    try:
        read_model(neighbors)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 10_000_000


@pytest.mark.usefixtures("nothing_is_loaded")
def test_nothing_is_called(neighbors):
    # Ten thousand million weights.
    sizes = part("TupleNode", "builtins.tuple", content=[
        part("JsonNode", "builtins.str", content="100000")] * 2)  # fmt: skip
    network = "sksym.neural._modules.MultilayerPerceptron"
    rewrite(neighbors, with_attribute(part("ConstructorFromReduceNode", network, content=sizes)))
    with pytest.raises(ValueError, match="holds 'ConstructorFromReduceNode', which sksym does"):
        read_model(neighbors)


@pytest.mark.usefixtures("nothing_is_loaded")
def test_compiled_models_are_not_loaded(tmp_path):
    # libsvm reads outside of support vectors that are narrower than the measurements.
    skops.io.dump(SVR().fit(X, Y[:, 0]), tmp_path / "a.skops")
    with pytest.raises(ValueError, match=r"holds 'sklearn\.svm\._classes\.SVR', which sksym does"):
        read_model(tmp_path / "a.skops")


def test_neighbors_that_are_narrower_than_the_measurements(neighbors):
    # scikit-learn's compiled search would read outside of them.
    with zipfile.ZipFile(neighbors) as archive:
        arrays = {n: archive.read(n) for n in archive.namelist() if n.endswith(".npy")}
    (rows,) = [
        name for name, array in arrays.items() if np.load(io.BytesIO(array)).shape == X.shape
    ]
    rewrite(neighbors, members={rows: npy(X[:, :1])})
    with pytest.raises(ValueError, match=r"a\.skops is damaged: its parts do not fit together"):
        read_model(neighbors)


def set_json(name, value):
    """An edit of all attributes of this name."""

    def edit(schema):
        for found in parts_of(schema):
            if name in found:
                found[name]["content"] = json.dumps(value)

    return edit


def test_more_neighbors_than_there_are(neighbors):
    rewrite(neighbors, set_json("n_neighbors", 21))
    with pytest.raises(ValueError, match="its parts do not fit together"):
        read_model(neighbors)


def test_a_network_of_other_sizes_than_its_weights_is_not_made(tmp_path):
    network = FeedforwardRegressor((4,), max_epochs=1, random_state=0)
    model = make_canonical_regressor(network, Sign()).fit(X, Y)
    write_model(tmp_path / "a.skops", model)
    rewrite(tmp_path / "a.skops", set_json("n_features_in_", 10**15))
    message = (
        r"a\.skops is not a skops file, or is damaged: expected weights of shapes .*1000000000000"
    )
    with pytest.raises(ValueError, match=message):
        read_model(tmp_path / "a.skops")


def test_names_of_other_targets(neighbors):
    model, _ = read_model(neighbors)
    write_model(neighbors, model, ["a", "b", "c"])
    read, _ = read_model(neighbors)
    with pytest.raises(ValueError, match=r"a\.skops names 3 targets, but predicts 2"):
        predictions_of(read, X, neighbors)


def test_a_model_that_cannot_predict(neighbors):
    rewrite(neighbors, set_json("effective_metric_", "none such"))
    read, _ = read_model(neighbors)
    with pytest.raises(ValueError, match=r"a\.skops is not a model file.*: .*none such"):
        predictions_of(read, X, neighbors)
