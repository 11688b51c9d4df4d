"""Regressors by name, and what can be done about the symmetry with each of them."""

from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble._base import _set_random_states
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.utils.validation import has_fit_parameter

from ..symmetries import Identity
from ..targets import ScaleTargets
from ._atlas import AtlasRegressor
from ._refine import RefinedRegressor
from ._transformed import make_canonical_regressor, make_lifted_regressor

REMEDIES = ("none", "canonicalize", "lift", "atlas", "refine", "loss")
REGRESSORS = ("LS", "KNN", "NN", "WNN", "DNN")
DEFAULT_REGRESSORS = ("LS", "KNN", "NN")
_MOST_LIFTED = 2**27  # entries of the lifted training targets: a gigabyte


class NotApplicableError(ValueError):
    """A remedy that a group, a regressor or the data cannot use, and why."""


def named_regressor(name):
    """A regressor for data of any unit.

    Parameters
    ----------
    name : {"LS", "KNN", "NN", "WNN", "DNN"}
        Least squares, or 5 nearest neighbours and the paper's networks on standardised
        measurements. Networks see targets of unit size.

    Returns
    -------
    estimator

    Raises
    ------
    ValueError
        If there is no regressor of that name.
    """
    if name == "LS":
        return LinearRegression()
    if name == "KNN":
        # Without a tree, whose file would have to be trusted.
        return make_pipeline(StandardScaler(), KNeighborsRegressor(5, algorithm="brute"))
    if name not in REGRESSORS:
        raise ValueError(f"regressors must be of {', '.join(REGRESSORS)}, got {name!r}.")
    from ..neural import paper_network

    network = make_pipeline(StandardScaler(), paper_network(name))
    return TransformedTargetRegressor(network, transformer=ScaleTargets())


def with_remedy(remedy, regressor, symmetry, *, reference=None, n_charts=5, random_state=None):
    """A regressor with something done about the symmetry.

    Parameters
    ----------
    remedy : {"none", "canonicalize", "lift", "atlas", "refine", "loss"}
        What is done.
    regressor : estimator
        Cloned.
    symmetry : Symmetry
        What the targets are known up to.
    reference : None, int, array-like, "first" or "pca", default=None
        Of representatives, as in `CanonicalizeTargets`.
    n_charts : int, default=5
        Of an atlas.
    random_state : int, optional
        For every parameter of that name.

    Returns
    -------
    estimator

    Raises
    ------
    NotApplicableError
        If the group has no lift, or the regressor no loss.
    """
    regressor = clone(regressor)
    if remedy == "loss":
        regressor = _with_rectified_loss(regressor, symmetry)
    if remedy in ("none", "loss"):
        estimator = make_canonical_regressor(regressor, Identity())
    elif remedy == "lift":
        if not symmetry.has_lift:
            raise NotApplicableError(f"{symmetry!r} has no lift")
        estimator = make_lifted_regressor(regressor, symmetry)
    elif remedy == "atlas":
        estimator = AtlasRegressor(regressor, symmetry, n_charts)
    else:
        estimator = make_canonical_regressor(regressor, symmetry, reference)
    if remedy == "refine":
        estimator = RefinedRegressor(estimator, symmetry)
    if random_state is not None:
        _set_random_states(estimator, random_state)
    return estimator


def require_room(remedy, symmetry, targets, n_pairs):
    """Refuse a remedy that these data are too wide for.

    Parameters
    ----------
    remedy : str
        As in `with_remedy`.
    symmetry : Symmetry
        What the targets are known up to.
    targets : ndarray of shape (n_samples, n_targets)
        Targets.
    n_pairs : int
        Pairs to train on.

    Raises
    ------
    NotApplicableError
        If a forward map of degree two has more coefficients than there are pairs, or the lifted
        targets would fill the memory.
    """
    if remedy == "refine":
        n_coefficients = PolynomialFeatures(2).fit(targets[:1]).n_output_features_
        if n_coefficients > n_pairs:
            raise NotApplicableError(
                f"a forward map of degree two has {n_coefficients} coefficients, but there are "
                f"{n_pairs} pairs to learn it from"
            )
    if remedy == "lift" and symmetry.has_lift:
        n_lifted = symmetry.lift(targets[:1]).shape[1]
        if n_lifted * n_pairs > _MOST_LIFTED:
            raise NotApplicableError(
                f"the lift has {n_lifted} coordinates, too many for {n_pairs} pairs"
            )


def weight_parameter(estimator):
    """Name under which `fit` of an estimator takes the weights of samples.

    Parameters
    ----------
    estimator : estimator
        As from `with_remedy`.

    Returns
    -------
    str or None
        None where what is trained in the end takes none.
    """
    if hasattr(estimator, "steps"):
        name, last = estimator.steps[-1]
        inner = weight_parameter(last)
        return inner and f"{name}__{inner}"
    trained = [
        getattr(estimator, name)
        for name in ("regressor", "residual_regressor")
        if hasattr(estimator, name)
    ]
    if trained:
        names = {weight_parameter(regressor) for regressor in trained}
        return names.pop() if len(names) == 1 else None
    return "sample_weight" if has_fit_parameter(estimator, "sample_weight") else None


def _with_rectified_loss(regressor, symmetry):
    """The network within a regressor gets the loss; all around it must commute with the group."""
    from ..neural import NeuralRegressor, RectifiedMSELoss

    parts = {"": regressor, **regressor.get_params()}
    paths = [path for path, part in parts.items() if isinstance(part, NeuralRegressor)]
    if not paths:
        raise NotApplicableError(
            f"the rectified loss trains networks, not {type(_innermost(regressor)).__name__}"
        )
    for part in parts.values():
        if isinstance(part, TransformedTargetRegressor) and not (
            part.func is None and isinstance(part.transformer, ScaleTargets | None)
        ):
            raise NotApplicableError("the rectified loss needs targets that nothing transforms")
    prefix = f"{paths[0]}__" if paths[0] else ""
    return regressor.set_params(
        **{f"{prefix}criterion": RectifiedMSELoss, f"{prefix}criterion__symmetry": symmetry}
    )


def _innermost(regressor):
    """What is trained in the end: the last step of a pipeline."""
    return _innermost(regressor[-1]) if hasattr(regressor, "steps") else regressor
