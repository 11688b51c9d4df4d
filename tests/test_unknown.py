"""Targets that are known in part: NaN for unknown coordinates and for parts that are absent."""

import itertools
import re

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import linear_sum_assignment
from sklearn.base import clone
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsRegressor

from sksym import (
    Blocks,
    CanonicalizeTargets,
    Columns,
    ConjugateFlip,
    Conjugation,
    CyclicShift,
    FactorScale,
    FiniteSymmetry,
    GlobalPhase,
    Identity,
    MatrixGroup,
    OrbitKNeighborsRegressor,
    Orthogonal,
    PerClass,
    Periodic,
    Permutation,
    PhaseRamp,
    PositiveScale,
    Sign,
    Translation,
    Unitary,
)
from sksym.command import main
from sksym.experiments import compare
from sksym.metrics import (
    rectified_mean_absolute_error,
    rectified_mean_squared_error,
    rectified_r2_score,
    rectified_scorer,
    seam_report,
)
from sksym.neural import FeedforwardRegressor, RectifiedMSELoss

from .refusals import assert_refused

NAN = np.nan


def rows(n_samples=20, n=6, seed=0, share=0.25, is_complex=False):
    """Generic rows with unknown coordinates, one at least known of each."""
    rng = np.random.default_rng(seed)
    y = rng.standard_normal((n_samples, n))
    if is_complex:
        y = y + 1j * rng.standard_normal(y.shape)
    is_unknown = rng.random(y.shape) < share
    is_unknown[:, seed % n] = False
    return np.where(is_unknown, NAN, y)


def nearest(points, to):
    """Least distance over what is known of both, by brute force."""
    squares = []
    for point in points:
        gap = np.abs(point - to) ** 2
        squares.append(np.where(np.isnan(gap).all(axis=1), np.inf, np.nansum(gap, axis=1)))
    return np.min(squares, axis=0) ** 0.5


def shuffled(y):
    blocks = y.reshape(len(y), 3, 2)
    return [blocks[:, list(p)].reshape(y.shape) for p in itertools.permutations(range(3))]


SWAP = np.eye(6)[[1, 0, 2, 3, 5, 4]]
SWEEPS = {
    Identity(): lambda y: [y],
    Sign(): lambda y: [y, -y],
    CyclicShift(): lambda y: [np.roll(y, k, axis=1) for k in range(6)],
    ConjugateFlip() * Sign(): lambda y: [y, -y, y[:, ::-1], -y[:, ::-1]],
    MatrixGroup([SWAP]): lambda y: [y, y[:, [1, 0, 2, 3, 5, 4]]],
    Blocks(Sign(), 2): lambda y: [
        y * np.repeat(s, 3) for s in itertools.product([1, -1], repeat=2)
    ],
    Columns(Sign(), [4, 1]): lambda y: [y, y * [1, -1, 1, 1, -1, 1]],
    # With one row known throughout, as many parts or more are present as are matched.
    Permutation(3): shuffled,
    Permutation(3, each=Sign()): lambda y: [
        p * np.repeat(s, 2) for p in shuffled(y) for s in itertools.product([1, -1], repeat=3)
    ],
}
symmetries = pytest.mark.parametrize("symmetry", SWEEPS, ids=repr)


@symmetries
@pytest.mark.parametrize("library", ["numpy", "torch"])
@pytest.mark.parametrize("which", ["y", "to"])
def test_the_nearest_in_what_is_known(symmetry, library, which):
    y, to = rows(share=0.25 * (which == "y")), rows(seed=1, share=0.25 * (which == "to"))
    write = torch.from_numpy if library == "torch" else np.asarray
    moved = np.asarray(symmetry.align(write(y), write(to)))
    expected = nearest(SWEEPS[symmetry](y), to)
    assert_allclose(np.sqrt(np.nansum((moved - to) ** 2, axis=1)), expected, rtol=1e-12)
    assert_allclose(np.asarray(symmetry.distance(write(y), write(to))), expected, rtol=1e-12)
    # It is a point of the orbit, unknown where what was moved there is.
    for row, point in zip(y, moved, strict=True):
        gaps = [np.nanmax(np.abs(p[0] - point)) for p in SWEEPS[symmetry](row[None])
                if (np.isnan(p[0]) == np.isnan(point)).all()]  # fmt: skip
        assert min(gaps) < 1e-12


