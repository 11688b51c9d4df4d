"""Comparing remedies on data."""

import itertools
import sys
import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GroupKFold, KFold, cross_val_score
from sklearn.neighbors import KNeighborsRegressor
from sklearn.preprocessing import StandardScaler

from sksym import (
    ConjugateFlip,
    CyclicShift,
    GlobalPhase,
    Periodic,
    PositiveScale,
    RectifiedBaggingRegressor,
    RectifiedVotingRegressor,
    ResidualRegressor,
    Sign,
    Translation,
    make_canonical_regressor,
)
from sksym.datasets import make_gaussian_phase_retrieval, make_square_root
from sksym.experiments import Comparison, compare
from sksym.experiments._folds import FoldResult
from sksym.metrics import rectified_mean_squared_error, rectified_scorer
from sksym.neural import FeedforwardRegressor, RectifiedMSELoss
from sksym.regressors import (
    DEFAULT_REGRESSORS,
    REMEDIES,
    ConstantRegressor,
    NotApplicableError,
    named_regressor,
    weight_parameter,
    with_remedy,
)


def records(comparison):
    """Its folds, each as a dict."""
    return comparison.to_frame().to_dict("records")


REGRESSORS = {"LS": LinearRegression(), "5-NN": KNeighborsRegressor()}


@pytest.fixture(scope="module")
def data():
    return make_gaussian_phase_retrieval(400, 3, random_state=0)


@pytest.fixture(scope="module")
def comparison(data):
    return compare(*data, Sign(), REGRESSORS, cv=3, random_state=0)


def test_errors_are_those_of_cross_validation(comparison, data):
    scores = -cross_val_score(
        make_canonical_regressor(KNeighborsRegressor(), Sign()),
        *data,
        scoring=rectified_scorer(Sign()),
        cv=3,
    )
    rows = [
        r for r in records(comparison) if (r["regressor"], r["remedy"]) == ("5-NN", "canonicalize")
    ]
    assert_allclose([row["mean_squared_error"] for row in rows], scores)
    zeros = [
        row["mean_squared_error"] for row in records(comparison) if row["regressor"] == "zero"
    ]
    X, y = data
    for error, (_, test) in zip(zeros, KFold(3).split(X), strict=True):
        expected = rectified_mean_squared_error(y[test], 0 * y[test], symmetry=Sign())
        assert_allclose(error, expected)


def errors_of(comparison, regressor):
    """Mean squared error of a regressor in each fold."""
    found = comparison.cv_results_
    return found["mean_squared_error"][found["regressor"] == regressor]


def best_constant(y, weight):
    """The constant of least squared error up to sign, by trying all signs of all targets.

    Of targets with given signs the best constant is the mean of what is known.
    """
    best, least = None, np.inf
    for signs in itertools.product([-1, 1], repeat=len(y)):
        moved = np.array(signs)[:, None] * y
        weights = weight[:, None] * ~np.isnan(moved)
        constant = np.nansum(weights * moved, axis=0) / weights.sum(axis=0)
        error = np.nansum(weights * (moved - constant) ** 2)
        if error < least:
            best, least = constant, error
    return best


@pytest.mark.parametrize("is_weighted", [False, True])
@pytest.mark.parametrize("unknown", [[], [1, 4, 8]])
def test_the_constant_is_the_best_one(is_weighted, unknown):
    rng = np.random.default_rng(3)
    y = rng.standard_normal((14, 2))
    y[unknown, 0] = np.nan
    weight = rng.uniform(0.2, 3, 14) if is_weighted else None
    folds = [(np.arange(8), np.arange(8, 14)), (np.arange(6, 14), np.arange(6))]
    comparison = compare(y, y, Sign(), {}, cv=folds, sample_weight=weight)
    weight = np.ones(14) if weight is None else weight
    for error, (train, test) in zip(errors_of(comparison, "constant"), folds, strict=True):
        constant = best_constant(y[train], weight[train])
        squares = np.nanmean((y[test, None] - [constant, -constant]) ** 2, axis=2).min(axis=1)
        assert_allclose(error, np.average(squares, weights=weight[test]))


