"""Scales of the factors of a product."""

from typing import ClassVar

import numpy as np

from .._arrays import algebra
from .._validation import COUNT
from . import _choice
from ._base import Symmetry

# Below this size of both parts of a component, over that of its target, powers would overflow.
_NO_SIZE = 1e-140


class FactorScale(Symmetry):
    r"""The scales of the components of a product, :math:`(a_k, x_k) \mapsto (s_k a_k, x_k / s_k)`.

    A row holds a matrix A of `n_rows` x `rank` and a matrix X of `rank` x `n_columns`, each in C
    order; the product A X does not see the numbers :math:`s_k \neq 0`. With rank 1 this is the
    freedom of blind deconvolution.

    The nearest point of the orbit minimises
    :math:`|s a - a'|^2 + |x / s - x'|^2` for each component, at a root of the quartic
    :math:`|a|^2 s^4 - \langle a, a' \rangle s^3 + \langle x, x' \rangle s - |x|^2`. The group is
    not isometric: representatives have components with :math:`|a_k| = |x_k|`, of the sign that is
    nearer to the reference; on the cut, the first coordinate that is not zero is made positive.
    The default reference has ones in the first row of A.

    Parameters
    ----------
    n_rows, rank, n_columns : int
        Sizes of the factors.

    Examples
    --------
    >>> from sksym import FactorScale
    >>> symmetry = FactorScale(n_rows=1, rank=1, n_columns=2)
    >>> symmetry.canonicalize([[-5.0, -12.0, -16.0]])
    array([[10.,  6.,  8.]])
    >>> symmetry.distance([[-5.0, -12.0, -16.0]], [[2.0, 30.0, 40.0]]).round(12)
    array([0.])
    """

    _parameter_constraints: ClassVar[dict] = {
        "n_rows": [COUNT],
        "rank": [COUNT],
        "n_columns": [COUNT],
    }

    is_isometric = False

    def __init__(self, n_rows: int, rank: int, n_columns: int) -> None:
        self.n_rows = n_rows
        self.rank = rank
        self.n_columns = n_columns

    def _align(self, xp, y, to):
        parts = [*self._components(xp, y), *self._components(xp, to)]
        host = [np.asarray(algebra.constant(part), dtype=np.float64) for part in parts]
        shape = host[0].shape[0]
        a, x, to_a, to_x = (np.broadcast_to(p, (shape, *p.shape[1:])) for p in host)
        return self._scaled_by(xp, *parts[:2], algebra.like(xp, _best_scale(a, x, to_a, to_x), y))

    def _canonicalize(self, xp, y, reference):
        a, x = self._components(xp, y)
        to_a, to_x = self._components(xp, reference)
        # As in alignment, no gradient flows through the choice of the group element.
        size_a, size_x = (_norms(xp, algebra.constant(part)) for part in (a, x))
        # Where one part is zero the other has norm 1.
        balance = xp.sqrt(size_x) / xp.sqrt(algebra.or_one(xp, size_a))
        scale = xp.where(size_a > 0, balance, size_x)
        scale = xp.where(size_x > 0, scale, 1 / algebra.or_one(xp, size_a))
        stands = xp.abs(scale - 1) <= 8 * y.shape[1] * xp.finfo(y.dtype).eps
        scale = xp.where(stands, xp.ones_like(scale), scale)
        a, x = a * scale[:, None, :], x / scale[:, None, :]
        both, to_both = xp.concat([a, x], axis=1), xp.concat([to_a, to_x], axis=1)
        overlap = xp.sum(both * to_both, axis=1)
        rounding = _choice.rounding_of(xp, y) * xp.sum(xp.abs(both * to_both), axis=1)
        first = xp.argmax(xp.astype(both != 0, xp.int8), axis=1)[:, None, :]
        next_one = xp.take_along_axis(both, first, axis=1)[:, 0, :]
        overlap = xp.where(xp.abs(overlap) <= rounding, next_one, overlap)
        sign = xp.where(overlap < 0, -xp.ones_like(overlap), xp.ones_like(overlap))
        return self._scaled_by(xp, a, x, sign)

    def _random(self, xp, y, rng):
        a, x = self._components(xp, y)
        shape = (y.shape[0], self.rank)
        scale = rng.choice([-1.0, 1.0], size=shape) * np.exp(0.5 * rng.standard_normal(shape))
        return self._scaled_by(xp, a, x, algebra.like(xp, scale, y))

    def _reference(self, n_coordinates):
        reference = np.zeros(n_coordinates)
        reference[: self.rank] = 1.0
        return reference

    def _margin(self, xp, y, reference):
        """Distance of the balanced components from the cut of their sign."""
        a, x = self._components(xp, self._canonicalize(xp, y, reference))
        to_a, to_x = self._components(xp, reference)
        overlap = xp.sum(a * to_a, axis=1) + xp.sum(x * to_x, axis=1)
        size = xp.sqrt(xp.sum(to_a * to_a, axis=1) + xp.sum(to_x * to_x, axis=1))
        return xp.min(xp.abs(overlap) / algebra.or_one(xp, size), axis=1)

    def _components(self, xp, y):
        """Columns of A and rows of X, both of shape (n_samples, length, rank)."""
        n_a = self.n_rows * self.rank
        if y.shape[1] != n_a + self.rank * self.n_columns:
            raise ValueError(
                f"{self!r} needs rows of {n_a + self.rank * self.n_columns} coordinates, got "
                f"{y.shape[1]}."
            )
        a = xp.reshape(y[:, :n_a], (y.shape[0], self.n_rows, self.rank))
        x = xp.reshape(y[:, n_a:], (y.shape[0], self.rank, self.n_columns))
        return a, xp.matrix_transpose(x)

    def _scaled_by(self, xp, a, x, scale):
        a, x = a * scale[:, None, :], xp.matrix_transpose(x / scale[:, None, :])
        return xp.concat([xp.reshape(part, (part.shape[0], -1)) for part in (a, x)], axis=1)


