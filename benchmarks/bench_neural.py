"""Cost of the networks: run by hand, ``python benchmarks/bench_neural.py [epoch|rows|accuracy]``.

Seconds per epoch are the smallest of interleaved fits, validation included, of the same module on
the same pairs; compare their ratios, since times vary. ``--device cuda`` prints a table for an
accelerator instead.
"""

import argparse
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor
from skorch import NeuralNetRegressor
from skorch.dataset import ValidSplit

from sksym import Sign, make_canonical_regressor
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.metrics import rectified_mean_squared_error
from sksym.neural import MultilayerPerceptron, paper_network

N_ROWS, WIDTH, N_OUTPUTS = 36_000, 40, 10


def pairs(n_samples):
    """Single-precision pairs, so that no side pays for a conversion."""
    X, y = make_gaussian_phase_retrieval(n_samples, N_OUTPUTS, random_state=0)
    return X.astype(np.float32), Sign().canonicalize(y).astype(np.float32)


def by_hand(name, X, y, batch_size, n_epochs):
    """A loop written by hand: slices of one permutation, fused Adam, a validation pass."""
    layers = paper_network(name).hidden_layer_sizes
    module = MultilayerPerceptron(WIDTH, N_OUTPUTS, layers)
    optimizer = torch.optim.Adam(module.parameters(), lr=1e-3, fused=True)
    n_valid = len(X) // 10
    X, y = torch.from_numpy(X), torch.from_numpy(y)
    X, y, X_valid, y_valid = X[n_valid:], y[n_valid:], X[:n_valid], y[:n_valid]
    for _ in range(n_epochs):
        module.train()
        for rows in torch.randperm(len(X)).split(batch_size):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(module(X[rows]), y[rows]).backward()
            optimizer.step()
        module.eval()
        with torch.no_grad():
            torch.nn.functional.mse_loss(module(X_valid), y_valid).item()


def ours(name, X, y, batch_size, n_epochs, **params):
    protocol = {"max_epochs": n_epochs, "patience": None, "random_state": 0}
    return paper_network(name, batch_size=batch_size, **{**protocol, **params}).fit(X, y)


def stock(name, X, y, batch_size, n_epochs, **params):
    layers = paper_network(name).hidden_layer_sizes
    network = NeuralNetRegressor(
        MultilayerPerceptron,
        module__n_features_in=X.shape[1],
        module__n_outputs=y.shape[1],
        module__hidden_layer_sizes=layers,
        optimizer=torch.optim.Adam,
        lr=1e-3,
        max_epochs=n_epochs,
        batch_size=batch_size,
        iterator_train__shuffle=True,
        train_split=ValidSplit(10),
        verbose=0,
        **params,
    )
    return network.fit(X, y)


