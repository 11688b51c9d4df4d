"""Products: parts of disjoint columns, similarities, and orders with rotations of points."""

import itertools
import math

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import nnls
from scipy.spatial import procrustes
from scipy.spatial.transform import Rotation

from sksym import (
    AxisRotation,
    Blocks,
    Columns,
    ConjugateFlip,
    Conjugation,
    CyclicShift,
    FactorScale,
    GlobalPhase,
    Identity,
    MatrixGroup,
    Orthogonal,
    Periodic,
    Permutation,
    PermutationGroup,
    PositiveScale,
    Product,
    Sign,
    Translation,
    Unitary,
    crystal_symmetry,
)
from sksym.inspection import lift_report
from sksym.testing import LAWS, check_laws, mean_is_the_best


@pytest.fixture
def rng():
    return np.random.default_rng(0)


# Disjoint columns, in no order, with one column (4) that no part holds.
PARTS = [(Sign(), [7, 0, 2]), (Permutation(), [1, 9]), (Orthogonal(2, center=True), [3, 5, 8, 6])]
PARTS_OF_ANY_KIND = [*PARTS, (FactorScale(1, 1, 1), [10, 11]), (PositiveScale(), [12, 13, 14])]


def product_of(parts):
    return math.prod([Columns(*part) for part in parts[1:]], start=Columns(*parts[0]))


@pytest.mark.parametrize("parts", [PARTS, PARTS_OF_ANY_KIND], ids=len)
def test_parts_of_disjoint_columns_are_solved_each_by_itself(parts, rng):
    width = sum(len(columns) for _, columns in parts) + 1
    y, to = rng.standard_normal((2, 20, width))
    squares = (y[:, 4] - to[:, 4]) ** 2
    for symmetry, columns in parts:
        squares = squares + symmetry.distance(y[:, columns], to[:, columns]) ** 2
    for order in itertools.permutations(parts, 2):
        rest = [part for part in parts if part not in order]
        symmetry = product_of([*order, *rest])
        assert_allclose(symmetry.distance(y, to) ** 2, squares)
        assert_array_equal(symmetry.align(y, to)[:, 4], y[:, 4])


def test_everything_follows_from_the_parts(rng):
    y = rng.standard_normal((20, 10))
    symmetry, reference = product_of(PARTS), rng.standard_normal(10)
    canonical, by_hand = symmetry.canonicalize(y), y.copy()
    for part, columns in PARTS:
        by_hand[:, columns] = part.canonicalize(y[:, columns])
    assert_array_equal(canonical, by_hand)
    margins = [part.margin(y[:, columns], reference[columns]) for part, columns in PARTS]
    assert_allclose(symmetry.margin(y, reference), np.min(margins, axis=0))
    lifts = [part.lift(y[:, columns]) for part, columns in PARTS]
    assert_allclose(symmetry.lift(y), np.hstack([*lifts, y[:, [4]]]))
    assert_allclose(symmetry.distance(symmetry.unlift(symmetry.lift(y)), y), 0, atol=1e-7)
    assert symmetry.order == math.inf
    assert product_of(PARTS[:2]).order == 4
    check_laws(symmetry, y)


def test_parts_are_not_enumerated(rng):
    # Of 12 numbers in any order beside another 12 there are 12! ** 2 elements.
    symmetry = Columns(Permutation(), range(12)) * Columns(Permutation(), range(12, 24))
    y = rng.standard_normal((5, 24))
    expected = np.hstack([np.sort(y[:, :12], axis=1), np.sort(y[:, 12:], axis=1)])
    assert_array_equal(symmetry.canonicalize(y), expected)


def test_a_common_factor_is_enumerated_around_disjoint_parts(rng):
    halves = Columns(Permutation(), range(9)) * Columns(Permutation(), range(9, 18))
    y = rng.standard_normal((5, 18))
    moved = -np.hstack([y[:, 8::-1], y[:, :8:-1]])
    for symmetry in (Sign() * halves, halves * Sign()):
        assert_allclose(symmetry.distance(y, moved), 0)


def test_a_sign_beside_a_phase_is_real(rng):
    parts = rng.standard_normal((2, 20, 5))
    y = parts[0] + 1j * parts[1]
    symmetry = Columns(GlobalPhase(), [0, 1, 2]) * Columns(Sign(), [3, 4])
    to = y[::-1]
    phase = GlobalPhase().distance(y[:, :3], to[:, :3])
    signs = np.min([np.linalg.norm(s * y[:, 3:] - to[:, 3:], axis=1) for s in (1, -1)], axis=0)
    assert_allclose(symmetry.distance(y, to), np.hypot(phase, signs))
    assert not symmetry.has_lift
    check_laws(symmetry, y)


