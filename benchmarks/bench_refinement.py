"""Refinement: run by hand with ``python benchmarks/bench_refinement.py [part ...]``.

Parts: `pairs` counts exact rows after a handful of pairs without noise, `noise` compares refined
predictions with the Cramér-Rao bound of the true operator and with refinement alone, `curved`
refines where the forward map is not quadratic, beside the constant and the zero predictor;
`photographs` and `medium` are a solver of the map's own and a medium that nobody knows.
"""

import sys
import time

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsRegressor
from tasks import TASKS

from sksym import (
    GlobalPhase,
    RefinedRegressor,
    Sign,
    make_canonical_regressor,
    make_lifted_regressor,
)
from sksym.datasets import make_gaussian_phase_retrieval, make_scattering_medium
from sksym.metrics import rectified_mean_squared_error
from sksym.regressors import HybridInputOutput

TESTED = 1000
FEW = [
    ("real", 5, 8, 10),
    ("real", 10, 8, 10),
    ("real", 15, 8, 10),
    ("real", 30, 8, 3),
    ("real", 100, 10, 1),
    ("complex", 5, 12, 10),
    ("complex", 10, 12, 10),
    ("complex", 15, 12, 10),
]


def pairs():
    """Share of rows within 1e-8 of the truth, from pairs alone."""
    print(f"pairs alone, no noise: share of {TESTED} test rows within 1e-8")
    for field, n, multiple, draws in FEW:
        symmetry, n_pairs = {"real": Sign(), "complex": GlobalPhase()}[field], multiple * n
        shares, seconds = [], []
        for draw in range(draws):
            X, y = make_gaussian_phase_retrieval(
                n_pairs + TESTED, n, field=field, random_state=draw
            )
            start = time.perf_counter()
            model = RefinedRegressor(symmetry=symmetry).fit(X[:n_pairs], y[:n_pairs])
            distance = symmetry.distance(model.predict(X[n_pairs:]), y[n_pairs:])
            seconds.append(time.perf_counter() - start)
            shares.append(np.mean(distance < 1e-8))
        print(
            f"  {field:<7} n = {n:<3} {n_pairs:>4} pairs: {min(shares):7.2%} in the worst of "
            f"{draws:>2} draws; fitted and predicted in {max(seconds):.1f} s"
        )


def cramer_rao(operator, y, sigma):
    """Smallest mean squared error of an unbiased estimate of each row from |Ay|² with noise."""
    jacobian = 2 * (y @ operator.T)[:, :, None] * operator[None]
    information = np.swapaxes(jacobian, 1, 2) @ jacobian / sigma**2
    return np.trace(np.linalg.inv(information), axis1=1, axis2=2)


def noise(n_samples=20_000, draws=3):
    """Refined squared error over the bound, and over the error of refinement alone."""
    print(
        "noise on X, real field, 16 000 pairs: squared error over the Cramér-Rao bound for rows\n"
        "with |y| > 0.5; error over the first prediction's, over refinement's alone (weight 0)"
    )
    lifted = make_lifted_regressor(LinearRegression(), Sign())
    for n in (5, 10, 15):
        for level in (0.01, 0.1, 0.3):
            ratios, firsts, alones, weights = [], [], [], []
            for draw in range(draws):
                X, y, operator = make_gaussian_phase_retrieval(
                    n_samples, n, random_state=draw, return_operator=True
                )
                sigma = level * np.sqrt(np.mean(X**2))
                X = X + sigma * np.random.default_rng(draw).standard_normal(X.shape)
                n_train = n_samples - n_samples // 5
                model = RefinedRegressor(lifted, Sign()).fit(X[:n_train], y[:n_train])
                squares = Sign().distance(model.predict(X[n_train:]), y[n_train:]) ** 2
                first = Sign().distance(model.regressor_.predict(X[n_train:]), y[n_train:]) ** 2
                is_large = np.linalg.norm(y[n_train:], axis=1) > 0.5
                bound = cramer_rao(operator, y[n_train:], sigma)
                ratios.append(squares[is_large].mean() / bound[is_large].mean())
                firsts.append(squares.mean() / first.mean())
                alones.append(model.errors_[model.weight_] / model.errors_[0.0])
                weights.append(model.weight_)
            print(
                f"  n = {n:<2} noise {level:4.0%}: {np.median(ratios):6.3f} of the bound; "
                f"{max(firsts):.3f} of the first, {max(alones):.3f} of refinement alone at most; "
                f"weight {np.median(weights):g}"
            )


