"""Coordinates of the Gram matrix of some points, and the way back.

The map from points Y (one a row) to ``Y Y^H`` forgets exactly an orthogonal (unitary) map of
their space, and nothing else: of points on a line their common sign or phase.
"""

import math

import numpy as np

from .._arrays import algebra


def gram_coordinates(xp, points):
    r"""Real coordinates of :math:`Y Y^H`, at Frobenius distances.

    The diagonal, then :math:`\sqrt 2` times the part above it (for complex points its real part,
    then its imaginary part).

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    points : array of shape (n_samples, n, dim)
        The points Y of each sample.

    Returns
    -------
    array of shape (n_samples, n * (n + 1) / 2), or (n_samples, n**2) for complex points
    """
    device = algebra.device(points)
    i, j = (xp.asarray(index, device=device) for index in _upper(points.shape[1]))
    second = algebra.conj(xp, xp.take(points, j, axis=1))
    above = 2**0.5 * xp.sum(xp.take(points, i, axis=1) * second, axis=2)
    if not algebra.is_complex(xp, points):
        return xp.concat([xp.sum(points * points, axis=2), above], axis=1)
    diagonal = xp.sum(xp.real(points) ** 2 + xp.imag(points) ** 2, axis=2)
    return xp.concat([diagonal, xp.real(above), xp.imag(above)], axis=1)


def nearest_points(xp, z, dim, *, is_complex=False, is_centred=False):
    r"""Points Y whose :math:`Y Y^H` is nearest to the matrix with the given coordinates.

    With :math:`\lambda_k, v_k` the leading `dim` eigenpairs of that matrix, the k-th column of Y
    is :math:`\sqrt{(\lambda_k)_+}\, v_k` (Eckart and Young; of centred points, classical
    multidimensional scaling).

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    z : array of shape (n_samples, n * (n + 1) / 2), or (n_samples, n**2) if `is_complex`
        Coordinates as from `gram_coordinates`, exact or predicted.
    dim : int
        Dimension of the points.
    is_complex : bool
        Whether they are complex.
    is_centred : bool
        Whether their centroid is to be the origin: the matrix is centred twice before.

    Returns
    -------
    array of shape (n_samples, n, dim)
        Up to an orthogonal (unitary) map.
    """
    dtype, z = z.dtype, algebra.lapack(xp, z)
    n = _side(z.shape[1], is_complex=is_complex)
    matrices = _matrices(xp, z, n, is_complex=is_complex)
    if is_centred:
        for axis in (1, 2):
            matrices = matrices - xp.mean(matrices, axis=axis, keepdims=True)
    values, vectors = xp.linalg.eigh(matrices)
    leading = xp.flip(values, axis=1)[:, :dim]
    is_positive = leading > 0
    # The square root has no derivative at 0: keep 0 out of it.
    size = xp.sqrt(xp.where(is_positive, leading, xp.ones_like(leading)))
    size = xp.where(is_positive, size, xp.zeros_like(size))
    points = xp.astype(size, vectors.dtype)[:, None, :] * xp.flip(vectors, axis=2)[:, :, :dim]
    points = xp.astype(points, xp.result_type(dtype, points.dtype), copy=False)
    if dim <= n:
        return points
    missing = xp.broadcast_to(xp.zeros_like(points[:, :, :1]), (*points.shape[:2], dim - n))
    return xp.concat([points, missing], axis=2)  # fewer points than dimensions span no more


def _matrices(xp, z, n, *, is_complex):
    """The symmetric (Hermitian) matrices, shape (n_samples, n, n), of their coordinates."""
    i, j = _upper(n)
    column = np.zeros((n, n), dtype=np.int64)
    column[np.diag_indices(n)] = np.arange(n)
    column[i, j] = column[j, i] = n + np.arange(len(i))
    scale = np.where(np.eye(n) > 0, 1.0, 0.5**0.5)
    real = _gather(xp, z, column, scale)
    if not is_complex:
        return real
    sign = np.triu(np.ones((n, n)), 1) - np.tril(np.ones((n, n)), -1)
    # The diagonal has no imaginary part: its column is any, times a sign of 0.
    imag = _gather(xp, z, np.where(np.eye(n) > 0, 0, column + len(i)), scale * sign)
    return algebra.complex_of(xp, real, imag)


def _gather(xp, z, column, scale):
    """Entries ``scale * z[:, column]`` as matrices."""
    entries = xp.take(z, xp.asarray(column.ravel(), device=algebra.device(z)), axis=1)
    entries = entries * algebra.like(xp, scale.ravel(), z)
    return xp.reshape(entries, (z.shape[0], *column.shape))


def _upper(n):
    """Row and column indices above the diagonal."""
    return np.triu_indices(n, k=1)


def _side(n_entries, *, is_complex):
    """Side n of the matrix that `n_entries` real coordinates describe."""
    n = math.isqrt(n_entries) if is_complex else (math.isqrt(8 * n_entries + 1) - 1) // 2
    if n_entries != (n * n if is_complex else n * (n + 1) // 2):
        raise ValueError(
            f"z must have {'n**2' if is_complex else 'n * (n + 1) / 2'} columns, the coordinates "
            f"of a {'Hermitian' if is_complex else 'symmetric'} n x n matrix, got {n_entries}."
        )
    return n
