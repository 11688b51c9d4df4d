"""Entries of the catalogue: a regressor, a remedy, and the task that a remedy is applied to."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.base import BaseEstimator


@dataclass(frozen=True)
class NamedRegressor:
    """An entry of `REGRESSORS`.

    Attributes
    ----------
    sentence : str
        Description of the regressor.
    build : callable
        ``build()`` returns the unfitted estimator.
    """

    sentence: str
    build: Callable


@dataclass(frozen=True)
class Task:
    """Regressor, symmetry and data that a remedy is applied to.

    Attributes
    ----------
    regressor : estimator
        Unfitted estimator.
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    targets : ndarray of shape (n_samples, n_targets) or None
        Training targets, if they are known already.
    n_pairs : int
        Number of pairs to train on.
    reference : None, int, array-like, "first" or "pca"
        Reference of representatives, as in `CanonicalizeTargets`.
    n_charts : int
        Number of charts of an atlas.
    """

    regressor: BaseEstimator
    symmetry: BaseEstimator
    targets: np.ndarray | None = None
    n_pairs: int = 0
    reference: object = None
    n_charts: int = 5


@dataclass(frozen=True)
class Remedy:
    """An entry of `REMEDIES`.

    Attributes
    ----------
    sentence : str
        Description of the remedy.
    build : callable
        ``build(task)`` returns the unfitted estimator for a `Task`.
    obstacle : callable
        ``obstacle(task)`` returns the reason why the remedy cannot be applied, or None.
    needs, costs, fails : str
        What it needs in order to be applied, what it costs, and where its errors stay, as phrases
        in reStructuredText.
    takes_unknown : bool
        Whether it can be trained where some coordinates of targets are unknown (NaN).
    """

    sentence: str
    build: Callable
    obstacle: Callable = lambda task: None
    needs: str = "nothing"
    costs: str = ""
    fails: str = ""
    takes_unknown: bool = False