@pytest.mark.parametrize(
    "symmetry", [s for s in SWEEPS if not isinstance(s, Permutation)], ids=repr
)
def test_the_nearest_where_both_are_known_in_part(symmetry):
    y, to = rows(), rows(seed=1)
    assert_allclose(symmetry.distance(y, to), nearest(SWEEPS[symmetry](y), to), rtol=1e-12)


@symmetries
def test_an_alignment_depends_on_the_orbit_only(symmetry):
    y, to = rows(), rows(seed=1, share=0)
    expected = symmetry.align(y, to)
    for point in SWEEPS[symmetry](y):
        assert_allclose(symmetry.align(point, to), expected, atol=1e-12)
    # Every shift, and every order of parts, is as near as any other.
    ones = np.ones((3, 6))
    tied = np.array([[1, 2, NAN, 2, 1, 2], [NAN, NAN, 3, 1, 1, 3], [0, 1, 1, 1, 1, NAN]])
    for unit in (1.0, 1e100):
        expected = symmetry.align(unit * tied, unit * ones) / unit
        for point in SWEEPS[symmetry](tied):
            moved = symmetry.align(unit * point, unit * ones) / unit
            assert_allclose(moved, expected, atol=1e-12)


def test_what_leaves_nothing_to_compare_is_not_near():
    assert_array_equal(ConjugateFlip().align([[NAN, 1.0]], [[NAN, 5.0]]), [[NAN, 1.0]])
    assert_allclose(ConjugateFlip().distance([[NAN, 1.0]], [[NAN, 5.0]]), 4)


@pytest.mark.parametrize("unit", [1e-150, 1e150])
@pytest.mark.parametrize(
    "symmetry", [*SWEEPS, Orthogonal(2, center=True), Translation(2)], ids=repr
)
def test_the_unit_does_not_matter(symmetry, unit):
    y, to = rows(), rows(seed=1, share=0)
    y[:, 0::2][np.isnan(y[:, 1::2])] = NAN  # points are known as a whole
    y[:, 1::2][np.isnan(y[:, 0::2])] = NAN
    y[:, :2] = to[::-1, 2:4]
    assert_allclose(symmetry.align(unit * y, unit * to), unit * symmetry.align(y, to), rtol=1e-9)
    y = y[np.isnan(y).sum(axis=1) <= 2]
    both = np.stack([y, to[: len(y)]], axis=1)
    assert_allclose(symmetry.mean(unit * both), unit * symmetry.mean(both), rtol=1e-6)


@pytest.mark.parametrize("layout", ["complex", "packed"])
def test_a_phase_from_the_coordinates_that_are_known(layout):
    y, to = rows(is_complex=True), rows(seed=1, is_complex=True)
    phases = np.exp(2j * np.pi * np.arange(3600) / 3600)
    expected = nearest([y * phase for phase in phases], to)

    def write(z):
        return z if layout == "complex" else np.hstack([z.real, z.imag])

    got = GlobalPhase().distance(write(y), write(to))
    assert_allclose(got, expected, atol=1e-5)
    assert (got <= expected + 1e-12).all()
    half = np.hstack([y.real, y.imag])
    half[0, 1] = NAN  # a complex number is unknown where a part of it is
    y[0, 1] = NAN
    moved = GlobalPhase().align(half, write(to) if layout == "packed" else to)
    assert_array_equal(np.isnan(moved), np.tile(np.isnan(y), 2))
    kept = Columns(GlobalPhase(), [0]).align([[1.0, complex(2.0, NAN)]], [[1.0, 1j]])
    assert_array_equal([kept.real, kept.imag], [[[1.0, NAN]], [[0.0, NAN]]])


@pytest.mark.parametrize(
    "symmetry",
    [CyclicShift(field="complex"), Permutation(field="complex"), Unitary(1), Conjugation()],
    ids=repr,
)
def test_a_complex_coordinate_is_unknown_in_both_parts(symmetry):
    y = np.array([[1.0, NAN, 2.0, -1.0, NAN, 1.0]])  # [Re | Im]
    moved = symmetry.align(y, [[2.0, 1.0, 1.0, 1.0, 0.0, -1.0]])
    assert_array_equal(np.isnan(moved[:, :3]), np.isnan(moved[:, 3:]))
    assert np.isnan(moved).sum() == 2


