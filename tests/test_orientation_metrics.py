"""Orientations, conformers and poses against their definitions, scipy and spyrmsd."""

import networkx
import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.spatial.transform import Rotation
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsRegressor
from spyrmsd.rmsd import symmrmsd

from sksym import AxisRotation, Identity, PermutationGroup, PositiveScale
from sksym.datasets import make_orientations
from sksym.metrics import disorientation_angle, field_scorer, mssd, symmetric_rmsd


def orientations(n_samples, rng):
    return Rotation.random(n_samples, rng=rng).as_quat()


def one_by_one(metric, y_true, y_pred, **kwargs):
    rows = zip(y_true, y_pred, strict=True)
    return np.array([metric(true[None], pred[None], **kwargs) for true, pred in rows])


# Orientations


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize(
    ("name", "group"), [("432", "O"), ("m-3", "T"), ("622", "D6"), ("3", "C3")]
)
def test_angle_is_the_smallest_to_an_equivalent_orientation(name, group, side):
    rng = np.random.default_rng(0)
    q_true, q_pred = orientations(125, rng), orientations(125, rng)
    elements = Rotation.create_group(group)
    true, pred = Rotation.from_quat(q_true), Rotation.from_quat(q_pred)
    equivalents = [g * pred if side == "left" else pred * g for g in elements]
    expected = np.min([(p * true.inv()).magnitude() for p in equivalents], axis=0)
    for given in (name, elements, elements[1:]):  # all of a group, or what makes it
        angles = one_by_one(disorientation_angle, q_true, q_pred, group=given, side=side)
        assert_allclose(angles, np.rad2deg(expected), atol=1e-9)
    weight = rng.uniform(size=125)
    error = disorientation_angle(q_true, q_pred, group=name, side=side, sample_weight=weight)
    assert_allclose(error, np.rad2deg(expected) @ weight / weight.sum(), atol=1e-9)


@pytest.mark.parametrize(
    ("name", "expected"), [("m-3m", 42.07893956), ("6/mmm", 42.07893956), ("3", 144.29851491)]
)
def test_by_default_it_is_the_angle_of_orix(name, expected):
    # Orientation([4, 1, 2, 3], group).angle_with(Orientation([1, 4, -3, 2], group)), orix 0.15,
    # whose quaternions are scalar first.
    angle = disorientation_angle([[1, 2, 3, 4]], [[4, -3, 2, 1]], group=name)
    assert_allclose(angle, expected, atol=1e-8)


def test_no_two_cubic_crystals_are_farther_apart_than_mackenzie_says():
    rng = np.random.default_rng(0)
    farthest = Rotation.from_rotvec(np.pi / 2 * np.array([[1, 1, 0]]) / 2**0.5).as_quat()
    bound = disorientation_angle(farthest, [[0, 0, 0, 1]], group="m-3m")
    assert bound == pytest.approx(62.80, abs=0.005)
    q = orientations(2000, rng)
    assert one_by_one(disorientation_angle, q[:1000], q[1000:], group="m-3m").max() <= bound


def test_small_angles_are_exact():
    # The cosine of 1e-9 is 1 in double precision; the chord is not 0.
    rng = np.random.default_rng(0)
    q = Rotation.random(20, rng=rng)
    turn = Rotation.from_rotvec(1e-9 * rng.standard_normal((20, 3)))
    cubic = Rotation.create_group("O")
    other = cubic[rng.integers(24, size=20)] * turn * q
    angles = one_by_one(disorientation_angle, q.as_quat(), other.as_quat(), group="432")
    assert_allclose(angles, np.rad2deg(turn.magnitude()), rtol=1e-6)


def test_only_the_direction_of_a_quaternion_counts():
    rng = np.random.default_rng(0)
    q_true, q_pred = orientations(2, rng)
    expected = disorientation_angle([q_true], [q_pred], group="1")
    for factor in (-1.0, 3.0, 1e-150, 1e150):
        angle = disorientation_angle([q_true], [factor * q_pred], group="1")
        assert_allclose(angle, expected, rtol=1e-12)


