"""Every regressor under every remedy, cross-validated, with the zero predictor beside them."""

import html
import time

import numpy as np
from sklearn.base import clone
from sklearn.dummy import DummyRegressor
from sklearn.model_selection import check_cv
from sklearn.utils import _safe_indexing, check_random_state
from sklearn.utils.parallel import Parallel, delayed

from ..base import read_targets
from ..metrics import rectified_mean_squared_error, rectified_r2_score
from ..symmetries.base import require_symmetry
from .remedies import NotApplicableError, with_remedy

REMEDIES = ("none", "canonicalize", "lift", "atlas", "refine", "loss")
_COLUMNS = {
    "mean_squared_error": "rectified mean squared error",
    "r2": "rectified R²",
    "fit_seconds": "fit, s",
    "predict_seconds": "predict, s",
}


class Comparison:
    """What `compare` found: one row for each regressor, remedy and fold.

    Attributes
    ----------
    rows : list of dict
        With ``regressor``, ``remedy``, ``fold``, ``mean_squared_error``, ``r2``, ``fit_seconds``
        and ``predict_seconds``.
    skipped : dict
        Reason for each pair (regressor, remedy) that could not be tried.
    """

    def __init__(self, rows, skipped, estimators, X, y):
        self.rows = rows
        self.skipped = skipped
        self._estimators = estimators
        self._data = X, y

    def summary(self):
        """Medians over the folds, best first.

        Returns
        -------
        list of dict
            With ``lowest`` and ``highest``, the range of the error over the folds.
        """
        lines = []
        for regressor, remedy in self._estimators:
            rows = self._rows(regressor, remedy)
            line = {"regressor": regressor, "remedy": remedy}
            line.update({name: float(np.median([r[name] for r in rows])) for name in _COLUMNS})
            errors = [row["mean_squared_error"] for row in rows]
            lines.append({**line, "lowest": min(errors), "highest": max(errors)})
        return sorted(lines, key=lambda line: line["mean_squared_error"])

    def to_frame(self):
        """All rows as a pandas DataFrame.

        Returns
        -------
        pandas.DataFrame
        """
        import pandas as pd

        return pd.DataFrame(self.rows)

    def best_estimator(self, refit=True):
        """The estimator with the lowest median error.

        Parameters
        ----------
        refit : bool, default=True
            Whether to fit it to all pairs.

        Returns
        -------
        estimator
        """
        best = self.summary()[0]
        estimator = clone(self._estimators[best["regressor"], best["remedy"]])
        return estimator.fit(*self._data) if refit else estimator

    def plot(self, ax=None):
        """Median errors and their ranges over the folds.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw.

        Returns
        -------
        matplotlib.axes.Axes
        """
        import matplotlib.pyplot as plt

        lines = self.summary()[::-1]
        if ax is None:
            _, ax = plt.subplots(figsize=(7, 0.35 * len(lines) + 1), layout="constrained")
        position = np.arange(len(lines))
        middle, low, high = (
            np.array([line[name] for line in lines])
            for name in ("mean_squared_error", "lowest", "highest")
        )
        ax.errorbar(middle, position, xerr=[middle - low, high - middle], fmt="o", capsize=3)
        ax.set_yticks(position, [_name(line) for line in lines])
        ax.set(xscale="log", xlabel=_COLUMNS["mean_squared_error"])
        ax.grid(axis="x", alpha=0.3)
        return ax

    def __repr__(self):
        width = max(len(_name(line)) for line in self.summary())
        lines = [f"{'':<{width}}" + "".join(f"  {text:>12}" for text in ("error", "R²", "fit, s"))]
        for line in self.summary():
            figures = (line["mean_squared_error"], line["r2"], line["fit_seconds"])
            lines.append(f"{_name(line):<{width}}" + "".join(f"  {f:12.3g}" for f in figures))
        lines += [f"{_pair(*pair)}: {reason}" for pair, reason in self.skipped.items()]
        return "\n".join(lines)

    def _repr_html_(self):
        header = "".join(f"<th>{text}</th>" for text in ("", *_COLUMNS.values()))
        body = "".join(
            f"<tr><td>{html.escape(_name(line))}</td>"
            + "".join(f"<td>{line[name]:.3g}</td>" for name in _COLUMNS)
            + "</tr>"
            for line in self.summary()
        )
        skipped = "".join(
            f"<li>{html.escape(_pair(*pair))}: {html.escape(reason)}</li>"
            for pair, reason in self.skipped.items()
        )
        return f"<table><tr>{header}</tr>{body}</table><ul>{skipped}</ul>"

    def _rows(self, regressor, remedy):
        return [r for r in self.rows if (r["regressor"], r["remedy"]) == (regressor, remedy)]


