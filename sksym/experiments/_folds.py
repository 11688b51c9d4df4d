"""The fit of one estimator on one fold: the task, and its result."""

import math
from dataclasses import dataclass, field

from sklearn.base import BaseEstimator

from ..symmetries import Symmetry
from ._cells import Result


@dataclass(frozen=True)
class FoldTask:
    """Fit of one estimator on one fold, before it is run.

    Attributes
    ----------
    regressor, remedy : str
        Names of the regressor and of the remedy.
    estimator : estimator
        Unfitted regressor under the remedy.
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    fold : tuple of (ndarray, ndarray)
        Indices of the training and of the test samples.
    number : int
        Number of the fold, from 0.
    """

    regressor: str
    remedy: str
    estimator: BaseEstimator
    symmetry: Symmetry
    fold: tuple
    number: int


@dataclass(frozen=True)
class FoldResult(Result):
    """Result of a `FoldTask`.

    Attributes
    ----------
    regressor, remedy, fold
        Names and number that identify the fit.
    scores : dict of str to float
        Metrics on the test samples by name; empty where the fit failed.
    fit_seconds, predict_seconds : float
        Wall time; nan where the fit failed.
    warnings : list of str
        Texts of the warnings.
    error : str or None
        Reason why the fit failed.
    """

    regressor: str
    remedy: str
    fold: int
    scores: dict = field(default_factory=dict)
    fit_seconds: float = math.nan
    predict_seconds: float = math.nan
    warnings: list = field(default_factory=list)
    error: str | None = None
