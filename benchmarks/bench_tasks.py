"""Every task of `tasks.py` under every remedy: ``python benchmarks/bench_tasks.py [part ...]``.

Parts: `table` prints the error on held-out pairs over that of the best constant, for every
regressor and remedy that `compare` offers; `bars` holds what refines against its first prediction,
an atlas against one cut and the default reference against others; `coverage` counts how often the
balls of `RectifiedConformalRegressor` contain the true orbit. Finished fits are kept in a file,
from which an interrupted run goes on; delete it after a change of the package or of these files.
"""

import argparse
import warnings
from dataclasses import dataclass, field

import joblib
import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, clone
from tasks import TASKS

from sksym import RectifiedConformalRegressor, Sign, make_canonical_regressor
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.experiments import Cell, Result, compare, open_store, run_cells, versions
from sksym.regressors import (
    DEFAULT_REGRESSORS,
    REGRESSORS,
    REMEDIES,
    NotApplicableError,
    named_regressor,
    with_remedy,
)

ROUNDING = 1e-20  # of the constant's error: below it, all answers are exact
BARS = {"refined/first": 1.03, "atlas/one cut": 1.05, "default/best reference": 1.1}
EXACT = 1e-10  # radius over the spread of targets: rounding errors have ties, and no coverage
LEVELS = (0.8, 0.9, 0.95)
MISS = 0.015  # of the coverage, at most
DRAWS = 20
COVERED = 4500  # pairs: of the makers, a third to train, to calibrate and to test
EPOCHS = 10  # of the network under the rectified loss, whose coverage is counted


def held_out(name, seed, options, regressors=None, remedies=None):
    """Comparison on the pairs that a task holds out, and errors over the constant's by name."""
    task = TASKS[name](seed, options.noisy)
    X, y = (np.concatenate([task[f"{part}_train"], task[f"{part}_test"]]) for part in "Xy")
    rows = np.arange(len(X))
    cv = [np.split(rows, [len(task.X_train)])]
    comparison = compare(
        *(X, y, task.symmetry, regressors or options.regressors, remedies),
        cv=cv,
        n_jobs=options.jobs,
        random_state=seed,
        store=options.store,
        verbose=1,
    )
    lines = comparison.summary()
    errors = {(line["regressor"], line["remedy"]): line["mean_squared_error"] for line in lines}
    constant = errors["constant", "none"]
    return comparison, {pair: error / constant for pair, error in errors.items()}


def table(options):
    """One table for each regressor: a line for each task, a column for each remedy."""
    found, failures = {}, []
    for name in options.tasks:
        for seed in range(options.seeds):
            comparison, errors = held_out(name, seed, options)
            for pair, error in errors.items():
                found.setdefault((name, *pair), []).append(error)
            reasons = comparison.skipped.items()
            failures += [(name, seed, *pair, why) for pair, why in reasons if "failed" in why]
    kind = "5 % noise" if options.noisy else "no noise"
    print(f"error on held-out pairs over the best constant's, {kind}, median of {options.seeds}")
    for regressor in options.regressors:
        remedies = [r for r in REMEDIES if any((n, regressor, r) in found for n in options.tasks)]
        columns = {**{r: (regressor, r) for r in remedies}, "zero": ("zero", "none")}
        print(f"\n{regressor:27}" + "".join(f"{column:>{_width(column)}}" for column in columns))
        for name in options.tasks:
            cells = {c: found.get((name, *pair)) for c, pair in columns.items()}
            texts = {c: f"{np.median(e):.2g}" if e else "-" for c, e in cells.items()}
            print(f"{name:27}" + "".join(f"{t:>{_width(c)}}" for c, t in texts.items()))
    for failure in failures:
        print(*failure)


def _width(column):
    return max(len(column), 7) + 2


def bars(options):
    """For each task and seed the worst ratio of all regressors; one above its bar is marked."""
    print("ratios of errors on held-out pairs, the largest of", *options.regressors)
    print(f"{'':27}seed" + "".join(f"{f'{bar} (at most {top})':>38}" for bar, top in BARS.items()))
    worst = dict.fromkeys(BARS, 0.0)
    for name in options.tasks:
        for seed in range(options.seeds):
            line = f"{name:27}{seed:4}"
            for bar, ratios in _ratios(name, seed, options).items():
                ratio, regressor = max(ratios, default=(np.nan, "-"))
                worst[bar] = np.fmax(worst[bar], ratio)
                line += f"{ratio:>30.4g} {regressor:>5} {'!' if ratio > BARS[bar] else ' '}"
            print(line, flush=True)
    print(f"{'largest':31}" + "".join(f"{ratio:>30.4g}{'':8}" for ratio in worst.values()))


