"""Properties of a lift, measured on data: whether it leads back, and how it changes distances."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import Bunch, check_random_state

from .._arrays.rows import read_rows
from ..symmetries import Symmetry, require_symmetry

_BACK = 1e-6  # of its norm, how near a row must come to its orbit to be back; lifts have squares
_N_SHUFFLES = 5


def lift_report(
    symmetry: Symmetry, y: ArrayLike, random_state: int | np.random.RandomState | None = None
) -> Bunch:
    r"""Check whether a lift leads back to every orbit, and how far it distorts distances.

    A regressor sees the lift only: errors that it makes there become errors of the target that
    are larger by as much as the smallest ratio of :math:`\|z - z'\|` to the distance of the orbits
    is less than 1, and it needs the more data the larger the largest one is.

    Parameters
    ----------
    symmetry : Symmetry
        A symmetry with `has_lift`.
    y : array-like of shape (n_samples, n_targets)
        Targets, at least two.
    random_state : int, RandomState instance or None, default=None
        Seed of the random points of the orbits and of the pairs. Pass an int for the same answer
        every time.

    Returns
    -------
    Bunch
        - ``round_trip``: share of targets with ``unlift(lift(y))`` in their orbit, within a
          millionth of their norm.
        - ``constancy``: largest difference between the lifts of two points of one orbit, in units
          of the largest lift; 0 but for rounding.
        - ``n_lifted``: number of lifted coordinates.
        - ``smallest``, ``largest``: ratios of the distance of lifts to that of orbits, over random
          pairs of targets; ``distortion``, the largest over the smallest. 1 is an isometry.
        - ``text``: the same as a sentence.

    Raises
    ------
    TypeError
        If the symmetry has no lift.
    ValueError
        If there are fewer than two targets, or all lie in one orbit.

    References
    ----------
    Balan, Zou (2015), "On Lipschitz inversion of nonlinear redundant representations".

    Examples
    --------
    What three points of the plane look like from four directions tells their sets apart:

    >>> import numpy as np
    >>> from sksym import Permutation
    >>> from sksym.inspection import lift_report
    >>> y = np.random.default_rng(0).standard_normal((500, 6))
    >>> report = lift_report(Permutation(3), y, random_state=0)
    >>> report.round_trip, report.n_lifted
    (1.0, 12)
    >>> print(report.text)
    12 coordinates lead back for 100.00 % of 500 targets; distances change by factors of ...
    """
    symmetry = require_symmetry(symmetry, y)
    rows = read_rows(y, is_complex=symmetry.is_complex, owner=symmetry)
    y = np.asarray(rows.restore(rows.values))
    if len(y) < 2:
        raise ValueError(f"lift_report needs at least two targets, got {len(y)}.")
    rng = check_random_state(random_state)
    z, moved = symmetry.lift(y), symmetry.lift(symmetry.random(y, rng))
    back = symmetry.distance(symmetry.unlift(z), _packed(symmetry, y))
    round_trip = float(np.mean(back <= _BACK * np.linalg.norm(y, axis=1)))
    ratio = _ratios(symmetry, y, z, rng)
    if not ratio.size:
        raise ValueError("lift_report compares targets of different orbits, and all are of one.")
    smallest, largest = float(ratio.min()), float(ratio.max())
    return Bunch(
        round_trip=round_trip,
        constancy=float(np.abs(moved - z).max() / (np.abs(z).max() or 1.0)),
        n_lifted=z.shape[1],
        smallest=smallest,
        largest=largest,
        distortion=largest / smallest if smallest else np.inf,
        text=(
            f"{z.shape[1]} coordinates lead back for {100 * round_trip:.2f} % of {len(y)} "
            f"targets; distances change by factors of {smallest:.3g} to {largest:.3g}."
        ),
    )


def _ratios(symmetry, y, z, rng):
    """Distances of lifts over those of orbits, of random pairs of different orbits."""
    ratios = []
    for _ in range(_N_SHUFFLES):
        other = rng.permutation(len(y))
        distance = symmetry.distance(y, y[other])
        is_other = distance > _BACK * np.linalg.norm(y, axis=1)
        lifted = np.linalg.norm(z - z[other], axis=1)
        ratios.append(lifted[is_other] / distance[is_other])
    return np.concatenate(ratios)


def _packed(symmetry, y):
    """Targets in the real layout of what `unlift` returns."""
    return np.hstack([y.real, y.imag]) if np.iscomplexobj(y) else y
