"""Discovery of the symmetry of targets from pairs."""

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.model_selection import GroupShuffleSplit
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_array, check_consistent_length

from ..._arrays.rows import read_targets
from ..._validation import Interval, validated
from .._groups import read_groups
from ._certificate import Certificate
from ._finder import Finder
from ._learned_map import LearnedMap
from ._result import Discovery

DELTA = 0.03
_HELD_OUT = 0.3  # of the rows, for the certificate
FEWEST = 60  # pairs
_FLAT = 1e-6  # singular values of targets, over the largest, in directions that they do not fill
_ENOUGH = 0.9  # of the measurements' variance, for a model to decide on symmetries


@validated({"delta": [Interval(Real, 0, 1, closed="neither")], "random_state": ["random_state"]})
def discover_symmetry(
    X: ArrayLike,
    y: ArrayLike,
    *,
    forward: Any = None,
    groups: ArrayLike | None = None,
    delta: float = DELTA,
    random_state: int | np.random.RandomState | None = 0,
) -> Discovery:
    r"""Find the symmetry of targets from pairs.

    The forward map y -> X is a function and can be learned whatever the symmetry; the maps g with
    f(g y) = f(y) are the symmetry of the targets. They are searched in three ways: groups of the
    language that rows of this width may have; linear directions along which f does not change,
    the null space of :math:`A \mapsto E \|J(y) A y\|^2`; and isometries, by Levenberg-Marquardt on
    :math:`E \|f(M y + c) - f(y)\|^2` from random orthogonal matrices, from common ones, and from
    :math:`J(z)^+ J(y)` at points with f(z) = f(y). Each find is tested on rows that nothing was
    fitted to: it holds if the forward map changes by less than `delta` with 95 % confidence. The
    smallest group that contains all that hold is the answer.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Measurements; each column counts in units of its spread.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Targets, complex ones as ``[Re | Im]``; where they are spread over their orbits, the search
        is surest.
    forward : None, estimator or callable, default=None
        Model of the forward map, as in `sksym.RefinedRegressor`. By default polynomials, kernel
        ridge regression and a network are tried, and the one with the smallest error on held-out
        rows is taken.
    groups : array-like of shape (n_samples,), optional
        Group labels as in scikit-learn's splitters: rows of one group, such as one recording, are
        either learned from or tested on, and count as dependent.
    delta : float, default=0.03
        Largest change of the forward map, root mean square over its spread, that counts as none.
    random_state : int, RandomState instance or None, default=0
        Seed of the division of rows, the models and the starts.

    Returns
    -------
    Discovery
        Prints as a short text; ``symmetry`` goes into `sksym.experiments.compare`. It is None
        where the pairs cannot tell, with the ``reason``.

    Raises
    ------
    ValueError
        If the pairs cannot be used, or are fewer than 60.

    See Also
    --------
    suggest_symmetry : Ranks candidates of yours.
    check_symmetry : Holds a symmetry against a forward map that is known.

    Notes
    -----
    Were the group larger than the one found, each random start that ends at an element would end
    outside the latter with a probability of at least one half, since all elements attract equally
    many starts. ``missed`` is therefore 1/2 to the power of such starts.

    A group is found only up to `delta`: one that nearly holds is not told from one that holds.
    Isometries alone have names; that a scale of two factors is found is the exception.

    References
    ----------
    Schuirmann (1987), "A comparison of the two one-sided tests procedure and the power approach
    for assessing the equivalence of average bioavailability": that a difference is not seen does
    not say that there is none.

    Examples
    --------
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> from sksym.inspection import discover_symmetry
    >>> X, y = make_gaussian_phase_retrieval(500, 3, noise=0.01, random_state=0)
    >>> discovery = discover_symmetry(X, y)
    >>> discovery.symmetry
    Sign()
    """
    rng = check_random_state(random_state)
    certificate, targets, measurements = certified(X, y, forward, groups, delta, rng)
    known = {
        "delta": delta,
        "forward_name": _model_of(certificate.learned),
        "forward_score": certificate.score,
        "certificate": certificate,
    }
    reason = obstacle(certificate, targets)
    if reason:
        return Discovery(verdict="cannot tell", reason=reason, symmetry=None, **known)
    return Finder(certificate.learned, certificate, targets, measurements, rng).discovery(**known)


def _model_of(learned):
    """What the model is, and how many measurements it leaves out."""
    if not learned.n_left_out:
        return learned.name
    return f"{learned.name} without {learned.n_left_out} columns of X that nothing explains"


def obstacle(certificate, y):
    """Why the forward map cannot decide, or None.

    Parameters
    ----------
    certificate : Certificate
        Rows that it was not fitted to.
    y : ndarray of shape (n_samples, n)
        Targets that it was fitted to.

    Returns
    -------
    str or None
    """
    if certificate.score < _ENOUGH and not certificate.learned.is_known:
        return (
            f"The best model of the forward map y -> X explains {certificate.score:.1%} of X on "
            f"rows that it was not fitted to, and {_ENOUGH:.0%} is needed to decide; more pairs, "
            f"less noise, or the map itself, as forward, may help."
        )
    widths = np.ptp(y, axis=0)
    alike = (y - y.mean(axis=0)) / np.where(widths > 0, widths, 1.0)
    rank = np.linalg.matrix_rank(alike, rtol=_FLAT)
    if rank < y.shape[1]:
        return (
            f"The targets fill {rank} of their {y.shape[1]} dimensions, and what the forward map "
            f"does outside is not known; leave out columns that are constant or sums of others."
        )
    return None


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
    y, X : ndarray
        Targets that the forward map was fitted to, and their measurements.

    Raises
    ------
    ValueError
        If the pairs cannot be used.
    """
    rows = read_targets(y, "discover_symmetry", allow_nan=True)[0]
    if rows.has_nan:
        raise ValueError(
            "y contains NaN: a forward map of unknown coordinates cannot be learned; leave out "
            "the rows or the columns that hold them."
        )
    targets = np.asarray(rows.values, dtype=np.float64)
    measurements = check_array(X, dtype=np.float64, input_name="X")
    groups = read_groups(groups, len(measurements))
    check_consistent_length(measurements, targets, groups)
    if len(targets) < FEWEST:
        raise ValueError(f"At least {FEWEST} pairs are needed to discover, got {len(targets)}.")
    if not np.ptp(targets, axis=0).any():
        raise ValueError("y is the same in every row: there is nothing that a group could move.")
    splitter = GroupShuffleSplit(1, test_size=_HELD_OUT, random_state=rng)
    fitted, kept = next(splitter.split(targets, groups=groups))
    learned = LearnedMap(forward, targets[fitted], measurements[fitted], rng)
    certificate = Certificate(
        learned, targets[kept], measurements[kept], groups[kept], targets[fitted], delta
    )
    return certificate, targets[fitted], measurements[fitted]
