"""Parameters of symmetries are looked at when the symmetry meets rows, by scikit-learn's rules."""

import math
import re

import numpy as np
import pytest
from sklearn.base import clone

from sksym import (
    AxisRotation,
    Blocks,
    CanonicalizeTargets,
    Columns,
    ConjugateFlip,
    CyclicShift,
    FactorScale,
    FiniteSymmetry,
    Identity,
    LiftTargets,
    MatrixGroup,
    Orthogonal,
    Periodic,
    Permutation,
    PhaseRamp,
    Product,
    Sign,
    Translation,
    Unitary,
    fourier_symmetry,
    matrix_factorization_symmetry,
)
from sksym.inspection import ambiguity_score
from sksym.metrics import rectified_mean_squared_error
from sksym.testing import check_laws

Y = np.random.RandomState(0).standard_normal((4, 4))

NO_COUNT = [0, -1, 2.0, True, "2", None, [2]]
NO_BOOL = [2.5, 1, 0, "no", None]
NO_SYMMETRY = [3, "Sign()", Sign, None]
NO_INTEGERS = ["01", b"01", 3, 2.0, True, [], (), [0.0, 1.0], [True, False], [0, True], ["a"]]
NO_INTEGERS += [{0, 1}, {0: 1}, [[0], [1]]]
NO_INTEGERS += [np.array([0.0, 1.0]), np.eye(2, dtype=int), np.array(0)]

# The class, its valid parameters, the one that is not, and what it may not be.
REFUSED = [
    (Blocks, (Sign(), 2), "n_blocks", NO_COUNT),
    (Blocks, (Sign(), 2), "symmetry", NO_SYMMETRY),
    # Names are columns, too, but not beside positions.
    (Columns, (Sign(), [0, 1]), "columns", [*NO_INTEGERS[:10], ["a", 1], "a", None, [0, -1]]),
    (Columns, (Sign(), [0, 1]), "symmetry", NO_SYMMETRY),
    (Permutation, (2,), "n_blocks", [value for value in NO_COUNT if value is not None]),
    (Permutation, (2,), "each", [value for value in NO_SYMMETRY if value is not None]),
    (Product, (Sign(), Translation(2)), "a", NO_SYMMETRY),
    (Product, (Sign(), Translation(2)), "b", NO_SYMMETRY),
    (Product, (Sign(), Translation(2)), "max_order", [0, 2.0, True, None, math.inf]),
    (CyclicShift, ((2, 2),), "shape", [*NO_INTEGERS, 4, (2, 2.0), (-2, -2), (0, 4)]),
    (CyclicShift, ((2, 2),), "axes", [*NO_INTEGERS, (-1,)]),
    (ConjugateFlip, ((2, 2),), "shape", [*NO_INTEGERS, 4, (2, 2.0), (-2, -2), (0, 4)]),
    (ConjugateFlip, ((2, 2),), "axes", [*NO_INTEGERS, (-1,)]),
    (PhaseRamp, ((1, 2),), "shape", [*NO_INTEGERS, 4, (2, 2.0), (-2, -2), (0, 4)]),
    (Orthogonal, (2,), "dim", NO_COUNT),
    (Orthogonal, (2,), "reflections", NO_BOOL),
    (Orthogonal, (2,), "center", NO_BOOL),
    (Translation, (2,), "dim", NO_COUNT),
    (Unitary, (2,), "dim", NO_COUNT),
    (Periodic, (2.0,), "period", [0, -1.0, True, "2", None, [2]]),
    (Periodic, (2.0,), "fold", NO_COUNT),
    (AxisRotation, ([0, 0, 1],), "axis", [1, "z", None]),
    (AxisRotation, ([0, 0, 1],), "flip", NO_BOOL),
    (FactorScale, (1, 1, 3), "n_rows", NO_COUNT),
    (FactorScale, (1, 1, 3), "rank", NO_COUNT),
    (FactorScale, (1, 1, 3), "n_columns", NO_COUNT),
    (MatrixGroup, ([-np.eye(4)],), "max_order", NO_COUNT),
    (MatrixGroup, ([-np.eye(4)],), "generators", [1, "ab", None]),
]
REFUSED = [
    pytest.param(cls(*valid), name, value, id=f"{cls.__name__}-{name}-{value!r}")
    for cls, valid, name, values in REFUSED
    for value in values
]


def assert_refused(call, symmetry, name):
    expected = f"The {name!r} parameter of {type(symmetry).__name__} must be an? .*Got .* instead"
    with pytest.raises(ValueError, match=expected) as refusal:
        call()
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(("symmetry", "name", "value"), REFUSED)
def test_a_wrong_parameter_is_named(symmetry, name, value):
    symmetry.align(Y, Y)
    wrong = clone(symmetry).set_params(**{name: value})  # in itself no error
    assert_refused(lambda: wrong.canonicalize(Y), wrong, name)
    assert_refused(lambda: wrong.align(Y, Y), wrong, name)


