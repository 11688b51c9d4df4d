"""The continuous part: linear directions along which the forward map does not change."""

import itertools

import numpy as np
from scipy.linalg import eigh, expm

from ._maps import moved_by, units

_MOST_ROWS = 2000
_STEP = 1.0  # length of the way along a direction that is tested, over the spread of targets
_INDEPENDENT = 1e-2  # singular values of the directions at a target, over the largest


class Directions:
    r"""Fields A y + b of targets and how much the forward map changes along them.

    The mean of :math:`\|J(y) (A y + b)\|^2` is a quadratic form in (A, b), whose null space is the
    Lie algebra of the affine maps that leave the forward map as it is.

    Parameters
    ----------
    learned : LearnedMap
        The forward map.
    y : ndarray of shape (n_samples, n)
        Targets.
    is_isometric : bool
        Whether A is antisymmetric.
    is_sphere : bool
        Whether targets lie on a sphere about the origin: then there is no b.

    Attributes
    ----------
    spectrum : ndarray
        Eigenvalues relative to the largest, ascending.
    fields : ndarray of shape (n_fields, n, n + 1)
        Matrices [A | b] in the order of the spectrum, of root mean square length one at targets.
    """

    def __init__(self, learned, y, is_isometric=True, is_sphere=False):
        y = y[:_MOST_ROWS]
        self.is_isometric = is_isometric
        basis = _basis(y.shape[1], is_isometric, is_sphere)
        # About the mean and in units of the spread, so that A and b are of one size.
        self._mean = np.zeros(y.shape[1]) if is_sphere else y.mean(axis=0)
        self._spread = units(y)
        inner = (y - self._mean) / self._spread
        jacobian = learned.values_and_jacobian(y)[1] * self._spread
        moved = np.einsum("fij,rj->rfi", basis, np.column_stack([inner, np.ones(len(y))]))
        form, size = np.zeros((2, len(basis), len(basis)))
        for j, v in zip(jacobian, moved, strict=True):
            change = j @ v.T
            form += change.T @ change
            size += v @ v.T
        size += 1e-9 * np.trace(size) / len(basis) * np.eye(len(basis))
        values, vectors = eigh(form, size)
        self.spectrum = np.maximum(values, 0) / values[-1] if values[-1] > 0 else values
        self.fields = np.stack([self._outer(np.tensordot(v, basis, axes=1)) for v in vectors.T])
        self._n_rows = len(y)

    def _outer(self, field):
        """The field on targets as they are."""
        a, b = field[:, :-1], field[:, -1]
        a = a * self._spread[:, None] / self._spread
        return np.column_stack([a, self._spread * b - a @ self._mean])

    def flow(self, field):
        """The affine map that follows a field as far as targets are spread."""
        n = len(field)
        square = np.zeros((n + 1, n + 1))
        square[:n] = _STEP * np.sqrt(self._n_rows) * field
        return expm(square)[:n]


def orbit_dimension(fields, y):
    """Dimension that fields span at targets; no more than their number, and often less."""
    if not len(fields):
        return 0
    ranks = []
    for row in y[:20]:
        at = np.stack([moved_by(field, row[None])[0] for field in fields])
        sizes = np.linalg.svd(at, compute_uv=False)
        ranks.append(np.count_nonzero(sizes > _INDEPENDENT * sizes[0]))
    return int(np.median(ranks))


def _basis(n, is_isometric, is_sphere):
    """Matrices [A | b] of a basis of the fields."""
    fields = []
    pairs = itertools.combinations(range(n), 2) if is_isometric else np.ndindex(n, n)
    for i, j in pairs:
        field = np.zeros((n, n + 1))
        field[i, j] = 1
        if is_isometric:
            field[j, i] = -1
        fields.append(field)
    for i in range(0 if is_sphere else n):
        field = np.zeros((n, n + 1))
        field[i, n] = 1
        fields.append(field)
    return np.stack(fields)
