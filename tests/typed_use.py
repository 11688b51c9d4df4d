"""What a user writes, with the types that a reader of it sees; mypy checks them."""

from pathlib import Path
from typing import Any, assert_type

import numpy as np
from sklearn.neighbors import KNeighborsRegressor

from sksym import (
    AtlasRegressor,
    CanonicalizeTargets,
    CyclicShift,
    RectifiedConformalRegressor,
    RefinedRegressor,
    Sign,
    Symmetry,
    make_canonical_regressor,
    pack_parts,
)
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.experiments import compare
from sksym.inspection import Discovery, ambiguity_score, discover_symmetry
from sksym.metrics import rectified_mean_squared_error, rectified_r2_score, rectified_scorer
from sksym.neural import FeedforwardRegressor, paper_network
from sksym.regressors import RectifiedTargetRegressor
from sksym.testing import check_laws

X, y = make_gaussian_phase_retrieval(200, 3, random_state=0)
rows = [[1.0, -2.0], [3.0, 4.0]]

symmetry = Sign() * CyclicShift()
assert_type(symmetry, Symmetry)
assert_type(check_laws(Sign(), rows), None)
turned: np.ndarray = Sign().align(rows, to=[1.0, 0.0])

model = make_canonical_regressor(KNeighborsRegressor(), Sign(), reference="first")
assert_type(model, RectifiedTargetRegressor)
assert_type(model.fit(X, y), RectifiedTargetRegressor)
assert_type(model.score(X, y), float)
assert_type(AtlasRegressor(KNeighborsRegressor(), Sign(), n_charts=2).fit(X, y), AtlasRegressor)
assert_type(RefinedRegressor(model, Sign()).fit(X, y), RefinedRegressor)
sure = RectifiedConformalRegressor(model, Sign(), confidence_level=0.8).fit(X, y)
radius: np.ndarray = sure.predict_radius(X)
assert_type(CanonicalizeTargets(Sign()).fit(rows), CanonicalizeTargets)
packed: np.ndarray = pack_parts([rows, rows], n_parts=2)

network = paper_network("NN", max_epochs=1)
assert_type(network, FeedforwardRegressor)
assert_type(network.fit(X, y), FeedforwardRegressor)
network.save_weights(Path("weights.safetensors"))

assert_type(rectified_mean_squared_error(y, model.predict(X), symmetry=Sign()), float)
assert_type(rectified_r2_score(rows, rows, symmetry=Sign(), columns=[0]), float)
score: float = rectified_scorer(Sign(), "r2")(model, X, y)

assert_type(ambiguity_score(X, y, Sign()), float)
found: Discovery = discover_symmetry(X, y, random_state=0)
comparison = compare(X, y, Sign(), ["LS", "KNN"], cv=3, random_state=np.random.RandomState(0))
assert_type(comparison.summary(), list[dict[str, Any]])
