"""Complex targets and images are refused with the layout in which they can be passed."""

import re

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.linear_model import Ridge

from sksym import (
    AtlasRegressor,
    CanonicalizeTargets,
    GlobalPhase,
    LiftTargets,
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
)
from sksym.experiments import compare
from sksym.inspection import (
    ambiguity_score,
    check_symmetry,
    lift_report,
    representative_report,
    suggest_symmetry,
)
from sksym.metrics import rectified_mean_squared_error, rectified_r2_score, seam_report
from sksym.neural import FeedforwardRegressor

rng = np.random.default_rng(0)
X = rng.standard_normal((30, 3))
Z = rng.standard_normal((30, 2)) + 1j * rng.standard_normal((30, 2))
IMAGES = rng.standard_normal((30, 2, 2))
FITTED = make_canonical_regressor(Ridge(), Sign()).fit(X, IMAGES.reshape(30, 4))

ENTRIES = {
    "atlas": lambda y: AtlasRegressor(Ridge(), GlobalPhase()).fit(X, y),
    "neighbours": lambda y: OrbitKNeighborsRegressor(GlobalPhase()).fit(X, y),
    "refinement": lambda y: RefinedRegressor(Ridge(), GlobalPhase()).fit(X, y),
    "balls": lambda y: RectifiedConformalRegressor(Ridge(), GlobalPhase(), 0.5).fit(X, y),
    "bagging": lambda y: RectifiedBaggingRegressor(Ridge(), GlobalPhase(), 2).fit(X, y),
    "voting": lambda y: RectifiedVotingRegressor([("a", Ridge())], GlobalPhase()).fit(X, y),
    "residuals": lambda y: ResidualRegressor(Ridge(), Ridge()).fit(X, y),
    "representatives": lambda y: make_canonical_regressor(Ridge(), GlobalPhase()).fit(X, y),
    "lifts": lambda y: make_lifted_regressor(Ridge(), GlobalPhase()).fit(X, y),
    "network": lambda y: FeedforwardRegressor((3,), max_epochs=1).fit(X, y),
    "score": lambda y: FITTED.score(X, y),
    "mean squared error": lambda y: rectified_mean_squared_error(y, y, symmetry=Sign()),
    "r2": lambda y: rectified_r2_score(y, y, symmetry=Sign()),
    "seam": lambda y: seam_report(y, y, symmetry=Sign()),
    "compare": lambda y: compare(X, y, GlobalPhase(), ["LS"], ["none"], cv=2),
    "ambiguity": lambda y: ambiguity_score(X, y, Sign()),
    "suggestion": lambda y: suggest_symmetry(X, y, [Sign()]),
}
ROWS_ONLY = {  # of which a vector is refused because it is one
    "transformer of representatives": lambda y: CanonicalizeTargets(GlobalPhase()).fit(y),
    "transformer of lifts": lambda y: LiftTargets(GlobalPhase()).fit(y),
    "transformer of scale": lambda y: ScaleTargets().fit(y),
    "symmetry": lambda y: Sign().canonicalize(y),
    "forward map": lambda y: check_symmetry(np.abs, Sign(), y),
    "lift": lambda y: lift_report(Sign(), y),
    "properties": lambda y: representative_report(Sign(), y),
}
EVERY = ENTRIES | ROWS_ONLY


def cure_of(entry, y):
    """The expression that the message says to pass, with the name of the argument as y."""
    with pytest.raises(ValueError, match="pass") as refusal:
        entry(y)
    expression = re.search(r"pass (.*?)(, which|\.$)", str(refusal.value)).group(1)
    return re.sub(r"\b(y_true|X)\b", "y", expression)


@pytest.mark.parametrize("entry", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("container", [np.asarray, pd.DataFrame, lambda y: y.tolist()])
def test_the_cure_of_complex_rows(entry, container):
    y = container(Z)
    cure = cure_of(entry, y)
    assert cure == "np.hstack([y.real, y.imag])"
    packed = eval(cure, {"np": np, "y": Z})
    GlobalPhase().canonicalize(packed)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_the_cure_of_complex_numbers(entry):
    cure = cure_of(entry, Z[:, 0])
    packed = eval(cure, {"np": np, "y": Z[:, 0]})
    assert packed.shape == (30, 2)
    assert np.array_equal(packed @ [1, 1j], Z[:, 0])


@pytest.mark.parametrize("entry", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("container", [np.asarray, lambda y: y.tolist()])
def test_the_cure_of_images(entry, container):
    cure = cure_of(entry, container(IMAGES))
    assert cure == "y.reshape(len(y), -1)"
    assert eval(cure, {"y": IMAGES}).shape == (30, 4)


def test_the_cure_of_tensors():
    assert cure_of(Sign().canonicalize, torch.asarray(Z)) == "np.hstack([y.real, y.imag])"
    assert cure_of(Sign().canonicalize, torch.asarray(IMAGES)) == "y.reshape(len(y), -1)"


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_what_the_cures_give_is_taken(entry):
    entry(np.hstack([Z.real, Z.imag]))