def test_a_ramp_from_the_pixels_that_are_known():
    y = rows(5, 8, is_complex=True)
    whole = rows(5, 8, seed=1, is_complex=True, share=0)
    moved = PhaseRamp().random(whole, 0)
    moved[np.isnan(y)] = NAN
    assert_allclose(PhaseRamp().distance(moved, whole), 0, atol=1e-6)
    assert_allclose(PhaseRamp().align(whole, moved)[~np.isnan(y)], moved[~np.isnan(y)], atol=1e-6)
    back = PhaseRamp().align(moved, whole)
    assert_array_equal(np.isnan(back), np.isnan(y))


def test_whole_periods_by_each_coordinate_that_is_known():
    symmetry = Periodic(360)
    assert_allclose(symmetry.align([[370.0, NAN, -90.0]], [[350.0, 5.0, NAN]]), [[370, NAN, 270]])
    assert_allclose(symmetry.distance([[359.0, NAN]], [[1.0, 5.0]]), 2)
    assert_allclose(
        symmetry.mean([[[350.0, NAN], [20.0, 7.0], [NAN, 367.0]]]), [[5, 7]], atol=1e-9
    )


def test_what_is_known_of_parts_by_their_columns():
    frame = pd.DataFrame([[1.0, NAN, 3.0, 4.0, NAN, 6.0]], columns=list("abcdef"))
    to = [[NAN, 2.0, -3.0, 1.0, 5.0, 4.0]]
    symmetry = Columns(Sign(), ["a", "b", "c"]) * Columns(Permutation(), ["d", "e", "f"])
    assert_array_equal(symmetry.align(frame, to), [[-1, NAN, -3, NAN, 6, 4]])
    points = Permutation(columns=[["a", "d"], ["b", "e"], ["c", "f"]])
    assert_array_equal(points.align(frame, [[3, 1, 1, 6, 4, 4.0]])[0, [0, 3]], [3, 6])
    assert_allclose(symmetry.distance(frame, to), 1)


def matched(y, to, absent):
    """Least cost of an assignment of points of the plane, and the sum of its squares."""
    y, to = y.reshape(-1, 2), to.reshape(-1, 2)
    gone, missing = np.isnan(y).all(axis=1), np.isnan(to).all(axis=1)
    squares = np.nansum((y[:, None] - to[None]) ** 2, axis=2)
    alone = gone[:, None] != missing[None]
    squares = np.where(alone | (gone[:, None] & missing[None]), 0.0, squares)
    costs = squares + alone * (1e6 if absent is None else absent**2)
    chosen = linear_sum_assignment(costs)
    return (squares[chosen].sum() + alone[chosen].sum() * (absent or 0.0) ** 2) ** 0.5


@pytest.mark.parametrize("n_parts", [3, 9])
@pytest.mark.parametrize("absent", [None, 0.0, 0.5, 4.0])
def test_absent_parts_are_matched_to_nothing(absent, n_parts):
    rng = np.random.default_rng(0)
    y, to = rng.standard_normal((2, 15, n_parts, 2))
    for part in (y, to):
        part[rng.random((15, n_parts)) < 0.4] = NAN
        part[:, rng.integers(n_parts)] = 0.5
    y, to = (part.reshape(15, -1) for part in (y, to))
    symmetry = Permutation(n_parts, absent=absent)
    expected = [matched(*pair, absent) for pair in zip(y, to, strict=True)]
    assert_allclose(symmetry.distance(y, to), expected, atol=1e-9)
    assert_allclose(symmetry.distance(to, y), expected, atol=1e-9)
    moved = symmetry.align(y, to)
    assert_allclose(symmetry.distance(moved, y), 0, atol=1e-9)


def test_a_far_part_is_left_alone_where_that_costs_less():
    y, to = [[0.0, 0.0, NAN, NAN]], [[9.0, 0.0, NAN, NAN]]
    assert_array_equal(Permutation(2).align(y, to), y)
    assert_array_equal(Permutation(2, absent=6.0).align(y, to), [[NAN, NAN, 0.0, 0.0]])
    assert_allclose(Permutation(2, absent=6.0).distance(y, to), 6 * 2**0.5)
    assert_array_equal(Permutation(2, absent=7.0).align(y, to), y)  # 9 < 7 sqrt 2
    # No part at all is an answer where absence has a cost.
    assert_allclose(Permutation(2, absent=6.0).distance([[NAN] * 4], to), 6)


