"""Whether a symmetry is there, and whether breaking it will help."""

import functools

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.spatial.transform import Rotation
from sklearn.datasets import load_digits
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from sksym import (
    Blocks,
    Columns,
    ConjugateFlip,
    CyclicShift,
    FactorScale,
    FiniteSymmetry,
    GlobalPhase,
    Identity,
    MatrixGroup,
    Orthogonal,
    Permutation,
    PositiveScale,
    Sign,
    Translation,
    fourier_symmetry,
    matrix_factorization_symmetry,
)
from sksym.datasets import (
    make_axial_angles,
    make_blind_deconvolution,
    make_distance_geometry,
    make_fourier_phase_retrieval,
    make_gaussian_phase_retrieval,
    make_matrix_factorization,
    make_mixture_components,
    make_orientations,
    make_square_root,
)
from sksym.inspection import (
    ambiguity_score,
    check_symmetry,
    representative_report,
    suggest_symmetry,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def intensities(y):
    operator = np.random.default_rng(3).standard_normal((20, y.shape[1]))
    return (y @ operator.T) ** 2


@pytest.mark.parametrize(
    ("symmetry", "holds"),
    [(Sign(), True), (Identity(), True), (Permutation(), False), (Blocks(Sign(), 2), False)],
)
def test_a_known_forward_map_has_a_symmetry_or_not(symmetry, holds, rng):
    report = check_symmetry(intensities, symmetry, rng.standard_normal((50, 4)))
    assert report.holds is holds
    assert (report.change < 1e-12) == holds
    assert report.factors == {repr(symmetry): pytest.approx(report.factors[repr(symmetry)])}


def test_the_factor_that_fails_is_named(rng):
    y = rng.standard_normal((50, 12))

    def spectrum_and_sign(y):  # sees the sign of the mean, nothing else beside the magnitudes
        return np.hstack([np.abs(np.fft.fft(y)), y.sum(axis=1, keepdims=True)])

    report = check_symmetry(spectrum_and_sign, fourier_symmetry((12,)), y)
    broken = [name for name, change in report.factors.items() if change > 1e-6]
    assert not report.holds
    assert broken == ["Sign()"]
    assert len(report.factors) == 3


def test_real_factors_of_a_complex_product_are_named(rng):
    operator = rng.standard_normal((20, 6)) + 1j * rng.standard_normal((20, 6))

    def spectrum(y):
        return np.abs(np.fft.fft(y)) ** 2

    def masked(y):  # of the image times a mask: neither a shift nor a flip is hidden
        return np.abs(y @ operator.T) ** 2

    y = rng.standard_normal((50, 6)) + 1j * rng.standard_normal((50, 6))
    symmetry = ConjugateFlip() * CyclicShift() * GlobalPhase()
    report = check_symmetry(spectrum, symmetry, y)
    assert report.holds
    assert list(report.factors) == ["ConjugateFlip()", "CyclicShift()", "GlobalPhase()"]
    report = check_symmetry(masked, symmetry, y)
    broken = [name for name, change in report.factors.items() if change > 0.1]
    assert broken == ["ConjugateFlip()", "CyclicShift()"]
    assert report.factors["GlobalPhase()"] < 1e-12
    # In the real layout the same elements move the same rows.
    packed = check_symmetry(
        lambda rows: masked(rows[:, :6] + 1j * rows[:, 6:]), symmetry, np.hstack([y.real, y.imag])
    )
    assert packed.factors == pytest.approx(report.factors, abs=1e-12)


class Mirror(FiniteSymmetry):
    """The sign of one coordinate, with a representation that does not tell which."""

    def __init__(self, column):
        self.column = column

    def __repr__(self):
        return "Mirror()"

    def _orbit(self, xp, y):
        yield y
        signs = np.where(np.arange(y.shape[1]) == self.column, -1.0, 1.0)
        yield y * xp.asarray(signs, dtype=y.dtype)


def test_factors_of_one_representation_are_all_listed(rng):
    report = check_symmetry(
        lambda y: np.abs(y) + y[:, 2:], Mirror(0) * Mirror(2), rng.standard_normal((50, 3))
    )
    assert sorted(change > 0.1 for change in report.factors.values()) == [False, True]


def test_a_fitted_model_is_measured_by_its_own_error(rng):
    y = rng.standard_normal((2000, 3))
    X = intensities(y) + 0.1 * rng.standard_normal((2000, 20))
    quadratic = make_pipeline(PolynomialFeatures(2), LinearRegression()).fit(y, X)
    assert check_symmetry(quadratic, Sign(), y, X).holds
    assert not check_symmetry(quadratic, Permutation(), y, X).holds
    with pytest.raises(ValueError, match="X is required"):
        check_symmetry(quadratic, Sign(), y)
    with pytest.raises(ValueError, match="must be a callable or a fitted regressor"):
        check_symmetry(3, Sign(), y)


def test_ambiguity_is_high_on_raw_targets_and_low_on_broken_ones():
    X, y = make_gaussian_phase_retrieval(20_000, 5, random_state=0)
    broken, is_far = Sign().canonicalize(y), Sign().margin(y) > 0.1
    assert ambiguity_score(X, y, Sign()) > 0.9
    assert ambiguity_score(X, broken, Sign()) < 0.2  # what is left lies across the cut
    assert ambiguity_score(X[is_far], broken[is_far], Sign()) < 0.1
    assert ambiguity_score(X, y, Identity()) == 0
    assert ambiguity_score(X, np.ones((20_000, 1)), Sign()) == 0


@pytest.mark.parametrize("noise", [0.0, 1.0, 10.0, np.inf])
@pytest.mark.parametrize("symmetry", [Sign(), Permutation(), GlobalPhase(), Orthogonal(2)])
def test_targets_without_a_symmetry_are_not_ambiguous(noise, symmetry, rng):
    # A large group makes any two rows alike, and measurements may tell little or nothing.
    y = rng.standard_normal((4000, 6))
    X = y @ rng.standard_normal((6, 12)) + min(noise, 1e9) * rng.standard_normal((4000, 12))
    assert ambiguity_score(X, y, symmetry) < 0.1


def test_the_ambiguity_score_is_what_its_formula_says(rng):
    X = rng.standard_normal((60, 2))
    y = np.hstack([X, X**2]) * rng.choice([-1, 1], size=(60, 1))
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    local = [[], []]
    for i in range(60):
        for j in np.argsort(((Z - Z[i]) ** 2).sum(axis=1))[1:4]:
            squares = [np.sum((y[i] - s * y[j]) ** 2) for s in (1, -1)]
            local[0].append(squares[0])
            local[1].append(min(squares))
    # The denominators are means over random pairs: here over all pairs of different samples.
    pairs = [(i, j) for i in range(60) for j in range(60) if i != j]
    squares = np.array([[np.sum((y[i] - s * y[j]) ** 2) for s in (1, -1)] for i, j in pairs])
    shares = np.mean(local[0]) / squares[:, 0].mean(), np.mean(local[1]) / squares.min(1).mean()
    scores = [ambiguity_score(X, y, Sign(), n_neighbors=3, random_state=k) for k in range(40)]
    assert_allclose(np.mean(scores), shares[0] - shares[1], atol=0.02)
    with pytest.raises(ValueError, match="n_neighbors=60 needs more samples"):
        ambiguity_score(X, y, Sign(), n_neighbors=60)


def recording(rng, n_frames=100, n_recordings=30):
    """Slow recordings of (X, y): X tells |y|, and a frame is nearest to those beside it."""
    steps = 0.003 * rng.standard_normal((n_recordings, n_frames, 3))
    y = (rng.standard_normal((n_recordings, 1, 3)) + np.cumsum(steps, axis=1)).reshape(-1, 3)
    operator = rng.standard_normal((12, 3))
    return (y @ operator.T) ** 2, y, np.repeat(np.arange(n_recordings), n_frames)


def test_neighbours_in_time_do_not_count(rng):
    # Frames of one recording have one sign, so that they show no ambiguity; recordings do.
    X, y, groups = recording(rng)
    assert ambiguity_score(X, y, Sign()) < 0.05
    assert ambiguity_score(X, y, Sign(), groups=groups) > 0.5
    candidates = [Sign(), Permutation(), ConjugateFlip()]
    assert suggest_symmetry(X, y, candidates).best == Identity()
    for labels in (groups, [f"recording {k}" for k in groups], 7 * groups - 3):
        assert suggest_symmetry(X, y, candidates, groups=labels).best == Sign()


@pytest.mark.parametrize("n_groups", [2, 7, 59, 60])
def test_the_score_compares_samples_of_different_groups_only(n_groups, rng):
    X = rng.standard_normal((60, 2))
    y = np.hstack([X, X**2]) * rng.choice([-1, 1], size=(60, 1))
    groups = rng.permutation(np.arange(60) % n_groups)
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    local, pairs = [[], []], [[], []]
    for i in range(60):
        others = np.flatnonzero(groups != groups[i])
        squares = [np.sum((y[i] - s * y[others]) ** 2, axis=1) for s in (1, -1)]
        squares[1] = np.minimum(*squares)
        nearest = np.argsort(((Z[others] - Z[i]) ** 2).sum(axis=1))[:3]
        for k in (0, 1):
            local[k].extend(squares[k][nearest])
            pairs[k].append(squares[k].mean())
    shares = np.mean(local, axis=1) / np.mean(pairs, axis=1)
    scores = [
        ambiguity_score(X, y, Sign(), groups=groups, n_neighbors=3, random_state=k)
        for k in range(40)
    ]
    assert_allclose(np.mean(scores), shares[0] - shares[1], atol=0.02)


def test_groups_that_cannot_be_used(rng):
    X, y = rng.standard_normal((20, 2)), rng.standard_normal((20, 2))
    cases = {
        "needs more samples: .* there are 0 for the largest": np.zeros(20),
        "needs more samples: .* there are 4 for the largest": np.arange(20) > 3,
        "inconsistent numbers of samples": np.arange(19),
        "1d array": np.zeros((20, 2)),
        "NaN": np.where(np.arange(20) > 3, 0.0, np.nan),
    }
    for message, groups in cases.items():
        with pytest.raises(ValueError, match=message):
            ambiguity_score(X, y, Sign(), groups=groups)
        with pytest.raises(ValueError, match=message):
            suggest_symmetry(X, y, [Sign()], groups=groups)


def test_samples_that_measure_the_same_are_neighbours_of_each_other():
    # Two measurements, each of a pair of opposite targets: the sign explains all of it.
    X = np.repeat([[0.0], [1.0], [2.0], [3.0]], 2, axis=0)
    y = np.kron(np.array([[1.0, 2.0], [2.0, 0.0], [0.0, 3.0], [1.0, -1.0]]), [[1], [-1]])
    report = suggest_symmetry(X, y, [Sign(), Permutation()], n_neighbors=1)
    assert report.best == Sign()
    assert report.left[0] == 0
    assert ambiguity_score(X, y, Sign(), n_neighbors=1) == 1


SQUARE = (16, 16)
MIRROR = MatrixGroup(np.diag([-1.0, 1, 1, 1, 1])[None])
ROTATIONS = {
    name: MatrixGroup.from_rotations(Rotation.create_group(name)) for name in ("O", "T", "D2")
}
FACTORS = matrix_factorization_symmetry(3, 2, 4)


def make_digits(n_samples, field="real", random_state=0, **kwargs):
    """Frames with every symmetry of the Fourier modulus injected."""
    images = load_digits().images[:n_samples] / 16
    if field == "complex":
        images = images * np.exp(2j * np.pi * np.linspace(0, 1, 64).reshape(8, 8))
    X, y, forward = make_fourier_phase_retrieval(images, field=field, return_forward=True)
    y = fourier_symmetry(SQUARE, field).random(y, random_state)
    return (X, y, forward) if kwargs else (X, y)


def complex_of(maker):
    return functools.partial(maker, field="complex")


# Of every maker: its group, four others, and the group with one generator replaced by a wrong one.
MAKERS = {
    "square root": (
        make_square_root,
        Sign(),
        [Translation(1), PositiveScale(), Permutation(), CyclicShift()],
        PositiveScale(),
    ),
    "real phase retrieval": (
        functools.partial(make_gaussian_phase_retrieval, n_features=5),
        Sign(),
        [Permutation(), ConjugateFlip(), CyclicShift() * Sign(), Blocks(Sign(), 5)],
        MIRROR,
    ),
    "complex phase retrieval": (
        functools.partial(make_gaussian_phase_retrieval, n_features=3, field="complex"),
        GlobalPhase(),
        [Sign(), ConjugateFlip() * GlobalPhase(), Permutation(3), Blocks(Sign(), 2)],
        Blocks(Sign(), 2),
    ),
    "digits": (
        make_digits,
        fourier_symmetry(SQUARE),
        [Sign(), CyclicShift(SQUARE), ConjugateFlip(SQUARE), CyclicShift(SQUARE) * Sign()],
        ConjugateFlip(SQUARE, axes=(0,)) * CyclicShift(SQUARE) * Sign(),
    ),
    "complex digits": (
        complex_of(make_digits),
        fourier_symmetry(SQUARE, "complex"),
        [Sign(), GlobalPhase(), CyclicShift(SQUARE) * GlobalPhase(), Blocks(Sign(), 2)],
        ConjugateFlip(SQUARE) * CyclicShift((256,)) * GlobalPhase(),
    ),
    "distance geometry": (
        make_distance_geometry,
        Orthogonal(2, center=True),
        [Sign(), Permutation(5), Orthogonal(2), Translation(2)],
        Blocks(Orthogonal(2), 5),
    ),
    "orientations": (
        make_orientations,
        Sign(),
        [ROTATIONS["O"], ROTATIONS["T"], Permutation(), Blocks(Sign(), 2)],
        Blocks(Sign(), 2),
    ),
    "cubic crystals": (
        functools.partial(make_orientations, group="O"),
        ROTATIONS["O"],
        [Sign(), ROTATIONS["T"], ROTATIONS["D2"], Permutation()],
        MatrixGroup.from_rotations(Rotation.create_group("D5")),
    ),
    "axial angles": (
        make_axial_angles,
        Sign(),
        [Permutation(), Permutation() * Sign(), Orthogonal(2), Blocks(Sign(), 2)],
        Blocks(Sign(), 2),
    ),
    "mixture components": (
        make_mixture_components,
        Permutation(3),
        [Sign(), Permutation(), Orthogonal(2), Permutation(3, each=Sign())],
        Permutation(3, each=Sign()),
    ),
    "matrix factorization": (
        make_matrix_factorization,
        FACTORS,
        [FactorScale(3, 2, 4), Sign(), Permutation(2), PositiveScale()],
        Columns(FACTORS.symmetry, tuple(range(14))),
    ),
    "blind deconvolution": (
        make_blind_deconvolution,
        FactorScale(3, 1, 4),
        [Sign(), PositiveScale(), Permutation(), ConjugateFlip()],
        FactorScale(4, 1, 3),
    ),
}
every_maker = pytest.mark.parametrize("name", MAKERS)


@every_maker
def test_the_group_of_every_maker_is_suggested_among_five(name):
    maker, group, others, _ = MAKERS[name]
    X, y = maker(400 if "digits" in name else 2500, random_state=0)
    report = suggest_symmetry(X, y, [*others, group])
    assert report.best == group
    assert report.names[0] == repr(group)
    assert (np.diff(report.left) >= 0).all()
    assert len(report.names) == 6  # with Identity
    assert report.explained[0] > 0.4


@every_maker
def test_the_group_of_every_maker_is_accepted_and_a_wrong_one_is_not(name):
    maker, group, _, wrong = MAKERS[name]
    _, y, forward = maker(100, random_state=0, return_forward=True)
    y = y.reshape(len(y), -1)
    report = check_symmetry(forward, group, y)
    assert report.holds, report
    assert report.change < 1e-9
    report = check_symmetry(forward, wrong, y)
    assert not report.holds
    assert report.change > 0.01


def test_groups_with_one_shortened_representation_are_told_apart(rng):
    # Two groups of one order and size.
    groups = [MatrixGroup([np.diag([-1.0] * k + [1.0] * (8 - k))]) for k in (1, 8)]
    assert repr(groups[0]) == repr(groups[1])
    X = rng.standard_normal((500, 2))
    y = np.hstack([X, X**2, X**3, X**4]) * rng.choice([-1, 1], size=(500, 1))
    report = suggest_symmetry(X, y, groups)
    assert report.best is groups[1]
    assert report.left[0] < report.left[1]


def test_the_largest_of_nested_groups_is_suggested_whatever_their_order(rng):
    y = rng.standard_normal((1000, 4))
    X = np.abs(np.fft.rfft(y, 8)) ** 2
    both = ConjugateFlip() * Sign()
    for candidates in ([both, Sign(), ConjugateFlip()], [ConjugateFlip(), Sign(), both]):
        report = suggest_symmetry(X, y, [*candidates, Permutation()])
        assert report.best == both
        assert report.changes[report.names.index("Permutation()")] > 0.3
    # Of two that share nothing, the one that leaves less.
    report = suggest_symmetry(X, y, [Sign(), ConjugateFlip()])
    assert repr(report.best) == report.names[0]


def test_without_a_symmetry_none_is_suggested(rng):
    y = rng.standard_normal((2000, 3))
    assert suggest_symmetry(np.sort(y), y, [Sign(), Permutation()]).best == Permutation()
    assert suggest_symmetry(y, y, [Sign(), Permutation()]).best == Identity()
    X = rng.standard_normal((2000, 3))
    report = suggest_symmetry(X, y, [Sign(), Permutation(), PositiveScale()])
    assert (report.explained < 0.1).all()


@pytest.mark.parametrize("symmetry", [Sign(), GlobalPhase(), Permutation(3), Orthogonal(2)])
def test_representatives_have_the_papers_three_properties(symmetry, rng):
    y = rng.standard_normal((2000, 6))
    report = representative_report(symmetry, y)
    assert report.membership < 1e-12
    assert report.uniqueness < 1e-12
    assert report.n_components == 1
    assert report.largest_component == 1
    near = symmetry.margin(y) < 0.05 * np.linalg.norm(y, axis=1)
    assert_allclose(report.near_cut, near.mean())


def test_what_is_no_representative_set_shows(rng):
    class Unbroken(Sign().__class__):
        """Forgets to move anything."""

        def _align(self, xp, y, to):
            return y + 0.0

    y = rng.standard_normal((500, 3)) + 8.0  # two clusters far apart, y and -y
    report = representative_report(Unbroken(), np.vstack([y, -y]))
    assert report.uniqueness > 1
    assert (report.n_components, report.largest_component) == (2, 0.5)
    with pytest.raises(ValueError, match="needs more samples"):
        representative_report(Sign(), y[:5])
