"""Rectified errors, and any other metric of aligned predictions, as scorers."""

import functools
from collections.abc import Callable
from typing import Any

from sklearn.metrics import get_scorer, get_scorer_names, make_scorer

from .._arrays.algebra import on_host
from ..symmetries import Symmetry, require_symmetry
from ._errors import (
    rectified_mean_absolute_error,
    rectified_mean_squared_error,
    rectified_r2_score,
    rectified_root_mean_squared_error,
)
from ._pair import Pair
from .named import FIELD_METRICS

_METRICS = {
    "neg_mean_squared_error": (rectified_mean_squared_error, False),
    "neg_root_mean_squared_error": (rectified_root_mean_squared_error, False),
    "neg_mean_absolute_error": (rectified_mean_absolute_error, False),
    "r2": (rectified_r2_score, True),
}
# What scikit-learn's names of functions end with where less is better.
_OF_ERRORS = ("_error", "_loss", "_deviance", "_distance")


def rectified_scorer(
    symmetry: Symmetry,
    metric: str | Callable[..., Any] = "neg_mean_squared_error",
    *,
    columns: Any = None,
    scale: Any = None,
    greater_is_better: bool | None = None,
    **kwargs: Any,
) -> Callable[..., float]:
    """Make a scorer for `cross_val_score`, `GridSearchCV` and similar tools.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that the answer is known up to.
    metric : str or callable, default="neg_mean_squared_error"
        The rectified errors are ``"neg_mean_squared_error"``, ``"neg_root_mean_squared_error"``,
        ``"neg_mean_absolute_error"`` and ``"r2"``. Any other name of a scorer of scikit-learn, or
        a callable ``metric(y_true, y_pred)`` like its functions (with `sample_weight` where
        weights are passed), is given the true rows and the predictions aligned to them, in the
        units of y. Greater is better, so that errors are negated.
    columns : int, str, sequence of int or str, or slice, optional
        Coordinates that are scored, by position or, where y is a DataFrame, by name; by default
        all. Predictions are aligned by all of them.
    scale : "spread" or array-like of shape (n_features,), optional
        Units in which the coordinates are compared, as in `rectified_mean_squared_error`. A metric
        of scikit-learn sees rows that are aligned in them and stand in the units of y.
    greater_is_better : bool, optional
        Of a callable. By default as it is for metrics of this package; of others false where the
        name ends with ``_error``, ``_loss``, ``_deviance`` or ``_distance``, as those of
        scikit-learn's errors do.
    **kwargs
        Arguments passed to the metric, such as ``normalization="n2"``.

    Returns
    -------
    callable
        ``scorer(estimator, X, y)``, where y may hold any point of an orbit. With metadata routing
        it takes ``set_score_request(sample_weight=True)``.

    Raises
    ------
    ValueError
        If `symmetry` or `metric` is unknown, or `greater_is_better` is given with a name.

    See Also
    --------
    field_scorer : Scorers of metrics of fields, by their names.

    Examples
    --------
    >>> from sklearn.model_selection import cross_val_score
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sksym import Sign, make_canonical_regressor
    >>> from sksym.datasets import make_square_root
    >>> from sksym.metrics import rectified_scorer
    >>> X, y = make_square_root(200, random_state=0)
    >>> model = make_canonical_regressor(KNeighborsRegressor(), Sign())
    >>> scores = cross_val_score(model, X, y, scoring=rectified_scorer(Sign(), "r2"))
    >>> bool(scores.min() > 0.98)
    True
    >>> median = rectified_scorer(Sign(), "neg_median_absolute_error")
    >>> bool(cross_val_score(model, X, y, scoring=median).min() > -0.01)
    True
    """
    require_symmetry(symmetry)
    options = {"symmetry": symmetry, "columns": columns, "scale": scale, **kwargs}
    if not isinstance(metric, str):
        if not callable(metric):
            raise ValueError(f"metric must be a name or callable(y_true, y_pred), got {metric!r}.")
        if greater_is_better is None:
            greater_is_better = more_is_better(metric)
        if greater_is_better is None:
            name = getattr(_function_of(metric), "__name__", "")
            greater_is_better = not name.endswith(_OF_ERRORS)
        if any(_function_of(metric) is function for function, _ in _METRICS.values()):
            # These align by themselves.
            options |= _bound_options(metric, options, kwargs)
            return _make(_function_of(metric), greater_is_better, **options)
        return _make(_of_aligned, greater_is_better, metric=metric, **options)
    if greater_is_better is not None:
        raise ValueError(f"greater_is_better is that of a callable; {metric!r} has its own.")
    if metric in _METRICS:
        function, is_score = _METRICS[metric]
        return _make(function, is_score, **options)
    if metric not in get_scorer_names():
        raise ValueError(
            f"metric must be one of {', '.join(sorted(_METRICS))}, another name of a scorer of "
            f"scikit-learn, or a callable, got {metric!r}."
        )
    scorer = get_scorer(metric)
    options = {**scorer._kwargs, **options}
    return _make(_of_aligned, scorer._sign > 0, metric=scorer._score_func, **options)


def _make(function, greater_is_better, **options):
    return make_scorer(function, greater_is_better=greater_is_better, **options)


def _of_aligned(
    y_true, y_pred, *, symmetry, metric, columns, scale, sample_weight=None, **options
):
    """A metric of predictions that are aligned to the truth."""
    pair = Pair(y_true, y_pred, symmetry, sample_weight, columns=columns, scale=scale)
    true, aligned = (on_host(part) for part in pair.aligned())
    if true.shape[1] == 1:
        true, aligned = true[:, 0], aligned[:, 0]
    if sample_weight is not None:
        options["sample_weight"] = pair.sample_weight
    return metric(true, aligned, **options)


def _bound_options(metric, options, kwargs):
    """What a `functools.partial` binds, unless the scorer is told something else."""
    bound = getattr(metric, "keywords", {})
    told = {*kwargs, *(name for name in ("columns", "scale") if options[name] is not None)}
    if bound.get("symmetry", options["symmetry"]) != options["symmetry"]:
        told.add("symmetry")
    for name in sorted(told & bound.keys()):
        raise ValueError(f"metric binds {name}, which rectified_scorer is given too; say it once.")
    return bound


def _function_of(metric):
    while isinstance(metric, functools.partial):
        metric = metric.func
    return metric


def more_is_better(metric):
    """Whether more of a metric of this package is better; None for any other function.

    Parameters
    ----------
    metric : callable
        One of ``sksym.metrics``, or a `functools.partial` of one.

    Returns
    -------
    bool or None
    """
    metric = _function_of(metric)
    of_fields = ((function, name[:4] != "neg_") for name, function in FIELD_METRICS.items())
    known = (*_METRICS.values(), *of_fields)
    return next((is_score for function, is_score in known if function is metric), None)