def test_constants_by_hand():
    rng = np.random.default_rng(0)
    folds = [(np.arange(20), np.arange(20, 30))]
    y = rng.standard_normal(30)  # of one dimension, up to sign: the moduli and their mean
    size = np.abs(y)
    found = errors_of(compare(y, y, Sign(), {}, cv=folds), "constant")
    assert_allclose(found, np.mean((size[20:] - size[:20].mean()) ** 2))
    y = rng.standard_normal((30, 2))  # two points on a line up to a translation: their distance
    distance = y[:, 1] - y[:, 0]
    found = errors_of(compare(y, y, Translation(1), {}, cv=folds), "constant")
    assert_allclose(found, np.mean((distance[20:] - distance[:20].mean()) ** 2) / 4)
    # Multiples of one row are one answer up to scale, though the scale is no isometry.
    y = rng.uniform(1, 2, (30, 1)) * [1.0, -2.0, 3.0]
    comparison = compare(y, y, PositiveScale(), {}, cv=folds)
    assert_allclose(errors_of(comparison, "constant"), 0, atol=1e-25)
    assert errors_of(comparison, "zero") > 1


def test_a_constant_that_nobody_knows_leaves_the_others(data):
    X, y = (part[:9].copy() for part in data)
    y[3:, 1] = np.nan
    comparison = compare(X, y, Sign(), {}, cv=3)
    reason = comparison.skipped["constant", "none"]
    assert reason.startswith("failed in fold 1, ValueError: Training targets")
    assert "leave the coordinate(s) [1] unknown" in reason
    assert [line["name"] for line in comparison.summary()] == ["zero"]
    assert not comparison.best_estimator().predict(X).any()


def test_one_answer_to_all_is_remarked():
    # An angle is nothing up to all translations of the line; up to whole turns it is something.
    y = np.random.default_rng(0).uniform(0, 360, 60)
    X = np.column_stack([np.cos(np.radians(y)), np.sin(np.radians(y))])
    for symmetry, is_one in ((Translation(1), True), (Periodic(360), False)):
        comparison = compare(X, y, symmetry, ["LS"], ["none", "canonicalize"], cv=2)
        remarks = [r for r in comparison.remarks() if "the same representative" in r]
        assert len(remarks) == is_one
        assert all(remark.startswith("LS, canonicalize: all training") for remark in remarks)


def test_every_remedy_stands_there_or_says_why_not(comparison):
    tried = {(line["regressor"], line["remedy"]) for line in comparison.summary()}
    everywhere = ("none", "canonicalize", "lift", "atlas", "refine")
    expected = {(name, remedy) for name in REGRESSORS for remedy in everywhere}
    expected |= {("5-NN", "residual"), ("5-NN", "neighbors"), ("zero", "none")}
    expected |= {("constant", "none")}
    assert tried == expected
    assert comparison.skipped == {
        ("LS", "residual"): "least squares leaves nothing for least squares to learn",
        ("LS", "neighbors"): "orbit neighbours replace KNeighborsRegressor, not LinearRegression",
        ("LS", "loss"): "the rectified loss trains networks, not LinearRegression",
        ("5-NN", "loss"): "the rectified loss trains networks, not KNeighborsRegressor",
    }
    blocks = compare(
        *make_gaussian_phase_retrieval(60, 4, random_state=0),
        ConjugateFlip(),
        REGRESSORS,
        ["none", "lift"],
        cv=2,
    )
    assert blocks.skipped["LS", "lift"] == "ConjugateFlip() has no lift"


def test_the_best_comes_first_and_can_be_had(comparison, data):
    lines = comparison.summary()
    errors = [line["mean_squared_error"] for line in lines if not line["is_exact"]]
    assert errors == sorted(errors)
    exact = [line for line in lines if line["is_exact"]]
    assert exact == lines[: len(exact)]
    # The measurements are linear in the lift, and squares of linear forms: these are exact.
    assert exact[0]["name"] == "LS, lift"
    names = {"LS, lift", "LS, refine", "5-NN, residual", "5-NN, refine"}
    assert {line["name"] for line in exact} == names
    best = comparison.best_estimator()
    assert best.score(*data) > 1 - 1e-12
    assert not hasattr(comparison.best_estimator(refit=False), "regressor_")


def test_frames_pictures_and_pages(comparison):
    frame = comparison.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) == 3 * 14
    assert frame.groupby(["regressor", "remedy"]).size().eq(3).all()
    text = repr(comparison)
    assert (
        text.index(comparison.summary()[0]["name"])
        < text.index("\nconstant")
        < text.index("\nzero")
        < text.index("LS, loss: the rectified")
    )
    page = comparison._repr_html_()
    assert page.count("<tr>") == 15
    mpl.use("Agg")
    ax = comparison.plot().ax_
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == [line["name"] for line in comparison.summary()]
    assert ax.yaxis_inverted()
    assert len(labels) == 14
    _, other = plt.subplots()
    assert comparison.plot(ax=other).ax_ is other
    plt.close("all")


