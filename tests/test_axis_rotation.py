"""Bodies with an axis, against a sweep of scipy's rotations."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.transform import Rotation

from sksym import AxisRotation, Blocks, Sign
from sksym.testing import check_laws

AXES = [[0, 0, 1], [1.0, -2.0, 0.5], np.array([-1, 0, 0])]
both_kinds = pytest.mark.parametrize("flip", [False, True], ids=["bottle", "torus"])
every_axis = pytest.mark.parametrize("axis", AXES, ids=repr)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def members(axis, flip, n_angles=720):
    """The group's rotations: about the axis, and half turns about axes across it."""
    axis = np.asarray(axis) / np.linalg.norm(axis)
    across = np.cross(axis, [0.3, 0.5, 0.7])
    turns = [Rotation.from_rotvec(2 * np.pi * k / n_angles * axis) for k in range(n_angles)]
    if flip:
        half = Rotation.from_rotvec(np.pi * across / np.linalg.norm(across))
        turns += [half * turn for turn in turns]
    return turns


@both_kinds
@every_axis
def test_the_nearest_of_all_turns_as_scipy_composes_them(axis, flip, rng):
    symmetry = AxisRotation(axis, flip)
    q, to = rng.standard_normal((2, 10, 4))
    size = np.linalg.norm(q, axis=1, keepdims=True)
    sweep = np.stack([(Rotation.from_quat(q) * g).as_quat() * size for g in members(axis, flip)])
    gaps = np.linalg.norm(np.concatenate([sweep, -sweep]) - to, axis=2)
    aligned = symmetry.align(q, to)
    distance = np.linalg.norm(aligned - to, axis=1)
    assert (distance <= gaps.min(axis=0) + 1e-12).all()
    assert (distance >= gaps.min(axis=0) - 1e-4).all()
    # The turn that was made is about the axis, or a half turn across it.
    turn = (Rotation.from_quat(q).inv() * Rotation.from_quat(aligned)).as_matrix()
    cosine = np.einsum("i,nij,j->n", axis, turn, axis) / np.dot(axis, axis)
    assert_allclose(np.abs(cosine) if flip else cosine, 1, atol=1e-12)


def test_bottles_keep_the_laws(rng):
    symmetry, q = AxisRotation([1.0, -2.0, 0.5]), rng.standard_normal((8, 4))
    check_laws(symmetry, q)
    check_laws(symmetry, torch.asarray(q, dtype=torch.float32))


@both_kinds
@every_axis
def test_the_lift_says_where_the_axis_points(axis, flip, rng):
    symmetry = AxisRotation(axis, flip)
    rotations = Rotation.random(1000, random_state=0)
    q = rotations.as_quat() * rng.choice([-1, 1], (1000, 1))
    pointing = rotations.apply(np.asarray(axis) / np.linalg.norm(axis))
    expected = Sign().lift(pointing) if flip else pointing
    assert_allclose(symmetry.lift(q), expected, atol=1e-14)
    back = symmetry.unlift(symmetry.lift(q))
    assert_allclose(symmetry.distance(back, q), 0, atol=1e-12)
    # A scale of the quaternion is its square there, and comes back.
    assert_allclose(symmetry.lift(3 * q), 9 * expected, atol=1e-13)
    assert_allclose(symmetry.distance(symmetry.unlift(symmetry.lift(3 * q)), 3 * q), 0, atol=1e-11)


@both_kinds
def test_axes_that_point_backwards_or_nowhere_have_a_rotation_too(flip):
    symmetry = AxisRotation([0, 0, 1], flip)
    step = 1e-9
    pointing = np.array([[0, 0, -1.0], [step, 0, -1.0], [0, -step, -1.0], [0, 0, 1.0], [0, 0, 0]])
    back = symmetry.unlift(Sign().lift(pointing) if flip else pointing)
    moved = Rotation.from_quat(back[:4]).apply([0, 0, 1])
    cosine = np.sum(moved * pointing[:4], axis=1)
    assert_allclose(np.abs(cosine) if flip else cosine, 1, atol=1e-14)
    if not flip:
        assert_allclose(moved, pointing[:4], atol=1e-15)
    assert_array_equal(back[4], np.zeros(4))


