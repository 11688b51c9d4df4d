"""The makers: their symmetry, their distribution, their memory."""

import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats
from scipy.spatial.distance import pdist
from scipy.spatial.transform import Rotation
from sklearn.datasets import load_digits

from sksym import (
    FactorScale,
    GlobalPhase,
    MatrixGroup,
    Orthogonal,
    Permutation,
    Sign,
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
    make_scattering_medium,
    make_square_root,
)

FIELDS = {"real": Sign(), "complex": GlobalPhase()}


def intensities(y, operator):
    n = operator.shape[1]
    return np.abs((y if y.shape[1] == n else y[:, :n] + 1j * y[:, n:]) @ operator.T) ** 2


@pytest.mark.parametrize("field", FIELDS)
def test_gaussian_phase_retrieval_measures_what_it_says(field):
    X, y, operator = make_gaussian_phase_retrieval(
        5000, 3, field=field, random_state=0, return_operator=True
    )
    assert X.shape == (5000, 12)
    assert y.shape == (5000, 3 if field == "real" else 6)
    assert operator.shape == (12, 3)
    assert np.iscomplexobj(operator) == (field == "complex")
    assert_allclose(X, intensities(y, operator), atol=1e-14)
    # The symmetry that the maker documents: the measurement cannot see it.
    moved = FIELDS[field].random(y, 1)
    assert_allclose(intensities(moved, operator), X, atol=1e-13)


@pytest.mark.parametrize("field", FIELDS)
def test_signals_are_uniform_in_the_unit_ball(field):
    _, y = make_gaussian_phase_retrieval(20_000, 3, field=field, random_state=0)
    dims = y.shape[1]
    radius = np.linalg.norm(y, axis=1)
    # Uniform in the ball: radius**dims is uniform, and so is each direction's law.
    assert stats.kstest(radius**dims, "uniform").pvalue > 1e-3
    direction = y / radius[:, None]
    for column in direction.T:
        assert (
            stats.kstest((column + 1) / 2, stats.beta((dims - 1) / 2, (dims - 1) / 2).cdf).pvalue
            > 1e-3
        )


@pytest.mark.parametrize("field", FIELDS)
def test_operator_entries_are_standard_gaussian(field):
    *_, operator = make_gaussian_phase_retrieval(
        1, 50, 400, field=field, random_state=0, return_operator=True
    )
    parts = [operator.real, operator.imag] if field == "complex" else [operator]
    for part in parts:
        assert stats.kstest(part.ravel() * np.sqrt(len(parts)), "norm").pvalue > 1e-3
    assert_allclose(np.mean(np.abs(operator) ** 2), 1, rtol=0.02)


def test_the_operator_does_not_depend_on_the_number_of_samples():
    operators = [
        make_gaussian_phase_retrieval(n, 3, random_state=0, return_operator=True)[2]
        for n in (1, 9)
    ]
    assert_array_equal(*operators)


def test_noise_is_added_to_the_measurements():
    clean = make_gaussian_phase_retrieval(10_000, 3, random_state=0)
    noisy = make_gaussian_phase_retrieval(10_000, 3, noise=0.5, random_state=0)
    assert_array_equal(noisy[1], clean[1])
    assert stats.kstest((noisy[0] - clean[0]).ravel() / 0.5, "norm").pvalue > 1e-3
    X, y = make_square_root(10_000, noise=0.5, random_state=0)
    assert stats.kstest((X[:, 0] - y**2) / 0.5, "norm").pvalue > 1e-3


