"""
Where does one cut leave its error?
===================================

Representatives jump at the cut: close to it there are targets that are far apart, y and nearly -y,
with nearly the same measurement, and a regressor of representatives averages them. An atlas uses
no regressor near its own cut, and a lift has no cut.
"""

import matplotlib.pyplot as plt
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


def run(n_samples=20_000):
    """Fit one cut, an atlas, a lift and orbit neighbours; return their errors."""
    X, y = make_gaussian_phase_retrieval(n_samples, 4, random_state=0)
    half = n_samples // 2
    neighbors = KNeighborsRegressor(n_neighbors=5)
    models = {
        "one cut": make_canonical_regressor(neighbors, Sign()),
        "atlas of 4 charts": AtlasRegressor(neighbors, Sign(), n_charts=4, random_state=0),
        "lift": make_lifted_regressor(neighbors, Sign()),
        "orbit neighbours": OrbitKNeighborsRegressor(Sign(), n_neighbors=5),
    }
    errors = {}
    _, ax = plt.subplots(figsize=(7, 4.5), layout="constrained")
    for (name, model), marker in zip(models.items(), "osd^", strict=True):
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
