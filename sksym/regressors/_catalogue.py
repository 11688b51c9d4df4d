"""The catalogue: regressors by name, and the remedies that a symmetry leaves each of them."""

import sys

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from ..symmetries import Identity
from ..targets import ScaleTargets
from ._atlas import AtlasRegressor
from ._charts import has_seam
from ._entries import NamedRegressor, Remedy
from ._make import make_canonical_regressor, make_lifted_regressor
from ._measurements import CompressMeasurements
from ._neighbors import OrbitKNeighborsRegressor
from ._refine import RefinedRegressor
from ._residual import ResidualRegressor

_MOST_REFINED = 256  # coordinates of a target
_MOST_LIFTED = 2**27  # entries of the lifted training targets: a gigabyte


def _nearest_neighbors():
    # Without a tree, whose file would have to be trusted.
    nearest = KNeighborsRegressor(5, algorithm="brute")
    return make_pipeline(CompressMeasurements(), StandardScaler(), nearest)


def _network(name):
    def build():
        from ..neural import paper_network

        network = make_pipeline(StandardScaler(), paper_network(name))
        return TransformedTargetRegressor(network, transformer=ScaleTargets())

    return build


REGRESSORS = {
    "LS": NamedRegressor("Least squares.", LinearRegression),
    "KNN": NamedRegressor(
        "The mean of 5 nearest neighbours, on standardised measurements, or on their square roots "
        "or logarithms where none is negative and targets of neighbours are closer by these.",
        _nearest_neighbors,
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
        try:
            n_lifted = task.symmetry.lift(task.targets[:1]).shape[1]
        except ValueError as error:
            return str(error)
        if n_lifted * task.n_pairs > _MOST_LIFTED:
            return f"the lift has {n_lifted} coordinates, too many for {task.n_pairs} pairs"
    return None


def _without_seam(task):
    if not has_seam(task.symmetry, None if task.targets is None else task.targets[:1]):
        return f"representatives of {task.symmetry!r} jump nowhere, so that one cut is enough"
    return None


def _without_short_steps(task):
    if task.targets is None or task.targets.shape[1] <= _MOST_REFINED:
        return None
    return (
        f"each step of Levenberg-Marquardt solves {task.targets.shape[1]} equations for every "
        f"row, and {_MOST_REFINED} are the most in useful time; RefinedRegressor(solver=...) "
        f"takes a solver of your own"
    )


def _without_neighbors(task):
    if type(_trained(task.regressor)[1]) not in (KNeighborsRegressor, OrbitKNeighborsRegressor):
        return f"orbit neighbours replace KNeighborsRegressor, not {_name(task.regressor)}"
    return _with_other_targets(task, "an average of orbits")


def _without_residual(task):
    if isinstance(task.regressor, LinearRegression):
        return "least squares leaves nothing for least squares to learn"
    return _without_lift(task)


def _without_network(task):
    if not _networks(task.regressor):
        return f"the rectified loss trains networks, not {_name(task.regressor)}"
    return _with_other_targets(task, "the rectified loss")


def _with_other_targets(task, remedy):
    """Why a remedy cannot see orbits, if something transforms them; most commute with scaling."""
    for part in (task.regressor, *task.regressor.get_params().values()):
        if not isinstance(part, TransformedTargetRegressor):
            continue
        if part.func is not None or not isinstance(part.transformer, ScaleTargets | None):
            return f"{remedy} needs targets that nothing transforms"
        if part.transformer is not None and _has_a_unit(task):
            return (
                f"{remedy} would see scaled targets, but {task.symmetry!r} has a unit of its own"
            )
    return None


def _has_a_unit(task):
    """Whether group elements move targets otherwise in another unit: by whole turns, say."""
    if task.targets is None:
        return False
    y = task.targets[:8]
    moved, scaled = task.symmetry.random(y, 0), task.symmetry.random(2 * y, 0)
    return not np.allclose(scaled, 2 * moved, rtol=1e-6, atol=1e-6 * np.abs(moved).max())


def _raw(task):
    return make_canonical_regressor(task.regressor, Identity())


def _canonical(task):
    return make_canonical_regressor(task.regressor, task.symmetry, task.reference)


def _lifted(task):
    return make_lifted_regressor(task.regressor, task.symmetry)


def _atlas(task):
    return AtlasRegressor(task.regressor, task.symmetry, task.n_charts)


def _orbit_neighbors(task):
    """The same neighbours, of what the same steps make of the measurements."""
    path, regressor = _trained(task.regressor)
    params = {**regressor.get_params(deep=False), "symmetry": task.symmetry}
    neighbors = OrbitKNeighborsRegressor(**params)
    return _for_raw_targets(task).set_params(**{path: neighbors}) if path else neighbors


def _for_raw_targets(task):
    """The regressor, with the symmetry for steps that compare targets."""
    prefixes = _prefixes(task.regressor, CompressMeasurements)
    return task.regressor.set_params(**{f"{p}symmetry": task.symmetry for p in prefixes})


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
    regressor = _for_raw_targets(task).set_params(**{prefix + k: v for k, v in parameters.items()})
    return make_canonical_regressor(regressor, Identity())


def _networks(regressor):
    """Prefixes of the parameters of the networks within a regressor."""
    neural = sys.modules.get("sksym.neural")  # without which there is no network, nor torch
    return [] if neural is None else _prefixes(regressor, neural.NeuralRegressor)


def _prefixes(regressor, kind):
    parts = {"": regressor, **regressor.get_params()}
    paths = [path for path, part in parts.items() if isinstance(part, kind)]
    return [f"{path}__" if path else "" for path in paths]


def _trained(regressor, path=""):
    """Path and value of what is trained in the end, after steps and on transformed targets."""
    if isinstance(regressor, Pipeline):
        path, regressor = f"{path}__{regressor.steps[-1][0]}", regressor[-1]
    elif isinstance(regressor, TransformedTargetRegressor):
        path, regressor = f"{path}__regressor", regressor.regressor
    else:
        return path.removeprefix("__"), regressor
    return _trained(regressor, path)


def _name(regressor):
    return type(_trained(regressor)[1]).__name__


REMEDIES = {
    "none": Remedy(
        "Trains on raw targets.",
        _raw,
        costs="nothing",
        fails="everywhere: the average of targets that are far apart is about zero",
    ),
    "canonicalize": Remedy(
        "Trains on representatives, one of each orbit.",
        _canonical,
        costs="one alignment of the training targets",
        fails="near the cut, where representatives jump",
    ),
    "lift": Remedy(
        "Trains on continuous invariants of the orbits.",
        _lifted,
        _without_lift,
        needs="a lift, and a regressor of many outputs",
        costs="one regressor of about n²/2 outputs (n² for complex targets)",
        fails="where least squares is not exact, the linear part alone leaves a floor (n = 10 and "
        "15 in the table above)",
    ),
    "residual": Remedy(
        "Trains on what least squares leaves of the lift, and adds both.",
        _residual,
        _without_residual,
        needs="a lift, and a regressor other than least squares",
        costs="the lift, and as many outputs again",
        fails="where the regressor cannot learn what is left, such as for many dimensions",
    ),
    "atlas": Remedy(
        "Trains on several cuts and weighs them by the errors of held-out rows as far from each.",
        _atlas,
        _without_seam,
        needs="a seam: representatives that jump somewhere",
        costs="twice as many fits as charts, one of each with a fifth of the pairs held out; n "
        "charts cover every direction of a sign or a phase",
        fails="each chart still has to learn the inverse: it removes the seam, not the error of "
        "the regressor",
    ),
    "neighbors": Remedy(
        "Averages the orbits of the nearest neighbours.",
        _orbit_neighbors,
        _without_neighbors,
        takes_unknown=True,
        needs="a `KNeighborsRegressor`",
        costs="no training; memory for all pairs",
        fails="as nearest neighbours do in many dimensions",
    ),
    "loss": Remedy(
        "Trains a network on raw targets with the rectified loss.",
        _with_rectified_loss,
        _without_network,
        needs="a network",
        costs="one alignment for each batch",
        fails="it moves the seam, it does not remove it",
    ),
    "refine": Remedy(
        "Moves predictions to where a forward map, learned from the same pairs, gives the "
        "measurement, as far as held-out rows say that it helps; they start from the lift, or "
        "from representatives where there is none.",
        _refined,
        _without_short_steps,
        needs="a forward map that can be learned from y to X; 8 n pairs for intensities",
        costs="the regressor up to six times, a forward model, and a few dozen linear solves for "
        "each prediction",
        fails="to gain, where the forward map is learned badly; it is not worse than the first "
        "predictions",
    ),
}
