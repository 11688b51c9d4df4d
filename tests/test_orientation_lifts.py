"""Lifts of orientations up to a point group, against the published tensors and brute force."""

import itertools

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.spatial.transform import Rotation

from sksym import MatrixGroup
from sksym.inspection import lift_report
from sksym.testing import check_laws

N_LIFTED = {
    **{"C1": 6, "C2": 8, "C3": 10, "C4": 12, "C6": 16},
    **{"D2": 5, "D3": 7, "D4": 9, "D6": 13, "T": 7, "O": 9, "I": 13},
}
TILT = Rotation.from_rotvec([0.3, -0.7, 0.2])  # axes need not be those of the coordinates


def point_group(name, side):
    return MatrixGroup.from_rotations(TILT * Rotation.create_group(name) * TILT.inv(), side=side)


def orientations(rng, n_samples):
    y = rng.standard_normal((n_samples, 4))
    return y / np.linalg.norm(y, axis=1, keepdims=True)


every_group = pytest.mark.parametrize(
    ("name", "side"), list(itertools.product(N_LIFTED, ["right", "left"]))
)


@every_group
def test_999_of_1000_random_orientations_come_back(name, side):
    y = orientations(np.random.default_rng(0), 1000)
    report = lift_report(point_group(name, side), y, random_state=0)
    assert report.round_trip >= 0.999
    assert report.n_lifted == N_LIFTED[name]
    assert report.constancy <= 1e-13
    assert report.smallest > 0.9  # no other orientation has the same lift


@every_group
def test_lifts_change_no_faster_than_their_rank_allows(name, side):
    # Also across the cut: a tensor of rank l turns at most l times as fast as the rotation, which
    # turns twice as fast as the quaternion; the norm of the row changes no faster than the row.
    rng = np.random.default_rng(1)
    symmetry, y = point_group(name, side), orientations(rng, 100)
    for step in (1e-9, 1e-4, 1e-1):
        other = symmetry.random(y + step * rng.standard_normal(y.shape), 0)
        change = np.linalg.norm(symmetry.lift(y) - symmetry.lift(other), axis=1)
        assert (change <= 12 * symmetry.distance(y, other) + 1e-13).all()


@pytest.mark.parametrize("name", ["C6", "D2", "O"])
def test_unlift_is_the_nearest_lift(name):
    rng = np.random.default_rng(2)
    symmetry, y = point_group(name, "right"), orientations(rng, 500)
    z = symmetry.lift(y) + 0.3 * rng.standard_normal((500, N_LIFTED[name]))
    found = symmetry.lift(symmetry.unlift(z))
    error = np.linalg.norm(found - z, axis=1)
    sweep = symmetry.lift(orientations(rng, 20_000))  # each at its best length
    best = np.sqrt((z**2).sum(axis=1) - np.maximum(z @ sweep.T, 0).max(axis=1) ** 2)
    assert (error <= best + 1e-12).all()


def tensors_of(name, matrices):
    """Inner products of the tensors of two orientations, both of unit norm."""
    cosines = np.einsum("aij,bik->abjk", matrices, matrices)
    if name == "O":  # sum of R e_j to the fourth tensor power, less its part that all share
        return ((cosines**4).sum(axis=(2, 3)) - 9 / 5) / (3 - 9 / 5)
    orders = itertools.permutations(range(3))  # R e_1, R e_2 and R e_3, symmetrised
    return sum(np.prod([cosines[:, :, j, p[j]] for j in range(3)], axis=0) for p in orders)


@pytest.mark.parametrize("name", ["O", "T"])
def test_lifts_are_the_published_tensors(name):
    y = orientations(np.random.default_rng(3), 20)
    z = MatrixGroup.from_rotations(Rotation.create_group(name)).lift(y)
    assert_allclose(z @ z.T, tensors_of(name, Rotation.from_quat(y).as_matrix()), atol=1e-12)


@pytest.mark.parametrize("name", ["C2", "D3", "T"])
def test_laws(name):
    y = np.random.default_rng(4).standard_normal((8, 4))
    y[0] = 0
    symmetry = point_group(name, "left")
    check_laws(symmetry, y)
    check_laws(symmetry, torch.asarray(y.astype(np.float32)))
    assert_allclose(symmetry.lift(1e150 * y), 1e150 * symmetry.lift(y))
    assert_allclose(np.linalg.norm(symmetry.lift(y), axis=1), np.linalg.norm(y, axis=1))


def test_groups_that_are_not_of_orientations():
    assert not MatrixGroup([np.roll(np.eye(4), 1, axis=0)]).has_lift
    assert not MatrixGroup([np.diag([1.0, 1.0, -1.0, -1.0]), -np.eye(4)]).has_lift
    rotations = Rotation.create_group("C3")
    without_cover = MatrixGroup(MatrixGroup.from_rotations(rotations).generators[:1])
    assert not without_cover.has_lift
    assert not point_group("C7", "right").has_lift
    with pytest.raises(TypeError, match="has no lift"):
        point_group("D8", "right").lift(np.ones((1, 4)))
    with pytest.raises(ValueError, match="z must have 9 columns, got 8"):
        point_group("O", "right").unlift(np.ones((1, 8)))
