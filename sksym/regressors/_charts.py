"""References of the charts of an atlas, and whether there is a cut that several would avoid."""

import numpy as np

from .._arrays.rows import Rows
from ..targets import breaks, chosen_reference, spread

_N_PROBES = 32  # rows in general position, and targets by which references are judged
_N_TARGETS = 16  # that may be references,
_N_BASIS = 64  # beside so many basis vectors where the symmetry prescribes one
_LARGEST_SPREAD = 1.12  # of representatives, in units of that of the first chart
_SAME_CUT = 1e-6  # distance of orbits, in units of the largest number in a reference


def has_seam(symmetry, targets):
    """Whether representatives jump anywhere, so that several charts are useful.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that defines the representatives.
    targets : ndarray of shape (n_samples, n_targets) or None
        Some targets; None if their width is unknown.
    """
    if targets is None:
        return symmetry.has_seam
    n_coordinates = targets.shape[1] // 2 if symmetry.is_complex else targets.shape[1]
    return symmetry._has_seam(n_coordinates) and not np.isinf(symmetry.margin(targets)).all()


def chart_references(symmetry, targets, n_charts):
    """Choose references with distant orbits, each of which suits the targets.

    That of `CanonicalizeTargets` comes first; then, one by one, the farthest from those before
    among some targets, and basis vectors where the symmetry prescribes such a reference
    (farthest-point sampling). Those about which representatives spread much more than about the
    first are left out.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that the references break.
    targets : Rows
        Training targets.
    n_charts : int
        Number of references.

    Returns
    -------
    list of (ndarray of shape (n_targets,) or None)
        References, fewer if no others break the symmetry; a single one if there is no seam. None
        for the symmetry's own one where that is prescribed.
    """
    first = chosen_reference(symmetry, targets)
    probes = np.random.RandomState(0).standard_normal((_N_PROBES, targets.values.shape[1]))
    if n_charts == 1 or not has_seam(symmetry, probes.astype(targets.values.dtype)):
        return [first]
    candidates = _candidates(symmetry, targets, first)
    same = _SAME_CUT * np.abs(candidates).max(initial=0.0)
    references, last = [first], symmetry.default_reference(targets) if first is None else first
    nearest = np.full(len(candidates), np.inf)
    while len(references) < n_charts:
        last = Rows(np, _sized(symmetry, last[None]))
        nearest = np.minimum(nearest, symmetry.distance(Rows(np, candidates), last))
        last = None
        while last is None and (nearest > same).any():
            k = np.argmax(nearest)
            nearest[k] = 0.0
            if breaks(symmetry, candidates[k], targets):
                last = candidates[k]
        if last is None:
            break
        references.append(last)
    return references


def _candidates(symmetry, targets, first):
    """Rows about which representatives spread little enough."""
    rows = targets.values[targets.values.any(axis=1)]
    order = np.random.RandomState(0).permutation(len(rows))
    candidates = symmetry.canonicalize(Rows(np, rows[order[:_N_TARGETS]]))
    if first is None:
        n_targets = targets.values.shape[1]
        basis = np.eye(n_targets, dtype=rows.dtype)
        basis = basis[np.linspace(0, n_targets - 1, min(n_targets, _N_BASIS)).astype(int)]
        candidates = np.concatenate([basis * np.abs(candidates).max(), candidates])
    probes = Rows(np, rows[order[:_N_PROBES]])
    own = None if first is None else Rows(np, first[None])
    limit = _LARGEST_SPREAD * spread(symmetry, symmetry.canonicalize(probes, own))
    spreads = [
        spread(symmetry, symmetry.canonicalize(probes, Rows(np, row[None]))) for row in candidates
    ]
    return _sized(symmetry, candidates[np.array(spreads) <= limit])


def _sized(symmetry, rows):
    """Rows of norm 1 where multiples of a reference have the same representatives."""
    n_coordinates = rows.shape[1] // 2 if symmetry.is_complex else rows.shape[1]
    if not symmetry._is_linear(n_coordinates):
        return rows
    rows = rows / np.abs(rows).max(axis=1, keepdims=True)  # squares may overflow
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)
