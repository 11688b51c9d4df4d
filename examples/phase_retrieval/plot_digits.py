"""
What do flips and shifts cost in Fourier phase retrieval?
=========================================================

The modulus of a Fourier transform does not change when an image is shifted or flipped. Digits are
placed in a larger frame, flipped and shifted at random, and recovered from their squared moduli by
a network, which is trained on raw targets (B) and on representatives (A), each nearest to a mean
of the training digits. This repeats the experiment of Tayal et al. 2020, "Unlocking inverse
problems using deep learning: breaking symmetries in phase retrieval", on data that scikit-learn
includes.
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

FRAME = (16, 16)
SYMMETRIES = {
    "flip": ConjugateFlip(FRAME),
    "shift": CyclicShift(FRAME),
    "both": ConjugateFlip(FRAME) * CyclicShift(FRAME),
}


def run(n_samples=1797, max_epochs=100):
    """Train before and after breaking; return the errors relative to predicting zero."""
    X, frames = make_fourier_phase_retrieval(load_digits().images[:n_samples] / 16)
    network = FeedforwardRegressor((512, 512), max_epochs=max_epochs, random_state=0)
    regressor = make_pipeline(FunctionTransformer(np.sqrt), StandardScaler(), network)
    errors, pictures = {}, {}
    for name, symmetry in SYMMETRIES.items():
        y = symmetry.random(frames, random_state=0)
        X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
        for remedy, model in (
            ("B", make_canonical_regressor(regressor, Identity())),
            ("A", make_canonical_regressor(regressor, symmetry)),
        ):
            y_pred = model.fit(X_train, y_train).predict(X_test)
            errors[name, remedy] = rectified_mean_squared_error(
                y_test, y_pred, symmetry=symmetry, normalization="power"
            )
            pictures[name, remedy] = symmetry.align(y_pred[:4], to=y_test[:4])
        pictures[name, "truth"] = y_test[:4]
    _plot(errors, pictures)
    return errors


def _plot(errors, pictures):
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4.2), layout="constrained")
    position = np.arange(len(SYMMETRIES))
    for shift, remedy, label in ((-0.2, "B", "raw targets"), (0.2, "A", "representatives")):
        heights = [errors[name, remedy] for name in SYMMETRIES]
        left.bar_label(left.bar(position + shift, heights, 0.4, label=label), fmt="%.2g")
    left.axhline(1, color="0.5", linestyle="--", label="predicting zero")
    left.set(xticks=position, xticklabels=SYMMETRIES, ylim=(0, 1.4), xlabel="injected symmetry")
    left.set_ylabel("rectified error / zero predictor's")
    left.legend(loc="upper left", ncols=2)
    rows = [
        np.hstack([image.reshape(FRAME) for image in pictures["both", kind]])
        for kind in ("truth", "B", "A")
    ]
    right.imshow(np.vstack(rows), cmap="Greys", vmin=0, vmax=1)
    right.set(xticks=[], yticks=[8, 24, 40], title="flipped and shifted")
    right.set_yticklabels(["truth", "B", "A"])
    figure.suptitle("Without breaking, digits dissolve; with it they come back")


if __name__ == "__main__":
    for case, error in run().items():
        print(*case, f"{error:.3g} of the error of predicting zero", sep=", ")
    plt.show()
