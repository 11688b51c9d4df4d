"""Aligned samples against brute force over the group, and cases with right answers."""

import itertools

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import linear_sum_assignment
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from sksym import (
    Blocks,
    Columns,
    ConjugateFlip,
    CyclicShift,
    GlobalPhase,
    Identity,
    MatrixGroup,
    Orthogonal,
    PerClass,
    Periodic,
    Permutation,
    PermutationGroup,
    PositiveScale,
    Sign,
    align_samples,
    label_symmetry,
)


def elements_of(k, *, signs):
    """Every order of k parts, with every choice of signs or none, as (order, sign)."""
    choices = itertools.product([1, -1], repeat=k) if signs else [(1,) * k]
    choices = list(choices)
    for order in itertools.permutations(range(k)):
        for sign in choices:
            yield list(order), np.array(sign)


def squares_by_hand(samples, mean, *, signs=False):
    """Squared distances of every moved sample to the mean; shape (n_elements, n_samples)."""
    return np.array(
        [
            ((sign[:, None] * samples[:, order] - mean) ** 2).sum(axis=(1, 2))
            for order, sign in elements_of(samples.shape[1], signs=signs)
        ]
    )


def make_draws(n, k, d, noise, *, signs=False, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.standard_normal((k, d))
    orders = np.argsort(rng.uniform(size=(n, k)), axis=1)
    draws = np.take_along_axis(
        truth + noise * rng.standard_normal((n, k, d)), orders[:, :, None], axis=1
    )
    return draws * rng.choice([-1, 1], (n, k, 1)) if signs else draws


CASES = [(k, noise, signs) for k in (2, 3, 4) for noise in (0.1, 0.8) for signs in (False, True)]
CASES += [(6, 0.3, False)]


@pytest.mark.parametrize(("k", "noise", "signs"), CASES)
def test_every_sample_is_where_brute_force_puts_it(k, noise, signs):
    draws = make_draws(60, k, 2, noise, signs=signs)
    symmetry = Permutation(k, each=Sign() if signs else None)
    result = align_samples(draws, symmetry)
    assert_allclose(result.mean, result.samples.mean(axis=0), atol=1e-12)
    assert_allclose(result.spread, result.samples.std(axis=0), atol=1e-12)
    squares = np.sort(squares_by_hand(draws, result.mean, signs=signs), axis=0)
    cost = ((result.samples - result.mean) ** 2).sum(axis=(1, 2))
    assert_allclose(cost, squares[0], rtol=1e-9)
    # Murty's second-best assignment, by enumeration.
    assert_allclose(result.cost_ratio, squares[1] / squares[0], rtol=1e-9)
    # The elements say what was done.
    moved = np.take_along_axis(draws, result.elements.permutation[:, :, None], axis=1)
    if signs:
        moved = moved * result.elements.sign[:, :, None]
    assert_array_equal(moved, result.samples)
    # Any single sample as the reference is one of the starts, and a mean of its samples is better.
    for reference in draws:
        assert cost.sum() <= squares_by_hand(draws, reference, signs=signs).min(0).sum()


def test_the_joint_minimum_of_few_samples():
    # Of four samples of three parts all 6³ joint alignments can be compared.
    elements = [order for order, _ in elements_of(3, signs=False)]
    for seed in range(5):
        draws = make_draws(4, 3, 2, 0.7, seed=seed)
        result = align_samples(draws, Permutation(3))
        best = min(
            np.stack([draws[0], *(d[o] for d, o in zip(draws[1:], orders, strict=True))])
            .var(axis=0)
            .sum()
            for orders in itertools.product(elements, repeat=3)
        )
        assert_allclose((result.spread**2).sum(), best)


@pytest.mark.parametrize(
    ("symmetry", "n"),
    [
        (Sign(), 4),
        (Identity(), 4),
        (Permutation(), 5),
        (Permutation(7), 14),
        (Permutation(3, field="complex"), 6),
        (Blocks(Sign(), 3), 6),
        (CyclicShift(), 6),
        (ConjugateFlip() * CyclicShift() * Sign(), 5),
        (PermutationGroup.of_square_matrices(3), 9),
        (MatrixGroup([[[0, -1], [1, 0]]]), 2),
        (MatrixGroup([[[-1.0]]], offsets=[[180.0]]), 1),
        (Permutation(columns=[[0, 3], [1, 4], [2, 5]]), 7),
        (Columns(Sign(), [0, 1]) * Columns(Permutation(), [2, 3, 4]), 6),
    ],
    ids=repr,
)
def test_the_second_best_element_is_that_of_the_orbit(symmetry, n):
    rng = np.random.default_rng(0)
    y = rng.standard_normal((40, n)) + (1j * rng.standard_normal((40, n)) * symmetry.is_complex)
    y = y if symmetry.is_complex else y.real
    result = align_samples(y, symmetry, reference=y[0])
    among = symmetry._among(y)
    points = np.stack(list(among._orbit(np, y)))
    squares = np.sort((np.abs(points - y[0]) ** 2).sum(axis=2), axis=0)
    assert_allclose((np.abs(result.samples - y[0]) ** 2).sum(axis=1), squares[0], atol=1e-12)
    if len(squares) == 1:
        assert (result.ambiguity == 0).all()
        assert (result.cost_ratio == np.inf).all()
        return
    assert result.cost_ratio[0] == np.inf  # the reference itself
    assert_allclose(result.cost_ratio[1:], squares[1, 1:] / squares[0, 1:], rtol=1e-9)


def test_each_class_has_elements_of_its_own():
    rng = np.random.default_rng(0)
    y = np.column_stack([rng.standard_normal((20, 3)), rng.integers(0, 2, 20)])
    result = align_samples(y, PerClass({0: Sign(), 1: Identity()}, column=3), reference=y[0])
    of_sign = align_samples(y[:, :3], Sign(), reference=y[0, :3])
    assert (result.cost_ratio[y[:, 3] == 1] == np.inf).all()
    squares = ((of_sign.samples - y[0, :3]) ** 2).sum(axis=1) + (y[:, 3] - y[0, 3]) ** 2
    gap = 4 * np.abs(y[:, :3] @ y[0, :3])
    with np.errstate(divide="ignore"):
        expected = 1 + gap / squares
    assert_allclose(result.cost_ratio[y[:, 3] == 0], expected[y[:, 3] == 0])


def test_an_element_that_a_product_counts_twice_is_one():
    y = np.random.default_rng(0).standard_normal((20, 3))
    once, twice = (align_samples(y, s).cost_ratio for s in (Sign(), Sign() * Sign()))
    assert_allclose(twice, once)


def test_the_odds_are_those_of_gaussian_samples():
    # Two numbers of means -1 and 1 and variance s²: the odds of the other order of (a, b) are
    # exp(-((a - 1)² + (b + 1)² - (a + 1)² - (b - 1)²) / 2 s²) = exp(-2 (b - a) / s²).
    rng = np.random.default_rng(0)
    draws = np.array([-1.0, 1.0]) + 0.5 * rng.standard_normal((2000, 2))
    result = align_samples(draws, Permutation(), reference=[-1.0, 1.0])
    steps = np.diff(result.samples, axis=1)[:, 0]
    variance = result.samples.var(axis=0)
    variance = (variance**2).sum() / variance.sum()
    assert_allclose(result.ambiguity, np.exp(-2 * steps / variance), rtol=1e-9)
    assert result.ambiguous_share == (result.ambiguity > 0.05).mean()
    # The step b - a is 2 ± 0.71, and odds are above 0.05 where it is within log(20) s² / 2 of 0.
    assert 0.005 < result.ambiguous_share < 0.02


def test_labels_that_mean_nothing_are_ambiguous_and_others_are_not():
    rng = np.random.default_rng(0)
    far = np.array([0.0, 10.0]) + rng.standard_normal((200, 2))
    assert align_samples(far, Permutation()).ambiguous_share == 0
    same = rng.standard_normal((200, 2))
    assert align_samples(same, Permutation()).ambiguous_share > 0.7
    tied = align_samples([[3.0, 3.0], [3.0, 3.0]], Permutation())
    assert_array_equal(tied.ambiguity, [1, 1])
    assert_array_equal(tied.cost_ratio, [1, 1])  # 0 / 0
    assert tied.ambiguous_share == 1
    alone = align_samples([[3.0, 5.0]], Permutation())
    assert_array_equal(alone.ambiguity, [0])
    assert_array_equal(alone.cost_ratio, [np.inf])
    assert_array_equal(alone.spread, [0, 0])


def test_only_the_finite_part_of_a_group_has_a_second_best():
    y = np.random.default_rng(0).standard_normal((30, 8))
    for symmetry in (GlobalPhase(), Orthogonal(2), Periodic(360), CyclicShift() * GlobalPhase()):
        result = align_samples(y, symmetry)
        assert result.elements is result.ambiguity is result.cost_ratio is None
        assert result.ambiguous_share is None
        assert_allclose(result.mean, result.samples.mean(axis=0), atol=1e-12)
    z = y[:, :4] + 1j * y[:, 4:]
    result = align_samples(z, Permutation(2, each=GlobalPhase()))
    to = result.mean.reshape(2, 2)
    blocks = z.reshape(-1, 2, 2)
    overlap = np.abs(np.einsum("nik,jk->nij", blocks.conj(), to))
    gap = 2 * np.abs(overlap[:, 0, 0] + overlap[:, 1, 1] - overlap[:, 0, 1] - overlap[:, 1, 0])
    least = (np.abs(result.samples - result.mean) ** 2).sum(axis=1)
    assert_allclose(result.cost_ratio, 1 + gap / least)


def test_weights_are_repetition():
    draws = make_draws(40, 3, 2, 0.6)
    weights = np.random.default_rng(1).integers(0, 4, 40)
    weighted = align_samples(draws, Permutation(3), weights)
    repeated = align_samples(np.repeat(draws, weights, axis=0), Permutation(3))
    for name in ("mean", "spread", "ambiguous_share"):
        assert_allclose(weighted[name], repeated[name], rtol=1e-9)
    assert_allclose(np.repeat(weighted.samples, weights, axis=0), repeated.samples)
    assert_allclose(np.repeat(weighted.ambiguity, weights), repeated.ambiguity, rtol=1e-6)
    assert weighted.samples.shape == draws.shape  # a sample without weight is aligned too


def test_the_mean_does_not_depend_on_the_order_or_the_labels_of_samples():
    draws = make_draws(50, 4, 2, 0.3)
    rng = np.random.default_rng(0)
    shuffled = rng.permuted(draws, axis=1)[rng.permutation(50)]  # columns apart: another answer
    assert not np.allclose(align_samples(shuffled, Permutation(4)).spread, 0)
    moved = Permutation(4).random(draws.reshape(50, -1), 0).reshape(draws.shape)[::-1]
    first, second = (align_samples(d, Permutation(4)) for d in (draws, moved))
    assert_allclose(first.mean, second.mean, rtol=1e-9)
    assert_allclose(first.samples, second.samples[::-1])


def test_continuous_groups_are_at_procrustes_own_optimum():
    # Generalized Procrustes analysis: each sample is at the rotation that SVD gives for the mean.
    rng = np.random.default_rng(0)
    truth = rng.standard_normal((6, 2))
    turns = np.linalg.qr(rng.standard_normal((30, 2, 2)))[0]
    samples = (truth + 0.2 * rng.standard_normal((30, 6, 2))) @ turns
    result = align_samples(samples, Orthogonal(2))
    u, _, vt = np.linalg.svd(np.swapaxes(samples, 1, 2) @ result.mean)
    assert_allclose(result.samples, samples @ (u @ vt), atol=1e-5)
    assert_allclose(result.samples.mean(axis=0), result.mean, atol=1e-12)


def test_bootstrap_of_principal_components():
    X = StandardScaler().fit_transform(load_wine().data)
    rng = np.random.default_rng(0)
    full = PCA(3, svd_solver="full").fit(X).components_
    replicates = np.array(
        [
            PCA(3, svd_solver="full").fit(X[rng.integers(len(X), size=len(X))]).components_
            * rng.choice([-1, 1], (3, 1))
            for _ in range(60)
        ]
    )
    by_hand = replicates * np.sign((replicates * full).sum(axis=2, keepdims=True))
    signs = align_samples(replicates, Blocks(Sign(), 3), reference=full)
    assert_allclose(signs.samples, by_hand)
    assert_allclose(signs.spread, by_hand.std(axis=0))
    assert_array_equal(signs.elements.sign[:, :, None] * replicates, by_hand)
    assert signs.ambiguous_share == 0
    # With the order too, which no replicate of three components of the wines changes.
    both = align_samples(replicates, Permutation(3, each=Sign()), reference=full)
    assert_allclose(both.samples, by_hand)
    # Components as columns, as in R and statsmodels, and as rows of a table.
    columns = align_samples(
        replicates.transpose(0, 2, 1), Permutation(3, each=Sign()), reference=full.T, axis=2
    )
    for name in ("samples", "mean", "spread"):
        assert_allclose(columns[name], np.swapaxes(both[name], -1, -2))
    assert_array_equal(columns.elements.permutation, both.elements.permutation)
    rows = align_samples(
        replicates.reshape(60, -1), Permutation(3, each=Sign()), reference=full.ravel()
    )
    assert_allclose(rows.samples, by_hand.reshape(60, -1))


def test_states_of_a_hidden_markov_model():
    rng = np.random.default_rng(0)
    mean, sd = np.array([5.0, 60.0, 300.0]), np.array([2.0, 20.0, 90.0])
    moves = np.array([[0.9, 0.08, 0.02], [0.1, 0.8, 0.1], [0.05, 0.15, 0.8]])
    orders, rows, true_rows = [], [], []
    for _ in range(100):
        p = rng.permutation(3)
        parts = [part * np.exp(0.03 * rng.standard_normal(3)) for part in (mean, sd)]
        noisy = moves + 0.01 * rng.standard_normal((3, 3))
        orders.append(p)
        true_rows.append(np.r_[parts[0], parts[1], noisy.ravel()])
        rows.append(np.r_[parts[0][p], parts[1][p], noisy[np.ix_(p, p)].ravel()])
    symmetry = label_symmetry(3, [("k",), ("k",), ("k", "k")])
    truth = np.r_[mean, sd, moves.ravel()]
    result = align_samples(rows, symmetry, reference=truth)
    assert_allclose(result.samples, true_rows)
    assert_array_equal(result.elements.permutation[:, :3], np.argsort(orders, axis=1))
    own = align_samples(rows, symmetry)
    assert_allclose(symmetry.align(own.mean[None], to=truth)[0], result.mean)
    assert own.ambiguous_share == result.ambiguous_share == 0


def test_the_elements_of_states_that_are_nearly_alike():
    # Their inner products are the same to rounding, the numbers are not.
    row = np.r_[[1.0, 1.0 + 1e-12, 2.0], np.ones(9)]
    symmetry = label_symmetry(3, [("k",), ("k", "k")])
    moved = row[[1, 0, 2, *range(3, 12)]]
    found = align_samples([row], symmetry, reference=moved + 1e6 * (moved - row))
    assert_array_equal(found.samples[0], row[found.elements.permutation[0]])
    assert_array_equal(found.elements.permutation[0, :3], [1, 0, 2])


@pytest.mark.parametrize("shapes", [[("k",), ("k", 2), (2, "k", 3)], [("k",), (2,), ("k", "k")]])
def test_label_symmetry_moves_every_axis_of_labels(shapes):
    rng = np.random.default_rng(0)
    sizes = [tuple(4 if size == "k" else size for size in shape) for shape in shapes]
    arrays = [rng.standard_normal(size) for size in sizes]
    order, moved = rng.permutation(4), []
    for array, shape in zip(arrays, shapes, strict=True):
        for axis, size in enumerate(shape):
            array = np.take(array, order, axis=axis) if size == "k" else array
        moved.append(array)
    row, other = (np.concatenate([a.ravel() for a in part]) for part in (arrays, moved))
    symmetry = label_symmetry(4, shapes)
    assert symmetry.order == 24
    assert_allclose(symmetry.align(other[None], to=row), row[None])
    # Two arrays that are permuted apart are another answer.
    wrong = np.concatenate([arrays[0].ravel(), row[4:][::-1]])
    assert symmetry.distance(wrong[None], row)[0] > 0.1


def test_label_symmetry_refuses_what_it_cannot_mean():
    with pytest.raises(ValueError, match=r'positive integers and "k".*got \(0,\)'):
        label_symmetry(3, [("k",), (0,)])
    with pytest.raises(ValueError, match="use Identity"):
        label_symmetry(3, [(3,), (3, 3)])
    with pytest.raises(ValueError, match="at most 7 labels, got n_labels=8"):
        label_symmetry(8, [("k",), ("k", "k")])
    with pytest.raises(ValueError, match="'n_labels' parameter of label_symmetry"):
        label_symmetry(True, [("k",)])
    assert label_symmetry(20, [("k",), ("k", 2)]).order > 1e18


def test_containers_dtypes_and_layouts():
    draws = make_draws(30, 3, 2, 0.3)
    expected = align_samples(draws, Permutation(3))
    frame = pd.DataFrame(draws.reshape(30, -1), columns=[*"abcdef"])
    named = Permutation(columns=[["a", "b"], ["c", "d"], ["e", "f"]])
    framed = align_samples(frame, named, weights=pd.Series(np.ones(30)))
    assert_allclose(framed.samples, expected.samples.reshape(30, -1))
    assert_allclose(framed.mean, expected.mean.ravel())
    listed = align_samples([pd.DataFrame(d) for d in draws], Permutation(3))
    assert_allclose(listed.samples, expected.samples)
    single = align_samples(draws.astype(np.float32), Permutation(3))
    assert single.samples.dtype == np.float32
    assert single.mean.dtype == np.float64
    assert_allclose(single.mean, expected.mean, rtol=1e-5)
    tensors = align_samples(torch.tensor(draws), Permutation(3), weights=torch.ones(30))
    for name in ("samples", "mean", "spread", "cost_ratio", "ambiguity"):
        assert isinstance(tensors[name], torch.Tensor)
        assert_allclose(tensors[name].numpy(), expected[name], rtol=1e-9)
    whole = align_samples(np.array([[1, 2], [2, 1]]), Permutation())
    assert_array_equal(whole.samples, [[1.0, 2.0], [1.0, 2.0]])
    z = draws[:, :, 0] + 1j * draws[:, :, 1]
    packed = align_samples(np.hstack([z.real, z.imag]), GlobalPhase())
    complex_ = align_samples(z, GlobalPhase())
    assert_allclose(packed.mean[:3] + 1j * packed.mean[3:], complex_.mean)
    assert_allclose(np.hypot(packed.spread[:3], packed.spread[3:]), complex_.spread)


def test_input_is_untouched_and_units_do_not_matter():
    draws = make_draws(20, 3, 2, 0.3)
    kept = draws.copy()
    draws.flags.writeable = False
    first = align_samples(draws, Permutation(3))
    assert_array_equal(draws, kept)
    assert not np.shares_memory(first.samples, draws)
    for unit in (1e-160, 1e160):
        scaled = align_samples(unit * draws, Permutation(3))
        for name in ("samples", "mean", "spread"):
            assert_allclose(scaled[name] / unit, first[name], rtol=1e-9)
        assert_allclose(scaled.cost_ratio, first.cost_ratio, rtol=1e-9)
        assert_allclose(scaled.ambiguity, first.ambiguity, rtol=1e-9)


def test_scales_are_aligned_once():
    y = np.abs(make_draws(20, 3, 2, 0.1)).reshape(20, -1)
    result = align_samples(y, PositiveScale())
    reference = PositiveScale().mean(y[None])[0]
    assert_allclose(result.samples, PositiveScale().align(y, to=reference))
    assert_allclose(result.mean, result.samples.mean(axis=0))


@pytest.mark.parametrize(("k", "noise", "seed"), [(4, 0.7, 0), (8, 1.0, 1)])
def test_of_many_samples_each_is_at_its_optimum(k, noise, seed):
    # Enough of them that the mean is sought with some and then with those that may change; of the
    # second, whose labels mean little, it does not stand still for more than 100 steps.
    draws = make_draws(3000, k, 3 if k == 8 else 2, noise, seed=seed)
    result = align_samples(draws, Permutation(k))
    cost = ((result.samples - result.mean) ** 2).sum(axis=(1, 2))
    pairs = ((draws[:, :, None] - result.mean) ** 2).sum(axis=3)
    assert_allclose(cost, [p[linear_sum_assignment(p)].sum() for p in pairs], rtol=1e-9)
    assert_allclose(result.mean, result.samples.mean(axis=0), atol=1e-12)


@pytest.mark.parametrize("k", [3, 5, 7])
def test_the_second_best_order_may_move_all_parts(k):
    # Corners of a polygon beside one turned by nearly half a step: the next order turns on.
    angles = 2 * np.pi * np.arange(k) / k
    corners, turned = (
        np.column_stack([np.cos(a), np.sin(a)]) for a in (angles, angles + 0.9 * np.pi / k)
    )
    rng = np.random.default_rng(0)
    samples = np.array([corners[rng.permutation(k)] for _ in range(5)])
    result = align_samples(samples, Permutation(k), reference=turned)
    assert_allclose(result.samples, np.broadcast_to(corners, samples.shape))
    onward = (np.roll(corners, -1, axis=0) - turned) ** 2
    assert_allclose(result.cost_ratio, onward.sum() / ((corners - turned) ** 2).sum())


DRAWS = make_draws(4, 3, 2, 0.3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"samples": np.where(DRAWS > 0, np.nan, DRAWS)}, "samples contains NaN"),
        ({"samples": np.where(DRAWS > 0, np.inf, DRAWS)}, "contains infinity"),
        ({"samples": DRAWS[:, 0, 0]}, r"shape \(n_samples, ...\), got shape \(4,\)"),
        ({"samples": DRAWS[:0]}, r"0 sample\(s\)"),
        ({"samples": [DRAWS[0], DRAWS[1, :2]]}, "samples must be arrays of one shape"),
        ({"samples": DRAWS[:, :2]}, "3 parts, which do not lie on axis=1"),
        ({"samples": 1j * DRAWS}, "Complex data not supported"),
        ({"samples": [["a", "b", "c"]]}, "must hold numbers"),
        ({"symmetry": Permutation}, "with parentheses"),
        ({"reference": DRAWS[0, :2]}, r"reference must be one sample, of shape \(3, 2\)"),
        ({"reference": DRAWS}, "nothing is broadcast"),
        ({"reference": DRAWS[0, 0]}, "reference must be one row"),
        ({"reference": np.full((3, 2), np.nan)}, "reference contains NaN"),
        ({"weights": [1, 1, 1]}, "shape"),
        ({"weights": [1, -1, 1, 1]}, "Negative values"),
        ({"weights": [0, 0, 0, 0]}, "non-zero"),
        ({"weights": [1, np.nan, 1, 1]}, "NaN"),
        ({"axis": 0}, "axis must be an axis of a sample, from 1 to 2"),
        ({"axis": 3}, "got 3"),
        ({"axis": True}, "got True"),
    ],
)  # fmt: skip
def test_what_is_refused(changes, message):
    arguments = {"samples": DRAWS, "symmetry": Permutation(3)} | changes
    with pytest.raises(ValueError, match=message):
        align_samples(**arguments)


def test_parts_are_not_cut_across_another_axis():
    samples = np.random.default_rng(0).standard_normal((6, 2, 3))
    align_samples(samples, Permutation(2))
    align_samples(samples, Blocks(Sign(), 3), axis=2)
    for symmetry, axis in ((Permutation(2), 2), (Blocks(Sign(), 3), 1)):
        with pytest.raises(ValueError, match=f"do not lie on axis={axis}"):
            align_samples(samples, symmetry, axis=axis)
