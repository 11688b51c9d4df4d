"""Lifts of unordered points and of turns: they tell orbits apart, change slowly, and lead back."""

import itertools

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.linear_model import LinearRegression

from sksym import (
    Blocks,
    ConjugateFlip,
    GlobalPhase,
    MatrixGroup,
    Permutation,
    Sign,
    make_lifted_regressor,
)
from sksym.inspection import lift_report
from sksym.metrics import rectified_mean_squared_error
from sksym.symmetries._projections import points_seen, sorted_projections
from sksym.testing import check_laws


def turn(k):
    c, s = np.cos(2 * np.pi / k), np.sin(2 * np.pi / k)
    return MatrixGroup([[[c, -s], [s, c]]])


# The symmetry, the width of its rows, and how much faster than rows a lift may change.
LIFTED = {
    "one turn": (turn(1), 2, 1),
    "thirds": (turn(3), 2, 3),
    "quarters": (turn(4), 2, 4),
    "sevenths": (turn(7), 2, 7),
    "blocks of turns": (Blocks(turn(3), 2), 4, 3),
    "two points": (Permutation(2), 4, 1),
    "five points": (Permutation(5), 10, 1),
    "ten points": (Permutation(10), 20, 1),
    "points in space": (Permutation(4), 12, 1),
    "more points in space": (Permutation(7), 21, 1),
    "long blocks": (Permutation(3), 15, 1),
    "scalars in blocks": (Permutation(6), 6, 1),
}
lifted = pytest.mark.parametrize(("symmetry", "width", "slope"), LIFTED.values(), ids=LIFTED)


@lifted
def test_999_of_1000_random_orbits_come_back(symmetry, width, slope):
    y = np.random.default_rng(0).standard_normal((1000, width))
    report = lift_report(symmetry, y, random_state=0)
    assert report.round_trip >= 0.999
    assert report.constancy <= 1e-13
    assert 0 < report.smallest <= report.largest <= slope * (1 + 1e-12)


@lifted
def test_lifts_change_no_faster_than_orbits(symmetry, width, slope):
    # Also across the cut and along orbits, since distances are those of orbits.
    rng = np.random.default_rng(1)
    y = rng.standard_normal((200, width))
    for step in (1e-9, 1e-4, 1e-1, 3.0):
        other = symmetry.random(y + step * rng.standard_normal(y.shape), 0)
        distance = symmetry.distance(y, other)
        change = np.linalg.norm(symmetry.lift(y) - symmetry.lift(other), axis=1)
        assert (change <= slope * distance + 1e-13).all()


@pytest.mark.parametrize("symmetry", [turn(3), Permutation(3)], ids=repr)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_laws_of_lifts(symmetry, dtype):
    y = np.random.default_rng(2).standard_normal((12, 2 if symmetry == turn(3) else 6))
    y[0], y[1, -2:] = 0, y[1, :2]
    check_laws(symmetry, y.astype(dtype))
    check_laws(symmetry, torch.asarray(y.astype(dtype)))
    for unit in (1e-150, 1e150):
        back = symmetry.unlift(symmetry.lift(unit * y))
        assert_allclose(symmetry.distance(back, unit * y) / unit, 0, atol=1e-12)


