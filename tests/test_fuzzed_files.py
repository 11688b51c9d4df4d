"""Files that are damaged at random are read or refused in one line, whatever was done to them."""

import io
import json
import random
import warnings
import zipfile

import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.io
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor

from sksym import AtlasRegressor, Sign, make_canonical_regressor, make_lifted_regressor
from sksym.io._models import (
    feature_names_of,
    n_features_of,
    predictions_of,
    read_model,
    write_model,
)
from sksym.io._readers import read_measurements, read_pairs
from sksym.neural import FeedforwardRegressor

X = np.random.default_rng(0).uniform(size=(20, 3))
Y = np.sqrt(X[:, :2])
TABLE = pd.DataFrame(np.hstack([X, Y]), columns=["x0", "x1", "x2", "y0", "y1"])


def damaged(content, rng):
    """Bytes flipped, cut off, overwritten by others of the same, left out or added."""
    content, start = bytearray(content), rng.randrange(len(content))
    match rng.choice(["flip", "cut", "splice", "delete", "insert"]):
        case "flip":
            for _ in range(rng.randint(1, 8)):
                content[rng.randrange(len(content))] = rng.randrange(256)
        case "cut":
            del content[start:]
        case "splice":
            other = rng.randrange(len(content))
            content[start : start + 40] = content[other : other + 40]
        case "delete":
            del content[start : start + rng.randint(1, 40)]
        case "insert":
            content[start:start] = rng.randbytes(rng.randint(1, 20))
    return bytes(content)


def with_damaged_end(content, rng):
    """Bytes flipped where a Parquet file says what it holds."""
    content = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        content[-rng.randint(1, min(len(content), 1500))] = rng.randrange(256)
    return bytes(content)


WORDS = [
    "0",
    "-1",
    "99999999999",
    "1e9",
    "None",
    "'|O'",
    "'<c16'",
    "'|V0'",
    "'<U9'",
    "(" * 99,
    "{",
]


def with_damaged_heading(content, rng):
    """Another value in the heading of an ``.npy`` file."""
    length = int.from_bytes(content[8:10], "little")
    text = content[10 : 10 + length].decode("latin-1").rstrip()
    words = ["'<f8'", "False", "20", "3", "'shape'", "'descr'", "(", ")", ",", ":"]
    for _ in range(rng.randint(1, 2)):
        text = text.replace(rng.choice(words), rng.choice(WORDS + words), 1)
    text = text.encode("latin-1")
    return content[:8] + len(text).to_bytes(2, "little") + text + content[10 + length :]


def with_damaged_member(content, rng, damage):
    """A zip file with one member damaged and all checksums right."""
    new = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice([name for name in members if name in damage or name.endswith(".npy")])
    members[name] = damage.get(name, with_damaged_heading)(members[name], rng)
    with zipfile.ZipFile(new, "w", rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_LZMA])) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return new.getvalue()


VALUES = [
    *(None, True, 0, -1, 10**9, 10**30, 1.5, "", "x", "\ud800", [], {}, [1], {"a": 1}),
    *("ListNode", "ObjectNode", "TypeNode", "JsonNode", "CachedNode", "builtins", "list", "numpy"),
    *("null", "-1", "1000000000000", "[[[1]]]", '"cuda"', '"brute"', '"precomputed"', "[1000000]"),
]


def with_damaged_schema(content, rng):
    """A part of a JSON text replaced by another part or by something else, or left out."""
    schema = json.loads(content)
    for _ in range(rng.randint(1, 3)):
        places = list(places_in(schema))
        container, key = rng.choice(places)
        match rng.choice(["value", "copy", "delete"]):
            case "value":
                container[key] = rng.choice(VALUES)
            case "copy":
                other, its_key = rng.choice(places)
                container[key] = json.loads(json.dumps(other[its_key]))
            case "delete":
                del container[key]
    return json.dumps(schema).encode()


def places_in(value):
    keys = value if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places_in(value[key])


def damaged_csv(content, rng):
    content = damaged(content, rng)
    for _ in range(rng.randint(0, 3)):
        start = rng.randrange(len(content) + 1)
        part = rng.choice([b",", b"\n", b'"', b"\0", b"\xff", b"1e999", b";", b"#", b"nan", b"y0"])
        content = content[:start] + part + content[start:]
    return content


