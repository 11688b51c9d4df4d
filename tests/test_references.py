"""References and charts chosen from training targets, and what held-out rows decide."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.neighbors import KNeighborsRegressor

from sksym import (
    AtlasRegressor,
    Blocks,
    CanonicalizeTargets,
    Columns,
    ConjugateFlip,
    CyclicShift,
    GlobalPhase,
    Orthogonal,
    Periodic,
    Permutation,
    PermutationGroup,
    PositiveScale,
    Sign,
    Translation,
    crystal_symmetry,
    fourier_symmetry,
    make_canonical_regressor,
)
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.regressors._chart_weights import chart_weights, error_curve

CHOSEN = [
    (ConjugateFlip() * CyclicShift(), 12),
    (fourier_symmetry(field="complex"), 12),
    (Permutation(3), 6),
    (Permutation(2, each=Periodic(20.0)), 2),
    (Blocks(Sign(), 3), 12),
    (crystal_symmetry("432", side="right"), 4),
    (PermutationGroup([[2, 1, 0, 3]], 3) * Orthogonal(3, center=True), 12),
    (Permutation(3) * Orthogonal(2) * PositiveScale(), 6),
    (Columns(Sign(), [0, 2, 4]) * Columns(Sign(), [1, 3, 5]), 6),
]
chosen = pytest.mark.parametrize(("symmetry", "width"), CHOSEN, ids=lambda value: repr(value)[:60])


def gathered(symmetry, width, n_samples=300, noise=0.3):
    """A row, and targets around it, each moved to some point of its orbit."""
    rng = np.random.RandomState(1)
    row = 2 * rng.standard_normal(width)
    around = row + noise * rng.standard_normal((n_samples, width))
    return row, symmetry.random(around, 0)


def spread(symmetry, y, reference):
    representatives = symmetry.canonicalize(y, reference)
    return np.square(representatives - representatives.mean(axis=0)).sum(axis=1).mean()


@chosen
def test_representatives_gather_where_targets_do(symmetry, width):
    # The noise alone spreads by 0.09 for each coordinate; a cut through the targets adds jumps
    # of the size of the row.
    row, y = gathered(symmetry, width)
    transformer = CanonicalizeTargets(symmetry).fit(y)
    size = np.linalg.norm(transformer.transform(y).mean(axis=0)) / np.linalg.norm(row)
    assert spread(symmetry, y, transformer.reference_) < 1.1 * width * (0.3 * size) ** 2


@chosen
def test_the_reference_depends_on_orbits_and_leaves_the_targets_alone(symmetry, width):
    _, y = gathered(symmetry, width, 40)
    kept = y.copy()
    y.flags.writeable = False
    first = CanonicalizeTargets(symmetry).fit(y)
    assert_array_equal(y, kept)
    again = CanonicalizeTargets(symmetry).fit(symmetry.random(y, 5))
    assert_allclose(again.reference_, first.reference_, rtol=1e-6, atol=1e-9)
    if symmetry.is_isometric and not isinstance(symmetry, Permutation):  # turns have a unit
        larger = CanonicalizeTargets(symmetry).fit(1e160 * y)
        assert_allclose(larger.transform(1e160 * y) / 1e160, first.transform(y), atol=1e-9)


@pytest.mark.parametrize(
    "symmetry",
    [Sign(), GlobalPhase(), Permutation(), Orthogonal(2), Translation(1), Columns(Sign(), [0, 1])],
    ids=repr,
)
def test_a_prescribed_reference_stays(symmetry):
    y = gathered(symmetry, 6)[1]
    reference = CanonicalizeTargets(symmetry).fit(y).reference_
    assert_array_equal(reference, symmetry.default_reference(y))


def test_sorted_columns_of_a_product_stay_sorted():
    symmetry = Columns(Sign(), [0, 1, 2]) * Columns(Permutation(), [3, 4, 5])
    row, y = gathered(symmetry, 6)
    transformed = CanonicalizeTargets(symmetry).fit_transform(y)
    assert (np.diff(transformed[:, 3:]) >= 0).all()
    assert symmetry.distance(transformed.mean(axis=0)[None, :], row[None])[0] < 0.3


@pytest.mark.parametrize("n_samples", [1, 2, 2000])
def test_targets_on_a_sphere_leave_the_reference_as_it_is(n_samples):
    # Turning all of them changes nothing, so that no reference is better than another.
    symmetry = crystal_symmetry("222", side="right")
    y = np.random.RandomState(0).standard_normal((n_samples, 4))
    y /= np.linalg.norm(y, axis=1, keepdims=True)
    reference = CanonicalizeTargets(symmetry).fit(y).reference_
    assert_array_equal(reference, symmetry.default_reference(y))


def test_a_mean_that_part_of_the_group_leaves_in_place_is_not_taken():
    # Two equal points and a third: the exchange of the two moves no target, nor their mean.
    y = np.tile([0.0, 5.0, 0.0, 5.0, 1.0, 0.0], (60, 1))
    y += np.random.RandomState(0).standard_normal((60, 2))[:, [0, 1, 0, 1, 0, 1]]
    transformer = CanonicalizeTargets(Permutation(3)).fit(y)
    assert_array_equal(transformer.reference_, Permutation(3).default_reference(y))


# Charts


@chosen
def test_references_of_charts_suit_the_targets(symmetry, width):
    # A chart whose cut goes through the targets learns jumps of the size of the row.
    _, y = gathered(symmetry, width)
    model = AtlasRegressor(KNeighborsRegressor(1), symmetry, n_charts=3, random_state=0)
    model.fit(y[:90], y[:90])
    first, *others = (spread(symmetry, y, reference) for reference in model.references_)
    if symmetry.is_isometric:
        assert len(others) == 2
        assert max(others) < 1.5 * first


class Known(RegressorMixin, BaseEstimator):
    """The measurement is the answer; on representatives of the second cut 10 times too large."""

    def fit(self, X, y):
        self.factor_ = 10.0 if (y[:, 1] > 0).all() else 1.0
        return self

    def predict(self, X):
        return self.factor_ * X


def test_a_chart_that_errs_far_from_its_cut_does_not_count():
    # Its margins are ten times the other's. Neither is trusted for its place.
    y = np.random.RandomState(0).standard_normal((300, 2))
    for references in (np.eye(2), np.eye(2)[::-1]):
        model = AtlasRegressor(Known(), Sign(), references=references, random_state=0).fit(y, y)
        error = np.square(Sign().distance(model.predict(y), y)).mean()
        assert error < 0.05 * np.square(9 * y).sum(axis=1).mean()
    assert min(model.held_out_errors_, key=model.held_out_errors_.get) == model.weighting_


def test_one_chart_where_more_say_the_same():
    y = np.random.RandomState(0).standard_normal((300, 3))
    model = AtlasRegressor(Known(), Sign(), references=np.eye(3)[[0, 2]], random_state=0).fit(y, y)
    assert model.weighting_ == "one chart"
    assert len(model.estimators_) == len(model.references_) == 1
    assert_allclose(list(model.held_out_errors_.values()), 0, atol=1e-15)


@pytest.mark.parametrize("unit", [1e-200, 1.0, 1e200])
def test_held_out_errors_are_those_of_rows_not_trained_on(unit):
    X, y = make_gaussian_phase_retrieval(600, 3, random_state=0)
    atlas = AtlasRegressor(KNeighborsRegressor(), Sign(), n_charts=3, random_state=0)
    errors = atlas.fit(X, unit * y).held_out_errors_
    one_cut = make_canonical_regressor(KNeighborsRegressor(), Sign()).fit(X[:480], y[:480])
    distance = Sign().distance(one_cut.predict(X[480:]), y[480:])
    # Of other rows, so within what 120 of them tell; of rows trained on it would be zero.
    assert 0.6 < errors["one chart"] / unit / np.sqrt(np.mean(distance**2)) < 1.6
    assert errors[atlas.weighting_] < 0.8 * errors["one chart"]


def test_rows_without_weight_decide_nothing():
    class Weighted(Known):
        def fit(self, X, y, sample_weight=None):
            return super().fit(X, y)

    y = np.random.RandomState(0).standard_normal((300, 2))
    X, weights = y.copy(), np.ones(300)
    X[:100], weights[:100] = 1e3, 0.0
    model = AtlasRegressor(Weighted(), Sign(), references=np.eye(2), random_state=0)
    assert model.fit(X, y, sample_weight=weights).held_out_errors_["one chart"] < 20
    assert model.fit(X, y).held_out_errors_["one chart"] > 100


def test_error_curves_by_hand():
    margins = np.array([3.0, 1.0, 2.0, np.inf])
    curve = error_curve(margins, np.array([2.0, 3.0, 1.0, 9.0]), np.ones(4))
    # 3 at 1, then the mean of 1 and 2, since errors do not grow with the margin.
    assert_array_equal(curve, [[1.0, 2.0, 3.0], [3.0, 1.5, 1.5]])
    weights = chart_weights(np.array([[1.5, 7.0]]), [curve, curve], 2)
    assert_allclose(weights, [[1 / 2.25**2, 1 / 1.5**2]])
    assert_array_equal(chart_weights(np.array([[2.0, 1.0]]), [], 0), [[1.0, 0.25]])
    assert_array_equal(chart_weights(np.array([[2.0, np.inf]]), [], 0), [[0.0, 1.0]])
    assert_array_equal(chart_weights(np.zeros((1, 2)), [], 0), [[1.0, 1.0]])
