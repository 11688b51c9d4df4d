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

from sksym import Identity, Permutation, make_canonical_regressor
from sksym.metrics import rectified_r2_score

FLOWERS = 60
NAMES = {"raw": "labels as they come", "sorted": "labels by the nearest to a reference"}


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


def run(n_samples=1200):
    """Train on half of the resamples; return the rectified R² of each treatment of the labels."""
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
    return scores


if __name__ == "__main__":
    for name, score in run().items():
        print(f"{name}: rectified R² {score:.3g}")
    plt.show()