def test_single_coordinates_may_be_absent():
    assert_array_equal(Permutation().align([[1.0, 2.0, NAN]], [[NAN, 2.25, 1.0]]), [[NAN, 2, 1]])


@pytest.mark.parametrize("center", [False, True])
@pytest.mark.parametrize("reflections", [False, True])
def test_points_that_are_missing_have_no_say(center, reflections):
    symmetry = Orthogonal(3, reflections=reflections, center=center)
    rng = np.random.default_rng(0)
    y, to = rng.standard_normal((2, 4, 7, 3))
    y[:, 2], to[:, 5] = NAN, NAN
    kept = [0, 1, 3, 4, 6]
    moved = symmetry.align(y.reshape(4, -1), to.reshape(4, -1)).reshape(y.shape)
    known = symmetry.align(y[:, kept].reshape(4, -1), to[:, kept].reshape(4, -1))
    assert_allclose(moved[:, kept].reshape(4, -1), known, atol=1e-12)
    assert np.isnan(moved[:, 2]).all()
    turned = moved[:, [0, 1, 5]] - moved[:, [3, 4, 6]]  # the point that is not compared turns too
    before = y[:, [0, 1, 5]] - y[:, [3, 4, 6]]
    assert_allclose(turned @ turned.swapaxes(1, 2), before @ before.swapaxes(1, 2), atol=1e-12)


def test_a_translation_by_what_is_known_of_both():
    y, to = rows(), rows(seed=1)
    y[:, 4:], to[:, 4:] = 1.0, 2.0
    steps = [np.nanmean((to - y)[:, k::2], axis=1) for k in range(2)]
    expected = y + np.tile(np.transpose(steps), 3)
    assert_allclose(Translation(2).align(y, to), expected, atol=1e-12)
    # A direction in which nothing can be compared has its known points centred.
    moved = Translation(2).align([[1.0, 2.0, 3.0, 5.0]], [[4.0, NAN, NAN, NAN]])
    assert_allclose(moved, [[4, -1.5, 6, 1.5]])


def test_a_scale_and_a_class_from_what_is_known():
    y, to = np.array([[1.0, NAN, 3.0, 1.0]]), np.array([[2.0, 5.0, NAN, 1.0]])
    assert_allclose(PositiveScale().align(y[:, :3], to[:, :3]), [[2, NAN, 6]])
    symmetry = PerClass({0: Identity(), 1: Sign()}, column=3)
    assert_allclose(symmetry.align(-y * [1, 1, 1, -1], to), y)
    assert_allclose(symmetry.align(-y * [1, 1, 1, NAN], to), y * [1, 1, 1, NAN])


NOTHING = [[1.0, NAN, 2.0], [NAN, NAN, 1.0]]


@pytest.mark.parametrize("symmetry", [Sign(), CyclicShift((3,)), Permutation(), Translation(1)])
@pytest.mark.parametrize("ask", ["align", "distance"])
def test_rows_of_which_nothing_can_be_compared_are_named(symmetry, ask):
    with pytest.raises(ValueError, match=r"No coordinate is known .* in row\(s\) 1:"):
        getattr(symmetry, ask)(NOTHING, [[1.0, 2.0, NAN], [NAN] * 3])
    if symmetry == Sign():
        with pytest.raises(ValueError, match=r"in row\(s\) 1:"):
            getattr(symmetry, ask)(NOTHING, [[1.0, 2.0, NAN], [1.0, 2.0, NAN]])


class Bend(FiniteSymmetry):
    def _order(self, n_coordinates):
        return 10_001


@pytest.mark.parametrize(
    ("symmetry", "error", "message"),
    [
        (Permutation(2, absent=1.0) * Translation(1), TypeError, "has a cost of absent parts"),
        (FactorScale(1, 1, 1), TypeError, "FactorScale(n_columns=1, n_rows=1, rank=1) cannot"),
        (Bend(), TypeError, "Bend() cannot align rows of 2 coordinates"),
        (Bend(), TypeError, "define _align_known(xp, y, to)"),
        (Orthogonal(2), ValueError, "row 0 has one that is known in part"),
        (Permutation(1, each=Orthogonal(2)), ValueError, "known or unknown (NaN) as a whole"),
    ],
)
def test_what_cannot_be_aligned_says_so(symmetry, error, message):
    for ask in (symmetry.align, symmetry.distance):
        with pytest.raises(error, match=re.escape(message)):
            ask([[NAN, 1.0]], [[1.0, 2.0]])


