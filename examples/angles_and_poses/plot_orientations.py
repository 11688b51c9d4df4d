"""
By how many degrees is a crystal's orientation missed?
======================================================

A cubic crystal looks the same in 24 orientations, and a measurement cannot tell which of them it
is. The angle between quaternions can: it calls a perfect answer wrong by up to 180 degrees. The
disorientation angle of texture analysis is the smallest to an equivalent orientation.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.kernel_ridge import KernelRidge
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sksym import Identity, crystal_symmetry, make_canonical_regressor, make_lifted_regressor
from sksym.datasets import make_orientations
from sksym.metrics import disorientation_angle

CUBIC = {"group": "m-3m", "side": "right"}
FARTHEST = 62.8  # degrees between cubic crystals (Mackenzie 1958)

# %%
# Crystals
# --------
# Detectors on a sphere see two directions of the crystal, each with all its equivalents. The
# orientation is a quaternion that takes directions of the crystal to those of the sample, so that
# the rotations of the cube multiply on its right.


def make_crystals(n_samples):
    X, q = make_orientations(n_samples, group="O", noise=0.01, random_state=0)
    return train_test_split(X, q, test_size=n_samples // 4, random_state=0)


# %%
# Three regressors
# ----------------
# The first is trained on orientations as they come, the second on the equivalent that is nearest
# to a reference, which jumps at its cut, and the third on a tensor that is the same for all
# equivalents and has no cut. The regression is the same.


def make_models():
    regressor = make_pipeline(StandardScaler(), KernelRidge(kernel="rbf", gamma=0.01, alpha=1e-3))
    symmetry = crystal_symmetry("m-3m", side="right")
    return {
        "as they come": make_canonical_regressor(regressor, Identity()),
        "one cut": make_canonical_regressor(regressor, symmetry),
        "lift": make_lifted_regressor(regressor, symmetry),
    }


# %%
# Two scores
# ----------
# The raw angle, of a crystal without symmetry, is about that of random orientations for all three.
# The disorientation angle tells them apart, and its distribution shows what is left of the cut.


def run(n_samples=4000):
    """Train and test; return the mean raw and disorientation angles in degrees."""
    X, X_test, q, q_test = make_crystals(n_samples)
    angles = {}
    figure, ax = plt.subplots(figsize=(7, 5.5), layout="constrained")
    for name, model in make_models().items():
        q_pred = model.fit(X, q).predict(X_test)
        angles[name, "raw"] = disorientation_angle(q_test, q_pred, group="1")
        angles[name, "disorientation"] = disorientation_angle(q_test, q_pred, **CUBIC)
        pairs = zip(q_test, q_pred, strict=True)
        single = np.sort([disorientation_angle([a], [b], **CUBIC) for a, b in pairs])
        label = f"{name}: mean {angles[name, 'disorientation']:.1f}°"
        label += f", raw {angles[name, 'raw']:.0f}°"
        ax.plot(single, np.arange(1, len(single) + 1) / len(single), label=label)
    ax.axvline(FARTHEST, color="0.5", linestyle="--", label="as far as cubic crystals can be")
    ax.set(xscale="log", xlabel="disorientation angle, degrees", ylabel="share of crystals below")
    ax.set_title("The raw angle does not see that the lift finds the orientation")
    figure.legend(loc="outside lower center", ncols=2)
    return angles


if __name__ == "__main__":
    for case, angle in run().items():
        print(*case, f"{angle:.3g} degrees", sep=", ")
    plt.show()

# %%
# What the lift costs are more columns to predict, and a small search for the orientation that is
# nearest to a predicted tensor, for each crystal.
