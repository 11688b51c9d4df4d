"""Inner products, directions and norms of rows that survive extreme values.

Written against the array API, so that one formula serves NumPy and torch, the transformer, the
metric and the loss. ``xp`` is the array namespace throughout.
"""

import numpy as np
from array_api_compat import device

# Rows whose moduli fit into a processor's cache.
_CHUNK = 4096


def is_complex(xp, y):
    """Whether the rows have a complex dtype."""
    return xp.isdtype(y.dtype, "complex floating")


def like(xp, values, y):
    """Values as an array of the dtype and on the device of the rows."""
    return xp.asarray(values, dtype=y.dtype, device=device(y))


def complex_of(xp, re, im):
    """The complex array ``re + i im``."""
    dtype = xp.result_type(re.dtype, xp.complex64)
    return xp.astype(re, dtype) + 1j * xp.astype(im, dtype)


def conj(xp, y):
    """Complex conjugate; real rows as they are."""
    return xp.conj(y) if is_complex(xp, y) else y


def real_rows(xp, y):
    """Real rows as they are, complex ones as ``[Re | Im]``."""
    return xp.concat([xp.real(y), xp.imag(y)], axis=1) if is_complex(xp, y) else y


def lapack(xp, y):
    """The same values in a dtype that linear algebra routines know."""
    if y.dtype in (xp.float32, xp.float64, xp.complex64, xp.complex128):
        return y
    return xp.astype(y, xp.complex128 if is_complex(xp, y) else xp.float64)


def constant(y):
    """The same values without their gradient history."""
    return y.detach() if hasattr(y, "detach") else y


def nan_like(xp, y):
    """Rows of NaN, in both parts of complex ones."""
    return xp.full_like(y, complex(np.nan, np.nan) if is_complex(xp, y) else np.nan)


def copy(xp, y):
    """A new array with the same rows (and the same gradient history)."""
    return xp.concat([y], axis=0)


def on_host(values):
    """Values of any array library as a NumPy array, without gradients."""
    return np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)