@pytest.mark.parametrize(
    "ask",
    [
        lambda y: Sign().canonicalize(y),
        lambda y: Sign().canonicalize(np.nan_to_num(y), [NAN, 1.0, 2.0, 3.0]),
        lambda y: Sign().random(y),
        lambda y: Sign().margin(y),
        lambda y: Sign().lift(y),
        lambda y: list(Sign().orbit(y)),
        lambda y: CanonicalizeTargets(Sign()).fit(y),
        lambda y: rectified_mean_squared_error(np.nan_to_num(y), y, symmetry=Sign()),
        lambda y: seam_report(y, np.nan_to_num(y), symmetry=Sign(), bins=1),
        lambda y: FeedforwardRegressor((2,), max_epochs=1).fit(y, np.nan_to_num(y)),
        lambda y: FeedforwardRegressor((2,), max_epochs=1).fit(np.nan_to_num(y), y),
        lambda y: OrbitKNeighborsRegressor(Sign()).fit(y, np.nan_to_num(y)),
    ],
)
def test_elsewhere_nan_stays_refused(ask):
    with pytest.raises(ValueError, match="NaN"):
        ask(rows(6, 4))


@pytest.mark.parametrize("bad", [np.inf, -np.inf])
@pytest.mark.parametrize("library", [np.asarray, torch.asarray])
def test_infinity_is_never_unknown(bad, library):
    y, to = rows(3, 2), rows(3, 2, share=0)
    y[1, 1] = bad
    for ask in (Sign().align, Sign().distance, lambda y, to: Sign().mean(y[:, None, :])):
        with pytest.raises(ValueError, match="infinity"):
            ask(library(y), library(to))


def test_the_mean_of_what_is_known():
    y = rows(12, 6).reshape(4, 3, 6)
    y[np.isnan(y).all(axis=1)[:, None, :] & (np.arange(3) == 1)[None, :, None]] = 1.0
    expected = np.nanmean(y, axis=1)
    assert_allclose(Identity().mean(y), expected, atol=1e-12)
    assert_allclose(Identity().mean(y, [1, 0, 0]), y[:, 0])  # NaN where no candidate knows


MEANS = [
    Sign(),
    CyclicShift(),
    Permutation(3),
    Permutation(3, each=Sign()),
    Orthogonal(2, center=True),
    Translation(2),
    ConjugateFlip() * Sign(),
]


@pytest.mark.parametrize("symmetry", MEANS, ids=repr)
def test_the_mean_of_points_of_one_orbit_is_in_it(symmetry):
    rng = np.random.default_rng(0)
    base = rng.standard_normal((3, 6))
    y = symmetry.random(np.repeat(base, 6, axis=0), 0).reshape(3, 6, 3, 2)
    y[rng.random((3, 6, 3)) < 0.2] = NAN
    y = y.reshape(3, 6, 6)
    mean = symmetry.mean(y)
    assert_allclose(symmetry.distance(mean, base), 0, atol=1e-6)
    order = [3, 1, 5, 0, 4, 2]
    assert_allclose(symmetry.mean(y[:, order]), mean, atol=1e-6)
    weights = np.array([2, 0, 1, 1, 1, 1.0])
    repeated = symmetry.mean(y[:, [0, 0, 2, 3, 4, 5]])
    assert_allclose(symmetry.mean(y, weights), repeated, atol=1e-6)


def test_the_mean_is_the_best_of_all_signs():
    # The deviation for each known coordinate, by brute force over the signs of the candidates.
    y = rows(120, 6, share=0.3).reshape(20, 6, 6)
    y[:, 0][np.isnan(y).all(axis=1)] = 1.0
    signs = np.array([(1, *s) for s in itertools.product([1, -1], repeat=5)])
    means = [np.nanmean(s[:, None] * y, axis=1) for s in signs]

    def deviation(mean):
        aligned = Sign().align(y.reshape(120, 6), np.repeat(mean, 6, axis=0)).reshape(y.shape)
        gaps = np.nansum((aligned - mean[:, None]) ** 2, axis=(1, 2))
        return gaps / (~np.isnan(y)).sum(axis=(1, 2))

    least = np.min([deviation(mean) for mean in means], axis=0)
    found = deviation(Sign().mean(y))
    # Candidates of pure noise: alternation may end in another minimum, but rarely does.
    assert np.mean(found <= least * (1 + 1e-9)) >= 0.9
    assert (found <= 1.2 * least).all()


