"""Alignments against scipy's solvers and by hand, where brute force does not reach."""

import itertools

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy.linalg import orthogonal_procrustes
from scipy.optimize import linear_sum_assignment, minimize_scalar
from scipy.spatial.distance import pdist
from scipy.spatial.transform import Rotation

from sksym import (
    AxisRotation,
    Blocks,
    Columns,
    ConjugateFlip,
    Conjugation,
    CyclicShift,
    FactorScale,
    FiniteSymmetry,
    GlobalPhase,
    Identity,
    MatrixGroup,
    Orthogonal,
    Periodic,
    Permutation,
    PositiveScale,
    Sign,
    Translation,
    Unitary,
    fourier_symmetry,
    matrix_factorization_symmetry,
)
from sksym.metrics import rectified_mean_squared_error
from sksym.testing import check_laws


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("n_blocks", [4, 6, 7, 12])
@pytest.mark.parametrize("n_targets", [1, 30])
def test_permutation_of_blocks_solves_the_assignment(rng, n_blocks, n_targets):
    y, to = rng.standard_normal((30, 3 * n_blocks)), rng.standard_normal((n_targets, 3 * n_blocks))
    aligned = Permutation(n_blocks).align(y, to)
    for row, moved, target in zip(y, aligned, np.broadcast_to(to, y.shape), strict=True):
        blocks, targets = row.reshape(n_blocks, 3), target.reshape(n_blocks, 3)
        order = linear_sum_assignment(targets @ blocks.T, maximize=True)[1]
        assert_array_equal(moved.reshape(n_blocks, 3), blocks[order])


def test_wreath_product_solves_the_assignment_of_moduli(rng):
    y, to = rng.standard_normal((2, 30, 24))
    aligned = Permutation(8, each=Sign()).align(y, to)
    for row, moved, target in zip(y, aligned, to, strict=True):
        overlap = target.reshape(8, 3) @ row.reshape(8, 3).T
        order = linear_sum_assignment(np.abs(overlap), maximize=True)[1]
        sign = np.sign(overlap[np.arange(8), order])
        assert_array_equal(moved.reshape(8, 3), sign[:, None] * row.reshape(8, 3)[order])


@pytest.mark.parametrize("n_blocks", [3, 8])
def test_permutation_does_not_depend_on_the_order_even_in_ties(rng, n_blocks):
    # The reference cannot tell the blocks apart: every order is a tie.
    y = rng.integers(-2, 3, (20, 2 * n_blocks)).astype(float)
    reference = np.ones(2 * n_blocks)
    expected = Permutation(n_blocks).canonicalize(y, reference)
    for seed in range(5):
        moved = Permutation(n_blocks).random(y, seed)
        assert_array_equal(Permutation(n_blocks).canonicalize(moved, reference), expected)


@pytest.mark.parametrize("dim", [2, 3, 4])
def test_orthogonal_is_procrustes(rng, dim):
    y, to = rng.standard_normal((2, 20, 7 * dim))
    aligned = Orthogonal(dim).align(y, to).reshape(20, 7, dim)
    for points, moved, target in zip(
        y.reshape(20, 7, dim), aligned, to.reshape(20, 7, dim), strict=True
    ):
        rotation, _ = orthogonal_procrustes(points, target)
        assert_allclose(moved, points @ rotation, atol=1e-12)


@pytest.mark.parametrize("center", [False, True])
def test_rotations_are_kabsch(rng, center):
    y, to = rng.standard_normal((2, 20, 21))
    aligned = Orthogonal(3, reflections=False, center=center).align(y, to).reshape(20, 7, 3)
    for points, moved, target in zip(
        y.reshape(20, 7, 3), aligned, to.reshape(20, 7, 3), strict=True
    ):
        centre, new_centre = center * points.mean(axis=0), center * target.mean(axis=0)
        rotation, _ = Rotation.align_vectors(target - new_centre, points - centre)
        assert_allclose(moved, rotation.apply(points - centre) + new_centre, atol=1e-9)


