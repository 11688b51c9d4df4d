"""Coordinates of the outer product of a row with itself, and the way back.

The map from a row to ``y y^H`` forgets exactly its sign (its phase), and nothing else.
"""

import math

import numpy as np

from . import algebra


def outer_coordinates(xp, y):
    r"""Real coordinates of :math:`y y^H`, at Frobenius distances.

    The diagonal, then :math:`\sqrt 2` times the part above it (for complex rows its real part,
    then its imaginary part).

    Parameters
    ----------
    xp : module
        Array namespace.
    y : array of shape (n_samples, n)
        Rows.

    Returns
    -------
    array of shape (n_samples, n * (n + 1) / 2), or (n_samples, n**2) for complex rows
    """
    i, j = (xp.asarray(index, device=algebra.device(y)) for index in _upper(y.shape[1]))
    above = 2**0.5 * xp.take(y, i, axis=1) * algebra.conj(xp, xp.take(y, j, axis=1))
    if not xp.isdtype(y.dtype, "complex floating"):
        return xp.concat([y * y, above], axis=1)
    diagonal = xp.real(y) ** 2 + xp.imag(y) ** 2
    return xp.concat([diagonal, xp.real(above), xp.imag(above)], axis=1)


def nearest_row(xp, z, *, is_complex):
    r"""A row y whose :math:`y y^H` is nearest to the matrix with the given coordinates.

    With :math:`\lambda, v` the leading eigenpair of that matrix, :math:`y = \sqrt{\lambda_+}\, v`
    (Eckart and Young).

    Parameters
    ----------
    xp : module
        Array namespace.
    z : array of shape (n_samples, n * (n + 1) / 2), or (n_samples, n**2) if `is_complex`
        Coordinates as from `outer_coordinates`, exact or predicted.
    is_complex : bool
        Whether the rows are complex.

    Returns
    -------
    array of shape (n_samples, n)
        Of any sign or phase.
    """
    n = _side(z.shape[1], is_complex=is_complex)
    if z.dtype not in (xp.float32, xp.float64):  # LAPACK knows no longer floats
        row = nearest_row(xp, xp.astype(z, xp.float64), is_complex=is_complex)
        return xp.astype(row, xp.result_type(z.dtype, row.dtype))
    values, vectors = xp.linalg.eigh(_matrices(xp, z, n, is_complex=is_complex))
    leading = values[:, -1]
    is_positive = leading > 0
    # The square root has no derivative at 0: keep 0 out of it.
    size = xp.sqrt(xp.where(is_positive, leading, xp.ones_like(leading)))
    size = xp.where(is_positive, size, xp.zeros_like(size))
    return xp.astype(size, vectors.dtype)[:, None] * vectors[:, :, -1]


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
