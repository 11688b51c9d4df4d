"""What a user writes, with the types that a reader of it sees; mypy checks them."""

from pathlib import Path
from typing import Any, assert_type

import numpy as np
from scipy.spatial.transform import Rotation
from sklearn.neighbors import KNeighborsRegressor

from sksym import (
    AtlasRegressor,
    Blocks,
    CanonicalizeTargets,
    Columns,
    CyclicShift,
    FiniteSymmetry,
    MatrixGroup,
    PerClass,
    Permutation,
    PermutationGroup,
    Product,
    RectifiedConformalRegressor,
    RefinedRegressor,
    Sign,
    Symmetry,
    align_samples,
    crystal_symmetry,
    fourier_symmetry,
    label_symmetry,
    make_canonical_regressor,
    pack_parts,
)
from sksym.datasets import make_gaussian_phase_retrieval, make_square_root
from sksym.experiments import compare
from sksym.inspection import (
    ComparisonDisplay,
    Discovery,
    Evidence,
    TraceDisplay,
    ambiguity_score,
    check_symmetry,
    discover_symmetry,
)
from sksym.metrics import (
    aligned_ssim,
    field_scorer,
    mssd,
    rectified_mean_squared_error,
    rectified_r2_score,
    rectified_scorer,
    symmetric_rmsd,
)
from sksym.neural import (
    FeedforwardRegressor,
    MultilayerPerceptron,
    NeuralRegressor,
    paper_network,
)
from sksym.regressors import RectifiedTargetRegressor
from sksym.testing import check_laws

X, y = make_gaussian_phase_retrieval(200, 3, random_state=0)
rows = [[1.0, -2.0], [3.0, 4.0]]

symmetry = Sign() * CyclicShift()
assert_type(symmetry, Symmetry)
assert_type(check_laws(Sign(), y), None)
turned: np.ndarray = Sign().align(rows, to=[1.0, 0.0])
assert_type(symmetry.has_lift, bool)

# Names, ranges, slices and arrays say columns.
Columns(Sign(), ["phase", "angle"]) * Columns(Sign(), range(2, 4)) * Columns(Sign(), np.arange(2))
Permutation(columns=[[0, 3], [1, 4]], absent=1)
Permutation(4, each=Blocks(Sign(), 2))
PerClass({0: Sign(), 1: CyclicShift(shape=np.eye(2).shape)}, column="kind")
assert_type(fourier_symmetry((8, 8)), Product)
assert_type(fourier_symmetry().factors, list[Symmetry])
assert_type(label_symmetry(2, [("k",), ("k", "k")]), Permutation | PermutationGroup)
assert_type(crystal_symmetry("m-3m", side="right"), MatrixGroup)
assert_type(PermutationGroup.of_square_matrices(3), PermutationGroup)


class Turns(MatrixGroup):
    """Of a class of one's own the other constructors make that."""


assert_type(Turns.from_rotations(Rotation.create_group("O")), Turns)


class Mirror(FiniteSymmetry):
    """A symmetry of one's own."""

    def _orbit(self, xp: Any, y: Any) -> Any:
        yield y
        yield -y


assert_type(Mirror() * Sign(), Symmetry)
images: np.ndarray = Mirror().orbit(rows)
aligned = align_samples([rows, rows], Permutation(2), weights=[1.0, 2.0])
X_of_roots, roots, square = make_square_root(50, noise=0.1, random_state=0, return_forward=True)

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
assert_type(
    NeuralRegressor(MultilayerPerceptron, patience=None).partial_fit(X, y), NeuralRegressor
)
network.save_weights(Path("weights.safetensors"))

assert_type(rectified_mean_squared_error(y, model.predict(X), symmetry=Sign()), float)
assert_type(rectified_r2_score(rows, rows, symmetry=Sign(), columns=[0]), float)
score: float = rectified_scorer(Sign(), "r2")(model, X, y)
image, atoms = np.eye(8), np.arange(6.0).reshape(1, 6)
pose = np.array([[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.5, 0.5, 0.5]])
assert_type(aligned_ssim(image, image, data_range=1), float)
rmsd: float = symmetric_rmsd(atoms, atoms, permutations=PermutationGroup([[1, 0]], block_size=3))
farthest: float = mssd(pose, pose, points=np.eye(3), symmetries=Rotation.identity())
scorer = field_scorer("mean_correlation_coefficient", method="spearman")
assert_type(scorer(model, X, y), float)

assert_type(ambiguity_score(X, y, Sign()), float)
found: Discovery = discover_symmetry(X, y, random_state=0)
assert_type(found.test(Sign()), Evidence | None)
assert_type(found.near_misses, list[Evidence])
holds: bool = check_symmetry(square, Sign(), roots.reshape(-1, 1), random_state=0).holds
comparison = compare(X, y, Sign(), ["LS", "KNN"], cv=3, random_state=np.random.RandomState(0))
assert_type(comparison.summary(), list[dict[str, Any]])
assert_type(comparison.plot(), ComparisonDisplay)
assert_type(TraceDisplay.from_samples(turned, Permutation()), TraceDisplay)
