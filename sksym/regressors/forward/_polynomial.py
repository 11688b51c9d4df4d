"""Polynomial forward maps, with their derivatives."""

import numpy as np
from scipy.linalg import lstsq
from sklearn.preprocessing import PolynomialFeatures

from ..._arrays.algebra import chunks

_RANK = 1e-11  # of monomials: on a sphere their squares add up to one, but for rounding


class Polynomial:
    r"""Least squares on the monomials of several variables up to a degree.

    Parameters
    ----------
    y : ndarray of shape (n_samples, n)
        Signals.
    X : ndarray of shape (n_samples, m)
        Measurements of the signals.
    degree : int
        Largest total degree of a monomial.
    """

    def __init__(self, y, X, degree):
        # Of one size, so that least squares loses no digits to the units of y.
        largest = np.abs(y).max(axis=0)
        self.scale = np.where(largest > 0, largest, 1.0)
        exponents = _exponents(y.shape[1], degree)
        self.n_coefficients = len(exponents)
        self.parents = _parents(exponents)
        monomials = self._monomials(y / self.scale)
        self.degree = degree
        self.coefficients = lstsq(monomials, X, cond=_RANK, lapack_driver="gelsy")[0]
        self.derivatives = _derivatives(exponents, self.coefficients) / self.scale

    def values(self, y):
        """Predicted measurements, shape (n_samples, m)."""
        rows = chunks(len(y), self.n_coefficients, limit=2**22)
        return np.concatenate(
            [self._monomials(y[part] / self.scale) @ self.coefficients for part in rows]
        )

    def values_and_jacobian(self, y):
        """Predicted measurements and their derivatives, shape (n_samples, m, n)."""
        monomials = self._monomials(y / self.scale)
        n_lower, m, n = self.derivatives.shape
        jacobian = monomials[:, :n_lower] @ self.derivatives.reshape(n_lower, m * n)
        return monomials @ self.coefficients, jacobian.reshape(len(y), m, n)

    def squares(self):
        """Signs and vectors of the squares that the part of degree two is a sum of.

        Returns
        -------
        signs : ndarray of shape (m, n)
        vectors : ndarray of shape (m, n, n)
            None and None for another degree.
        """
        if self.degree != 2:
            return None, None
        n = self.derivatives.shape[2]
        forms = self.derivatives[1 : n + 1].transpose(1, 0, 2) / self.scale[:, None] / 2
        sizes, vectors = np.linalg.eigh(forms)
        return np.sign(sizes), vectors.transpose(0, 2, 1) * np.sqrt(np.abs(sizes))[:, :, None]

    def _monomials(self, y):
        """Values of all monomials, each its parent's times one coordinate."""
        found = np.empty((len(self.parents) + 1, len(y)))
        found[0] = 1
        coordinates = np.ascontiguousarray(y.T)
        for number, (parent, coordinate) in enumerate(self.parents, start=1):
            np.multiply(found[parent], coordinates[coordinate], out=found[number])
        return found.T


def _exponents(n, degree):
    """Exponents of all monomials as tuples, by degree."""
    features = PolynomialFeatures(degree).fit(np.zeros((1, n)))
    return [tuple(map(int, powers)) for powers in features.powers_]


def _lowered(powers, coordinate):
    return (*powers[:coordinate], powers[coordinate] - 1, *powers[coordinate + 1 :])


def _parents(exponents):
    """For each monomial but the first: the one of a degree less, and the coordinate it lacks."""
    places = {powers: number for number, powers in enumerate(exponents)}
    parents = []
    for powers in exponents[1:]:
        coordinate = next(k for k, power in enumerate(powers) if power)
        parents.append((places[_lowered(powers, coordinate)], coordinate))
    return parents


def _derivatives(exponents, coefficients):
    """Coefficients of all first derivatives in the lower monomials, shape (n_lower, m, n)."""
    places = {powers: number for number, powers in enumerate(exponents)}
    degree = sum(exponents[-1])
    n_lower = sum(sum(powers) < degree for powers in exponents)
    found = np.zeros((n_lower, coefficients.shape[1], len(exponents[0])))
    for powers, row in zip(exponents, coefficients, strict=True):
        for coordinate, power in enumerate(powers):
            if power:
                found[places[_lowered(powers, coordinate)], :, coordinate] += power * row
    return found