@pytest.mark.parametrize("flip", [False, True])
def test_of_a_bottle_it_is_the_angle_of_the_axes(flip):
    rng = np.random.default_rng(0)
    q_true, q_pred = orientations(100, rng), orientations(100, rng)
    axis = np.array([1.0, 2.0, 2.0])
    v, w = (Rotation.from_quat(q).apply(axis / 3) for q in (q_true, q_pred))
    expected = np.rad2deg(np.arctan2(np.linalg.norm(np.cross(v, w), axis=1), (v * w).sum(axis=1)))
    if flip:
        expected = np.minimum(expected, 180 - expected)
    angles = one_by_one(disorientation_angle, q_true, q_pred, group=AxisRotation(axis, flip=flip))
    assert_allclose(angles, expected, atol=1e-9)


@pytest.mark.parametrize(
    ("y_true", "y_pred", "kwargs", "message"),
    [
        ([[0, 0, 1]], [[0, 0, 1]], {"group": AxisRotation([0, 0, 1])}, "four columns .* got 3"),
        ([[0, 0, 1]], [[0, 0, 1]], {"group": "432"}, "four columns .* got 3"),
        ([[0, 0, 0, 1]], [[0, 0, 0, 0]], {"group": "432"}, "y_pred has a quaternion that is zero"),
        ([[0, 0, 0, np.nan]], [[0, 0, 0, 1]], {"group": "432"}, "y_true contains NaN"),
        ([[0, 0, 0, 1]], [[0, 0, 0, np.nan]], {"group": "432"}, "y_pred contains NaN"),
        ([[0, 0, 0, 1]], [[0, 0, 0, 1]] * 2, {"group": "432"}, "nothing is broadcast"),
        ([[0, 0, 0, 1]], [[0, 0, 0, 1]], {"group": "O"}, "among .*'432'.* Got 'O'"),
        ([[0, 0, 0, 1]], [[0, 0, 0, 1]], {"group": Identity()}, "q and -q in one orbit"),
        ([[0, 0, 0, 1]], [[0, 0, 0, 1]], {"group": PositiveScale()}, "q and -q in one orbit"),
        ([[0, 0, 0, 1]], [[0, 0, 0, 1]], {"group": "432", "side": "up"}, "'side'"),
        (
            *([[0, 0, 0, 1]], [[0, 0, 0, 1]]),
            {"group": AxisRotation([0, 0, 1]), "side": "left"},
            "leave out side='left'",
        ),
    ],
)
def test_what_is_no_orientation_is_refused(y_true, y_pred, kwargs, message):
    with pytest.raises(ValueError, match=message):
        disorientation_angle(y_true, y_pred, **kwargs)


# Conformers

MOLECULES = {  # bonds and elements: water, methane, a ring with hydrogens, hydrogen peroxide
    "water": ([(0, 1), (0, 2)], [8, 1, 1]),
    "methane": ([(0, k) for k in range(1, 5)], [6, 1, 1, 1, 1]),
    "ring": ([(k, (k + 1) % 6) for k in range(6)] + [(k, k + 6) for k in range(6)], [6, 1]),
    "peroxide": ([(0, 1), (0, 2), (1, 3)], [8, 8, 1, 1]),
}


