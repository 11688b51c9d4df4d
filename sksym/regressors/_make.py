"""Regressors of representatives and of lifts, each in one call."""

from typing import Any

from ..symmetries import Symmetry
from ..targets import CanonicalizeTargets, LiftTargets
from ._transformed import RectifiedTargetRegressor


def make_canonical_regressor(
    regressor: Any, symmetry: Symmetry, reference: Any = None
) -> RectifiedTargetRegressor:
    """Make a regressor that is trained on representatives and scored up to the symmetry.

    Parameters
    ----------
    regressor : estimator
        Any scikit-learn regressor; multi-output if the targets are.
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    reference : None, int, array-like, "first" or "pca", default=None
        Reference of representatives, as in `CanonicalizeTargets`.

    Returns
    -------
    RectifiedTargetRegressor
        Regressor with parameters such as ``transformer__symmetry``, ``transformer__reference`` and
        ``regressor__...`` for a grid search.

    See Also
    --------
    make_lifted_regressor : Continuous invariants in place of representatives.
    sksym.experiments.compare : Every remedy on your pairs.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sksym import Sign, make_canonical_regressor
    >>> from sksym.datasets import make_square_root
    >>> X, y = make_square_root(200, random_state=0)
    >>> model = make_canonical_regressor(KNeighborsRegressor(), Sign()).fit(X, y)
    >>> bool(model.score(X, y) > 0.99)
    True
    """
    return RectifiedTargetRegressor(
        regressor, transformer=CanonicalizeTargets(symmetry, reference), check_inverse=False
    )


def make_lifted_regressor(regressor: Any, symmetry: Symmetry) -> RectifiedTargetRegressor:
    """Make a regressor that is trained on lifted targets and scored up to the symmetry.

    Parameters
    ----------
    regressor : estimator
        Any scikit-learn regressor of several outputs.
    symmetry : Symmetry
        Symmetry that the targets are known up to; it must have a lift.

    Returns
    -------
    RectifiedTargetRegressor

    See Also
    --------
    make_canonical_regressor : Representatives in place of invariants.
    ResidualRegressor : Adds a regressor of what least squares leaves.

    Examples
    --------
    The measurements of phase retrieval are linear in the lift, so that least squares suffices:

    >>> from sklearn.linear_model import LinearRegression
    >>> from sksym import Sign, make_lifted_regressor
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> X, y = make_gaussian_phase_retrieval(500, 3, random_state=0)
    >>> round(make_lifted_regressor(LinearRegression(), Sign()).fit(X, y).score(X, y), 6)
    1.0
    """
    return RectifiedTargetRegressor(
        regressor, transformer=LiftTargets(symmetry), check_inverse=False
    )
