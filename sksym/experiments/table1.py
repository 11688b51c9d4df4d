"""The paper's Table 1: networks before and after symmetry breaking, K-NN, zero, and remedies."""

import itertools
import time
from dataclasses import dataclass

import numpy as np

from ..datasets import make_gaussian_phase_retrieval
from ..metrics import rectified_mean_squared_error
from ..symmetries import GlobalPhase, Sign
from . import paper
from .remedies import REMEDIES, label, make_estimator

NETWORKS = ("NN", "WNN", "DNN")
MODELS = (*NETWORKS, "KNN")
SYMMETRIES = {"real": Sign(), "complex": GlobalPhase()}

TEST_FRACTION = 0.2
# The smallest data set that the protocol can split: 16 pairs to train on (2 of them held out
# for validation, enough for 5 neighbours) and 4 to test.
FEWEST_SAMPLES = 20


@dataclass(frozen=True)
class Plan:
    """What to run.

    Attributes
    ----------
    n_features, n_samples : tuple of int
        The rows of the table: every combination.
    models : tuple of str
        Of `MODELS`.
    field : {"real", "complex"}
        Of the signal and the operator.
    n_draws : int
        Independent operators and data sets for each row.
    random_state : int
        Decides everything random.
    device : str
        Where networks train.
    remedies : tuple of str
        Of `REMEDIES`, beside the paper's.
    """

    n_features: tuple = (5,)
    n_samples: tuple = (20_000,)
    models: tuple = ("NN", "WNN", "KNN")
    field: str = "real"
    n_draws: int = 3
    random_state: int = 0
    device: str = "cpu"
    remedies: tuple = ()

    def columns(self):
        """Pairs (model, remedy) in the order of the table; the zero predictor stands last."""
        networks = [model for model in NETWORKS if model in self.models]
        neighbors = [("KNN", "A")] if "KNN" in self.models else []
        past_one_cut = [
            column for name in REMEDIES if name in self.remedies for column in REMEDIES[name]
        ]
        return [*itertools.product(networks, "AB"), *neighbors, *past_one_cut, ("zero", "zero")]

    def rows(self):
        """Pairs (n_features, n_samples) in the order of the table."""
        return list(itertools.product(self.n_features, self.n_samples))

    def __len__(self):
        return len(self.rows()) * self.n_draws * len(self.columns())


@dataclass(frozen=True)
class CellResult:
    """One cell of the table in one draw; the fields are the columns of the CSV.

    Attributes
    ----------
    field, n, samples, draw, model, remedy
        Which cell; remedy A trains on representatives, B on raw targets, others are `REMEDIES`.
    error_n, error_n2, zero_n2, paper_n2 : float
        Rectified errors as in eq. (3.1) and in the unit of the printed table, the zero predictor's
        on the same test rows, and the paper's (nan where it has none).
    epochs : int or None
        Passes over the training data, for networks.
    fit_seconds, predict_seconds : float
        Wall time.
    """

    field: str
    n: int
    samples: int
    draw: int
    model: str
    remedy: str
    error_n: float
    error_n2: float
    zero_n2: float
    paper_n2: float
    epochs: int | None
    fit_seconds: float
    predict_seconds: float


def run_table1(plan, on_start=None, on_epoch=None):
    """Run a plan cell by cell.

    Parameters
    ----------
    plan : Plan
        What to run.
    on_start : callable, optional
        Called with a line of text before each cell.
    on_epoch : callable, optional
        Called with a line of text after each epoch of a network.

    Yields
    ------
    CellResult
        In the order of the table, draw by draw.
    """
    for n, samples in plan.rows():
        for draw in range(plan.n_draws):
            seeds = np.random.SeedSequence([plan.random_state, n, samples, draw])
            data_seed, model_seed = (int(seed) for seed in seeds.generate_state(2))
            X, y = make_gaussian_phase_retrieval(
                samples, n, field=plan.field, random_state=data_seed
            )
            for model, remedy in plan.columns():
                if on_start is not None:
                    on_start(f"n={n} samples={samples} draw {draw + 1} {label(model, remedy)}")
                estimator = make_estimator(
                    model, remedy, SYMMETRIES[plan.field], n, model_seed, plan.device, on_epoch
                )
                yield _run_cell(plan.field, n, draw, model, remedy, estimator, X, y)


def _run_cell(field, n, draw, model, remedy, estimator, X, y):
    """Train on the first part of the pairs, predict and score the rest, unbroken."""
    symmetry = SYMMETRIES[field]
    n_train = len(X) - round(TEST_FRACTION * len(X))
    y_test = y[n_train:]
    y_pred, epochs, times = np.zeros_like(y_test), None, [0.0, 0.0]
    if estimator is not None:
        start = time.perf_counter()
        estimator.fit(X[:n_train], y[:n_train])
        fitted = time.perf_counter()
        y_pred = estimator.predict(X[n_train:])
        times = [fitted - start, time.perf_counter() - fitted]
        history = getattr(getattr(estimator, "regressor_", None), "history_", None)
        epochs = None if history is None else len(history)

    def error(prediction, normalization):
        return rectified_mean_squared_error(
            y_test, prediction, symmetry=symmetry, normalization=normalization
        )

    return CellResult(
        field=field,
        n=n,
        samples=len(X),
        draw=draw,
        model=model,
        remedy=remedy,
        error_n=error(y_pred, "n"),
        error_n2=error(y_pred, "n2"),
        zero_n2=error(np.zeros_like(y_test), "n2"),
        paper_n2=paper.printed(field, n, len(X), model, remedy).median,
        epochs=epochs,
        fit_seconds=times[0],
        predict_seconds=times[1],
    )
