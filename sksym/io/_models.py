"""Writing models to skops files, and reading files of trusted types only."""

from collections.abc import Sequence
from dataclasses import is_dataclass
from numbers import Integral
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator

from .. import regressors, symmetries, targets
from .._extras import MissingPackageError, require_extra
from .._untrusted import parsing
from ._skops_review import require_trusted, reviewed

_NAMES = "target_names_"  # set on a model that the command saves, for the heading of predictions


def trusted_types() -> list[str]:
    """Names of all types that a model file may hold beside plain values and arrays.

    Returns
    -------
    list of str
        The public classes of sksym, what the regressors of the catalogue are made of, and what
        these hold once they are fitted. skops trusts many more; but what is compiled, such as
        trees and support vector machines, follows indices and sizes of a file unchecked.
    """
    rooms = (symmetries, targets, regressors, *_networks())
    public = [getattr(room, name) for room in rooms for name in room.__all__]
    types = {part for part in public if isinstance(part, type) and not is_dataclass(part)}
    types |= regressors.model_types()
    types |= {held for kind in types for held in getattr(kind, "_fitted_types", ())}
    return sorted(f"{kind.__module__}.{kind.__qualname__}" for kind in types)


def _networks():
    """The package of networks, where torch and skorch are installed."""
    try:
        from .. import neural
    except MissingPackageError:
        return ()
    return (neural,)


def write_model(
    path: str | PathLike[str], estimator: Any, target_names: Sequence[str] | None = None
) -> None:
    """Write a fitted estimator with skops.

    Parameters
    ----------
    path : path-like
        File to write.
    estimator : estimator
        Fitted estimator.
    target_names : sequence of str, optional
        Names of the target columns.

    Raises
    ------
    ValueError
        If the estimator holds a type that `read_model` would refuse.
    """
    from ._atomic import write_whole

    io = require_extra("skops.io", "compare")
    if target_names is not None:
        setattr(estimator, _NAMES, [str(name) for name in target_names])
    content = io.dumps(estimator)
    require_trusted(path, content, trusted_types())
    write_whole(path, content)


def read_model(path: str | PathLike[str]) -> tuple[Any, list[str] | None]:
    """Read a model whose types are all trusted.

    Parameters
    ----------
    path : path-like
        A skops file.

    Returns
    -------
    estimator : estimator
        Fitted estimator.
    target_names : list of str or None
        Names of the target columns, where the file holds them.

    Raises
    ------
    ValueError
        If the file is none of skops, or holds a type that is not on the list: nothing of it has
        been loaded then.
    """
    io = require_extra("skops.io", "compare")
    content = reviewed(path, trusted_types())
    with parsing(path, "skops"):
        estimator = io.loads(content, trusted=trusted_types())
        names = getattr(estimator, _NAMES, None)
        is_model = hasattr(estimator, "predict")
        is_sound = _is_sound(estimator, names)
    if not is_model:
        raise ValueError(f"{path} holds {type(estimator).__name__}, not a model that predicts")
    if not is_sound:
        raise ValueError(f"{path} is damaged: its parts do not fit together")
    return estimator, names


def predictions_of(estimator: Any, X: ArrayLike, path: str | PathLike[str]) -> np.ndarray:
    """Predict with a model that was read from a file.

    Parameters
    ----------
    estimator : estimator
        Fitted estimator, from `read_model`.
    X : array-like of shape (n_samples, n_features)
        Measurements.
    path : path-like
        File that the model was read from.

    Returns
    -------
    ndarray of shape (n_samples, n_targets)

    Raises
    ------
    ValueError
        If the prediction fails, as that of a damaged model may in any way.
    """
    with parsing(path, "model"):
        y = np.asarray(estimator.predict(X))
        is_sound = y.dtype.kind in "biuf" and len(y) == len(X)
    if not is_sound:
        raise ValueError(f"{path} is damaged: it predicts no rows of numbers")
    y = y.reshape(len(X), -1)
    names = getattr(estimator, _NAMES, None)
    if names is not None and len(names) != y.shape[1]:
        raise ValueError(f"{path} names {len(names)} targets, but predicts {y.shape[1]}")
    return y


def n_features_of(estimator: Any) -> int | None:
    """Number of measurement columns that a fitted model expects; None where unknown."""
    return getattr(estimator, "n_features_in_", None)


def feature_names_of(estimator: Any) -> list[str] | None:
    """Names of the columns that a fitted model was trained on; None where they had none."""
    names = getattr(estimator, "feature_names_in_", None)
    return None if names is None else list(np.asarray(names))


def _is_sound(estimator, names):
    """Whether the parts of a model fit together, where nothing else checks it."""
    n_features, features = n_features_of(estimator), feature_names_of(estimator)
    return (
        isinstance(n_features, Integral | None)
        and (features is None or (_are_names(features) and len(features) == n_features))
        and (names is None or _are_names(names))
        and all(_has_neighbors(part) for part in _parts(estimator) if hasattr(part, "_fit_X"))
    )


def _are_names(names):
    return isinstance(names, list) and bool("".join(names).encode())


def _has_neighbors(regressor):
    """Whether neighbours are searched within the rows: compiled code does not check sizes."""
    X, k = regressor._fit_X, regressor.n_neighbors
    shape = (regressor.n_samples_fit_, regressor.n_features_in_)
    return isinstance(k, Integral) and 1 <= k <= len(X) and X.ndim == 2 and X.shape == shape


def _parts(value):
    """An estimator and all those inside it."""
    if isinstance(value, BaseEstimator):
        yield value
        value = vars(value)
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return
    for part in value:
        yield from _parts(part)
