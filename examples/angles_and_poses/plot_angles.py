"""
How do I predict an angle?
==========================

The direction of a bar in a picture is known modulo 180 degrees. Raw degrees jump from 180 to 0,
and so do representatives; the lift of ``Periodic(180)``, a circle, does not. The picture shows the
errors of all three by the direction of the bar.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import cross_val_predict

from sksym import Identity, Periodic, make_canonical_regressor, make_lifted_regressor
from sksym.metrics import rectified_mean_absolute_error

DIRECTION = Periodic(180)

# %%
# Bars seen by a camera
# ---------------------
# A bar goes through the middle of 8 x 8 noisy pixels. It does not say which end is which, so that
# labels lie between 0 and 360.


def picture(degrees, size=8):
    x, y = np.meshgrid(*[np.linspace(-1, 1, size)] * 2)
    angle = np.radians(degrees)
    across = x.ravel() * np.sin(angle) - y.ravel() * np.cos(angle)
    return np.exp(-((across / 0.3) ** 2))


print(f"bars at 30 and 210 degrees differ by {np.abs(picture(30) - picture(210)).max():.0e}")

# %%
# What goes wrong
# ---------------
# A forest averages the labels of bars that look alike. The mean of 1 and 179 degrees, which are
# two degrees apart, is far from both. Errors are therefore distances up to half
# turns, and a representative, between 0 and 180, has not gone far enough.

for said in (90, 359):
    error = rectified_mean_absolute_error([1], [said], symmetry=DIRECTION)
    print(f"{said} degrees where 1 is true: an error of {error:.0f}")

# %%
# A circle instead of degrees
# ---------------------------
# The lift is a point of the circle whose angle is twice that of the bar: the same for both ends,
# and without a jump. Predictions are turned back into degrees.

print(DIRECTION.lift(np.array([[1.0], [179.0], [181.0]])).round(3))


def run(n_samples=1500, n_estimators=50):
    """Predict directions in three ways; return mean errors in degrees."""
    rng = np.random.default_rng(0)
    y = rng.uniform(0, 360, n_samples)
    X = picture(y[:, None]) + 0.2 * rng.standard_normal((n_samples, 64))
    forest = RandomForestRegressor(n_estimators, random_state=0)
    models = {
        "as labelled": make_canonical_regressor(forest, Identity()),
        "0 to 180": make_canonical_regressor(forest, DIRECTION),
        "on the circle": make_lifted_regressor(forest, DIRECTION),
    }
    predictions = {name: cross_val_predict(model, X, y, cv=3) for name, model in models.items()}
    errors = {
        name: rectified_mean_absolute_error(y, prediction, symmetry=DIRECTION)
        for name, prediction in predictions.items()
    }
    _plot(X[0], y, predictions, errors)
    zeros = np.zeros(n_samples)
    return errors | {"zero": rectified_mean_absolute_error(y, zeros, symmetry=DIRECTION)}


def _plot(image, y, predictions, errors):
    figure, axes = plt.subplots(2, 2, figsize=(8, 6), layout="constrained")
    axes[0, 0].imshow(image.reshape(8, 8), origin="lower", cmap="Greys")
    axes[0, 0].set(xticks=[], yticks=[], title=f"a bar at {y[0] % 180:.0f} degrees")
    for ax, (name, prediction) in zip(axes.flat[1:], predictions.items(), strict=True):
        distance = DIRECTION.distance(prediction[:, None], y[:, None])
        ax.plot(y % 180, distance, ".", markersize=3)
        ax.set(title=f"{name}: mean error {errors[name]:.1f}", ylim=(0, 92))
        ax.set(xlabel="direction, degrees", ylabel="error, degrees", xticks=range(0, 181, 45))
    figure.suptitle("A circle has no place where directions jump")


if __name__ == "__main__":
    for name, error in run().items():
        print(f"{name}: {error:.2f} degrees")
    plt.show()

# %%
# Where a forest is unsure, its point lies near the middle of the circle: degrees do not show that.