def test_a_mean_of_a_group_that_shrinks_is_refused():
    with pytest.raises(TypeError, match=r"PositiveScale\(\) does not preserve distances"):
        PositiveScale().mean(rows(4, 2)[None])


@pytest.fixture
def scored():
    rng = np.random.default_rng(0)
    y = rng.standard_normal((30, 6))
    pred = y * rng.choice([-1, 1], (30, 1)) + 0.3 * rng.standard_normal(y.shape)
    return np.where(rng.random(y.shape) < 0.3, NAN, y), pred


def test_errors_are_means_over_what_is_known(scored):
    y, pred = scored
    signs = [np.nansum((s * pred - y) ** 2, axis=1) for s in (1, -1)]
    least, n_known = np.min(signs, axis=0), (~np.isnan(y)).sum(axis=1)
    weight = np.random.default_rng(1).uniform(1, 2, 30)

    def error(normalization, weight=None):
        return rectified_mean_squared_error(
            y, pred, symmetry=Sign(), normalization=normalization, sample_weight=weight
        )

    assert_allclose(error("n"), np.mean(least / n_known))
    assert_allclose(error("n", weight), np.average(least / n_known, weights=weight))
    assert_allclose(error("n2"), np.mean(least / n_known**2))
    assert_allclose(error(None), np.mean(least))
    assert_allclose(error("power"), np.mean(least) / np.mean(np.nansum(y**2, axis=1)))
    best = np.where(signs[0] < signs[1], 1, -1)[:, None]
    absolute = rectified_mean_absolute_error(y, pred, symmetry=Sign())
    assert_allclose(absolute, np.mean(np.nanmean(np.abs(best * pred - y), axis=1)))


def test_r2_of_what_is_known(scored):
    y, pred = scored
    expected = 1 - np.nansum((pred - y) ** 2) / np.nansum((y - np.nanmean(y, axis=0)) ** 2)
    assert_allclose(rectified_r2_score(y, pred, symmetry=Identity()), expected)
    perfect = np.where(np.isnan(y), pred, -y)
    assert rectified_r2_score(y, perfect, symmetry=Sign()) == 1
    constant = np.tile(np.nan_to_num(y[0]), (30, 1))
    assert rectified_r2_score(y, constant, symmetry=Sign()) <= 0


def test_a_true_row_of_which_nothing_is_known_is_named(scored):
    y, pred = scored
    y[[3, 8]] = NAN
    with pytest.raises(ValueError, match=r"in row\(s\) 3, 8:"):
        rectified_mean_squared_error(y, pred, symmetry=Sign())


def pairs(n_samples=300):
    """A measurement that determines y up to sign, and y with some coordinates unknown."""
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, (n_samples, 2))
    whole = Sign().random(np.c_[1 + X, X[:, :1] * X[:, 1:]], 0)
    is_unknown = rng.random(whole.shape) < 0.2
    is_unknown[is_unknown.all(axis=1)] = False
    return X, whole, np.where(is_unknown, NAN, whole)


def test_neighbours_average_what_they_know():
    X, whole, y = pairs()
    model = OrbitKNeighborsRegressor(Sign()).fit(X, y)
    neighbors = model.kneighbors(X[:20], return_distance=False)
    expected = Sign().mean(y[neighbors])
    is_known = ~np.isnan(expected).any(axis=1)
    assert_allclose(model.predict(X[:20])[is_known], expected[is_known])
    assert rectified_r2_score(whole, model.predict(X), symmetry=Sign()) > 0.9
    scores = cross_val_score(model, X, y, cv=2, scoring=rectified_scorer(Sign(), "r2"))
    assert_allclose(scores, cross_val_score(model, X, y, cv=2))
    # Where one neighbour does not know, more are asked; in the end there is no gap.
    nearest = clone(model).set_params(weights="distance").fit(X, y).predict(X)
    assert np.isfinite(nearest).all()  # though a row of the training set has itself for neighbour
    alone = clone(model).set_params(n_neighbors=1).fit(X, y).predict(X)
    assert np.isfinite(alone).all()
    assert rectified_r2_score(whole, alone, symmetry=Sign()) > 0.7


