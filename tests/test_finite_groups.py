"""Groups from generators: permutations, maps with offsets, and the point groups of crystals."""

import itertools
import math

import networkx
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.spatial.transform import Rotation

from sksym import (
    Columns,
    GlobalPhase,
    MatrixGroup,
    Orthogonal,
    PermutationGroup,
    crystal_symmetry,
)
from sksym.io import parse_symmetry
from sksym.testing import check_laws


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def nearest(points, to):
    return np.min([np.linalg.norm(point - to, axis=1) for point in points], axis=0)


def test_cyclic_orders_against_brute_force(rng):
    y, to = rng.standard_normal((2, 30, 8))
    symmetry = PermutationGroup([[1, 2, 3, 0]], block_size=2)
    points = [np.roll(y.reshape(30, 4, 2), k, axis=1).reshape(30, 8) for k in range(4)]
    assert_allclose(symmetry.distance(y, to), nearest(points, to))
    assert_allclose(symmetry.distance(y, to[0]), nearest(points, to[0]))
    on_torch = symmetry.align(torch.as_tensor(y), torch.as_tensor(to)).numpy()
    assert_allclose(on_torch, symmetry.align(y, to))
    assert symmetry.order == 4
    check_laws(symmetry, y)
    # Rows that some elements leave in place, or all.
    even = np.tile(rng.standard_normal((5, 4)), 2)
    check_laws(symmetry, np.vstack([even, np.ones((1, 8))]))


def test_complex_rows(rng):
    parts = rng.standard_normal((2, 10, 3))
    y = parts[0] + 1j * parts[1]
    symmetry = PermutationGroup([[1, 2, 0]], field="complex")
    points = [np.roll(y, k, axis=1) for k in range(3)]
    assert_allclose(symmetry.distance(y, y[::-1]), nearest(points, y[::-1]))
    check_laws(symmetry, y)
    moved = np.exp(0.3j) * np.roll(y, 1, axis=1)
    product = PermutationGroup([[1, 2, 0]]) * GlobalPhase()
    assert_allclose(product.distance(y, moved), 0, atol=1e-14)


@pytest.mark.parametrize(
    ("generators", "message"),
    [
        ([[0, 0, 1]], "must be permutations of the same numbers from 0"),
        ([[0, 1], [0, 1, 2]], "must be permutations of the same numbers from 0"),
        ([], "use Identity"),
        ([[1, 0]], "needs rows of 4 coordinates, got 6"),
    ],
)
def test_what_is_no_permutation(generators, message):
    with pytest.raises(ValueError, match=message):
        PermutationGroup(generators, block_size=2).canonicalize(np.ones((2, 6)))


def test_too_many_elements():
    swap, cycle = [1, 0, *range(2, 9)], [*range(1, 9), 0]
    with pytest.raises(ValueError, match="give more than max_order=10000 elements"):
        PermutationGroup([swap, cycle]).canonicalize(np.ones((2, 9)))


def test_conformers_are_compared_over_the_automorphisms(rng):
    # Isobutane's carbons and one hydrogen each: the three methyl groups are alike.
    molecule = networkx.Graph([(0, 1), (0, 2), (0, 3), (1, 4), (2, 5), (3, 6)])
    networkx.set_node_attributes(molecule, dict.fromkeys(range(4), "C"), "element")
    networkx.set_node_attributes(molecule, dict.fromkeys(range(4, 7), "H"), "element")
    alike = networkx.isomorphism.categorical_node_match("element", None)
    automorphisms = PermutationGroup.of_graph(molecule, alike, block_size=3)
    assert automorphisms.order == 6
    by_hand = [
        [0, *(1 + k for k in order), *(4 + k for k in order)]
        for order in itertools.permutations(range(3))
    ]
    y, to = rng.standard_normal((2, 10, 21))
    rigid = Orthogonal(3, reflections=False, center=True)
    points = [y.reshape(10, 7, 3)[:, order].reshape(10, 21) for order in by_hand]
    expected = np.min([rigid.distance(point, to) for point in points], axis=0)
    assert_allclose((automorphisms * rigid).distance(y, to), expected)
    with pytest.raises(ValueError, match="more than max_order=100"):
        PermutationGroup.of_graph(networkx.complete_graph(6), max_order=100)


def test_graphs_up_to_the_order_of_their_nodes(rng):
    graphs = PermutationGroup.of_square_matrices(5)
    a, b = (rng.random((2, 10, 5, 5)) < 0.4).astype(float)
    assert graphs.order == 120
    expected = nearest(
        [a[:, order][:, :, order].reshape(10, 25) for order in itertools.permutations(range(5))],
        b.reshape(10, 25),
    )
    assert_allclose(graphs.distance(a.reshape(10, 25), b.reshape(10, 25)), expected)


def test_graphs_of_seven_nodes(rng):
    graphs = PermutationGroup.of_square_matrices(7)
    assert graphs.order == 5040
    a = rng.standard_normal((3, 7, 7))
    order = rng.permutation(7)
    moved = a[:, order][:, :, order]
    assert_allclose(graphs.distance(a.reshape(3, 49), moved.reshape(3, 49)), 0, atol=1e-14)


