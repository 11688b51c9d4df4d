"""
Which preprocessing of the measurements suits 5-NN?
===================================================

Target regressors work with a ``Pipeline``, and rectified scorers with ``cross_val_score``:
choosing a preprocessing of X is ordinary scikit-learn, although y is known only up to its sign.
The picture shows the errors of five folds for three preprocessings.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from sksym import Sign, make_canonical_regressor
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.metrics import rectified_mean_squared_error, rectified_scorer

# %%
# Measurements
# ------------
# Squares of Gaussian numbers are skewed: a few large ones decide which samples are neighbours.
# Their square roots, the moduli, are less so.

X, y = make_gaussian_phase_retrieval(1000, 5, random_state=0)
for name, values in {"squared moduli": X, "moduli": np.sqrt(X)}.items():
    print(f"{name}: the largest is {values.max() / values.mean():.1f} times the mean")

# %%
# A pipeline of X within a model of y
# -----------------------------------
# The pipeline is the regressor that sees representatives.


def make_model(preprocessing):
    pipeline = make_pipeline(preprocessing, KNeighborsRegressor(n_neighbors=5))
    return make_canonical_regressor(pipeline, Sign())


make_model(StandardScaler())

# %%
# Cross-validation
# ----------------
# Scores are negative errors, as always in scikit-learn. Their unit here is the error of predicting
# zero, so that 1 is worth nothing.


def run(n_samples=5000):
    """Cross-validate; return the errors of every fold relative to predicting zero."""
    X, y = make_gaussian_phase_retrieval(n_samples, 5, random_state=0)
    zero = rectified_mean_squared_error(y, np.zeros_like(y), symmetry=Sign())
    preprocessings = {
        "as measured": FunctionTransformer(),
        "standardised": StandardScaler(),
        "square roots": FunctionTransformer(np.sqrt),
    }
    errors = {
        name: -cross_val_score(make_model(step), X, y, scoring=rectified_scorer(Sign()), cv=5)
        / zero
        for name, step in preprocessings.items()
    }
    _, ax = plt.subplots(figsize=(7, 3.5), layout="constrained")
    for position, values in enumerate(errors.values()):
        ax.plot(values, np.full(len(values), position), "o", alpha=0.6)
        ax.plot(np.median(values), position, "k|", markersize=20)
    ax.set(yticks=range(len(errors)), yticklabels=errors, ylim=(2.5, -0.5))
    ax.set_xlabel("rectified error / zero predictor's; a line at the median")
    best = min(errors, key=lambda name: np.median(errors[name]))
    ax.set_title(f"Errors of five folds; lowest median: {best}")
    return errors


if __name__ == "__main__":
    for name, values in run().items():
        print(
            f"{name}: median {np.median(values):.3f}, from {min(values):.3f} to {max(values):.3f}"
        )
    plt.show()

# %%
# Folds differ more among themselves than preprocessings do. Before the choice is trusted, compare
# fold by fold, on the same five splits.