def result(name, error, seconds, folds=2):
    return [
        FoldResult(name, "none", k, {"mean_squared_error": e, "of_zero": e}, seconds, 0.0)
        for k, e in enumerate(np.broadcast_to(error, folds))
    ]


def test_among_exact_answers_the_fastest_is_best():
    # Which rounding is the smallest says nothing, and one bad fold is no exact answer.
    cases = {
        "small": (1e-33, 5.0),
        "fast": (1e-28, 0.1),
        "once": ([0, 1e-3], 0.01),
        "no": (0.1, 0),
    }
    results = [fold for name, case in cases.items() for fold in result(name, *case)]
    pairs = dict.fromkeys((name, "none") for name in cases)
    comparison = Comparison(results, {}, {}, pairs, None)
    assert [line["regressor"] for line in comparison.summary()] == ["fast", "small", "once", "no"]
    assert [line["is_exact"] for line in comparison.summary()] == [True, True, False, False]
    table = comparison.table()
    assert [row[1] for row in table[1:]] == ["rounding", "rounding", "0.0005", "0.1"]
    mpl.use("Agg")
    x = comparison.plot().ax_.containers[0][0].get_xdata()
    # Exact ones and the good fold stand a decade below the least of the others.
    assert_allclose(x, [5e-5, 5e-5, 5e-4, 0.1])
    plt.close("all")


def test_the_same_for_any_number_of_jobs():
    X, y = make_square_root(200, random_state=0)
    network = {"net": FeedforwardRegressor((8,), max_epochs=3)}
    first, second = (
        compare(X, y, Sign(), network, cv=2, n_jobs=n_jobs, random_state=0) for n_jobs in (1, 2)
    )
    for a, b in zip(records(first), records(second), strict=True):
        assert a["mean_squared_error"] == b["mean_squared_error"]
    assert ("net", "loss") in {(line["regressor"], line["remedy"]) for line in first.summary()}


def test_data_frames(data):
    X, y = (pd.DataFrame(array).add_prefix("c") for array in data)
    comparison = compare(X, y, Sign(), {"5-NN": KNeighborsRegressor()}, ["canonicalize"], cv=2)
    assert np.isfinite([row["r2"] for row in records(comparison)]).all()


class Broken(LinearRegression):
    """Fails on some data."""

    def fit(self, X, y):
        if X[0, 0] > 0.5:
            raise RuntimeError("not on these")
        return super().fit(X, y)


class Doubtful(LinearRegression):
    """Warns of itself."""

    def fit(self, X, y):
        warnings.warn(f"doubt {len(X)}", UserWarning, stacklevel=2)
        return super().fit(X, y)


def test_one_that_fails_and_one_that_warns_leave_the_others(data, tmp_path):
    X, y = data
    X = np.where(np.arange(len(X))[:, None] == 0, 1.0, X)  # the first row, in one training set
    regressors = {"broken": Broken(), "doubtful": Doubtful(), "LS": LinearRegression()}
    for _ in range(2):  # what failed is tried again, warnings are kept
        comparison = compare(
            X, y, Sign(), regressors, ["lift"], cv=KFold(2), store=tmp_path / "cells"
        )
        assert comparison.skipped == {
            ("broken", "lift"): "failed in fold 2, RuntimeError: not on these"
        }
        assert comparison.warnings == {("doubtful", "lift"): ["doubt 200"]}
        assert [line["regressor"] for line in comparison.summary()][-1] == "zero"
        assert {row["regressor"] for row in records(comparison) if not row["error"]} == {
            "broken",
            "doubtful",
            "LS",
            "constant",
            "zero",
        }
        failed = [row for row in records(comparison) if row["error"]]
        assert [(row["regressor"], row["fold"]) for row in failed] == [("broken", 1)]
        assert all(np.isnan(failed[0][name]) for name in ("mean_squared_error", "r2"))
        assert comparison.remarks() == [
            "broken, lift: failed in fold 2, RuntimeError: not on these",
            "doubtful, lift: doubt 200",
        ]
        assert "doubtful, lift: doubt 200" in repr(comparison)


def test_a_comparison_of_nothing_but_failures_is_an_error(data):
    X, y = data
    with pytest.raises(ValueError, match=r"Every fit failed, the first with .* Expected 2D"):
        compare(X[:, 0], y, Sign(), ["LS", "KNN"], ["none", "canonicalize", "loss"], cv=2)


def test_errors_that_overflow_are_no_results(data):
    X, y = data
    with pytest.raises(ValueError, match="OverflowError: squared errors are not finite; divide y"):
        compare(X, 1e200 * y, Sign(), ["LS"], ["none"], cv=2)