def test_own_frame_is_positive_semidefinite(rng):
    y = rng.standard_normal((20, 12))
    frame = Orthogonal(3).canonicalize(y).reshape(20, 4, 3)[:, :3]
    assert_allclose(frame, frame.swapaxes(1, 2), atol=1e-12)
    assert (np.linalg.eigvalsh(frame) > 0).all()


@pytest.mark.parametrize("reflections", [True, False])
@pytest.mark.parametrize("center", [False, True])
def test_degenerate_point_sets_get_one_representative(rng, reflections, center):
    # First points on a line or at the origin leave the own frame open: later points decide.
    y = rng.standard_normal((30, 6, 3))
    y[:10, :3] *= [0, 0, 1]
    y[10:20, :3] = 0
    y[20:, :, 2] = 0
    symmetry = Orthogonal(3, reflections=reflections, center=center)
    rows = y.reshape(30, 18)
    expected = symmetry.canonicalize(rows)
    assert_allclose(symmetry.distance(rows, expected), 0, atol=1e-12)
    if not reflections:
        expected = expected[20:]  # a plane of points has a mirror of its own
        rows = rows[20:]
    for seed in range(5):
        moved = symmetry.random(rows, seed)
        assert_allclose(symmetry.canonicalize(moved), expected, atol=1e-7)


def test_mirrored_frames_get_one_representative(rng):
    # The first points are the mirror image of the own frame: every turn of them is as near.
    y = rng.standard_normal((20, 10))
    y[:, :4] = [1.0, 0.0, 0.0, -1.0]
    symmetry = Orthogonal(2, reflections=False)
    expected = symmetry.canonicalize(y)
    for seed in range(5):
        assert_allclose(symmetry.canonicalize(symmetry.random(y, seed)), expected, atol=1e-12)


def test_centred_gram_coordinates_are_distance_geometry(rng):
    y = rng.standard_normal((10, 15))
    symmetry = Orthogonal(3, center=True)
    back = symmetry.unlift(symmetry.lift(y))
    for points, found in zip(y.reshape(10, 5, 3), back.reshape(10, 5, 3), strict=True):
        assert_allclose(pdist(found), pdist(points), atol=1e-12)
    with pytest.raises(TypeError, match="has no lift"):
        Orthogonal(3, reflections=False).lift(y)


def test_translation(rng):
    y, to = rng.standard_normal((2, 10, 6))
    aligned = Translation(2).align(y, to).reshape(10, 3, 2)
    assert_allclose(aligned.mean(axis=1), to.reshape(10, 3, 2).mean(axis=1))
    assert_allclose(np.diff(aligned, axis=1), np.diff(y.reshape(10, 3, 2), axis=1))
    moved = Translation(2).random(y, 0)
    for method in (Translation(2).canonicalize, Translation(2).lift):
        assert_allclose(method(moved), method(y), atol=1e-14)
    assert_allclose(Translation(2).distance(moved, y), 0, atol=1e-14)
    assert np.isposinf(Translation(2).margin(y)).all()


