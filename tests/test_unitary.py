"""Unitary maps and conjugation of complex rows, against scipy's polar decomposition and sweeps."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.linalg import polar
from scipy.stats import unitary_group

from sksym import Conjugation, GlobalPhase, Orthogonal, Sign, Unitary
from sksym.testing import check_laws


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def complex_rows(rng, *shape):
    return rng.standard_normal(shape) + 1j * rng.standard_normal(shape)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_unitary_is_the_polar_factor(dim, rng):
    y, to = complex_rows(rng, 2, 20, 4 * dim)
    aligned = Unitary(dim).align(y, to).reshape(20, 4, dim)
    for points, moved, target in zip(
        y.reshape(20, 4, dim), aligned, to.reshape(20, 4, dim), strict=True
    ):
        overlap = points.conj().T @ target
        assert_allclose(moved, points @ polar(overlap)[0], atol=1e-12)
        # The smallest distance has a formula of its own.
        square = sum(np.linalg.norm(part) ** 2 for part in (points, target))
        least = square - 2 * np.linalg.svd(overlap, compute_uv=False).sum()
        assert np.linalg.norm(moved - target) ** 2 == pytest.approx(least)


@pytest.mark.parametrize(("dim", "n_points"), [(2, 3), (3, 2)])
def test_unitary_keeps_the_laws(dim, n_points, rng):
    y = complex_rows(rng, 5, dim * n_points)
    symmetry = Unitary(dim)
    check_laws(symmetry, y if dim == 2 else torch.asarray(y.astype(np.complex64)))
    packed = symmetry.canonicalize(np.hstack([y.real, y.imag]))
    assert_allclose(
        packed @ np.vstack([np.eye(y.shape[1]), 1j * np.eye(y.shape[1])]),
        symmetry.canonicalize(y),
        atol=1e-14,
    )
    assert np.abs(symmetry.random(y.real + 0j, 0).imag).max() > 0.1
    # Elements of the group by scipy.
    turns = unitary_group.rvs(dim, size=5, random_state=0)
    moved = (y.reshape(5, n_points, dim) @ turns).reshape(y.shape)
    assert_allclose(symmetry.distance(moved, y), 0, atol=1e-13)
    assert_allclose(symmetry.canonicalize(moved), symmetry.canonicalize(y), atol=1e-13)
    assert (symmetry.distance(y, moved.conj()) > 0.01).all()


def test_unitary_maps_of_lines_are_phases(rng):
    y, to = complex_rows(rng, 2, 30, 5)
    line, phase = Unitary(1), GlobalPhase()
    for reference in (None, to[0]):
        expected = phase.canonicalize(y, reference)
        assert_allclose(line.canonicalize(y, reference), expected, atol=1e-14)
        assert_allclose(line.margin(y, reference), phase.margin(y, reference), atol=1e-14)
    assert_allclose(line.align(y, to), phase.align(y, to), atol=1e-14)
    assert_allclose(line.lift(y), phase.lift(y), atol=1e-14)
    assert_allclose(line.unlift(line.lift(y)), phase.unlift(phase.lift(y)), atol=1e-12)


def test_real_points_are_moved_as_by_orthogonal(rng):
    y, to = rng.standard_normal((2, 10, 6))
    expected = Orthogonal(2).align(y, to)
    assert_allclose(Unitary(2).align(y + 0j, to + 0j), expected, atol=1e-13)


def test_frames_of_less_than_full_rank_get_one_representative(rng):
    # First points on a line or at the origin leave the own frame open: later points decide.
    y = complex_rows(rng, 20, 4, 2)
    y[:10, 1] = 2j * y[:10, 0]
    y[10:15, :2] = 0
    y[15:, :, 1] = 0
    y[19] = 0
    y, symmetry = y.reshape(20, 8), Unitary(2)
    expected = symmetry.canonicalize(y)
    assert_allclose(symmetry.distance(y, expected), 0, atol=1e-12)
    for seed in range(5):
        assert_allclose(symmetry.canonicalize(symmetry.random(y, seed)), expected, atol=1e-7)


def test_widths_that_are_no_points_are_refused(rng):
    with pytest.raises(ValueError, match="needs rows of points of 2 coordinates, got 3 columns"):
        Unitary(2).canonicalize(complex_rows(rng, 2, 3))


def test_conjugation_by_hand(rng):
    symmetry, y = Conjugation(), np.array([[1 + 2j, 3 - 4j], [1 - 2j, 3.0], [1.0, 2.0]])
    canonical = symmetry.canonicalize(y)
    assert_allclose(canonical, [[1 - 2j, 3 + 4j], [1 + 2j, 3], [1, 2]])
    assert_allclose(symmetry.margin(y), [4, 0, 0])
    assert_allclose(symmetry.distance(y, y.conj()), 0)
    assert_allclose(symmetry.lift(y[:1]), [[1, 3, 4, 16, -8 * 2**0.5]])
    packed = np.hstack([canonical.real, canonical.imag])
    assert_allclose(symmetry.unlift(symmetry.lift(y)), packed, atol=1e-15)
    rows, to = complex_rows(rng, 2, 30, 3)
    nearest = np.min([np.linalg.norm(part - to, axis=1) for part in (rows, rows.conj())], axis=0)
    assert_allclose(symmetry.distance(rows, to), nearest)
    # Of any coordinates: the real part as it is, and the nearest matrix of rank one.
    z = rng.standard_normal((6, 5))
    nearest = symmetry.unlift(z)
    assert_allclose(nearest.shape, (6, 4))
    assert_allclose(nearest[:, :2], z[:, :2])
    assert_allclose(nearest[:, 2:], Sign().unlift(z[:, 2:]))
    for n_columns in (1, 3, 6):
        with pytest.raises(ValueError, match="z must have n"):
            symmetry.unlift(np.ones((1, n_columns)))


@pytest.mark.parametrize(
    "symmetry", [Conjugation() * GlobalPhase(), GlobalPhase() * Conjugation()], ids=repr
)
def test_conjugation_and_phase_are_solved_together(symmetry, rng):
    # What a real matrix A and the moduli of A y leave open of y.
    y, to = complex_rows(rng, 2, 20, 4)
    phases = np.exp(2j * np.pi * np.arange(3600) / 3600)
    gaps = [
        np.linalg.norm(phases[:, None, None] * rows - to, axis=2).min(axis=0)
        for rows in (y, y.conj())
    ]
    assert_allclose(symmetry.distance(y, to), np.min(gaps, axis=0), atol=1e-5)
    check_laws(symmetry, y[:5])
    operator = rng.standard_normal((30, 4))
    moved = symmetry.random(y, 0)
    assert_allclose(np.abs(moved @ operator.T), np.abs(y @ operator.T), atol=1e-13)
    assert symmetry.distance(y, 1j * y.conj()).max() < 1e-13