@pytest.mark.parametrize(
    "call",
    [
        lambda s: s.align(Y, Y),
        lambda s: s.canonicalize(Y),
        lambda s: s.default_reference(Y),
        lambda s: s.random(Y),
        lambda s: s.margin(Y),
        lambda s: s.mean(Y[None]),
        lambda s: s.distance(Y, Y),
        lambda s: s.lift(Y),
        lambda s: s.unlift(Y),
        lambda s: rectified_mean_squared_error(Y, Y, symmetry=s),
        lambda s: CanonicalizeTargets(s).fit(Y),
        lambda s: LiftTargets(s).fit(Y),
        lambda s: ambiguity_score(np.tile(Y, (5, 1)), np.tile(Y, (5, 1)), s),
        lambda s: check_laws(s, Y),
    ],
    ids=range(14),
)
@pytest.mark.parametrize(
    ("symmetry", "wrong", "name"),
    [
        (Blocks(3, 2), Blocks(3, 2), "symmetry"),
        (Orthogonal(2, reflections=0), Orthogonal(2, reflections=0), "reflections"),
        (Blocks(Columns(Blocks(Sign(), True), [0, 1]), 2), Blocks(Sign(), True), "n_blocks"),
        (Permutation(2, each=Permutation(2.0)), Permutation(2.0), "n_blocks"),
        (ConjugateFlip(4) * CyclicShift() * Sign(), ConjugateFlip(4), "shape"),
        (CyclicShift() * Translation(2.0), Translation(2.0), "dim"),
    ],
    ids=range(6),
)
def test_every_way_in_looks_and_looks_inside(call, symmetry, wrong, name):
    assert_refused(lambda: call(symmetry), wrong, name)


def test_orbits_look_too():
    with pytest.raises(ValueError, match="The 'shape' parameter of CyclicShift"):
        next(CyclicShift(4).orbit(Y))


@pytest.mark.parametrize(
    "generators", [[[["a"]]], [[[True]]], [np.eye(4), np.eye(3)], [[[1.0], [1.0, 2.0]]], [[{}]]]
)
def test_generators_are_matrices_of_numbers(generators):
    with pytest.raises(ValueError, match="generators must be matrices of numbers"):
        MatrixGroup(generators).canonicalize(Y)


def test_numbers_of_numpy_and_any_sequence_are_fine():
    expected = Columns(Sign(), [0, 2]).canonicalize(Y)
    for columns in ((0, 2), range(0, 4, 2), np.array([0, 2]), np.array([0, 2], dtype=np.uint8)):
        np.testing.assert_array_equal(Columns(Sign(), columns).canonicalize(Y), expected)
    expected = Orthogonal(2, reflections=False).canonicalize(Y)
    moved = Orthogonal(np.int64(2), reflections=np.bool_(False)).canonicalize(Y)
    np.testing.assert_array_equal(moved, expected)
    expected = CyclicShift((2, 2), axes=(1,)).canonicalize(Y)
    np.testing.assert_array_equal(CyclicShift([2, 2], np.array([1])).canonicalize(Y), expected)


def test_a_message_stays_one_short_line():
    with pytest.raises(ValueError, match="'columns' parameter of Columns") as refusal:
        Columns(Sign(), np.zeros((30, 30))).canonicalize(Y)
    assert len(str(refusal.value)) <= 400
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("value", [0, -1, 2.0, True, "2", None])
@pytest.mark.parametrize("name", ["n_rows", "rank", "n_columns"])
def test_sizes_of_a_factorization(name, value):
    sizes = {"n_rows": 1, "rank": 1, "n_columns": 3} | {name: value}
    with pytest.raises(ValueError, match=f"The {name!r} parameter of matrix_factorization_symm"):
        matrix_factorization_symmetry(**sizes)


def test_arguments_of_makers():
    with pytest.raises(ValueError, match="The 'field' parameter of fourier_symmetry"):
        fourier_symmetry(4, "x")
    with pytest.raises(ValueError, match=re.escape("parameter of MatrixGroup.from_rotations")):
        MatrixGroup.from_rotations(3)


class Shuffled(FiniteSymmetry):
    """A symmetry of a user, who has never heard of constraints."""

    def __init__(self, order, inside=None):
        self.order = order
        self.inside = inside

    def _orbit(self, xp, y):
        yield y
        yield xp.take(y, xp.asarray(self.order), axis=1)


def test_a_symmetry_of_your_own_needs_no_constraints():
    own = Shuffled([1, 0, 2, 3], inside=Identity())
    np.testing.assert_array_equal(own.align(Y, Y[:, [1, 0, 2, 3]]), Y[:, [1, 0, 2, 3]])
    check_laws(own, Y)
    # What it holds is looked at all the same.
    wrong = Blocks(Sign(), 0)
    assert_refused(lambda: Shuffled([1, 0, 2, 3], wrong).align(Y, Y), wrong, "n_blocks")


class Tripled(Blocks):
    """Another set of parameters than that of its base class."""

    def __init__(self, symmetry):
        self.symmetry = symmetry

    n_blocks = 3


def test_a_subclass_may_have_other_parameters():
    y = np.arange(1.0, 7.0)[None]
    np.testing.assert_array_equal(Tripled(Sign()).align(-y, y), y)
    assert_refused(lambda: Tripled(3).align(y, y), Tripled(3), "symmetry")