def test_large_sets_are_made_in_place():
    tracemalloc.start()
    X, y = make_gaussian_phase_retrieval(200_000, 5, noise=0.1, random_state=0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The data themselves and a few numbers a row: no second copy of X or y.
    assert peak < 1.25 * (X.nbytes + y.nbytes)


def test_square_root():
    X, y = make_square_root(10_000, random_state=0)
    assert_array_equal(X[:, 0], y**2)
    assert stats.kstest((y + 1) / 2, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("maker", [make_square_root, make_gaussian_phase_retrieval])
def test_makers_are_reproducible_and_refuse_bad_arguments(maker):
    for first, second in zip(maker(20, random_state=3), maker(20, random_state=3), strict=True):
        assert_array_equal(first, second)
    assert not np.array_equal(maker(20, random_state=3)[1], maker(20, random_state=4)[1])
    for bad in (0, -1, 2.5, True, "10"):
        with pytest.raises(ValueError, match="n_samples must be an int of at least 1"):
            maker(bad)
    for bad in (-0.1, np.nan, np.inf, "loud"):
        with pytest.raises(ValueError, match="noise must be a finite standard deviation"):
            maker(10, noise=bad)


def test_phase_retrieval_refuses_unknown_fields_and_sizes():
    with pytest.raises(ValueError, match='"real" or "complex", got \'imaginary\''):
        make_gaussian_phase_retrieval(10, field="imaginary")
    for name in ("n_features", "n_measurements"):
        with pytest.raises(ValueError, match=f"{name} must be an int"):
            make_gaussian_phase_retrieval(10, **{name: 0})


def make_digits(n_samples=20, **kwargs):
    return make_fourier_phase_retrieval(load_digits().images[:n_samples], **kwargs)


def make_complex_digits(n_samples=20, **kwargs):
    images = load_digits().images
    return make_fourier_phase_retrieval(
        images[:n_samples] + 1j * images[100 : 100 + n_samples], field="complex", **kwargs
    )


def make_speckles(n_samples=20, **kwargs):
    images = load_digits().images[:n_samples] / 16
    return make_scattering_medium(images, 300, **kwargs)


def make_speckles_of_amplitudes(n_samples=20, **kwargs):
    return make_speckles(n_samples, modulation="amplitude", **kwargs)


def make_crystals(n_samples=20, **kwargs):
    return make_orientations(n_samples, group="O", **kwargs)


CRYSTAL = MatrixGroup.from_rotations(Rotation.create_group("O"))
DOCUMENTED = [
    (make_digits, fourier_symmetry((16, 16))),
    (make_complex_digits, fourier_symmetry((16, 16), field="complex")),
    (make_speckles, GlobalPhase()),
    (make_speckles_of_amplitudes, Sign()),
    (make_distance_geometry, Orthogonal(2, center=True)),
    (make_orientations, Sign()),
    (make_crystals, CRYSTAL),
    (make_axial_angles, Sign()),
    (make_mixture_components, Permutation(3)),
    (make_matrix_factorization, matrix_factorization_symmetry(3, 2, 4)),
    (make_blind_deconvolution, FactorScale(3, 1, 4)),
]
documented = pytest.mark.parametrize(
    ("maker", "symmetry"), DOCUMENTED, ids=[maker.__name__ for maker, _ in DOCUMENTED]
)


@documented
def test_the_measurement_cannot_see_the_documented_symmetry(maker, symmetry):
    X, y, forward = maker(20, random_state=0, return_forward=True)
    assert_allclose(forward(y), X)
    moved = symmetry.random(y, 1)
    assert np.abs(moved - y).max() > 0.1
    assert_allclose(forward(moved), X, atol=1e-10 * np.abs(X).max())


@documented
def test_the_measurement_sees_everything_else(maker, symmetry):
    # A small step off the orbit changes the measurement: the documented group is not too large.
    _, y, forward = maker(20, random_state=0, return_forward=True)
    step = 1e-3 * np.random.default_rng(0).standard_normal(y.shape)
    assert (symmetry.distance(y + step, y) > 1e-5).all()
    assert (np.abs(forward(y + step) - forward(y)).max(axis=1) > 1e-7).all()


@pytest.mark.parametrize(
    "maker",
    [
        make_axial_angles,
        make_blind_deconvolution,
        make_distance_geometry,
        make_matrix_factorization,
        make_mixture_components,
        make_orientations,
    ],
)
def test_the_other_makers_are_reproducible_and_refuse_bad_arguments(maker):
    for first, second in zip(maker(20, random_state=3), maker(20, random_state=3), strict=True):
        assert_array_equal(first, second)
    assert len(maker(20)) == 2
    with pytest.raises(ValueError, match="n_samples must be an int"):
        maker(0)
    with pytest.raises(ValueError, match="noise must be"):
        maker(10, noise=-1)
    clean, noisy = (maker(2000, noise=noise, random_state=0)[0] for noise in (0.0, 0.5))
    assert stats.kstest((noisy - clean).ravel() / 0.5, "norm").pvalue > 1e-3


def test_distances_are_those_of_the_points():
    X, y = make_distance_geometry(5, 4, 3, random_state=0)
    for row, points in zip(X, y.reshape(5, 4, 3), strict=True):
        assert_allclose(row, pdist(points))
    with pytest.raises(ValueError, match="at least 2"):
        make_distance_geometry(5, 1)


def test_frames_hold_the_images_and_their_spectra():
    images = load_digits().images[:3]
    X, y = make_fourier_phase_retrieval(images, oversampling=3)
    frames = y.reshape(3, 24, 24)
    assert_array_equal(frames[:, :8, :8], images)
    assert frames.sum() == images.sum()
    spectra = np.abs([np.fft.fft2(frame) / 24 for frame in frames]) ** 2
    assert_allclose(X.reshape(3, 24, 24), spectra, atol=1e-9)


@pytest.mark.parametrize(
    ("images", "options", "message"),
    [
        (np.ones(3), {}, "must have shape"),
        (np.ones((0, 2, 2)), {}, "must have shape"),
        (np.ones((2, 2), dtype=complex), {}, 'pass field="complex"'),
        (np.full((2, 2), np.nan), {}, "NaN or infinity"),
        (np.ones((2, 2)), {"oversampling": 0}, "oversampling must be an int"),
        (np.ones((2, 2)), {"field": "quaternion"}, '"real" or "complex"'),
    ],
)
def test_images_that_are_none(images, options, message):
    with pytest.raises(ValueError, match=message):
        make_fourier_phase_retrieval(images, **options)


def test_patterns_of_light_and_their_speckle():
    images = load_digits().images[:50] / 16
    for modulation, field in (
        ("phase", np.exp(1j * np.pi * images)),
        ("amplitude", images),
    ):
        X, y, medium = make_scattering_medium(
            images, 2000, modulation=modulation, random_state=0, return_operator=True
        )
        z = field.reshape(50, 64)
        assert medium.shape == (2000, 64)
        assert_allclose(y, np.hstack([z.real, z.imag]) if modulation == "phase" else z)
        for row, pattern in zip(X, z, strict=True):
            assert_allclose(row, [abs(sum(line * pattern)) ** 2 for line in medium])
        # Power passes through the medium, and a speckle is exponentially distributed.
        assert_allclose(X.mean(axis=1), np.mean(np.abs(z) ** 2, axis=1), rtol=0.15)
        assert stats.kstest(X[0] / X[0].mean(), "expon").pvalue > 1e-3
    for part in (medium.real, medium.imag):
        assert stats.kstest(part.ravel() * np.sqrt(2 * 64), "norm").pvalue > 1e-3


def test_the_medium_does_not_depend_on_the_images():
    images = load_digits().images / 16
    first, second = (
        make_scattering_medium(part, 30, random_state=3, return_operator=True)[2]
        for part in (images[:3], images[:40])
    )
    assert_array_equal(first, second)
    clean, noisy = (
        make_scattering_medium(images, 30, noise=noise, random_state=3) for noise in (0.0, 0.5)
    )
    assert_array_equal(noisy[1], clean[1])
    assert stats.kstest((noisy[0] - clean[0]).ravel() / 0.5, "norm").pvalue > 1e-3


def test_patterns_are_copies():
    images = np.full((2, 3), 0.5)
    _, y = make_scattering_medium(images, 4, modulation="amplitude", random_state=0)
    y[:] = 0
    assert (images == 0.5).all()


@pytest.mark.parametrize(
    ("images", "options", "message"),
    [
        (np.ones(3), {}, "must have shape"),
        (np.ones((0, 2, 2)), {}, "must have shape"),
        (np.full((2, 2), 16), {}, "from 0 to 1, got 16 to 16; divide them by the largest"),
        (np.array([[-0.5, 1.0]]), {}, "got -0.5 to 1"),
        (np.full((2, 2), np.nan), {}, "got nan to nan"),
        (np.ones((2, 2), dtype=complex), {}, "real numbers from 0 to 1, got dtype complex"),
        (np.array([["a", "b"]]), {}, "real numbers"),
        (np.ones((2, 2)), {"n_measurements": 0}, "n_measurements must be an int"),
        (np.ones((2, 2)), {"modulation": "both"}, '"phase" or "amplitude", got \'both\''),
        (np.ones((2, 2)), {"noise": -1}, "noise must be"),
    ],
)
def test_patterns_that_no_modulator_shows(images, options, message):
    with pytest.raises(ValueError, match=message):
        make_scattering_medium(images, **{"n_measurements": 8, **options})


def test_products_and_convolutions_by_hand():
    X, y = make_matrix_factorization(5, 3, 2, 4, random_state=0)
    for row, factors in zip(X, y, strict=True):
        assert_allclose(row, (factors[:6].reshape(3, 2) @ factors[6:].reshape(2, 4)).ravel())
    X, y, forward = make_blind_deconvolution(
        5, 2, 3, n_measurements=7, random_state=0, return_forward=True
    )
    kernel, signal = forward.keywords["bases"]
    for row, factors in zip(X, y, strict=True):
        h, x = kernel @ factors[:2], signal @ factors[2:]
        cyclic = [sum(h[k] * x[(j - k) % 7] for k in range(7)) for j in range(7)]
        assert_allclose(row, np.array(cyclic) / np.sqrt(7))