def damaged_npy(content, rng):
    return rng.choice([damaged, with_damaged_heading])(content, rng)


def damaged_npz(content, rng):
    if rng.random() < 0.3:
        return damaged(content, rng)
    return with_damaged_member(content, rng, {"X.npy": damaged_npy})


def damaged_parquet(content, rng):
    return rng.choice([damaged, with_damaged_end])(content, rng)


def damaged_model(content, rng):
    if rng.random() < 0.2:
        return damaged(content, rng)
    schema = with_damaged_schema if rng.random() < 0.8 else damaged
    return with_damaged_member(content, rng, {"schema.json": schema})


def damaged_weights(content, rng):
    if rng.random() < 0.3:
        return damaged(content, rng)
    length = int.from_bytes(content[:8], "little")
    text = with_damaged_schema(content[8 : 8 + length], rng)
    return len(text).to_bytes(8, "little") + text + content[8 + length :]


def read_and_predict(path):
    model, _ = read_model(path)
    names, n_features = feature_names_of(model), n_features_of(model)
    measurements = read_measurements(path.parent / "X.csv", names, n_features)
    assert len(predictions_of(model, measurements, path)) == len(X)


def read_targets(path):
    return read_pairs([path], ["y*"])


KINDS = {
    "npy": (damaged_npy, read_measurements),
    "npz": (damaged_npz, lambda path: read_pairs([path])),
    "csv": (damaged_csv, read_targets),
    "csv.gz": (damaged, read_targets),
    "mat": (damaged, lambda path: read_pairs([path])),
    "h5": (damaged, lambda path: read_pairs([path])),
    "parquet": (damaged_parquet, read_targets),
    "skops": (damaged_model, read_and_predict),
    "safetensors": (damaged_weights, lambda path: network().load_weights(path)),
}


def network():
    return FeedforwardRegressor((4,), max_epochs=2, random_state=0)


MODELS = {
    "least squares": lambda: make_lifted_regressor(LinearRegression(), Sign()),
    "neighbours": lambda: AtlasRegressor(
        KNeighborsRegressor(2, algorithm="brute"), Sign(), n_charts=2
    ),
    "a network": lambda: make_canonical_regressor(network(), Sign()),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    np.save(folder / "a.npy", X)
    np.savez_compressed(folder / "a.npz", X=X, y=Y)
    TABLE.to_csv(folder / "a.csv", index=False)
    TABLE.to_csv(folder / "a.csv.gz", index=False)
    scipy.io.savemat(folder / "a.mat", {"X": X, "y": Y}, do_compression=True)
    with h5py.File(folder / "a.h5", "w") as file:
        file["X"], file["y"] = X, Y
    TABLE.assign(x3=[f"{x:.40f}" for x in X[:, 0]]).to_parquet(folder / "a.parquet")
    TABLE[["x0", "x1", "x2"]].to_csv(folder / "X.csv", index=False)
    for name, make in MODELS.items():
        write_model(folder / f"{name}.skops", make().fit(TABLE[["x0", "x1", "x2"]], Y))
    network().fit(X, Y).save_weights(folder / "a.safetensors")
    return folder


@pytest.mark.parametrize(
    "name", ["a.npy", "a.npz", "a.csv", "a.csv.gz", "a.mat", "a.h5",
             "a.parquet", *(f"{m}.skops" for m in MODELS),
             "a.safetensors"]
)  # fmt: skip
def test_damaged_files_are_read_or_refused_in_one_line(name, folder):
    content, path = (folder / name).read_bytes(), folder / f"damaged {name}"
    damage, read = KINDS[name.partition(".")[2]]
    read(folder / name)
    refused = 0
    for seed in range(200):
        path.write_bytes(damage(content, random.Random(seed)))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of other versions, of overflow
                read(path)
        except ValueError as error:
            message = str(error)
            assert "\n" not in message
            assert path.name in message or "X.csv" in message, message
            refused += 1
    assert refused > 100, "next to nothing was damaged"
