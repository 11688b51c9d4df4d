"""Accuracy of the remedies: run by hand with ``python benchmarks/bench_remedies.py [part ...]``.

Parts: `settings` compares the remedies with noise, few samples and a saturating detector, `loss`
compares the rectified loss with training on representatives. Errors are medians over draws of the
operator; the zero predictor is always included.
"""

import sys

import numpy as np
import torch
from sklearn.linear_model import LinearRegression

from sksym import (
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


DETECTORS = {
    "saturating |Ay|²/(1 + |Ay|²)": lambda X: X / (1 + X),
    "|Ay| clipped at 1": lambda X: np.minimum(np.sqrt(X), 1),
}


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
    "settings": settings,
    "loss": loss,
}


def main():
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
