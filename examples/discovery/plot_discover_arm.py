"""
Which symmetry did nobody tell?
===============================

An arm of two equal links reaches a point with its elbow on either side. Its second encoder counts
backwards, so that the exchange of both links is no group with a name in these coordinates. And the
coefficients of a polynomial do not say which root comes first. From pairs with 5 % of noise
`sksym.inspection.discover_symmetry` finds the maps of both. Regressors on targets as they come
average over the answers; with the symmetry broken they find one of them. Angles that are never
negative are far from zero, so that the best constant is the yardstick for the arm.
"""

import matplotlib.pyplot as plt
import numpy as np

from sksym.experiments import compare
from sksym.inspection import discover_symmetry


def joints(y):
    """Elbows and hands of arms on a table; the second encoder counts backwards from 180."""
    links = np.exp(1j * np.radians([y[:, 0], 180 - y[:, 1]]))
    return links[0], links.sum(axis=0)


def hand(y):
    position = joints(y)[1]
    return np.column_stack([position.real, position.imag])


def coefficients(y):
    return np.stack([np.poly(roots)[1:] for roots in y])


def make_problems(n_samples):
    """Names of problems with measurements and targets."""
    rng = np.random.default_rng(0)
    angles, roots = rng.uniform(10, 170, (n_samples, 2)), rng.uniform(-1, 1, (n_samples, 3))
    for name, forward, y in [("arm", hand, angles), ("roots of a cubic", coefficients, roots)]:
        X = forward(y)
        yield name, X + 0.05 * X.std(axis=0) * rng.standard_normal(X.shape), y


def run(n_samples=2000):
    """Discover, then compare; return errors in units of the zero predictor's."""
    figure, errors = plt.figure(figsize=(12, 6), layout="constrained"), {}
    rows = figure.subfigures(2, 1)
    for row, (name, X, y) in zip(rows, make_problems(n_samples), strict=True):
        discovery = discover_symmetry(X, y)
        names, remedies = ["KNN", "NN"], ["none", "canonicalize"]
        comparison = compare(X, y, discovery.symmetry, names, remedies, cv=3, random_state=0)
        print(f"{name}\n\n{discovery}\n\n{comparison}\n")
        of_zero = {line["name"]: line["of_zero"] for line in comparison.summary()}
        _plot(row, name, y, discovery.elements, of_zero)
        errors |= {(name, key): error for key, error in of_zero.items()}
    return errors


def _plot(row, name, y, elements, of_zero):
    left, right = row.subfigures(1, 2, width_ratios=[1.5, 1])
    axes, bars = left.subplots(1, 5), right.subplots()
    for ax in axes:
        ax.set_axis_off()
    for ax, element in zip(axes, elements, strict=False):
        _draw(ax, element)
    if name == "arm" and elements:
        left.suptitle("arm: the map that was found, and where it moves four arms")
        moved = y @ elements[0].matrix.T + elements[0].offset
        for k, ax in enumerate(axes[1:]):
            _draw_arms(ax, y[k : k + 1], moved[k : k + 1])
    else:
        left.suptitle(f"{name}: the maps that were found")
    bars.bar_label(bars.barh(list(of_zero), list(of_zero.values())), fmt=" %.2g")
    bars.set(xlabel="rectified error / zero predictor's", xlim=(0, 1.2))
    bars.invert_yaxis()


def _draw(ax, element):
    ax.imshow(element.matrix, cmap="RdBu_r", vmin=-1.5, vmax=1.5)
    for (i, j), entry in np.ndenumerate(element.matrix.round(2) + 0.0):
        ax.text(j, i, f"{entry:g}", ha="center", va="center")
    if element.offset.any():
        ax.set_title("offset " + ", ".join(f"{entry:.3g}" for entry in element.offset))


def _draw_arms(ax, *arms):
    for y, style in zip(arms, ("C0o-", "C1o--"), strict=True):
        elbow, position = joints(y)
        ax.plot([0, elbow.real[0], position.real[0]], [0, elbow.imag[0], position.imag[0]], style)
    ax.plot(0, 0, "ks")
    ax.set_aspect("equal", adjustable="datalim")
    ax.margins(0.2)


if __name__ == "__main__":
    run()
    plt.show()
