"""Pictures show the numbers that they say."""

import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import binom
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.utils import Bunch

from sksym import (
    CanonicalizeTargets,
    GlobalPhase,
    Orthogonal,
    Permutation,
    RectifiedConformalRegressor,
    Sign,
    align_samples,
    make_canonical_regressor,
)
from sksym.datasets import make_gaussian_phase_retrieval, make_square_root
from sksym.experiments import compare
from sksym.inspection import (
    ComparisonDisplay,
    CoverageDisplay,
    Discovery,
    Evidence,
    RepresentativeDisplay,
    SeamDisplay,
    SpreadDisplay,
    TraceDisplay,
    TrainingDisplay,
    ZigzagDisplay,
)
from sksym.metrics import seam_report
from sksym.neural import FeedforwardRegressor


@pytest.fixture(autouse=True)
def _canvas():
    mpl.use("Agg")
    yield
    for number in plt.get_fignums():
        plt.figure(number).canvas.draw()
    plt.close("all")


@pytest.fixture(scope="module")
def data():
    return make_gaussian_phase_retrieval(400, 3, random_state=0)


def test_the_seam(data):
    X, y = data
    model = make_canonical_regressor(KNeighborsRegressor(), Sign())
    with pytest.raises(NotFittedError):
        SeamDisplay.from_estimator(model, X, y)
    model.fit(X, y)
    display = SeamDisplay.from_estimator(model, X, y, bins=5)
    report = seam_report(y, model.predict(X), symmetry=Sign(), bins=5)
    assert_allclose(display.line_.get_xydata(), np.transpose([report.margin, report.error]))
    assert display.ax_.get_yscale() == "log"
    other = SeamDisplay.from_predictions(
        y, model.predict(X), symmetry=Sign(), bins=5, name="again", ax=display.ax_
    )
    assert other.ax_ is display.ax_
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert labels == ["RectifiedTargetRegressor", "again"]


def test_the_seam_of_any_target_regressor(data):
    X, y = data
    by_hand = TransformedTargetRegressor(
        KNeighborsRegressor(), transformer=CanonicalizeTargets(Sign()), check_inverse=False
    ).fit(X, y)
    assert len(SeamDisplay.from_estimator(by_hand, X, y, bins=5).report.error) == 5
    raw = KNeighborsRegressor().fit(X, y)
    with pytest.raises(ValueError, match=r"has no symmetry; pass one, such as symmetry=Sign\(\)"):
        SeamDisplay.from_estimator(raw, X, y)
    assert len(SeamDisplay.from_estimator(raw, X, y, symmetry=Sign(), bins=5).report.error) == 5


def test_the_coverage(data):
    X, y = data
    first = make_canonical_regressor(KNeighborsRegressor(), Sign())
    model = RectifiedConformalRegressor(first, Sign(), 0.8, random_state=0)
    with pytest.raises(NotFittedError):
        CoverageDisplay.from_estimator(model, X, y)
    model.fit(X[:200], y[:200]).set_params(confidence_level=0.5)
    X, y = X[200:], y[200:]
    display = CoverageDisplay.from_estimator(model, X, y, bins=4)
    assert list(display.bins) == ["margin", "norm"]
    for values, part, line in zip(
        (Sign().margin(y), np.linalg.norm(y, axis=1)),
        display.bins.values(),
        display.ax_.containers,
        strict=True,
    ):
        order = np.argsort(values).reshape(4, 50)
        counts = model.contains(X, y)[order].sum(axis=1)
        assert_allclose(part.coverage, counts / 50)
        assert_allclose(part.median, np.median(values[order], axis=1))
        assert_allclose(line[0].get_ydata(), part.coverage)
        # Clopper and Pearson: at either end the count is in a tail of 2.5 %.
        inner = (counts > 0) & (counts < 50)
        assert inner.any()
        assert_allclose(binom.cdf(counts, 50, part.highest)[inner], 0.025)
        assert_allclose(binom.sf(counts - 1, 50, part.lowest)[inner], 0.025)
    assert_allclose(display.ax_.lines[-1].get_ydata(), 0.8)
    for bins in (0, 201):
        with pytest.raises(ValueError, match=r"bins must be from 1 to the 200 rows of y"):
            CoverageDisplay.from_estimator(model, X, y, bins=bins)


def test_the_coverage_without_a_cut(data):
    _, y = data
    model = RectifiedConformalRegressor(KNeighborsRegressor(), Permutation(), random_state=0)
    display = CoverageDisplay.from_estimator(model.fit(np.sort(y), y), np.sort(y), y)
    assert list(display.bins) == ["norm"]
    assert_array_equal(display.bins["norm"].n_samples, [80] * 5)