def _norms(xp, part):
    """Norms of the components of one factor; shape (n_samples, rank)."""
    flat = xp.reshape(xp.matrix_transpose(part), (-1, part.shape[1]))
    return xp.reshape(algebra.norm(xp, flat), (part.shape[0], part.shape[2]))


def _best_scale(a, x, to_a, to_x):
    """The scale s of the smallest ``|s a - a'|**2 + |x / s - x'|**2``; NumPy arrays.

    The parts have shape (n_samples, length, rank), the result (n_samples, rank). Where several
    scales are equally good, that of the largest first coordinate.
    """
    size_a, size_x = (_norms(np, part) for part in (a, x))
    # Of parts that differ in size the scale makes parts of one size.
    size = np.sqrt(size_a) * np.sqrt(size_x)
    unit = np.maximum(size, np.max([np.abs(part).max(axis=1) for part in (to_a, to_x)], axis=0))
    unit = np.where(unit > 0, unit, 1.0)
    size = size / unit
    is_open = size < _NO_SIZE
    safe_a, safe_x, size = (np.where(is_open, 1.0, part) for part in (size_a, size_x, size))
    # With s = t s0 both squares become one number: t**4 - b t**3 + d t - 1 = 0.
    b = _along(a, size_a, to_a) / unit / size
    d = _along(x, size_x, to_x) / unit / size
    first = np.take_along_axis(a, np.argmax(a != 0, axis=1)[:, None, :], axis=1)[:, 0, :]
    best = _best_root(b, d, np.sign(first)) * (np.sqrt(safe_x) / np.sqrt(safe_a))
    return np.where(is_open, _open_scale(a, x, to_a, to_x, size_a, size_x), best)


def _along(part, size, to):
    """Length of the target's part along the row's; shape (n_samples, rank)."""
    return (part / np.where(size > 0, size, 1.0)[:, None, :] * to).sum(axis=1)


def _best_root(b, d, sign):
    """The t of the smallest ``t**2 + t**-2 - 2 b t - 2 d / t``, of several that of this sign."""
    companion = np.zeros((*b.shape, 4, 4))
    companion[..., [1, 2, 3], [0, 1, 2]] = 1.0
    companion[..., 0, 3], companion[..., 1, 3], companion[..., 3, 3] = 1.0, -d, b
    roots = np.linalg.eigvals(companion)
    is_real = np.abs(roots.imag) < 1e-4 * np.abs(roots)  # two at least: -1 at 0, positive far out
    t = np.where(is_real, roots.real, 1.0)
    b, d, sign = b[..., None], d[..., None], sign[..., None]
    # Polish what the eigenvalues give, for small t its inverse: no power of it can overflow.
    is_small = np.abs(t) < 1
    b, d = np.where(is_small, d, b), np.where(is_small, b, d)
    t = np.where(is_small, 1 / t, t)
    for _ in range(3):
        slope = 1 + 3 * t**-4.0 - 2 * d * t**-3.0
        step = (t - t**-3.0 - b + d * t**-2.0) / np.where(slope == 0, 1.0, slope)
        t = np.where(np.abs(step) < 0.1 * np.abs(t), t - step, t)
    terms = np.stack([t**2, t**-2.0, -2 * b * t, -2 * d / t])
    cost = np.where(is_real, terms.sum(axis=0), np.inf)
    rounding = 64 * np.finfo(float).eps * np.abs(terms).sum(axis=0)
    is_near = cost <= (cost + np.where(is_real, rounding, np.inf)).min(axis=-1, keepdims=True)
    t = np.where(is_small, 1 / t, t)
    index = np.argmax(np.where(is_near, t * sign, -np.inf), axis=-1)
    return np.take_along_axis(t, index[..., None], axis=-1)[..., 0]


def _open_scale(a, x, to_a, to_x, size_a, size_x):
    """The best scale where one part is zero, or as good as that: the other one is projected.

    Where the projection is zero, which is not in the orbit, it comes within rounding of it.
    """
    eps = np.finfo(np.float64).eps
    safe_a, safe_x = (np.where(size > 0, size, 1.0) for size in (size_a, size_x))
    overlap_a, overlap_x = _along(a, size_a, to_a), _along(x, size_x, to_x)
    of_a = (np.abs(overlap_a) >= np.abs(overlap_x)) & (size_a > 0) | (size_x == 0)
    with np.errstate(divide="ignore", over="ignore"):
        scale = np.where(of_a, overlap_a / safe_a, safe_x / overlap_x)
    limit = np.where(
        size_a > 0, np.where(size_x > 0, 1.0, eps), np.where(size_x > 0, 1 / eps, 1.0)
    )
    return np.where(np.isfinite(scale) & (scale != 0), scale, limit)
