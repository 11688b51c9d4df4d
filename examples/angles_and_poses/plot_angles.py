"""
How do I predict an angle?
==========================

The direction of a bar in a picture is known modulo 180 degrees. Raw degrees jump from 180 to 0,
and so do representatives; the lift of ``Periodic(180)``, a circle, does not.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import cross_val_predict

from sksym import Identity, Periodic, make_canonical_regressor, make_lifted_regressor
from sksym.metrics import rectified_mean_absolute_error

DIRECTION = Periodic(180)


def picture(degrees, size=8):
    """Bars through the middle of a picture of ``size`` x ``size`` pixels, as seen by a camera."""
    x, y = np.meshgrid(*[np.linspace(-1, 1, size)] * 2)
    angle = np.radians(degrees)
    across = x.ravel() * np.sin(angle) - y.ravel() * np.cos(angle)
    return np.exp(-((across / 0.3) ** 2))


def run(n_samples=1500, n_estimators=50):
    """Predict directions in three ways; return mean errors in degrees."""
    rng = np.random.default_rng(0)
    y = rng.uniform(0, 360, n_samples)  # a bar does not say which end is which
    X = picture(y[:, None]) + 0.2 * rng.standard_normal((n_samples, 64))
    forest = RandomForestRegressor(n_estimators, random_state=0)
    models = {
        "as labelled": make_canonical_regressor(forest, Identity()),
        "0 to 180": make_canonical_regressor(forest, DIRECTION),
        "on the circle": make_lifted_regressor(forest, DIRECTION),
    }
    predictions = {"zero": np.zeros(n_samples)}
    predictions |= {name: cross_val_predict(model, X, y, cv=3) for name, model in models.items()}
    errors = {
        name: rectified_mean_absolute_error(y, prediction, symmetry=DIRECTION)
        for name, prediction in predictions.items()
    }
    _plot(X[0], y, predictions, errors)
    return errors


def _plot(image, y, predictions, errors):
    figure, axes = plt.subplots(1, 5, figsize=(12, 3), layout="constrained")
    axes[0].imshow(image.reshape(8, 8), origin="lower", cmap="Greys")
    axes[0].set(xticks=[], yticks=[], title=f"a bar at {y[0] % 180:.0f} degrees")
    for ax, (name, prediction) in zip(axes[1:], predictions.items(), strict=True):
        distance = DIRECTION.distance(prediction[:, None], y[:, None])
        ax.plot(y % 180, distance, ".", markersize=2)
        ax.set(title=f"{name}: {errors[name]:.1f}", xlabel="direction (degrees)", ylim=(0, 92))
    axes[1].set_ylabel("error (degrees)")
    figure.suptitle("A circle has no place where directions jump")


if __name__ == "__main__":
    for name, error in run().items():
        print(f"{name}: {error:.2f} degrees")
