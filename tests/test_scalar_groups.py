"""A group of scalars of the user's own is solved together with shifts, like the ones we have."""

import itertools

import numpy as np
from numpy.testing import assert_allclose

from sksym import ConjugateFlip, CyclicShift, Symmetry

N_COORDINATES = 6


class QuarterTurns(Symmetry):
    """Complex rows times a power of i, said without an orbit that could be enumerated."""

    is_complex = True

    def _scalar(self, xp, overlap):
        return xp.exp(0.5j * np.pi * xp.round(xp.angle(overlap) / (0.5 * np.pi)))

    def _align(self, xp, y, to):
        return y * self._scalar(xp, xp.vecdot(y, xp.broadcast_to(to, y.shape)))[:, None]

    def _random(self, xp, y, rng):
        return y * 1j ** rng.randint(4, size=len(y))[:, None]


def orbit(y):
    """All points of the orbits of rows under shifts and quarter turns."""
    return [
        1j**turn * np.roll(y, shift, axis=1)
        for turn, shift in itertools.product(range(4), range(N_COORDINATES))
    ]


def random_rows(rng, n_samples=50):
    shape = (n_samples, N_COORDINATES)
    return rng.standard_normal(shape) + 1j * rng.standard_normal(shape)


def test_shifts_and_scalars_are_aligned_jointly():
    rng = np.random.default_rng(0)
    y, to = random_rows(rng), random_rows(rng)
    nearest = np.min([np.linalg.norm(point - to, axis=1) for point in orbit(y)], axis=0)
    for symmetry in (QuarterTurns() * CyclicShift(), CyclicShift() * QuarterTurns()):
        assert_allclose(np.linalg.norm(symmetry.align(y, to) - to, axis=1), nearest)
        assert_allclose(symmetry.distance(y, to), nearest)


def test_flips_are_enumerated_around_them():
    rng = np.random.default_rng(1)
    y, to = random_rows(rng), random_rows(rng)
    symmetry = ConjugateFlip() * CyclicShift() * QuarterTurns()
    both = [*orbit(y), *orbit(np.conj(np.roll(y[:, ::-1], 1, axis=1)))]
    nearest = np.min([np.linalg.norm(point - to, axis=1) for point in both], axis=0)
    assert_allclose(symmetry.distance(y, to), nearest)
