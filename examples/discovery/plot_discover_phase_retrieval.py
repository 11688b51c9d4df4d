"""
Which symmetry has phase retrieval?
===================================

Nobody says what the signals of three problems of phase retrieval are known up to. That many
signals have one measurement makes the way from X to y ambiguous, not the way from y to X: X is a
function of y, and `sksym.inspection.discover_symmetry` learns it and searches for the maps of
signals that leave it as it is. With 5 % of noise it finds the sign and the flip of real signals,
the phase and the conjugate flip of complex ones, and with a real matrix in place of the Fourier
transform the phase and the conjugation. The errors show what knowing it is worth.
"""

import matplotlib.pyplot as plt
import numpy as np

from sksym.experiments import compare
from sksym.inspection import discover_symmetry

MATRIX = np.random.default_rng(1).standard_normal((12, 3))


def make_problems(n_samples):
    """Names of problems with measurements ``|F y|**2`` and signals, complex ones as [Re | Im]."""
    rng = np.random.default_rng(0)
    y = rng.standard_normal((n_samples, 6))
    signal = y[:, :3] + 1j * y[:, 3:]
    amplitudes = {
        "real signals, Fourier transform": np.fft.rfft(y, n=12),  # followed by six zeros
        "complex signals, Fourier transform": np.fft.fft(signal, n=6),
        "complex signals, real matrix": signal @ MATRIX.T,
    }
    for name, amplitude in amplitudes.items():
        X = np.abs(amplitude) ** 2
        yield name, X + 0.05 * X.std(axis=0) * rng.standard_normal(X.shape), y


def run(n_samples=1000):
    """Discover, then compare; return errors in units of the zero predictor's."""
    results, errors = {}, {}
    for name, X, y in make_problems(n_samples):
        discovery = discover_symmetry(X, y)
        comparison = compare(
            X,
            y,
            discovery.symmetry,
            ["KNN", "NN"],
            ["none", "canonicalize"],
            cv=3,
            random_state=0,
        )
        print(f"{name}\n\n{discovery}\n\n{comparison}\n")
        results[name] = discovery, comparison
        errors |= {(name, line["name"]): line["of_zero"] for line in comparison.summary()}
    _plot(results)
    return errors


def _plot(results):
    figure = plt.figure(figsize=(13, 8.5), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[2, 1])
    name, (discovery, _) = next(iter(results.items()))
    discovery.plot(ax=left.subplots())
    left.suptitle(f"{name}: what leaves the measurements as they are")
    axes = right.subplots(len(results), 1)
    for ax, (name, (discovery, comparison)) in zip(axes, results.items(), strict=True):
        of_zero = {line["name"]: line["of_zero"] for line in comparison.summary()}
        ax.bar_label(ax.barh(list(of_zero), list(of_zero.values())), fmt=" %.2g")
        ax.invert_yaxis()
        ax.set_xlim(0, 1.2)
        ax.set_title(f"{name}\n{discovery.text}", fontsize="medium", loc="right")
    axes[-1].set_xlabel("rectified error / zero predictor's")


if __name__ == "__main__":
    run()
    plt.show()