def test_real_rows_only_have_no_product_with_complex_ones():
    with pytest.raises(ValueError, match="acts on real rows"):
        (GlobalPhase() * Orthogonal(2)).canonicalize([[1.0, 2, 3, 4]])


@pytest.mark.parametrize(
    "symmetry",
    [Orthogonal(3, center=True) * PositiveScale(), PositiveScale() * Orthogonal(3, center=True)],
    ids=repr,
)
def test_similarity_is_that_of_scipy(symmetry, rng):
    for _ in range(20):
        y, to = rng.standard_normal((2, 7, 3)) + 5
        target, _, disparity = procrustes(to, y)
        distance = symmetry.distance(y.reshape(1, -1), target.reshape(1, -1))
        assert_allclose(distance**2, disparity)
    rows = rng.standard_normal((10, 15))
    check_laws(symmetry, rows)
    representatives = symmetry.canonicalize(rows).reshape(10, 5, 3)
    assert_allclose(np.linalg.norm(representatives, axis=(1, 2)), 1)
    assert_allclose(representatives.mean(axis=1), 0, atol=1e-15)


def test_offset_and_scale_are_a_regression_line(rng):
    y, to = rng.standard_normal((2, 20, 6))
    symmetry = Translation(1) * PositiveScale()
    for row, target, distance in zip(y, to, symmetry.distance(y, to), strict=True):
        # The slope must not be negative, the offset may: it is a difference of two numbers.
        _, residual = nnls(np.c_[row, np.ones(6), -np.ones(6)], target)
        assert_allclose(distance, residual)
    assert_allclose(symmetry.distance(y, 2 * y + 3), 0, atol=1e-14)
    assert_allclose((Sign() * symmetry).distance(y, 3 - 2 * y), 0, atol=1e-14)
    check_laws(symmetry, y)


def best_of_all_orders(y, to, orders, *, reflections):
    """Smallest distance of centred point sets over all orders, by Kabsch's formula."""
    y, to = (part - part.mean(axis=1, keepdims=True) for part in (y, to))
    best = np.full(len(y), np.inf)
    for order in orders:
        u, s, vt = np.linalg.svd(y[:, order].swapaxes(1, 2) @ to)
        if not reflections:
            s[:, -1] *= np.sign(np.linalg.det(u @ vt))
        square = (y**2).sum((1, 2)) + (to**2).sum((1, 2)) - 2 * s.sum(1)
        best = np.minimum(best, square)
    return np.sqrt(best)


@pytest.mark.parametrize("reflections", [True, False])
@pytest.mark.parametrize(("n_points", "n_pairs"), [(5, 200), (6, 100), (7, 40)])
def test_orders_and_rotations_against_all_orders(n_points, n_pairs, reflections, rng):
    y, to = rng.standard_normal((2, n_pairs, n_points, 3))
    symmetry = Permutation(n_points) * Orthogonal(3, reflections=reflections, center=True)
    expected = best_of_all_orders(
        y, to, itertools.permutations(range(n_points)), reflections=reflections
    )
    distance = symmetry.distance(y.reshape(n_pairs, -1), to.reshape(n_pairs, -1))
    assert symmetry.is_exact == (n_points == 5)
    assert (distance >= expected - 1e-9).all()
    assert (distance <= expected + 1e-9).mean() >= 0.99


def test_kinds_of_atoms_keep_to_themselves(rng):
    y, to = rng.standard_normal((2, 20, 7, 3))
    first, second = Columns(Permutation(4), range(12)), Columns(Permutation(3), range(12, 21))
    symmetry = first * second * Orthogonal(3, center=True)
    orders = [
        [*a, *b]
        for a in itertools.permutations(range(4))
        for b in itertools.permutations([4, 5, 6])
    ]
    expected = best_of_all_orders(y, to, orders, reflections=True)
    distance = symmetry.distance(y.reshape(20, -1), to.reshape(20, -1))
    assert not symmetry.is_exact
    assert_allclose(distance, expected)
    assert (first * Orthogonal(3, center=True)).is_exact


RING = [[math.cos(k * math.pi / 4), math.sin(k * math.pi / 4), 0.0] for k in range(8)]
REGULAR = {
    "cube": list(itertools.product([1.0, -1.0], repeat=3)),
    "octahedron": [*np.eye(3), *-np.eye(3)],
    "ring": RING,
    "line": [[k, 0.0, 0.0] for k in range(7)],
    "one place": [[1.0, 2.0, 3.0]] * 6,
}


