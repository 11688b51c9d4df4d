"""
Which symmetry has phase retrieval?
===================================

Nobody says what the signals of three problems of phase retrieval are known up to.
`sksym.inspection.discover_symmetry` finds it from pairs with 5 % of noise. The picture shows the
maps and the evidence for one problem, and for all three what knowing the symmetry is worth.
"""

import matplotlib.pyplot as plt
import numpy as np

from sksym.experiments import compare
from sksym.inspection import discover_symmetry

MATRIX = np.random.default_rng(1).standard_normal((12, 3))

# %%
# Three problems
# --------------
# Squared moduli are measured: of the Fourier transform of real signals, which six zeros follow, of
# that of complex ones, as rows ``[Re | Im]``, and of products with a real matrix.


def make_problems(n_samples):
    rng = np.random.default_rng(0)
    y = rng.standard_normal((n_samples, 6))
    signal = y[:, :3] + 1j * y[:, 3:]
    amplitudes = {
        "real signals, Fourier transform": np.fft.rfft(y, n=12),
        "complex signals, Fourier transform": np.fft.fft(signal, n=6),
        "complex signals, real matrix": signal @ MATRIX.T,
    }
    for name, amplitude in amplitudes.items():
        X = np.abs(amplitude) ** 2
        yield name, X + 0.05 * X.std(axis=0) * rng.standard_normal(X.shape), y


# %%
# The way from y to X is a function
# ---------------------------------
# Many signals have one measurement: that makes the way from X to y ambiguous, not the way back.
# The forward map is learned, and maps of signals are searched for that leave it as it is. Each is
# tested on pairs that nothing was fitted to. What is found is an ordinary symmetry.

_, X, y = next(make_problems(500))
print(discover_symmetry(X, y).symmetry)

# %%
# What is it worth?
# -----------------
# Neighbours and networks are compared on raw targets and on representatives, by errors up to what
# was found.


def run(n_samples=1000):
    """Discover, then compare; return errors in units of the zero predictor's."""
    results, errors = {}, {}
    for name, X, y in make_problems(n_samples):
        discovery = discover_symmetry(X, y)
        print(f"{name}\n\n{discovery}\n")
        names, remedies = ["KNN", "NN"], ["none", "canonicalize"]
        comparison = compare(X, y, discovery.symmetry, names, remedies, cv=3, random_state=0)
        of_zero = {line["name"]: line["of_zero"] for line in comparison.summary()}
        results[name] = discovery, of_zero
        errors |= {(name, key): error for key, error in of_zero.items()}
    _plot(results)
    return errors


def _plot(results):
    figure = plt.figure(figsize=(9.5, 9), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[1, 2.4])
    name, (discovery, _) = next(iter(results.items()))
    discovery.plot(ax=lower.subplots())
    lower.suptitle(f"{name}: what leaves the measurements as they are")
    axes = upper.subplots(1, len(results))
    for ax, (name, (discovery, of_zero)) in zip(axes, results.items(), strict=True):
        ax.bar_label(ax.barh(list(of_zero), list(of_zero.values())), fmt=" %.2g")
        ax.invert_yaxis()
        ax.set(xlim=(0, 1.3), xlabel="error / zero predictor's")
        text = f"{discovery.text}".replace(" * ", "\n* ")
        ax.set_title(f"{name}\n{text}", fontsize="small", loc="right")


if __name__ == "__main__":
    run()
    plt.show()

# %%
# With a real matrix the conjugation takes the place of the conjugate flip. Where the
# forward map cannot be learned well enough, the answer is that the pairs cannot tell, with the
# reason.
