"""A symmetry is a value: it is compared, hashed, cloned, pickled, and prints what makes it."""

import pickle
import time
from inspect import isclass

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from sklearn import config_context
from sklearn.base import clone

import sksym
from sksym import (
    Blocks,
    CanonicalizeTargets,
    Columns,
    ConjugateFlip,
    CyclicShift,
    FiniteSymmetry,
    GlobalPhase,
    Identity,
    MatrixGroup,
    Orthogonal,
    Permutation,
    Product,
    Sign,
    Symmetry,
    Translation,
    matrix_factorization_symmetry,
    symmetries,
)

from .registry import CASES

OF_REGISTRY = [case.symmetry for case in CASES]
NESTED = [
    Blocks(Sign() * CyclicShift(), 2),
    Blocks(Columns(Permutation(2, each=Blocks(Sign(), 1)), range(2)), 1),
    Columns(Sign(), np.arange(3)),
    Permutation(each=ConjugateFlip() * GlobalPhase()),
    Product(Product(Sign(), ConjugateFlip()), CyclicShift()),
    Product(Sign(), CyclicShift(), max_order=5),
    Product(Sign(), Product(CyclicShift(), Sign())),
    Product(Orthogonal(2), Translation(2)),
]
EVERY = [*OF_REGISTRY, *NESTED]

every = pytest.mark.parametrize("symmetry", EVERY, ids=range(len(EVERY)))


def test_every_public_symmetry_is_in_the_registry():
    public = {getattr(symmetries, name) for name in symmetries.__all__}
    classes = {member for member in public if isclass(member)} - {Symmetry, FiniteSymmetry}
    # Those of rows of another width than the registry's act on some columns.
    inner = [symmetry.symmetry for symmetry in OF_REGISTRY if isinstance(symmetry, Columns)]
    assert classes <= {type(symmetry) for symmetry in [*OF_REGISTRY, *inner]}
    assert set(symmetries.__all__) <= set(sksym.__all__)


def has_matrices(symmetry):
    """Whether the representation shows the order of a group in place of its matrices."""
    return isinstance(getattr(symmetry, "symmetry", symmetry), MatrixGroup)


@pytest.mark.parametrize("symmetry", [s for s in OF_REGISTRY if has_matrices(s)], ids=repr)
def test_a_group_of_matrices_shows_its_order(symmetry):
    group = getattr(symmetry, "symmetry", symmetry)
    n = np.shape(group.generators)[-1]
    assert f"MatrixGroup(<order {group.order}, {n} x {n}>" in repr(symmetry)
    assert len(repr(symmetry)) < 150


@pytest.mark.parametrize("symmetry", [s for s in OF_REGISTRY if not has_matrices(s)], ids=repr)
def test_a_representation_evaluates_to_the_symmetry(symmetry):
    text = repr(symmetry)
    again = eval(text, vars(sksym))
    assert again == symmetry
    assert repr(again) == text
    assert len(text) < 150


def test_representations():
    assert repr(Blocks(Sign(), 3)) == "Blocks(n_blocks=3, symmetry=Sign())"
    assert repr(Permutation()) == "Permutation()"
    assert repr(Permutation(2, each=Sign())) == "Permutation(each=Sign(), n_blocks=2)"
    assert repr(Orthogonal(2, True, False)) == "Orthogonal(dim=2)"  # defaults are left out
    assert repr(Columns(Sign(), np.array([0, 2]))) == "Columns(columns=[0, 2], symmetry=Sign())"
    assert repr(Sign() * (ConjugateFlip() * CyclicShift((2, 3)))) == (
        "Sign() * ConjugateFlip() * CyclicShift(shape=(2, 3))"
    )
    assert repr(Product(Sign(), CyclicShift())) == "Sign() * CyclicShift()"
    assert repr(Product(Sign(), CyclicShift(), 5)) == (
        "Product(a=Sign(), b=CyclicShift(), max_order=5)"
    )
    assert repr(Product(3, Sign)).startswith("Product(a=3, b=<class")


def test_a_group_of_matrices_prints_its_order_and_size():
    cubic = MatrixGroup.from_rotations(Rotation.create_group("O"))
    assert repr(cubic) == "MatrixGroup(<order 48, 4 x 4>)"
    assert repr(MatrixGroup(cubic.generators[:5].tolist(), max_order=50)).endswith(
        "4 x 4>, max_order=50)"
    )
    # What has too many elements to be counted in passing, or is none, prints what it is given.
    turn = Rotation.from_rotvec([1.0, 0, 0]).as_matrix()
    assert repr(MatrixGroup([turn, turn])) == "MatrixGroup(<generators, 2 x 3 x 3>)"
    assert repr(MatrixGroup(2 * turn[None])) == "MatrixGroup(<generators, 1 x 3 x 3>)"
    assert repr(MatrixGroup(np.ones((1, 2, 3)))) == "MatrixGroup(<generators, 1 x 2 x 3>)"
    assert repr(MatrixGroup(np.zeros((0, 2, 2)))) == "MatrixGroup(<generators, 0 x 2 x 2>)"
    assert repr(MatrixGroup([[1, 2], [3]])) == "MatrixGroup(generators=[[1, 2], [3]])"
    assert repr(MatrixGroup("ab")) == "MatrixGroup(generators='ab')"


