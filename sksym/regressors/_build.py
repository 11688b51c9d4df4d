"""Estimators from the entries of the catalogue."""

import contextlib

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.ensemble._base import _set_random_states
from sklearn.utils.validation import has_fit_parameter

from .._extras import MissingPackageError
from ._catalogue import REGRESSORS, REMEDIES
from ._constant import ConstantRegressor
from ._entries import Task


class NotApplicableError(ValueError):
    """Raised if a symmetry, a regressor or the data cannot use what is asked for; says why."""


def named_regressor(name):
    """Create a regressor of the catalogue, for data of any unit.

    Parameters
    ----------
    name : str
        Name of a regressor in `REGRESSORS`.

    Returns
    -------
    estimator

    Raises
    ------
    ValueError
        If there is no regressor of that name.
    MissingPackageError
        If it is a network, and torch or skorch is not installed.
    """
    if name not in REGRESSORS:
        raise ValueError(f"regressors must be of {', '.join(REGRESSORS)}, got {name!r}.")
    return REGRESSORS[name].build()


def with_remedy(remedy, regressor, symmetry, *, random_state=None, **task):
    """Apply a remedy for the symmetry to a regressor.

    Parameters
    ----------
    remedy : str
        Name of a remedy in `REMEDIES`.
    regressor : estimator
        Regressor that the remedy is applied to; it is cloned.
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    random_state : int, optional
        Value of every parameter of that name.
    **task
        Other attributes of `Task`.

    Returns
    -------
    estimator

    Raises
    ------
    NotApplicableError
        If the symmetry, the regressor or the data do not fit the remedy.
    """
    task = Task(clone(regressor), symmetry, **task)
    reason = _reason_against(REMEDIES[remedy], task)
    if reason:
        raise NotApplicableError(reason)
    estimator = REMEDIES[remedy].build(task)
    if random_state is not None:
        _set_random_states(estimator, random_state)
    return estimator


def _reason_against(remedy, task):
    if not remedy.takes_unknown and task.targets is not None and np.isnan(task.targets).any():
        takers = [name for name, other in REMEDIES.items() if other.takes_unknown]
        return (
            f"y has unknown coordinates (NaN), with which only {', '.join(takers)} can be trained"
        )
    return remedy.obstacle(task)


def weight_parameter(estimator):
    """Name under which `fit` of an estimator takes the weights of samples.

    Parameters
    ----------
    estimator : estimator
        Estimator, such as from `with_remedy`.

    Returns
    -------
    str or None
        Name of the parameter; None if the innermost regressor takes no weights.
    """
    if hasattr(estimator, "steps"):
        name, last = estimator.steps[-1]
        inner = weight_parameter(last)
        return inner and f"{name}__{inner}"
    if hasattr(estimator, "estimators"):  # each of which is passed them under one name
        members = [member for _, member in estimator.estimators if member != "drop"]
        is_taken = all(weight_parameter(member) == "sample_weight" for member in members)
        return "sample_weight" if is_taken else None
    trained = [
        getattr(estimator, name)
        for name in ("regressor", "residual_regressor")
        if hasattr(estimator, name)
    ]
    if trained:
        names = {weight_parameter(regressor) for regressor in trained}
        return names.pop() if len(names) == 1 else None
    return "sample_weight" if has_fit_parameter(estimator, "sample_weight") else None


def model_types():
    """Types that models may hold in addition to the public ones.

    Returns
    -------
    set of type
        Estimators within the regressors of the catalogue, classes among their parameters, and
        the constants that every comparison has beside these; without networks where the packages
        that these need are missing.
    """
    estimators = []
    for entry in REGRESSORS.values():
        with contextlib.suppress(MissingPackageError):
            estimators.append(entry.build())
    parts = [part for e in estimators for part in (e, *e.get_params().values())]
    classes = {part for part in parts if isinstance(part, type)}
    types = {type(part) for part in parts if isinstance(part, BaseEstimator)}
    return {*types, *classes, ConstantRegressor}
