"""
Which way does the grass lie?
=============================

The axis of a texture has no front and no back: y and -y are one answer. Patches of three textures
are turned by known angles, and their axis is to be read off their power spectrum. Trained on raw
directions a regressor predicts about zero; one representative each leaves a seam at one angle; the
lift, the doubled angle that statisticians use for axes, has none. Gravel has no axis to find.
"""

import matplotlib.pyplot as plt
import numpy as np
from skimage import data
from skimage.transform import rotate
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sksym import Identity, Sign, make_canonical_regressor, make_lifted_regressor
from sksym.metrics import rectified_mean_squared_error

SIZE, WIDE = 64, 92  # a patch, and one that holds it at every angle


def make_axes(image, n_samples, rng):
    """Turned patches as the angular profile of their spectra, and their unit axes."""
    angle = rng.uniform(0, 360, n_samples)
    X = np.empty((n_samples, 36))
    for k in range(n_samples):
        row, column = (rng.integers(side - WIDE) for side in image.shape)
        patch = rotate(image[row : row + WIDE, column : column + WIDE] / 255, angle[k], order=1)
        edge = (WIDE - SIZE) // 2
        X[k] = angular_profile(patch[edge : edge + SIZE, edge : edge + SIZE])
    radians = np.deg2rad(angle)
    return X, np.column_stack([np.cos(radians), np.sin(radians)])


def angular_profile(patch):
    """Logarithm of the power in 36 directions of the plane of frequencies, opposite ones alike."""
    window = np.outer(np.hanning(SIZE), np.hanning(SIZE))
    power = np.abs(np.fft.fftshift(np.fft.fft2((patch - patch.mean()) * window))) ** 2
    v, u = np.indices(power.shape) - SIZE // 2
    radius, direction = np.hypot(u, v), np.arctan2(v, u) % np.pi
    is_used = (radius > 3) & (radius < SIZE // 3)
    bins = (direction[is_used] / np.pi * 36).astype(int) % 36
    return np.log(np.bincount(bins, power[is_used], minlength=36))


def run(n_samples=1500):
    """Train on half of the patches; return the errors relative to predicting zero."""
    regressor = make_pipeline(StandardScaler(), RidgeCV(np.logspace(-2, 4, 13)))
    models = {
        "raw directions": make_canonical_regressor(regressor, Identity()),
        "one representative": make_canonical_regressor(regressor, Sign()),
        "lift": make_lifted_regressor(regressor, Sign()),
    }
    rng, errors, half = np.random.default_rng(0), {}, n_samples // 2
    figure, axes = plt.subplots(2, 3, figsize=(9, 6), layout="constrained")
    for column, name in zip(axes.T, ("grass", "brick", "gravel"), strict=True):
        image = getattr(data, name)()
        X, y = make_axes(image, n_samples, rng)
        for label, model in models.items():
            y_pred = model.fit(X[:half], y[:half]).predict(X[half:])
            errors[name, label] = rectified_mean_squared_error(
                y[half:], y_pred, symmetry=Sign(), normalization="power"
            )
        column[0].imshow(image[:256, :256], cmap="gray")
        column[0].set(title=name, xticks=[], yticks=[])
        heights = [errors[name, label] for label in models]
        column[1].bar_label(column[1].bar(list(models), heights, color=["C3", "C0", "C2"]), fmt="%.2g")
        column[1].axhline(1, color="0.5", linestyle="--")
        column[1].set_ylim(0, 1.15)
        column[1].tick_params(axis="x", rotation=15, labelsize="small")
    axes[1, 0].set_ylabel("rectified error / zero predictor's")
    figure.suptitle("The lift reads the axis of grass and bricks; gravel has none")
    return errors


if __name__ == "__main__":
    for case, error in run().items():
        print(*case, f"{error:.3g}", sep=", ")
    plt.show()
