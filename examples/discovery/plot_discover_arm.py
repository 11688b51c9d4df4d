"""
Which symmetry did nobody tell?
===============================

An arm of two equal links reaches a point with its elbow on either side, and the coefficients of a
polynomial do not say which root comes first. From pairs with 5 % of noise
`sksym.inspection.discover_symmetry` finds the maps of both, which the picture shows with the
errors before and after breaking the symmetry.
"""

import matplotlib.pyplot as plt
import numpy as np

from sksym.experiments import compare
from sksym.inspection import discover_symmetry

# %%
# An arm and a polynomial
# -----------------------
# The second encoder of the arm counts backwards from 180 degrees, so that the exchange of both
# links is no group with a name in these coordinates.


def joints(y):
    """Elbows and hands of arms on a table."""
    links = np.exp(1j * np.radians([y[:, 0], 180 - y[:, 1]]))
    return links[0], links.sum(axis=0)


def hand(y):
    position = joints(y)[1]
    return np.column_stack([position.real, position.imag])


def coefficients(y):
    return np.stack([np.poly(roots)[1:] for roots in y])


print("two arms, one hand:", *hand(np.array([[30.0, 50.0], [130.0, 150.0]])).round(3))

# %%
# Discover, then compare
# ----------------------
# Regressors on targets as they come average over the answers; with the symmetry broken they find
# one of them. Angles that are never negative are far from zero: the best constant is the
# yardstick. The figure draws the map of the arm with two arms and, dashed, where it moves them.
# The search sees the pairs only: it costs seconds here, and says nothing of targets unlike them.


def make_problems(n_samples):
    rng = np.random.default_rng(0)
    angles, roots = rng.uniform(10, 170, (n_samples, 2)), rng.uniform(-1, 1, (n_samples, 3))
    for name, forward, y in [("arm", hand, angles), ("roots of a cubic", coefficients, roots)]:
        X = forward(y)
        yield name, X + 0.05 * X.std(axis=0) * rng.standard_normal(X.shape), y


def run(n_samples=2000):
    """Discover, then compare; return errors in units of the zero predictor's."""
    figure, errors = plt.figure(figsize=(9.5, 6), layout="constrained"), {}
    for row, (name, X, y) in zip(figure.subfigures(2, 1), make_problems(n_samples), strict=True):
        discovery = discover_symmetry(X, y)
        print(f"{name}\n\n{discovery}\n")
        names, remedies = ["KNN", "NN"], ["none", "canonicalize"]
        comparison = compare(X, y, discovery.symmetry, names, remedies, cv=3, random_state=0)
        of_zero = {line["name"]: line["of_zero"] for line in comparison.summary()}
        _plot(row, name, y, discovery.elements, of_zero)
        errors |= {(name, key): error for key, error in of_zero.items()}
    return errors


def _plot(row, name, y, elements, of_zero):
    *axes, bars = row.subplots(1, 4, width_ratios=[1, 1, 1, 1.3])
    row.suptitle(f"{name}: maps that were found, and errors before and after")
    for ax, element in zip(axes, elements, strict=False):
        ax.imshow(element.matrix, cmap="RdBu_r", vmin=-1.5, vmax=1.5)
        for (i, j), entry in np.ndenumerate(element.matrix.round(2) + 0.0):
            ax.text(j, i, f"{entry:g}", ha="center", va="center")
        if element.offset.any():
            ax.set_title("offset " + ", ".join(f"{entry:.3g}" for entry in element.offset))
    if name == "arm" and elements:
        moved = y @ elements[0].matrix.T + elements[0].offset
        for k, ax in enumerate(axes[1:]):
            for arm, style in ((y[k : k + 1], "C0o-"), (moved[k : k + 1], "C1o--")):
                points = np.concatenate([[0], *joints(arm)])
                ax.plot(points.real, points.imag, style)
            ax.plot(0, 0, "ks")
            ax.axis("equal")
    for ax in axes:
        ax.axis("off")
    bars.bar_label(bars.barh(list(of_zero), list(of_zero.values())), fmt=" %.2g")
    bars.set(xlabel="error / zero predictor's", xlim=(0, 1.3))
    bars.invert_yaxis()


if __name__ == "__main__":
    run()
    plt.show()
