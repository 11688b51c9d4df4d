"""The group among candidates that the forward map allows and neighbours need."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from sklearn.preprocessing import StandardScaler
from sklearn.utils import Bunch, check_random_state

from ..symmetries import Identity, Symmetry, require_symmetry
from ._ambiguity import Pairs
from .discovery import DELTA, FEWEST, Namer, certified, obstacle

_SOMETHING = 0.02  # of R², that a group has to explain
_QUERIES, _KNOWN = 60, 200  # rows whose measurements are predicted from the nearest orbits
_EXPLAINED = 0.1  # share of the measurements' variance that nearest orbits have to explain


def suggest_symmetry(
    X: ArrayLike,
    y: ArrayLike,
    candidates: Sequence[Symmetry],
    *,
    groups: ArrayLike | None = None,
    n_neighbors: int = 5,
    random_state: int | np.random.RandomState | None = 0,
) -> Bunch:
    r"""The largest of some groups that the pairs do not refute and that explains something.

    The forward map y -> X is learned as in `discover_symmetry`, and every candidate is tested on
    it. Of those that leave it as it is, the one that contains the others is best, if breaking it
    gains anything (`ambiguity_score`); of equal ones, the smallest. Where the forward map cannot
    be learned well enough, two rankings have to agree: of neighbouring measurements, the candidate
    that leaves the smallest local share of the targets' spread,

    .. math:: \left(\frac{\operatorname{mean} d_G(y_i, y_j)^{1/2}
                     \text{ over neighbours } x_i, x_j}
                    {\operatorname{mean} d_G(y_i, y_j)^{1/2} \text{ over random pairs}}\right)^4,

    and, of neighbouring orbits, the candidate from which measurements are predicted best. If they
    do not, the answer is None.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Measurements.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Targets.
    candidates : list of Symmetry
        Groups that act on the targets; `Identity` is always added.
    groups : array-like of shape (n_samples,), optional
        Group labels, as in `ambiguity_score`.
    n_neighbors : int, default=5
        Number of neighbours, as in `ambiguity_score`.
    random_state : int, RandomState instance or None, default=0
        Seed of the random pairs and of the models.

    Returns
    -------
    Bunch
        ``best``, the best symmetry, `Identity` where there is none, None where the pairs cannot
        tell; ``reason``, a sentence; and for every candidate, those that leave the smallest local
        share first, ``names``, ``explained`` (the `ambiguity_score`), ``left`` (the local share)
        and ``changes`` (of the forward map, relative, nan where it cannot be told).

    See Also
    --------
    discover_symmetry : Finds the symmetry without candidates.

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
    rng = check_random_state(random_state)
    pairs = Pairs(X, y, groups, n_neighbors, rng)
    candidates = [Identity(), *(c for c in candidates if c != Identity())]
    # Of groups with equal shares, the smallest leaves random pairs farthest apart.
    ranks = [(pairs.left(group), -pairs.at_random(group)) for group in candidates]
    candidates = [candidates[k] for k in sorted(range(len(candidates)), key=ranks.__getitem__)]
    report = Bunch(
        names=[repr(group) for group in candidates],
        explained=np.array([pairs.gain(group) for group in candidates]),
        left=np.array([pairs.left(group) for group in candidates]),
        changes=np.full(len(candidates), np.nan),
    )
    certificate, known = None, pairs.targets
    if len(known) >= FEWEST:
        certificate, fitted, _ = certified(X, y, None, groups, DELTA, rng)
    if certificate is not None and obstacle(certificate, fitted) is None:
        found = _by_forward_map(certificate, candidates, report, y)
    else:
        found = _by_neighbors(X, pairs, candidates, n_neighbors, rng)
    return Bunch(**found, **report)


def _by_forward_map(certificate, candidates, report, y):
    """The largest candidate that holds and explains something."""
    namer, best = Namer(certificate.y), (Identity(), Identity())
    for k, candidate in enumerate(candidates):
        group = require_symmetry(candidate, y)
        evidence = certificate.of_group(group)
        if evidence is None:  # it leaves all targets in place
            continue
        report.changes[k] = evidence.change
        is_allowed = evidence.holds or evidence.is_open
        if not is_allowed or report.explained[k] < _SOMETHING:
            continue
        # Of equal ones, and of two that share nothing, the first stays, which leaves least.
        is_larger = namer.contains(group, best[1]) and not namer.contains(best[1], group)
        if best[1] == Identity() or is_larger:
            best = candidate, group
    if best[1] == Identity():
        reason = "No candidate leaves the forward map as it is and explains anything."
    else:
        reason = "The forward map does not refute it, and breaking it gains."
    return {"best": best[0], "reason": reason}


def _by_neighbors(X, pairs, candidates, n_neighbors, rng):
    """The candidate that is best both ways, or None."""
    errors = _errors_from_orbits(X, pairs, candidates, n_neighbors, rng)
    why = "The forward map could not be learned well enough"
    if min(errors) > 1 - _EXPLAINED:
        return {"best": None, "reason": f"{why}, and nearest orbits do not predict X."}
    nearest = candidates[int(np.argmin(errors))]
    if nearest != candidates[0]:
        reason = (
            f"{why}, and neighbours disagree: those in X prefer {candidates[0]!r}, those in y "
            f"{nearest!r}."
        )
        return {"best": None, "reason": reason}
    return {"best": nearest, "reason": f"{why}; neighbours in X and in y agree."}


def _errors_from_orbits(X, pairs, candidates, n_neighbors, rng):
    """Mean squared errors of measurements from those of the nearest orbits, over their spread."""
    X = StandardScaler().fit_transform(X)
    order = rng.permutation(len(X))
    known = order[-_KNOWN:]
    queries = order[:_QUERIES]
    is_other = pairs.groups[queries, None] != pairs.groups[known]
    errors = []
    for group in candidates:
        group = pairs.located(group)
        first = np.repeat(pairs.targets[queries], len(known), axis=0)
        second = np.tile(pairs.targets[known], (len(queries), 1))
        distances = group.distance(first, second).reshape(is_other.shape)
        nearest = np.argsort(np.where(is_other, distances, np.inf), axis=1)[:, :n_neighbors]
        predicted = X[known][nearest].mean(axis=1)
        errors.append(float(np.mean((predicted - X[queries]) ** 2) / np.mean(X[queries] ** 2)))
    return errors
