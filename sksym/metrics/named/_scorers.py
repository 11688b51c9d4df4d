"""Scorers of the fields' metrics."""

from sklearn.metrics import make_scorer

from ._images import aligned_mean_squared_error, aligned_psnr, aligned_ssim
from ._molecules import symmetric_rmsd
from ._orientations import disorientation_angle
from ._poses import mssd

# By the name of the scorer, as scikit-learn has them: those of errors begin with "neg_".
_METRICS = {
    "aligned_psnr": aligned_psnr,
    "aligned_ssim": aligned_ssim,
    "neg_aligned_mean_squared_error": aligned_mean_squared_error,
    "neg_disorientation_angle": disorientation_angle,
    "neg_mssd": mssd,
    "neg_symmetric_rmsd": symmetric_rmsd,
}


def field_scorer(metric, **kwargs):
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
    """
    if metric not in _METRICS:
        raise ValueError(f"metric must be one of {', '.join(sorted(_METRICS))}, got {metric!r}.")
    function = _METRICS[metric]
    is_error = metric.startswith("neg_")
    return make_scorer(function, greater_is_better=not is_error, **kwargs)
