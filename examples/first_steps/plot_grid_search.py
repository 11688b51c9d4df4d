"""
What does a grid search choose?
===============================

The symmetry, the reference and the parameters of the regressor are ordinary parameters. A search
over ``[Identity(), Sign()]`` is the comparison of B and A in the paper; the width of a network is
searched in the same way.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsRegressor

from sksym import Identity, Sign, make_canonical_regressor
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.metrics import rectified_mean_squared_error, rectified_scorer
from sksym.neural import FeedforwardRegressor


def run(n_samples=4000, max_epochs=30):
    """Search; return the rectified errors of every setting relative to predicting zero."""
    X, y = make_gaussian_phase_retrieval(n_samples, 5, random_state=0)
    zero = rectified_mean_squared_error(y, np.zeros_like(y), symmetry=Sign())
    network = FeedforwardRegressor(max_epochs=max_epochs, random_state=0)
    searches = {
        "symmetry": (KNeighborsRegressor(), {"transformer__symmetry": [Identity(), Sign()]}),
        "reference": (
            KNeighborsRegressor(),
            {"transformer__symmetry": [Sign()], "transformer__reference": [None, 0, "pca"]},
        ),
        "network": (
            network,
            {
                "transformer__symmetry": [Identity(), Sign()],
                "regressor__hidden_layer_sizes": [(64,), (256, 128, 64)],
            },
        ),
    }
    errors = {}
    for name, (regressor, grid) in searches.items():
        search = GridSearchCV(
            make_canonical_regressor(regressor, Sign()),
            grid,
            scoring=rectified_scorer(Sign()),
            cv=3,
            n_jobs=2,
            error_score="raise",
        ).fit(X, y)
        for setting, score in zip(
            search.cv_results_["params"], search.cv_results_["mean_test_score"], strict=True
        ):
            label = ", ".join(str(value) for value in setting.values())
            errors[f"{name}: {label}"] = -score / zero
    figure, ax = plt.subplots(figsize=(8, 4), layout="constrained")
    colors = ["C3" if "Identity" in name else "C0" for name in errors]
    ax.bar_label(ax.barh(list(errors), list(errors.values()), color=colors), fmt=" %.2g")
    ax.axvline(1, color="0.5", linestyle="--")
    ax.invert_yaxis()
    ax.set(xlabel="rectified error / zero predictor's (dashed)", xlim=(0, 1.2))
    figure.suptitle("Every search prefers Sign() to Identity() (red)")
    return errors


if __name__ == "__main__":
    for name, error in run().items():
        print(f"{name}: {error:.3g}")
    plt.show()