@pytest.mark.parametrize("group", ["T", "O", "I", "C4", "D3"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_crystal_groups_on_quaternions(rng, group, side):
    rotations = Rotation.create_group(group)
    symmetry = MatrixGroup.from_rotations(rotations, side=side)
    q, to = (Rotation.random(10, random_state=k) for k in (0, 1))
    orbit = list(symmetry.orbit(q.as_quat()))
    assert len(orbit) == 2 * len(rotations)  # the double cover
    # By hand: the smallest angle of the misorientation over the group.
    for k in range(10):
        products = rotations * q[k] if side == "left" else q[k] * rotations
        overlap = np.abs(products.as_quat() @ to[k].as_quat()).max()
        distance = symmetry.distance(q[k].as_quat()[None], to[k].as_quat())
        assert_allclose(distance, np.sqrt(2 - 2 * overlap), atol=1e-7)


def test_matrix_groups_that_are_none():
    y = np.ones((1, 2))
    turn = [[[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]]]
    with pytest.raises(ValueError, match="more than max_order=50 elements"):
        MatrixGroup(turn, max_order=50).canonicalize(y)
    with pytest.raises(ValueError, match="orthogonal"):
        MatrixGroup([[[2.0, 0.0], [0.0, 1.0]]]).canonicalize(y)
    with pytest.raises(ValueError, match=r"shape \(n_generators, 2, 2\)"):
        MatrixGroup(np.eye(2)).canonicalize(y)
    with pytest.raises(ValueError, match="at least one matrix"):
        MatrixGroup(np.zeros((0, 2, 2))).canonicalize(y)
    with pytest.raises(ValueError, match="The 'side' parameter"):
        MatrixGroup.from_rotations(Rotation.identity(), side="up")


@pytest.mark.parametrize("field", ["real", "complex"])
@pytest.mark.parametrize("shape", [(8,), (4, 3)])
def test_fourier_alignment_is_the_best_of_all_shifts_and_flips(rng, field, shape):
    n = int(np.prod(shape))
    y, to = rng.standard_normal((2, 6, n))
    if field == "complex":
        y, to = y + 1j * rng.standard_normal((6, n)), to + 1j * rng.standard_normal((6, n))
    best = np.full(6, np.inf)
    for images in (
        y.reshape(6, *shape),
        np.flip(y.reshape(6, *shape), range(1, 1 + len(shape))).conj(),
    ):
        for shift in itertools.product(*map(range, shape)):
            point = np.roll(images, shift, range(1, 1 + len(shape))).reshape(6, n)
            overlap = (to * point.conj()).sum(axis=1)
            unit = overlap / np.abs(overlap) if field == "complex" else np.sign(overlap)
            best = np.minimum(best, np.linalg.norm(unit[:, None] * point - to, axis=1))
    symmetry = fourier_symmetry(shape, field)
    assert_allclose(symmetry.distance(y, to), best, atol=1e-12)


@pytest.mark.parametrize(
    "y",
    [
        np.zeros(6),
        np.ones(6),
        np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0]),
        np.array([2.0, 1.0, 2.0, 1.0, 1.0, 2.0]),
        np.array([0.0, 5.0, 0.0, 0.0, 5.0, 0.0]),
    ],
)
@pytest.mark.parametrize(
    "symmetry",
    [CyclicShift(), ConjugateFlip() * CyclicShift(), fourier_symmetry((2, 3)), Permutation(3)],
)
def test_rows_with_symmetries_of_their_own(y, symmetry):
    expected = symmetry.canonicalize(y[None])
    for seed in range(8):
        assert_allclose(
            symmetry.canonicalize(symmetry.random(y[None], seed)), expected, atol=1e-14
        )


def test_products_are_aligned_jointly(rng):
    # One factor after the other is wrong: phase first, then shift, depends on the point.
    y = rng.standard_normal((200, 8)) + 1j * rng.standard_normal((200, 8))
    product = CyclicShift() * GlobalPhase()
    moved = product.random(y, 0)
    assert_allclose(product.canonicalize(moved), product.canonicalize(y), atol=1e-12)


@pytest.mark.parametrize("finite", [Sign(), CyclicShift(), ConjugateFlip()], ids=repr)
def test_products_with_a_scale(finite, rng):
    symmetry, y, to = finite * PositiveScale(), *rng.standard_normal((2, 12, 6))
    check_laws(symmetry, y)
    nearest = np.min([PositiveScale().distance(point, to) for point in finite.orbit(y)], axis=0)
    assert_allclose(symmetry.distance(y, to), nearest)


