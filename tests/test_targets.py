"""Breaking targets: known answers, references, and composition with scikit-learn."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from sksym import (
    Blocks,
    CanonicalizeTargets,
    Columns,
    ConjugateFlip,
    CyclicShift,
    FiniteSymmetry,
    GlobalPhase,
    Identity,
    LiftTargets,
    Orthogonal,
    Periodic,
    Permutation,
    PositiveScale,
    ScaleTargets,
    Sign,
    Translation,
    fourier_symmetry,
    make_canonical_regressor,
    make_lifted_regressor,
)
from sksym._arrays import algebra
from sksym.datasets import make_gaussian_phase_retrieval, make_square_root
from sksym.metrics import rectified_mean_squared_error, rectified_r2_score, rectified_scorer
from sksym.neural import FeedforwardRegressor

from .registry import CASES


@pytest.fixture(scope="module")
def phase_retrieval():
    return make_gaussian_phase_retrieval(600, 3, random_state=0)


class AtEvenWidth(CanonicalizeTargets):
    """Sees every target twice, so that a check of odd width reaches a complex symmetry."""

    def _validate(self, targets, reset=False):
        rows = super()._validate(targets, reset)
        return replace(rows, values=np.hstack([rows.values, rows.values]))

    def transform(self, X):
        return super().transform(X)[:, : self.n_features_in_]

    def inverse_transform(self, X):
        return super().inverse_transform(X)[:, : self.n_features_in_]


EVEN_WIDTH_NEEDED = dict.fromkeys(
    [
        "check_dict_unchanged",
        "check_dont_overwrite_parameters",
        "check_estimators_dtypes",
        "check_estimators_nan_inf",
        "check_estimators_pickle",
        "check_f_contiguous_array_estimator",
        "check_fit2d_1feature",
        "check_fit2d_predict1d",
        "check_fit_score_takes_y",
        "check_methods_sample_order_invariance",
        "check_methods_subset_invariance",
        "check_pipeline_consistency",
        "check_transformer_data_not_an_array",
        "check_transformer_general",
        "check_transformer_preserve_dtypes",
    ],
    "[Re | Im] rows have an even number of columns, the check's data an odd one",
)


def waivers(estimator):
    needs_even_width = type(estimator) is CanonicalizeTargets and estimator.symmetry.is_complex
    return EVEN_WIDTH_NEEDED if needs_even_width else {}


@parametrize_with_checks(
    [
        CanonicalizeTargets(Identity()),
        CanonicalizeTargets(Sign()),
        CanonicalizeTargets(Sign(), "first"),
        CanonicalizeTargets(Permutation()),
        CanonicalizeTargets(fourier_symmetry()),
        CanonicalizeTargets(Translation(1)),
        CanonicalizeTargets(GlobalPhase()),
        AtEvenWidth(GlobalPhase()),
        AtEvenWidth(fourier_symmetry(field="complex")),
        AtEvenWidth(Orthogonal(2)),
        LiftTargets(Identity()),
        LiftTargets(Sign()),
        LiftTargets(Permutation()),
        ScaleTargets(),
        LiftTargets(Translation(1)),
        LiftTargets(Orthogonal(1, center=True)),
    ],
    expected_failed_checks=waivers,
    xfail_strict=True,
)
def test_it_is_a_scikit_learn_transformer(estimator, check):
    check(estimator)


@pytest.mark.parametrize("size", [1e-200, 1e-3, 1.0, 1e200])
def test_scaled_targets_are_of_unit_size_and_stay_in_their_orbits(size):
    y = size * np.random.default_rng(0).standard_normal((500, 6))
    scaler = ScaleTargets().fit(y)
    scaled = scaler.transform(y)
    assert_allclose(np.mean(scaled**2), 1)
    assert_allclose(scaler.inverse_transform(scaled), y, rtol=1e-14)
    for symmetry in (Sign(), GlobalPhase(), Permutation(2), Orthogonal(2), fourier_symmetry()):
        moved = scaler.transform(symmetry.random(y, 0))
        assert_allclose(symmetry.distance(moved, scaled), 0, atol=1e-12)


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.symmetry.is_exact and not case.symmetry._has_costs],
    ids=lambda case: case.id,
)
def test_a_scale_for_each_kind_keeps_orbits(case):
    # It commutes with the group, so that a group acts on scaled targets as on their own.
    y = algebra.real_rows(np, case.rows(seed=0))
    scaler = ScaleTargets(case.symmetry).fit(y)
    assert_allclose(scaler.inverse_transform(scaler.transform(y)), y, rtol=1e-14)
    moved = scaler.transform(case.symmetry.random(y, 1))
    size = np.abs(scaler.transform(y)).max()
    assert_allclose(case.symmetry.distance(moved, scaler.transform(y)) / size, 0, atol=1e-9)


def test_each_kind_is_of_unit_size():
    # Frequencies and amplitudes of peaks in any order, and an angle, whose period has a unit.
    rng = np.random.default_rng(0)
    y = rng.uniform(1, 2, (300, 5)) * [1e4, 1e-3, 1e4, 1e-3, 90.0]
    symmetry = Columns(Permutation(2), slice(0, 4)) * Columns(Periodic(360.0), [4])
    scaler = ScaleTargets(symmetry).fit(y)
    scaled = scaler.transform(y)
    assert_allclose(np.mean(scaled[:, [0, 2]] ** 2), 1)
    assert_allclose(np.mean(scaled[:, [1, 3]] ** 2), 1)
    assert scaler.scale_[0] == scaler.scale_[2]
    assert_array_equal(scaled[:, 4], y[:, 4])
    with pytest.raises(ValueError, match="cost of absent"):
        ScaleTargets(Permutation(2, absent=1.0)).fit(y[:, :4])


def test_zero_targets_have_no_scale():
    assert ScaleTargets().fit(np.zeros((3, 2))).scale_ == 1
    scaled = ScaleTargets().fit_transform(np.ones((3, 2), dtype=np.float32))
    assert scaled.dtype == np.float32


def test_propositions_of_the_paper():
    y = np.random.default_rng(0).standard_normal((500, 6))
    real = CanonicalizeTargets(Sign()).fit_transform(y)
    assert (real[:, -1] > 0).all()  # Proposition 2.1: x_n > 0
    assert_array_equal(np.abs(real), np.abs(y))
    packed = CanonicalizeTargets(GlobalPhase()).fit_transform(y)
    assert (packed[:, 0] > 0).all()  # Proposition 2.2: x_1 > 0 ...
    assert (packed[:, 3] == 0).all()  # ... and Im x_1 = 0, exactly
    assert_allclose(np.hypot(*np.split(packed, 2, axis=1)), np.hypot(*np.split(y, 2, axis=1)))


@pytest.mark.parametrize("symmetry", [Sign(), GlobalPhase()])
def test_references(symmetry):
    rng = np.random.default_rng(0)
    y = symmetry.random(rng.standard_normal((300, 6)) + 3 * np.eye(6)[1], 0)

    def reference(value):
        return CanonicalizeTargets(symmetry, value).fit(y).reference_

    assert_array_equal(reference(None), symmetry.default_reference(y))
    assert_array_equal(reference(1), [0, 1, 0, 0, 0, 0])
    assert_array_equal(reference(np.int64(2)), [0, 0, 1, 0, 0, 0])
    assert_array_equal(reference("first"), y[0])
    assert_array_equal(reference([1, 2, 3, 4, 5, 6]), [1, 2, 3, 4, 5, 6])
    # The leading direction is that of the orbits' common part, whatever their signs or phases.
    leading = reference("pca")
    assert_allclose(np.linalg.norm(leading), 1)
    assert symmetry.distance([leading], [[0, 1, 0, 0, 0, 0]])[0] < 0.2
    moved = CanonicalizeTargets(symmetry, "pca").fit(symmetry.random(y, 1)).reference_
    assert_allclose(moved, leading, atol=1e-12)


def test_first_skips_rows_of_zeros():
    y = [[0.0, 0.0], [1.0, 2.0]]
    assert_array_equal(CanonicalizeTargets(Sign(), "first").fit(y).reference_, [1, 2])
    with pytest.raises(ValueError, match="needs a target that is not zero"):
        CanonicalizeTargets(Sign(), "first").fit(np.zeros((2, 2)))


# Three points in the plane; a padded row holds (0, 1) twice, whose exchange leaves it fixed.
POINTS = np.array([[0.3, 0.0, 0.5, 0.0, 0.9, 0.0], [0.2, 0.0, 0.4, 0.0, 0.0, 1.0]])
PADDED = np.array([0.1, 0.0, 0.0, 1.0, 0.0, 1.0])


@pytest.mark.parametrize("n_padded", [0, 1, 2, 99])
def test_first_is_the_first_that_breaks_the_group(n_padded):
    y = np.vstack([np.zeros((1, 6)), np.tile(PADDED, (n_padded, 1)), POINTS, POINTS[::-1]])
    transformer = CanonicalizeTargets(Permutation(3), "first").fit(y)
    assert_array_equal(transformer.reference_, POINTS[0])
    moved = Permutation(3).random(y, random_state=1)
    assert_allclose(transformer.transform(moved), transformer.transform(y))


@pytest.mark.parametrize("n_padded", [1, 100])
def test_no_first_that_breaks_the_group(n_padded):
    # A hundred are looked at, so that a fit ends soon; the others after them are not.
    y = np.vstack([np.tile(PADDED, (n_padded, 1)), np.zeros((1, 6)), POINTS[: n_padded // 100]])
    message = rf"part of it leaves each of the first {n_padded} .* fixed; pass a generic row"
    with pytest.raises(ValueError, match=message):
        CanonicalizeTargets(Permutation(3), "first").fit(y)


@pytest.mark.parametrize("symmetry", [Translation(2), PositiveScale(), Identity()], ids=repr)
def test_first_of_a_group_without_a_cut_is_the_first(symmetry):
    y = np.vstack([np.zeros((1, 6)), np.ones((1, 6)), POINTS])
    assert_array_equal(CanonicalizeTargets(symmetry, "first").fit(y).reference_, np.ones(6))


class SignsOfTwo(FiniteSymmetry):
    """Independent signs of two coordinates; a basis vector leaves one of them free."""

    def _orbit(self, xp, y):
        for signs in itertools.product([1.0, -1.0], repeat=2):
            yield y * xp.asarray(np.array(signs), dtype=y.dtype)


@pytest.mark.parametrize(
    ("symmetry", "width", "blind", "good"),
    [
        (SignsOfTwo(), 2, 0, [1.0, 2.0]),
        (Blocks(Sign(), 2), 2, 1, [1.0, 2.0]),
        (ConjugateFlip() * CyclicShift(), 6, 0, "first"),
        (fourier_symmetry(field="complex"), 6, 0, "first"),
        (ConjugateFlip(), 5, 2, 1),
        (Permutation(3), 6, 0, "first"),
        (Orthogonal(2), 6, 0, "first"),
        (Columns(Sign(), [1]), 3, 0, 1),
    ],
    ids=repr,
)
def test_a_reference_that_leaves_part_of_the_group_is_refused(symmetry, width, blind, good):
    y = np.random.default_rng(0).standard_normal((20, width))
    for reference in (None, good):
        CanonicalizeTargets(symmetry, reference).fit(y)
    with pytest.raises(ValueError, match=f"reference={blind} is left fixed by part of"):
        CanonicalizeTargets(symmetry, blind).fit(y)
    CanonicalizeTargets(symmetry, blind, check=False).fit(y)


ONE_ANSWER = [
    (Translation(1), np.arange(50.0)[:, None]),
    (PositiveScale(), np.arange(1.0, 51.0)[:, None]),
    (Orthogonal(2, reflections=False), np.array([[3.0, 4.0], [5.0, 0.0], [0.0, -5.0]])),
]


@pytest.mark.parametrize(("symmetry", "y"), ONE_ANSWER, ids=lambda value: repr(value)[:20])
def test_targets_that_are_all_one_answer_are_warned_of(symmetry, y):
    # Whoever calls an angle a translation trains on a constant, and would read of perfect scores.
    with pytest.warns(UserWarning, match="have the same representative.*nothing is left") as told:
        CanonicalizeTargets(symmetry).fit(y)
    assert told[0].filename == __file__
    # One target of its own is something to predict; and there is nothing to say of a constant.
    CanonicalizeTargets(Identity()).fit(y)
    CanonicalizeTargets(symmetry).fit(np.tile(y[:1], (5, 1)))
    wide = np.hstack([y, y])
    wide[-1, 0] += 1
    CanonicalizeTargets(symmetry).fit(wide)


@pytest.mark.parametrize("regressor", [KNeighborsRegressor(), FeedforwardRegressor(max_epochs=2)])
def test_in_a_plain_transformed_target_regressor(regressor, phase_retrieval):
    X, y = phase_retrieval
    model = TransformedTargetRegressor(
        regressor, transformer=CanonicalizeTargets(Sign()), check_inverse=False
    ).fit(X, y)
    prediction = model.predict(X)
    assert prediction.shape == y.shape
    if isinstance(regressor, KNeighborsRegressor):
        direct = KNeighborsRegressor().fit(X, y * np.where(y[:, -1:] < 0, -1, 1)).predict(X)
        assert_array_equal(prediction, direct)


def test_the_factory_composes_what_a_user_would(phase_retrieval):
    X, y = phase_retrieval
    made = make_canonical_regressor(KNeighborsRegressor(), Sign(), reference=0).fit(X, y)
    assert isinstance(made, TransformedTargetRegressor)
    by_hand = TransformedTargetRegressor(
        KNeighborsRegressor(), transformer=CanonicalizeTargets(Sign(), 0), check_inverse=False
    ).fit(X, y)
    assert_array_equal(made.predict(X), by_hand.predict(X))
    weight = np.random.default_rng(0).uniform(size=len(y))
    assert made.score(X, -y, weight) == pytest.approx(
        rectified_r2_score(y, made.predict(X), symmetry=Sign(), sample_weight=weight)
    )


def test_the_rectified_score_prefers_the_better_model(phase_retrieval):
    # R² against raw targets picks the model that predicts nothing: a rectified score must not.
    X, y = phase_retrieval
    few, many = (
        make_canonical_regressor(KNeighborsRegressor(k), Sign()).fit(X[:400], y[:400])
        for k in (3, 399)
    )
    raw = [TransformedTargetRegressor.score(model, X[400:], y[400:]) for model in (few, many)]
    rectified = [model.score(X[400:], y[400:]) for model in (few, many)]
    assert raw[1] > raw[0]
    assert rectified[0] > rectified[1]


def test_breaking_the_symmetry_helps_and_not_breaking_predicts_zero():
    X, y = make_square_root(1000, random_state=0)
    broken, raw = (
        make_canonical_regressor(KNeighborsRegressor(20), symmetry).fit(X, y)
        for symmetry in (Sign(), Identity())
    )
    error = [
        rectified_mean_squared_error(y, model.predict(X), symmetry=Sign(), normalization="power")
        for model in (broken, raw)
    ]
    assert error[0] < 0.001
    assert error[1] > 0.5


def test_in_a_pipeline_with_a_scaler_under_cross_val_score(phase_retrieval):
    X, y = phase_retrieval
    pipeline = make_pipeline(StandardScaler(), KNeighborsRegressor())
    model = make_canonical_regressor(pipeline, Sign())
    inside = cross_val_score(model, X, y, scoring=rectified_scorer(Sign()), cv=3)
    # The scaler may stand around the target regressor as well.
    around = make_pipeline(
        StandardScaler(), make_canonical_regressor(KNeighborsRegressor(), Sign())
    )
    outside = cross_val_score(around, X, y, scoring=rectified_scorer(Sign()), cv=3)
    assert_allclose(inside, outside)
    zero = rectified_mean_squared_error(y, np.zeros_like(y), symmetry=Sign())
    assert (-inside < zero / 2).all()


def test_data_frames_keep_their_names(phase_retrieval):
    X, y = phase_retrieval
    X_frame, y_frame = pd.DataFrame(X).add_prefix("x"), pd.DataFrame(y).add_prefix("y")
    model = make_canonical_regressor(KNeighborsRegressor(), Sign()).fit(X_frame, y_frame)
    assert list(model.feature_names_in_) == list(X_frame)
    assert_array_equal(
        model.predict(X_frame),
        make_canonical_regressor(KNeighborsRegressor(), Sign()).fit(X, y).predict(X),
    )


def test_grid_search_over_symmetries_is_the_papers_comparison(phase_retrieval):
    X, y = phase_retrieval
    search = GridSearchCV(
        make_canonical_regressor(KNeighborsRegressor(), Identity()),
        {"transformer__symmetry": [Identity(), Sign()]},
        scoring=rectified_scorer(Sign()),
        cv=3,
        n_jobs=2,
    ).fit(X, y)
    assert search.best_params_ == {"transformer__symmetry": Sign()}
    before, after = -search.cv_results_["mean_test_score"]
    assert after < before / 2


def test_grid_search_over_references(phase_retrieval):
    X, y = phase_retrieval
    references = [None, 0, "first", "pca", [1.0, 2.0, 3.0]]
    search = GridSearchCV(
        make_canonical_regressor(KNeighborsRegressor(), Sign()),
        {"transformer__reference": references},
        cv=3,
        n_jobs=2,
    ).fit(X, y)
    scores = search.cv_results_["mean_test_score"]  # the model's own score is rectified
    assert len(scores) == 5
    assert (scores > 0.5).all()


def test_grid_search_over_a_networks_parameters(phase_retrieval):
    X, y = phase_retrieval
    network = FeedforwardRegressor((16,), max_epochs=3, random_state=0)
    search = GridSearchCV(
        make_canonical_regressor(make_pipeline(StandardScaler(), network), Sign()),
        {
            "regressor__feedforwardregressor__hidden_layer_sizes": [(8,), (32, 32)],
            "regressor__feedforwardregressor__lr": [1e-3, 1e-2],
        },
        scoring=rectified_scorer(Sign(), "r2"),
        cv=2,
        n_jobs=2,
        error_score="raise",
    ).fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    best = search.best_estimator_.regressor_[-1]
    assert best.module_.layers[0].out_features == best.hidden_layer_sizes[0]


@pytest.mark.parametrize("field", ["real", "complex"])
def test_least_squares_on_the_lift_solves_phase_retrieval(field):
    # |A y|² is linear in y y^T, and m = 4n measurements determine it for small n.
    symmetry = {"real": Sign(), "complex": GlobalPhase()}[field]
    X, y = make_gaussian_phase_retrieval(500, 3, field=field, random_state=0)
    model = make_lifted_regressor(LinearRegression(), symmetry).fit(X[:400], y[:400])
    assert model.predict(X).shape == y.shape
    assert symmetry.distance(model.predict(X[400:]), y[400:]).max() < 1e-6
    assert model.score(X[400:], y[400:]) == pytest.approx(1)


def test_lifts_that_do_not_exist_or_do_not_fit():
    y = np.random.default_rng(0).standard_normal((5, 4))
    with pytest.raises(TypeError, match=r"CyclicShift\(\) has no lift.* use canonicalize"):
        LiftTargets(CyclicShift()).fit(y)
    with pytest.raises(ValueError, match="symmetry must be a symmetry"):
        LiftTargets("sign").fit(y)
    transformer = LiftTargets(Sign()).fit(y)
    with pytest.raises(ValueError, match="expecting 10 lifted coordinates"):
        transformer.inverse_transform(y)
    with pytest.raises(ValueError, match="expecting 4 features"):
        transformer.transform(y[:, :3])
    with pytest.raises(ValueError, match="NaN"):
        transformer.inverse_transform(np.full((1, 10), np.nan))