def _ratios(name, seed, options):
    """Pairs of a ratio and the regressor that it belongs to, by bar."""
    comparison, errors = held_out(name, seed, options)
    task = TASKS[name](seed)
    own = task.symmetry.default_reference(task.y_train)
    references = {"own": own, "first": "first", "pca": "pca"}
    others = {
        f"{regressor}, {key}": make_canonical_regressor(
            named_regressor(regressor), task.symmetry, reference
        )
        for regressor in options.regressors
        for key, reference in references.items()
    }
    for regressor, remedy in errors:
        if remedy == "refine":
            refined = comparison.estimators[regressor, remedy]
            others[f"{regressor}, first prediction"] = refined.regressor
    more = held_out(name, seed, options, others, ["none"])[1]
    ratios = {bar: [] for bar in BARS}
    for regressor in options.regressors:
        cut = errors[regressor, "canonicalize"]
        first, *by_reference = (
            more.get((f"{regressor}, {key}", "none"), np.inf)
            for key in ("first prediction", *references)
        )
        compared = (
            (errors.get((regressor, "refine")), first),
            (errors.get((regressor, "atlas")), cut),
            (cut, min(by_reference)),
        )
        for bar, (error, other) in zip(BARS, compared, strict=True):
            if error is not None:
                ratio = max(error, ROUNDING) / max(other, ROUNDING)
                ratios[bar].append((ratio, regressor))
    return ratios


@dataclass(frozen=True)
class Coverage(Result):
    """Share of held-out rows in their balls, and largest radius over the spread of targets.

    Both at each of `LEVELS`; the reason why there are none, or the error.
    """

    shares: list = field(default_factory=list)
    radii: list = field(default_factory=list)
    reason: str = ""
    error: str | None = None


class Once(RegressorMixin, BaseEstimator):
    """A regressor that is trained once on the same pairs and asked once for the same rows."""

    def __init__(self, regressor):
        self.regressor = regressor
        self._answers = {}

    def __sklearn_clone__(self):
        return self

    def fit(self, X, y):
        """Train unless it was trained on these pairs last."""
        pairs = joblib.hash((X, y))
        if self._answers.get("pairs") != pairs:
            self.regressor_ = clone(self.regressor).fit(X, y)
            self._answers = {"pairs": pairs}
        return self

    def predict(self, X):
        """Predict unless the answers are known."""
        rows = joblib.hash(X)
        if rows not in self._answers:
            self._answers[rows] = self.regressor_.predict(X)
        return self._answers[rows]


