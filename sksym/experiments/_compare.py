"""Cross-validated comparison of regressors and remedies with constants."""

import threading
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import joblib
import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.model_selection import check_cv
from sklearn.utils import _safe_indexing, check_consistent_length, check_random_state
from sklearn.utils.validation import _check_sample_weight

from .._arrays.rows import read_targets
from .._live import waiting
from ..regressors import (
    DEFAULT_REGRESSORS,
    REGRESSORS,
    REMEDIES,
    ConstantRegressor,
    NotApplicableError,
    named_regressor,
    weight_parameter,
    with_remedy,
)
from ..symmetries import Symmetry, require_symmetry
from ._cells import Cell, run_cells
from ._comparison import BASELINES, CONSTANT, ZERO, Comparison, pair_name
from ._fingerprint import fingerprint
from ._folds import FoldResult, FoldTask
from ._given import find_symmetry
from ._metrics import METRICS
from ._store import open_store
from ._trial import fit_and_predict


def compare(
    X: ArrayLike,
    y: ArrayLike,
    symmetry: Symmetry | None = None,
    regressors: Mapping[str, Any] | Sequence[str] | None = None,
    remedies: Sequence[str] | None = None,
    *,
    reference: Any = None,
    cv: Any = None,
    groups: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    n_jobs: int | None = None,
    random_state: int | np.random.RandomState | None = None,
    store: Any = None,
    verbose: int = 0,
) -> Comparison:
    """Cross-validate regressors under remedies, and rank them by their rectified error.

    Beside them stand two that do not look at the measurements: ``zero``, and ``constant``, which
    predicts the orbit mean of the training targets. What does no better is of no use.

    Every fit runs on one thread, so that results and times do not depend on `n_jobs`.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Measurements.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Targets, each given by any point of its orbit. Coordinates may be unknown (NaN): they
        are left out of every error, and remedies that cannot be trained with them are named.
    symmetry : Symmetry, optional
        Symmetry that the targets are known up to. By default it is looked for among all pairs,
        those of the test folds included, by `sksym.inspection.discover_symmetry`; where there is
        none, or none can be told, or targets have unknown values, they are compared as they are.
    regressors : dict of str to estimator, or sequence of str, optional
        Regressors to compare, or names in `sksym.regressors.REGRESSORS`: ``"LS"`` (least squares),
        ``"KNN"`` (5 nearest neighbours), ``"NN"``, ``"WNN"`` and ``"DNN"`` (the paper's networks);
        neighbours and networks see standardised measurements. By default LS, KNN and NN.
    remedies : sequence of str, optional
        Names of remedies in `sksym.regressors.REMEDIES`, which says what each does; by default
        all of them. What a group, a regressor or the data cannot use is named with the reason.
    reference : None, int, array-like of shape (n_targets,), "first" or "pca", default=None
        Reference of representatives, as in `sksym.CanonicalizeTargets`.
    cv : int, cross-validation generator or iterable, optional
        Cross-validation, as in `sklearn.model_selection.cross_val_score`; five folds by default.
    groups : array-like of shape (n_samples,), optional
        Groups of samples that `cv` keeps together.
    sample_weight : array-like of shape (n_samples,), optional
        Weights in training and in every error. What cannot be trained with weights, such as
        nearest neighbours, is named and scored with them all the same.
    n_jobs : int or None, default=None
        Number of fits that run at the same time, on the active backend of joblib.
    random_state : int, RandomState instance or None, default=None
        Seed of every estimator with such a parameter, and of the search for a symmetry.
    store : path-like or Store, optional
        A file that keeps every finished fit: the same call goes on from there, after Ctrl-C or a
        kill, without fitting again what is done. What differs in anything that decides it, the
        source of your own estimators, symmetries and functions included, is fitted.
    verbose : int, default=0
        1 shows one line that moves while anything runs, in a terminal and in a notebook: fits done
        and running, and the time left. In a log there are few lines.

    Returns
    -------
    Comparison
        Prints as a table, best first; `Comparison.to_frame`, `Comparison.plot`,
        `Comparison.best_estimator`, and ``Comparison.discovery`` where no symmetry was passed.

    Raises
    ------
    ValueError
        If a regressor or a remedy is unknown, the data or the store cannot be used, or every fit
        failed.
    OSError
        If the store cannot be written.

    See Also
    --------
    sksym.inspection.ambiguity_score : Whether breaking a symmetry will help, before training.
    sksym.inspection.ComparisonDisplay : A picture of the result.

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
    >>> bool(comparison.summary()[0]["of_zero"] < 1e-20)  # the measurements are linear in the lift
    True
    >>> comparison.skipped["5-NN", "loss"]
    'the rectified loss trains networks, not KNeighborsRegressor'
    """
    found = None
    if symmetry is None:
        with waiting("Looking for the symmetry of the targets.", is_shown=verbose > 0):
            found = find_symmetry(X, y, groups, random_state)
    symmetry = require_symmetry(symmetry if found is None else found.symmetry, y)
    targets, folds = read_arguments(X, y, symmetry, cv, groups, sample_weight)
    seed = int(check_random_state(random_state).randint(2**31 - 1))
    options = {"reference": reference, "random_state": seed, "targets": targets}
    options["n_pairs"] = min(len(train) for train, _ in folds)
    estimators, skipped = _estimators(regressors, remedies, symmetry, options)
    estimators[CONSTANT, "none"] = ConstantRegressor(symmetry)
    estimators[ZERO, "none"] = ConstantRegressor(symmetry, constant=0.0)
    with open_store(store) as opened:
        data = X, y, sample_weight
        cells = _cells(estimators, symmetry, data, folds, is_kept=opened is not None)
        run = run_cells(cells, store=opened, n_jobs=n_jobs, is_shown=verbose > 0)
        results = {cell.key: result for cell, result in run}
    return _comparison([results[cell.key] for cell in cells], skipped, estimators, data, found)