def test_turns_are_those_of_the_angle():
    angle, length = np.array([0.3, -2.0]), np.array([2.0, 0.5])
    y = length[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    expected = length[:, None] * np.stack([np.cos(5 * angle), np.sin(5 * angle)], axis=1)
    assert_allclose(turn(5).lift(y), expected, atol=1e-14)
    z = np.array([[0.0, 3.0]])  # a right angle, of which a fifth is 18 degrees
    angles = np.deg2rad(18 + 72 * np.arange(5))
    nearest = 3 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    assert np.abs(turn(5).unlift(z) - nearest).max(axis=1).min() < 1e-14


@pytest.mark.parametrize("n", [3, 4, 5])
def test_sets_that_look_alike_from_n_directions_are_told_apart(n):
    # The two halves of a regular 2n-gon have the same projections along its n axes between them.
    angle = np.pi * np.arange(2 * n) / n
    corners = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    y = np.stack([corners[::2].ravel(), corners[1::2].ravel()])
    for rotation in np.linspace(0, np.pi, 97):
        c, s = np.cos(rotation), np.sin(rotation)
        rows = (y.reshape(2, n, 2) @ [[c, s], [-s, c]]).reshape(2, -1)
        one, other = Permutation(n).lift(rows)
        assert np.linalg.norm(one - other) > 0.05
        assert_allclose(
            Permutation(n).distance(Permutation(n).unlift([one, other]), rows), 0, atol=1e-9
        )


def test_points_on_a_grid_come_back():
    # Many coincide, or lie on common lines, where hyperplanes cross by chance.
    y = np.array(list(itertools.product([-1.0, 0.0, 1.0], repeat=6)))
    back = Permutation(3).unlift(Permutation(3).lift(y))
    assert np.mean(Permutation(3).distance(back, y) < 1e-9) >= 0.999
    y = np.random.default_rng(3).integers(-1, 2, (500, 15)).astype(float)
    back = Permutation(5).unlift(Permutation(5).lift(y))
    assert np.mean(Permutation(5).distance(back, y) < 1e-9) >= 0.999


def settled(y, z, n, lift):
    """Least squares with the order of the projections held, and the order anew, in turn."""
    for _ in range(8):
        # The lift is piecewise linear: its derivative comes from steps that change no order.
        jacobian = (lift(y + 1e-7 * np.eye(y.size)) - lift(y[None])) / 1e-7
        y = y + np.linalg.lstsq(jacobian.T, (z - lift(y[None]))[0], rcond=None)[0]
    return y


@pytest.mark.parametrize(("n", "width"), [(3, 6), (5, 10), (4, 12)])
def test_unlift_of_predicted_projections_is_near_the_nearest(n, width):
    rng = np.random.default_rng(4)
    y = rng.standard_normal((100, width))
    z = Permutation(n).lift(y)
    z = np.sort((z + 0.01 * rng.standard_normal(z.shape)).reshape(100, -1, n)).reshape(100, -1)
    found = np.linalg.norm(Permutation(n).lift(Permutation(n).unlift(z)) - z, axis=1)
    # Nobody knows the true points; from them a descent ends in what should be the nearest.
    best = [settled(row, lifted, n, Permutation(n).lift) for row, lifted in zip(y, z, strict=True)]
    nearest = np.linalg.norm(Permutation(n).lift(np.array(best)) - z, axis=1)
    assert np.mean(found <= nearest * (1 + 1e-6)) >= 0.97


def test_complex_points_are_points_of_the_plane():
    y = np.random.default_rng(5).standard_normal((20, 4, 2)) @ [1, 1j]
    z = sorted_projections(np, y[:, :, None])
    back = points_seen(np, z, 4, is_complex=True)[:, :, 0]
    assert_allclose(np.sort_complex(back), np.sort_complex(y), atol=1e-12)


def test_least_squares_on_the_lift_of_turns_has_no_seam():
    # An object with four equal sides, seen by what depends on its orientation: cos and sin of 4 t.
    angle = np.random.default_rng(6).uniform(0, 2 * np.pi, 400)
    X = np.stack([np.cos(4 * angle), np.sin(4 * angle)], axis=1) @ [
        [1.0, 2.0, 0.5],
        [0.3, -1.0, 1.0],
    ]
    y = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    model = make_lifted_regressor(LinearRegression(), turn(4)).fit(X[:200], y[:200])
    error = rectified_mean_squared_error(y[200:], model.predict(X[200:]), symmetry=turn(4))
    assert error < 1e-24


def test_which_groups_have_no_such_lift():
    mirror = [[1.0, 0.0], [0.0, -1.0]]
    assert not MatrixGroup([mirror]).has_lift
    assert not MatrixGroup([np.kron(np.eye(3), [[0.0, -1.0], [1.0, 0.0]])]).has_lift
    assert not MatrixGroup([[[1j]]]).has_lift
    assert not MatrixGroup([[[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]]]).has_lift
    assert not Permutation(2, each=Sign()).has_lift


def test_what_cannot_be_lifted_is_refused():
    with pytest.raises(ValueError, match=r"the lift of 5 blocks of 64 coordinates tries 5\*\*64"):
        Permutation(5).lift(np.ones((1, 320)))
    with pytest.raises(ValueError, match="columns, the projections of 3 points"):
        Permutation(3).unlift(np.ones((1, 13)))
    with pytest.raises(ValueError, match="z must have 2 columns"):
        turn(3).unlift(np.ones((1, 3)))
    with pytest.raises(ValueError, match="like rows of 4 coordinates"):
        turn(3).lift(np.ones((1, 4)))


def test_means_of_many_blocks_do_not_wait_for_a_search():
    y = np.random.default_rng(7).standard_normal((2, 3, 320))
    assert Permutation(5).mean(y).shape == (2, 320)


def test_the_report_says_what_a_lift_is_worth():
    y = np.random.default_rng(8).standard_normal((100, 4))
    y /= np.linalg.norm(y, axis=1, keepdims=True)
    report = lift_report(Sign(), y, random_state=0)
    # |x x' - y y'|_F over min |x -+ y| lies between 1 and sqrt 2 on the sphere.
    assert 1 <= report.smallest <= report.largest <= np.sqrt(2)
    assert report.distortion == report.largest / report.smallest
    assert report.n_lifted == 10
    assert report.text.startswith("10 coordinates lead back for 100.00 % of 100 targets; ")
    assert lift_report(Sign(), y, random_state=0) == report
    complex_rows = y[:, :2] + 1j * y[:, 2:]
    assert lift_report(GlobalPhase(), complex_rows, random_state=0).round_trip == 1
    with pytest.raises(TypeError, match="has no lift"):
        lift_report(ConjugateFlip(), y)
    with pytest.raises(ValueError, match="at least two targets, got 1"):
        lift_report(Sign(), y[:1])
    with pytest.raises(ValueError, match="all are of one"):
        lift_report(Sign(), np.stack([y[0], -y[0]]))


class Forgetful(Sign):
    """A lift that loses the last coordinate."""

    def _lift(self, xp, y):
        return super()._lift(xp, xp.concat([y[:, :-1], 0 * y[:, -1:]], axis=1))


def test_the_report_finds_a_lift_that_does_not_lead_back():
    y = np.random.default_rng(9).standard_normal((100, 3))
    y[:25, -1] = 0
    report = lift_report(Forgetful(), y, random_state=0)
    assert report.round_trip == 0.25