def cover(name, remedy, seed, noisy):
    """Coverage of the balls about cheap predictions under a remedy, on one task."""
    task = TASKS[name](seed, noisy, n_samples=COVERED)
    base = named_regressor("KNN")
    if remedy == "loss":
        base = named_regressor("NN")
        epochs = [key for key in base.get_params() if key.endswith("max_epochs")]
        base.set_params(**dict.fromkeys(epochs, EPOCHS))
    options = {"random_state": seed, "targets": task.y_train, "n_pairs": len(task.y_train) // 2}
    try:
        first = with_remedy(remedy, base, task.symmetry, **options)
    except NotApplicableError as error:
        return Coverage(reason=str(error))
    # A refined prediction also tells its residual, which is lost where answers are kept.
    first = first if remedy == "refine" else Once(first)
    shares, radii = [], []
    with warnings.catch_warnings(action="ignore"):
        for level in LEVELS:
            model = RectifiedConformalRegressor(
                first, task.symmetry, level, calibration_size=0.5, random_state=seed
            )
            try:
                model.fit(task.X_train, task.y_train)
                shares.append(float(model.contains(task.X_test, task.y_test).mean()))
                radii.append(float(model.predict_radius(task.X_test).max() / task.y_test.std()))
            except Exception as error:  # the other remedies can still be counted
                return Coverage(error=f"{type(error).__name__}: {error}")
    return Coverage(shares, radii)


def coverage(options):
    """Mean over draws for each task and remedy; one too far from its level is marked."""
    cells, places = [], {}
    for name in options.tasks:
        for remedy in options.remedies:
            for seed in range(DRAWS):
                place = name, remedy, seed, options.noisy
                key = joblib.hash(("coverage", versions(), LEVELS, COVERED, EPOCHS, place))
                places[key] = name, remedy
                title = f"coverage {name}, {remedy}, draw {seed + 1}"
                cells.append(Cell(key, title, f"{name}, {remedy}", cover, place, Coverage))
    found = {}
    with open_store(options.store) as store:
        for cell, result in run_cells(cells, store=store, n_jobs=options.jobs, is_shown=True):
            found.setdefault(places[cell.key], []).append(result)
    print(f"share of held-out rows in their balls, mean of {DRAWS} draws (standard error)")
    print(f"{'':40}" + "".join(f"{level:>18}" for level in LEVELS))
    misses = []
    for name, remedy in dict.fromkeys(places.values()):
        results = [result for result in found[name, remedy] if result.shares]
        if results:
            print(f"{name:27}{remedy:13}" + " ".join(_texts(results, misses)))
        for error in {result.error for result in found[name, remedy]} - {None}:
            print("  failed:", error)
    print(f"largest distance from the level {max(misses, default=0):.4f} (at most {MISS})")
    _cover_retrieval(options)


def _texts(results, misses):
    """Mean coverage and its standard error at each level; how far it is off joins the misses."""
    shares, radii = (np.array([getattr(r, key) for r in results]) for key in ("shares", "radii"))
    for level, column, largest in zip(LEVELS, shares.T, radii.max(axis=0), strict=True):
        if largest < EXACT:
            yield f"{'exact':>18}"
            continue
        misses.append(abs(column.mean() - level))
        spread = column.std(ddof=1) / np.sqrt(len(column))
        yield f"{column.mean():>8.4f} ({spread:.4f}){'!' if misses[-1] > MISS else ' '}"


def _cover_retrieval(options):
    """Radius and conditional coverage on real phase retrieval of 5 numbers with 10 % noise."""
    draws = joblib.Parallel(options.jobs)(
        joblib.delayed(_retrieval_balls)(seed) for seed in range(DRAWS)
    )
    radius, share, small, near = np.mean(draws, axis=0)
    print(f"real phase retrieval, n = 5, noise 10 % of RMS, least squares refined, {DRAWS} draws")
    print(f"  at 0.90: coverage {share:.3f}, mean radius {radius:.3f} (at most 0.15), coverage in")
    print(f"  the fifth of least |y| {small:.3f}, of least margin {near:.3f} (at least 0.80)")


def _retrieval_balls(seed):
    """Mean radius and coverage: of all, of the smallest targets, of those nearest to the cut."""
    X, y = make_gaussian_phase_retrieval(11_000, 5, random_state=seed)
    noise = 0.1 * np.sqrt(np.mean(X**2))
    X = X + noise * np.random.default_rng([1, seed]).standard_normal(X.shape)
    first = with_remedy("refine", named_regressor("LS"), Sign(), n_pairs=len(X), targets=y)
    model = RectifiedConformalRegressor(first, Sign(), 0.9, random_state=seed)
    model.fit(X[:9000], y[:9000])
    X, y = X[9000:], y[9000:]
    is_in = model.contains(X, y)
    fifths = [np.argsort(v)[: len(y) // 5] for v in (np.linalg.norm(y, axis=1), Sign().margin(y))]
    return model.predict_radius(X).mean(), is_in.mean(), *(is_in[rows].mean() for rows in fifths)


PARTS = {"table": table, "bars": bars, "coverage": coverage}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS), metavar="TASK")
    parser.add_argument("--seeds", type=int, default=3, help="draws of each task")
    parser.add_argument(
        "--regressors", nargs="+", choices=REGRESSORS, default=list(DEFAULT_REGRESSORS)
    )
    parser.add_argument(
        "--remedies", nargs="+", choices=REMEDIES, default=list(REMEDIES), help="of coverage"
    )
    parser.add_argument("--noisy", action="store_true", help="noise of 5 %% of the spread of X")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--store", default="bench_tasks.sqlite", help="file of finished fits")
    options = parser.parse_args()
    for part in options.parts or PARTS:
        PARTS[part](options)


if __name__ == "__main__":
    main()
