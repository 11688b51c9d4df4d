"""
Can an image be sent through paint?
===================================

Behind a scattering medium, such as white paint or a fibre of many modes, light arrives as a
speckle. The medium is linear in the light's field, but a camera sees intensities only, and nobody
knows the medium's transmission matrix. It is learned from pairs of pattern and speckle, which
optics calls double phase retrieval, and unseen patterns are recovered from their speckle alone.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sksym import GlobalPhase, RefinedRegressor, make_canonical_regressor
from sksym.datasets import make_scattering_medium
from sksym.metrics import rectified_mean_squared_error
from sksym.neural import FeedforwardRegressor
from sksym.regressors import ConstantRegressor

SYMMETRY = GlobalPhase()  # intensities do not show a phase that is common to all pixels
SHOWN = 6

# %%
# Patterns and speckles
# ---------------------
# Digits of 8 x 8 pixels are shown as phases, from 0 to half a wave, and 256 pixels of a camera see
# the speckle. The noise is 5 % of the intensities' root mean square, which is √2 times their mean.


def make_pairs(n_samples, n_measurements):
    images = load_digits().images[:n_samples] / 16
    X, y = make_scattering_medium(images, n_measurements, noise=0.05 * np.sqrt(2), random_state=0)
    return train_test_split(X, y, test_size=min(300, n_samples // 2), random_state=0)


# %%
# Learn the medium, or the way back
# ---------------------------------
# Nothing in the map from patterns to speckles is ambiguous, so that it can be learned: refinement
# fits each camera pixel by the squared modulus of a sum over the pattern and looks for the pattern
# of the measured speckle. The others learn the way back, to patterns whose first phase is 0.


def make_models(max_epochs):
    network = FeedforwardRegressor((512, 512), max_epochs=max_epochs, random_state=0)
    backward = {
        "network": make_pipeline(StandardScaler(), network),
        "ridge": make_pipeline(StandardScaler(), RidgeCV(np.logspace(-1, 5, 13))),
        "5-NN": KNeighborsRegressor(),
    }
    return {
        "refined": RefinedRegressor(symmetry=SYMMETRY),
        **{name: make_canonical_regressor(r, SYMMETRY) for name, r in backward.items()},
        "constant": ConstantRegressor(SYMMETRY),
    }


# %%
# Errors on unseen digits are up to the common phase, and relative to those of predicting zero.


def run(n_samples=1300, n_measurements=256, max_epochs=100):
    """Train on all but 300 digits; return the errors relative to predicting zero."""
    X, X_test, y, y_test = make_pairs(n_samples, n_measurements)
    errors, rows = {}, {"pattern": y_test[:SHOWN]}
    for name, model in make_models(max_epochs).items():
        y_pred = model.fit(X, y).predict(X_test)
        errors[name] = rectified_mean_squared_error(
            y_test, y_pred, symmetry=SYMMETRY, normalization="power"
        )
        rows[f"{name}\nerror {errors[name]:.2g}"] = SYMMETRY.align(y_pred[:SHOWN], y_test[:SHOWN])
    _plot(X_test[:SHOWN], rows)
    return errors


def _plot(speckles, rows):
    figure, axes = plt.subplots(6, SHOWN, figsize=(7, 8), layout="constrained")
    for ax, speckle in zip(axes[1], speckles, strict=True):
        ax.imshow(speckle.reshape(16, -1), cmap="magma")
    axes[1, 0].set_ylabel("speckle")
    for line, (name, fields) in zip(axes[[0, 2, 3, 4, 5]], rows.items(), strict=False):
        phases = np.angle(fields[:, :64] + 1j * fields[:, 64:]) / np.pi
        for ax, phase in zip(line, (phases + 0.5) % 2 - 0.5, strict=True):
            ax.imshow(phase.reshape(8, 8), cmap="gray", vmin=0, vmax=1)
        line[0].set_ylabel(name)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
    figure.suptitle("Digits from speckles: the medium is learned, then solved for the pattern")


if __name__ == "__main__":
    for name, error in run().items():
        print(f"{name}: {error:.3g} of the error of predicting zero")
    plt.show()
