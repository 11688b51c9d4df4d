"""Accuracy of the remedies: run by hand with ``python benchmarks/bench_remedies.py [part ...]``.

Parts: `noise` compares refined predictions with the Cramér-Rao bound of the true operator,
`complex` counts exact rows, `curved` refines on learned forward maps that are not quadratic,
`settings` compares the remedies with noise, few samples and a saturating detector, `loss` compares
the rectified loss with training on representatives. Errors are medians over draws of the operator;
the zero predictor is always included.
"""

import sys
import time

import numpy as np
import torch
from sklearn.linear_model import LinearRegression

from sksym import (
    GlobalPhase,
    Identity,
    RefinedRegressor,
    Sign,
    make_canonical_regressor,
    make_lifted_regressor,
)
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.metrics import rectified_mean_squared_error
from sksym.neural import FeedforwardRegressor, RectifiedMSELoss, paper_network
from sksym.paper import REMEDY_COLUMNS, label, make_estimator

DRAWS = 3
N_SAMPLES = 20_000


def halves(X, y):
    """Four fifths of the pairs to train, one to test, as in the table of the paper."""
    n = len(X) - len(X) // 5
    return X[:n], y[:n], X[n:], y[n:]


def cramer_rao(operator, y, sigma):
    """Smallest mean squared error of an unbiased estimate of each row from |Ay|² with noise."""
    jacobian = 2 * (y @ operator.T)[:, :, None] * operator[None]
    information = np.swapaxes(jacobian, 1, 2) @ jacobian / sigma**2
    return np.trace(np.linalg.inv(information), axis1=1, axis2=2)


def noise():
    """Refined mean squared error divided by the bound, samples with |y| > 0.5."""
    print("noise on X, real field: mean squared error / Cramér-Rao bound, rows with |y| > 0.5")
    lifted = make_lifted_regressor(LinearRegression(), Sign())
    for n in (5, 10, 15):
        for level, bar in ((0.01, 1.03), (0.1, 1.3)):
            ratios, worse, seconds = [], [], []
            for draw in range(DRAWS):
                X, y, operator = make_gaussian_phase_retrieval(
                    N_SAMPLES, n, random_state=draw, return_operator=True
                )
                sigma = level * np.sqrt(np.mean(X**2))
                X = X + sigma * np.random.default_rng(draw).standard_normal(X.shape)
                X_train, y_train, X_test, y_test = halves(X, y)
                model = RefinedRegressor(lifted, Sign()).fit(X_train, y_train)
                start = time.perf_counter()
                refined = model.predict(X_test)
                seconds.append(time.perf_counter() - start)
                first = Sign().distance(model.regressor_.predict(X_test), y_test)
                distance = Sign().distance(refined, y_test)
                bound = cramer_rao(operator, y_test, sigma)
                is_large = np.linalg.norm(y_test, axis=1) > 0.5
                ratios.append((distance**2)[is_large].mean() / bound[is_large].mean())
                worse.append(int((distance > first + 5 * np.sqrt(bound)).sum()))
            print(
                f"  n = {n:<2} noise {level:4.0%}: {np.median(ratios):.3f} (at most {bar}); "
                f"{max(worse)} rows worse than the first prediction by five standard errors; "
                f"{len(X_test)} rows refined in {max(seconds):.2f} s"
            )


def complex_field():
    """Share of test samples within a relative error of 1e-8."""
    print("complex field, without noise: share of rows within 1e-8 (at least 0.9995)")
    for n in (5, 10, 15):
        shares, seconds = [], []
        for draw in range(DRAWS):
            X, y = make_gaussian_phase_retrieval(N_SAMPLES, n, field="complex", random_state=draw)
            X_train, y_train, X_test, y_test = halves(X, y)
            lifted = make_lifted_regressor(LinearRegression(), GlobalPhase())
            model = RefinedRegressor(lifted, GlobalPhase()).fit(X_train, y_train)
            start = time.perf_counter()
            distance = GlobalPhase().distance(model.predict(X_test), y_test)
            seconds.append(time.perf_counter() - start)
            shares.append(np.mean(distance < 1e-8 * np.linalg.norm(y_test, axis=1)))
        print(
            f"  n = {n:<2}: {min(shares):.5f} in the worst of {DRAWS} draws; "
            f"{len(X_test)} rows in {max(seconds):.2f} s"
        )


DETECTORS = {
    "saturating |Ay|²/(1 + |Ay|²)": lambda X: X / (1 + X),
    "|Ay| clipped at 1": lambda X: np.minimum(np.sqrt(X), 1),
}