def test_maps_with_offsets_against_brute_force(rng):
    supplement = MatrixGroup([[[-1]]], offsets=[[180]])
    angles, to = rng.uniform(0, 180, (2, 30, 1))
    assert_allclose(supplement.distance(angles, to), nearest([angles, 180 - angles], to))
    # Quarter turns of the plane about the point (3, -5).
    turn, centre = np.array([[0.0, -1.0], [1.0, 0.0]]), np.array([3.0, -5.0])
    about = MatrixGroup([turn], offsets=[centre - turn @ centre])
    y, to = 5 * rng.standard_normal((2, 30, 2))
    points = [(y - centre) @ np.linalg.matrix_power(turn, k).T + centre for k in range(4)]
    assert_allclose(about.distance(y, to), nearest(points, to))
    assert about.order == 4
    assert not about.has_lift
    check_laws(about, y)
    with pytest.raises(ValueError, match=r"offsets must be numbers of shape \(1, 2\)"):
        MatrixGroup([turn], offsets=[[1.0]]).canonicalize(y)
    with pytest.raises(ValueError, match="more than max_order=50"):
        MatrixGroup([np.eye(2)], offsets=[[1.0, 0.0]], max_order=50).canonicalize(y)


def test_real_matrices_on_complex_rows(rng):
    parts = rng.standard_normal((2, 20, 3))
    y = parts[0] + 1j * parts[1]
    symmetry = MatrixGroup([np.eye(3)[[1, 2, 0]]], field="complex")
    points = [np.roll(y, k, axis=1) for k in range(3)]
    assert_allclose(symmetry.distance(y, y[::-1]), nearest(points, y[::-1]))
    packed = np.hstack([y.real, y.imag])
    assert_allclose(symmetry.distance(packed, packed[::-1]), nearest(points, y[::-1]))


def test_a_large_group_of_matrices(rng):
    # Any order of six coordinates, and their common sign: 1440 elements.
    swap, cycle = np.eye(6)[[1, 0, 2, 3, 4, 5]], np.eye(6)[[1, 2, 3, 4, 5, 0]]
    group = MatrixGroup([swap, cycle, -np.eye(6)])
    assert group.order == 2 * math.factorial(6)
    y, to = rng.standard_normal((2, 20, 6))
    sorted_to = np.sort(to, axis=1)
    best = [np.linalg.norm(np.sort(s * y, axis=1) - sorted_to, axis=1) for s in (1, -1)]
    assert_allclose(group.distance(y, to), np.min(best, axis=0))


def test_ties_do_not_depend_on_the_point_of_the_orbit():
    group = MatrixGroup([[[0.0, -1.0], [1.0, 0.0]]])
    y = np.array([[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [0.0, 0.0]])
    canonical = group.canonicalize(y, reference=[1.0, 0.0])  # two points are equally near
    assert_allclose(canonical, [[1.0, 1.0]] * 3 + [[0.0, 0.0]])


# The rotations of the Laue class of each of the 32 point groups, in Schoenflies' names as SciPy
# has them: the axis of highest order along z, one of second order along x.
LAUE = {
    "C1": ["1", "-1"],
    "C2": ["2", "m", "2/m"],
    "D2": ["222", "mm2", "mmm"],
    "C3": ["3", "-3"],
    "D3": ["32", "3m", "-3m"],
    "C4": ["4", "-4", "4/m"],
    "D4": ["422", "4mm", "-42m", "4/mmm"],
    "C6": ["6", "-6", "6/m"],
    "D6": ["622", "6mm", "-6m2", "6/mmm"],
    "T": ["23", "m-3"],
    "O": ["432", "-43m", "m-3m"],
}
ALL_32 = [(name, rotations) for rotations, names in LAUE.items() for name in names]


@pytest.mark.parametrize(("name", "rotations"), ALL_32)
def test_disorientations_are_those_of_the_rotations(name, rotations, rng):
    q = rng.standard_normal((2, 100, 4))
    q /= np.linalg.norm(q, axis=2, keepdims=True)
    first, second = (Rotation.from_quat(part) for part in q)
    group = Rotation.create_group(rotations)
    expected = np.min([(g * first * second.inv()).magnitude() for g in group], axis=0)
    symmetry = crystal_symmetry(name)
    angle = 4 * np.arcsin(symmetry.distance(*q) / 2)
    assert_allclose(angle, expected, atol=1e-8)
    assert symmetry.order == 2 * len(group)
    # The other side is that of the inverse orientations.
    inverse = q * [-1, -1, -1, 1]
    assert_allclose(
        crystal_symmetry(name, side="right").distance(*inverse), symmetry.distance(*q), atol=1e-12
    )


def test_crystals_keep_the_laws(rng):
    check_laws(crystal_symmetry("432"), rng.standard_normal((6, 4)))
    poses = Columns(crystal_symmetry("622"), range(3, 7))
    assert poses.has_lift
    with pytest.raises(
        ValueError, match="'name' parameter of crystal_symmetry must be a str among"
    ):
        crystal_symmetry("5")


@pytest.mark.parametrize(
    "text",
    [
        "crystal_symmetry('432', side='right')",
        "PermutationGroup([[0, 2, 1]], block_size=3)",
        "PermutationGroup.of_square_matrices(3)",
        "MatrixGroup([[[-1]]], offsets=[[180]])",
    ],
)
def test_they_can_be_said_as_text(text):
    import sksym

    assert parse_symmetry(text) == eval(text, vars(sksym))
