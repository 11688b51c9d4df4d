"""Discovery of the symmetry of targets, against groups that are known."""

import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.transform import Rotation
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge
from sklearn.neural_network import MLPRegressor

from sksym import (
    Columns,
    ConjugateFlip,
    FactorScale,
    GlobalPhase,
    Identity,
    MatrixGroup,
    Orthogonal,
    Periodic,
    Permutation,
    PositiveScale,
    Sign,
    Translation,
)
from sksym.inspection import discover_symmetry
from sksym.inspection.discovery._candidates import of_signs
from sksym.inspection.discovery._certificate import Certificate
from sksym.inspection.discovery._closing import closed, exact_groups
from sksym.inspection.discovery._directions import Directions, orbit_dimension
from sksym.inspection.discovery._fibres import maps_of_fibres, nearest_isometries
from sksym.inspection.discovery._maps import identity, snapped
from sksym.regressors.forward import KernelMap, NetworkMap, Polynomial


class Known:
    """A forward map that is known, in the place of a learned one."""

    def __init__(self, function, step=1e-6):
        self._function, self._step = function, step

    def standardised(self, X):
        return X

    def disagreement(self, y):
        return np.zeros(len(y))

    def values(self, y):
        return self._function(y)

    def values_and_jacobian(self, y):
        columns = [
            (self._function(y + e) - self._function(y - e)) / (2 * self._step)
            for e in self._step * np.eye(y.shape[1])
        ]
        return self._function(y), np.stack(columns, axis=2)


@pytest.fixture
def rng():
    return np.random.RandomState(0)


def moduli(y, operator):
    n = y.shape[1] // 2
    return np.abs((y[:, :n] + 1j * y[:, n:]) @ operator) ** 2


def squared_distances(y):
    points = y.reshape(len(y), -1, 2)
    i, j = np.triu_indices(points.shape[1], 1)
    return ((points[:, i] - points[:, j]) ** 2).sum(axis=2)


def noisy(X, rng, share=0.02):
    return X + share * X.std(axis=0) * rng.standard_normal(X.shape)


def power_sums(y):
    return np.stack([(y**k).sum(axis=1) for k in (1, 2, 3)], axis=1)


def thirds(y):
    z = y[:, 0] + 1j * y[:, 1]
    return np.stack([(z**3).real, (z**3).imag, np.abs(z) ** 2], axis=1)


def mirrored(y):
    return (y - [1.0, 2.0]) ** 2 @ np.array([[1.0, 0.2, 0.3], [0.4, 1.0, 0.5]]) + np.prod(
        y - [1.0, 2.0], axis=1, keepdims=True
    )


def third_turn():
    return MatrixGroup([Rotation.from_rotvec([0, 0, 2 * np.pi / 3]).as_matrix()[:2, :2]])