def read_arguments(X, y, symmetry, cv=None, groups=None, sample_weight=None):
    """Validate the data of a comparison, and split them into folds.

    Parameters
    ----------
    X, y, symmetry, cv, groups, sample_weight
        As in `compare`.

    Returns
    -------
    targets : ndarray of shape (n_samples, n_targets)
    folds : list of (ndarray, ndarray)
        Indices of the training and of the test samples.

    Raises
    ------
    ValueError
        If the arguments do not fit each other, or there is nothing to predict.
    """
    rows, _ = read_targets(y, "compare", allow_nan=True)
    symmetry.default_reference(rows)  # refuses rows that it cannot act on
    targets = rows.values
    check_consistent_length(X, targets)
    if not np.any(targets):
        raise ValueError("y is zero everywhere: there is nothing to predict.")
    if sample_weight is not None:
        _check_sample_weight(sample_weight, targets, ensure_non_negative=True)
    return targets, list(check_cv(cv).split(X, y, groups))


def _estimators(regressors, remedies, symmetry, options):
    """Unfitted estimators by (regressor, remedy), and reasons for the pairs without one."""
    remedies = list(REMEDIES) if remedies is None else remedies
    if isinstance(remedies, str) or not set(remedies) <= set(REMEDIES):
        raise ValueError(f"remedies must be a list of {', '.join(REMEDIES)}, got {remedies!r}.")
    regressors = _named(DEFAULT_REGRESSORS if regressors is None else regressors)
    estimators, skipped = {}, {}
    for name, regressor in regressors.items():
        for remedy in remedies:
            try:
                estimators[name, remedy] = with_remedy(remedy, regressor, symmetry, **options)
            except NotApplicableError as error:
                skipped[name, remedy] = str(error)
    return estimators, skipped


