"""References of representatives: what breaks a symmetry, and what suits the training targets."""

import numpy as np
from array_api_compat import numpy as xp

from .._arrays import algebra
from .._arrays.rows import Rows, read_rows

_CHECKED_ROWS = 32
_N_STARTS = 8
_N_SCORED = 64  # targets by which starts are told apart,
_N_AVERAGED = 128  # those whose representatives are averaged, and
_N_JUDGED = 256  # others, on which the mean must do better than the symmetry's own reference
_N_STEPS = 5
_STILL = 0.995  # a step that leaves more of the spread is the last
_WORTHWHILE = 0.975  # part of a spread; by chance samples of this size differ by less


def breaks(symmetry, reference, targets):
    """Whether a reference selects the same point of an orbit from all of its points.

    Ties are broken without it, so that a reference which part of the group leaves in place
    shows in the margin alone: every row lies on its cut.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that the reference is to break.
    reference : ndarray of shape (n_features,) or None
        None for the symmetry's own.
    targets : Rows
        Training targets, real.

    Returns
    -------
    bool
    """
    reference = None if reference is None else Rows(xp, reference[None])
    generic = np.random.RandomState(0).standard_normal((8, targets.values.shape[1]))
    if not (symmetry.margin(Rows(xp, generic), reference) > 0).any():
        return False
    targets = targets[:_CHECKED_ROWS]
    moved = Rows(xp, symmetry.random(targets, random_state=0))
    expected, got = (symmetry.canonicalize(rows, reference) for rows in (targets, moved))
    jump = np.abs(got - expected).max(axis=1)
    # A thousandth is far above rounding and far below a jump between representatives.
    return bool((jump <= 1e-3 * np.abs(targets.values).max(axis=1)).all())


def leading_direction(symmetry, targets):
    """Unit row with the largest mean squared inner product with the targets.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that says whether rows are complex.
    targets : Rows
        Training targets, real.

    Returns
    -------
    ndarray of shape (n_features,)
    """
    rows = read_rows(targets, is_complex=symmetry.is_complex).values
    rows = rows / max(np.abs(rows).max(), np.finfo(rows.dtype).tiny)  # squares may overflow
    _, vectors = np.linalg.eigh(rows.T @ rows.conj())
    leading = vectors[:, -1]
    pivot = leading[np.argmax(np.abs(leading))]
    leading = (leading * np.conj(pivot / np.abs(pivot))).astype(rows.dtype)[None]
    return algebra.real_rows(xp, leading)[0]


def chosen_reference(symmetry, targets):
    r"""The row about which representatives of training targets spread least.

    The mean of representatives, to which targets are aligned anew, and so on from the best of a
    few targets: no step makes :math:`\sum_i \min_g \|g y_i - r\|^2` larger. Coordinates for which
    the symmetry prescribes a reference keep it.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that representatives are chosen for.
    targets : Rows
        Training targets, real; the answer depends on their orbits only.

    Returns
    -------
    ndarray of shape (n_features,) or None
        None where there is nothing to choose. The symmetry's own reference where representatives
        of other targets spread about as much with it, or the row that was found does not break
        the symmetry.
    """
    n_samples, n_features = targets.values.shape
    is_chosen = _chosen_columns(symmetry, n_features)
    if not is_chosen.any():
        return None
    own = symmetry.default_reference(targets)
    n_averaged = min(_N_AVERAGED, n_samples // 2)
    order = np.random.RandomState(0).permutation(n_samples)[: n_averaged + _N_JUDGED]
    rows = symmetry.canonicalize(targets[order])
    averaged, judged = rows[:n_averaged], rows[n_averaged:]
    reference = _least_spread(symmetry, averaged, own, is_chosen)
    if reference is None:
        return own
    found = symmetry.canonicalize(Rows(xp, judged), reference)
    is_worthwhile = spread(symmetry, found) < _WORTHWHILE * spread(symmetry, judged)
    return reference if is_worthwhile and breaks(symmetry, reference, targets) else own


def spread(symmetry, representatives):
    """Root mean square distance of representatives from their mean.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that they are representatives of.
    representatives : ndarray of shape (n_samples, n_features)
        Representatives.

    Returns
    -------
    float
        In units of the representatives; in units of their root mean square where the symmetry is
        not isometric, so that a reference which makes all of them small is not the best.
    """
    unit = np.abs(representatives).max() or 1.0  # squares may overflow
    rows = representatives / unit
    centred = rows - rows.mean(axis=0)
    distance, size = (float(np.sqrt(np.square(a).sum(axis=1).mean())) for a in (centred, rows))
    return distance * float(unit) if symmetry.is_isometric else distance / (size or 1.0)


def _chosen_columns(symmetry, n_features):
    """A mask of the columns of a reference that training targets may choose."""
    n_parts = 2 if symmetry.is_complex else 1  # [Re | Im]
    is_chosen = np.zeros(n_features // n_parts, dtype=bool)
    is_chosen[list(symmetry._unprescribed(len(is_chosen)))] = True
    return np.tile(is_chosen, n_parts)


def _least_spread(symmetry, rows, own, is_chosen):
    """A reference like `own` but for some columns; None if all rows are zero there."""

    def aligned(rows, reference):
        return symmetry.canonicalize(Rows(xp, rows), Rows(xp, reference[None]))

    starts = rows[rows[:, is_chosen].any(axis=1)][:_N_STARTS]
    least, best = np.inf, None
    for start in np.where(is_chosen, starts, own):
        found = aligned(rows[:_N_SCORED], start)
        if (value := spread(symmetry, found)) < least:
            least, best = value, start
    if best is None:
        return None
    least = np.inf
    for _ in range(_N_STEPS):
        found = aligned(rows, best)
        previous, least = least, spread(symmetry, found)
        if least > _STILL * previous:
            break
        best = np.where(is_chosen, found.mean(axis=0), own)
    # The same point of its orbit, whichever points the targets were given by.
    return symmetry.canonicalize(Rows(xp, best[None]))[0]
