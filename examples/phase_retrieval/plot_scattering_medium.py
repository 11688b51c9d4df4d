"""
Can an image be sent through paint?
===================================

Behind a scattering medium, such as white paint or a fibre of many modes, light arrives as a
speckle. The medium is linear in the light's field, but a camera sees intensities only, and nobody
knows the medium's transmission matrix. It is learned from pairs of pattern and speckle, which
optics calls double phase retrieval. The picture shows unseen patterns, found from speckles alone.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import train_test_split
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
    images, noise = load_digits().images[:n_samples] / 16, 0.05 * np.sqrt(2)
    pairs = make_scattering_medium(images, n_measurements, noise=noise, random_state=0)
    return train_test_split(*pairs, test_size=min(300, n_samples // 2), random_state=0)


print("speckles, patterns as [Re | Im]:", *(rows.shape for rows in make_pairs(40, 256)[::2]))

# %%
# Learn the medium, or the way back
# ---------------------------------
# Nothing in the map from patterns to speckles is ambiguous, so that it can be learned: refinement
# fits each camera pixel by the squared modulus of a sum over the pattern and looks for the pattern
# of the measured speckle, which takes longest. Others learn the way back, to first phases of 0.


def make_models(max_epochs):
    def back(regressor):
        return make_canonical_regressor(make_pipeline(StandardScaler(), regressor), SYMMETRY)

    return {
        "refined": RefinedRegressor(symmetry=SYMMETRY),
        "network": back(FeedforwardRegressor((512, 512), max_epochs=max_epochs, random_state=0)),
        "ridge": back(RidgeCV(np.logspace(-1, 5, 13))),
        "constant": ConstantRegressor(SYMMETRY),
    }


# %%
# Unseen digits
# -------------
# Errors are up to the common phase, in units of predicting zero's. A constant sees no speckle.


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
    kwargs = {"layout": "constrained", "subplot_kw": {"xticks": [], "yticks": []}}
    figure, axes = plt.subplots(5, SHOWN, figsize=(7, 6.8), **kwargs)
    for ax, speckle in zip(axes[1], speckles, strict=True):
        ax.imshow(speckle.reshape(16, -1), cmap="magma")
    axes[1, 0].set_ylabel("speckle")
    for line, (name, fields) in zip(axes[[0, 2, 3, 4]], rows.items(), strict=False):
        phases = np.angle(fields[:, :64] + 1j * fields[:, 64:]) / np.pi
        for ax, phase in zip(line, (phases + 0.5) % 2 - 0.5, strict=True):
            ax.imshow(phase.reshape(8, 8), cmap="gray", vmin=0, vmax=1)
        line[0].set_ylabel(name)
    figure.suptitle("Digits from speckles: the medium is learned, then solved for the pattern")


if __name__ == "__main__":
    for name, error in run().items():
        print(f"{name}: {error:.3g} of the error of predicting zero")
    plt.show()