def test_finished_fits_are_not_fitted_again(data, tmp_path, monkeypatch):
    X, y = data
    arguments = X, y, Sign(), {"LS": LinearRegression()}
    options = {"cv": 2, "random_state": 0, "store": tmp_path / "cells"}
    first = compare(*arguments, ["none"], **options)
    calls = []
    module = sys.modules["sksym.experiments._compare"]
    fit = module.fit_and_predict
    monkeypatch.setattr(
        module, "fit_and_predict", lambda *a: calls.append(type(a[0]).__name__) or fit(*a)
    )
    assert records(compare(*arguments, ["none"], **options)) == records(first)
    assert calls == []
    # Anything that decides a result makes other cells of them; constants have no seed.
    compare(*arguments, ["none", "atlas"], **options)
    assert calls == ["AtlasRegressor"] * 2
    calls.clear()
    compare(X, y, Sign(), {"LS": LinearRegression(fit_intercept=False)}, ["none"], **options)
    assert calls == ["RectifiedTargetRegressor"] * 2
    calls.clear()
    compare(2 * X, y, Sign(), {"LS": LinearRegression()}, ["none"], **options)
    assert len(calls) == 6


def test_a_regressor_is_the_same_for_targets_of_any_unit():
    # Least squares, neighbours and networks answer in the units of the targets.
    X, y = make_gaussian_phase_retrieval(300, 2, random_state=0)
    errors = []
    for unit in (1.0, 1e-6, 1e6):
        regressors = {name: named_regressor(name) for name in DEFAULT_REGRESSORS}
        regressors["NN"].set_params(regressor__feedforwardregressor__max_epochs=5)
        comparison = compare(
            X, unit * y, Sign(), regressors, ["canonicalize", "loss", "lift"], cv=2, random_state=0
        )
        rows = [row for row in records(comparison) if row["of_zero"] > 1e-9]  # above rounding
        errors.append({(r["regressor"], r["remedy"], r["fold"]): r["of_zero"] for r in rows})
    for scaled in errors[1:]:
        assert scaled.keys() == errors[0].keys()
        for cell, error in scaled.items():
            assert_allclose(error, errors[0][cell], rtol=0.02, err_msg=str(cell))


def test_the_loss_reaches_a_network_within_pipelines():
    network = named_regressor("NN")
    with_loss = with_remedy("loss", network, Sign())
    inner = with_loss.regressor.regressor[-1]
    assert inner.criterion is RectifiedMSELoss
    assert inner.get_params()["criterion__symmetry"] == Sign()
    assert network.regressor[-1].criterion is not RectifiedMSELoss  # a clone was changed
    # Centred targets are no points of the orbit any more.
    standardised = TransformedTargetRegressor(network.regressor, transformer=StandardScaler())
    with pytest.raises(NotApplicableError, match="needs targets that nothing transforms"):
        with_remedy("loss", standardised, Sign())


def test_what_is_too_wide_is_named():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((40, 3)), rng.standard_normal((40, 257))
    comparison = compare(X, y, Sign(), ["LS"], ["refine"], cv=4)
    assert comparison.skipped["LS", "refine"] == (
        "each step of Levenberg-Marquardt solves 257 equations for every row, and 256 are the "
        "most in useful time; RefinedRegressor(solver=...) takes a solver of your own"
    )
    with pytest.raises(NotApplicableError, match="lift has 32896 coordinates, too many for 10000"):
        with_remedy("lift", LinearRegression(), Sign(), targets=np.ones((1, 256)), n_pairs=10_000)


def test_the_reference_reaches_representatives(data):
    comparison = compare(
        # Without a lift refinement starts from representatives.
        *(*data, CyclicShift(), ["LS"], ["canonicalize", "refine", "none"]),
        reference="first",
        cv=2,
    )
    found = {
        remedy: [value for name, value in estimator.get_params().items() if "reference" in name]
        for (_, remedy), estimator in comparison.estimators.items()
        if not isinstance(estimator, ConstantRegressor)
    }
    assert found == {"canonicalize": ["first"], "refine": ["first"], "none": [None]}


def test_groups_stay_together(data):
    X, y = data
    groups = np.arange(len(X)) % 4
    comparison = compare(X, y, Sign(), ["LS"], ["none"], cv=GroupKFold(4), groups=groups)
    assert {row["fold"] for row in records(comparison)} == {0, 1, 2, 3}
    with pytest.raises(ValueError, match="groups"):
        compare(X, y, Sign(), ["LS"], ["none"], cv=GroupKFold(4))


