"""The catalogue: regressors by name, and the remedies that a symmetry leaves each of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from ..symmetries import Identity
from ..targets import ScaleTargets
from ._atlas import AtlasRegressor
from ._neighbors import OrbitKNeighborsRegressor
from ._refine import RefinedRegressor
from ._residual import ResidualRegressor
from ._transformed import make_canonical_regressor, make_lifted_regressor

_MOST_LIFTED = 2**27  # entries of the lifted training targets: a gigabyte


@dataclass(frozen=True)
class NamedRegressor:
    """An entry of `REGRESSORS`.

    Attributes
    ----------
    sentence : str
        What the regressor is.
    build : callable
        ``build()`` returns the unfitted estimator.
    """

    sentence: str
    build: Callable


@dataclass(frozen=True)
class Task:
    """What a remedy is to be applied to.

    Attributes
    ----------
    regressor : estimator
        Unfitted.
    symmetry : Symmetry
        What the targets are known up to.
    targets : ndarray of shape (n_samples, n_targets) or None
        Training targets, where they are known already.
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
        What the remedy does.
    build : callable
        ``build(task)`` returns the unfitted estimator for a `Task`.
    obstacle : callable
        ``obstacle(task)`` returns the reason why the remedy cannot be applied, or None.
    needs : str
        What it needs in order to be applied.
    """

    sentence: str
    build: Callable
    obstacle: Callable = lambda task: None
    needs: str = "nothing"


def _nearest_neighbors():
    # Without a tree, whose file would have to be trusted.
    return make_pipeline(StandardScaler(), KNeighborsRegressor(5, algorithm="brute"))


def _network(name):
    def build():
        from ..neural import paper_network

        network = make_pipeline(StandardScaler(), paper_network(name))
        return TransformedTargetRegressor(network, transformer=ScaleTargets())

    return build


REGRESSORS = {
    "LS": NamedRegressor("Least squares.", LinearRegression),
    "KNN": NamedRegressor(
        "The mean of 5 nearest neighbours, on standardised measurements.", _nearest_neighbors
    ),
    "NN": NamedRegressor(
        "The paper's small network, on standardised measurements and targets of unit size.",
        _network("NN"),
    ),
    "WNN": NamedRegressor("The paper's wide network, likewise.", _network("WNN")),
    "DNN": NamedRegressor("The paper's deep network, likewise.", _network("DNN")),
}
DEFAULT_REGRESSORS = ("LS", "KNN", "NN")


def _without_lift(task):
    if not task.symmetry.has_lift:
        return f"{task.symmetry!r} has no lift"
    if task.targets is not None:
        n_lifted = task.symmetry.lift(task.targets[:1]).shape[1]
        if n_lifted * task.n_pairs > _MOST_LIFTED:
            return f"the lift has {n_lifted} coordinates, too many for {task.n_pairs} pairs"
    return None


def _without_forward_map(task):
    if task.targets is None:
        return None
    n_coefficients = PolynomialFeatures(2).fit(task.targets[:1]).n_output_features_
    if n_coefficients <= task.n_pairs:
        return None
    return (
        f"a forward map of degree two has {n_coefficients} coefficients, but there are "
        f"{task.n_pairs} pairs to learn it from"
    )


def _without_neighbors(task):
    if isinstance(_innermost(task.regressor), KNeighborsRegressor):
        return None
    name = _name(task.regressor)
    return f"orbits are averaged over nearest neighbours, which {name} has none of"


def _without_residual(task):
    if isinstance(_innermost(task.regressor), LinearRegression):
        return "least squares leaves nothing for least squares to learn"
    return _without_lift(task)


def _without_network(task):
    if not _networks(task.regressor):
        return f"the rectified loss trains networks, not {_name(task.regressor)}"
    if not all(map(_only_scales, [task.regressor, *task.regressor.get_params().values()])):
        return "the rectified loss needs targets that nothing transforms"
    return None


def _raw(task):
    return make_canonical_regressor(task.regressor, Identity())


def _canonical(task):
    return make_canonical_regressor(task.regressor, task.symmetry, task.reference)


def _lifted(task):
    return make_lifted_regressor(task.regressor, task.symmetry)


def _atlas(task):
    return AtlasRegressor(task.regressor, task.symmetry, task.n_charts)


def _orbit_neighbors(task):
    """The same neighbours, before the same steps of a pipeline."""
    if isinstance(task.regressor, Pipeline):
        *steps, (name, last) = task.regressor.steps
        return Pipeline([*steps, (name, _orbit_neighbors(replace(task, regressor=last)))])
    return OrbitKNeighborsRegressor(task.symmetry, **task.regressor.get_params(deep=False))


def _residual(task):
    return make_lifted_regressor(
        ResidualRegressor(LinearRegression(), task.regressor), task.symmetry
    )


def _refined(task):
    start = _canonical(task) if _without_lift(task) else _lifted(task)
    return RefinedRegressor(start, task.symmetry)


def _with_rectified_loss(task):
    from ..neural import RectifiedMSELoss

    prefix = _networks(task.regressor)[0]
    parameters = {"criterion": RectifiedMSELoss, "criterion__symmetry": task.symmetry}
    regressor = task.regressor.set_params(**{prefix + k: v for k, v in parameters.items()})
    return make_canonical_regressor(regressor, Identity())


def _networks(regressor):
    """Prefixes of the parameters of the networks within a regressor."""
    from ..neural import NeuralRegressor

    parts = {"": regressor, **regressor.get_params()}
    paths = [path for path, part in parts.items() if isinstance(part, NeuralRegressor)]
    return [f"{path}__" if path else "" for path in paths]


def _only_scales(regressor):
    """Whether a regressor leaves orbits of targets orbits: scaling commutes with the group."""
    if not isinstance(regressor, TransformedTargetRegressor):
        return True
    return regressor.func is None and isinstance(regressor.transformer, ScaleTargets | None)


def _innermost(regressor):
    """What is trained in the end: the last step of a pipeline."""
    return _innermost(regressor[-1]) if hasattr(regressor, "steps") else regressor


def _name(regressor):
    """Name of what is trained in the end, whatever its targets are."""
    regressor = _innermost(regressor)
    inner = getattr(regressor, "regressor", None)
    return type(regressor).__name__ if inner is None else _name(inner)


REMEDIES = {
    "none": Remedy("Trains on raw targets.", _raw),
    "canonicalize": Remedy("Trains on representatives, one of each orbit.", _canonical),
    "lift": Remedy(
        "Trains on continuous invariants of the orbits.", _lifted, _without_lift, "a lift"
    ),
    "residual": Remedy(
        "Trains on what least squares leaves of the lift, and adds both.",
        _residual,
        _without_residual,
        "a lift, and a regressor other than least squares",
    ),
    "atlas": Remedy("Trains on several cuts and uses each far from its own.", _atlas),
    "neighbors": Remedy(
        "Averages the orbits of the nearest neighbours.",
        _orbit_neighbors,
        _without_neighbors,
        "nearest neighbours",
    ),
    "refine": Remedy(
        "Polishes predictions on a forward map of degree two that is learned from the same pairs; "
        "they start from the lift, or from representatives where there is none.",
        _refined,
        _without_forward_map,
        "more pairs than the forward map has coefficients",
    ),
    "loss": Remedy(
        "Trains a network on raw targets with the rectified loss.",
        _with_rectified_loss,
        _without_network,
        "a network",
    ),
}
