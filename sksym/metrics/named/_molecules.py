"""Deviations of the conformers of a molecule."""

import math
from typing import Any

from numpy.typing import ArrayLike

from ..._arrays import algebra
from ..._arrays.rows import Rows
from ..._validation import validated
from ...symmetries import Orthogonal, PermutationGroup
from ._known import KnownPair


@validated({"permutations": ["array-like", PermutationGroup], "superpose": ["boolean"]})
def symmetric_rmsd(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    permutations: ArrayLike | PermutationGroup,
    superpose: bool = True,
    sample_weight: ArrayLike | None = None,
) -> Any:
    r"""Mean root mean square deviation of conformers, up to atoms that may change places.

    .. math:: \frac{1}{N} \sum_i \min_{\pi, R, t}
        \sqrt{\frac{1}{n} \sum_{k=1}^n \| R\, \hat y_{i, \pi(k)} + t - y_{i, k} \|^2}

    with :math:`\pi` a permutation of atoms that the molecule does not change under, R a rotation
    (no reflection, which would make the mirror image) and t a translation. All permutations are
    tried, each with the best superposition.

    Parameters
    ----------
    y_true : array-like of shape (n_samples, 3 * n_atoms)
        True positions of the atoms, x, y, z of the first one, then of the next.
    y_pred : array-like of shape (n_samples, 3 * n_atoms)
        Predicted positions, of the same atoms in the same order but for the permutations.
    permutations : array-like of shape (n_permutations, n_atoms) or PermutationGroup
        Orders of the atoms that keep elements and bonds, or some that make all of them: what
        ``mol.GetSubstructMatches(mol, uniquify=False)`` of RDKit returns, or
        `sksym.PermutationGroup.of_graph` of the bonds with ``block_size=3``.
    superpose : bool, default=True
        Whether conformers are moved onto each other. Not for poses in a binding site, whose place
        is part of the answer.
    sample_weight : array-like of shape (n_samples,), optional
        Sample weights, non-negative and not all zero.

    Returns
    -------
    float or 0-d tensor
        In units of the positions; of tensors a tensor with its gradient.

    Raises
    ------
    ValueError
        If positions are not finite, shapes or weights do not match, or the permutations are none
        of the atoms or more than 10 000.

    References
    ----------
    Meli, Biggin (2020), "spyrmsd: symmetry-corrected RMSD calculations in Python". The
    superposition is that of Kabsch (1976).

    Examples
    --------
    Water, whose hydrogens are alike, and the same with these exchanged and turned:

    >>> from sksym.metrics import symmetric_rmsd
    >>> water = [[0, 0, 0, 0.96, 0, 0, -0.24, 0.93, 0]]
    >>> other = [[0, 0, 0, -0.93, -0.24, 0, 0, 0.96, 0]]
    >>> print(round(symmetric_rmsd(water, other, permutations=[[0, 1, 2], [0, 2, 1]]), 9))
    0.0
    """
    group = permutations
    if not isinstance(group, PermutationGroup):
        group = PermutationGroup(permutations, block_size=3)
    pair = KnownPair(y_true, y_pred, group, sample_weight)
    if superpose:
        distance = _superposed(pair.xp, group, pair.pred, pair.true)
    else:
        distance = group.distance(Rows(pair.xp, pair.pred), pair.rows)
    return pair.result(distance / math.sqrt(pair.true.shape[1] // 3))


def _superposed(xp, group, pred, true):
    """Distance of each row, the least over permutations with the best motion of each.

    Not by the product of the two groups, which takes turns where there are many permutations.
    """
    motions, parts = Orthogonal(3, reflections=False, center=True), []
    for rows in algebra.chunks(pred.shape[0], group.order * pred.shape[1]):
        points = list(group.orbit(Rows(xp, pred[rows, :])))
        targets = [true[rows, :]] * len(points)
        pair = (Rows(xp, xp.concat(part, axis=0)) for part in (points, targets))
        distances = xp.reshape(motions.distance(*pair), (len(points), -1))
        parts.append(xp.min(distances, axis=0))
    return xp.concat(parts, axis=0)
