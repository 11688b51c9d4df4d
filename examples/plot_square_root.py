"""
Why does a regressor of square roots predict zero?
==================================================

A number and its negative have the same square. Fitted on raw pairs, a regressor sees both roots
beside each other and averages them. Trained on one representative of each pair, it finds the root.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.neighbors import KNeighborsRegressor

from sksym import CanonicalizeTargets, Sign
from sksym.datasets import make_square_root
from sksym.metrics import rectified_mean_squared_error


def run(n_samples=300):
    """Fit raw and broken targets; return the errors relative to predicting zero."""
    X, y = make_square_root(n_samples, random_state=0)
    X_test, y_test = make_square_root(n_samples, random_state=1)
    models = {
        "raw targets": KNeighborsRegressor(n_neighbors=5),
        "one representative each": TransformedTargetRegressor(
            KNeighborsRegressor(n_neighbors=5),
            transformer=CanonicalizeTargets(Sign()),
            check_inverse=False,  # many targets have one representative: there is no inverse
        ),
    }
    grid = np.linspace(0, 1, 500)[:, None]
    errors = {}
    figure, axes = plt.subplots(1, 2, figsize=(9, 4), sharey=True, layout="constrained")
    for ax, (name, model) in zip(axes, models.items(), strict=True):
        model.fit(X, y)
        errors[name] = rectified_mean_squared_error(
            y_test, model.predict(X_test), symmetry=Sign(), normalization="power"
        )
        seen = y if name == "raw targets" else np.abs(y)
        ax.plot(X[:, 0], seen, ".", color="0.7", label="training pairs")
        ax.plot(grid[:, 0], model.predict(grid), color="C1", label="5-NN")
        ax.set(xlabel="measurement $y^2$", title=f"{name}\nrectified error {errors[name]:.3g}")
        ax.legend(loc="lower right")
    axes[0].set_ylabel("root $y$")
    figure.suptitle("Raw targets average to zero; broken ones have a function to learn")
    return errors


if __name__ == "__main__":
    for name, error in run().items():
        print(f"{name}: {error:.3g} of the error of predicting zero")
    plt.show()
