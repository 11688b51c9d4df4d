"""
Can a face be learned from the modulus of its Fourier transform?
================================================================

A hundred faces, each in a frame of four times its area, are flipped and shifted at random: the
modulus does not depend on the position of the face. Ridge regression on raw targets predicts the
average over all positions, a grey frame; on representatives it predicts a face. The picture shows
both for faces that were not trained on.
"""

import matplotlib.pyplot as plt
import numpy as np
from skimage.data import lfw_subset
from skimage.transform import resize
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from sksym import ConjugateFlip, CyclicShift, Identity, make_canonical_regressor
from sksym.datasets import make_fourier_phase_retrieval
from sksym.metrics import rectified_mean_squared_error

SIZE, FRAME = 12, (24, 24)
SYMMETRY = ConjugateFlip(FRAME) * CyclicShift(FRAME)
SHOWN = 6

# %%
# Faces in unknown positions
# --------------------------
# All positions of a face, and of its half turn, are one orbit.


def make_faces(n_faces):
    faces = [resize(face, (SIZE, SIZE), anti_aliasing=True) for face in lfw_subset()[:n_faces]]
    X, y = make_fourier_phase_retrieval(faces)
    return np.array(faces), X, SYMMETRY.random(y, random_state=0)


print(f"{SYMMETRY} has {SYMMETRY.order} elements")

# %%
# What goes wrong
# ---------------
# The best that least squares can say of frames in all positions is their mean. The mean of frames
# that were aligned first is a face.

faces, _, y = make_faces(30)
for name, rows in {"raw": y, "aligned": SYMMETRY.align(y, to=y[0])}.items():
    mean = rows.mean(axis=0)
    print(f"mean of {name} frames: from {mean.min():.2f} to {mean.max():.2f}")

# %%
# One line
# --------
# ``reference="first"`` aligns every face to the first training face. A reference that has a face's
# shape decides better between positions than one pixel does.


def make_model(symmetry, reference):
    ridge = RidgeCV(np.logspace(-1, 5, 13))
    regressor = make_pipeline(FunctionTransformer(np.sqrt), StandardScaler(), ridge)
    return make_canonical_regressor(regressor, symmetry, reference)


def run(n_faces=100):
    """Train on three quarters of the faces; return the errors relative to predicting zero."""
    faces, X, y = make_faces(n_faces)
    n_train = 3 * n_faces // 4
    models = {
        "raw targets": make_model(Identity(), None),
        "representatives": make_model(SYMMETRY, "first"),
    }
    errors, rows = {}, {"truth": y[n_train:]}
    for name, model in models.items():
        rows[name] = model.fit(X[:n_train], y[:n_train]).predict(X[n_train:])
        errors[name] = rectified_mean_squared_error(
            y[n_train:], rows[name], symmetry=SYMMETRY, normalization="power"
        )
    upright = np.zeros(FRAME)
    upright[:SIZE, :SIZE] = faces.mean(axis=0)  # all are shown where the average one lies
    place = SYMMETRY.align(rows["truth"][:SHOWN], to=upright.ravel())
    figure, axes = plt.subplots(3, SHOWN, figsize=(9, 5), layout="constrained")
    for line, (name, images) in zip(axes, rows.items(), strict=True):
        images = SYMMETRY.align(images[:SHOWN], to=place)
        for ax, image in zip(line, images, strict=True):
            ax.imshow(image.reshape(FRAME)[:SIZE, :SIZE], cmap="gray", vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[])
        error = f"\nerror {errors[name]:.2g}\nof zero's" if name in errors else ""
        line[0].set_ylabel(name + error)
    figure.suptitle("Faces that were not trained on: raw targets give none, representatives do")
    return errors


if __name__ == "__main__":
    for name, error in run().items():
        print(f"{name}: {error:.3g} of the error of predicting zero")
    plt.show()

# %%
# Faces come out smooth: so few examples teach a linear model what most faces have in common.