def _named(regressors):
    """Regressors to compare, by name."""
    if isinstance(regressors, list | tuple) and all(isinstance(name, str) for name in regressors):
        return {name: named_regressor(name) for name in regressors}
    if not isinstance(regressors, Mapping) or not all(
        hasattr(regressor, "fit") and hasattr(regressor, "predict")
        for regressor in regressors.values()
    ):
        raise ValueError(
            f"regressors must be a dict of names and estimators, or a list of "
            f"{', '.join(REGRESSORS)}, got {regressors!r}."
        )
    for name in BASELINES:
        if name in regressors:
            raise ValueError(
                f"{name!r} is the name of the {name} predictor, which is always there; give yours "
                f"another one."
            )
    return regressors


def _cells(estimators, symmetry, data, folds, is_kept):
    digest = joblib.hash(data) if is_kept else None
    cells = []
    for pair, estimator in estimators.items():
        # With the fold, everything that determines a result.
        decisive = fingerprint((digest, symmetry, estimator)) if is_kept else None
        for number, fold in enumerate(folds):
            key = f"{pair} {number}"
            if is_kept:
                key = joblib.hash((decisive, fold, key))
            cells.append(
                Cell(
                    key=key,
                    title=f"{pair_name(*pair)} fold {number + 1}",
                    kind=pair_name(*pair),
                    function=_run_fold,
                    args=(FoldTask(*pair, estimator, symmetry, fold, number), *data),
                    result_type=FoldResult,
                )
            )
    return cells


def _run_fold(task, X, y, sample_weight):
    """Fit one estimator on one fold, recording its warnings or its failure."""
    fold, place = task.fold, (task.regressor, task.remedy, task.number)
    X, X_test, y, y_test = (_safe_indexing(data, rows) for data in (X, y) for rows in fold)
    fit_params, weight_test = _weights(task.estimator, sample_weight, fold)
    with _recorded_warnings() as recorded:
        try:
            y_pred, *seconds = fit_and_predict(clone(task.estimator), X, y, X_test, **fit_params)
            scores = _scores(np.asarray(y_test), y_pred, task.symmetry, weight_test)
        except Exception as error:  # the other estimators can still be compared
            return FoldResult(*place, error=f"{type(error).__name__}: {error}")
    texts = {str(warning.message) for warning in recorded or ()}
    if sample_weight is not None and not fit_params:
        texts.add("trained without the sample weights, which it does not take")
    return FoldResult(*place, scores, *seconds, sorted(texts))


def _weights(estimator, sample_weight, fold):
    """Sample weights as arguments of `fit`, if it takes any, and those of the test samples."""
    if sample_weight is None:
        return {}, None
    train, test = (_safe_indexing(np.asarray(sample_weight), rows) for rows in fold)
    name = weight_parameter(estimator)
    return ({name: train} if name else {}), test


def _scores(y_test, y_pred, symmetry, sample_weight):
    options = {"symmetry": symmetry, "sample_weight": sample_weight}
    y_pred = np.asarray(y_pred).reshape(y_test.shape)
    return {name: metric.function(y_test, y_pred, **options) for name, metric in METRICS.items()}


def _recorded_warnings():
    """Record warnings in a list, unless those of other threads would be recorded too."""
    is_alone = threading.current_thread() is threading.main_thread()
    return warnings.catch_warnings(record=is_alone, action="always" if is_alone else None)


def _comparison(results, skipped, estimators, data, found):
    """Comparison of the folds, with failures and warnings gathered for each estimator."""
    tried = [result for result in results if result.regressor not in BASELINES] or results
    if all(result.error is not None for result in tried):
        raise ValueError(f"Every fit failed, the first with {tried[0].error}")
    warned = {}
    for result in results:
        pair = result.regressor, result.remedy
        if result.error is not None:
            skipped.setdefault(pair, f"failed in fold {result.fold + 1}, {result.error}")
        elif result.warnings:
            warned[pair] = sorted({*warned.get(pair, ()), *result.warnings})
    return Comparison(results, skipped, warned, estimators, data, found)
