"""Comparing remedies on data."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold, cross_val_score
from sklearn.neighbors import KNeighborsRegressor

from sksym import Permutation, Sign, make_canonical_regressor
from sksym.datasets import make_gaussian_phase_retrieval, make_square_root
from sksym.experiments import compare
from sksym.metrics import rectified_mean_squared_error, rectified_scorer
from sksym.neural import FeedforwardRegressor

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
        r for r in comparison.rows if (r["regressor"], r["remedy"]) == ("5-NN", "canonicalize")
    ]
    assert_allclose([row["mean_squared_error"] for row in rows], scores)
    zeros = [row["mean_squared_error"] for row in comparison.rows if row["regressor"] == "zero"]
    X, y = data
    for error, (_, test) in zip(zeros, KFold(3).split(X), strict=True):
        expected = rectified_mean_squared_error(y[test], 0 * y[test], symmetry=Sign())
        assert_allclose(error, expected)


def test_every_remedy_stands_there_or_says_why_not(comparison):
    tried = {(line["regressor"], line["remedy"]) for line in comparison.summary()}
    remedies = ("none", "canonicalize", "lift", "atlas", "refine")
    assert tried == {(name, r) for name in REGRESSORS for r in remedies} | {("zero", "none")}
    assert set(comparison.skipped) == {("LS", "loss"), ("5-NN", "loss")}
    blocks = compare(
        *make_gaussian_phase_retrieval(60, 4, random_state=0),
        Permutation(2),
        REGRESSORS,
        ["none", "lift"],
        cv=2,
    )
    assert blocks.skipped["LS", "lift"] == "Permutation(n_blocks=2) has no lift"


def test_the_best_comes_first_and_can_be_had(comparison, data):
    errors = [line["mean_squared_error"] for line in comparison.summary()]
    assert errors == sorted(errors)
    assert errors[0] < 1e-12  # least squares on the lift is exact for three coordinates
    best = comparison.best_estimator()
    assert best.score(*data) > 1 - 1e-12
    assert not hasattr(comparison.best_estimator(refit=False), "regressor_")


def test_frames_pictures_and_pages(comparison):
    frame = comparison.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) == 3 * 11
    assert frame.groupby(["regressor", "remedy"]).size().eq(3).all()
    text = repr(comparison)
    assert text.index("LS, lift") < text.index("\nzero") < text.index("LS, loss: the rectified")
    page = comparison._repr_html_()
    assert page.count("<tr>") == 12
    mpl.use("Agg")
    ax = comparison.plot()
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels[::-1][0] == "LS, lift"
    assert len(labels) == 11
    _, other = plt.subplots()
    assert comparison.plot(ax=other) is other
    plt.close("all")


def test_the_same_for_any_number_of_jobs():
    X, y = make_square_root(200, random_state=0)
    network = {"net": FeedforwardRegressor((8,), max_epochs=3)}
    first, second = (
        compare(X, y, Sign(), network, cv=2, n_jobs=n_jobs, random_state=0) for n_jobs in (1, 2)
    )
    for a, b in zip(first.rows, second.rows, strict=True):
        assert a["mean_squared_error"] == b["mean_squared_error"]
    assert ("net", "loss") in {(line["regressor"], line["remedy"]) for line in first.summary()}


def test_data_frames(data):
    X, y = (pd.DataFrame(array).add_prefix("c") for array in data)
    comparison = compare(X, y, Sign(), {"5-NN": KNeighborsRegressor()}, ["canonicalize"], cv=2)
    assert np.isfinite([row["r2"] for row in comparison.rows]).all()


def test_bad_arguments(data):
    with pytest.raises(ValueError, match="remedies must be of none, canonicalize"):
        compare(*data, Sign(), remedies=["magic"])
    with pytest.raises(ValueError, match="symmetry must be a symmetry"):
        compare(*data, "Sign")
    with pytest.raises(ValueError, match="NaN"):
        compare(data[0], np.full_like(data[1], np.nan), Sign())
