"""Least squares for the factors of a quadratic map, for all measurements at once."""

import numpy as np

from ..._arrays.algebra import chunks
from .._levenberg import damped_step

_CHUNK = 2**22  # entries of the products of coordinates held at a time
_MOST_DENSE = 60  # unknowns of a measurement whose normal matrices are formed
_POWER_STEPS = 30
_MOST_CONJUGATE = 10
_FORCING = 0.1  # relative residual that ends conjugate gradients


def sensing_problem(z, X, rank, is_affine):
    """Create the problem for `LevenbergMarquardt` whose rows are measurements.

    Parameters
    ----------
    z : ndarray of shape (n_samples, d)
        Signals along their principal directions, with a mean second moment of one.
    X : ndarray of shape (n_samples, m)
        Measurements of mean square one.
    rank : int
        Number of squares.
    is_affine : bool
        Whether there is an affine part.

    Returns
    -------
    _Dense or _Iterative
    """
    n_unknowns = rank * z.shape[1] + is_affine * (z.shape[1] + 1)
    kind = _Dense if n_unknowns <= _MOST_DENSE else _Iterative
    signs = np.ones((X.shape[1], rank))
    return kind(z, np.ascontiguousarray(X.T), rank, is_affine, signs)


class _Sensing:
    """Unknowns of one measurement are its vectors, one after the other, and its affine part."""

    def __init__(self, z, X, rank, is_affine, signs):
        self.z, self.X, self.rank, self.is_affine, self.signs = z, X, rank, is_affine, signs
        self.affine = np.hstack([z, np.ones((len(z), 1))]) if is_affine else z[:, :0]

    @property
    def n_samples(self):
        """Number of pairs."""
        return len(self.z)

    def of(self, measurements):
        """The problem of some of the measurements."""
        X, signs = self.X[measurements], self.signs[measurements]
        return type(self)(self.z, X, self.rank, self.is_affine, signs)

    def spectral_start(self):
        """Leading eigenvectors of the signals' second moments weighted by the measurements.

        For Gaussian signals with second moments of one the expected matrix is twice the quadratic
        form.
        """
        sizes = np.sqrt(np.mean(self.z**2, axis=0))
        white = self.z / sizes
        weights = self.X - self.X.mean(axis=1, keepdims=True)
        rng = np.random.RandomState(0)
        vectors = rng.standard_normal((self.rank, len(weights), white.shape[1]))
        for _ in range(_POWER_STEPS):
            vectors = np.stack([(weights * (v @ white.T)) @ white for v in vectors])
            vectors = np.linalg.qr(vectors.transpose(1, 2, 0))[0].transpose(2, 0, 1)
        squares = np.mean(weights * (vectors @ white.T) ** 2, axis=2) / 2
        self.signs = np.where(squares < 0, -1.0, 1.0).T
        return self._start(vectors * np.sqrt(np.abs(squares))[:, :, None] / sizes)

    def random_start(self, rng):
        """Vectors of all directions, as long as the measurements are large."""
        vectors = rng.standard_normal((self.rank, len(self.X), self.z.shape[1]))
        given = np.mean(np.sum((vectors @ self.z.T) ** 2, axis=0), axis=1)
        wanted = np.mean(np.abs(self.X), axis=1)
        return self._start(vectors * np.sqrt(wanted / given)[:, None])

    def _start(self, vectors):
        parts = vectors.transpose(1, 0, 2).reshape(len(self.X), -1)
        return np.hstack([parts, np.zeros((len(self.X), self.affine.shape[1]))])

    def _factors(self, parameters, rows):
        """Derivatives of the values by each linear form, and the residuals.

        Both by measurements and pairs: a list of `rank` arrays, and one array.
        """
        d = self.z.shape[1]
        residual = self.X[rows] - parameters[:, self.rank * d :] @ self.affine.T
        factors = []
        for r in range(self.rank):
            form = parameters[:, r * d : (r + 1) * d] @ self.z.T
            sign = self.signs[rows, r, None]
            residual -= sign * form**2
            factors.append(2 * sign * form)
        return factors, residual

    def _gradient(self, factors, residual):
        parts = [(factor * residual) @ self.z for factor in factors]
        return np.hstack([*parts, residual @ self.affine])


