"""
What do flips and shifts cost in Fourier phase retrieval?
=========================================================

The modulus of a Fourier transform does not change when an image is shifted or flipped. Networks
recover digits from their squared moduli, trained on raw targets and on representatives. This
repeats the experiment of Tayal et al. 2020, "Unlocking inverse problems using deep learning:
breaking symmetries in phase retrieval", on data that scikit-learn includes.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from sksym import ConjugateFlip, CyclicShift, Identity, make_canonical_regressor
from sksym.datasets import make_fourier_phase_retrieval
from sksym.metrics import rectified_mean_squared_error
from sksym.neural import FeedforwardRegressor

# %%
# Digits that were moved
# ----------------------
# Each digit is placed in a frame of twice its size. Flips and shifts are cyclic, so that what
# leaves the frame on one side enters on the other; the measurement does not notice.

FRAME = (16, 16)
SYMMETRIES = {
    "flip": ConjugateFlip(FRAME),
    "shift": CyclicShift(FRAME),
    "both": ConjugateFlip(FRAME) * CyclicShift(FRAME),
}
images = load_digits().images[:100] / 16
X, frames, forward = make_fourier_phase_retrieval(images, return_forward=True)
for name, symmetry in SYMMETRIES.items():
    moved = symmetry.random(frames, random_state=0)
    change, unnoticed = np.abs(moved - frames).max(), np.abs(forward(moved) - X).max() / X.max()
    print(f"{name}: {symmetry.order} points in an orbit, pixels change by up to {change:.2f},")
    print(f"      measurements by {unnoticed:.0e} of the largest")

# %%
# Raw targets, or representatives
# -------------------------------
# A representative is the point of the orbit that is nearest to a mean of the training digits,
# which are averaged up to the symmetry. The network is the same, of two hidden layers.

REMEDIES = ("raw targets", "representatives")


def make_model(symmetry, max_epochs):
    network = FeedforwardRegressor((512, 512), max_epochs=max_epochs, random_state=0)
    regressor = make_pipeline(FunctionTransformer(np.sqrt), StandardScaler(), network)
    return make_canonical_regressor(regressor, symmetry)


def run(n_samples=1797, max_epochs=100):
    """Train before and after breaking; return the errors relative to predicting zero."""
    X, frames = make_fourier_phase_retrieval(load_digits().images[:n_samples] / 16)
    errors, pictures = {}, {}
    for name, symmetry in SYMMETRIES.items():
        y = symmetry.random(frames, random_state=0)
        X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
        pictures["truth"] = y_test[:4]
        for remedy, group in zip(REMEDIES, (Identity(), symmetry), strict=True):
            y_pred = make_model(group, max_epochs).fit(X_train, y_train).predict(X_test)
            errors[name, remedy] = rectified_mean_squared_error(
                y_test, y_pred, symmetry=symmetry, normalization="power"
            )
            pictures[remedy] = symmetry.align(y_pred[:4], to=y_test[:4])
    _plot(errors, pictures)
    return errors


def _plot(errors, pictures):
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4.2), layout="constrained")
    position = np.arange(len(SYMMETRIES))
    for shift, remedy in zip((-0.2, 0.2), REMEDIES, strict=True):
        heights = [errors[name, remedy] for name in SYMMETRIES]
        left.bar_label(left.bar(position + shift, heights, 0.4, label=remedy), fmt="%.2g")
    left.axhline(1, color="0.5", linestyle="--", label="predicting zero")
    left.set(xticks=position, xticklabels=SYMMETRIES, ylim=(0, 1.4), xlabel="injected symmetry")
    left.set_ylabel("rectified error / zero predictor's")
    left.legend(loc="upper left", ncols=2)
    rows = [np.hstack([row.reshape(FRAME) for row in images]) for images in pictures.values()]
    right.imshow(np.vstack(rows), cmap="Greys", vmin=0, vmax=1)
    right.set(xticks=[], yticks=[8, 24, 40], title="flipped and shifted")
    right.set_yticklabels(pictures, rotation=90, va="center", fontsize="small")
    figure.suptitle("Without breaking, digits dissolve; with it they come back")


if __name__ == "__main__":
    for case, error in run().items():
        print(*case, f"{error:.3g} of the error of predicting zero", sep=", ")
    plt.show()

# %%
# Shifts alone leave most: the modulus does not tell a digit from its half turn either, so that a
# network under whose symmetry these differ has to learn which way up digits are.