def test_weights_count_in_training_and_in_errors(data):
    X, y = data
    rng = np.random.default_rng(0)
    weight = rng.integers(0, 3, len(X)).astype(float)
    folds = [(np.arange(200), np.arange(200, 400)), (np.arange(200, 400), np.arange(200))]
    regressors = {"LS": LinearRegression(), "5-NN": KNeighborsRegressor()}
    remedies = ["none", "canonicalize", "atlas", "refine"]
    options = {"random_state": 0}
    weighted = compare(
        X, y, Sign(), regressors, remedies, cv=folds, sample_weight=weight, **options
    )
    # A weight of two is a pair twice, a weight of none is none.
    rows = [np.repeat(train, weight[train].astype(int)) for train, _ in folds]
    every, n = np.concatenate(rows), len(rows[0])
    where = np.arange(n), np.arange(n, len(every))
    repeated = compare(
        X[every], y[every], Sign(), regressors, remedies, cv=[where, where[::-1]], **options
    )
    for a, b in zip(records(weighted), records(repeated), strict=True):
        # Neighbours take no weights; which rows an atlas holds out changes with their number.
        if a["regressor"] == "LS" and a["remedy"] != "atlas":
            assert_allclose(a["mean_squared_error"], b["mean_squared_error"], atol=1e-20)
        if a["regressor"] in ("zero", "constant"):
            assert_allclose(a["mean_squared_error"], b["mean_squared_error"])
    assert set(weighted.warnings) == {("5-NN", remedy) for remedy in remedies}
    assert (
        "5-NN, none; 5-NN, canonicalize; 5-NN, atlas; 5-NN, refine: trained without the sample "
        "weights, which it does not take"
    ) in weighted.remarks()
    assert repeated.warnings == {}
    with pytest.raises(ValueError, match="sample_weight"):
        compare(X, y, Sign(), regressors, sample_weight=-weight)


def test_where_weights_go():
    network = named_regressor("NN")
    alone = set(REMEDIES) - {"neighbors", "residual"}  # remedies that train the network alone
    names = {weight_parameter(with_remedy(remedy, network, Sign())) for remedy in alone}
    assert names == {"feedforwardregressor__sample_weight"}
    assert weight_parameter(with_remedy("residual", network, Sign())) is None
    assert weight_parameter(with_remedy("atlas", LinearRegression(), Sign())) == "sample_weight"
    assert weight_parameter(with_remedy("refine", named_regressor("KNN"), Sign())) is None
    both = ResidualRegressor(LinearRegression(), LinearRegression())
    assert weight_parameter(both) == "sample_weight"
    assert weight_parameter(ResidualRegressor(LinearRegression(), network)) is None
    assert weight_parameter(RectifiedBaggingRegressor(KNeighborsRegressor(), Sign())) is not None
    members = [("a", LinearRegression()), ("b", "drop")]
    assert weight_parameter(RectifiedVotingRegressor(members, Sign())) == "sample_weight"
    for other in (KNeighborsRegressor(), network):
        members[1] = ("b", other)
        assert weight_parameter(RectifiedVotingRegressor(members, Sign())) is None


def test_one_line_tells_how_far_it_is(data, capsys):
    compare(*data, Sign(), ["LS"], ["none"], cv=2, verbose=1)
    assert "6/6 cells" in capsys.readouterr().err
    compare(*data, Sign(), ["LS"], ["none"], cv=2)
    assert capsys.readouterr().err == ""


def test_bad_arguments(data):
    for remedies in (["magic"], "lift"):
        with pytest.raises(ValueError, match="remedies must be a list of none, canonicalize"):
            compare(*data, Sign(), remedies=remedies)
    for regressors in (LinearRegression(), [LinearRegression()], "LS", {"a": "LS"}):
        with pytest.raises(ValueError, match="regressors must be a dict of names and estimators"):
            compare(*data, Sign(), regressors)
    with pytest.raises(ValueError, match="regressors must be of LS, KNN"):
        compare(*data, Sign(), ["SVM"])
    for name in ("zero", "constant"):
        with pytest.raises(ValueError, match=f"'{name}' is the name of the {name} predictor"):
            compare(*data, Sign(), {name: LinearRegression()})
    with pytest.raises(ValueError, match="symmetry must be a symmetry"):
        compare(*data, "Sign")
    with pytest.raises(ValueError, match="even number of columns"):
        compare(*data, GlobalPhase())
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        compare(data[0][:-1], data[1], Sign())
    with pytest.raises(ValueError, match="NaN"):
        compare(data[0], np.full_like(data[1], np.nan), Sign())