def molecule(name):
    """Its bonds as a matrix, its elements and its permutations."""
    bonds, elements = MOLECULES[name]
    graph = networkx.Graph(bonds)
    elements = np.repeat(elements, len(graph) // len(elements))
    networkx.set_node_attributes(graph, dict(zip(range(len(graph)), elements, strict=True)), "z")
    graph = networkx.convert_node_labels_to_integers(graph, ordering="sorted")
    match = networkx.isomorphism.categorical_node_match("z", 0)
    isomorphisms = networkx.isomorphism.GraphMatcher(graph, graph, match).isomorphisms_iter()
    orders = [[found[k] for k in range(len(graph))] for found in isomorphisms]
    return networkx.to_numpy_array(graph, nodelist=range(len(graph)), dtype=int), elements, orders


def brute_rmsd(true, pred, orders, superpose):
    """The least over all orders; the rotation is that of scipy."""
    values = []
    for order in orders:
        moved = pred[order]
        if superpose:
            true, moved = true - true.mean(axis=0), moved - moved.mean(axis=0)
            moved = Rotation.align_vectors(true, moved)[0].apply(moved)
        values.append(np.sqrt(((moved - true) ** 2).sum() / len(true)))
    return min(values)


@pytest.mark.parametrize("superpose", [True, False])
@pytest.mark.parametrize("name", list(MOLECULES))
def test_rmsd_is_the_least_over_orders_and_motions(name, superpose):
    bonds, elements, orders = molecule(name)
    rng = np.random.default_rng(0)
    true = rng.standard_normal((125, len(elements), 3)) + 5
    pred = true + 0.5 * rng.standard_normal(true.shape)
    pred = np.stack([p[orders[rng.integers(len(orders))]] for p in pred])
    if superpose:
        pred = np.stack([Rotation.random(rng=rng).apply(p) for p in pred])
    rows = true.reshape(125, -1), pred.reshape(125, -1)
    rmsd = one_by_one(symmetric_rmsd, *rows, permutations=orders, superpose=superpose)
    expected = [brute_rmsd(*pair, orders, superpose) for pair in zip(true, pred, strict=True)]
    assert_allclose(rmsd, expected, atol=1e-9)
    weight = rng.uniform(size=125)
    options = {"permutations": orders, "superpose": superpose}
    mean = symmetric_rmsd(*rows, sample_weight=weight, **options)
    assert_allclose(mean, np.average(expected, weights=weight))
    molecules = [true[:10], pred[:10]]
    theirs = [
        symmrmsd(t, p, elements, elements, bonds, bonds, center=superpose, minimize=superpose)
        for t, p in zip(*molecules, strict=True)
    ]
    assert_allclose(rmsd[:10], theirs, atol=1e-9)


def test_every_order_is_tried_of_many():
    # Three groups of three alike atoms on one: 6 * 6**3 orders, with a rotation for each.
    branches = [(0, k) for k in (1, 2, 3)]
    leaves = [(k, 3 * k + j) for k in (1, 2, 3) for j in (1, 2, 3)]
    graph = networkx.Graph([*branches, *leaves])
    graph.add_edge(0, 13)
    graph.add_edge(13, 14)
    group = PermutationGroup.of_graph(graph, block_size=3)
    assert group.order == 1296
    rng = np.random.default_rng(0)
    true, pred = rng.standard_normal((2, 3, 15, 3))
    orders = np.array(group.generators)
    expected = []
    for t, p in zip(true - true.mean(axis=1, keepdims=True), pred, strict=True):
        moved = p[orders] - p.mean(axis=0)
        u, s, vt = np.linalg.svd(np.swapaxes(moved, 1, 2) @ t)
        s[:, 2] *= np.sign(np.linalg.det(u @ vt))
        squares = (t**2).sum() + (moved**2).sum(axis=(1, 2)) - 2 * s.sum(axis=1)
        expected.append(np.sqrt(squares.min() / 15))
    rows = true.reshape(3, -1), pred.reshape(3, -1)
    assert_allclose(symmetric_rmsd(*rows, permutations=group), np.mean(expected), atol=1e-9)


def test_a_mirror_image_is_another_molecule():
    points = np.random.default_rng(0).standard_normal((1, 5, 3))
    mirrored = points * [1, 1, -1]
    orders = [[0, 1, 2, 3, 4]]
    rows = points.reshape(1, -1), mirrored.reshape(1, -1)
    assert symmetric_rmsd(*rows, permutations=orders) > 0.1


@pytest.mark.parametrize(
    ("y_true", "permutations", "message"),
    [
        (np.zeros((1, 9)), [[0, 1]], "needs rows of 6 coordinates, got 9"),
        (np.zeros((1, 9)), [[0, 1, 1]], "permutations of the same numbers"),
        (np.full((1, 9), np.nan), [[0, 1, 2]], "y_true contains NaN"),
    ],
)
def test_what_is_no_molecule_is_refused(y_true, permutations, message):
    with pytest.raises(ValueError, match=message):
        symmetric_rmsd(y_true, np.zeros((1, 9)), permutations=permutations)


# Poses


def random_poses(n_samples, rng):
    rotations = Rotation.random(n_samples, rng=rng).as_matrix().reshape(-1, 9)
    return np.hstack([rotations, rng.standard_normal((n_samples, 3))])


def brute_mssd(true, pred, points, transforms):
    """The formula, element by element."""
    (R, t), (R_hat, t_hat) = ((p[:9].reshape(3, 3), p[9:]) for p in (true, pred))
    return min(
        max(
            np.linalg.norm((R_hat @ x + t_hat) - (R @ (S[:3, :3] @ x + S[:3, 3]) + t))
            for x in points
        )
        for S in transforms
    )


def as_transforms(rotations, centre):
    """Rotations about a point of the object."""
    transforms = np.tile(np.eye(4), (len(rotations), 1, 1))
    transforms[:, :3, :3] = rotations
    transforms[:, :3, 3] = centre - rotations @ centre
    return transforms


@pytest.mark.parametrize("centre", [np.zeros(3), np.array([0.3, -0.2, 0.5])])
@pytest.mark.parametrize("group", ["C1", "C2", "D3", "T"])
def test_mssd_is_a_minimum_of_maxima(group, centre):
    rng = np.random.default_rng(0)
    true, pred = random_poses(125, rng), random_poses(125, rng)
    points = rng.standard_normal((7, 3))
    rotations = Rotation.create_group(group)
    transforms = as_transforms(rotations.as_matrix(), centre)
    expected = [brute_mssd(*p, points, transforms) for p in zip(true, pred, strict=True)]
    is_identity = rotations.magnitude() == 0  # which files leave out; they have some digits
    given = [transforms, np.round(transforms, 6)[~is_identity]]
    if not centre.any():
        given += [rotations, rotations.as_matrix()]
    for symmetries in given if group != "C1" else given[:1]:
        errors = one_by_one(mssd, true, pred, points=points, symmetries=symmetries)
        atol = 1e-5 if symmetries is given[1] else 1e-9
        assert_allclose(errors, expected, atol=atol)
    weight = rng.uniform(size=125)
    mean = mssd(true, pred, points=points, symmetries=transforms, sample_weight=weight)
    assert_allclose(mean, np.average(expected, weights=weight))


def test_many_points_come_in_parts_of_one_answer():
    rng = np.random.default_rng(0)
    true, pred = random_poses(20, rng), random_poses(20, rng)
    points = rng.standard_normal((10_000, 3))
    options = {"points": points, "symmetries": Rotation.create_group("C2")}
    single = one_by_one(mssd, true, pred, **options)
    assert_allclose(mssd(true, pred, **options), single.mean())


POSE = np.array([[1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 5.0]])
AS_ROWS_OF_3_BY_4 = np.array([[1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 5.0]])
STEP = Rotation.from_euler("z", [1], degrees=True)


@pytest.mark.parametrize(
    ("pose", "kwargs", "message"),
    [
        (AS_ROWS_OF_3_BY_4, {}, "no rotation matrix; they must be R row by row, then t"),
        (POSE[:, :7], {}, "12 columns"),
        (POSE * np.nan, {}, "y_true contains NaN"),
        (POSE, {"points": [[1, 2]]}, "three columns, got 2"),
        (POSE, {"points": [[1, 2, np.nan]]}, "points contains NaN"),
        (POSE, {"symmetries": STEP}, "all of a group"),
        (POSE, {"symmetries": -np.eye(3)[None]}, "determinant 1"),
        (POSE, {"symmetries": np.eye(3)}, r"shape \(n, 3, 3\)"),
        (POSE, {"symmetries": np.ones((1, 4, 4))}, r"\[\[R, t\], \[0, 1\]\]"),
    ],
)
def test_what_is_no_pose_is_refused(pose, kwargs, message):
    kwargs = {"points": np.eye(3), "symmetries": Rotation.identity(1), **kwargs}
    with pytest.raises(ValueError, match=message):
        mssd(pose, np.nan_to_num(pose), **kwargs)


# All of them

CALLS = {
    "disorientation_angle": (disorientation_angle, orientations, {"group": "432"}),
    "symmetric_rmsd": (
        symmetric_rmsd,
        lambda n_samples, rng: rng.standard_normal((n_samples, 12)),
        {"permutations": [[1, 2, 0, 3]]},
    ),
    "mssd": (
        mssd,
        random_poses,
        {
            "points": np.arange(15.0).reshape(5, 3) ** 0.5,
            "symmetries": Rotation.create_group("D2"),
        },
    ),
}
all_calls = pytest.mark.parametrize("name", list(CALLS))


@all_calls
def test_tensors_have_the_gradient_of_the_definition(name):
    metric, make, kwargs = CALLS[name]
    rng = np.random.default_rng(0)
    y_true, y_pred = make(4, rng), make(4, rng)
    tensor = torch.tensor(y_pred, requires_grad=True)
    error = metric(torch.tensor(y_true), tensor, **kwargs)
    assert error.ndim == 0
    plain = metric(y_true, y_pred, **kwargs)
    assert type(plain) is float
    assert_allclose(error.item(), plain)
    error.backward()
    step = 1e-6 * rng.standard_normal(y_pred.shape)
    change = metric(y_true, y_pred + step, **kwargs) - metric(y_true, y_pred - step, **kwargs)
    assert_allclose((tensor.grad.numpy() * 2 * step).sum(), change, rtol=1e-4)


@all_calls
def test_a_perfect_answer_has_no_error_and_a_finite_gradient(name):
    metric, make, kwargs = CALLS[name]
    y = make(4, np.random.default_rng(0))
    assert metric(y, y, **kwargs) < 1e-12
    tensor = torch.tensor(y, requires_grad=True)
    metric(torch.tensor(y), tensor, **kwargs).backward()
    assert torch.isfinite(tensor.grad).all()


@all_calls
def test_every_container_is_read_and_none_is_written_to(name):
    metric, make, kwargs = CALLS[name]
    rng = np.random.default_rng(0)
    y_true, y_pred = make(5, rng), make(5, rng)
    for y in (y_true, y_pred):
        y.flags.writeable = False
    expected = metric(y_true, y_pred, **kwargs)
    assert metric(y_true.tolist(), y_pred.tolist(), **kwargs) == expected
    assert metric(pd.DataFrame(y_true), pd.DataFrame(y_pred), **kwargs) == expected
    single = metric(*(y.astype(np.float32) for y in (y_true, y_pred)), **kwargs)
    assert_allclose(single, expected, rtol=1e-5)
    with pytest.raises(TypeError, match="arrays of the same library"):
        metric(y_true, torch.tensor(y_pred), **kwargs)


@all_calls
def test_scorers_are_negated_errors(name):
    metric, make, kwargs = CALLS[name]
    y = make(30, np.random.default_rng(0))
    X = np.arange(30.0)[:, None]
    scorer = field_scorer(f"neg_{name}", **kwargs)
    scores = cross_val_score(KNeighborsRegressor(1), X, y, scoring=scorer, cv=3)
    assert (scores < 0).all()
    model = KNeighborsRegressor(1).fit(X[10:], y[10:])
    assert_allclose(scores[0], -metric(y[:10], model.predict(X[:10]), **kwargs))


def test_crystals_of_the_datasets_multiply_on_the_right():
    # The measurement does not see which of the equivalent orientations it is.
    X, q, forward = make_orientations(50, group="O", random_state=0, return_forward=True)
    rng = np.random.default_rng(0)
    g = Rotation.create_group("O")[rng.integers(24, size=50)]
    other = (Rotation.from_quat(q) * g).as_quat()
    assert_allclose(forward(other), X)
    assert disorientation_angle(q, other, group="432", side="right") < 1e-10
    assert disorientation_angle(q, other, group="432", side="left") > 10