def test_a_long_representation_is_one_line_cut_in_the_middle():
    text = repr(matrix_factorization_symmetry(10, 20, 30))
    assert len(text) <= 703
    assert text.startswith("Columns(columns=(0, 20, 40, ")
    assert "..." in text
    assert text.endswith("each=FactorScale(n_columns=30, n_rows=10, rank=1), n_blocks=20))")

    class Weighted(FiniteSymmetry):
        def __init__(self, weights):
            self.weights = weights

    assert "\n" not in repr(Weighted([np.eye(3)]))
    assert repr(Weighted(np.eye(2))) == "Weighted(weights=[[1.0, 0.0], [0.0, 1.0]])"


def nested(depth, symmetry=None):
    symmetry = Sign() if symmetry is None else symmetry
    for _ in range(depth):
        symmetry = Permutation(1, each=Blocks(symmetry, 1))
    return symmetry


@pytest.mark.parametrize(
    "look",
    [
        repr,
        str,
        lambda s: s._repr_html_(),
        lambda s: repr(CanonicalizeTargets(s)),
        lambda s: s == nested(30),
        lambda s: clone(s).get_params(),
    ],
    ids=["repr", "str", "html", "within", "eq", "clone"],
)
def test_no_layer_doubles_the_time(look):
    # 60 layers: whatever doubles with each of them would take longer than the universe.
    symmetry = nested(30)
    start = time.perf_counter()
    assert look(symmetry)
    assert time.perf_counter() - start < 5


def test_a_representation_looks_at_every_parameter_once():
    class Counted:
        looks = 0

        def __repr__(self):
            Counted.looks += 1
            return "Counted()"

    repr(nested(30, Blocks(Sign(), Counted())))
    assert Counted.looks == 1


@every
def test_copies_are_equal_and_have_one_hash(symmetry):
    for copy in (clone(symmetry), pickle.loads(pickle.dumps(symmetry))):
        assert copy is not symmetry
        assert copy == symmetry
        assert hash(copy) == hash(symmetry)
        assert repr(copy) == repr(symmetry)
    assert type(symmetry)(**symmetry.get_params(deep=False)) == symmetry


def test_every_symmetry_equals_itself_alone():
    for i, first in enumerate(EVERY):
        for j, second in enumerate(EVERY):
            assert (first == second) == (i == j), (first, second)


def test_equal_parameters_of_any_kind_are_equal():
    same = [
        [Columns(Sign(), columns) for columns in ([0, 1], (0, 1), range(2), np.arange(2))],
        [MatrixGroup(np.eye(2)[None]), MatrixGroup([np.eye(2)]), MatrixGroup([[[1, 0], [0, 1]]])],
        [CyclicShift((2, 3)), CyclicShift([2, 3])],
    ]
    for symmetries_ in same:
        assert len(set(symmetries_)) == 1
        assert all(symmetry == symmetries_[0] for symmetry in symmetries_)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (MatrixGroup([np.eye(2)]), MatrixGroup([np.eye(3)])),
        (MatrixGroup([np.eye(2)]), MatrixGroup([np.eye(2), np.eye(3)])),
        (MatrixGroup([np.eye(2)]), MatrixGroup("ab")),
        (MatrixGroup([np.eye(2)]), MatrixGroup(None)),
        (Columns(Sign(), [0, 1]), Columns(Sign(), [0])),
        (Columns(Sign(), [0, 1]), Columns(Sign(), "01")),
        (CyclicShift(), CyclicShift((4,))),
        (CyclicShift((4, 1)), CyclicShift(4)),
        (Permutation(2, each=Sign()), Permutation(2, each=Blocks(Sign(), 1))),
        (Permutation(2, each=Sign()), Permutation(2)),
        (Permutation(2, each=MatrixGroup([np.eye(2)])), Permutation(2, each=Identity())),
        (Sign(), Identity()),
        (Sign(), "Sign()"),
        (Sign() * CyclicShift(), Sign()),
    ],
)
def test_parameters_of_other_shapes_are_other_parameters(one, other):
    assert one != other
    assert other != one
    assert len({one, other}) == 2


def test_parameters_are_set_and_found_by_their_names():
    symmetry = Permutation(2, each=Blocks(Orthogonal(2), 3))
    assert symmetry.get_params()["each__symmetry__dim"] == 2
    symmetry.set_params(each__symmetry__dim=1, n_blocks=4)
    assert symmetry == Permutation(4, each=Blocks(Orthogonal(1), 3))
    product = ConjugateFlip() * CyclicShift()
    assert product.set_params(a__shape=(2, 2)) == ConjugateFlip((2, 2)) * CyclicShift()
    with pytest.raises(ValueError, match="Invalid parameter 'blocks'"):
        symmetry.set_params(blocks=3)


def test_notebooks_show_the_parameters():
    html = Blocks(Orthogonal(2), 3)._repr_html_()
    assert "n_blocks" in html
    assert "Orthogonal" in html
    bundle = Sign()._repr_mimebundle_()
    assert bundle["text/plain"] == "Sign()"
    with config_context(print_changed_only=False):
        assert repr(Sign()) == "Sign()"
