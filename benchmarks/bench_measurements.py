"""Roots and logarithms of measurements: ``python benchmarks/bench_measurements.py``, by hand.

Errors of the named regressors on square roots and on logarithms of the measurements, each divided
by the error on the measurements as they are: below 1 is better. For neighbours also on the scale
that `CompressMeasurements` chooses. Medians over draws; a quarter of the pairs is held out.
"""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline

from sksym import GlobalPhase, Orthogonal, Sign, fourier_symmetry
from sksym.datasets import (
    make_distance_geometry,
    make_fourier_phase_retrieval,
    make_gaussian_phase_retrieval,
)
from sksym.metrics import rectified_mean_squared_error
from sksym.regressors import CompressMeasurements, named_regressor, with_remedy

DRAWS = 3
SCALES = {"KNN": ("sqrt", "log", "chosen"), "LS": ("sqrt", "log"), "NN": ("sqrt", "log")}
COLUMNS = (
    ("KNN", "canonicalize"),
    ("KNN", "lift"),
    ("KNN", "neighbors"),
    ("LS", "canonicalize"),
    ("LS", "lift"),
    ("NN", "canonicalize"),
    ("NN", "lift"),
)


class OnScale(CompressMeasurements):
    """Measurements on a scale that is given."""

    def __init__(self, symmetry=None, scale="chosen"):
        super().__init__(symmetry)
        self.scale = scale

    def fit(self, X, y):
        """Choose the scale, unless it is given."""
        super().fit(X, y)
        self.scale_ = self.scale_ if self.scale == "chosen" else self.scale
        return self


def intensities(n, n_pairs, seed, field="real"):
    """Gaussian phase retrieval."""
    return make_gaussian_phase_retrieval(n_pairs, n, field=field, random_state=seed)


def saturating(seed):
    """Intensities of a detector that saturates."""
    X, y = intensities(5, 2000, seed)
    return X / (1 + X), y


def digits(seed):
    """Digits anywhere in a frame, from the squared moduli of their Fourier transforms."""
    images = np.random.default_rng(seed).permutation(load_digits().images) / 16
    X, y = make_fourier_phase_retrieval(images)
    return X, fourier_symmetry((16, 16)).random(y, seed)


PROBLEMS = {
    "real, n = 5, 500": (lambda seed: intensities(5, 500, seed), Sign()),
    "real, n = 5, 2000": (lambda seed: intensities(5, 2000, seed), Sign()),
    "real, n = 10, 2000": (lambda seed: intensities(10, 2000, seed), Sign()),
    "complex, n = 5, 2000": (lambda seed: intensities(5, 2000, seed, "complex"), GlobalPhase()),
    "saturating, n = 5, 2000": (saturating, Sign()),
    "distances of 4 points, 2000": (
        lambda seed: make_distance_geometry(2000, 4, random_state=seed),
        Orthogonal(2, center=True),
    ),
    "Fourier, digits, 1797": (digits, fourier_symmetry((16, 16))),
}


def error(X, y, symmetry, name, remedy, scale):
    """Rectified error of the held-out quarter."""
    # Of the named neighbours, which have such a step of their own, it is the last two steps.
    steps = named_regressor(name)[1:] if name == "KNN" else named_regressor(name)
    regressor = make_pipeline(OnScale(scale=scale), steps)
    if remedy == "neighbors":
        regressor = make_pipeline(OnScale(scale=scale), *(step for _, step in steps.steps))
    model = with_remedy(remedy, regressor, symmetry, random_state=0)
    n = len(X) - len(X) // 4
    y_pred = model.fit(X[:n], y[:n]).predict(X[n:])
    return rectified_mean_squared_error(y[n:], y_pred, symmetry=symmetry)


def main():
    """Print the table."""
    print(f"error / error on the measurements as they are, median of {DRAWS} draws")
    print(f"  {'':<46}" + "".join(f"{scale:>10}" for scale in SCALES["KNN"]))
    for problem, (make, symmetry) in PROBLEMS.items():
        pairs = [make(seed) for seed in range(DRAWS)]
        for name, remedy in COLUMNS:
            needs_a_lift = remedy == "lift" and not symmetry.has_lift
            if needs_a_lift or (remedy == "neighbors" and problem.startswith("Fourier")):
                continue  # of a large group the mean of orbits takes long
            scales = ("identity", *SCALES[name])
            errors = [
                [error(*p, symmetry, name, remedy, scale) for scale in scales] for p in pairs
            ]
            ratios = np.median([np.divide(row[1:], row[0]) for row in errors], axis=0)
            line = "".join(
                f"{ratio:10.2f}" if ratio < 100 else f"{'> 100':>10}" for ratio in ratios
            )
            print(f"  {problem:<28}{name + ', ' + remedy:<18}{line}", flush=True)


if __name__ == "__main__":
    main()
