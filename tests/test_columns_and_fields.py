"""Columns by name, parts by their columns, and complex rows by `field`."""

import itertools
import subprocess
import sys

import numpy as np
import pandas as pd
import polars
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import linear_sum_assignment
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.neighbors import KNeighborsRegressor

from sksym import (
    AtlasRegressor,
    Blocks,
    CanonicalizeTargets,
    Columns,
    ConjugateFlip,
    CyclicShift,
    FactorScale,
    GlobalPhase,
    Identity,
    LiftTargets,
    OrbitKNeighborsRegressor,
    PerClass,
    Permutation,
    RectifiedBaggingRegressor,
    RectifiedConformalRegressor,
    RectifiedVotingRegressor,
    RefinedRegressor,
    Sign,
    Translation,
    make_canonical_regressor,
    make_lifted_regressor,
)
from sksym.experiments import compare
from sksym.inspection import lift_report, suggest_symmetry
from sksym.io import parse_symmetry
from sksym.metrics import rectified_mean_squared_error, rectified_r2_score, rectified_scorer
from sksym.regressors import ConstantRegressor
from sksym.testing import check_laws

NAMES = ["height", "qx", "class", "qy"]
BY_NAME, BY_POSITION = Columns(Sign(), ["qx", "qy"]), Columns(Sign(), [1, 3])


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def pairs(rng):
    y = rng.standard_normal((60, 4))
    X = np.column_stack([y[:, [0, 2]], y[:, 1] * y[:, 3], y[:, [1, 3]] ** 2])
    return X, pd.DataFrame(y, columns=NAMES)


def test_names_are_those_of_the_frame(pairs):
    _, y = pairs
    values, shuffled = y.to_numpy(), y[NAMES[::-1]]
    assert_array_equal(BY_NAME.canonicalize(y), BY_POSITION.canonicalize(values))
    assert_array_equal(BY_NAME.margin(y), BY_POSITION.margin(values))
    assert_array_equal(BY_NAME.lift(y), BY_POSITION.lift(values))
    distance = BY_NAME.distance(shuffled, shuffled.to_numpy()[::-1].copy())
    assert_allclose(distance, BY_POSITION.distance(values, values[::-1].copy()))


@pytest.mark.parametrize(
    ("by_name", "by_position"),
    [
        (BY_NAME * Columns(Identity(), ["class"]), BY_POSITION * Columns(Identity(), [2])),
        (Permutation(columns=[["qx"], ["qy"]]), Columns(Permutation(2), [1, 3])),
        (
            Columns(FactorScale(1, 1, 2), ["qy", "height", "qx"]),  # the first is the factor's
            Columns(FactorScale(1, 1, 2), [3, 0, 1]),
        ),
        (
            Columns(Columns(Sign(), ["qy"]), ["height", "qy"]),
            Columns(Columns(Sign(), [1]), [0, 3]),
        ),
        (PerClass({0: BY_NAME}, "class"), PerClass({0: Columns(Sign(), [1, 2])}, 2)),
    ],
    ids=repr,
)
def test_names_within_combinations(by_name, by_position, pairs):
    _, y = pairs
    y["class"] = 0.0
    assert_array_equal(by_name.canonicalize(y), by_position.canonicalize(y.to_numpy()))


def test_names_that_are_not_there(pairs):
    _, y = pairs
    with pytest.raises(ValueError, match="names columns, but y has no column names: pass a Data"):
        BY_NAME.canonicalize(y.to_numpy())
    with pytest.raises(ValueError, match=r"does not have: qw; there are height, qx, class, qy"):
        Columns(Sign(), ["qx", "qw"]).canonicalize(y)
    with pytest.raises(ValueError, match="names columns, but y has no column names"):
        Blocks(BY_NAME, 2).canonicalize(y)
    with pytest.raises(ValueError, match="does not have: qx, qy; there are 0, 1, 2, 3"):
        BY_NAME.canonicalize(pd.DataFrame(y.to_numpy()))


def test_suggestions_know_the_names(pairs):
    X, y = pairs
    named = suggest_symmetry(X, y, [BY_NAME, Columns(Sign(), ["height"])])
    numbered = suggest_symmetry(X, y.to_numpy(), [BY_POSITION, Columns(Sign(), [0])])
    assert_array_equal(named.explained, numbered.explained)
    assert named.best == BY_NAME


def test_names_of_a_polars_frame(pairs):
    _, y = pairs
    expected = BY_NAME.canonicalize(y)
    assert_array_equal(BY_NAME.canonicalize(polars.from_dict(y.to_dict("list"))), expected)


