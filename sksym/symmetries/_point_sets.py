"""Rows as point sets: their centroids, their sizes and random steps."""

from .._arrays import algebra


def as_points(xp, y, symmetry):
    """Rows as point sets, shape (n_samples, n_points, dim).

    Raises
    ------
    ValueError
        If the width of the rows is not a multiple of the dimension.
    """
    if symmetry.dim < 1 or y.shape[1] % symmetry.dim:
        raise ValueError(
            f"{symmetry!r} needs rows of points of {symmetry.dim} coordinates, got {y.shape[1]} "
            f"columns."
        )
    return xp.reshape(y, (y.shape[0], y.shape[1] // symmetry.dim, symmetry.dim))


def centroid(xp, points):
    """Centroid of each point set, 0 where it is rounding; shape (n_samples, 1, dim).

    A reference that was centred must not move rows by the rounding of its centre.
    """
    mean = xp.mean(points, axis=1, keepdims=True)
    size = xp.max(xp.abs(points), axis=(1, 2), keepdims=True)
    is_small = xp.abs(mean) <= 4 * xp.finfo(points.dtype).eps * size
    return xp.where(is_small, xp.zeros_like(mean), mean)


def is_rounding(xp, step, y):
    """Whether a step of points is within the rounding of their rows; shape (n_samples,)."""
    size = xp.max(xp.abs(y), axis=1)
    return xp.max(xp.abs(step), axis=(1, 2)) <= 8 * xp.finfo(y.dtype).eps * size


def centred_rows(xp, y, symmetry):
    """Rows as point sets about their centroids."""
    points = as_points(xp, y, symmetry)
    return xp.reshape(about_centroid(xp, points), y.shape)


def about_centroid(xp, points):
    """Point sets about their centroids; once more, since the first difference may cancel."""
    points = points - xp.mean(points, axis=1, keepdims=True)
    return points - centroid(xp, points)


def translated_at_random(xp, y, symmetry, rng):
    """Each row moved by about its own size, so that the step is in its unit."""
    points = as_points(xp, y, symmetry)
    size = algebra.scaled(xp, algebra.constant(y))[1]
    step = algebra.like(xp, rng.standard_normal((y.shape[0], 1, symmetry.dim)), y)
    return xp.reshape(points + step * size[:, None, :], y.shape)


def scaled_points(xp, points):
    """Points over the largest coordinate of their set, where products could overflow or vanish."""
    rows = xp.reshape(points, (points.shape[0], -1))
    return xp.reshape(algebra.tamed(xp, rows), points.shape)