KNOWN = {
    "unordered numbers": (3, power_sums, Permutation()),
    "zero-padded Fourier": (
        4,
        lambda y: np.abs(np.fft.rfft(y, 8)) ** 2,
        Sign() * ConjugateFlip(),
    ),
    "third turns": (2, thirds, third_turn()),
    "mirror about a point": (2, mirrored, MatrixGroup([-np.eye(2)], offsets=[[2.0, 4.0]])),
    "motions of points": (6, squared_distances, Orthogonal(2, center=True)),
    "two factors": (
        4,
        lambda y: np.einsum("ni,nj->nij", y[:, :2], y[:, 2:]).reshape(-1, 4),
        FactorScale(2, 1, 2),
    ),
    "none": (3, lambda y: np.hstack([y, y**2]), Identity()),
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_group_is_found(name, rng):
    n, forward, group = KNOWN[name]
    y = rng.standard_normal((500, n))
    X = noisy(forward(y), rng)
    before = X.copy(), y.copy()
    discovery = discover_symmetry(X, y)
    assert discovery.verdict == ("none" if group == Identity() else "found")
    for one, other in [(discovery.symmetry, group), (group, discovery.symmetry)]:
        for seed in range(3):
            moved = other.random(y, random_state=seed)
            assert_allclose(one.distance(moved, y), 0, atol=0.1)
    assert_array_equal(X, before[0])
    assert_array_equal(y, before[1])


def test_what_nearly_holds_is_a_near_miss(rng):
    y = rng.standard_normal((800, 3))
    even, odd = (y @ rng.standard_normal((3, 8))) ** 2, y @ rng.standard_normal((3, 8))
    X = even + 0.05 * even.std(axis=0) * odd / odd.std(axis=0)
    discovery = discover_symmetry(X, y)
    assert discovery.verdict == "none"
    assert discovery.symmetry == Identity()
    misses = {evidence.name: evidence for evidence in discovery.near_misses}
    # f(-y) - f(y) is twice the odd part.
    change = np.sqrt(np.mean((0.1 * odd / odd.std(axis=0)) ** 2))
    assert misses["Sign()"].low < change < 1.1 * misses["Sign()"].high
    assert "Near misses" in repr(discovery)
    assert discovery.test(Sign()) == misses["Sign()"]


def test_the_answer_is_a_value(rng):
    y = pd.DataFrame(rng.standard_normal((400, 3)), columns=list("abc"))
    X = noisy((y.to_numpy() @ rng.standard_normal((3, 9))) ** 2, rng)
    discovery = discover_symmetry(X, y)
    again = discover_symmetry(pd.DataFrame(X), y.to_numpy())
    assert repr(discovery) == repr(again)
    assert discovery.symmetry == Sign()
    assert repr(pickle.loads(pickle.dumps(discovery))) == repr(discovery)
    assert 0 <= discovery.missed <= 0.5**10
    assert discover_symmetry(X[:, :1] * 0 + y[["a"]] ** 2, y["a"]).symmetry == Sign()


def test_a_known_map_needs_no_model(rng):
    operator = rng.standard_normal((3, 6)) + 1j * rng.standard_normal((3, 6))
    y = rng.standard_normal((300, 6))
    X = moduli(y, operator)
    for forward in (lambda y: moduli(y, operator), Ridge()):
        discovery = discover_symmetry(X, y, forward=forward)
        assert discovery.forward_name == "the given one"
        if isinstance(forward, Ridge):
            assert discovery.verdict == "cannot tell"
        else:
            assert discovery.symmetry == GlobalPhase()
            assert discovery.orbit_dimension == 1


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("explains", lambda X, y, rng: (rng.standard_normal(X.shape), y)),
        ("fill 3 of their 4", lambda X, y, rng: (X, np.column_stack([y, y[:, 0] + y[:, 1]]))),
        ("fill 3 of their 5", lambda X, y, rng: (X, np.column_stack([y, np.ones((len(y), 2))]))),
    ],
)
def test_it_says_that_it_cannot_tell(reason, change, rng):
    y = rng.standard_normal((300, 3))
    X, y = change((y @ rng.standard_normal((3, 9))) ** 2, y, rng)
    discovery = discover_symmetry(X, y)
    assert discovery.verdict == "cannot tell"
    assert discovery.symmetry is None
    assert reason in discovery.reason
    assert repr(discovery).startswith("Cannot tell.")


@pytest.mark.parametrize(
    ("message", "change"),
    [
        ("At least 60 pairs", lambda X, y: (X[:59], y[:59])),
        ("same in every row", lambda X, y: (X, np.ones(y.shape))),
        ("inconsistent numbers", lambda X, y: (X[1:], y)),
        ("NaN", lambda X, y: (X, np.where(y > 2, np.nan, y))),
        ("NaN", lambda X, y: (np.where(X > 2, np.nan, X), y)),
    ],
)
def test_pairs_that_cannot_be_used(message, change, rng):
    y = rng.standard_normal((100, 3))
    with pytest.raises(ValueError, match=message):
        discover_symmetry(*change(y**2, y))