def chunks(n_samples, n_entries, limit=2**18):
    """Slices of samples such that no temporary has many more than `limit` entries.

    Parameters
    ----------
    n_samples : int
        Number of samples.
    n_entries : int
        Entries of the temporary for each sample.
    limit : int
        Entries at a time.

    Returns
    -------
    iterator of slice
    """
    return batches(n_samples, max(1, limit // max(1, n_entries)))


def batches(n_samples, size):
    """Slices of so many samples.

    `sklearn.utils.gen_batches` would check its arguments for half a millisecond, as long as the
    alignment of a few rows takes.
    """
    return (slice(start, min(start + size, n_samples)) for start in range(0, n_samples, size))


def overlap(xp, y, to):
    r"""Direction of the inner product :math:`\sum_j \bar y_j\, t_j` of each row of y with `to`.

    Only the sign or the phase of the result has a meaning: rows are scaled by positive factors
    where the plain sum would overflow or vanish.

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    y : array of shape (n_samples, n_coordinates)
        Rows.
    to : array of shape (1, n_coordinates) or (n_samples, n_coordinates)
        Rows to compare with, of the dtype of `y`.

    Returns
    -------
    value : array of shape (n_samples,)
        The inner product up to a positive factor for each row.
    rounding : array of shape (n_samples,) or (1,)
        Bound of the rounding error of `value`: a smaller value may be zero in truth.
    """
    if to.shape[0] == 1:
        return _overlap_with_one(xp, y, to)
    with np.errstate(over="ignore", invalid="ignore"):
        value, size = _inner_and_size(xp, y, to)
        is_sound = xp.isfinite(value) & (xp.abs(value) > _tiny(xp, y))
    if not bool(xp.all(is_sound)):
        scaled_pair = _inner_and_size(xp, scaled(xp, y)[0], scaled(xp, to)[0])
        value, size = (
            xp.where(is_sound, *pair) for pair in zip((value, size), scaled_pair, strict=True)
        )
    return value, _rounding(xp, y) * size


def _overlap_with_one(xp, y, to):
    """`overlap` with a single row: only its non-zero columns count, often just one."""
    columns = xp.nonzero(to[0, :])[0]
    if columns.shape[0] == 0:
        zero = xp.zeros_like(y[:, 0])
        return zero, xp.abs(zero)
    if columns.shape[0] == 1:
        column = int(columns[0])
        y, to = y[:, column : column + 1], to[:, column : column + 1]
        if not bool(xp.any(imag(xp, to) != 0)):  # a single real factor does not round
            value = conj(xp, y[:, 0]) * divide(xp, to, xp.abs(to))[0, :]
            return value, xp.zeros_like(xp.abs(value[:1]))
    elif columns.shape[0] < y.shape[1]:
        y, to = xp.take(y, columns, axis=1), xp.take(to, columns, axis=1)
    to = divide(xp, to, xp.max(xp.abs(to)) * y.shape[1])  # the sum cannot overflow
    value, size = _inner_and_size(xp, y, to)
    return value, _rounding(xp, y) * size


def _inner_and_size(xp, y, to):
    """Inner products, and the sum of moduli that bounds their rounding."""
    size = [  # by chunks, so that the moduli are no copies of all rows
        xp.vecdot(xp.abs(y[rows, :]), xp.abs(to[rows, :] if to.shape[0] > 1 else to))
        for rows in batches(y.shape[0], _CHUNK)
    ]
    return xp.vecdot(y, to), xp.concat(size)


def _rounding(xp, y):
    return 4 * y.shape[1] * xp.finfo(y.dtype).eps


def _tiny(xp, y):
    return xp.finfo(y.dtype).smallest_normal / xp.finfo(y.dtype).eps


def scaled(xp, y):
    """Rows divided by their largest modulus (1 for a zero row), and that divisor."""
    scale = xp.max(xp.abs(y), axis=1, keepdims=True)
    scale = xp.where(scale > 0, scale, xp.ones_like(scale))
    return divide(xp, y, scale), scale


def power_of_two(xp, y):
    """A power of two of about the size of each row, which divides without rounding."""
    size = scaled(xp, constant(y))[1]
    host = np.asarray(size.cpu() if hasattr(size, "cpu") else size)
    return like(xp, np.ldexp(1.0, np.frexp(host)[1] - 1), size)


def tamed(xp, y):
    """Rows whose products neither overflow nor vanish: scaled, but only if one of them could."""
    return y if _is_moderate(xp, xp.max(xp.abs(y), axis=1)) else scaled(xp, y)[0]


def tamed_together(xp, y, to):
    """Rows and their targets in one unit where products of them could overflow or vanish."""
    size = xp.maximum(xp.max(xp.abs(y), axis=1), xp.max(xp.abs(to), axis=1))
    if _is_moderate(xp, size):
        return y, to
    size = xp.where(size > 0, size, xp.ones_like(size))[:, None]
    return divide(xp, y, size), divide(xp, xp.broadcast_to(to, y.shape), size)


def _is_moderate(xp, size):
    limit = xp.finfo(size.dtype).max ** 0.25
    return bool(xp.all((size == 0) | ((size < limit) & (size > 1 / limit))))


def divide(xp, y, divisor):
    """Rows over real numbers; a complex division would overflow for a subnormal divisor."""
    if is_complex(xp, y):
        return complex_of(xp, xp.real(y) / divisor, xp.imag(y) / divisor)
    return y / divisor


def directed(xp, y):
    """Rows of unit norm along those of y; zero rows as they are."""
    y = scaled(xp, y)[0]
    size = norm(xp, y)[:, None]
    return divide(xp, y, xp.where(size > 0, size, xp.ones_like(size)))


def real(xp, y):
    """Real part; real rows as they are."""
    return xp.real(y) if is_complex(xp, y) else y


def imag(xp, y):
    """Imaginary part; zeros for real rows."""
    return xp.imag(y) if is_complex(xp, y) else xp.zeros_like(y)


def unit(xp, z):
    """``z / |z|`` without overflow or underflow, and 1 where z is 0."""
    re, im = xp.real(z), xp.imag(z)
    scale = xp.maximum(xp.abs(re), xp.abs(im))
    is_zero = scale == 0
    scale = xp.where(is_zero, xp.ones_like(scale), scale)
    re = xp.where(is_zero, xp.ones_like(re), re / scale)
    im = im / scale
    size = xp.sqrt(re * re + im * im)
    return complex_of(xp, re / size, im / size)


def norm(xp, y):
    """Euclidean norm of each row, without overflow or underflow; shape (n_samples,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        square = squared_norm(xp, y)
    is_sound = xp.isfinite(square) & (square > _tiny(xp, y))
    # The square root has no derivative at 0: keep 0 out of it and let the scaled rows decide.
    plain = xp.sqrt(xp.where(is_sound, square, xp.ones_like(square)))
    if bool(xp.all(is_sound)):
        return plain
    rows, scale = scaled(xp, y)
    square = squared_norm(xp, rows)
    is_zero = square == 0
    size = xp.sqrt(xp.where(is_zero, xp.ones_like(square), square)) * scale[:, 0]
    return xp.where(is_sound, plain, xp.where(is_zero, xp.zeros_like(size), size))


def squared_norm(xp, y):
    """Squared Euclidean norm of each row; shape (n_samples,)."""
    square = xp.vecdot(y, y)
    return xp.real(square) if is_complex(xp, y) else square


def or_one(xp, values):
    """Values with 1 for those that are not positive, to divide by."""
    return xp.where(values > 0, values, xp.ones_like(values))


def first_nonzero(xp, y):
    """Column of the first non-zero entry of each row, 0 for a zero row; shape (n_samples,)."""
    return xp.argmax(xp.astype(y != 0, xp.int8), axis=1)


def take_column(xp, y, index):
    """Entry ``y[i, index[i]]`` of each row; shape (n_samples,)."""
    return xp.take_along_axis(y, index[:, None], axis=1)[:, 0]


def projection(xp, y, reference):
    r"""Length :math:`|\langle y, r\rangle| / \|r\|` of each row along one reference row."""
    size = norm(xp, reference)[:, None]
    size = xp.where(size > 0, size, xp.ones_like(size))  # a reference of zeros: always on the cut
    return xp.abs(xp.vecdot(y, divide(xp, reference, size)))
