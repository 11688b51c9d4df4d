"""
How much does breaking the symmetry help?
=========================================

The measurements of phase retrieval, ``X = |A y|**2``, do not depend on the sign of a real signal
or the phase of a complex one. Each regressor is trained twice on the same pairs: on raw targets
and on representatives, B and A in the paper. Bars show how much of the error remains.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsRegressor

from sksym import GlobalPhase, Identity, Sign, make_canonical_regressor
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.metrics import rectified_mean_squared_error
from sksym.neural import paper_network

# %%
# Signals with the same measurements
# ----------------------------------
# Complex signals are real rows ``[Re | Im]``. A signal, turned by any phase, is measured alike.

SYMMETRIES = {"real": Sign(), "complex": GlobalPhase()}
X, y, forward = make_gaussian_phase_retrieval(
    100, 5, field="complex", random_state=0, return_forward=True
)
turned = GlobalPhase().random(y, random_state=1)
print(f"largest change of a signal:      {np.abs(turned - y).max():.2g}")
print(f"largest change of a measurement: {np.abs(forward(turned) - X).max():.2g}")

# %%
# Representatives
# ---------------
# Of each orbit, the signal is taken whose last entry is positive, `Sign`, or whose first entry is
# real and positive, `GlobalPhase` (propositions 2.1 and 2.2 of the paper). The regressor does not
# change: ``Identity()`` in the place of the symmetry trains it on raw targets.

print("first entries, raw:            ", (y[:3, 0] + 1j * y[:3, 5]).round(2))
canonical = GlobalPhase().canonicalize(y)
print("first entries, representatives:", (canonical[:3, 0] + 1j * canonical[:3, 5]).round(2))

# %%
# Two regressors, before and after
# --------------------------------
# Errors are rectified: a prediction is compared with the nearest point of the true orbit. Their
# unit is the error of predicting zero, which no symmetry changes.


def run(n_samples=10_000, max_epochs=100):
    """Train before and after; return the errors relative to predicting zero."""
    regressors = {
        "5-NN": KNeighborsRegressor(n_neighbors=5),
        "network": paper_network("NN", max_epochs=max_epochs, random_state=0),
    }
    errors = {}
    for field, symmetry in SYMMETRIES.items():
        X, y = make_gaussian_phase_retrieval(n_samples, 5, field=field, random_state=0)
        X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
        for name, regressor in regressors.items():
            for remedy, group in (("raw targets", Identity()), ("representatives", symmetry)):
                model = make_canonical_regressor(regressor, group).fit(X_train, y_train)
                errors[field, name, remedy] = rectified_mean_squared_error(
                    y_test, model.predict(X_test), symmetry=symmetry, normalization="power"
                )
    _plot(errors, list(regressors))
    return errors


def _plot(errors, names):
    figure, axes = plt.subplots(1, 2, figsize=(9, 4), sharey=True, layout="constrained")
    position = np.arange(len(names))
    for ax, field in zip(axes, SYMMETRIES, strict=True):
        for shift, remedy in ((-0.2, "raw targets"), (0.2, "representatives")):
            heights = [errors[field, name, remedy] for name in names]
            bars = ax.bar(position + shift, heights, 0.4, label=remedy)
            ax.bar_label(bars, fmt="%.2g", bbox={"color": "white", "pad": 0}, padding=2)
        ax.axhline(1, color="0.5", linestyle="--", label="predicting zero")
        ax.set(xticks=position, xticklabels=names, title=f"{field} signals", ylim=(0, 1.1))
    axes[0].set_ylabel("rectified error / zero predictor's")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    figure.suptitle("Breaking the symmetry of the targets removes most of the error")


if __name__ == "__main__":
    for cell, error in run().items():
        print(*cell, f"{error:.3g}", sep=", ")
    plt.show()

# %%
# What remains of 5-NN's error is partly that of neighbours across the cut, where representatives
# jump: :ref:`sphx_glr_auto_examples_first_steps_plot_seam.py`.
