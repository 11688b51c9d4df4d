"""The ten laws, for every symmetry in every container, dtype and layout."""

import itertools

import array_api_compat
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sksym import FiniteSymmetry, GlobalPhase, Identity, Sign
from sksym.testing import LAWS, check_laws, mean_is_the_best

from .registry import CASES, CASES_AND_LAYOUTS, CASES_AND_LAYOUTS_IDS, N_COORDINATES

CUT_CASES = [case for case in CASES if case.onto_cut]
LIFT_CASES = [case for case in CASES if case.symmetry.has_lift]

all_layouts = pytest.mark.parametrize(
    ("case", "layout"), CASES_AND_LAYOUTS, ids=CASES_AND_LAYOUTS_IDS
)
all_cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
cut_cases = pytest.mark.parametrize("case", CUT_CASES, ids=lambda case: case.id)
lift_cases = pytest.mark.parametrize("case", LIFT_CASES, ids=lambda case: case.id)

# Rows are of norm about 2.5 in 6 coordinates: a handful of roundings each.
ULPS = 32


def tolerance(layout):
    return {"rtol": 0, "atol": ULPS * layout.eps}


def references(case, layout=None):
    """The symmetry's default reference and a generic one."""
    generic = case.reference()
    return [None, generic if layout is None else layout.write(generic[None])[0, :]]


def rows_on_cut(case):
    """Rows exactly on the cut of the default reference, and within rounding on a generic one's."""
    own = case.symmetry.default_reference(case.rows())
    pairs = []
    for reference, row in ((None, own), (case.reference(), case.reference())):
        y = case.symmetry.canonicalize(case.rows(), reference)
        pairs.append((case.onto_cut(y, row), reference))
    return pairs


@all_layouts
@pytest.mark.parametrize(
    "law", [law for law in LAWS if law is not mean_is_the_best], ids=lambda law: law.__name__
)
def test_the_laws_that_users_check(case, layout, law):
    law(case.symmetry, layout.write(case.rows()))


# A mean aligns a hundred times over, in the way that the other laws check in every layout.
SOME_LAYOUTS = {"numpy-float64", "numpy-complex128", "torch-float32", "torch-complex64"}
SOME = [pair for pair in CASES_AND_LAYOUTS if pair[1].id in SOME_LAYOUTS]


@pytest.mark.parametrize(
    ("case", "layout"), SOME, ids=[f"{case.id}-{layout.id}" for case, layout in SOME]
)
def test_means_are_the_best(case, layout):
    mean_is_the_best(case.symmetry, layout.write(case.rows()))


@all_layouts
def test_1_representative_stays_in_the_orbit(case, layout):
    y = case.rows()
    for reference in references(case, layout):
        moved = case.symmetry.canonicalize(layout.write(y), reference)
        assert_allclose(
            np.asarray(case.symmetry.distance(moved, layout.write(y))), 0, **tolerance(layout)
        )
        # The forward map is what the symmetry is about: it must not see the move.
        assert_allclose(
            case.forward(layout.read(moved)),
            case.forward(y),
            rtol=100 * layout.eps,
            atol=100 * layout.eps * case.forward(y).max(),
        )


@cut_cases
def test_2_also_on_the_cut(case):
    for y, reference in rows_on_cut(case):
        assert_allclose(case.symmetry.margin(y, reference), 0, atol=1e-14)
        expected = case.symmetry.canonicalize(y, reference)
        for seed in range(5):
            moved = case.symmetry.random(y, seed)
            assert_allclose(
                case.symmetry.canonicalize(moved, reference), expected, rtol=0, atol=1e-14
            )


@cut_cases
def test_3_also_on_the_cut(case):
    for y, reference in rows_on_cut(case):
        once = case.symmetry.canonicalize(y, reference)
        assert_array_equal(case.symmetry.canonicalize(once, reference), once)