def compare(
    X,
    y,
    symmetry,
    regressors=None,
    remedies=REMEDIES,
    *,
    cv=None,
    n_jobs=None,
    random_state=None,
):
    """Which regressor, under which remedy, answers best on your data.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Measurements.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Targets, any point of each orbit.
    symmetry : Symmetry
        What they are known up to.
    regressors : dict of str to estimator, optional
        By default least squares, 5 nearest neighbours and the paper's NN.
    remedies : sequence of str, default=all
        ``"none"`` trains on raw targets; ``"canonicalize"`` on representatives; ``"lift"`` on
        continuous invariants; ``"atlas"`` on several cuts; ``"refine"`` polishes predictions from
        representatives on a learned forward map; ``"loss"`` trains a network with the rectified
        loss. What a group or a regressor cannot use is named with the reason.
    cv : int, cross-validation generator or iterable, optional
        As in `sklearn.model_selection.cross_val_score`; five folds by default.
    n_jobs : int or None, default=None
        How many fits run at the same time.
    random_state : int, RandomState instance or None, default=None
        For every estimator with such a parameter.

    Returns
    -------
    Comparison
        Prints as a table, best first; `Comparison.to_frame`, `Comparison.plot`,
        `Comparison.best_estimator`.

    Raises
    ------
    ValueError
        If a remedy is unknown or the data cannot be used.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sksym import Sign
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> from sksym.experiments import compare
    >>> X, y = make_gaussian_phase_retrieval(500, 3, random_state=0)
    >>> regressors = {"least squares": LinearRegression(), "5-NN": KNeighborsRegressor()}
    >>> comparison = compare(X, y, Sign(), regressors, cv=3)
    >>> [line["remedy"] for line in comparison.summary()[:3]]
    ['lift', 'refine', 'refine']
    >>> comparison.skipped["5-NN", "loss"]
    'the rectified loss trains networks, not KNeighborsRegressor'
    """
    require_symmetry(symmetry)
    read_targets(y, "compare")
    unknown = [remedy for remedy in remedies if remedy not in REMEDIES]
    if unknown:
        raise ValueError(f"remedies must be of {', '.join(REMEDIES)}, got {unknown[0]!r}.")
    seed = int(check_random_state(random_state).randint(2**31 - 1))
    regressors = _default_regressors() if regressors is None else regressors
    estimators, skipped = {}, {}
    for name, regressor in regressors.items():
        for remedy in remedies:
            try:
                estimators[name, remedy] = with_remedy(
                    remedy, regressor, symmetry, random_state=seed
                )
            except NotApplicableError as error:
                skipped[name, remedy] = str(error)
    zeros = np.zeros(np.shape(y)[1:])
    estimators["zero", "none"] = DummyRegressor(strategy="constant", constant=zeros)
    folds = list(check_cv(cv).split(X, y))
    rows = Parallel(n_jobs=n_jobs)(
        delayed(_run)(pair, clone(estimator), symmetry, X, y, fold, number)
        for pair, estimator in estimators.items()
        for number, fold in enumerate(folds)
    )
    return Comparison(rows, skipped, estimators, X, y)


def _run(pair, estimator, symmetry, X, y, fold, number):
    """One fit on one fold."""
    train, test = fold
    start = time.perf_counter()
    estimator.fit(_safe_indexing(X, train), _safe_indexing(y, train))
    fitted = time.perf_counter()
    y_pred = estimator.predict(_safe_indexing(X, test))
    done = time.perf_counter()
    y_test = np.asarray(_safe_indexing(y, test))
    y_pred = np.asarray(y_pred).reshape(y_test.shape)
    return {
        "regressor": pair[0],
        "remedy": pair[1],
        "fold": number,
        "mean_squared_error": rectified_mean_squared_error(y_test, y_pred, symmetry=symmetry),
        "r2": rectified_r2_score(y_test, y_pred, symmetry=symmetry),
        "fit_seconds": fitted - start,
        "predict_seconds": done - fitted,
    }


def _default_regressors():
    from sklearn.linear_model import LinearRegression
    from sklearn.neighbors import KNeighborsRegressor

    from ..neural import paper_network

    return {
        "least squares": LinearRegression(),
        "5-NN": KNeighborsRegressor(5),
        "NN": paper_network("NN"),
    }


def _name(line):
    return _pair(line["regressor"], line["remedy"])


def _pair(regressor, remedy):
    return regressor if regressor == "zero" else f"{regressor}, {remedy}"