@pytest.mark.parametrize(
    "make",
    [
        lambda s: make_canonical_regressor(KNeighborsRegressor(), s),
        lambda s: make_lifted_regressor(KNeighborsRegressor(), s),
        lambda s: AtlasRegressor(KNeighborsRegressor(), s, n_charts=2, random_state=0),
        OrbitKNeighborsRegressor,
        ConstantRegressor,
        lambda s: RefinedRegressor(KNeighborsRegressor(), s),
        lambda s: RectifiedBaggingRegressor(
            make_canonical_regressor(KNeighborsRegressor(), s), s, 2, random_state=0
        ),
        lambda s: RectifiedVotingRegressor(
            [("one", make_canonical_regressor(KNeighborsRegressor(), s))], s
        ),
        lambda s: RectifiedConformalRegressor(
            make_canonical_regressor(KNeighborsRegressor(), s), s, 0.5, random_state=0
        ),
    ],
)
def test_regressors_know_the_names(make, pairs):
    X, y = pairs
    named, numbered = make(BY_NAME).fit(X, y), make(BY_POSITION).fit(X, y.to_numpy())
    assert_array_equal(named.predict(X), numbered.predict(X))
    assert named.score(X, y) == numbered.score(X, y.to_numpy())
    assert named.symmetry == BY_NAME
    assert clone(named).symmetry == BY_NAME


def test_transformers_metrics_scorers_and_searches_know_them(pairs):
    X, y = pairs
    values = y.to_numpy()
    for transformer in (CanonicalizeTargets, LiftTargets):
        expected = transformer(BY_POSITION).fit_transform(values)
        assert_array_equal(transformer(BY_NAME).fit_transform(y), expected)
    prediction = values[::-1].copy()
    for metric in (rectified_mean_squared_error, rectified_r2_score):
        expected = metric(values, prediction, symmetry=BY_POSITION)
        assert metric(y, prediction, symmetry=BY_NAME) == expected
    model = make_canonical_regressor(KNeighborsRegressor(), BY_NAME)
    scores = cross_val_score(model, X, y, scoring=rectified_scorer(BY_NAME, "r2"), cv=3)
    numbered = make_canonical_regressor(KNeighborsRegressor(), BY_POSITION)
    scorer = rectified_scorer(BY_POSITION, "r2")
    assert_array_equal(scores, cross_val_score(numbered, X, values, scoring=scorer, cv=3))
    search = GridSearchCV(
        model,
        {"transformer__symmetry": [Identity(), BY_NAME]},
        scoring=rectified_scorer(BY_NAME),
        error_score="raise",
    ).fit(X, y)
    assert search.best_params_["transformer__symmetry"] == BY_NAME


def test_compare_and_its_command_know_them(pairs, tmp_path):
    X, y = pairs
    options = {"regressors": ["KNN"], "remedies": ["canonicalize"], "cv": 3}
    named, numbered = compare(X, y, BY_NAME, **options), compare(X, y, BY_POSITION, **options)
    assert named.summary()[0]["of_zero"] == numbered.summary()[0]["of_zero"]
    pd.concat([pd.DataFrame(X).add_prefix("m"), y], axis=1).to_csv(
        tmp_path / "pose.csv", index=False
    )
    command = [sys.executable, "-m", "sksym", "compare", "pose.csv", "--targets", *NAMES]
    command += ["--regressors", "KNN", "--remedies", "canonicalize", "--symmetry", repr(BY_NAME)]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    command[-1] = "Columns(Sign(), ['qx', 'qw'])"
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "does not have: qw" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize("columns", [slice(1, 3), range(1, 3), [1, 2], np.array([1, 2])])
def test_columns_by_position(columns, rng):
    y = rng.standard_normal((5, 4))
    expected = y.copy()
    expected[:, 1:3] = Sign().canonicalize(y[:, 1:3])
    assert_array_equal(Columns(Sign(), columns).canonicalize(y), expected)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (slice(1, None), "slice from a position to a later one"),
        (slice(-2, 3), "slice from a position to a later one"),
        ([True, False], "'columns' parameter"),
        (["qx", 1], "'columns' parameter"),
        ("qx", "'columns' parameter"),
        ([1, 1], "must be different numbers from 0 to 3"),
        ([1, 4], "must be different numbers from 0 to 3"),
    ],
)
def test_columns_that_are_none(columns, message, rng):
    with pytest.raises(ValueError, match=message):
        Columns(Sign(), columns).canonicalize(rng.standard_normal((5, 4)))