@all_layouts
def test_5_no_point_of_the_orbit_is_nearer(case, layout):
    y, to = case.rows(), case.rows(seed=1)
    for target in (to, to[1]):
        aligned = case.symmetry.align(layout.write(y), layout.write(np.atleast_2d(target)))
        distance = np.linalg.norm(layout.read(aligned) - target, axis=1)
        sweep = np.min([np.linalg.norm(p - target, axis=1) for p in case.sweep(y)], axis=0)
        size = np.linalg.norm(y, axis=1)
        slack = ULPS * layout.eps * (size + np.linalg.norm(target, axis=-1))
        assert (distance <= sweep + slack).all()
        # The sweep passes within its gap of the optimum, so it cannot be much worse either.
        assert (
            sweep <= distance + case.sweep_gap * (size + np.linalg.norm(target, axis=-1)) + slack
        ).all()


@all_layouts
def test_6_distance_is_zero_on_orbits_only(case, layout):
    symmetry = case.symmetry
    natural = [case.rows(seed=seed) for seed in range(2)]
    a, b = map(layout.write, natural)

    def distance(y, other):
        return np.asarray(symmetry.distance(y, other))

    assert_allclose(distance(a, symmetry.random(a, 0)), 0, **tolerance(layout))
    brute = np.min(
        [np.linalg.norm(p - natural[1], axis=1) for p in case.sweep(natural[0])], axis=0
    )
    assert (distance(a, b)[1:] >= brute[1:] * (1 - case.sweep_gap) - 1e-4).all()
    assert (distance(a, b)[1:] > 0.1).all()


@all_cases
def test_8_also_for_read_only_rows(case):
    y = case.rows()
    y.flags.writeable = False
    for result in (case.symmetry.align(y, y), case.symmetry.canonicalize(y)):
        assert not np.shares_memory(result, y)


@pytest.mark.parametrize("case", [c for c in CUT_CASES if c.symmetry.has_lift], ids=lambda c: c.id)
def test_9_lift_is_continuous_across_the_cut(case):
    own = case.symmetry.default_reference(case.rows())
    y = case.onto_cut(case.symmetry.canonicalize(case.rows()), own)[1:]
    step = 1e-6 * own / np.linalg.norm(own)
    above, below = y + step, y - step
    jump = case.symmetry.canonicalize(above) - case.symmetry.canonicalize(below)
    assert (np.linalg.norm(jump, axis=1) > 1e-3).all()  # the representative jumps ...
    assert_allclose(
        case.symmetry.lift(above), case.symmetry.lift(below), atol=1e-5
    )  # the lift not


@cut_cases
def test_10_margin_is_the_distance_to_the_cut(case):
    for reference in references(case):
        y = case.symmetry.canonicalize(case.rows(), reference)[1:]
        own = case.symmetry.default_reference(y) if reference is None else reference
        distance = np.linalg.norm(y - case.onto_cut(y, own), axis=1)
        margin = case.symmetry.margin(y, reference)
        if case.has_exact_margin:
            assert_allclose(margin, distance, atol=1e-14)
        assert (margin <= distance + 1e-14).all()
        assert (margin[distance > 1e-6] > 0).all()


@all_layouts
def test_mean_of_one_orbit_is_that_orbit(case, layout):
    y = layout.write(case.rows())
    xp = array_api_compat.array_namespace(y)
    candidates = xp.stack([case.symmetry.random(y, seed) for seed in range(4)], axis=1)
    mean = case.symmetry.mean(candidates)
    assert mean.shape == y.shape
    assert mean.dtype == y.dtype
    assert_allclose(np.asarray(case.symmetry.distance(mean, y)), 0, atol=4 * ULPS * layout.eps)


@all_cases
def test_mean_depends_on_the_orbits_only(case):
    y = np.stack([case.rows(seed=seed) for seed in range(3)], axis=1)
    moved = np.stack([case.symmetry.random(y[:, k], k) for k in range(3)], axis=1)
    weights = np.array([0.5, 0.3, 0.2])
    assert_allclose(
        case.symmetry.mean(moved, weights), case.symmetry.mean(y, weights), rtol=0, atol=1e-7
    )


def mean_cost(candidates, mean, weights):
    residual = np.abs(candidates - mean[:, None, :]) ** 2
    return (weights[:, None] * residual).sum(axis=(1, 2))