NEARLY_SYMMETRIC = [
    # Rows that an element of the group changes by 1e-4 of their norm (float32) or 1e-9 (float64):
    # far more than rounding, yet too little for an inner product to show.
    (CyclicShift(), [1.0, 2.0, 3.0, 1.0, 2.0, 3.0], 5),
    (ConjugateFlip(), [1.0, 2.0, 3.0, 3.0, 2.0, 1.0], 5),
    (Permutation(3), [5.0, 9.0, 0.0, 0.0, 0.0, 0.0], 5),
    (Permutation(3, each=Sign()), [5.0, 9.0, 0.0, 1.0, 0.0, 0.0], 5),
    (Orthogonal(2), [5.0, 0.0, -9.0, 0.0, 3.0, 0.0], 1),
    (MatrixGroup([-np.eye(6), np.eye(6)[::-1]]), [1.0, 2.0, 3.0, 3.0, 2.0, 1.0], 5),
    (ConjugateFlip() * CyclicShift(), [1.0, 2.0, 3.0, 1.0, 2.0, 3.0], 5),
]


@pytest.mark.parametrize(
    ("symmetry", "row", "column"), NEARLY_SYMMETRIC, ids=range(len(NEARLY_SYMMETRIC))
)
@pytest.mark.parametrize(("dtype", "step"), [(np.float32, 3e-4), (np.float64, 3e-8)])
def test_rows_near_their_own_images_are_told_apart(symmetry, row, column, dtype, step):
    y = np.array([row], dtype)
    y[0, column] += step
    moved = symmetry.canonicalize(np.concatenate([symmetry.random(y, seed) for seed in range(8)]))
    rounding = 64 * np.finfo(dtype).eps * np.abs(y).max()
    assert (np.ptp(moved, axis=0) <= rounding).all()
    assert (symmetry.distance(moved, y) <= rounding).all()


PAIRS = [
    (Sign(), Permutation(), 4),
    (Sign(), Orthogonal(2, reflections=False), 6),
    (Sign(), Translation(2), 6),
    (Sign(), PositiveScale(), 3),
    (Sign(), FactorScale(1, 1, 1), 2),
    (Sign(), Blocks(Sign(), 2), 4),
    (GlobalPhase(), Sign(), 4),
    (GlobalPhase(), CyclicShift(), 6),
    (Identity(), Orthogonal(2), 6),
    (Columns(Sign(), [0, 1]), Columns(Permutation(), [2, 3]), 4),
    (Permutation(2, each=Sign()), Sign(), 4),
    (Permutation(3), Orthogonal(2, center=True), 6),
    (CyclicShift(), Translation(1), 5),
]


@pytest.mark.parametrize(("a", "b", "width"), PAIRS, ids=lambda value: repr(value))
def test_a_product_means_the_same_whichever_way_it_is_written(a, b, width, rng):
    y, to = rng.standard_normal((2, 10, width))
    first, second = a * b, b * a
    check_laws(first, y)
    assert repr(first) == f"{a!r} * {b!r}"
    assert_allclose(first.distance(y, to), second.distance(y, to), atol=1e-13)
    assert_allclose(first.canonicalize(y), second.canonicalize(y), atol=1e-13)
    # Every element of the one and the best of the other, by hand.
    for finite, other in ((a, b), (b, a)):
        if isinstance(finite, FiniteSymmetry) and finite.is_complex == first.is_complex:
            best = np.min([other.distance(point, to) for point in finite.orbit(y)], axis=0)
            assert_allclose(first.distance(y, to), best, atol=1e-13)


@pytest.mark.parametrize("product", [Sign() * Permutation(), Permutation() * Sign()], ids=repr)
def test_the_smaller_factor_is_enumerated(product, rng):
    # The other way round there would be 12! elements for each row.
    y = rng.standard_normal((100, 12))
    expected = np.sort(y, axis=1)
    flipped = np.sort(-y, axis=1)
    reference = product.default_reference(y)
    moved = product.align(y, np.sort(reference))
    is_flipped = flipped @ np.sort(reference) > expected @ np.sort(reference)
    assert_array_equal(moved, np.where(is_flipped[:, None], flipped, expected))