def test_recordings_are_not_divided(rng, monkeypatch):
    seen = []
    make = Certificate.__init__

    def record(self, learned, y, X, groups, known, delta):
        seen.append((groups, known))
        make(self, learned, y, X, groups, known, delta)

    monkeypatch.setattr(Certificate, "__init__", record)
    groups = np.repeat(np.arange(30), 10)
    y = rng.standard_normal((300, 2)) + groups[:, None]
    discover_symmetry(y**2, y, groups=[f"recording {k}" for k in groups])
    ((kept, fitted),) = seen
    numbers = {tuple(row): group for row, group in zip(y, groups, strict=True)}
    fitted = {numbers[tuple(row)] for row in fitted}
    assert fitted
    assert len(np.unique(kept)) + len(fitted) == 30


def test_dependent_rows_widen_the_interval(rng):
    y = np.repeat(rng.standard_normal((40, 2)), 25, axis=0)
    known = Known(lambda y: np.hstack([y**2, y]))
    X = known.values(y) + np.repeat(rng.standard_normal((40, 4)), 25, axis=0)
    widths = []
    for groups in (np.arange(1000), np.repeat(np.arange(40), 25)):
        found = Certificate(known, y, X, groups, y, 0.03).of_map(lambda y: -y, "minus")
        widths.append(found.high**2 - found.change**2)
    assert_allclose(widths[1] / widths[0], 5)  # the root of 25 copies


def test_the_interval_contains_the_change(rng):
    def forward(y):
        return np.hstack([y**2, 0.1 * y])

    draws, n_inside = 200, 0
    change = np.sqrt(0.01 * 4 / (2 + 0.01))  # E |0.2 y|² over the variances of y² and 0.1 y
    for _ in range(draws):
        y = rng.standard_normal((200, 2))
        X = forward(y) + 0.3 * rng.standard_normal((200, 4))
        found = Certificate(Known(forward), y, X, np.arange(200), y, 0.03).of_map(
            lambda y: -y, "minus"
        )
        scale = np.sqrt(np.sum(forward(y).var(axis=0)) / (2 * 2.01))  # of the spread that it saw
        n_inside += found.low * scale <= change <= found.high * scale
        assert not found.holds
    assert n_inside >= 0.9 * draws


def test_targets_that_stay_say_nothing(rng):
    y = np.abs(rng.standard_normal((200, 2)))
    certificate = Certificate(Known(lambda y: y), y, y, np.arange(200), y, 0.03)
    assert certificate.of_group(Columns(Sign(), [0])).change > 0.5
    assert certificate.of_group(Identity()) is None


@pytest.mark.parametrize("degree", [1, 2, 4])
def test_polynomials_are_exact(degree, rng):
    y = rng.standard_normal((200, 3)) * [1.0, 30.0, 0.2]

    def forward(y):
        return np.stack([(1 + y @ [1.0, 0.1, -2.0]) ** degree, y[:, 0] - 3], axis=1)

    model = Polynomial(y, forward(y), degree)
    values, jacobian = model.values_and_jacobian(y[:20])
    assert_allclose(model.values(y[:20]), forward(y[:20]), rtol=1e-8, atol=1e-7)
    assert_allclose(values, forward(y[:20]), rtol=1e-8, atol=1e-7)
    expected = degree * (1 + y[:20] @ [1.0, 0.1, -2.0])[:, None] ** (degree - 1)
    assert_allclose(jacobian[:, 0], expected * [1.0, 0.1, -2.0], rtol=1e-7, atol=1e-6)
    assert_allclose(jacobian[:, 1], [[1.0, 0.0, 0.0]] * 20, atol=1e-8)


@pytest.mark.parametrize(
    "make",
    [
        lambda y, X: KernelMap(y, X, KernelRidge(alpha=1e-3, kernel="rbf"), 1.0),
        lambda y, X: NetworkMap(
            y, X, MLPRegressor(hidden_layer_sizes=(20, 10), activation="tanh", solver="lbfgs")
        ),
    ],
)
def test_derivatives_of_smooth_models(make, rng):
    y = 3 + 2 * rng.standard_normal((300, 3))
    X = np.sin(y @ rng.standard_normal((3, 2)) / 2)
    model = make(y, X)
    values, jacobian = model.values_and_jacobian(y[:10])
    assert_allclose(values, model.values(y[:10]))
    assert np.mean((model.values(y) - X) ** 2) < 0.05 * X.var()
    assert_allclose(jacobian, Known(model.values).values_and_jacobian(y[:10])[1], atol=1e-5)


