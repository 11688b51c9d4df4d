"""
How do I declare a symmetry of my own?
======================================

A stroke of a pen can be drawn from either end, and its picture does not show from which. No group
of the package reverses the order of points but not their coordinates; a class with one method,
which yields every point of an orbit, is all that is needed.
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


class Undirected(FiniteSymmetry):
    """A row of points in the plane, which may be read from either end."""

    def _orbit(self, xp, y):
        points = xp.reshape(y, (y.shape[0], -1, 2))
        yield y
        yield xp.reshape(xp.flip(points, axis=1), y.shape)


def picture(y, size=8, width=0.25):
    """Ink of each stroke, a line through its points, at ``size`` x ``size`` pixels."""
    points = y.reshape(len(y), -1, 2)
    steps = ((np.arange(20) + 0.5) / 20)[:, None, None]
    ink = np.concatenate([a + steps * (b - a) for a, b in _segments(points)])
    grid = np.stack(np.meshgrid(*[np.linspace(-1, 1, size)] * 2), axis=-1).reshape(-1, 1, 1, 2)
    return np.exp(-(((grid - ink) / width) ** 2).sum(axis=-1) / 2).mean(axis=1).T


def _segments(points):
    return ((points[:, k], points[:, k + 1]) for k in range(points.shape[1] - 1))


def run(n_samples=6000, max_epochs=60):
    """Train on strokes as they were drawn and on representatives; return relative errors."""
    rng = np.random.default_rng(0)
    steps = 0.5 * rng.standard_normal((n_samples, 3, 2))
    points = np.cumsum(steps, axis=1)
    y = (points - points.mean(axis=1, keepdims=True)).reshape(n_samples, 6)
    X = picture(y)
    check_laws(Undirected(), y[:50])
    assert check_symmetry(picture, Undirected(), y[:50]).holds
    half, errors, predictions = n_samples // 2, {}, {}
    for name, symmetry in (("as drawn", Identity()), ("one end first", Undirected())):
        network = FeedforwardRegressor(max_epochs=max_epochs, random_state=0)
        model = make_canonical_regressor(make_pipeline(StandardScaler(), network), symmetry)
        predictions[name] = model.fit(X[:half], y[:half]).predict(X[half:])
        errors[name] = rectified_mean_squared_error(
            y[half:], predictions[name], symmetry=Undirected(), normalization="power"
        )
    _plot(X[half:], y[half:], predictions, errors)
    return errors


def _plot(X, y, predictions, errors):
    figure, axes = plt.subplots(2, 4, figsize=(9, 5), layout="constrained")
    for row, name in zip(axes, errors, strict=True):
        for k, ax in enumerate(row):
            ax.imshow(X[k].reshape(8, 8), origin="lower", extent=[-1.14, 1.14] * 2, cmap="Greys")
            ax.plot(*y[k].reshape(-1, 2).T, color="0.4", linewidth=1, label="drawn")
            ax.plot(*predictions[name][k].reshape(-1, 2).T, "C1", marker=".", label="predicted")
            ax.set(xticks=[], yticks=[], xlim=(-1.14, 1.14), ylim=(-1.14, 1.14))
        row[0].set_ylabel(f"{name}\nerror {errors[name]:.2g} of zero's")
    axes[0, 0].legend(fontsize="small")
    figure.suptitle("Eight lines declare that a stroke has no first end")


if __name__ == "__main__":
    for name, error in run().items():
        print(f"{name}: {error:.3g} of the error of predicting zero")
    plt.show()