def test_products_that_cannot_be_solved():
    y = np.ones((2, 12))
    with pytest.raises(ValueError, match=r"FactorScale\(.*\) and PositiveScale\(\) have infin"):
        (FactorScale(1, 1, 11) * PositiveScale()).align(y, y)
    with pytest.raises(ValueError, match=r"5\.184e\+5 elements for each row, more than max_order"):
        (Permutation() * Blocks(Permutation(), 2)).align(y, y)
    with pytest.raises(TypeError):
        Sign() * 2


def test_rotations_and_translations_are_rigid_motions(rng):
    y, to = rng.standard_normal((2, 20, 8))
    product, rigid = Translation(2) * Orthogonal(2), Orthogonal(2, center=True)
    assert_allclose(product.distance(y, to), rigid.distance(y, to))
    assert_allclose(product.canonicalize(y, to[0]), rigid.canonicalize(y, to[0]), atol=1e-12)


@pytest.mark.parametrize("width", [4, 8])
def test_what_is_no_group_is_refused_when_it_meets_data(width):
    product = Blocks(Sign(), 2) * Permutation(4)
    for call in (
        lambda y: product.align(y, y),
        product.canonicalize,
        product.margin,
        lambda y: rectified_mean_squared_error(y, y, symmetry=product),
    ):
        with pytest.raises(ValueError, match="is not a group on rows of"):
            call(np.ones((2, width)))


def test_points_with_labels_that_do_not_matter(rng):
    # Unlabelled points up to rotation: for every labelling, scipy's Procrustes.
    y, to = rng.standard_normal((2, 5, 8))
    best = np.full(5, np.inf)
    for order in itertools.permutations(range(4)):
        for k in range(5):
            points = y[k].reshape(4, 2)[list(order)]
            rotation, _ = orthogonal_procrustes(points, to[k].reshape(4, 2))
            best[k] = min(best[k], np.linalg.norm(points @ rotation - to[k].reshape(4, 2)))
    assert_allclose((Permutation(4) * Orthogonal(2)).distance(y, to), best, atol=1e-12)


@pytest.mark.parametrize("size", [1.0, 1e-6, 1e6])
def test_factor_scale_against_a_numerical_minimum(rng, size):
    y, to = rng.standard_normal((2, 20, 7)) * [size, size, 1, 1, 1, 1, 1]
    distance = FactorScale(2, 1, 5).distance(y, to)
    for row, target, found in zip(y, to, distance, strict=True):

        def cost(log_scale, sign, row=row, target=target):
            scale = sign * np.exp(log_scale)
            return np.linalg.norm(np.r_[row[:2] * scale, row[2:] / scale] - target)

        grid = np.linspace(-20, 20, 2001)
        best = np.inf
        for sign in (1, -1):
            start = grid[np.argmin([cost(u, sign) for u in grid])]
            around = {"bounds": (start - 0.04, start + 0.04), "options": {"xatol": 1e-12}}
            best = min(best, minimize_scalar(cost, args=(sign,), method="bounded", **around).fun)
        assert found <= best * (1 + 1e-12) + 1e-12
        assert_allclose(found, best, rtol=1e-6)