def scikit_learn(name, X, y, batch_size, n_epochs):
    network = MLPRegressor(
        hidden_layer_sizes=paper_network(name).hidden_layer_sizes,
        batch_size=batch_size,
        max_iter=n_epochs,
        early_stopping=True,
        n_iter_no_change=n_epochs,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(X, y)


def seconds_per_epoch(fit, *args, n_epochs):
    start = time.perf_counter()
    fit(*args, n_epochs)
    return (time.perf_counter() - start) / n_epochs


def epochs():
    """Seconds per epoch of four implementations."""
    X, y = pairs(N_ROWS)
    most = torch.get_num_threads()
    for name, batch_size, n_epochs, n_repeats, bars in (
        ("NN", 128, 5, 4, (1.2, 2, 1)),
        ("NN", 512, 5, 4, (1.2, 2, 1)),
        ("DNN", 128, 1, 3, (1.05, 0, 0)),
        ("DNN", 512, 1, 3, (1.05, 0, 0)),
    ):
        sides = {"ours": ours, "skorch": stock, "MLPRegressor": scikit_learn}
        times = {f"by hand, {n} threads": [] for n in {1, most}} | {side: [] for side in sides}
        for _ in range(n_repeats):
            for n_threads in {1, most}:
                torch.set_num_threads(n_threads)
                times[f"by hand, {n_threads} threads"].append(
                    seconds_per_epoch(by_hand, name, X, y, batch_size, n_epochs=n_epochs)
                )
            torch.set_num_threads(most)
            for side, call in sides.items():
                if side == "MLPRegressor" and name == "DNN" and times[side]:
                    continue  # its ratio is far from the bound
                times[side].append(
                    seconds_per_epoch(call, name, X, y, batch_size, n_epochs=n_epochs)
                )
        best = {side: min(values) for side, values in times.items()}
        hand = min(value for side, value in best.items() if side.startswith("by hand"))
        print(f"\n{name}, {N_ROWS} rows, m = {WIDTH}, batch {batch_size}: seconds per epoch")
        for side, value in best.items():
            print(f"  {side:<20} {value:8.3f}")
        print(f"  ours / by hand       {best['ours'] / hand:8.2f}   at most {bars[0]}")
        for side, bar in (("skorch", bars[1]), ("MLPRegressor", bars[2])):
            text = f"   at least {bar}" if bar else ""
            print(f"  {side + ' / ours':<20} {best[side] / best['ours']:8.2f}{text}")


def fit_one(n_samples, kind):
    """Train one epoch in this process; print seconds, bytes of data and peak memory."""
    folder = sys.argv[4]
    mode = "r" if kind == "map" else None
    ours("NN", np.ones((64, WIDTH), np.float32), np.ones((64, N_OUTPUTS), np.float32), 512, 1)
    Path("/proc/self/clear_refs").write_text("5")  # resets the peak
    base = peak_memory()
    X, y = (np.load(f"{folder}/{part}{n_samples}.npy", mmap_mode=mode) for part in "Xy")
    start = time.perf_counter()
    ours("NN", X, y, 512, 1)
    taken = time.perf_counter() - start
    print(taken, X.size * 4 + y.size * 4, peak_memory() - base)


def peak_memory():
    """Largest resident size of this process in bytes, pages of mapped files included (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def rows():
    """Time per sample and memory from 1e4 to 1e6 samples, each in a new process."""
    with tempfile.TemporaryDirectory() as folder:
        rng = np.random.default_rng(0)
        seconds, memory = [], {}
        for n_samples in (10_000, 100_000, 1_000_000):
            for part, width in (("X", WIDTH), ("y", N_OUTPUTS)):
                values = rng.standard_normal((n_samples, width), dtype=np.float32)
                np.save(f"{folder}/{part}{n_samples}.npy", values)
            for kind in ("array", "map"):
                command = [sys.executable, __file__, "fit-one", str(n_samples), kind, folder]
                out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                taken, size, peak = map(float, out.split())
                memory[n_samples, kind] = size, peak
                print(
                    f"{kind:<6} {n_samples:>8} rows: {taken / n_samples * 1e6:6.2f} µs a row and "
                    f"epoch; data {size / 1e6:6.1f} MB, peak beyond imports {peak / 1e6:6.1f} MB"
                )
                if kind == "array":
                    seconds.append(taken / n_samples)
        print(f"largest / smallest time a row {max(seconds) / min(seconds):.2f}")
        for kind in ("array", "map"):
            (small, low), (large, high) = memory[100_000, kind], memory[1_000_000, kind]
            slope = (high - low) / (large - small)
            print(f"{kind}: peak memory grows by {slope:.2f} bytes a byte of data   at most 1.3")


def accuracy(n_seeds=5):
    """Errors of the same protocol with the loader of sksym and with that of torch."""
    X, y = make_gaussian_phase_retrieval(20_000, 5, random_state=0)
    for name, params in (
        ("our loader", {}),
        (
            "torch's DataLoader",
            {
                "iterator_train": torch.utils.data.DataLoader,
                "iterator_train__shuffle": True,
                "iterator_valid": torch.utils.data.DataLoader,
            },
        ),
    ):
        errors = []
        for seed in range(n_seeds):
            torch.manual_seed(seed)  # torch's loader shuffles by the global generator
            network = paper_network("NN", random_state=seed, **params)
            model = make_canonical_regressor(network, Sign()).fit(X[:18_000], y[:18_000])
            errors.append(
                rectified_mean_squared_error(
                    y[18_000:], model.predict(X[18_000:]), symmetry=Sign(), normalization="n2"
                )
                * 1e4
            )
        print(
            f"{name:<20} median {np.median(errors):.3g}, range {min(errors):.3g} to "
            f"{max(errors):.3g} (|error|²/n², 1e-4, {n_seeds} seeds)"
        )


def accelerator(device, n_samples=1_000_000):
    """Seconds per epoch of the paper's networks on a device."""
    X, y = pairs(n_samples)
    print(f"{n_samples} rows, m = {WIDTH}, batch 512, {torch.cuda.get_device_name(device)}")
    for name in ("NN", "WNN", "DNN"):
        ours(name, X[:2048], y[:2048], 512, 1, device=device)
        network = ours(name, X, y, 512, 3, device=device)
        print(f"  {name:<4} {min(network.history_[:, 'dur']):8.2f} s per epoch")


def main():
    if sys.argv[1:2] == ["fit-one"]:
        fit_one(int(sys.argv[2]), sys.argv[3])
        return
    parts = {"epoch": epochs, "rows": rows, "accuracy": accuracy}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", nargs="*", choices=[[], *parts], help="all by default")
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    if args.device != "cpu":
        accelerator(args.device)
        return
    for part in args.part or parts:
        parts[part]()


if __name__ == "__main__":
    main()