@pytest.mark.parametrize("reflections", [True, False])
@pytest.mark.parametrize("shape", REGULAR)
def test_representatives_of_regular_shapes(shape, reflections, rng):
    # Their principal axes are not determined: frames must come from the points themselves.
    points = np.array(REGULAR[shape])
    n_points = len(points)
    symmetry = Permutation(n_points) * Orthogonal(3, reflections=reflections, center=True)
    turned = [
        Rotation.random(random_state=k).apply(points[rng.permutation(n_points)]) for k in range(5)
    ]
    y = (np.array(turned) + rng.standard_normal((5, 1, 3))).reshape(5, -1)
    for reference in (None, rng.standard_normal(3 * n_points)):
        canonical = symmetry.canonicalize(y, reference)
        assert_allclose(canonical, np.broadcast_to(canonical[0], y.shape), atol=1e-13)
        assert_array_equal(symmetry.canonicalize(canonical, reference), canonical)
    assert_allclose(symmetry.distance(y, y[::-1]), 0, atol=1e-13)


@pytest.mark.parametrize("dim", [2, 4])
def test_orders_and_rotations_in_other_dimensions(dim, rng):
    y = rng.standard_normal((6, 8 * dim))
    symmetry = Permutation(8) * Orthogonal(dim, center=True)
    check_laws_of_one_that_is_not_exact(symmetry, y)


def check_laws_of_one_that_is_not_exact(symmetry, y):
    moved = symmetry.random(y, 0)
    assert not symmetry.is_exact
    assert_allclose(symmetry.distance(moved, y), 0, atol=1e-12)
    canonical = symmetry.canonicalize(y)
    assert_allclose(symmetry.canonicalize(moved), canonical, atol=1e-12)
    assert_array_equal(symmetry.canonicalize(canonical), canonical)
    assert_allclose(symmetry.margin(moved), symmetry.margin(y), atol=1e-12)
    on_torch = symmetry.canonicalize(torch.as_tensor(y))
    assert_allclose(on_torch.numpy(), canonical, atol=1e-12)


@pytest.mark.parametrize("n_coordinates", [1, 2, 4])
def test_conjugation_and_phase_have_a_lift(n_coordinates, rng):
    parts = rng.standard_normal((2, 1000, n_coordinates))
    y = parts[0] + 1j * parts[1]
    for symmetry in (Conjugation() * GlobalPhase(), GlobalPhase() * Conjugation()):
        assert lift_report(symmetry, y, random_state=0).round_trip >= 0.999
        z = symmetry.lift(y)
        for moved in (y.conj(), np.exp(0.4j) * y, np.exp(2j) * y.conj()):
            assert_allclose(symmetry.lift(moved), z, atol=1e-12 * np.abs(z).max())
        # By hand: the real part of y y^H, at Frobenius distances.
        gram = (y[:, :, None] * y[:, None, :].conj()).real
        assert_allclose(np.linalg.norm(z, axis=1), np.linalg.norm(gram, axis=(1, 2)))
        assert symmetry.unlift(z).shape == (1000, 2 * n_coordinates)
    alone = np.min([GlobalPhase().distance(point, y[::-1]) for point in (y, y.conj())], axis=0)
    assert_allclose(symmetry.distance(y, y[::-1]), alone, atol=1e-12)
    check_laws(symmetry, y[:6])


def test_too_many_elements_say_how_many_and_what_to_do():
    product = Product(CyclicShift((8,)), Blocks(Sign(), 8), max_order=4)
    with pytest.raises(
        ValueError, match=r"would enumerate 8 elements .*max_order=4; use a smaller"
    ):
        product.canonicalize([np.arange(8.0)])


@pytest.mark.parametrize(
    ("symmetry", "order"),
    [
        (Identity(), 1),
        (Sign(), 2),
        (Blocks(Sign(), 3), 8),
        (Permutation(4), 24),
        (Permutation(2, each=Sign()), 8),
        (CyclicShift((2, 3)), 6),
        (ConjugateFlip() * CyclicShift((5,)), 10),
        (Columns(Permutation(), [0, 1, 2]), 6),
        (GlobalPhase(), math.inf),
        (Permutation(200) * GlobalPhase(), math.inf),
        (PositiveScale(), math.inf),
        (Orthogonal(3), math.inf),
    ],
    ids=repr,
)
def test_order(symmetry, order):
    assert symmetry.order == order


@pytest.mark.parametrize(
    "symmetry", [Permutation(), CyclicShift(), Blocks(CyclicShift(), 2)], ids=repr
)
def test_order_of_any_width_has_no_number(symmetry):
    with pytest.raises(ValueError, match="depends on the number of coordinates"):
        symmetry.order  # noqa: B018


