"""Ambiguity of targets, from neighbouring measurements."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_consistent_length, check_random_state
from sklearn.utils.validation import check_array

from .._arrays.rows import read_targets
from ..symmetries import Identity, Symmetry, require_symmetry
from ._groups import read_groups

_MOST_SAMPLES = 1000  # enough for the score; their neighbours are searched among all samples


def ambiguity_score(
    X: ArrayLike,
    y: ArrayLike,
    symmetry: Symmetry,
    *,
    groups: ArrayLike | None = None,
    n_neighbors: int = 5,
    random_state: int | np.random.RandomState | None = 0,
) -> float:
    r"""Gain in R² that breaking a symmetry of the targets offers, without training.

    The score compares the targets of neighbouring measurements. The local share of their variance
    is

    .. math:: L_G = \frac{\operatorname{mean} d_G(y_i, y_j)^2
                          \text{ over neighbours } x_i, x_j}
                         {\operatorname{mean} d_G(y_i, y_j)^2 \text{ over random pairs}}

    where :math:`d_G` is the distance between orbits, for the trivial group 1 the Euclidean
    distance. The score is :math:`L_1 - L_G`, a gain in R²: what a local regressor can learn about
    the orbits minus what it can learn about the targets. A large group brings all targets closer
    together, those of the random pairs too, so that its size alone does not raise the score.

    Near 1, a regressor of raw targets averages points of one orbit, and breaking the symmetry will
    help. Near 0, the targets are representatives already, up to neighbours across their seam, or
    they differ for other reasons.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Measurements; neighbours are searched in standardised columns.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Targets.
    symmetry : Symmetry
        Symmetry up to which the targets may be known.
    groups : array-like of shape (n_samples,), optional
        Group labels as in scikit-learn's splitters; samples of one group are not compared.
        Frames of one recording are an example: their targets are alike whatever the symmetry.
    n_neighbors : int, default=5
        Number of neighbours that each sample is compared with.
    random_state : int, RandomState instance or None, default=0
        Seed of the random pairs, and of the subset of 1000 samples if there are more.

    Returns
    -------
    float
        Score between 0 and 1; 0 if all targets lie in one orbit, where nothing can be learned.

    See Also
    --------
    discover_symmetry : Finds the symmetry in the pairs.
    sksym.experiments.compare : Every remedy on your pairs.

    References
    ----------
    Matheron (1963), "Principles of geostatistics": the variogram, whose value at the smallest
    distance is divided here by its value at any distance.

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
    pairs = Pairs(X, y, groups, n_neighbors, check_random_state(random_state))
    return pairs.gain(symmetry)


class Pairs:
    """Targets of neighbouring and of random pairs of samples, and their distances.

    Parameters
    ----------
    X, y, groups, n_neighbors
        As in `ambiguity_score`.
    rng : RandomState
        Chooses samples and random pairs.
    """

    def __init__(self, X, y, groups, n_neighbors, rng):
        X = StandardScaler().fit_transform(check_array(X, dtype=np.float64, input_name="X"))
        targets = read_targets(y, "the ambiguity score")[0].values
        groups = read_groups(groups, len(X))
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
        self.targets, self.groups = targets, groups
        self._first = np.repeat(targets[samples], n_neighbors, axis=0)
        self._near, self._others = targets[near.ravel()], targets[others.ravel()]
        self._y, self._known = y, {}

    def gain(self, group):
        """The ambiguity score."""
        shares = [_share(self._distances(g), _mean_square) for g in (Identity(), group)]
        return float(np.clip(shares[0] - shares[1], 0, 1)) if np.isfinite(shares[1]) else 0.0

    def left(self, group):
        """The local share by which groups are ranked."""
        return _share(self._distances(group), _robust_mean_square)

    def at_random(self, group):
        """Mean squared distance of random pairs."""
        return _mean_square(self._distances(group)[1])

    def located(self, group):
        """The group with positions for the columns that it names."""
        return require_symmetry(group, self._y)

    def _distances(self, group):
        """Distances between the orbits of neighbours, and of random pairs."""
        group = self.located(group)
        if group not in self._known:
            self._known[group] = [
                _orbit_distances(group, self._first, targets)
                for targets in (self._near, self._others)
            ]
        return self._known[group]


def _neighbors(X, groups, samples, n_neighbors):
    """Find the nearest samples outside each one's group; shape (len(samples), n_neighbors)."""
    tree = NearestNeighbors().fit(X)
    near = np.empty((len(samples), n_neighbors), dtype=np.intp)
    waiting, n_asked = np.arange(len(samples)), n_neighbors + 1
    while waiting.size:  # samples whose nearest ones are mostly of their own group
        n_asked = min(n_asked, len(X))
        found = tree.kneighbors(X[samples[waiting]], n_asked, return_distance=False)
        is_other = groups[found] != groups[samples[waiting], None]
        is_other &= np.cumsum(is_other, axis=1) <= n_neighbors
        is_done = is_other.sum(axis=1) == n_neighbors
        near[waiting[is_done]] = found[is_done][is_other[is_done]].reshape(-1, n_neighbors)
        waiting, n_asked = waiting[~is_done], 2 * n_asked
    return near


def _random_others(groups, samples, n_others, rng):
    """Draw random samples outside each one's group; shape (len(samples), n_others)."""
    order, sizes = np.argsort(groups, kind="stable"), np.bincount(groups)
    # A group is contiguous in that order: the others start where it ends, and wrap around.
    end, n_outside = np.cumsum(sizes)[groups[samples]], len(groups) - sizes[groups[samples]]
    steps = rng.randint(0, n_outside[:, None], size=(len(samples), n_others))
    return order[(end[:, None] + steps) % len(groups)]


def _orbit_distances(group, targets, others):
    distance = group.distance(targets, others)
    if not group.is_isometric:  # the distance is not symmetric
        distance = (distance + group.distance(others, targets)) / 2
    return distance


def _share(distances, spread):
    """Spread of neighbours over that of random pairs; infinite if those lie in one orbit."""
    local, at_random = map(spread, distances)
    return local / at_random if at_random > 0 else np.inf


def _mean_square(distance):
    return float(np.mean(distance**2))


def _robust_mean_square(distance):
    return float(np.mean(np.sqrt(distance)) ** 4)