def test_neighbours_refuse_what_nobody_knows():
    X, _, y = pairs(40)
    y[7] = NAN
    with pytest.raises(ValueError, match=r"Nothing is known \(not NaN\) of 1 row.* row 7"):
        OrbitKNeighborsRegressor(Sign()).fit(X, y)
    y[7] = 1.0
    y[:, 1] = NAN
    with pytest.raises(ValueError, match=r"leave the coordinate\(s\) \[1\] unknown"):
        OrbitKNeighborsRegressor(Sign()).fit(X, y).predict(X)


def test_the_loss_is_the_error_and_has_no_slope_where_nothing_is_known(scored):
    y, pred = map(torch.from_numpy, scored)
    pred.requires_grad_()
    loss = RectifiedMSELoss(Sign())(pred, y)
    error = rectified_mean_squared_error(*scored, symmetry=Sign())
    assert_allclose(loss.item(), error)
    loss.backward()
    assert_array_equal(pred.grad.isnan().any(), False)
    assert_array_equal((pred.grad == 0).numpy(), np.isnan(scored[0]))
    whole = RectifiedMSELoss(Sign(), reduction="none")(pred, y)
    assert_allclose(whole.mean(dim=1).mean().item(), error)
    assert_allclose(RectifiedMSELoss(Sign(), reduction="sum")(pred, y).item(), error * y.numel())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_trains_on_what_is_known(dtype):
    X, whole, y = pairs()
    network = FeedforwardRegressor(
        (16,), max_epochs=40, lr=0.03, random_state=0, dtype=dtype,
        criterion=RectifiedMSELoss, criterion__symmetry=Sign(),
    )  # fmt: skip
    weight = np.random.default_rng(1).uniform(1, 2, len(X))
    predicted = network.fit(X, y, sample_weight=weight).predict(X)
    assert rectified_r2_score(whole, predicted, symmetry=Sign()) > 0.9
    y[5] = NAN
    with pytest.raises(ValueError, match="row 5"):
        network.fit(X, y)


def test_a_comparison_names_what_needs_every_target():
    X, _, y = pairs(60)
    comparison = compare(X, y, Sign(), {"5-NN": KNeighborsRegressor()}, cv=2)
    assert set(comparison.cv_results_["remedy"]) == {"neighbors", "none"}
    assert "with which only neighbors can be trained" in comparison.skipped["5-NN", "canonicalize"]
    assert comparison.summary()[0]["name"] == "5-NN, neighbors"
    assert np.isfinite(comparison.cv_results_["r2"]).all()


@pytest.mark.usefixtures("quick_search")
def test_empty_cells_of_targets_are_unknown(tmp_path, capsys):
    X, _, y = pairs(60)
    table = pd.DataFrame(np.hstack([X, y]), columns=["a", "b", "y0", "y1", "y2"])
    path, out = tmp_path / "a.csv", tmp_path / "out"
    table.to_csv(path, index=False)
    command = ["compare", str(path), "--targets", "y*", "--symmetry", "Sign()", "--cv", "2"]
    options = ["--regressors", "KNN", "--jobs", "1", "--backend", "threading", "--out", str(out)]
    assert main([*command, *options]) == 0
    printed = capsys.readouterr().out
    assert "KNN, neighbors" in printed
    assert "Ambiguity score" in printed
    table.loc[4, ["y0", "y1", "y2"]] = NAN
    table.to_csv(path, index=False)
    message = "a.csv, row 5, column 'y0': a number is missing"
    assert_refused([*command, *options, "--overwrite"], message, capsys)


@pytest.mark.usefixtures("quick_search")
def test_unknown_targets_of_arrays(tmp_path):
    X, _, y = pairs(60)
    np.savez(tmp_path / "a.npz", X=X, y=y)
    options = ["--regressors", "KNN", "--jobs", "1", "--backend", "threading", "--cv", "2"]
    command = ["compare", str(tmp_path / "a.npz"), "--symmetry", "Sign()", *options]
    assert main([*command, "--out", str(tmp_path / "out")]) == 0
