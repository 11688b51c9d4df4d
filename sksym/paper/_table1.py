"""Table 1 of the paper: the plan of the cells, and the result of each fit."""

import functools
import itertools
import json
from dataclasses import dataclass

import numpy as np

from ..datasets import make_gaussian_phase_retrieval
from ..experiments import Cell, Result, fit_and_predict, open_store, run_cells, versions
from ..metrics import rectified_mean_squared_error
from ..symmetries import GlobalPhase, Sign
from ._columns import REMEDY_COLUMNS, label, make_estimator
from ._printed import printed

NETWORKS = ("NN", "WNN", "DNN")
MODELS = (*NETWORKS, "KNN")
SYMMETRIES = {"real": Sign(), "complex": GlobalPhase()}

TEST_FRACTION = 0.2
_FEWEST_TESTED = 1000  # pairs, drawn besides where the fraction of a small data set is fewer
# The smallest data set that the protocol can split: 16 pairs to train on (2 of them held out
# for validation, enough for 5 neighbours) and 4 to test.
FEWEST_SAMPLES = 20


@dataclass(frozen=True)
class Plan:
    """Plan of the cells to run.

    Attributes
    ----------
    n_features : tuple of int
        Dimensions of the signal.
    n_samples : tuple of int or str
        Sizes of the data set, which give a row each for every dimension; ``"8n"`` is eight times
        the dimension.
    models : tuple of str
        Models to train, among `MODELS`.
    field : {"real", "complex"}
        Field of the signal and the operator.
    n_draws : int
        Number of independent operators and data sets per row.
    random_state : int
        Seed of everything random.
    device : str
        Device on which networks train.
    remedies : tuple of str
        Remedies in addition to the paper's, among `REMEDY_COLUMNS`.
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
        """Pairs (model, remedy) in the order of the table; the zero predictor is last."""
        networks = [model for model in NETWORKS if model in self.models]
        neighbors = [("KNN", "A")] if "KNN" in self.models else []
        past_one_cut = [
            (model, remedy) for remedy, model in REMEDY_COLUMNS.items() if remedy in self.remedies
        ]
        return [*itertools.product(networks, "AB"), *neighbors, *past_one_cut, ("zero", "zero")]

    def rows(self):
        """Pairs (n_features, n_samples) in the order of the table."""
        return [(n, _resolved(size, n)) for n, size in self._sizes()]

    def _sizes(self):
        return list(itertools.product(self.n_features, self.n_samples))

    def __len__(self):
        return len(self.rows()) * self.n_draws * len(self.columns())


def _resolved(size, n):
    return int(size.removesuffix("n")) * n if isinstance(size, str) else size


@dataclass(frozen=True)
class CellResult(Result):
    """One cell of the table in one draw; the fields are the columns of the CSV.

    Attributes
    ----------
    field, n, samples, draw, model, remedy
        Which cell; remedy A trains on representatives, B on raw targets, others go past the paper.
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


def run_table1(plan, *, store=None, n_jobs=1, is_shown=False):
    """Run a plan.

    Parameters
    ----------
    plan : Plan
        Plan of the cells to run.
    store : path-like or Store, optional
        Store of finished cells: cells that it holds are not run again, others are added.
    n_jobs : int, default=1
        Number of cells that run at the same time; it does not affect the results.
    is_shown : bool, default=False
        Whether a progress line is shown.

    Yields
    ------
    CellResult
        Result of a cell, in order of completion.
    """
    with open_store(store) as opened:
        run = run_cells(_cells(plan), store=opened, n_jobs=n_jobs, is_shown=is_shown)
        for _, result in run:
            yield result


def in_order(plan, results):
    """Sort results in the order of the table, draw by draw."""
    places = {place: number for number, place in enumerate(_places(plan))}
    return sorted(results, key=lambda r: places[r.n, r.samples, r.draw, r.model, r.remedy])


def _places(plan):
    for n, samples in plan.rows():
        for draw in range(plan.n_draws):
            for model, remedy in plan.columns():
                yield n, samples, draw, model, remedy


def _cells(plan):
    cells = []
    for place in _places(plan):
        n, samples, draw, model, remedy = place
        args = (plan.field, *place, plan.random_state, plan.device)
        heading = label(model, remedy)
        cells.append(
            Cell(
                key=json.dumps(["table1", versions(), *args]),
                title=f"{heading} n={n} {samples:,} samples draw {draw + 1}",
                kind=f"{heading} n={n} {samples}",
                function=_run_cell,
                args=args,
                result_type=CellResult,
                takes_note=True,
            )
        )
    return cells


def _run_cell(field, n, samples, draw, model, remedy, random_state, device, note=None):
    """Train on the first part of the pairs, predict and score the rest, unbroken."""
    seeds = np.random.SeedSequence([random_state, n, samples, draw])
    data_seed, model_seed = (int(seed) for seed in seeds.generate_state(2))
    n_tested = round(TEST_FRACTION * samples)
    n_train = samples - n_tested
    X, y = _draw(n_train + max(n_tested, _FEWEST_TESTED), n, field, data_seed)
    symmetry = SYMMETRIES[field]
    y_test = y[n_train:]
    y_pred, epochs, times = np.zeros_like(y_test), None, [0.0, 0.0]
    estimator = make_estimator(model, remedy, symmetry, n, model_seed, device, note)
    if estimator is not None:
        y_pred, *times = fit_and_predict(estimator, X[:n_train], y[:n_train], X[n_train:])
        history = getattr(getattr(estimator, "regressor_", None), "history_", None)
        epochs = None if history is None else len(history)

    def error(prediction, normalization):
        return rectified_mean_squared_error(
            y_test, prediction, symmetry=symmetry, normalization=normalization
        )

    return CellResult(
        field=field,
        n=n,
        samples=samples,
        draw=draw,
        model=model,
        remedy=remedy,
        error_n=error(y_pred, "n"),
        error_n2=error(y_pred, "n2"),
        zero_n2=error(np.zeros_like(y_test), "n2"),
        paper_n2=printed(field, n, samples, model, remedy).median,
        epochs=epochs,
        fit_seconds=times[0],
        predict_seconds=times[1],
    )


@functools.lru_cache(maxsize=1)  # the cells of one draw come one after the other
def _draw(samples, n, field, seed):
    X, y = make_gaussian_phase_retrieval(samples, n, field=field, random_state=seed)
    X.flags.writeable = y.flags.writeable = False
    return X, y
