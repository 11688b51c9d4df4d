"""Group elements from points of one fibre of the forward map."""

import numpy as np

from ...regressors import LevenbergMarquardt, Residuals

_FIBRES = 8
_STARTS = 24  # for each fibre
_REACHED = 0.05  # root mean square residual over the spread of the measurements
_MAX_ITER, _TOL = 40, 1e-8
_SINGULAR = 1e-3  # of the Jacobian, over its largest singular value


def maps_of_fibres(learned, y, rng):
    """Affine maps that symmetries would be, from points of one measurement.

    Where f(z) = f(y) with z = G y for a linear symmetry, f(G y) = f(y) differentiates to
    J(z) G = J(y), so that G is the pseudoinverse of J(z) times J(y); an affine one has the offset
    z - G y.

    Parameters
    ----------
    learned : LearnedMap
        The forward map.
    y : ndarray of shape (n_samples, n)
        Targets.
    rng : RandomState
        Chooses targets.

    Returns
    -------
    ndarray of shape (n_found, n, n + 1)
        Matrices [G | z - G y]; many are no symmetry.
    """
    n = y.shape[1]
    at = np.repeat(y[rng.randint(len(y), size=_FIBRES)], _STARTS, axis=0)
    values, jacobian = learned.values_and_jacobian(at)
    if values.shape[1] < n:  # directions without a change are no group elements
        return np.empty((0, n, n + 1))
    solve = LevenbergMarquardt(_MAX_ITER, _TOL)
    found, cost = solve(Residuals(learned, values), y[rng.randint(len(y), size=len(at))])
    is_reached = cost < values.shape[1] * _REACHED**2
    at, found, jacobian = at[is_reached], found[is_reached], jacobian[is_reached]
    others = learned.values_and_jacobian(found)[1]
    sizes = np.linalg.svd(others, compute_uv=False)
    is_regular = sizes[:, -1] > _SINGULAR * sizes[:, 0]
    matrices = np.linalg.pinv(others[is_regular]) @ jacobian[is_regular]
    moved = (matrices @ at[is_regular][:, :, None])[:, :, 0]
    return np.concatenate([matrices, (found[is_regular] - moved)[:, :, None]], axis=2)


def nearest_isometries(maps):
    """The orthogonal matrices that the linear parts of maps are nearest to."""
    left, _, right = np.linalg.svd(maps[:, :, :-1])
    return left @ right
