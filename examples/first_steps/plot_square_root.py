"""
Why does a regressor of square roots predict zero?
==================================================

A number and its negative have the same square. A regressor fitted to raw pairs sees both roots of
nearly the same number and averages them. Fitted to one representative of each pair of roots, it
finds the root.
"""

import matplotlib.pyplot as plt
from sklearn.compose import TransformedTargetRegressor
from sklearn.neighbors import KNeighborsRegressor

from sksym import CanonicalizeTargets, Sign
from sksym.datasets import make_square_root
from sksym.inspection import ZigzagDisplay
from sksym.metrics import rectified_mean_squared_error


def run(n_samples=300):
    """Fit raw and broken targets; return the errors relative to predicting zero."""
    X, y = make_square_root(n_samples, random_state=0)
    X_test, y_test = make_square_root(n_samples, random_state=1)
    break_signs = CanonicalizeTargets(Sign())
    models = {
        "raw targets": KNeighborsRegressor(n_neighbors=5),
        "one representative each": TransformedTargetRegressor(
            KNeighborsRegressor(n_neighbors=5),
            transformer=break_signs,
            check_inverse=False,  # many targets have the same representative: there is no inverse
        ),
    }
    seen = {"raw targets": y, "one representative each": break_signs.fit_transform(y[:, None])}
    errors = {}
    figure, axes = plt.subplots(1, 2, figsize=(9, 4), sharey=True, layout="constrained")
    for ax, (name, model) in zip(axes, models.items(), strict=True):
        model.fit(X, y)
        errors[name] = rectified_mean_squared_error(
            y_test, model.predict(X_test), symmetry=Sign(), normalization="power"
        )
        ZigzagDisplay.from_estimator(model, X, seen[name], name="5-NN", ax=ax)
        ax.set_title(f"{name}\nrectified error {errors[name]:.3g}")
    figure.suptitle("Raw targets average to zero; broken ones have a function to learn")
    return errors


if __name__ == "__main__":
    for name, error in run().items():
        print(f"{name}: {error:.3g} of the error of predicting zero")
    plt.show()
