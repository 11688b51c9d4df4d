"""Scorers of the fields' metrics."""

from collections.abc import Callable
from typing import Any

from sklearn.metrics import make_scorer

from ._components import amari_distance, mean_correlation_coefficient
from ._images import aligned_mean_squared_error, aligned_psnr, aligned_ssim
from ._labels import clustering_accuracy
from ._molecules import symmetric_rmsd
from ._orientations import disorientation_angle
from ._point_sets import gospa_distance, ospa_distance
from ._poses import mssd
from ._signals import permutation_invariant_si_sdr

# By the name of the scorer, as scikit-learn has them: those of errors begin with "neg_".
FIELD_METRICS = {
    "aligned_psnr": aligned_psnr,
    "aligned_ssim": aligned_ssim,
    "clustering_accuracy": clustering_accuracy,
    "mean_correlation_coefficient": mean_correlation_coefficient,
    "neg_aligned_mean_squared_error": aligned_mean_squared_error,
    "neg_amari_distance": amari_distance,
    "neg_disorientation_angle": disorientation_angle,
    "neg_gospa_distance": gospa_distance,
    "neg_mssd": mssd,
    "neg_ospa_distance": ospa_distance,
    "neg_symmetric_rmsd": symmetric_rmsd,
    "permutation_invariant_si_sdr": permutation_invariant_si_sdr,
}


def field_scorer(metric: str, **kwargs: Any) -> Callable[..., float]:
    """Make a scorer of a field's metric for `cross_val_score`, `GridSearchCV` and similar tools.

    Parameters
    ----------
    metric : str
        Name of a function of ``sksym.metrics``, with ``neg_`` before it if it is an error: greater
        is better, as in scikit-learn.
    **kwargs
        Arguments passed to the metric.

    Returns
    -------
    callable
        ``scorer(estimator, X, y)``. With metadata routing it takes
        ``set_score_request(sample_weight=True)``.

    Raises
    ------
    ValueError
        If there is no metric of that name.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import cross_val_score
    >>> from sksym.metrics import field_scorer
    >>> X, y = load_iris(return_X_y=True)
    >>> model = KMeans(3, random_state=0)
    >>> scores = cross_val_score(model, X, y, scoring=field_scorer("clustering_accuracy"))
    >>> bool(scores.mean() > 0.85)
    True
    """
    if metric not in FIELD_METRICS:
        raise ValueError(
            f"metric must be one of {', '.join(sorted(FIELD_METRICS))}, got {metric!r}."
        )
    function = FIELD_METRICS[metric]
    is_error = metric.startswith("neg_")
    return make_scorer(function, greater_is_better=not is_error, **kwargs)