def test_directions_are_the_lie_algebra(rng):
    operator = rng.standard_normal((3, 9)) + 1j * rng.standard_normal((3, 9))
    y = 1.5 * rng.standard_normal((300, 6)) + 0.3
    for is_isometric in (True, False):
        found = Directions(Known(lambda y: moduli(y, operator)), y, is_isometric)
        assert found.spectrum[0] < 1e-9 < 1e-4 < found.spectrum[1]
        phase = np.block([[np.zeros((3, 3)), -np.eye(3)], [np.eye(3), np.zeros((3, 3))]])
        field = found.fields[0] / np.linalg.norm(found.fields[0]) * np.sqrt(6)
        assert_allclose(
            field * np.sign(field[3, 0]), np.column_stack([phase, np.zeros(6)]), atol=1e-4
        )


def test_directions_that_are_counted_too_often(rng):
    y = rng.standard_normal((200, 8))
    found = Directions(Known(squared_distances), y, is_isometric=False)
    n_zero = np.count_nonzero(found.spectrum < 1e-9)
    assert n_zero > 3  # points may move together by anything that is linear in them
    assert orbit_dimension(found.fields[:n_zero], y) == 3  # two shifts and a turn
    assert orbit_dimension([], y) == 0


def test_fibres_of_a_finite_group_hold_its_elements(rng):
    operator = rng.standard_normal((3, 9))
    center = np.array([0.5, -1.0, 2.0])

    def forward(y):
        return ((y - center) @ operator) ** 2

    maps = maps_of_fibres(Known(forward), center + rng.standard_normal((300, 3)), rng)
    signs = np.round(np.trace(maps[:, :, :3], axis1=1, axis2=2) / 3)
    assert {-1, 1} == set(signs)
    assert_allclose(maps[:, :, :3], signs[:, None, None] * np.eye(3), atol=1e-5)
    assert_allclose(maps[:, :, 3], np.where(signs[:, None] < 0, 2 * center, 0), atol=1e-4)
    assert_allclose(nearest_isometries(1.1 * maps), maps[:, :, :3], atol=1e-5)
    few = Known(lambda y: y[:, :2])  # fewer measurements than coordinates
    assert len(maps_of_fibres(few, rng.standard_normal((50, 4)), rng)) == 0


def test_a_map_that_is_no_isometry_has_no_name(rng):
    # Joint angles of an arm with equal links: the elbow flips by (a, b) -> (a + b, -b).
    y = rng.uniform([-1.0, -1.2], [1.0, 1.2], size=(1500, 2))
    X = np.stack([f(y[:, 0]) + f(y.sum(axis=1)) for f in (np.cos, np.sin)], axis=1)
    discovery = discover_symmetry(X, y)
    assert discovery.verdict == "cannot tell"
    assert "no name in coordinates such as these" in discovery.reason
    matrices = [element.matrix for element in discovery.elements]
    assert min(np.abs(m - [[1, 1], [0, -1]]).max() for m in matrices) < 0.1
    # Absolute angles are exchanged.
    absolute = np.column_stack([y[:, 0], y.sum(axis=1)])
    assert discover_symmetry(X, absolute).symmetry == Permutation()


def test_maps_become_the_group_that_they_are_near(rng):
    matrices = Rotation.create_group("O").as_matrix()
    center = np.array([1.0, -2.0, 0.5])
    noise = 0.01 * rng.standard_normal((24, 3, 4))
    maps = np.concatenate([matrices, (center - matrices @ center)[:, :, None]], axis=2) + noise
    y = center + rng.standard_normal((100, 3))
    generators = [maps[k] for k in (5, 9, 17)]
    elements = closed(generators, y, 0.25, lambda one: one)
    group = exact_groups(elements, y, 0.25)[1]
    assert group.order == MatrixGroup(matrices[[5, 9, 17]]).order == 24
    moved = (y - center) @ matrices[17].T + center
    assert_allclose(group.distance(moved, y), 0, atol=0.1)
    assert closed(generators, y, 0.25, lambda one: None) is None
    assert exact_groups([identity(3), generators[0]], y, 0.25) == []