def test_parts_by_their_columns(rng):
    # x1 x2 x3 y1 y2 y3, and a column that no part holds.
    y, to = rng.standard_normal((2, 20, 7))
    grouped = Permutation(columns=[[0, 3], [1, 4], [2, 5]])
    points, targets = (part[:, [0, 3, 1, 4, 2, 5]].reshape(20, 3, 2) for part in (y, to))
    for k, distance in enumerate(grouped.distance(y, to)):
        cost = ((points[k][:, None] - targets[k][None]) ** 2).sum(-1)
        best = cost[linear_sum_assignment(cost)].sum() + (y[k, 6] - to[k, 6]) ** 2
        assert_allclose(distance**2, best)
    check_laws(grouped, y)
    assert grouped.order == 6
    with pytest.raises(ValueError, match=r"parts of one length .* got parts of \[2, 1\] columns"):
        Permutation(columns=[[0, 3], [1]]).canonicalize(y)
    with pytest.raises(ValueError, match="n_blocks=2"):
        Permutation(2, columns=[[0], [1]]).canonicalize(y)


def both_layouts(rows):
    return rows, np.hstack([rows.real, rows.imag]), torch.as_tensor(rows)


def sweep(name, y):
    n = y.shape[1]
    if name == "shift":
        return [np.roll(y, k, axis=1) for k in range(n)]
    if name == "flip":
        return [y, y[:, ::-1].conj()]
    if name == "signs":
        blocks = y.reshape(len(y), -1, 2)
        return [
            (blocks[:, order] * np.array(signs)[:, None]).reshape(y.shape)
            for order in itertools.permutations(range(n // 2))
            for signs in itertools.product([1, -1], repeat=n // 2)
        ]
    width = 2 if name == "blocks" else 1
    blocks = y.reshape(len(y), -1, width)
    orders = itertools.permutations(range(n // width))
    return [blocks[:, order].reshape(y.shape) for order in orders]


@pytest.mark.parametrize(
    ("symmetry", "name"),
    [
        (Permutation(field="complex"), "order"),
        (Permutation(2, field="complex"), "blocks"),
        (Permutation(2, each=Sign(), field="complex"), "signs"),
        (CyclicShift(field="complex"), "shift"),
        (ConjugateFlip(field="complex"), "flip"),
    ],
    ids=repr,
)
def test_complex_rows_against_brute_force(symmetry, name, rng):
    parts = rng.standard_normal((4, 10, 4))
    y, to = parts[0] + 1j * parts[1], parts[2] + 1j * parts[3]
    expected = np.min([np.linalg.norm(point - to, axis=1) for point in sweep(name, y)], axis=0)
    for rows, targets in zip(both_layouts(y), both_layouts(to), strict=True):
        assert_allclose(np.asarray(symmetry.distance(rows, targets)), expected)
    check_laws(symmetry, y)
    assert parse_symmetry(repr(symmetry)) == symmetry
    with pytest.raises(ValueError, match="Complex data not supported"):
        clone(symmetry).set_params(field="real").canonicalize(y)


@pytest.mark.parametrize(
    "symmetry", [Permutation(field="complex"), Permutation(2, field="complex")]
)
def test_complex_parts_have_a_lift(symmetry, rng):
    parts = rng.standard_normal((2, 1000, 4))
    y = parts[0] + 1j * parts[1]
    assert lift_report(symmetry, y, random_state=0).round_trip >= 0.999
    assert_allclose(symmetry.lift(y[:, [2, 3, 0, 1]]), symmetry.lift(y), atol=1e-13)


def test_translations_of_complex_points(rng):
    parts = rng.standard_normal((2, 10, 4))
    y = parts[0] + 1j * parts[1]
    symmetry = Translation(2, field="complex")
    centred = (y.reshape(10, 2, 2) - y.reshape(10, 2, 2).mean(axis=1, keepdims=True)).reshape(
        y.shape
    )
    assert_allclose(symmetry.canonicalize(y), centred)
    assert_allclose(symmetry.canonicalize(both_layouts(y)[1]), both_layouts(centred)[1])
    check_laws(symmetry, y)


def test_roots_up_to_order_and_phase(rng):
    parts = rng.standard_normal((2, 10, 3))
    y = parts[0] + 1j * parts[1]
    moved = np.exp(0.7j) * y[:, [2, 0, 1]]
    for symmetry in (Permutation() * GlobalPhase(), GlobalPhase() * Permutation(field="complex")):
        assert_allclose(symmetry.distance(y, moved), 0, atol=1e-13)
