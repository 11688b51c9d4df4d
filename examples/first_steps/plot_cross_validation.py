"""
Which preprocessing of the measurements suits 5-NN?
===================================================

Target regressors work with a ``Pipeline``, and rectified scorers with ``cross_val_score``:
choosing a preprocessing of X is ordinary scikit-learn, although y is known only up to its sign.
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


def run(n_samples=5000):
    """Cross-validate; return the errors of every fold in the unit of eq. (3.1)."""
    X, y = make_gaussian_phase_retrieval(n_samples, 5, random_state=0)
    preprocessings = {
        "as measured": FunctionTransformer(),
        "standardised": StandardScaler(),
        "square roots": FunctionTransformer(np.sqrt),
    }
    errors = {}
    for name, preprocessing in preprocessings.items():
        pipeline = make_pipeline(preprocessing, KNeighborsRegressor(n_neighbors=5))
        model = make_canonical_regressor(pipeline, Sign())
        errors[name] = -cross_val_score(model, X, y, scoring=rectified_scorer(Sign()), cv=5)
    errors["predicting zero"] = np.array(
        [rectified_mean_squared_error(y, np.zeros_like(y), symmetry=Sign())]
    )
    _, ax = plt.subplots(figsize=(7, 3.5), layout="constrained")
    for position, values in enumerate(errors.values()):
        ax.plot(values, np.full(len(values), position), "o", alpha=0.6)
    ax.set(yticks=range(len(errors)), yticklabels=errors, xlabel="rectified error, eq. (3.1)")
    ax.set_xlim(left=0)
    best = min(errors, key=lambda name: np.median(errors[name]))
    ax.invert_yaxis()
    ax.set_title(f"Errors of five folds; lowest median: {best}")
    return errors


if __name__ == "__main__":
    for name, values in run().items():
        print(f"{name}: median {np.median(values):.4f} of {len(values)} fold(s)")
    plt.show()