DETECTORS = {
    "saturating |Ay|²/(1 + |Ay|²)": lambda X: X / (1 + X),
    "|Ay| clipped at 1": lambda X: np.minimum(np.sqrt(X), 1),
}


def curved(n_samples=5000, draws=3):
    """Errors before and after, with forward maps that are learned from the pairs."""
    print("forward maps that are not quadratic, n = 5, 4000 pairs: |error|² over the constant's")
    print(f"  {'':<30} {'5-NN':>9} {'refined':>9} {'lift':>9} {'refined':>9} {'zero':>9}")
    starts = [
        make_canonical_regressor(KNeighborsRegressor(), Sign()),
        make_lifted_regressor(LinearRegression(), Sign()),
    ]
    for name, detect in DETECTORS.items():
        errors = []
        for draw in range(draws):
            X, y = make_gaussian_phase_retrieval(n_samples, 5, random_state=draw)
            X, n_train = detect(X), n_samples - n_samples // 5
            answers = []
            for first in starts:
                model = RefinedRegressor(first, Sign()).fit(X[:n_train], y[:n_train])
                answers += [model.regressor_.predict(X[n_train:]), model.predict(X[n_train:])]
            answers.append(np.zeros_like(y[n_train:]))
            constant = Sign().mean(y[None, :n_train])
            answers.append(np.broadcast_to(constant, y[n_train:].shape))
            squares = [np.mean(Sign().distance(a, y[n_train:]) ** 2) for a in answers]
            errors.append(np.divide(squares[:-1], squares[-1]))
        medians = np.median(errors, axis=0)
        print(f"  {name:<30} " + " ".join(f"{error:9.3g}" for error in medians))


def photographs(n_train=60, n_test=200):
    """Patches of photographs from the moduli of their Fourier transforms, by their own solver."""
    task = TASKS["fourier_photographs"](0)
    solver = HybridInputOutput((32, 32), (16, 16), random_state=0)
    first = make_canonical_regressor(KNeighborsRegressor(), task.symmetry)
    model = RefinedRegressor(first, task.symmetry, forward=task.forward, solver=solver)
    model.fit(task.X_train[:n_train], task.y_train[:n_train])
    start = time.perf_counter()
    found, y = model.predict(task.X_test[:n_test]), task.y_test[:n_test]
    seconds = (time.perf_counter() - start) / len(y)
    distance = task.symmetry.distance(found, y) / np.linalg.norm(y, axis=1)
    print(
        f"patches of 16 x 16 from Fourier moduli, {n_train} training pairs: {len(y)} test rows, "
        f"{np.mean(distance < 1e-4):.1%} within 1e-4, {seconds:.3f} s a row"
    )


def medium(n_train=1000, n_test=300):
    """Digits as phase patterns through a scattering medium, noise of 5 %."""
    images = load_digits().images[: n_train + n_test] / 16
    X, y = make_scattering_medium(images, 256, noise=0.05 * np.sqrt(2), random_state=0)
    X, X_test, y, y_test = train_test_split(X, y, test_size=n_test, random_state=0)
    start = time.perf_counter()
    found = RefinedRegressor(symmetry=GlobalPhase()).fit(X, y).predict(X_test)
    seconds = time.perf_counter() - start
    error = rectified_mean_squared_error(
        y_test, found, symmetry=GlobalPhase(), normalization="power"
    )
    print(
        f"digits through a scattering medium, {n_train} pairs, noise of 5 %: error over zero's "
        f"{error:.4f}, fitted and predicted in {seconds:.0f} s"
    )


PARTS = {
    "pairs": pairs,
    "noise": noise,
    "curved": curved,
    "photographs": photographs,
    "medium": medium,
}


def main():
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
