"""Whether neighbouring measurements have far-apart targets, and which group explains them."""

import numpy as np
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler
from sklearn.utils import Bunch, check_consistent_length, check_random_state, column_or_1d
from sklearn.utils.validation import check_array

from .._arrays.rows import read_targets
from ..symmetries import Identity, require_symmetry

_MOST_SAMPLES = 1000  # enough to tell; neighbours are looked for among all


def ambiguity_score(X, y, symmetry, *, groups=None, n_neighbors=5, random_state=0):
    r"""How much more measurements tell of the targets once a symmetry is taken away.

    Without training: from the targets of neighbouring measurements. The local share of their
    variance is

    .. math:: L_G = \frac{\operatorname{mean} d_G(y_i, y_j)^2
                          \text{ over neighbours } x_i, x_j}
                         {\operatorname{mean} d_G(y_i, y_j)^2 \text{ over random pairs}}

    with the distance :math:`d_G` between orbits, the Euclidean distance for the trivial group 1.
    The score is :math:`L_1 - L_G`, a gain of R²: what a local regressor can learn of the orbits
    less what it can learn of the targets. A large group makes any rows alike, and those of the
    random pairs as well, so that it gets no credit for that.

    Near 1, a regressor of raw targets averages points of one orbit, and breaking the symmetry will
    help. Near 0, the targets have one representative each already, or differ for other reasons;
    what is left then are neighbours across the seam of the representatives.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Measurements; neighbours are looked for in standardised columns.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Targets.
    symmetry : Symmetry
        What they may be known up to.
    groups : array-like of shape (n_samples,), optional
        Groups of samples that are not compared with each other, as in scikit-learn's splitters.
        Frames of one recording, say: neighbours in time have like targets whatever the symmetry.
    n_neighbors : int, default=5
        Neighbours that each sample is compared with.
    random_state : int, RandomState instance or None, default=0
        For the random pairs, and for the samples that are looked at where there are more than
        1000.

    Returns
    -------
    float
        Between 0 and 1; 0 where all targets lie in one orbit, of which nothing can be learned.

    References
    ----------
    Matheron (1963), "Principles of geostatistics": the variogram, of which this is the value at
    the smallest distance over that at any.

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
    pairs = _Pairs(X, y, groups, n_neighbors, check_random_state(random_state))
    return pairs.gain(symmetry)


def suggest_symmetry(X, y, candidates, *, groups=None, n_neighbors=5, random_state=0):
    r"""Which of several groups explains the targets' ambiguity best.

    The candidate that leaves the smallest local share of the spread wins,

    .. math:: \left(\frac{\operatorname{mean} d_G(y_i, y_j)^{1/2}
                     \text{ over neighbours } x_i, x_j}
                    {\operatorname{mean} d_G(y_i, y_j)^{1/2} \text{ over random pairs}}\right)^4,

    which roots keep from being decided by the few neighbours that are far apart under every group.
    One that makes random pairs as much alike as neighbours is no better than `Identity`; of groups
    that leave the same, the smallest wins.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Measurements.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Targets.
    candidates : list of Symmetry
        Groups that act on the targets. `Identity` is always among them.
    groups : array-like of shape (n_samples,), optional
        As in `ambiguity_score`.
    n_neighbors : int, default=5
        As in `ambiguity_score`.
    random_state : int, RandomState instance or None, default=0
        As in `ambiguity_score`.

    Returns
    -------
    Bunch
        ``best``, the symmetry; ``names``, ``explained`` (the `ambiguity_score`) and ``left`` (the
        share that decides) of every candidate, best first.

    References
    ----------
    Cressie, Hawkins (1980), "Robust estimation of the variogram": the fourth power of mean roots.

    Examples
    --------
    >>> from sksym import ConjugateFlip, Permutation, Sign
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> from sksym.inspection import suggest_symmetry
    >>> X, y = make_gaussian_phase_retrieval(2000, 3, random_state=0)
    >>> suggest_symmetry(X, y, [Sign(), Permutation(), ConjugateFlip()]).best
    Sign()
    """
    pairs = _Pairs(X, y, groups, n_neighbors, check_random_state(random_state))
    candidates = [Identity(), *(c for c in candidates if c != Identity())]
    # Of groups that leave the same, the smallest makes the fewest random pairs alike.
    ranks = [(pairs.left(group), -pairs.at_random(group)) for group in candidates]
    order = sorted(range(len(candidates)), key=ranks.__getitem__)
    return Bunch(
        best=candidates[order[0]],
        names=[repr(candidates[k]) for k in order],
        explained=np.array([pairs.gain(candidates[k]) for k in order]),
        left=np.array([ranks[k][0] for k in order]),
    )


class _Pairs:
    """Targets of neighbouring measurements and of random ones, and their distances."""

    def __init__(self, X, y, groups, n_neighbors, rng):
        X = StandardScaler().fit_transform(check_array(X, dtype=np.float64, input_name="X"))
        targets = read_targets(y, "the ambiguity score")[0].values
        groups = _read_groups(groups, len(X))
        check_consistent_length(X, targets, groups)
        n_others = len(X) - np.bincount(groups).max()
        if n_others < n_neighbors:
            raise ValueError(
                f"n_neighbors={n_neighbors} needs more samples: each is compared with those "
                f"outside its group, of which there are {n_others} for the largest."
            )
        samples = rng.permutation(len(X))[:_MOST_SAMPLES]
        near = _neighbors(X, groups, samples, n_neighbors)
        others = _random_others(groups, samples, n_neighbors, rng)
        self._first = np.repeat(targets[samples], n_neighbors, axis=0)
        self._near, self._others = targets[near.ravel()], targets[others.ravel()]
        self._known = {}

    def gain(self, group):
        """The ambiguity score."""
        shares = [_share(self._distances(g), _mean_square) for g in (Identity(), group)]
        return float(np.clip(shares[0] - shares[1], 0, 1)) if np.isfinite(shares[1]) else 0.0

    def left(self, group):
        """The local share that decides among groups."""
        return _share(self._distances(group), _robust_mean_square)

    def at_random(self, group):
        """Mean squared distance of random pairs."""
        return _mean_square(self._distances(group)[1])

    def _distances(self, group):
        """Between the orbits of neighbours, and of random pairs."""
        require_symmetry(group)
        if group not in self._known:
            self._known[group] = [
                _orbit_distances(group, self._first, rows) for rows in (self._near, self._others)
            ]
        return self._known[group]


def _read_groups(groups, n_samples):
    """Groups as numbers from 0; without groups every sample is one."""
    if groups is None:
        return np.arange(n_samples)
    groups = check_array(groups, dtype=None, ensure_2d=False, input_name="groups")
    return np.unique(column_or_1d(groups), return_inverse=True)[1]


def _neighbors(X, groups, samples, n_neighbors):
    """The nearest samples outside the group of each; shape (len(samples), n_neighbors)."""
    tree = NearestNeighbors().fit(X)
    near = np.empty((len(samples), n_neighbors), dtype=np.intp)
    waiting, n_asked = np.arange(len(samples)), n_neighbors + 1
    while waiting.size:  # for those whose nearest are mostly of their own group
        n_asked = min(n_asked, len(X))
        found = tree.kneighbors(X[samples[waiting]], n_asked, return_distance=False)
        is_other = groups[found] != groups[samples[waiting], None]
        is_other &= np.cumsum(is_other, axis=1) <= n_neighbors
        is_done = is_other.sum(axis=1) == n_neighbors
        near[waiting[is_done]] = found[is_done][is_other[is_done]].reshape(-1, n_neighbors)
        waiting, n_asked = waiting[~is_done], 2 * n_asked
    return near


def _random_others(groups, samples, n_others, rng):
    """Random samples outside the group of each; shape (len(samples), n_others)."""
    order, sizes = np.argsort(groups, kind="stable"), np.bincount(groups)
    # In that order a group stands together: what is outside begins where it ends, and goes around.
    end, n_outside = np.cumsum(sizes)[groups[samples]], len(groups) - sizes[groups[samples]]
    steps = rng.randint(0, n_outside[:, None], size=(len(samples), n_others))
    return order[(end[:, None] + steps) % len(groups)]


def _orbit_distances(group, rows, others):
    distance = group.distance(rows, others)
    if not group.is_isometric:  # it matters which of the two orbits is moved
        distance = (distance + group.distance(others, rows)) / 2
    return distance


def _share(distances, spread):
    """Spread of neighbours over that of random pairs; infinite where these lie in one orbit."""
    local, at_random = map(spread, distances)
    return local / at_random if at_random > 0 else np.inf


def _mean_square(distance):
    return float(np.mean(distance**2))


def _robust_mean_square(distance):
    return float(np.mean(np.sqrt(distance)) ** 4)
