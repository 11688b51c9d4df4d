"""Nearest rotation of a point set (orthogonal Procrustes problem), degenerate sets included.

Of complex points the nearest unitary map, by the same formulas.
"""

from .._arrays import algebra
from . import _choice


def nearest_rotation(xp, points, target, rounding, *, reflections):
    r"""Orthogonal (unitary) matrices R that bring points nearest to a target.

    The largest :math:`\operatorname{Re} \operatorname{tr} R^H M` with
    :math:`M = Y^H T = U S V^H` is reached by :math:`U V^H` (Schönemann 1966); without reflections
    the last column of U changes its sign where the determinant would be negative (Kabsch 1976).
    Two things leave R open: directions in which M vanishes, and, where the determinant had to be
    mended, several smallest singular values, any direction of which may be reflected. There a
    target in general position decides.

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    points : array of shape (n_samples, n_points, dim)
        The points Y, of moderate size.
    target : array of shape (1, n_points, dim) or (n_samples, n_points, dim)
        Points that they are brought near to.
    rounding : float
        Relative rounding of the points.
    reflections : bool
        Whether R may have determinant -1, or, of complex points, any.

    Returns
    -------
    rotation : array of shape (n_samples, dim, dim)
    overlap : array of shape (n_samples, dim, dim)
        The matrices M.
    is_tie : array of shape (n_samples,)
        Where the target in general position had a say.
    """
    overlap = adjoint(xp, points) @ target
    u, s, vt = xp.linalg.svd(overlap, full_matrices=False)
    size = _size(xp, points) * _size(xp, target)
    is_free = xp.ones_like(size, dtype=xp.bool) if reflections else xp.linalg.det(u @ vt) > 0
    n_open, is_null = _open_directions(xp, s, rounding * size, is_free)
    rotation = u @ vt if reflections else _mended(xp, u, is_free) @ vt
    is_tie = n_open >= (1 if reflections else 2)  # the determinant settles a single direction
    if not bool(xp.any(is_tie)):
        return rotation, overlap, is_tie
    other = rotation
    for count in range(1, s.shape[1] + 1):
        chosen = is_tie & (n_open == count)
        if bool(xp.any(chosen)):
            rows = xp.nonzero(chosen)[0]
            parts = (_choice.rows_of(xp, part, rows) for part in (points, u, vt, is_null))
            turned = _decided(xp, *parts, count, reflections=reflections)
            other = _choice.replaced(xp, other, chosen, turned)
    # Overlaps tell squares apart: what they leave open need not be as near.
    near, far = (_distance(xp, points @ turn, target) for turn in (rotation, other))
    is_tie = is_tie & (far <= near + rounding)
    return xp.where(is_tie[:, None, None], other, rotation), overlap, is_tie


def adjoint(xp, matrices):
    """Transposes of matrices, conjugate where they are complex."""
    return xp.matrix_transpose(algebra.conj(xp, matrices))


def _open_directions(xp, s, rounding, is_free):
    """How many of the smallest singular values leave a freedom, and whether they vanish.

    They vanish, or, where the determinant is not free, they equal the last one.
    """
    is_null = s <= rounding[:, None]
    is_equal = ~is_free[:, None] & (s - s[:, -1:] <= rounding[:, None])
    has_null = is_null[:, -1]
    is_open = xp.where(has_null[:, None], is_null, is_equal)
    return xp.sum(xp.astype(is_open, xp.int64), axis=1), has_null


def _decided(xp, points, u, vt, is_null, count, *, reflections):
    """Rotations whose last `count` directions are those nearest to a target in general position.

    Of a null space any orthogonal map Q will do; of equal singular values only
    :math:`Q = I - 2 q q^T`, best where q is the direction of the smallest eigenvalue.
    """
    generic = _choice.generic_row(points.shape[1] * points.shape[2], number=1)
    generic = generic.reshape(points.shape[1:])
    overlap = adjoint(xp, points) @ algebra.like(xp, generic, points)[None, :, :]
    last_u, last_v = u[:, :, -count:], adjoint(xp, vt)[:, :, -count:]
    rest = adjoint(xp, last_u) @ overlap @ last_v
    q = xp.linalg.eigh((rest + adjoint(xp, rest)) / 2)[1][:, :, :1]
    eye = xp.eye(count, dtype=u.dtype, device=algebra.device(u))
    reflection = eye[None, :, :] - 2 * q @ adjoint(xp, q)
    rest_u, _, rest_vt = xp.linalg.svd(rest, full_matrices=False)
    if not reflections:
        is_proper = xp.linalg.det(u @ vt) * xp.linalg.det(rest_u @ rest_vt) > 0
        rest_u = _mended(xp, rest_u, is_proper)
    turn = xp.where(is_null[:, None, None], rest_u @ rest_vt, reflection)
    last_u = last_u @ turn
    return xp.concat([u[:, :, :-count], last_u], axis=2) @ vt


def _mended(xp, u, is_proper):
    """Singular vectors, the last one turned round where the determinant would be wrong."""
    sign = xp.where(is_proper, xp.ones_like(u[:, 0, 0]), -xp.ones_like(u[:, 0, 0]))
    return xp.concat([u[:, :, :-1], u[:, :, -1:] * sign[:, None, None]], axis=2)


def _size(xp, points):
    return algebra.norm(xp, _flat(xp, points))


def _distance(xp, points, target):
    return _choice.relative_distance(xp, _flat(xp, points), _flat(xp, target))[0]


def _flat(xp, points):
    """Point sets as rows."""
    return xp.reshape(points, (points.shape[0], -1))
