"""
Can I use a torch module of my own?
===================================

Digits are known from the moduli of their Fourier transforms, which do not tell a digit from its
half turn. `~sksym.neural.NeuralRegressor` trains any torch module as a scikit-learn regressor, in
a pipeline, under any remedy: here a network that ends in convolutions, beside the multilayer one.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from sksym import ConjugateFlip, make_canonical_regressor
from sksym.datasets import make_fourier_phase_retrieval
from sksym.metrics import rectified_mean_squared_error
from sksym.neural import FeedforwardRegressor, NeuralRegressor

FLIP = ConjugateFlip((8, 8))

# %%
# A module
# --------
# Nothing of it is special. It takes the number of outputs from the data, because it has a
# parameter of that name; other parameters are set as ``module__channels``, in a grid search too.


class Decoder(torch.nn.Sequential):
    def __init__(self, n_features_in, n_outputs, channels=32, hidden=512):
        side = int(n_outputs**0.5)
        super().__init__(
            torch.nn.Linear(n_features_in, hidden),
            torch.nn.ReLU(),
            torch.nn.Linear(hidden, channels * n_outputs),
            torch.nn.ReLU(),
            torch.nn.Unflatten(1, (channels, side, side)),
            torch.nn.Conv2d(channels, channels, 3, padding=1),
            torch.nn.ReLU(),
            torch.nn.Conv2d(channels, 1, 3, padding=1),
            torch.nn.Flatten(),
        )


# %%
# The pairs
# ---------
# Measurements become autocorrelations of the digits, with their peaks in the middle; targets are
# digits, half of them turned.


def centred_autocorrelation(X):
    images = np.fft.ifft2(np.sqrt(X).reshape(-1, 16, 16)).real
    return np.fft.fftshift(images, axes=(1, 2)).reshape(X.shape)


def run(n_samples=1797, max_epochs=100, seeds=(0, 1)):
    """Train both networks on each split; return their errors relative to predicting zero."""
    images = load_digits().images[:n_samples] / 16
    X, _ = make_fourier_phase_retrieval(images)
    y = FLIP.random(images.reshape(n_samples, -1), random_state=0)
    errors, pictures = {}, {}
    for seed in seeds:
        X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=seed)
        networks = {
            "multilayer": FeedforwardRegressor((512, 512), max_epochs=max_epochs),
            "convolutional": NeuralRegressor(Decoder, max_epochs=max_epochs),
        }
        for name, network in networks.items():
            steps = FunctionTransformer(centred_autocorrelation), StandardScaler()
            regressor = make_pipeline(*steps, network.set_params(random_state=seed))
            model = make_canonical_regressor(regressor, FLIP).fit(X_train, y_train)
            y_pred = model.predict(X_test)
            errors[name, seed] = rectified_mean_squared_error(
                y_test, y_pred, symmetry=FLIP, normalization="power"
            )
            pictures[name] = FLIP.align(y_pred[:8], to=y_test[:8])
        pictures["truth"] = y_test[:8]
    _, ax = plt.subplots(figsize=(8, 3), layout="constrained")
    rows = {name: pictures[name] for name in ("truth", *networks)}
    strips = [np.hstack(list(strip.reshape(-1, 8, 8))) for strip in rows.values()]
    ax.imshow(np.vstack(strips), cmap="Greys", vmin=0, vmax=1)
    ax.hlines([7.5, 15.5], -0.5, strips[0].shape[1] - 0.5, color="C0")
    ax.set(xticks=[], yticks=[3.5, 11.5, 19.5], yticklabels=rows, title="unseen digits")
    return errors


# %%
# What it is worth
# ----------------
# Errors of both networks on unseen digits, up to the half turn, for each split of the pairs.

if __name__ == "__main__":
    for (name, seed), error in run().items():
        print(f"{name}, split {seed}: {error:.4f} of the error of predicting zero")
    plt.show()
