"""The catalogue: what entries build, where a new one appears, that every model can be saved."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, PolynomialFeatures, StandardScaler

import sksym
from sksym import (
    AtlasRegressor,
    CyclicShift,
    OrbitKNeighborsRegressor,
    RectifiedBaggingRegressor,
    RectifiedConformalRegressor,
    RectifiedVotingRegressor,
    RefinedRegressor,
    ResidualRegressor,
    ScaleTargets,
    Sign,
    make_canonical_regressor,
    make_lifted_regressor,
    neural,
    regressors,
    targets,
)
from sksym.command import main
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.experiments import compare
from sksym.io import read_model, write_model
from sksym.neural import FeedforwardRegressor, MultilayerPerceptron, NeuralRegressor
from sksym.paper import REMEDY_COLUMNS
from sksym.regressors import (
    REGRESSORS,
    REMEDIES,
    CompressMeasurements,
    NotApplicableError,
    Remedy,
    named_regressor,
    with_remedy,
)

# What does not apply to a symmetry with a lift, whatever the data.
REFUSED = {
    *((name, "loss") for name in ("LS", "KNN")),
    *((name, "neighbors") for name in ("LS", "NN", "WNN", "DNN")),
    ("LS", "residual"),
}
PAIRS = [(name, remedy) for name in REGRESSORS for remedy in REMEDIES]
NEIGHBORS = KNeighborsRegressor(2, algorithm="brute")
NETWORK = FeedforwardRegressor((4,), max_epochs=1, random_state=0)
PUBLIC_MODELS = {
    "AtlasRegressor": AtlasRegressor(NEIGHBORS, Sign(), n_charts=2, random_state=0),
    "OrbitKNeighborsRegressor": OrbitKNeighborsRegressor(Sign(), 2, algorithm="brute"),
    "RectifiedBaggingRegressor": RectifiedBaggingRegressor(
        NEIGHBORS, Sign(), 2, max_features=0.5, random_state=0
    ),
    "RectifiedConformalRegressor": RectifiedConformalRegressor(
        RefinedRegressor(LinearRegression(), Sign()),
        Sign(),
        normalization="neighbors",
        random_state=0,
    ),
    "RectifiedTargetRegressor": make_lifted_regressor(LinearRegression(), Sign()),
    "RectifiedVotingRegressor": RectifiedVotingRegressor(
        [("LS", LinearRegression()), ("KNN", NEIGHBORS), ("none", "drop")],
        Sign(),
        weights=[1, 2, 3],
    ),
    "RefinedRegressor": RefinedRegressor(LinearRegression(), Sign()),
    "ResidualRegressor": ResidualRegressor(LinearRegression(), NEIGHBORS),
    "FeedforwardRegressor": NETWORK,
    "NeuralRegressor": NeuralRegressor(MultilayerPerceptron, max_epochs=1, random_state=0),
    "CanonicalizeTargets": make_canonical_regressor(LinearRegression(), Sign()),
    "CompressMeasurements": make_pipeline(CompressMeasurements(Sign()), NEIGHBORS),
    "LiftTargets": make_lifted_regressor(NEIGHBORS, Sign()),
    "ScaleTargets": TransformedTargetRegressor(NETWORK, transformer=ScaleTargets()),
}


@pytest.fixture(scope="module")
def pairs():
    return make_gaussian_phase_retrieval(120, 3, random_state=0)


def small(estimator):
    """The same with small networks that see the data once."""
    smaller = {"max_epochs": 1, "hidden_layer_sizes": (4,)}
    names = {name: name.rpartition("__")[2] for name in estimator.get_params()}
    found = {name: smaller[last] for name, last in names.items() if last in smaller}
    return estimator.set_params(**found)


def assert_it_is_saved(model, pairs, path):
    X, y = pairs
    model = model.fit(X, y)
    write_model(path, model, ["a", "b", "c"])
    read, names = read_model(path)
    assert names == ["a", "b", "c"]
    assert_array_equal(read.predict(X), model.predict(X))


@pytest.mark.parametrize(("name", "remedy"), PAIRS)
def test_every_pair_is_saved_and_predicts_the_same_bits(name, remedy, pairs, tmp_path):
    # `sksym compare` keeps the best of them for `sksym predict`, whichever it is.
    if (name, remedy) in REFUSED:
        with pytest.raises(NotApplicableError):
            with_remedy(remedy, named_regressor(name), Sign())
        return
    estimator = with_remedy(remedy, named_regressor(name), Sign(), random_state=0)
    assert_it_is_saved(small(estimator), pairs, tmp_path / "model.skops")


@pytest.mark.parametrize("name", PUBLIC_MODELS)
def test_every_public_estimator_is_saved_and_predicts_the_same_bits(name, pairs, tmp_path):
    assert_it_is_saved(PUBLIC_MODELS[name], pairs, tmp_path / "model.skops")


def test_no_public_estimator_is_missing_above():
    rooms = (sksym, regressors, targets, neural)
    public = {name: getattr(room, name) for room in rooms for name in room.__all__}
    estimators = {name for name, value in public.items() if hasattr(value, "fit")}
    assert set(PUBLIC_MODELS) == estimators


@pytest.mark.parametrize("symmetry", [Sign(), CyclicShift()])
@pytest.mark.parametrize(("name", "remedy"), PAIRS)
def test_the_regressor_of_a_remedy_is_cloned(name, remedy, symmetry):
    regressor = named_regressor(name)
    before = repr(regressor)
    if (name, remedy) not in REFUSED and (symmetry.has_lift or remedy not in ("lift", "residual")):
        with_remedy(remedy, regressor, symmetry, random_state=0)
    assert repr(regressor) == before


def test_orbit_neighbours_are_those_of_the_regressor(pairs):
    X, y = pairs
    scaled = make_pipeline(
        MinMaxScaler(), KNeighborsRegressor(3, weights="distance", p=1), memory=None, verbose=True
    )
    found = with_remedy("neighbors", scaled, Sign()).set_params(verbose=False).fit(X, y)
    by_hand = OrbitKNeighborsRegressor(Sign(), 3, weights="distance", p=1)
    by_hand.fit(MinMaxScaler().fit_transform(X), y)
    assert_array_equal(found.predict(X), by_hand.predict(MinMaxScaler().fit(X).transform(X)))
    assert with_remedy("neighbors", scaled, Sign()).verbose is True
    assert found.score(X, y) == by_hand.score(MinMaxScaler().fit(X).transform(X), y)
    bare = with_remedy("neighbors", KNeighborsRegressor(4), Sign())
    assert repr(bare) == "OrbitKNeighborsRegressor(n_neighbors=4, symmetry=Sign())"
    others = with_remedy("neighbors", OrbitKNeighborsRegressor(CyclicShift(), 4), Sign())
    assert repr(others) == repr(bare)


def test_orbit_neighbours_of_targets_of_unit_size(pairs):
    # Scaling keeps orbits, so that the answer is the same; centring would not.
    X, y = pairs
    scaled, centred = (
        TransformedTargetRegressor(KNeighborsRegressor(), transformer=transformer)
        for transformer in (ScaleTargets(), StandardScaler())
    )
    found = with_remedy("neighbors", scaled, Sign()).fit(X, y).predict(X)
    plain = OrbitKNeighborsRegressor(Sign()).fit(X, y).predict(X)
    assert Sign().distance(found, plain).max() < 1e-12
    with pytest.raises(NotApplicableError, match="average of orbits needs targets that nothing"):
        with_remedy("neighbors", centred, Sign())


class OtherNeighbors(KNeighborsRegressor):
    """Neighbours that answer in their own way."""


@pytest.mark.parametrize("regressor", [OtherNeighbors(), make_pipeline(OtherNeighbors())])
def test_neighbours_that_answer_otherwise_are_not_replaced(regressor):
    message = "orbit neighbours replace KNeighborsRegressor, not OtherNeighbors"
    with pytest.raises(NotApplicableError, match=message):
        with_remedy("neighbors", regressor, Sign())


def test_least_squares_leaves_something_for_least_squares_on_other_features():
    quadratic = make_pipeline(PolynomialFeatures(2), LinearRegression())
    assert with_remedy("residual", quadratic, Sign()).regressor.residual_regressor is not None
    with pytest.raises(NotApplicableError, match="leaves nothing"):
        with_remedy("residual", LinearRegression(), Sign())


def test_residuals_are_those_of_least_squares_on_the_lift(pairs):
    X, y = pairs
    model = with_remedy("residual", NEIGHBORS, Sign()).fit(X, y)
    both = ResidualRegressor(LinearRegression(), NEIGHBORS).fit(X, Sign().lift(y))
    assert_array_equal(model.predict(X), Sign().unlift(both.predict(X)))


@pytest.fixture
def own(monkeypatch):
    """A remedy that is in the catalogue for one test."""

    def build(task):
        return make_canonical_regressor(task.regressor, task.symmetry, "pca")

    def obstacle(task):
        return None if task.symmetry == Sign() else "it is for signs"

    entry = Remedy("Trains on the half that the leading direction cuts.", build, obstacle)
    monkeypatch.setitem(REMEDIES, "leading", entry)


@pytest.mark.usefixtures("own", "quick_search")
def test_an_entry_is_all_that_a_remedy_needs(pairs, capsys, tmp_path):
    X, y = pairs
    comparison = compare(X, y, Sign(), {"KNN": NEIGHBORS}, cv=2, random_state=0)
    estimator = comparison.estimators["KNN", "leading"]
    assert estimator.transformer.reference == "pca"
    refused = compare(X, y, CyclicShift(), {"KNN": NEIGHBORS}, ["none", "leading"], cv=2)
    assert refused.skipped == {("KNN", "leading"): "it is for signs"}
    with pytest.raises(SystemExit):
        main(["compare", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "leading: Trains on the half that the leading direction cuts." in shown
    np.savez(tmp_path / "pairs.npz", X=X, y=y)
    options = ["--regressors", "LS", "--remedies", "leading", "--cv", "2", "--jobs", "1"]
    files = [str(tmp_path / "pairs.npz"), "--out", str(tmp_path / "out")]
    assert main(["compare", *files, "--symmetry", "Sign()", *options]) == 0
    assert "LS, leading" in capsys.readouterr().out


def test_the_help_has_a_sentence_for_each_entry(capsys):
    for command, names in (("compare", REMEDIES), ("table1", REMEDY_COLUMNS)):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        shown = " ".join(capsys.readouterr().out.split())
        for name in names:
            assert f"{name}: {REMEDIES[name].sentence}" in shown
    for entry in (*REGRESSORS.values(), *REMEDIES.values()):
        assert entry.sentence.endswith(".")


def test_the_table_of_the_paper_shows_every_remedy_beyond_it():
    assert [*REMEDY_COLUMNS] == [n for n in REMEDIES if n not in ("none", "canonicalize")]
    assert set(REMEDY_COLUMNS.values()) <= set(REGRESSORS)
