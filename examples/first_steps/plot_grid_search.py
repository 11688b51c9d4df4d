"""
What does a grid search choose?
===============================

The symmetry, the reference and the parameters of the regressor are ordinary parameters, and a
rectified scorer is an ordinary scorer. Three grid searches of scikit-learn ask which of them are
best; a search over ``[Identity(), Sign()]`` is the comparison of B and A in the paper. The picture
shows the error of every setting.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsRegressor

from sksym import Identity, Sign, make_canonical_regressor
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.metrics import rectified_mean_squared_error, rectified_scorer
from sksym.neural import FeedforwardRegressor

# %%
# Names of parameters
# -------------------
# The model is a ``TransformedTargetRegressor``: what its transformer and its regressor are made of
# is reached by names with two underscores.

model = make_canonical_regressor(KNeighborsRegressor(), Sign())
print([name for name in model.get_params() if "__" in name])

# %%
# Three searches
# --------------
# The symmetry of neighbours, their reference, and the width of a network together with its
# symmetry. ``Identity()`` leaves the targets raw.


def make_searches(max_epochs):
    neighbors = KNeighborsRegressor()
    network = FeedforwardRegressor(max_epochs=max_epochs, random_state=0)
    symmetries = {"transformer__symmetry": [Identity(), Sign()]}
    widths = {"regressor__hidden_layer_sizes": [(64,), (256, 128, 64)]}
    return {
        "symmetry": (neighbors, symmetries),
        "reference": (neighbors, {"transformer__reference": [None, 0, "pca"]}),
        "network": (network, symmetries | widths),
    }


# %%
# Scored up to the sign
# ---------------------
# With the scorer of mean squared errors, a prediction of the other root would be called wrong.
# Errors are those of three folds, in units of predicting zero.


def run(n_samples=4000, max_epochs=30):
    """Search; return the rectified errors of every setting relative to predicting zero."""
    X, y = make_gaussian_phase_retrieval(n_samples, 5, random_state=0)
    zero = rectified_mean_squared_error(y, np.zeros_like(y), symmetry=Sign())
    errors = {}
    for name, (regressor, grid) in make_searches(max_epochs).items():
        search = GridSearchCV(
            make_canonical_regressor(regressor, Sign()),
            grid,
            scoring=rectified_scorer(Sign()),
            cv=3,
            n_jobs=2,
            error_score="raise",
        ).fit(X, y)
        results = search.cv_results_
        for setting, score in zip(results["params"], results["mean_test_score"], strict=True):
            label = ", ".join(str(value) for value in setting.values())
            errors[f"{name}: {label}"] = -score / zero
        print(f"{name}: {search.best_params_}")
    figure, ax = plt.subplots(figsize=(8, 4), layout="constrained")
    colors = ["C3" if "Identity" in name else "C0" for name in errors]
    ax.bar_label(ax.barh(list(errors), list(errors.values()), color=colors), fmt=" %.2g")
    ax.axvline(1, color="0.5", linestyle="--")
    ax.invert_yaxis()
    ax.set(xlabel="rectified error / zero predictor's (dashed)", xlim=(0, 1.2))
    figure.suptitle("Settings with Identity() are red, with Sign() blue")
    return errors


if __name__ == "__main__":
    run()
    plt.show()

# %%
# A wider network does not repair raw targets. The reference matters less than that there is one.
