"""Rectified errors as scorers."""

from sklearn.metrics import make_scorer

from ..symmetries import require_symmetry
from ._errors import (
    rectified_mean_absolute_error,
    rectified_mean_squared_error,
    rectified_r2_score,
    rectified_root_mean_squared_error,
)
from .named import FIELD_METRICS

_METRICS = {
    "neg_mean_squared_error": (rectified_mean_squared_error, False),
    "neg_root_mean_squared_error": (rectified_root_mean_squared_error, False),
    "neg_mean_absolute_error": (rectified_mean_absolute_error, False),
    "r2": (rectified_r2_score, True),
}


def rectified_scorer(symmetry, metric="neg_mean_squared_error", **kwargs):
    """Make a scorer for `cross_val_score`, `GridSearchCV` and similar tools.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that the answer is known up to.
    metric : {"neg_mean_squared_error", "neg_root_mean_squared_error", \
"neg_mean_absolute_error", "r2"}, default="neg_mean_squared_error"
        Name of the metric. As in scikit-learn, greater is better, so that errors are negated.
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
        If `symmetry` or `metric` is unknown.

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
    """
    require_symmetry(symmetry)
    if metric not in _METRICS:
        raise ValueError(f"metric must be one of {', '.join(sorted(_METRICS))}, got {metric!r}.")
    function, greater_is_better = _METRICS[metric]
    return make_scorer(function, greater_is_better=greater_is_better, symmetry=symmetry, **kwargs)


def greater_is_better(metric):
    """Whether more of a metric of this package is better; None for any other function.

    Parameters
    ----------
    metric : callable
        One of ``sksym.metrics``, or a `functools.partial` of one.

    Returns
    -------
    bool or None
    """
    metric = getattr(metric, "func", metric)
    of_fields = ((function, name[:4] != "neg_") for name, function in FIELD_METRICS.items())
    known = (*_METRICS.values(), *of_fields)
    return next((is_score for function, is_score in known if function is metric), None)
