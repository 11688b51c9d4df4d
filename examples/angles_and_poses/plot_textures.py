"""
Which texture has an axis to find?
==================================

The axis of a texture points both ways: y and -y are the same answer. It is predicted for patches
of grass, bricks and gravel that were turned by known angles. Bars show which texture has an axis,
and that raw directions would hide it.
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

# %%
# Turned patches
# --------------
# A patch is measured by the power of its spectrum in each direction, opposite ones together.


def make_axes(image, n_samples, rng):
    angle = rng.uniform(0, 360, n_samples)
    X, edge = np.empty((n_samples, N_DIRECTIONS)), (WIDE - SIZE) // 2
    for k in range(n_samples):
        row, column = (rng.integers(side - WIDE + 1) for side in image.shape)
        patch = rotate(image[row : row + WIDE, column : column + WIDE] / 255, angle[k])
        X[k] = angular_profile(patch[edge : edge + SIZE, edge : edge + SIZE])
    return X, np.column_stack([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))])


def angular_profile(patch):
    window = np.outer(np.hanning(SIZE), np.hanning(SIZE))
    power = np.abs(np.fft.fftshift(np.fft.fft2((patch - patch.mean()) * window))) ** 2
    v, u = np.indices(power.shape) - SIZE // 2
    radius, direction = np.hypot(u, v), np.arctan2(v, u) % np.pi
    is_used = (radius > 3) & (radius < SIZE // 4)
    bins = (direction[is_used] / np.pi * N_DIRECTIONS).astype(int) % N_DIRECTIONS
    return np.log(np.bincount(bins, power[is_used], minlength=N_DIRECTIONS))


# %%
# Three treatments of an axis
# ---------------------------
# The mean of raw directions is near zero. Representatives leave a seam at one angle. The lift, the
# products of an axis with itself, has none: statisticians double the angle to the same end.

ridge = make_pipeline(StandardScaler(), KernelRidge(kernel="rbf", gamma=0.5 / N_DIRECTIONS))
MODELS = {
    "raw": make_canonical_regressor(ridge, Identity()),
    "representatives": make_canonical_regressor(ridge, Sign()),
    "lift": make_lifted_regressor(ridge, Sign()),
}
print("an axis and its opposite, lifted:")
print(Sign().lift(np.array([[0.6, 0.8], [-0.6, -0.8]])).round(3))

# %%
# Trained on the upper half of a picture, tested on the lower half
# ----------------------------------------------------------------


def run(n_samples=1000):
    """Train and test on as many patches each; return the rectified R² of every treatment."""
    rng, scores = np.random.default_rng(0), {}
    _, axes = plt.subplots(2, 3, figsize=(9, 6), layout="constrained")
    for (top, bottom), name in zip(axes.T, ("grass", "brick", "gravel"), strict=True):
        image = getattr(data, name)()
        X, y = make_axes(image[:256], n_samples, rng)
        X_test, y_test = make_axes(image[256:], n_samples, rng)
        for label, model in MODELS.items():
            y_pred = model.fit(X, y).predict(X_test)
            scores[name, label] = rectified_r2_score(y_test, y_pred, symmetry=Sign())
        top.imshow(image[128:384, 128:384], cmap="gray")
        top.set(title=name, xticks=[], yticks=[])
        heights = [scores[name, label] for label in MODELS]
        bottom.bar_label(bottom.bar(list(MODELS), heights, color=["C3", "C0", "C2"]), fmt="%.2f")
        bottom.axhline(0, color="0.5")
        bottom.set_ylim(-0.6, 1.1)
    axes[1, 0].set_ylabel("rectified R², 0 for a constant")
    return scores


if __name__ == "__main__":
    for case, score in run().items():
        print(*case, f"rectified R² {score:.2f}", sep=", ")
    plt.show()

# %%
# Bricks have an axis. Blades of grass have another one in the lower half; gravel has hardly any.
