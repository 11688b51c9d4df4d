"""Errors of the poses of objects."""

import functools
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.distance import cdist
from scipy.spatial.transform import Rotation
from sklearn.utils import check_array

from ..._arrays import algebra
from ..._validation import validated
from ...symmetries import Identity
from ._known import KnownPair

_ROUNDED = 1e-3  # of the entries of rotations, which files hold to some digits


@validated({"points": ["array-like"], "symmetries": ["array-like", Rotation]})
def mssd(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    points: ArrayLike,
    symmetries: ArrayLike | Rotation,
    sample_weight: ArrayLike | None = None,
) -> Any:
    r"""Mean maximum symmetry-aware surface distance of poses (MSSD).

    .. math:: \frac{1}{N} \sum_i \min_{S} \max_{x}
        \| (\hat R_i x + \hat t_i) - (R_i\, S x + t_i) \|

    over the symmetries S of the object and the points x of its surface: how far the worst point
    is off. It is a minimum of a maximum, and every symmetry is tried.

    Parameters
    ----------
    y_true : array-like of shape (n_samples, 12)
        True poses: the nine entries of the rotation matrix R, row by row, then the translation t,
        as the files of the BOP challenge have them. With quaternions q it is
        ``np.hstack([Rotation.from_quat(q).as_matrix().reshape(-1, 9), t])``.
    y_pred : array-like of shape (n_samples, 12)
        Predicted poses. Their matrices are used as they are, rotations or not.
    points : array-like of shape (n_points, 3)
        Points of the surface, or the vertices of the model, in the frame of the object.
    symmetries : array-like of shape (n, 3, 3) or (n, 4, 4), or scipy.spatial.transform.Rotation
        All motions that leave the object as it is, in its own frame: rotations about its origin
        or transforms ``[[R, t], [0, 1]]``. The identity may be left out; continuous ones are given
        in steps, as the BOP challenge does. ``Rotation.identity(1)`` if there are none.
    sample_weight : array-like of shape (n_samples,), optional
        Sample weights, non-negative and not all zero.

    Returns
    -------
    float or 0-d tensor
        In units of the translations and the points; of tensors a tensor with its gradient.

    Raises
    ------
    ValueError
        If poses or points are not finite, shapes or weights do not match, a true matrix is no
        rotation, or the symmetries are not all of a group.

    References
    ----------
    Hodaň et al. (2020), "BOP challenge 2020 on 6D object localization", section 2.2.

    Examples
    --------
    A pose that is half a turn about the axis off, of a plate with that symmetry, and 0.5 too far:

    >>> import numpy as np
    >>> from scipy.spatial.transform import Rotation
    >>> from sksym.metrics import mssd
    >>> turns = Rotation.create_group("C2")
    >>> poses = np.hstack([turns.as_matrix().reshape(-1, 9), [[0, 0, 10], [0, 0, 10.5]]])
    >>> plate = [[2, 1, 0], [-2, 1, 0], [-2, -1, 0], [2, -1, 0]]
    >>> mssd(poses[:1], poses[1:], points=plate, symmetries=turns)
    0.5
    """
    pair = KnownPair(y_true, y_pred, Identity(), sample_weight)
    xp = pair.xp
    _require_poses(pair.true)
    points = check_array(points, dtype=np.float64, input_name="points")
    if points.shape[1] != 3:
        raise ValueError(f"points must have three columns, got {points.shape[1]}.")
    rotations, shifts = _transforms(symmetries)
    parts = []
    for rows in algebra.chunks(pair.true.shape[0], points.size):
        true, pred = pair.true[rows, :], pair.pred[rows, :]
        seen = _posed(xp, pred, points)
        equivalent = (points @ r.T + t for r, t in zip(rotations, shifts, strict=True))
        worst = (_worst(xp, seen - _posed(xp, true, moved)) for moved in equivalent)
        parts.append(functools.reduce(xp.minimum, worst))
    return pair.result(xp.concat(parts, axis=0))


def _posed(xp, poses, points):
    """Points of the object where the poses bring them; shape (n_samples, n_points, 3)."""
    rotations = xp.reshape(poses[:, :9], (-1, 3, 3))
    return algebra.like(xp, points, poses) @ xp.matrix_transpose(rotations) + poses[:, None, 9:]


def _worst(xp, errors):
    """Length of the largest error of each sample."""
    lengths = algebra.norm(xp, xp.reshape(errors, (-1, 3)))
    return xp.max(xp.reshape(lengths, errors.shape[:2]), axis=1)


def _require_poses(poses):
    if poses.shape[1] != 12:
        raise ValueError(
            f"y_true must have 12 columns, the nine entries of R row by row and then t, got "
            f"{poses.shape[1]}."
        )
    if not _are_rotations(algebra.on_host(poses)[:, :9].reshape(-1, 3, 3)):
        raise ValueError(
            "y_true has a pose whose first nine columns are no rotation matrix; they must be R "
            "row by row, then t, as np.hstack([R.reshape(-1, 9), t]) makes them."
        )


def _transforms(symmetries):
    """Rotations and translations of the symmetries, the identity among them."""
    if isinstance(symmetries, Rotation):
        symmetries = symmetries.as_matrix().reshape(-1, 3, 3)
    matrices = np.asarray(symmetries, dtype=np.float64)
    if matrices.ndim != 3 or matrices.shape[1:] not in ((3, 3), (4, 4)):
        raise ValueError(
            f"symmetries must have shape (n, 3, 3) or (n, 4, 4), got {matrices.shape}."
        )
    rotations, shifts = matrices[:, :3, :3], np.zeros((len(matrices), 3))
    if matrices.shape[1] == 4:
        shifts = matrices[:, :3, 3]
        if not (matrices[:, 3] == [0, 0, 0, 1]).all() or not np.isfinite(shifts).all():
            raise ValueError("symmetries of shape (n, 4, 4) must be finite [[R, t], [0, 1]].")
    if not _are_rotations(rotations):
        raise ValueError("symmetries must be rotations, orthogonal and of determinant 1.")
    if not _is_among(np.eye(3)[None], rotations):
        rotations = np.concatenate([np.eye(3)[None], rotations])
        shifts = np.concatenate([np.zeros((1, 3)), shifts])
    if not all(_is_among(rotations @ r, rotations) for r in rotations):
        raise ValueError(
            f"symmetries must be all of a group, but products of the {len(matrices)} given are "
            f"not among them; Rotation.create_group has the groups by name."
        )
    return rotations, shifts


def _are_rotations(matrices):
    squares = matrices @ np.swapaxes(matrices, 1, 2)
    is_close = np.abs(squares - np.eye(3)).max(initial=0) < _ROUNDED
    return is_close and bool((np.linalg.det(matrices) > 0).all())


def _is_among(some, rotations):
    """Whether each of some rotations is one of others, to rounding."""
    gaps = cdist(some.reshape(-1, 9), rotations.reshape(-1, 9)).min(axis=1, initial=np.inf)
    return bool((gaps < _ROUNDED).all())
