"""Discovery of the symmetry of targets from pairs."""

from numbers import Real

import numpy as np
from sklearn.model_selection import GroupShuffleSplit
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import validate_params
from sklearn.utils.validation import check_array, check_consistent_length

from ..._arrays.rows import read_targets
from ..._validation import Interval
from .._groups import read_groups
from ._certificate import Certificate
from ._finder import Finder
from ._learned_map import LearnedMap
from ._result import Discovery

_HELD_OUT = 0.3  # of the rows, for the certificate
_FEWEST = 60  # pairs
_ENOUGH = 0.9  # of the measurements' variance, for a model to decide on symmetries


@validate_params(
    {"delta": [Interval(Real, 0, 1, closed="neither")], "random_state": ["random_state"]},
    prefer_skip_nested_validation=True,
)
def discover_symmetry(X, y, *, forward=None, groups=None, delta=0.03, random_state=0):
    rng = check_random_state(random_state)
    certificate, targets = certified(X, y, forward, groups, delta, rng)
    known = {
        "delta": delta,
        "forward_name": certificate.learned.name,
        "forward_score": certificate.score,
        "certificate": certificate,
    }
    if certificate.score < _ENOUGH:
        return Discovery(
            verdict="cannot tell",
            reason=f"The best model of the forward map y -> X explains {certificate.score:.1%} of "
            f"X on rows that it was not fitted to; {_ENOUGH:.0%} is needed to decide. More pairs, "
            f"fewer columns or the map itself, as forward, may help.",
            symmetry=None,
            **known,
        )
    return Finder(certificate.learned, certificate, targets, rng).discovery(**known)


def certified(X, y, forward, groups, delta, rng):
    """Learn the forward map, and keep rows on which symmetries are tested.

    Parameters
    ----------
    X, y, forward, groups, delta
        As in `discover_symmetry`.
    rng : RandomState
        Divides the rows.

    Returns
    -------
    certificate : Certificate
    y : ndarray of shape (n_fitted, n)
        Targets that the forward map was fitted to.

    Raises
    ------
    ValueError
        If the pairs cannot be used.
    """
    targets = np.asarray(read_targets(y, "discover_symmetry")[0].values, dtype=np.float64)
    measurements = check_array(X, dtype=np.float64, input_name="X")
    groups = read_groups(groups, len(measurements))
    check_consistent_length(measurements, targets, groups)
    if len(targets) < _FEWEST:
        raise ValueError(f"At least {_FEWEST} pairs are needed to discover, got {len(targets)}.")
    if not np.ptp(targets, axis=0).any():
        raise ValueError("y is the same in every row: there is nothing that a group could move.")
    splitter = GroupShuffleSplit(1, test_size=_HELD_OUT, random_state=rng)
    fitted, kept = next(splitter.split(targets, groups=groups))
    learned = LearnedMap(forward, targets[fitted], measurements[fitted], rng)
    certificate = Certificate(
        learned, targets[kept], measurements[kept], groups[kept], targets[fitted], delta
    )
    return certificate, targets[fitted]
