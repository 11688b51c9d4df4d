"""Result of a comparison: table, data frame, plot and HTML."""

import contextlib
from collections import defaultdict
from typing import Any

import numpy as np
from sklearn.base import clone

from .._extras import require_extra
from .._live import waiting
from ..inspection import ComparisonDisplay
from ..regressors import weight_parameter
from ._metrics import METRICS, SECONDS
from ._page import render

# Error over the zero predictor's below which an answer is exact: half the digits of a double are
# right. What is left is the rounding of its computation, and ranks nothing.
ROUNDING = float(np.finfo(float).eps)
ZERO, CONSTANT = "zero", "constant"  # the predictors that every other one is compared with
BASELINES = (ZERO, CONSTANT)
COLUMNS = {
    **{name: metric.heading for name, metric in METRICS.items()},
    **{name: heading for name, (heading, _) in SECONDS.items()},
}


class Comparison:
    """Result of `compare`: one entry for each regressor, remedy and fold.

    Attributes
    ----------
    cv_results_ : dict of str to ndarray
        One array for each of ``regressor``, ``remedy``, ``fold``, ``mean_squared_error`` as in
        eq. (3.1) of the paper, ``of_zero`` (the same over the zero predictor's), ``r2``,
        ``fit_seconds``, ``predict_seconds`` and ``error``, the reason why a fit failed, which is
        empty where it did not. Numbers of a fit that failed are nan.
    skipped : dict
        Reason for each pair (regressor, remedy) that could not be tried, or failed.
    warnings : dict
        Texts of the warnings of each pair (regressor, remedy) that issued any.
    estimators : dict
        Unfitted estimator of each pair (regressor, remedy) that was tried.
    discovery : Discovery or None
        What was found out about the symmetry where none was passed; None where one was, or where
        targets have unknown values.
    """

    def __init__(
        self,
        results: list,
        skipped: dict,
        warnings: dict,
        estimators: dict,
        data: tuple,
        found: Any = None,
    ) -> None:
        self.cv_results_ = {
            **_columns(results, ("regressor", "remedy", "fold")),
            **{name: np.array([r.scores.get(name, np.nan) for r in results]) for name in METRICS},
            **_columns(results, ("fit_seconds", "predict_seconds")),
            "error": np.array([result.error or "" for result in results]),
        }
        self.skipped = skipped
        self.warnings = warnings
        self.estimators = estimators
        self.discovery = None if found is None else found.discovery
        self._introduction = [] if found is None else [found.sentence]
        self._data = data

    def summary(self) -> list[dict[str, Any]]:
        """Medians over the folds, best first, of the pairs that did not fail in any fold.

        Those that are exact to rounding in every fold come first, the fastest of them before the
        others: which rounding is the smallest says nothing. The others follow by their errors.

        Returns
        -------
        list of dict
            Medians, ``name``, the range of the error from ``lowest`` to ``highest``, and
            ``is_exact``: whether the error is below 2.2e-16 of the zero predictor's in every fold.
        """
        lines, found = [], self.cv_results_
        for regressor, remedy in self.estimators:
            if (regressor, remedy) not in self.skipped:
                is_here = (found["regressor"] == regressor) & (found["remedy"] == remedy)
                line = {"regressor": regressor, "remedy": remedy}
                line["name"] = pair_name(regressor, remedy)
                line.update({name: float(np.median(found[name][is_here])) for name in COLUMNS})
                errors = found["mean_squared_error"][is_here].tolist()
                line.update(lowest=min(errors), highest=max(errors))
                lines.append(
                    {**line, "is_exact": bool((found["of_zero"][is_here] < ROUNDING).all())}
                )
        return sorted(lines, key=_rank)

    def to_frame(self) -> Any:
        """All of `cv_results_` as a pandas DataFrame.

        Returns
        -------
        pandas.DataFrame
        """
        return require_extra("pandas", "compare").DataFrame(self.cv_results_)

    def best_estimator(self, refit: bool = True, verbose: int = 0) -> Any:
        """The estimator with the lowest median error; of those that are exact, the fastest.

        Parameters
        ----------
        refit : bool, default=True
            Whether to fit the estimator to all pairs.
        verbose : int, default=0
            1 shows what is fitted, and the seconds that it takes.

        Returns
        -------
        estimator
        """
        best = self.summary()[0]
        estimator = clone(self.estimators[best["regressor"], best["remedy"]])
        if not refit:
            return estimator
        X, y, sample_weight = self._data
        name = None if sample_weight is None else weight_parameter(estimator)
        with waiting(f"Fitting {best['name']} to all pairs.", is_shown=verbose > 0):
            return estimator.fit(X, y, **({name: sample_weight} if name else {}))

    def plot(self, ax: Any = None) -> ComparisonDisplay:
        """Plot median errors and their ranges over the folds.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Axes to draw on.

        Returns
        -------
        ComparisonDisplay
        """
        return ComparisonDisplay.from_comparison(self, ax=ax)

    def remarks(self) -> list[str]:
        """Sentences on pairs that could not be tried and on warnings.

        Returns
        -------
        list of str
        """
        names = defaultdict(list)  # the same holds for many regressors
        for pair, reason in self.skipped.items():
            names[reason].append(pair_name(*pair))
        for pair, texts in self.warnings.items():
            for text in texts:
                names[text].append(pair_name(*pair))
        return [f"{'; '.join(group)}: {text}" for text, group in names.items()]

    def table(self) -> list[list[str]]:
        """The summary as text: a heading and a line for each regressor and remedy.

        Returns
        -------
        list of list of str
        """
        heading = ["", *COLUMNS.values()]
        lines = [
            [line["name"], *(_shown(line, name) for name in COLUMNS)] for line in self.summary()
        ]
        return [heading, *lines]

    def __repr__(self):
        rows = self.table()
        widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
        lines = [
            row[0].ljust(widths[0])
            + "".join(
                f"  {cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True)
            )
            for row in rows
        ]
        return "\n".join([*self._introduction, *lines, *self.remarks()])

    def _repr_html_(self):
        heading, *lines = self.table()
        with contextlib.suppress(ModuleNotFoundError):  # notebooks show the text instead
            return render(
                "notebook.html",
                introduction=self._introduction,
                heading=heading,
                lines=lines,
                remarks=self.remarks(),
            )


def _rank(line):
    """Order of the lines: exact ones by their time, then the others by their error."""
    seconds = line["fit_seconds"] + line["predict_seconds"]
    return (0, seconds) if line["is_exact"] else (1, line["mean_squared_error"])


def _shown(line, name):
    """A number of the table; errors of an exact answer are its rounding, not digits to compare."""
    is_error = name in ("mean_squared_error", "of_zero")
    return "rounding" if line["is_exact"] and is_error else f"{line[name]:.3g}"


def pair_name(regressor, remedy):
    """Name of a regressor under a remedy."""
    return regressor if regressor in BASELINES else f"{regressor}, {remedy}"


def _columns(results, names):
    return {name: np.array([getattr(result, name) for result in results]) for name in names}