@every_axis
def test_the_representative_is_the_shortest_rotation(axis, rng):
    q = Rotation.random(200, random_state=1)
    canonical = AxisRotation(axis).canonicalize(q.as_quat())
    pointing = q.apply(axis) / np.linalg.norm(axis)
    angle = np.arccos(np.clip(pointing @ axis / np.linalg.norm(axis), -1, 1))
    assert_allclose(Rotation.from_quat(canonical).magnitude(), angle, atol=1e-7)
    assert (canonical[:, 3] > 0).all()


def test_rotations_that_leave_the_turn_open_get_one_representative():
    # Axis reversed: the reference is as far from every turn.
    for flip in (False, True):
        symmetry = AxisRotation([1, 2, 2], flip)
        half = Rotation.from_rotvec(np.pi * np.array([2.0, 1.0, -2.0]) / 3).as_quat()
        y = np.array([half, np.zeros(4), [0.0, 0.0, 0.0, 1.0]])
        expected = symmetry.canonicalize(y)
        assert_allclose(symmetry.distance(expected, y), 0, atol=1e-15)
        for seed in range(5):
            moved = symmetry.random(y, seed)
            assert_allclose(symmetry.canonicalize(moved), expected, atol=1e-15)
        assert_allclose(symmetry.margin(y[:2]), [0.5**0.5 * flip, 0], atol=1e-15)


def test_a_bottle_and_a_torus_by_hand():
    bottle, torus = AxisRotation([0, 0, 1]), AxisRotation([0, 0, 1], flip=True)
    upright = [[0.0, 0.0, 0.0, 1.0]]
    turned = Rotation.from_euler("z", 77, degrees=True).as_quat()
    upside_down = Rotation.from_euler("y", 180, degrees=True).as_quat()
    tilted = Rotation.from_euler("x", 60, degrees=True).as_quat()
    assert_allclose(bottle.distance(upright, turned), 0, atol=1e-15)
    assert_allclose(bottle.distance(upright, upside_down), 2**0.5)
    assert_allclose(torus.distance(upright, upside_down), 0, atol=1e-15)
    # An angle a between axes is a distance 2 sin(a / 4) between unit quaternions.
    assert_allclose(bottle.distance(upright, tilted), 2 * np.sin(np.radians(15)))
    # Turning in the frame in which it is seen is not a symmetry of a tilted bottle.
    seen = (Rotation.from_euler("z", 90, degrees=True) * Rotation.from_quat(tilted)).as_quat()
    assert bottle.distance([tilted], seen)[0] > 0.3


@pytest.mark.parametrize("axis", [[0, 0, 0], [0, 0], [[0, 0, 1]], [0, np.nan, 1], ["x", "y", "z"]])
def test_axes_are_three_numbers(axis):
    with pytest.raises(ValueError, match="axis must be three finite numbers, not all zero"):
        AxisRotation(axis).canonicalize(np.ones((1, 4)))


def test_rows_are_quaternions():
    for call in ("canonicalize", "lift", "margin", "random"):
        with pytest.raises(ValueError, match="needs rows of 4 columns, quaternions x, y, z, w"):
            getattr(AxisRotation([0, 0, 1]), call)(np.ones((1, 8)))
    with pytest.raises(
        ValueError, match="needs lifts of 6 columns, as they come from lift, got 3"
    ):
        AxisRotation([0, 0, 1], flip=True).unlift(np.ones((1, 3)))
    two = Blocks(AxisRotation([0, 0, 1]), 2)
    check_laws(two, np.random.default_rng(0).standard_normal((6, 8)))