# The whole language, at random: a group on rows of `width` coordinates and how it is written.


def real_leaves(width, *, is_linear):
    """Symmetries of real rows; isometric and linear about a centre where asked."""
    dims = [dim for dim in (1, 2, 3) if width % dim == 0]
    found = [Identity(), Sign(), Permutation(), CyclicShift(), ConjugateFlip()]
    found += [MatrixGroup(-np.eye(width)[None]), PermutationGroup([[*range(1, width), 0]])]
    found += [Permutation(width // dim) for dim in dims]
    found += [Blocks(Sign(), width // dim) for dim in dims]
    found += [Translation(dim) for dim in dims]
    found += [Orthogonal(dim) for dim in dims]
    found += [Orthogonal(dim, reflections=False, center=True) for dim in dims if width > dim]
    if width == 4:
        found += [AxisRotation([0, 0, 1]), crystal_symmetry("222")]
    if not is_linear:
        found += [
            PositiveScale(),
            Periodic(2.0),
            MatrixGroup([-np.eye(width)], np.ones((1, width))),
        ]
        found += [FactorScale(1, 1, width - 1)] if width > 1 else []
    return found


def complex_leaves(width, *, is_linear):
    """The same of complex rows."""
    found = [Identity(), Sign(), GlobalPhase(), Conjugation(), Permutation(field="complex")]
    found += [CyclicShift(field="complex"), ConjugateFlip(field="complex"), Unitary(1)]
    found += [Translation(1, field="complex"), MatrixGroup([1j * np.eye(width)])]
    return found if is_linear else [*found, PositiveScale()]


@st.composite
def groups(draw, width, depth, leaves, *, is_linear=False):
    """A group that a star or a combinator makes, of depth 3 at most."""

    def part(width, is_linear=is_linear):
        return draw(groups(width, depth - 1, leaves, is_linear=is_linear))

    kind = draw(st.sampled_from(["disjoint", "sign", "scale", "points", "blocks", "columns"]))
    if depth == 0 or width < 2:
        return draw(st.sampled_from(leaves(width, is_linear=is_linear)))
    if kind == "disjoint":
        order, cut = draw(st.permutations(range(width))), draw(st.integers(1, width - 1))
        parts = [tuple(order[:cut]), tuple(order[cut:])]
        a, b = (Columns(part(len(columns)), columns) for columns in parts)
    elif kind == "columns":
        columns = draw(st.permutations(range(width)))[: draw(st.integers(1, width))]
        return Columns(part(len(columns)), tuple(columns))
    elif kind == "blocks" and width % 2 == 0:
        return Blocks(part(width // 2), 2)
    elif kind == "points" and width % 2 == 0 and leaves is real_leaves:
        a, b = Permutation(width // 2), Orthogonal(2, center=draw(st.booleans()))
    elif kind == "scale" and not is_linear:
        a, b = PositiveScale(), part(width, is_linear=True)
    else:
        a, b = Sign(), part(width, is_linear=True)
    return a * b if draw(st.booleans()) else b * a


ANY_GROUP = st.tuples(st.integers(2, 6), st.sampled_from([real_leaves, complex_leaves])).flatmap(
    lambda drawn: st.tuples(st.just(drawn[0]), groups(drawn[0], 3, drawn[1]))
)


def rows_for(width, symmetry):
    parts = np.random.default_rng(0).standard_normal((2, 4, width))
    return parts[0] + 1j * parts[1] if symmetry.is_complex else parts[0]


@settings(max_examples=50, derandomize=True, deadline=None)
@given(drawn=ANY_GROUP)
def test_any_group_of_the_language_keeps_the_laws(drawn):
    width, symmetry = drawn
    y = rows_for(width, symmetry)
    for law in LAWS:
        if law is not mean_is_the_best:  # it costs more than all others, see below
            law(symmetry, y)
    on_torch = symmetry.align(torch.as_tensor(y), torch.as_tensor(y[::-1].copy()))
    assert_allclose(on_torch.numpy(), symmetry.align(y, y[::-1]), atol=1e-12)
    if isinstance(symmetry, Product):
        other = math.prod(symmetry.factors[-2::-1], start=symmetry.factors[-1])
        assert_allclose(other.distance(y, y[::-1]), symmetry.distance(y, y[::-1]), atol=1e-12)


@settings(max_examples=10, derandomize=True, deadline=None)
@given(drawn=ANY_GROUP)
def test_means_of_any_group_are_the_best(drawn):
    width, symmetry = drawn
    mean_is_the_best(symmetry, rows_for(width, symmetry))