class _Dense(_Sensing):
    """Normal matrices are formed, by one matrix product for all measurements."""

    def width(self, n):
        """Entries of one normal matrix and of one row of residuals."""
        return n**2 + self.n_samples

    def linearise(self, parameters, rows):
        """Normal matrices, half the negative gradients and squared residuals."""
        with np.errstate(over="ignore", invalid="ignore"):
            factors, residual = self._factors(parameters, rows)
            gradient = self._gradient(factors, residual)
            return self._normal(factors), gradient, (residual**2).sum(axis=1)

    def _normal(self, factors):
        d, p = self.z.shape[1], self.rank * self.z.shape[1] + self.affine.shape[1]
        normal = np.zeros((len(factors[0]), p, p))
        for r, one in enumerate(factors):
            at = slice(r * d, (r + 1) * d)
            for s, other in enumerate(factors[: r + 1]):
                block = self._weighted_moments(one * other)
                normal[:, at, s * d : (s + 1) * d] = block
                normal[:, s * d : (s + 1) * d, at] = block
            if self.is_affine:
                block = np.stack([(one * column) @ self.z for column in self.affine.T], axis=2)
                normal[:, at, self.rank * d :] = block
                normal[:, self.rank * d :, at] = block.transpose(0, 2, 1)
        normal[:, self.rank * d :, self.rank * d :] = self.affine.T @ self.affine
        return normal

    def _weighted_moments(self, weights):
        """Sums of z zᵀ over the pairs with weights of each measurement."""
        d = self.z.shape[1]
        upper = np.triu_indices(d)
        sums = np.zeros((len(weights), len(upper[0])))
        for part in chunks(self.n_samples, len(upper[0]), limit=_CHUNK):
            z = self.z[part]
            sums += weights[:, part] @ (z[:, upper[0]] * z[:, upper[1]])
        moments = np.empty((len(weights), d, d))
        moments[:, upper[0], upper[1]] = sums
        moments[:, upper[1], upper[0]] = sums
        return moments

    step = staticmethod(damped_step)


class _Iterative(_Sensing):
    """Steps by conjugate gradients, in matrix products with the signals alone."""

    def width(self, n):
        """Entries of the derivatives by the linear forms and of the residuals."""
        return (self.rank + 2) * self.n_samples + n

    def linearise(self, parameters, rows):
        """Derivatives by the linear forms, half the negative gradients, squared residuals."""
        with np.errstate(over="ignore", invalid="ignore"):
            factors, residual = self._factors(parameters, rows)
            gradient = self._gradient(factors, residual)
            return np.stack(factors, axis=1), gradient, (residual**2).sum(axis=1)

    def step(self, factors, gradient, damping):
        """Damped Gauss-Newton steps, solved only as far as they are useful.

        Signals are given along their principal directions, so that of Gaussian ones the expected
        normal matrix is about diagonal: it preconditions.
        """
        tiny = np.finfo(np.float64).tiny
        curvature = np.sum(factors**2, axis=2)
        size = curvature.mean(axis=1)
        size = np.where(size > 0, size, 1.0) * damping
        diagonal = self._diagonal(curvature) + size[:, None]
        step, left = np.zeros_like(gradient), gradient.copy()
        direction = left / diagonal
        squares = np.vecdot(left, direction)
        enough = _FORCING**2 * squares
        for _ in range(_MOST_CONJUGATE):
            image = self._normal_times(factors, direction) + size[:, None] * direction
            is_open = (squares > enough)[:, None]
            if not is_open.any():
                break
            length = squares / np.maximum(np.vecdot(direction, image), tiny)
            step += np.where(is_open, length[:, None] * direction, 0.0)
            left = left - length[:, None] * image
            towards = left / diagonal
            before, squares = squares, np.vecdot(left, towards)
            direction = towards + (squares / np.maximum(before, tiny))[:, None] * direction
        return step

    def _diagonal(self, curvature):
        """Expected diagonals of the normal matrices, shape (m, n_unknowns)."""
        moments = np.mean(self.z**2, axis=0)
        parts = (curvature[:, :, None] * moments).reshape(len(curvature), -1)
        affine = np.sum(self.affine**2, axis=0)
        return np.hstack([parts, np.broadcast_to(affine, (len(curvature), len(affine)))])

    def _normal_times(self, factors, direction):
        d = self.z.shape[1]
        image = direction[:, self.rank * d :] @ self.affine.T
        for r in range(self.rank):
            image += factors[:, r] * (direction[:, r * d : (r + 1) * d] @ self.z.T)
        return self._gradient(factors.transpose(1, 0, 2), image)
