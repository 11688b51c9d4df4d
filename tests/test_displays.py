"""Pictures show the numbers that they say."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor

from sksym import GlobalPhase, Sign, make_canonical_regressor
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.inspection import RepresentativeDisplay, SeamDisplay, TrainingDisplay
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
    with pytest.raises(ValueError, match="holds no network"):
        TrainingDisplay.from_estimator(LinearRegression().fit(X, y))
