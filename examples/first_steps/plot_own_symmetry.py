"""
How do I declare a symmetry of my own?
======================================

A stroke of a pen can be drawn from either end, and its picture does not show from which. No group
of the package reverses the order of points but not their coordinates; a class with one method,
which yields every point of an orbit, is all that is needed. Strokes are then read from pictures.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sksym import FiniteSymmetry, Identity, make_canonical_regressor
from sksym.inspection import check_symmetry
from sksym.metrics import rectified_mean_squared_error
from sksym.neural import FeedforwardRegressor
from sksym.testing import check_laws

# %%
# The class
# ---------
# Rows come as arrays of ``xp``: of numpy, or of torch where a network's loss needs the orbit.


class Undirected(FiniteSymmetry):
    """A row of points in the plane, which may be read from either end."""

    def _orbit(self, xp, y):
        points = xp.reshape(y, (y.shape[0], -1, 2))
        yield y
        yield xp.reshape(xp.flip(points, axis=1), y.shape)


print(Undirected().canonicalize([[0, 1, 2, 3, 4, 5], [4, 5, 2, 3, 0, 1]]))

# %%
# Strokes and their pictures
# --------------------------
# Targets are rows of three points. Of each stroke, the ink in 8 x 8 pixels is measured.


def make_strokes(n_samples):
    steps = 0.5 * np.random.default_rng(0).standard_normal((n_samples, 3, 2))
    points = np.cumsum(steps, axis=1)
    return (points - points.mean(axis=1, keepdims=True)).reshape(n_samples, 6)


def picture(y, size=8, width=0.25):
    points = y.reshape(len(y), -1, 2)
    steps = ((np.arange(20) + 0.5) / 20)[:, None, None]
    ends = [(points[:, k], points[:, k + 1]) for k in range(points.shape[1] - 1)]
    ink = np.concatenate([a + steps * (b - a) for a, b in ends])
    grid = np.stack(np.meshgrid(*[np.linspace(-1, 1, size)] * 2), axis=-1).reshape(-1, 1, 1, 2)
    return np.exp(-(((grid - ink) / width) ** 2).sum(axis=-1) / 2).mean(axis=1).T


# %%
# Is it a group, and a symmetry of the pictures?
# ----------------------------------------------
# The first check says in words which law a class breaks, and is silent here.

check_laws(Undirected(), make_strokes(50))
print("pictures stay as they are:", check_symmetry(picture, Undirected(), make_strokes(50)).holds)

# %%
# Networks on strokes as they were drawn, and on representatives
# --------------------------------------------------------------
# Raw targets begin at either end: the network draws the mean of both. All elements are tried.


def run(n_samples=6000, max_epochs=60):
    """Train on strokes as they were drawn and on representatives; return relative errors."""
    y, half, errors = make_strokes(n_samples), n_samples // 2, {}
    X = picture(y)
    figure, axes = plt.subplots(2, 4, figsize=(9, 5), layout="constrained")
    groups = {"as drawn": Identity(), "one end first": Undirected()}
    for row, (name, group) in zip(axes, groups.items(), strict=True):
        network = FeedforwardRegressor(max_epochs=max_epochs, random_state=0)
        model = make_canonical_regressor(make_pipeline(StandardScaler(), network), group)
        y_pred = model.fit(X[:half], y[:half]).predict(X[half:])
        errors[name] = rectified_mean_squared_error(
            y[half:], y_pred, symmetry=Undirected(), normalization="power"
        )
        for ax, image, drawn, predicted in zip(row, X[half:], y[half:], y_pred, strict=False):
            ax.imshow(image.reshape(8, 8), origin="lower", extent=[-1.14, 1.14] * 2, cmap="Greys")
            ax.plot(*drawn.reshape(-1, 2).T, color="0.4", linewidth=1, label="drawn")
            ax.plot(*predicted.reshape(-1, 2).T, "C1", marker=".", label="predicted")
            ax.set(xticks=[], yticks=[], xlim=(-1.14, 1.14), ylim=(-1.14, 1.14))
        row[0].set_ylabel(f"{name}\nerror {errors[name]:.2g} of zero's")
    axes[0, 0].legend(fontsize="small")
    figure.suptitle("A class with one method declares that a stroke has no first end")
    return errors


if __name__ == "__main__":
    for name, error in run().items():
        print(f"{name}: {error:.3g} of the error of predicting zero")
    plt.show()
