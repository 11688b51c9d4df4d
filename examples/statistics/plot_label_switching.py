"""
What becomes of components whose labels mean nothing?
=====================================================

K-means returns the centres of three clusters in any order, so that a regressor of centres averages
over all orders: every centre becomes the mean of the data. Each sample is a resample of 60 flowers
of the iris data, described by quantiles; its centres are known up to a permutation.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sksym import Identity, Permutation, align_samples, make_canonical_regressor
from sksym.metrics import rectified_r2_score

FLOWERS = 60
NAMES = {"raw": "labels as they come", "sorted": "labels by the nearest to a reference"}

# %%
# Resamples and their centres
# ---------------------------
# Shares of the three species and the offset of the instrument differ between resamples; k-means
# starts from another seed each time.


def make_resamples(n_samples, rng):
    """Quantiles of resamples of petals, and the centres that k-means finds in them."""
    petals = load_iris().data[:, 2:]
    X, y = np.empty((n_samples, 2 * 19)), np.empty((n_samples, 6))
    for k in range(n_samples):
        share = rng.dirichlet([3, 3, 3])  # of the three species
        sample = petals[rng.choice(150, FLOWERS, p=np.repeat(share, 50) / 50)]
        sample = sample + 0.3 * rng.standard_normal(2)  # another instrument
        X[k] = np.quantile(sample, np.linspace(0.05, 0.95, 19), axis=0).ravel()
        seed = int(rng.integers(2**31))
        y[k] = KMeans(3, n_init=3, random_state=seed).fit(sample).cluster_centers_.ravel()
    return X, y


# %%
# The centres by themselves
# -------------------------
# `sksym.align_samples` gives the centres of all resamples common labels, and says of how many the
# labels are ambiguous: their second-best order is nearly as good as the best. What is left of the
# standard deviations is due to the instrument and to the flowers that were drawn.


def make_spreads(y):
    """Standard deviations of the centres, and the share of ambiguous labels."""
    aligned = align_samples(y, Permutation(3))
    return {
        "standard deviations, as they come": y.std(axis=0),
        "standard deviations, aligned": aligned.spread,
        "share of ambiguous labels": aligned.ambiguous_share,
    }


# %%
# The centres from quantiles
# --------------------------
# A ridge regression is trained on half of the resamples, with labels as they come and with labels
# by the nearest order to the first of them. Its score does not look at labels.


def run(n_samples=1200):
    """Return spreads of the centres, and the rectified R² of each treatment of the labels."""
    X, y = make_resamples(n_samples, np.random.default_rng(0))
    half = n_samples // 2
    regressor = make_pipeline(StandardScaler(), RidgeCV(np.logspace(-3, 3, 13)))
    models = {
        NAMES["raw"]: make_canonical_regressor(regressor, Identity()),
        NAMES["sorted"]: make_canonical_regressor(regressor, Permutation(3), "first"),
    }
    scores = {}
    _, axes = plt.subplots(1, 2, figsize=(9, 4.2), sharey=True, layout="constrained")
    for ax, (name, model) in zip(axes, models.items(), strict=True):
        y_pred = model.fit(X[:half], y[:half]).predict(X[half:])
        scores[name] = rectified_r2_score(y[half:], y_pred, symmetry=Permutation(3))
        ax.plot(*y[half:].reshape(-1, 2).T, ".", color="0.8", label="centres")
        ax.plot(*y_pred.reshape(-1, 2).T, ".", color="C1", markersize=3, label="predicted")
        ax.set(xlabel="petal length, cm", title=f"{name}\nrectified R² {scores[name]:.2f}")
        ax.legend(loc="upper left")
    axes[0].set_ylabel("petal width, cm")
    return {**make_spreads(y), **scores}


if __name__ == "__main__":
    for name, values in run().items():
        print(f"{name}: {np.round(values, 2).tolist()}")
    plt.show()

# %%
# The order costs no more than sorting. It has a cut, where two clusters are equally near to one
# reference: :ref:`sphx_glr_auto_examples_first_steps_plot_seam.py`.
