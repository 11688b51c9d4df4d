"""
Which loadings of a principal component analysis does the bootstrap trust?
==========================================================================

Loadings get standard errors from replicates of the analysis on resampled rows. But a replicate may
return a component with the other sign, and two components of nearly the same variance in the other
order: standard errors of the loadings as they come measure that too. `sksym.align_samples` moves
every replicate to the signs and the order of the analysis of all rows.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from sksym import Blocks, Permutation, Sign, align_samples
from sksym.inspection import SpreadDisplay

N_COMPONENTS = 5
SHOWN = (0, 3)  # a component that is sure of its place, and one that is not

# %%
# Replicates
# ----------
# Thirteen measurements of 178 wines, in units of their standard deviations. Each replicate draws
# as many wines, with replacement; the loadings are an array of shape (n_replicates, n_components,
# n_measurements).


def make_replicates(n_replicates):
    """Loadings of all wines, and of each replicate."""
    X, rng = StandardScaler().fit_transform(load_wine().data), np.random.default_rng(0)
    pca = PCA(N_COMPONENTS, svd_solver="full")
    full = pca.fit(X)
    draws = rng.integers(len(X), size=(n_replicates, len(X)))
    loadings = full.components_.copy()
    return loadings, np.array([pca.fit(X[rows]).components_ for rows in draws])


# %%
# One call for each symmetry
# --------------------------
# With ``Blocks(Sign(), k)`` every component keeps its place and takes the sign that brings it
# nearest to the loadings of all wines. ``Permutation(k, each=Sign())`` may exchange components
# too; ``elements.permutation`` says which went where, and ``ambiguous_share`` in how many
# replicates another order or sign would do nearly as well.


def make_alignments(full, replicates):
    """Aligned replicates by name."""
    symmetries = {
        "signs": Blocks(Sign(), N_COMPONENTS),
        "signs and order": Permutation(N_COMPONENTS, each=Sign()),
    }
    return {
        name: align_samples(replicates, symmetry, reference=full)
        for name, symmetry in symmetries.items()
    }


# %%
# What is left are the standard errors of the loadings themselves. Components four and five change
# places: which of them has the larger variance the data do not tell, although what each of them is
# made of can be told in nearly every replicate.


def run(n_replicates=500):
    """Return mean standard errors of each component's loadings, and what was moved."""
    full, replicates = make_replicates(n_replicates)
    aligned = make_alignments(full, replicates)
    errors = {"as they come": replicates.std(axis=0).mean(axis=1)}
    errors |= {name: result.spread.mean(axis=1) for name, result in aligned.items()}
    both = aligned["signs and order"]
    moved = (both.elements.permutation != np.arange(N_COMPONENTS)).mean(axis=0)
    figure, axes = plt.subplots(1, 3, figsize=(10, 4.6), layout="constrained")
    for ax, part in zip(axes, SHOWN, strict=False):
        SpreadDisplay.from_samples(
            replicates,
            Permutation(N_COMPONENTS, each=Sign()),
            reference=full,
            part=part,
            names=[name.split("_of_")[0] for name in load_wine().feature_names],
            ax=ax,
        )
        ax.set(title=f"loadings of component {part + 1}", ylim=(-1, 1))
    axes[2].bar(np.arange(N_COMPONENTS) + 1, moved, color="C1")
    axes[2].set(xlabel="component", ylabel="share of replicates", title="came from another place")
    figure.suptitle(f"Order or sign is ambiguous in {both.ambiguous_share:.0%} of the replicates")
    return {**errors, "moved": moved, "ambiguous": both.ambiguous_share}


if __name__ == "__main__":
    for name, values in run().items():
        print(f"{name:<16}", np.round(values, 3))
    plt.show()

# %%
# Aligning costs less than the replicates do. Where it is ambiguous, single loadings mean little.
