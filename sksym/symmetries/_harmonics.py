r"""Symmetric tensors that rotations turn, by coordinates in an orthonormal basis.

For a null vector w of :math:`C^3` (:math:`w \cdot w = 0`) the tensor :math:`w \otimes \dots
\otimes w` is harmonic; such tensors of rank l span a space of 2 l + 1 dimensions on which
rotations act orthogonally. A real vector is its own tensor of rank 1.
"""

import functools
import itertools
import math

import numpy as np

from .._arrays import algebra


def harmonic_coordinates(xp, w, rank):
    """Coordinates of the real part of the tensors of vectors.

    Parameters
    ----------
    xp : module
        Array namespace of the arrays.
    w : array of shape (n_samples, 3, n_vectors)
        Null vectors, or real ones for rank 1.
    rank : int
        Rank l of the tensors.

    Returns
    -------
    array of shape (n_samples, 2 * rank + 1)
        The sum over the vectors.
    """
    basis = algebra.like(xp, _basis(rank), xp.real(w) if algebra.is_complex(xp, w) else w)
    parts = xp.sum(_entries(xp, w, rank), axis=2)
    return (xp.real(parts) if algebra.is_complex(xp, parts) else parts) @ basis


@functools.lru_cache(maxsize=16)
def harmonic_generators(rank):
    """Derivatives of the coordinates as the vectors begin to turn about x, y and z.

    Returns
    -------
    ndarray of shape (3, 2 * rank + 1, 2 * rank + 1)
        Coordinates c change by ``generators[k] @ c``.
    """
    w = _null_vectors(4 * rank + 2)
    coordinates = _real_rows(_entries(np, w, rank)) @ _basis(rank)
    # A polynomial of degree l has its derivative at 0 from its values at l + 1 roots of unity.
    roots = np.exp(2j * np.pi * np.arange(rank + 1) / (rank + 1))
    generators = []
    for axis in np.eye(3):
        step = np.cross(axis, w, axisb=1, axisc=1)
        moved = [_entries(np, w + t * step, rank) / t for t in roots]
        change = _real_rows(np.mean(moved, axis=0)) @ _basis(rank)
        generators.append(np.linalg.lstsq(coordinates, change, rcond=None)[0].T)
    return np.stack(generators)


def _entries(xp, w, rank):
    """Different entries of the tensors, at Frobenius norms; (n_samples, n_entries, n_vectors)."""
    entries = []
    for index in itertools.combinations_with_replacement(range(3), rank):
        counts = [index.count(k) for k in range(3)]
        often = math.factorial(rank) / math.prod(map(math.factorial, counts))
        entry = w[:, index[0], :] * often**0.5
        for k in index[1:]:
            entry = entry * w[:, k, :]
        entries.append(entry)
    return xp.stack(entries, axis=1)


@functools.lru_cache(maxsize=16)
def _basis(rank):
    """An orthonormal basis of the harmonic tensors, as columns; the same on every machine."""
    if rank == 1:
        return np.eye(3)
    rows = _real_rows(_entries(np, _null_vectors(2 * rank + 1), rank))[: 2 * rank + 1]
    q, r = np.linalg.qr(rows.T)
    return q * np.sign(np.diagonal(r))


def _null_vectors(n):
    """Null vectors in general position; shape (n, 3, 1)."""
    frames = np.linalg.qr(np.random.RandomState(0).standard_normal((n, 3, 3)))[0]
    return frames[:, :, :1] + 1j * frames[:, :, 1:2]


def _real_rows(entries):
    """Real parts of tensors, one a row, and then their imaginary parts."""
    return np.concatenate([entries[:, :, 0].real, entries[:, :, 0].imag])