def curved():
    """Median error of a canonical network, before and after refinement on a learned map."""
    print("forward maps that are not quadratic, learned by a network, n = 5: median |error|")
    for name, detect in DETECTORS.items():
        before, after = [], []
        for draw in range(DRAWS):
            X, y = make_gaussian_phase_retrieval(N_SAMPLES, 5, random_state=draw)
            X_train, y_train, X_test, y_test = halves(detect(X), y)
            network = paper_network("NN", batch_size=64, random_state=draw)
            forward = FeedforwardRegressor(batch_size=64, random_state=draw)
            first = make_canonical_regressor(network, Sign())
            model = RefinedRegressor(first, Sign(), forward=forward).fit(X_train, y_train)
            for errors, y_pred in (
                (before, model.regressor_.predict(X_test)),
                (after, model.predict(X_test)),
            ):
                errors.append(np.median(Sign().distance(np.float64(y_pred), y_test)))
        ratio = np.median(np.divide(before, after))
        print(
            f"  {name:<30} {np.median(before):.3g} -> {np.median(after):.3g}, {ratio:.1f} times "
            f"(at least 3)"
        )


def remedies(n, seed):
    """Estimators that the table compares: the paper's network, and every remedy beyond it."""
    columns = [("NN", "A"), *((model, remedy) for remedy, model in REMEDY_COLUMNS.items())]
    estimators = {label(*c): make_estimator(*c, Sign(), n, seed, "cpu") for c in columns}
    forward = FeedforwardRegressor(batch_size=64, random_state=seed)
    lifted = make_lifted_regressor(LinearRegression(), Sign())
    estimators["network refined"] = RefinedRegressor(lifted, Sign(), forward=forward)
    return estimators


def settings(n=5):
    """Remedies in settings where one or the other fails."""
    columns = {
        "20 000": (20_000, 0.0, None),
        "500": (500, 0.0, None),
        "noise 10 %": (20_000, 0.1, None),
        "saturating": (20_000, 0.0, DETECTORS["saturating |Ay|²/(1 + |Ay|²)"]),
    }
    table = {}
    for column, (n_samples, level, detect) in columns.items():
        for draw in range(DRAWS):
            # As many test rows for every number of training pairs.
            X, y = make_gaussian_phase_retrieval(n_samples + 4000, n, random_state=draw)
            X = X if detect is None else detect(X)
            sigma = level * np.sqrt(np.mean(X**2))
            X = X + sigma * np.random.default_rng(draw).standard_normal(X.shape)
            models = {**remedies(n, draw), "zero": None}
            for name, model in models.items():
                y_pred = np.zeros_like(y[n_samples:])
                if model is not None:
                    y_pred = model.fit(X[:n_samples], y[:n_samples]).predict(X[n_samples:])
                error = rectified_mean_squared_error(
                    y[n_samples:], y_pred, symmetry=Sign(), normalization="n2"
                )
                table.setdefault(name, {}).setdefault(column, []).append(error * 1e4)
    print(f"|error|²/n², 1e-4, n = {n}, median of {DRAWS} draws")
    print(f"  {'':<20}" + "".join(f"{column:>12}" for column in columns))
    for name, errors in table.items():
        print(f"  {name:<20}" + "".join(f"{np.median(e):12.2g}" for e in errors.values()))


class SoftRectifiedLoss(torch.nn.Module):
    """A soft minimum over the two signs, for comparison only."""

    def __init__(self, temperature):
        super().__init__()
        self.temperature = temperature

    def forward(self, y_pred, y_true):
        """Loss of a batch."""
        squares = torch.stack([((y_pred - s * y_true) ** 2).mean(dim=1) for s in (1, -1)])
        return -self.temperature * torch.logsumexp(-squares / self.temperature, dim=0).mean()


def loss():
    """The rectified loss, hard and soft, and training on representatives."""
    print(f"NN, 20 000 samples, |error|²/n², 1e-4: median and range of {DRAWS} draws")
    for n in (5, 10, 15):
        errors = {}
        for draw in range(DRAWS):
            X, y = make_gaussian_phase_retrieval(N_SAMPLES, n, random_state=draw)
            X_train, y_train, X_test, y_test = halves(X, y)
            params = {"batch_size": 64, "random_state": draw}
            networks = {
                "broken targets": paper_network("NN", **params),
                "hard minimum": paper_network(
                    "NN", criterion=RectifiedMSELoss, criterion__symmetry=Sign(), **params
                ),
            }
            for temperature in (0.1, 0.01):
                networks[f"soft minimum, {temperature}"] = paper_network(
                    "NN",
                    criterion=SoftRectifiedLoss,
                    criterion__temperature=temperature / n,
                    **params,
                )
            for name, network in networks.items():
                symmetry = Sign() if name == "broken targets" else Identity()
                model = make_canonical_regressor(network, symmetry).fit(X_train, y_train)
                error = rectified_mean_squared_error(
                    y_test, model.predict(X_test), symmetry=Sign(), normalization="n2"
                )
                errors.setdefault(name, []).append(error * 1e4)
        for name, values in errors.items():
            print(
                f"  n = {n:<2} {name:<20} {np.median(values):6.3g}, {min(values):.3g} to "
                f"{max(values):.3g}"
            )


PARTS = {
    "noise": noise,
    "complex": complex_field,
    "curved": curved,
    "settings": settings,
    "loss": loss,
}


def main():
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