def test_maps_in_whole_numbers():
    near = np.array([[0.02, -0.97, 0.01], [1.01, 0.0, -0.02]])
    assert_array_equal(snapped(near, 1.0), [[0, -1, 0], [1, 0, 0]])
    far = np.array([[0.8, -0.6, 0.0], [0.6, 0.8, 0.0]])
    assert snapped(far, 1.0) is far
    assert_array_equal(snapped(near + np.array([0, 0, 3.0]), 1.0)[:, 2], [3.01, 2.98])


def test_signs_of_blocks_are_read_from_matrices():
    first, second = np.diag([-1.0, -1, 1, 1, 1]), np.diag([1.0, 1, 1, -1, -1])
    assert of_signs([first, second]) == Columns(Sign(), [0, 1]) * Columns(Sign(), [3, 4])
    assert of_signs([-np.eye(3)]) == Sign()
    assert of_signs([np.eye(3)[::-1]]) is None


def test_the_smallest_group_that_explains_all(rng):
    # A positive scale is no isometry, and does not hide the signs.
    y = rng.standard_normal((600, 3))
    y *= rng.uniform(1, 2, size=(600, 1)) / np.linalg.norm(y, axis=1, keepdims=True)

    def forward(y):
        return np.einsum("ni,nj->nij", y, y).reshape(-1, 9) / np.sum(y**2, axis=1, keepdims=True)

    discovery = discover_symmetry(forward(y), y, forward=forward)
    assert discovery.symmetry in (Sign() * PositiveScale(), PositiveScale() * Sign())
    y = rng.standard_normal((600, 3))
    assert discover_symmetry(y - y.mean(axis=1, keepdims=True), y).symmetry == Translation(1)


@pytest.mark.parametrize(
    ("period", "is_found"), [(180.0, True), (180.0, False), (2 * np.pi, True)]
)
def test_angles_that_wrap(period, is_found, rng):
    y = rng.uniform(0, period, size=(1000, 1))
    angle = 2 * np.pi * y / period
    X = np.hstack([np.cos(angle), np.sin(angle)] if is_found else [y / period, np.cos(angle / 2)])
    discovery = discover_symmetry(noisy(X, rng), y)
    assert discovery.symmetry == (Periodic(period) if is_found else Identity())
    turned = np.hstack([y, rng.standard_normal((1000, 1))])
    X = np.hstack([X, np.tanh(turned[:, 1:])])
    found = discover_symmetry(noisy(X, rng), turned).symmetry
    assert found == (Columns(Periodic(period), [0]) if is_found else Identity())


def test_a_model_that_is_unsure_refutes_nothing(rng):
    y = rng.standard_normal((300, 2))
    known = Known(lambda y: np.hstack([y**2, 0.2 * y]))
    X = known.values(y)
    others = rng.standard_normal((300, 2))
    assert not Certificate(known, y, X, np.arange(300), others, 0.03).of_group(Sign()).is_open
    known.disagreement = lambda y: np.full(len(y), 1.0)
    evidence = Certificate(known, y, X, np.arange(300), others, 0.03).of_group(Sign())
    assert evidence.is_open
    assert not evidence.holds


def test_a_part_of_a_group_does_not_certify_it(rng):
    # Signs of counts lead to where there are none; the orders among them hold.
    y = rng.poisson(4, (1500, 3)).astype(float)
    assert discover_symmetry(noisy(power_sums(y), rng, 0.05), y).symmetry == Permutation()


def test_units_and_noise_do_not_hide_a_symmetry(rng):
    y = rng.standard_normal((1000, 3))
    X = np.hstack([(y @ rng.standard_normal((3, 9))) ** 2, rng.standard_normal((1000, 5))])
    discovery = discover_symmetry(X, y * [1e-3, 1.0, 1e4])
    assert discovery.symmetry == Sign()
    assert discovery.forward_name.endswith("without 5 columns of X that nothing explains")
    X = y + y**3 / 5
    assert discover_symmetry(X, y * [1e-3, 1.0, 1e4]).verdict == "none"