def test_the_zigzag_of_the_papers_figure_1():
    X, y = make_square_root(200, random_state=0)
    display = ZigzagDisplay.from_targets(X, y)
    (line,) = display.ax_.lines
    order = np.argsort(X[:, 0])
    assert_array_equal(line.get_xydata(), np.column_stack([X[order, 0], y[order]]))
    # Half of the neighbours have roots of other signs, 2 |y| apart: E 2 |y| / 2 = 1/2.
    assert display.jump == pytest.approx(0.5, abs=0.1)
    assert ZigzagDisplay.from_targets(X, np.abs(y)).jump < 0.01
    model = make_canonical_regressor(KNeighborsRegressor(), Sign()).fit(X, y)
    display = ZigzagDisplay.from_estimator(model, X, y, name="5-NN")
    grid, curve = display.ax_.lines[1].get_xydata().T
    assert_allclose(curve, np.sqrt(grid), atol=0.05)
    with pytest.raises(ValueError, match=r"Only one measurement and one target .* got 2 and 1"):
        ZigzagDisplay.from_targets(np.hstack([X, X]), y)
    with pytest.raises(NotFittedError):
        ZigzagDisplay.from_estimator(KNeighborsRegressor(), X, y)


def test_remedies_with_their_ranges():
    X, y = make_square_root(200, random_state=0)
    comparison = compare(X, y, Sign(), ["KNN"], ["none", "canonicalize"], cv=3)
    display = ComparisonDisplay.from_comparison(comparison)
    best, *_, worst = comparison.summary()
    assert best["name"] == display.names[0] == "KNN, canonicalize"
    middle, caps, (bars,) = display.ax_.containers[0]
    ends = [line["mean_squared_error"] for line in (best, worst)]
    assert_allclose(middle.get_xdata()[[0, -1]], ends)
    errors = [
        r["mean_squared_error"]
        for r in comparison.to_frame().to_dict("records")
        if r["remedy"] == "canonicalize"
    ]
    assert_allclose(bars.get_segments()[0][:, 0], [min(errors), max(errors)])
    assert len(caps) == 2


