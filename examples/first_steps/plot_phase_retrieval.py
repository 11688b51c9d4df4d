"""
How much does breaking the symmetry help?
=========================================

The measurements of phase retrieval, ``X = |A y|**2``, do not depend on the sign of a real signal
or the phase of a complex one. Each regressor is trained twice on the same pairs: on raw
targets (B in the paper) and on representatives (A). Errors are rectified, in units of the zero
predictor's.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsRegressor

from sksym import GlobalPhase, Identity, Sign, make_canonical_regressor
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.metrics import rectified_mean_squared_error
from sksym.neural import paper_network

SYMMETRIES = {"real": Sign(), "complex": GlobalPhase()}


def run(n_samples=10_000, max_epochs=100):
    """Train before and after; return the errors relative to predicting zero."""
    regressors = {
        "5-NN": KNeighborsRegressor(n_neighbors=5),
        "NN": paper_network("NN", max_epochs=max_epochs, random_state=0),
    }
    errors = {}
    for field, symmetry in SYMMETRIES.items():
        X, y = make_gaussian_phase_retrieval(n_samples, 5, field=field, random_state=0)
        X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
        for name, regressor in regressors.items():
            for remedy, target_symmetry in (("B", Identity()), ("A", symmetry)):
                model = make_canonical_regressor(regressor, target_symmetry)
                model.fit(X_train, y_train)
                errors[field, name, remedy] = rectified_mean_squared_error(
                    y_test, model.predict(X_test), symmetry=symmetry, normalization="power"
                )
    _plot(errors, list(regressors))
    return errors


def _plot(errors, names):
    figure, axes = plt.subplots(1, 2, figsize=(9, 4), sharey=True, layout="constrained")
    position = np.arange(len(names))
    for ax, field in zip(axes, SYMMETRIES, strict=True):
        for shift, remedy, label in ((-0.2, "B", "raw targets"), (0.2, "A", "representatives")):
            heights = [errors[field, name, remedy] for name in names]
            ax.bar_label(ax.bar(position + shift, heights, 0.4, label=label), fmt="%.2g")
        ax.axhline(1, color="0.5", linestyle="--", label="predicting zero")
        ax.set(xticks=position, xticklabels=names, title=f"{field} signals", ylim=(0, 1.1))
    axes[0].set_ylabel("rectified error / zero predictor's")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    figure.suptitle("Breaking the symmetry of the targets removes most of the error")


if __name__ == "__main__":
    for cell, error in run().items():
        print(*cell, f"{error:.3g}")
    plt.show()
