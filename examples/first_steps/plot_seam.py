"""
Where does one cut leave its error?
===================================

Representatives jump at the cut: close to it there are targets that are far apart, y and nearly -y,
with nearly the same measurement, and a regressor of representatives averages them. The picture
shows the error by the distance from the cut, for one cut and for three remedies without a seam.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.neighbors import KNeighborsRegressor

from sksym import (
    AtlasRegressor,
    OrbitKNeighborsRegressor,
    Sign,
    make_canonical_regressor,
    make_lifted_regressor,
)
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.metrics import rectified_mean_squared_error, seam_report

# %%
# Two signals close to the cut
# ----------------------------
# Representatives of `Sign` have a positive last entry, so that the cut is where it is zero. A
# small step over the cut hardly changes the measurement, but moves the representative far away.

_, _, forward = make_gaussian_phase_retrieval(1, 4, random_state=0, return_forward=True)
y = np.array([[0.6, -0.5, 0.4, 0.01], [0.6, -0.5, 0.4, -0.01]])
for row in Sign().canonicalize(y):
    print("representative", row)
X = forward(y)
print(f"their measurements differ by {np.linalg.norm(X[0] - X[1]) / np.linalg.norm(X[0]):.1%}")

# %%
# Remedies
# --------
# An atlas has several cuts and uses no regressor near its own. A lift has none: it predicts
# functions of y that are the same for y and -y. Orbit neighbours average neighbours that were
# aligned with each other first.


def make_models():
    neighbors = KNeighborsRegressor(n_neighbors=5)
    return {
        "one cut": make_canonical_regressor(neighbors, Sign()),
        "atlas of 4 charts": AtlasRegressor(neighbors, Sign(), n_charts=4, random_state=0),
        "lift": make_lifted_regressor(neighbors, Sign()),
        "orbit neighbours": OrbitKNeighborsRegressor(Sign(), n_neighbors=5),
    }


# %%
# The error by distance from the cut
# ----------------------------------
# `sksym.metrics.seam_report` divides the test pairs into twenty parts of one size, from the
# nearest to the cut to the farthest. Without a seam, each part has about a twentieth of the error.


def run(n_samples=20_000):
    """Fit one cut, an atlas, a lift and orbit neighbours; return their errors."""
    X, y = make_gaussian_phase_retrieval(n_samples, 4, random_state=0)
    half = n_samples // 2
    errors = {}
    _, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
    for (name, model), marker in zip(make_models().items(), "osd^", strict=True):
        y_pred = model.fit(X[:half], y[:half]).predict(X[half:])
        report = seam_report(y[half:], y_pred, symmetry=Sign(), bins=20)
        errors[name] = rectified_mean_squared_error(y[half:], y_pred, symmetry=Sign())
        share = f"{report.share[0]:.0%} of it in the first twentieth"
        ax.plot(report.margin, report.error, marker=marker, label=f"{name}: {share}")
    ax.set(
        xlabel="distance of the truth from the cut",
        ylabel="rectified mean squared error",
        yscale="log",
        title="One cut errs at its seam, the others everywhere alike",
    )
    ax.legend()
    return errors


if __name__ == "__main__":
    for name, error in run().items():
        print(f"{name}: rectified mean squared error {error:.2e}")
    plt.show()

# %%
# An atlas of four charts fits four regressors. A lift fits one, whose targets have more columns.
# Which is best depends on the regressor:
# :ref:`sphx_glr_auto_examples_first_steps_plot_compare.py`.
