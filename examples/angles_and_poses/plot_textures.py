"""
Which texture has an axis to find?
==================================

The axis of a texture points both ways: y and -y are the same answer. Patches of three textures are
rotated by known angles, and the angle is predicted from their power spectrum: trained on the upper
half of a picture, tested on its lower half. Bricks have an axis. Raw directions would not show it:
trained on them, the regressor is worse than a constant on every texture. Representatives leave a
seam at one angle; the lift, the doubled angle that statisticians use for axes, has none. Blades of
grass have another direction in the lower half, and gravel has hardly any.
"""

import matplotlib.pyplot as plt
import numpy as np
from skimage import data
from skimage.transform import rotate
from sklearn.kernel_ridge import KernelRidge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sksym import Identity, Sign, make_canonical_regressor, make_lifted_regressor
from sksym.metrics import rectified_r2_score

SIZE, WIDE = 96, 136  # a patch, and one that holds it at every angle
N_DIRECTIONS = 36


def make_axes(image, n_samples, rng):
    """Turned patches as the angular profile of their spectra, and their unit axes."""
    angle = rng.uniform(0, 360, n_samples)
    X, edge = np.empty((n_samples, N_DIRECTIONS)), (WIDE - SIZE) // 2
    for k in range(n_samples):
        row, column = (rng.integers(side - WIDE + 1) for side in image.shape)
        patch = rotate(image[row : row + WIDE, column : column + WIDE] / 255, angle[k])
        X[k] = angular_profile(patch[edge : edge + SIZE, edge : edge + SIZE])
    radians = np.deg2rad(angle)
    return X, np.column_stack([np.cos(radians), np.sin(radians)])


def angular_profile(patch):
    """Logarithm of the power in each direction of frequencies, opposite ones together."""
    window = np.outer(np.hanning(SIZE), np.hanning(SIZE))
    power = np.abs(np.fft.fftshift(np.fft.fft2((patch - patch.mean()) * window))) ** 2
    v, u = np.indices(power.shape) - SIZE // 2
    radius, direction = np.hypot(u, v), np.arctan2(v, u) % np.pi
    is_used = (radius > 3) & (radius < SIZE // 4)
    bins = (direction[is_used] / np.pi * N_DIRECTIONS).astype(int) % N_DIRECTIONS
    return np.log(np.bincount(bins, power[is_used], minlength=N_DIRECTIONS))


def run(n_samples=1000):
    """Train and test on as many patches each; return the rectified R² of every treatment."""
    regressor = make_pipeline(
        StandardScaler(), KernelRidge(kernel="rbf", gamma=0.5 / N_DIRECTIONS)
    )
    models = {
        "raw": make_canonical_regressor(regressor, Identity()),
        "representatives": make_canonical_regressor(regressor, Sign()),
        "lift": make_lifted_regressor(regressor, Sign()),
    }
    rng, scores = np.random.default_rng(0), {}
    _, axes = plt.subplots(2, 3, figsize=(9, 6.5), layout="constrained", height_ratios=[1, 1.2])
    for (top, bottom), name in zip(axes.T, ("grass", "brick", "gravel"), strict=True):
        image = getattr(data, name)()
        X, y = make_axes(image[:256], n_samples, rng)
        X_test, y_test = make_axes(image[256:], n_samples, rng)
        for label, model in models.items():
            y_pred = model.fit(X, y).predict(X_test)
            scores[name, label] = rectified_r2_score(y_test, y_pred, symmetry=Sign())
        top.imshow(image[128:384, 128:384], cmap="gray")
        top.set(title=name, xticks=[], yticks=[])
        heights = [scores[name, label] for label in models]
        bottom.bar_label(bottom.bar(list(models), heights, color=["C3", "C0", "C2"]), fmt="%.2f")
        bottom.axhline(0, color="0.5")
        bottom.set_ylim(-0.6, 1.1)
    axes[1, 0].set_ylabel("rectified R², 0 for the best constant")
    return scores


if __name__ == "__main__":
    for case, score in run().items():
        print(*case, f"rectified R² {score:.2f}", sep=", ")
    plt.show()
