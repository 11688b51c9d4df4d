"""Whether neighbouring measurements have far-apart targets, and which group explains them."""

import numpy as np
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler
from sklearn.utils import Bunch, check_consistent_length, check_random_state
from sklearn.utils.validation import check_array

from ..symmetries import Identity
from ..symmetries.base import require_symmetry
from ..symmetries.rows import read_rows

_MOST_SAMPLES = 2000  # enough to tell; neighbours are looked for among all


def ambiguity_score(X, y, symmetry, *, n_neighbors=5, random_state=0):
    r"""Share of the local variance of the targets that a symmetry explains, without training.

    The targets of neighbouring measurements scatter about their mean; their orbits scatter about
    their orbit mean. The score is the mean over neighbourhoods of

    .. math:: 1 - \frac{\text{variance of the neighbours' orbits}}
                       {\text{variance of the neighbours' targets}}

    Near 1, a regressor of raw targets averages points of one orbit, and breaking the symmetry will
    help. Near 0, the targets have one representative each already, or differ for other reasons;
    what is left then are neighbourhoods on the seam of the representatives.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Measurements; neighbours are looked for in standardised columns.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Targets.
    symmetry : Symmetry
        What they may be known up to.
    n_neighbors : int, default=5
        Size of a neighbourhood, beside the sample itself.
    random_state : int, RandomState instance or None, default=0
        For the samples that are looked at where there are more than 2000.

    Returns
    -------
    float
        Between 0 and 1.

    Examples
    --------
    >>> from sksym import Sign
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> from sksym.inspection import ambiguity_score
    >>> X, y = make_gaussian_phase_retrieval(2000, 3, random_state=0)
    >>> raw, broken = (ambiguity_score(X, t, Sign()) for t in (y, Sign().canonicalize(y)))
    >>> bool(raw > 0.9), bool(broken < 0.2)
    (True, True)
    """
    local, _ = _neighborhoods(X, y, n_neighbors, check_random_state(random_state))
    return float(np.mean(_explained(local, symmetry)))


def suggest_symmetry(X, y, candidates, *, n_neighbors=5, random_state=0):
    """Which of several groups explains the targets' ambiguity best.

    A large group makes any rows look alike. What it explains among the targets of neighbouring
    measurements is therefore compared with what it explains among targets drawn at random: the
    local variance that is left, as a share of the variance that is left there. The smallest wins;
    a candidate that removes nothing is no better than `Identity`.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Measurements.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Targets.
    candidates : list of Symmetry
        Groups that act on the targets. `Identity` is always among them.
    n_neighbors : int, default=5
        As in `ambiguity_score`.
    random_state : int, RandomState instance or None, default=0
        For the samples that are looked at.

    Returns
    -------
    Bunch
        ``best``, the symmetry; ``names``, ``explained`` (the `ambiguity_score`) and ``left`` (the
        share that decides) of every candidate, best first.

    Examples
    --------
    >>> from sksym import ConjugateFlip, Permutation, Sign
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> from sksym.inspection import suggest_symmetry
    >>> X, y = make_gaussian_phase_retrieval(2000, 3, random_state=0)
    >>> suggest_symmetry(X, y, [Sign(), Permutation(), ConjugateFlip()]).best
    Sign()
    """
    candidates = [Identity(), *(c for c in candidates if c != Identity())]
    local, anywhere = _neighborhoods(X, y, n_neighbors, check_random_state(random_state))
    rows = []
    for candidate in candidates:
        scatter, by_chance = (_scatter(sets, candidate).sum() for sets in (local, anywhere))
        # A group that makes any rows alike says nothing of these.
        left = scatter / by_chance if by_chance > 0 else np.inf
        explained = np.mean(_explained(local, candidate))
        rows.append((left, repr(candidate), explained, candidate))
    rows.sort(key=lambda row: row[0])  # stable: of equals the first, Identity before all
    return Bunch(
        best=rows[0][3],
        names=[row[1] for row in rows],
        explained=np.array([row[2] for row in rows]),
        left=np.array([row[0] for row in rows]),
    )


def _neighborhoods(X, y, n_neighbors, rng):
    """Targets of neighbours, and of samples drawn at random; (n, n_neighbors + 1, n_targets)."""
    X = StandardScaler().fit_transform(check_array(X, dtype=np.float64, input_name="X"))
    y = np.asarray(y)
    targets = read_rows(y.reshape(len(y), -1), is_complex=False, name="y").values
    check_consistent_length(X, targets)
    if len(X) <= n_neighbors:
        raise ValueError(f"n_neighbors={n_neighbors} needs more samples than that, got {len(X)}.")
    looked_at = rng.permutation(len(X))[:_MOST_SAMPLES]
    tree = NearestNeighbors(n_neighbors=n_neighbors + 1).fit(X)
    near = tree.kneighbors(X[looked_at], return_distance=False)
    return targets[near], targets[rng.randint(len(X), size=near.shape)]


def _explained(sets, symmetry):
    """Share of the scatter of each set of rows that a symmetry takes away."""
    raw, orbits = (_scatter(sets, group) for group in (Identity(), symmetry))
    is_spread = raw > 0
    return np.clip(1 - orbits / np.where(is_spread, raw, 1.0), 0, 1) * is_spread


def _scatter(sets, symmetry):
    """Mean squared distance of the rows of each set to their orbit mean."""
    require_symmetry(symmetry)
    _, size, width = sets.shape
    mean = np.repeat(symmetry.mean(sets), size, axis=0)
    squares = symmetry.distance(sets.reshape(-1, width), mean) ** 2
    return squares.reshape(-1, size).mean(axis=1)
