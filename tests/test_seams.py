"""Where representatives jump: `has_seam` against walks through the rows."""

import numpy as np
import pytest

from sksym import (
    AxisRotation,
    Blocks,
    Columns,
    Conjugation,
    CyclicShift,
    FiniteSymmetry,
    GlobalPhase,
    Identity,
    Orthogonal,
    Periodic,
    Permutation,
    PositiveScale,
    Sign,
    Translation,
    Unitary,
)
from sksym.regressors._charts import has_seam

# A symmetry, a number of columns, and whether representatives of such rows jump.
SEAMS = [
    (Identity(), 3, False),
    (Sign(), 1, False),
    (Sign(), 2, True),
    (GlobalPhase(), 2, False),
    (GlobalPhase(), 4, True),
    (Conjugation(), 2, False),
    (Conjugation(), 4, True),
    (Blocks(Sign(), 3), 3, False),
    (Blocks(Sign(), 3), 6, True),
    (Columns(Sign(), [1]), 3, False),
    (Columns(Sign(), [0, 1]), 3, True),
    (Columns(Blocks(Sign(), 2), [0, 1]), 3, False),
    (Permutation(), 4, False),
    (Permutation(4), 4, False),
    (Permutation(2), 4, True),
    (Permutation(each=Sign()), 4, False),
    (Permutation(4, each=Sign()), 4, False),
    (Permutation(2, each=Sign()), 4, True),
    (Permutation(each=Periodic(2.0)), 3, True),
    (Permutation(each=Conjugation()), 4, True),
    (Blocks(Permutation(), 2), 6, False),
    (CyclicShift(), 4, True),
    (Orthogonal(2), 2, False),
    (Orthogonal(2), 4, False),
    (Orthogonal(2), 6, True),
    (Orthogonal(2, center=True), 6, False),
    (Orthogonal(2, center=True), 8, True),
    (Orthogonal(2, reflections=False), 2, False),
    (Orthogonal(2, reflections=False), 4, True),
    (Orthogonal(3, reflections=False, center=True), 9, False),
    (Orthogonal(1, reflections=False), 3, False),
    (Unitary(2), 8, False),
    (Unitary(2), 12, True),
    (Translation(2), 6, False),
    (PositiveScale(), 3, False),
    (Columns(PositiveScale(), [0, 1]), 3, False),
    (Periodic(2.0), 1, True),
    (AxisRotation([0, 0, 1]), 4, True),
    (AxisRotation([0, 0, 1], flip=True), 4, True),
]


def steepest_step(symmetry, width):
    """How much farther representatives move than rows do, at most, on straight walks."""
    rng = np.random.default_rng(0)
    starts, ends = rng.standard_normal((2, 60, width))
    if not symmetry.is_isometric:  # zero has no direction
        starts, ends = np.abs(starts) + 0.5, np.abs(ends) + 0.5
    walk = starts + np.linspace(0, 1, 1001)[:, None, None] * (ends - starts)
    canonical = symmetry.canonicalize(walk.reshape(-1, width)).reshape(walk.shape)
    steps = np.linalg.norm(np.diff(canonical, axis=0), axis=2)
    return (steps / np.linalg.norm(np.diff(walk, axis=0), axis=2)).max()


@pytest.mark.parametrize(("symmetry", "width", "expected"), SEAMS, ids=repr)
def test_a_seam_is_where_representatives_jump(symmetry, width, expected):
    rows = np.ones((2, width))
    assert has_seam(symmetry, rows) == expected
    assert symmetry.has_seam or not expected
    # Near a seam representatives are many times as far from each other as rows.
    assert (steepest_step(symmetry, width) > 4) == expected


@pytest.mark.parametrize(
    ("symmetry", "expected"),
    [
        (Permutation(), False),
        (Permutation(each=Sign()), False),
        (Blocks(Permutation(), 2), False),
        (Columns(Translation(1), [0, 1]), False),
        (Blocks(Sign(), 3), True),  # of blocks of one coordinate only there is none
        (Permutation(3), True),
        (Sign() * Permutation(), True),
    ],
    ids=repr,
)
def test_seams_for_rows_of_any_width(symmetry, expected):
    assert symmetry.has_seam is expected


class Mirror(FiniteSymmetry):
    """A group of a user, who has never heard of seams."""

    def _orbit(self, xp, y):
        yield y
        yield xp.concat([-y[:, :1], y[:, 1:]], axis=1)


class KnownMirror(Mirror):
    has_seam = False


def test_a_symmetry_of_your_own_says_so():
    rows = np.ones((2, 3))
    assert has_seam(Mirror(), rows)
    assert not has_seam(KnownMirror(), rows)
    assert steepest_step(KnownMirror(), 3) < 1.001
    assert not has_seam(KnownMirror(), None)