@pytest.mark.parametrize("case", CASES[:4], ids=lambda case: case.id)
@pytest.mark.parametrize("weights", [None, [0.2, 0.5, 0.3]])
def test_mean_is_the_best_over_all_group_elements(case, weights):
    # The mean of fixed group elements is an average, so a sweep over them is an exact oracle. In
    # larger groups the mean is a local minimum only: the next test.
    y = np.stack([case.rows(seed=seed)[1:5] for seed in range(3)], axis=1)
    w = np.full(3, 1 / 3) if weights is None else np.asarray(weights)
    step = 12 if case.symmetry == GlobalPhase() else 1
    members = [case.sweep(y[:, k])[::step] if k else [y[:, 0]] for k in range(3)]
    best = np.inf
    for choice in itertools.product(*members):
        stack = np.stack(choice, axis=1)
        best = np.minimum(best, mean_cost(stack, (w[:, None] * stack).sum(axis=1), w))
    mean = case.symmetry.mean(y, weights)
    aligned = np.stack([case.symmetry.align(y[:, k], mean) for k in range(3)], axis=1)
    assert (mean_cost(aligned, mean, w) <= best * (1 + 1e-12)).all()


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.symmetry.is_isometric], ids=lambda case: case.id
)
def test_mean_is_no_worse_than_averages_around_a_candidate(case):
    y = np.stack([case.rows(seed=seed)[1:5] for seed in range(3)], axis=1)
    w = np.array([0.2, 0.5, 0.3])
    best = np.inf
    for k in range(3):
        points = [np.stack(case.sweep(y[:, j])) for j in range(3)]
        nearest = [np.argmin(np.linalg.norm(p - y[:, k], axis=2), axis=0) for p in points]
        stack = np.stack(
            [p[i, np.arange(4)] for p, i in zip(points, nearest, strict=True)], axis=1
        )
        best = np.minimum(best, mean_cost(stack, (w[:, None] * stack).sum(axis=1), w))
    mean = case.symmetry.mean(y, w)
    aligned = np.stack([case.symmetry.align(y[:, k], mean) for k in range(3)], axis=1)
    assert (mean_cost(aligned, mean, w) <= best * (1 + 1e-12)).all()
    # And it is the average of what is aligned to it.
    assert_allclose((w[:, None] * aligned).sum(axis=1), mean, atol=1e-7)


def test_mean_refuses_what_it_cannot_average():
    symmetry, y = CASES[1].symmetry, np.ones((2, 3, N_COORDINATES))
    with pytest.raises(ValueError, match="shape \\(n_samples, n_candidates, n_features\\)"):
        symmetry.mean(y[0])
    for weights in ([1.0, -1.0, 1.0], [0.0, 0.0, 0.0], [1.0, np.nan, 1.0]):
        with pytest.raises(ValueError, match="finite and non-negative"):
            symmetry.mean(y, weights)
    with pytest.raises(ValueError, match="weights must have shape \\(3,\\) or \\(2, 3\\)"):
        symmetry.mean(y, [1.0, 2.0])


def test_symmetries_are_values():
    assert Sign() == Sign()
    assert hash(Sign()) == hash(Sign())
    assert Sign() != Identity()
    assert Sign() != "Sign()"
    assert repr(GlobalPhase()) == "GlobalPhase()"


class Tripling(FiniteSymmetry):
    """Not a group: two elements that do not undo each other."""

    def _orbit(self, xp, y):
        yield y
        yield 3 * y


class Forgetful(FiniteSymmetry):
    """Writes to its input."""

    def _orbit(self, xp, y):
        y *= 1.0 + 1e-3
        yield y


def test_check_laws_finds_what_is_broken():
    y = CASES[1].rows()[1:]
    check_laws(Sign(), y)
    check_laws(Sign(), y.tolist())
    with pytest.raises(AssertionError, match=r'Tripling\(\) breaks the law "'):
        check_laws(Tripling(), y)
    with pytest.raises(AssertionError, match=r"Forgetful\(\) breaks the law"):
        check_laws(Forgetful(), y.copy())
    with pytest.raises(ValueError, match="at least four rows, got 3"):
        check_laws(Sign(), y[:3])
    with pytest.raises(ValueError, match="symmetry must be a symmetry"):
        check_laws(Sign, y)