def test_a_missing_matplotlib_is_named(data, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "sksym\[plot\]"'):
        RepresentativeDisplay.from_targets(data[1][:, :2], Sign())


@pytest.mark.parametrize(("symmetry", "width"), [(Sign(), 2), (Sign(), 3), (GlobalPhase(), 2)])
def test_representatives(symmetry, width):
    y = np.random.default_rng(0).standard_normal((50, width))
    display = RepresentativeDisplay.from_targets(y, symmetry)
    assert_array_equal(display.representatives, symmetry.canonicalize(y))
    assert len(display.ax_.lines) == 2
    assert display.ax_.name == ("3d" if width == 3 else "rectilinear")


def test_only_what_can_be_drawn():
    with pytest.raises(ValueError, match="two or three columns can be drawn, got 5"):
        RepresentativeDisplay.from_targets(np.ones((4, 5)), Sign())


def test_training(data):
    X, y = data
    network = FeedforwardRegressor((8,), max_epochs=4, random_state=0)
    model = make_canonical_regressor(network, Sign()).fit(X, y)
    display = TrainingDisplay.from_estimator(model)
    history = model.regressor_.history_
    training, validation, best = display.ax_.lines
    assert_allclose(training.get_ydata(), history[:, "train_loss"])
    assert_allclose(validation.get_ydata(), history[:, "valid_loss"])
    assert best.get_xdata()[0] == model.regressor_.best_epoch_
    alone = network.set_params(validation_fraction=None).fit(X, y)
    assert len(TrainingDisplay.from_estimator(alone).ax_.lines) == 2
    with pytest.raises(ValueError, match="contains no network"):
        TrainingDisplay.from_estimator(LinearRegression().fit(X, y))


def found(**others):
    """A discovery made by hand: the sign, an affine map and one direction of three coordinates."""
    return Discovery("found", "It holds.", Sign(), 0.05, "a polynomial", 0.99, **others)


def test_a_discovery():
    elements = [
        Bunch(matrix=-np.eye(3), offset=np.zeros(3), hits=4),
        Bunch(matrix=np.diag([2.0, 1.0, -1.0]), offset=np.ones(3), hits=1),
    ]
    evidence = [
        Evidence("group", "Permutation()", 0.5, 0.4, 0.6, False),
        Evidence("group", "Sign()", 0.0, 0.0, 0.01, True),
    ]
    direction = np.arange(12.0).reshape(1, 3, 4)
    spectrum = np.array([0.0, 0.01, 1.0])
    discovery = found(
        elements=elements, generators=direction, evidence=evidence, spectrum=spectrum
    )
    display = discovery.plot()
    titles = [ax.get_title() for ax in display.axes_["matrices"]]
    assert titles == ["element 1", "element 2", "direction 1"]
    images = [ax.images[0] for ax in display.axes_["matrices"]]
    # Zero is white whatever the signs of the entries.
    assert {image.get_clim() for image in images} == {(-1, 1)}
    assert_allclose(images[1].get_array(), np.diag([1.0, 0.5, -0.5]))
    assert_allclose(images[2].get_array(), direction[0, :, :3] / 10)
    (ax,) = display.axes_["spectrum"]
    others, zeros = ax.lines
    assert_allclose(zeros.get_xydata(), [[1, 1e-6]])  # a logarithm of zero has no place
    assert_allclose(others.get_xydata(), [[2, 0.01], [3, 1]])
    (ax,) = display.axes_["evidence"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Sign()", "Permutation()"]
    assert_allclose(ax.lines[2].get_xdata(), [0.4, 0.6])
    assert_allclose(ax.lines[-1].get_xdata(), 0.05)
    assert ax.lines[1].get_color() != ax.lines[3].get_color()


def test_a_discovery_draws_what_there_is():
    assert list(found().plot().axes_.values()) == [[], [], []]
    _, (left, right) = plt.subplots(1, 2)
    evidence = [
        Evidence("element", f"map {k} {'x' * 50}", k / 30, k / 40, k / 20, k < 15)
        for k in range(30)
    ]
    display = found(evidence=evidence).plot(ax=right)
    assert not right.axison
    assert left.axison
    (ax,) = display.axes_["evidence"]
    drawn = [int(label.get_text().split()[1]) for label in ax.get_yticklabels()]
    assert drawn == list(range(5, 25))  # those about the limit
    with pytest.raises(ValueError, match=r"pass axes of plt\.subplots"):
        found().plot(ax=plt.figure().add_axes([0, 0, 1, 1]))


def test_samples_before_and_after_alignment():
    rng = np.random.default_rng(0)
    truth = np.array([[0.0, 1.0], [4.0, 5.0], [8.0, 9.0]])
    orders = np.argsort(rng.uniform(size=(40, 3)), axis=1)
    draws = np.array([truth[order] for order in orders]) + 0.1 * rng.standard_normal((40, 3, 2))
    weights = rng.uniform(size=40)
    result = align_samples(draws, Permutation(3), weights)
    trace = TraceDisplay.from_samples(draws, Permutation(3), weights=weights, coordinate=1)
    assert_array_equal(trace.raw, draws[:, :, 1])
    assert_array_equal(trace.aligned, result.samples[:, :, 1])
    lines = trace.ax_.get_lines()[:6]
    for part in range(3):
        assert_array_equal(lines[2 * part].get_ydata(), trace.raw[:, part])
        assert_array_equal(lines[2 * part + 1].get_ydata(), trace.aligned[:, part])
        assert lines[2 * part + 1].get_xdata().min() > lines[2 * part].get_xdata().max()
    assert trace.ax_.get_title() == "ambiguous labels: 0.0% of samples"
    spread = SpreadDisplay.from_samples(draws, Permutation(3), weights=weights, part=2)
    assert_array_equal(spread.mean, result.mean[2])
    assert_array_equal(spread.spread, result.spread[2])
    assert_allclose(spread.raw_mean, np.average(draws[:, 2], axis=0, weights=weights))
    assert spread.raw_spread.min() > 2 > spread.spread.max()
    # Components as columns, as tables and as tensors.
    columns = SpreadDisplay.from_samples(
        draws.transpose(0, 2, 1), Permutation(3), weights=weights, axis=2, part=2, names="ab"
    )
    assert [label.get_text() for label in columns.ax_.get_xticklabels()] == ["a", "b"]
    tensors = SpreadDisplay.from_samples(
        torch.tensor(draws), Permutation(3), weights=torch.tensor(weights), part=2
    )
    for name in ("raw_mean", "raw_spread", "mean", "spread"):
        assert_allclose(getattr(columns, name), getattr(spread, name))
        assert_allclose(getattr(tensors, name), getattr(spread, name))
    whole = SpreadDisplay.from_samples(pd.DataFrame(draws.reshape(40, 6)), Permutation(3))
    assert whole.names == list("012345")
    rotated = TraceDisplay.from_samples(draws, Orthogonal(2))
    assert rotated.ax_.get_title() == ""


def test_samples_that_cannot_be_drawn():
    draws = np.arange(12.0).reshape(2, 3, 2)
    with pytest.raises(ValueError, match=r"coordinate must be from 0 to 1, .* got 2"):
        TraceDisplay.from_samples(draws, Permutation(3), coordinate=2)
    with pytest.raises(ValueError, match="each of 6 coordinates, got 2"):
        SpreadDisplay.from_samples(draws, Permutation(3), names=["a", "b"])
    with pytest.raises(ValueError, match="Only real samples can be drawn"):
        TraceDisplay.from_samples(1j * draws[:, :, 0], Permutation(field="complex"))
