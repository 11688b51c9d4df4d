"""Instances of every symmetry, with what an independent check of them needs.

A later symmetry is one more `Case`: its rows, its orbit swept by brute force, rows on its cut and
a forward map that cannot tell the orbit's points apart.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import array_api_strict
import numpy as np
import torch
from scipy.spatial.transform import Rotation

from sksym import (
    AxisRotation,
    Blocks,
    Columns,
    ConjugateFlip,
    Conjugation,
    CyclicShift,
    FactorScale,
    GlobalPhase,
    Identity,
    MatrixGroup,
    Orthogonal,
    PerClass,
    Periodic,
    Permutation,
    PermutationGroup,
    PhaseRamp,
    PositiveScale,
    Sign,
    Symmetry,
    Translation,
    Unitary,
    crystal_symmetry,
    fourier_symmetry,
    matrix_factorization_symmetry,
)

N_COORDINATES = 6


@dataclass(frozen=True)
class Case:
    """One symmetry under test; all functions take and return natural NumPy rows.

    Attributes
    ----------
    symmetry : Symmetry
    sweep : callable
        y -> list of arrays that together cover each row's orbit.
    forward : callable
        y -> measurements that are the same along the orbit, and only there.
    sweep_gap : float
        Largest angle between a point of the orbit and the sweep; 0 for a finite group.
    onto_cut : callable or None
        (canonical y, reference) -> the nearest rows on the cut.
    has_exact_margin : bool
        Whether the margin is the distance to the cut, not only a lower bound of it.
    has_cut : bool
        Whether representatives jump anywhere.
    label : float or None
        What stands in the last column of all rows, where the group depends on it.
    """

    symmetry: Symmetry
    sweep: Callable
    forward: Callable
    sweep_gap: float = 0.0
    onto_cut: Callable | None = None
    has_exact_margin: bool = True
    has_cut: bool = True
    label: float | None = None

    @property
    def id(self):
        return repr(self.symmetry)

    def rows(self, n_samples=12, seed=0):
        """Generic rows and a zero row."""
        rng = np.random.default_rng(seed)
        y = rng.standard_normal((n_samples, N_COORDINATES))
        if self.symmetry.is_complex:
            y = y + 1j * rng.standard_normal(y.shape)
        y[0] = 0
        return self.labelled(y)

    def labelled(self, y):
        """Natural rows with the label of the case, if it has one."""
        if self.label is not None:
            y[:, -1] = self.label
        return y

    def reference(self, seed=7):
        """A generic reference."""
        return self.rows(2, seed)[1]


def _onto_hyperplane(y, reference):
    unit = reference / np.linalg.norm(reference)
    return y - (y @ unit.conj())[:, None] * unit


def _intensities(y):
    operator = np.random.default_rng(3).standard_normal((20, N_COORDINATES))
    return np.abs(y @ operator.T) ** 2


def _finite(symmetry, sweep, forward, **kwargs):
    """A finite group: the cut is the nearest of the hyperplanes <y, r - g r> = 0."""

    def onto_cut(y, reference):
        normals = reference - np.concatenate(sweep(reference[None]))
        lengths = np.linalg.norm(normals, axis=1)
        normals = normals[lengths > 1e-9] / lengths[lengths > 1e-9, None]
        heights = y @ normals.T
        nearest = np.argmin(np.abs(heights), axis=1)
        return y - np.take_along_axis(heights, nearest[:, None], axis=1) * normals[nearest]

    return Case(symmetry, sweep, forward, onto_cut=onto_cut, **kwargs)


def _shifts(shape, axes):
    def sweep(y):
        images = y.reshape(len(y), *shape)
        ranges = [range(shape[axis]) for axis in axes]
        return [
            np.roll(images, shifts, axis=[axis + 1 for axis in axes]).reshape(y.shape)
            for shifts in itertools.product(*ranges)
        ]

    return sweep


def _flips(y):
    return [y, y[:, ::-1].conj()]


def _signs(y):
    return [y, -y]


def _phases(n_angles):
    return lambda y: [y * np.exp(2j * np.pi * k / n_angles) for k in range(n_angles)]


def _ramps(n_slopes):
    """Linear phases of a signal, of every slope of a grid, about its middle."""
    x = np.arange(N_COORDINATES) - (N_COORDINATES - 1) / 2
    return lambda y: [y * np.exp(2j * np.pi * b * x) for b in np.arange(n_slopes) / n_slopes]


def _second_differences(y):
    """Moduli, and what a linear phase leaves unchanged of the phases of three neighbours."""
    bends = y[:, :-2] * y[:, 2:] * y[:, 1:-1].conj() ** 2
    return np.concatenate([np.abs(y), bends.real, bends.imag], axis=1)


def _all_of(*sweeps):
    """The sweep of a product: every member of one for every member of the others."""

    def sweep(y):
        points = [y]
        for factor in sweeps:
            points = [moved for point in points for moved in factor(point)]
        return points

    return sweep


def _spectrum(shape, axes=None):
    """Moduli of the Fourier transform: what shifts and flips leave unchanged."""
    axes = range(len(shape)) if axes is None else axes

    def forward(y):
        images = y.reshape(len(y), *shape)
        return np.abs(np.fft.fftn(images, axes=[axis + 1 for axis in axes])).reshape(len(y), -1)

    return forward


def _shuffles(n_blocks):
    def sweep(y):
        blocks = y.reshape(len(y), n_blocks, -1)
        orders = itertools.permutations(range(n_blocks))
        return [blocks[:, order].reshape(y.shape) for order in orders]

    return sweep


def _block_signs(n_blocks):
    def sweep(y):
        blocks = y.reshape(len(y), n_blocks, -1)
        signs = itertools.product([1, -1], repeat=n_blocks)
        return [(blocks * np.array(s)[None, :, None]).reshape(y.shape) for s in signs]

    return sweep


def _power_sums(n_blocks):
    """Symmetric polynomials of the blocks, of degree 1 to 3."""

    def forward(y):
        blocks = y.reshape(len(y), n_blocks, -1)
        powers = [blocks, blocks[..., :, None] * blocks[..., None, :], blocks**3]
        return np.concatenate([p.sum(axis=1).reshape(len(y), -1) for p in powers], axis=1)

    return forward


def _moments(n_blocks):
    """The same for blocks of either sign."""

    def forward(y):
        blocks = y.reshape(len(y), n_blocks, -1)
        squares = blocks[..., :, None] * blocks[..., None, :]
        return squares.sum(axis=1).reshape(len(y), -1)

    return forward


def _matrices(matrices):
    return lambda y: [y @ matrix.T for matrix in matrices]


def _turns(n_angles, mirrored):
    """Rotations (and reflections) of points in the plane."""

    def sweep(y):
        points = []
        for angle in 2 * np.pi * np.arange(n_angles) / n_angles:
            c, s = np.cos(angle), np.sin(angle)
            for sign in (1, -1) if mirrored else (1,):
                matrix = np.array([[c, -s], [s, c]]) @ np.diag([1, sign])
                points.append((y.reshape(len(y), -1, 2) @ matrix).reshape(y.shape))
        return points

    return sweep


def _distances(y):
    points = y.reshape(len(y), -1, 2)
    return np.linalg.norm(points[:, :, None] - points[:, None, :], axis=3).reshape(len(y), -1)


def _gram(y):
    points = y.reshape(len(y), -1, 2)
    return (points @ points.swapaxes(1, 2)).reshape(len(y), -1)


def _differences(y):
    """What a translation leaves unchanged of points in the plane."""
    points = y.reshape(len(y), -1, 2)
    return (points[:, 1:] - points[:, :-1]).reshape(len(y), -1)


def _translations(n_steps):
    """Translations of points in the plane, on a grid."""
    steps = list(itertools.product(np.linspace(-3, 3, n_steps), repeat=2))
    return lambda y: [y + np.tile(step, y.shape[1] // 2) for step in steps]


def _areas(y):
    """Products and oriented areas: what a rotation leaves unchanged, and a reflection not."""
    x, z = y.reshape(len(y), -1, 2).transpose(2, 0, 1)
    areas = x[:, :, None] * z[:, None, :] - z[:, :, None] * x[:, None, :]
    return np.concatenate([_gram(y), areas.reshape(len(y), -1)], axis=1)


SCALES = np.geomspace(1e-3, 1e3, 3001)


def _factors(y):
    """A (1 x 2) and X (2 x 2) of a row."""
    return y[:, :2].reshape(-1, 1, 2), y[:, 2:].reshape(-1, 2, 2)


def _factor_scales(y):
    """Scales of the first component times scales of the second, on a coarse grid."""
    grid = np.geomspace(1e-2, 1e2, 161)
    grid = [*grid, *-grid]
    a, x = _factors(y)
    points = []
    for s in itertools.product(grid[::8], grid[::8]):
        s = np.array(s)
        moved = [(a * s).reshape(len(y), -1), (x / s[:, None]).reshape(len(y), -1)]
        points.append(np.hstack(moved))
    return points


def _swaps(y):
    return [y, y[:, [1, 0, 4, 5, 2, 3]]]


def _factor_product(y):
    a, x = _factors(y)
    # The scales leave each component's own product; their sum does not know the order.
    parts = a.swapaxes(1, 2) * x
    return np.concatenate([parts.sum(1), (parts**2).sum(1), (parts**3).sum(1)], axis=1)


def _component_products(y):
    a, x = _factors(y)
    return (a.swapaxes(1, 2) * x).reshape(len(y), -1)


def _directions(y):
    size = np.linalg.norm(y, axis=1, keepdims=True)
    return y / np.where(size > 0, size, 1)


TURN = 4.0  # of Periodic


def _whole_turns(y):
    """Up to one turn more or less of every coordinate: rows are of about half of one."""
    steps = itertools.product([0, TURN, -TURN], repeat=y.shape[1])
    return [y + np.array(step) for step in steps]


def _onto_half_a_turn(y, reference):
    """The coordinate nearest to half a turn from its reference moved there."""
    offset = y - reference
    column = np.argmax(np.abs(offset), axis=1)[:, None]
    end = np.copysign(TURN / 2, np.take_along_axis(offset, column, axis=1))
    on_cut = y.copy()
    np.put_along_axis(on_cut, column, end + reference[column], axis=1)
    return on_cut


def _circles(y):
    angle = 2 * np.pi / TURN * y
    return np.hstack([np.cos(angle), np.sin(angle)])


def _conjugates(y):
    return [y, y.conj()]


def _onto_conjugates(y, reference):
    return y.real + 1j * _onto_hyperplane(y.imag, reference.imag)


def _real_measurements(y):
    operator = np.random.default_rng(3).standard_normal((20, 2 * N_COORDINATES))
    squares = np.abs(y @ operator[:, :N_COORDINATES].T) ** 2
    return np.hstack([y.real, squares])


AXIS, ACROSS = np.array([1.0, 2.0, 2.0]) / 3, np.array([2.0, 1.0, -2.0]) / 3
HALF_TURN = Rotation.from_rotvec(np.pi * ACROSS)
BODY = [4, 0, 1, 3]  # columns of a quaternion


def _rotations(y):
    """Rotations of the body, and the norms of its quaternions."""
    size = np.linalg.norm(y[:, BODY], axis=1, keepdims=True)
    return Rotation.from_quat(np.where(size > 0, y[:, BODY], [0, 0, 0, 1]).astype(float)), size


def _tori(n_angles):
    """Turns of the body about its axis and about one across it, before it is brought in place."""
    angles = 2 * np.pi * np.arange(n_angles) / n_angles
    about = [Rotation.from_rotvec(angle * AXIS) for angle in angles]
    elements = [turn * flip for turn in about for flip in (Rotation.identity(), HALF_TURN)]

    def sweep(y):
        rotations, size = _rotations(y)
        points = []
        for element, sign in itertools.product(elements, (1, -1)):
            point = y.copy()
            point[:, BODY] = sign * size * (rotations * element).as_quat()
            points.append(point)
        return points

    return sweep


def _undirected_axes(y):
    """Where the axis points, either way, and the columns that no rotation touches."""
    rotations, size = _rotations(y)
    axis = rotations.apply(AXIS) * size
    return np.hstack([(axis[:, :, None] * axis[:, None, :]).reshape(len(y), -1), y[:, [2, 5]]])


def _onto_axes_at_right_angles(y, reference):
    """The nearest quaternions whose axis is at right angles to that of the reference.

    They are as near to the turns of the reference as to those of its other way round.
    """
    q, r = y[:, BODY], reference[BODY] / np.linalg.norm(reference[BODY])
    turned = (Rotation.from_quat(r) * Rotation.from_quat([*AXIS, 0])).as_quat()
    near = (q @ r)[:, None] * r + (q @ turned)[:, None] * turned
    both = np.stack([near, q - near])
    sizes = np.linalg.norm(both, axis=2, keepdims=True)
    on_cut = y.copy()
    on_cut[:, BODY] = sizes.mean(axis=0) * (both / np.where(sizes > 0, sizes, 1)).sum(axis=0)
    return on_cut


QUARTER_TURN = np.kron(np.eye(3), [[0.0, -1.0], [1.0, 0.0]])


def _half_turns(y):
    """A quaternion in the first columns, turned about each axis from the left, and negated."""
    x, a, z, w = y[:, :4].T
    turned = [(x, a, z, w), (w, -z, a, -x), (z, w, -x, -a), (-a, x, w, -z)]
    points = [np.column_stack([*q, y[:, 4:]]) for q in turned]
    return [point * np.r_[[s] * 4, 1, 1] for point in points for s in (1, -1)]


def _axes(y):
    """Rows of the rotation matrix up to their signs: what half turns from the left leave."""
    q = y[:, :4].astype(float)  # all that scipy's rotations take
    size = np.linalg.norm(q, axis=1)
    matrices = Rotation.from_quat(np.where(size[:, None] > 0, q, [0, 0, 0, 1])).as_matrix()
    axes = size[:, None, None, None] * matrices[:, :, :, None] * matrices[:, :, None, :]
    return np.column_stack([axes.reshape(len(y), -1), y[:, 4:]])


LINE, IMAGE = (N_COORDINATES,), (3, 2)

CASES = [
    Case(Identity(), lambda y: [y], lambda y: y, has_cut=False),
    Case(Sign(), _signs, _intensities, onto_cut=_onto_hyperplane),
    Case(
        GlobalPhase(), _phases(720), _intensities, sweep_gap=np.pi / 720, onto_cut=_onto_hyperplane
    ),
    _finite(ConjugateFlip(), _flips, _spectrum(LINE)),
    _finite(CyclicShift(), _shifts(LINE, (0,)), _spectrum(LINE)),
    _finite(CyclicShift(IMAGE), _shifts(IMAGE, (0, 1)), _spectrum(IMAGE)),
    _finite(CyclicShift(IMAGE, axes=(0,)), _shifts(IMAGE, (0,)), _spectrum(IMAGE, (0,))),
    _finite(
        ConjugateFlip() * Sign(), _all_of(_flips, _signs), _spectrum(LINE), has_exact_margin=False
    ),
    _finite(
        fourier_symmetry(IMAGE),
        _all_of(_flips, _shifts(IMAGE, (0, 1)), _signs),
        _spectrum(IMAGE),
        has_exact_margin=False,
    ),
    Case(
        fourier_symmetry(field="complex"),
        _all_of(_flips, _shifts(LINE, (0,)), _phases(60)),
        _spectrum(LINE),
        sweep_gap=np.pi / 60,
        has_exact_margin=False,
    ),
    Case(
        PhaseRamp(),
        _all_of(_ramps(60), _phases(60)),
        _second_differences,
        # Half a step of the slope turns the outermost pixel by a quarter of a radian at most.
        sweep_gap=5 * np.pi / 120 + np.pi / 60,
        has_exact_margin=False,
    ),
    Case(
        Permutation(),
        _shuffles(6),
        lambda y: np.stack([(y**k).sum(1) for k in range(1, 7)], 1),
        has_cut=False,
    ),
    _finite(Permutation(3), _shuffles(3), _power_sums(3)),
    _finite(
        Permutation(3, each=Sign()),
        _all_of(_shuffles(3), _block_signs(3)),
        _moments(3),
        has_exact_margin=False,
    ),
    _finite(
        MatrixGroup([QUARTER_TURN]),
        _matrices([np.linalg.matrix_power(QUARTER_TURN, k) for k in range(4)]),
        lambda y: _gram(y),
    ),
    Case(
        MatrixGroup([-np.eye(6)], offsets=np.full((1, 6), 0.5)),
        lambda y: [y, 0.5 - y],
        lambda y: _intensities(y - 0.25),
    ),
    _finite(
        PermutationGroup([[1, 2, 0]], block_size=2), _shifts(IMAGE, (0,)), _spectrum(IMAGE, (0,))
    ),
    _finite(Columns(crystal_symmetry("222"), range(4)), _half_turns, _axes),
    Case(
        Permutation(columns=[[0, 3], [1, 4], [2, 5]]),
        lambda y: [p[:, [0, 2, 4, 1, 3, 5]] for p in _shuffles(3)(y[:, [0, 3, 1, 4, 2, 5]])],
        lambda y: _power_sums(3)(y[:, [0, 3, 1, 4, 2, 5]]),
    ),
    Case(
        Permutation(3, field="complex"),
        _shuffles(3),
        _power_sums(3),
        has_exact_margin=False,
    ),
    _finite(
        Blocks(Sign(), 3),
        _block_signs(3),
        lambda y: np.abs(y.reshape(-1, 2) @ [[1, 1, 2], [0, 1, -1]]).reshape(len(y), -1),
    ),
    _finite(
        Columns(Sign(), (4, 1)),
        lambda y: [y, y * [1, -1, 1, 1, -1, 1]],
        lambda y: np.concatenate(
            [y[:, [0, 2, 3, 5]], y[:, [1]] * y[:, [1, 4]], y[:, [4]] ** 2], 1
        ),
    ),
    _finite(
        PerClass({0: Permutation(), 1: Sign()}, column=5),
        lambda y: [y, y * [-1, -1, -1, -1, -1, 1]],
        lambda y: np.concatenate([_intensities(y * [1, 1, 1, 1, 1, 0]), y[:, 5:]], 1),
        label=1,
    ),
    Case(Orthogonal(2), _turns(180, True), _gram, sweep_gap=np.pi / 180, has_exact_margin=False),
    Case(
        Orthogonal(2, reflections=False),
        _turns(180, False),
        _areas,
        sweep_gap=np.pi / 180,
        has_exact_margin=False,
    ),
    Case(
        Orthogonal(2, reflections=False, center=True),
        _all_of(_turns(24, False), _translations(19)),
        lambda y: _areas(_differences(y)),
        sweep_gap=0.5,
        has_exact_margin=False,
    ),
    Case(Translation(2), _translations(61), _differences, sweep_gap=0.1, has_cut=False),
    Case(
        PositiveScale(),
        lambda y: [y * scale for scale in SCALES],
        _directions,
        sweep_gap=np.log(SCALES[1] / SCALES[0]),
        has_cut=False,
    ),
    Case(Periodic(2 * TURN, fold=2), _whole_turns, _circles, onto_cut=_onto_half_a_turn),
    Case(Conjugation(), _conjugates, _real_measurements, onto_cut=_onto_conjugates),
    Case(Unitary(1), _phases(720), _intensities, sweep_gap=np.pi / 720, onto_cut=_onto_hyperplane),
    Case(
        Columns(AxisRotation([1, 2, 2], flip=True), BODY),
        _tori(180),
        _undirected_axes,
        sweep_gap=np.pi / 180,
        onto_cut=_onto_axes_at_right_angles,
    ),
    Case(FactorScale(1, 2, 2), _factor_scales, _component_products, sweep_gap=0.5),
    Case(
        matrix_factorization_symmetry(1, 2, 2),
        _all_of(_swaps, _factor_scales),
        _factor_product,
        sweep_gap=0.5,
    ),
]


@dataclass(frozen=True)
class Layout:
    """A container, a dtype and a layout in which a caller may hold the rows."""

    library: str
    dtype: str
    is_packed: bool = False

    @property
    def id(self):
        return f"{self.library}-{self.dtype}" + ("-packed" * self.is_packed)

    @property
    def eps(self):
        # The oracles work in double precision.
        return float(max(np.finfo(self.dtype).eps, np.finfo("float64").eps))

    def write(self, y):
        """Natural NumPy rows in this layout."""
        if self.is_packed:
            y = np.concatenate([y.real, y.imag], axis=-1)
        y = np.ascontiguousarray(y.astype(self.dtype))
        if self.library == "torch":
            return torch.from_numpy(y)
        if self.library == "strict":
            return array_api_strict.asarray(y)
        return y

    def read(self, y):
        """Natural NumPy rows from this layout."""
        assert type(y) is type(self.write(np.ones((1, 2))))
        y = np.asarray(y)
        assert y.dtype == self.dtype
        if self.is_packed:
            half = y.shape[-1] // 2
            y = y[..., :half] + 1j * y[..., half:]
        return y


_REAL = [
    Layout("numpy", "float64"),
    Layout("numpy", "float32"),
    Layout("numpy", "longdouble"),
    Layout("torch", "float64"),
    Layout("torch", "float32"),
    # What the standard of the array API allows does not depend on the precision.
    Layout("strict", "float64"),
]
_COMPLEX = [
    *(Layout(layout.library, layout.dtype, is_packed=True) for layout in _REAL),
    Layout("numpy", "complex128"),
    Layout("numpy", "complex64"),
    Layout("torch", "complex128"),
    Layout("torch", "complex64"),
    Layout("strict", "complex128"),
]


def layouts(case):
    """Every layout in which the rows of a case may come."""
    return _COMPLEX if case.symmetry.is_complex else _REAL


CASES_AND_LAYOUTS = [(case, layout) for case in CASES for layout in layouts(case)]
CASES_AND_LAYOUTS_IDS = [f"{case.id}-{layout.id}" for case, layout in CASES_AND_LAYOUTS]