def test_factors_that_are_partly_zero():
    symmetry = FactorScale(2, 1, 2)
    y = np.array([[0.0, 0.0, 3.0, 4.0], [3.0, 4.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    expected = [[0.0, 0.0, 0.6, 0.8], [0.6, 0.8, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    for scale in (1.0, -2.0):
        moved = np.hstack([y[:, :2] * scale, y[:, 2:] / scale])
        assert_allclose(symmetry.canonicalize(moved), expected)
        assert_allclose(symmetry.distance(moved, y), 0, atol=1e-15)


def test_components_are_matched_jointly(rng):
    # Every order of the components, each scaled by the numerical optimum of the leaf.
    y, to = rng.standard_normal((2, 10, 15))
    symmetry, leaf = matrix_factorization_symmetry(2, 3, 3), FactorScale(2, 1, 3)

    def parts(rows):
        a, x = rows[:, :6].reshape(-1, 2, 3), rows[:, 6:].reshape(-1, 3, 3)
        return [np.hstack([a[:, :, k], x[:, k]]) for k in range(3)]

    squares = np.array([[leaf.distance(p, t) ** 2 for t in parts(to)] for p in parts(y)])
    best = np.min(
        [
            sum(squares[order[k], k] for k in range(3))
            for order in itertools.permutations(range(3))
        ],
        axis=0,
    )
    assert_allclose(symmetry.distance(y, to), np.sqrt(best))


def test_columns_and_blocks_of_complex_rows(rng):
    y = rng.standard_normal((5, 6)) + 1j * rng.standard_normal((5, 6))
    for symmetry in (Blocks(GlobalPhase(), 2), Columns(GlobalPhase(), [3, 0, 5])):
        packed = np.hstack([y.real, y.imag])
        for rows in (y, packed):
            assert_allclose(symmetry.distance(symmetry.random(rows, 0), y), 0, atol=1e-14)
            assert_allclose(
                symmetry.distance(symmetry.unlift(symmetry.lift(rows)), y), 0, atol=1e-12
            )
    kept = Columns(GlobalPhase(), [3, 0, 5]).canonicalize(y)
    assert_array_equal(kept[:, [1, 2, 4]], y[:, [1, 2, 4]])
    assert_array_equal(kept[:, 3].imag, 0)


@pytest.mark.parametrize(
    ("symmetry", "message"),
    [
        (CyclicShift((2, 2)), "rows of 4 coordinates, got 6"),
        (CyclicShift((2, 3), axes=(2,)), "different axes of the shape"),
        (ConjugateFlip((2, 3), axes=(0, 0)), "different axes of the shape"),
        (Permutation(4), "multiple of n_blocks=4, got 6"),
        (Blocks(Sign(), 4), "multiple of n_blocks=4, got 6"),
        (Columns(Sign(), [0, 6]), "different numbers from 0 to 5"),
        (Columns(Sign(), [1, 1]), "different numbers from 0 to 5"),
        (Orthogonal(4), "points of 4 coordinates, got 6"),
        (Translation(5), "points of 5 coordinates, got 6"),
    ],
)
def test_rows_that_do_not_fit(symmetry, message):
    with pytest.raises(ValueError, match=message):
        symmetry.align(np.ones((2, 6)), np.ones((2, 6)))


@pytest.mark.parametrize(
    "symmetry",
    [
        Sign(),
        GlobalPhase(),
        CyclicShift(),
        fourier_symmetry((2, 3)),
        Permutation(3),
        Permutation(),
        Orthogonal(2),
        Orthogonal(3, reflections=False, center=True),
        Translation(2),
        Blocks(Sign(), 3),
        Columns(Sign(), [0, 3]),
        MatrixGroup([np.eye(6)[::-1]]),
        Conjugation(),
        Unitary(1),
        Unitary(3),
        Periodic(2.0),
        Columns(AxisRotation([1, 2, 2], flip=True), [0, 1, 2, 3]),
        PositiveScale(),
        FactorScale(1, 2, 2),
        matrix_factorization_symmetry(1, 2, 2),
    ],
    ids=repr,
)
def test_gradients_of_distances(symmetry, rng):
    y, to = (torch.asarray(rng.standard_normal((4, 6))) for _ in range(2))
    y.requires_grad_()
    assert torch.autograd.gradcheck(lambda rows: symmetry.distance(rows, to), y)
    special = torch.zeros((3, 6), dtype=torch.float64)
    special[1], special[2, 0] = 1.0, 1.0
    special.requires_grad_()
    (gradient,) = torch.autograd.grad(symmetry.distance(special, to[:3]).sum(), special)
    assert torch.isfinite(gradient).all()
    (gradient,) = torch.autograd.grad(symmetry.distance(special, special.detach()).sum(), special)
    assert torch.isfinite(gradient).all()
