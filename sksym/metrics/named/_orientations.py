"""Angles between orientations of crystals and of objects."""

import math
from typing import Any

from numpy.typing import ArrayLike
from scipy.spatial.transform import Rotation
from sklearn.utils._param_validation import StrOptions

from ..._arrays import algebra
from ..._arrays.rows import Rows
from ..._validation import validated
from ...symmetries import MatrixGroup, Symmetry, crystal_symmetry
from ._known import KnownPair


@validated(
    {"group": [str, Rotation, Symmetry], "side": [StrOptions({"left", "right"}), None]},
    prefer_skip_nested_validation=False,  # crystal_symmetry knows the names
)
def disorientation_angle(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    group: str | Rotation | Symmetry,
    side: str | None = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    r"""Mean angle between orientations up to the rotations of a crystal or of an object.

    .. math:: \frac{1}{N} \sum_i \min_{g \in G} 2 \arccos |\langle g\, \hat q_i, q_i \rangle|
              \cdot \frac{180}{\pi}

    with quaternions of unit norm: the angle of the smallest rotation from one of the equivalent
    orientations to the other.

    Parameters
    ----------
    y_true : array-like of shape (n_samples, 4)
        True orientations as quaternions x, y, z, w, scalar last as in scipy. Only their direction
        counts, and q and -q are one orientation.
    y_pred : array-like of shape (n_samples, 4)
        Predictions.
    group : str, scipy.spatial.transform.Rotation or Symmetry
        Point group of the crystal as `sksym.crystal_symmetry` takes it, such as ``"m-3m"``; the
        rotations of an object, as ``Rotation.create_group("D6")`` gives them, or some that make
        them; or a symmetry of quaternions that has q and -q in one orbit, such as
        `sksym.AxisRotation`.
    side : {"left", "right"}, default=None
        On which side the group multiplies, for a name or rotations; by default the left as in
        `sksym.crystal_symmetry`. "left", g q, where q takes directions of the sample to those of
        the crystal, the convention of orix and of Bunge. "right", q g, where it takes directions
        of the crystal or the object to those of the sample or the camera, as in MTEX, in scipy and
        in `sksym.datasets.make_orientations`. A symmetry has its side already.
    sample_weight : array-like of shape (n_samples,), optional
        Sample weights, non-negative and not all zero.

    Returns
    -------
    float or 0-d tensor
        In degrees, from 0 to 180, and for a cubic crystal to 62.8. Of tensors a tensor with its
        gradient. Angles near 0 are as exact as the quaternions: they are found from the chord
        between the two and not from the cosine.

    Raises
    ------
    ValueError
        If rows do not have four finite numbers, one of them is zero, shapes or weights do not
        match, or the group is none of quaternions.

    References
    ----------
    Morawiec (2004), "Orientations and rotations", chapter 7.

    Examples
    --------
    A quarter turn about z is none of a cubic crystal; a third of it is 30 degrees:

    >>> from scipy.spatial.transform import Rotation
    >>> from sksym.metrics import disorientation_angle
    >>> q = Rotation.from_euler("z", [[0], [90], [30]], degrees=True).as_quat()
    >>> print(round(disorientation_angle(q[:1], q[1:2], group="m-3m"), 9))
    0.0
    >>> print(round(disorientation_angle(q[1:2], q[2:], group="m-3m"), 9))
    30.0
    """
    symmetry = _symmetry_of(group, side)
    pair = KnownPair(y_true, y_pred, symmetry, sample_weight)
    xp = pair.xp
    true, pred = (
        _directions(xp, *part) for part in (("y_true", pair.true), ("y_pred", pair.pred))
    )
    if isinstance(group, Symmetry):
        _require_double_cover(symmetry, xp, true)
    chord = symmetry.distance(Rows(xp, pred), Rows(xp, true))
    # Between quaternions lies half the angle of the rotation, and half of that spans the chord.
    return pair.result(xp.asin(chord / 2) * (4 * 180 / math.pi))


def _symmetry_of(group, side):
    if not isinstance(group, Symmetry):
        make = crystal_symmetry if isinstance(group, str) else MatrixGroup.from_rotations
        return make(group, "left" if side is None else side)
    if side is not None:
        raise ValueError(f"{group!r} has its side already; leave out side={side!r}.")
    return group


def _directions(xp, name, q):
    """Quaternions of unit norm."""
    if q.shape[1] != 4:
        raise ValueError(f"{name} must have the four columns x, y, z, w, got {q.shape[1]}.")
    if bool(xp.any(xp.all(q == 0, axis=1))):
        raise ValueError(f"{name} has a quaternion that is zero, which is no orientation.")
    return algebra.directed(xp, q)


def _require_double_cover(symmetry, xp, q):
    distance = symmetry.distance(Rows(xp, -q), Rows(xp, q))
    if not symmetry.is_isometric or bool(xp.any(distance > 1e-6)):
        raise ValueError(
            f"group must be a symmetry of quaternions that has q and -q in one orbit, as those of "
            f"crystal_symmetry and MatrixGroup.from_rotations do, got {symmetry!r}."
        )
