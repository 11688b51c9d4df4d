"""HybridInputOutput: solutions against brute force, noise against scipy, what it is given."""

import itertools
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import least_squares
from skimage import data
from sklearn.base import clone
from sklearn.datasets import load_digits

from sksym import fourier_symmetry
from sksym.datasets import make_fourier_phase_retrieval
from sksym.regressors import HybridInputOutput

DIGITS = load_digits().images / 16


def pixels(n_samples, *shape, seed=0):
    return np.random.default_rng(seed).uniform(0.1, 1, (n_samples, *shape))


def moduli(y, shape):
    """Squared moduli of real frames, by sums over the pixels."""
    grid = np.array(list(itertools.product(*map(range, shape))))
    waves = np.exp(-2j * np.pi * (grid / shape) @ grid.T)
    return np.abs(y @ waves) ** 2 / len(grid)


def distance(row, to, shape):
    """Distance of two real frames up to flip, shift and sign, by trying all of them."""
    frame, to = row.reshape(shape), to.reshape(shape)
    axes = tuple(range(len(shape)))
    moved = (
        sign * np.roll(image, shift, axes)
        for sign in (1, -1)
        for image in (frame, np.flip(frame))
        for shift in itertools.product(*map(range, shape))
    )
    return min(np.linalg.norm(image - to) for image in moved)


@pytest.mark.parametrize("image", [(9,), (3, 4), (2, 3, 2)])
@pytest.mark.parametrize("oversampling", [2, 3])
@pytest.mark.parametrize("nonnegative", [True, False])
def test_small_images_are_found_exactly(image, oversampling, nonnegative):
    X, y = make_fourier_phase_retrieval(pixels(4, *image), oversampling=oversampling)
    frame = tuple(oversampling * size for size in image)
    solve = HybridInputOutput(
        frame, image, nonnegative=nonnegative, n_iter=300, n_restarts=30, random_state=0
    )
    found = solve(X)
    assert found.shape == y.shape
    assert_allclose(moduli(found, frame), X, atol=1e-9)
    if len(image) > 1:  # signals of one dimension with the same moduli are many
        for row, truth in zip(found, y, strict=True):
            assert distance(row, truth, frame) < 1e-8


def test_photographs_are_found():
    # Each 16 x 16 patch of the two pictures is in the corner of a frame of twice its sides.
    corners = np.random.default_rng(0).integers(0, 280, (12, 2))
    pictures = itertools.cycle([data.camera(), data.coins()])
    patches = [
        p[i : i + 16, j : j + 16] / 255 for p, (i, j) in zip(pictures, corners, strict=False)
    ]
    X, y = make_fourier_phase_retrieval(patches)
    found = HybridInputOutput((32, 32), (16, 16), n_restarts=2, random_state=0)(X)
    error = fourier_symmetry((32, 32)).distance(found, y) / np.linalg.norm(y, axis=1)
    assert np.mean(error < 1e-4) >= 0.65


def test_complex_images_are_found():
    images = pixels(4, 3, 4) + 1j * pixels(4, 3, 4, seed=1)
    X, y, forward = make_fourier_phase_retrieval(images, field="complex", return_forward=True)
    solve = HybridInputOutput(
        *((6, 8), (3, 4)), field="complex", nonnegative=False, n_iter=300, random_state=0
    )
    found = solve(X)
    assert found.shape == y.shape
    assert_allclose(forward(found), X, atol=1e-9)
    assert (fourier_symmetry((6, 8), field="complex").distance(found, y) < 1e-6).all()


def test_a_support_without_symmetry_leaves_no_flip():
    support = np.zeros((8, 8), dtype=bool)
    support[:4, :4] = np.tri(4, dtype=bool)
    y = np.where(support, pixels(5, 8, 8), 0).reshape(5, -1)
    X = moduli(y, (8, 8))
    found = HybridInputOutput((8, 8), support, n_iter=300, random_state=0)(X)
    assert_allclose(found, y, atol=1e-8)


@pytest.mark.parametrize("noise", [0.001, 0.02])
def test_with_noise_no_frame_nearby_has_a_smaller_residual(noise):
    X, y = make_fourier_phase_retrieval(pixels(4, 4, 4), noise=noise, random_state=0)
    solve = HybridInputOutput((8, 8), (4, 4), nonnegative=False, n_iter=300, random_state=0)
    found = solve(X)

    def residual(image, x):
        frame = np.zeros((8, 8))
        frame[:4, :4] = image.reshape(4, 4)
        return moduli(frame.reshape(1, -1), (8, 8))[0] - x

    for row, truth, x in zip(found, y, X, strict=True):
        image, from_truth = row.reshape(8, 8)[:4, :4], truth.reshape(8, 8)[:4, :4].ravel()
        cost = np.sum(residual(image, x) ** 2)
        best = least_squares(residual, from_truth, args=(x,), xtol=1e-12, ftol=1e-12, gtol=1e-12)
        assert cost <= 2 * best.cost * (1 + 1e-3)


def test_constraints_hold_with_noise_too():
    X, _ = make_fourier_phase_retrieval(DIGITS[:10], noise=0.1, random_state=0)
    assert (X < 0).any()  # such measurements are no reason to fail
    found = HybridInputOutput((16, 16), (8, 8), n_iter=200, n_restarts=1)(X).reshape(10, 16, 16)
    assert (found >= 0).all()
    assert not found[:, 8:].any()
    assert not found[:, :, 8:].any()


def test_the_first_prediction_is_used_wherever_it_lies():
    # Near the truth and without a step between constraints only least squares remains.
    X, y = make_fourier_phase_retrieval(DIGITS[:10])
    symmetry = fourier_symmetry((16, 16))
    near = symmetry.random(y + 0.01 * np.random.default_rng(0).standard_normal(y.shape), 1)
    solve = HybridInputOutput((16, 16), (8, 8), n_iter=0, n_restarts=0, random_state=0)
    assert (symmetry.distance(solve(X, near), y) < 1e-6).all()
    assert np.mean(symmetry.distance(solve(X), y) > 0.1) > 0.5
    # A frame of zeros has no phases to start from, and is left all the same.
    from_zero = moduli(solve(X, np.zeros_like(y)), (16, 16))
    assert (np.square(from_zero - X).sum(axis=1) < np.square(X).sum(axis=1)).all()


def test_a_solved_row_does_not_start_again():
    # A tolerance that the first start meets leaves its answer; a stricter one asks all starts.
    X, _ = make_fourier_phase_retrieval(DIGITS[:5], noise=0.01, random_state=0)
    options = {"n_iter": 100, "random_state": 0}
    first = HybridInputOutput((16, 16), (8, 8), n_restarts=0, **options)(X)
    lenient = HybridInputOutput((16, 16), (8, 8), n_restarts=5, tol=10.0, **options)(X)
    strict = HybridInputOutput((16, 16), (8, 8), n_restarts=5, tol=0.0, **options)(X)
    assert_array_equal(lenient, first)
    before, after = (np.square(moduli(y, (16, 16)) - X).sum(axis=1) for y in (first, strict))
    assert (after <= before).all()
    assert (after < before).any()


def test_rows_do_not_depend_on_each_other_nor_on_the_unit():
    X, y = make_fourier_phase_retrieval(pixels(7, 4, 4))
    X[3] = 0
    X.flags.writeable = False
    solve = HybridInputOutput((8, 8), (4, 4), n_iter=300, random_state=0)
    found = solve(X)
    assert not found[3].any()
    alone = np.concatenate([solve(X[k : k + 1]) for k in range(7)])
    assert_allclose(alone, found, atol=1e-9)
    for unit in (1e-140, 1e140):
        assert_allclose(solve(unit**2 * X) / unit, found, atol=1e-9)
    assert_array_equal(solve(-X), np.zeros_like(y))


def test_a_copy_answers_the_same():
    X, y = make_fourier_phase_retrieval(pixels(3, 4, 4))
    solve = HybridInputOutput((8, 8), (4, 4), n_iter=50, random_state=0)
    for other in (clone(solve), pickle.loads(pickle.dumps(solve))):
        assert_array_equal(other(X, y), solve(X, y))
    assert repr(solve) == (
        "HybridInputOutput(n_iter=50, random_state=0, shape=(8, 8), support=(4, 4))"
    )


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"shape": (8, 0)}, "'shape' parameter"),
        ({"support": (4, 4, 4)}, r"shape of images that fit into frames of \(8, 8\)"),
        ({"support": (4, 9)}, r"got \[4, 9\]"),
        ({"support": np.ones((8, 8))}, "or a boolean array of that shape"),
        ({"support": np.ones((4, 4), dtype=bool)}, "support has the shape"),
        ({"support": np.zeros((8, 8), dtype=bool)}, "support is empty"),
        ({"field": "complex"}, "pass nonnegative=False"),
        ({"field": "quaternion"}, "'field' parameter"),
        ({"beta": 2.0}, "'beta' parameter"),
        ({"n_iter": -1}, "'n_iter' parameter"),
        ({"n_restarts": 0.5}, "'n_restarts' parameter"),
        ({"tol": -1.0}, "'tol' parameter"),
    ],
)
def test_parameters_that_mean_nothing(params, message):
    solve = HybridInputOutput(**{"shape": (8, 8), "support": (4, 4), **params})
    with pytest.raises(ValueError, match=message):
        solve(np.ones((2, 64)))


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.ones((2, 63)), None, r"X must have 64 columns for frames of \(8, 8\), got 63"),
        (np.full((2, 64), np.nan), None, "X contains NaN"),
        (np.ones((2, 64)), np.ones((2, 128)), "y must have 64 columns"),
        (np.ones((2, 64)), np.ones((3, 64)), "X has 2 rows, y has 3"),
        (np.ones((2, 64)), np.full((2, 64), np.inf), "y contains infinity"),
    ],
)
def test_rows_that_do_not_fit(X, y, message):
    with pytest.raises(ValueError, match=message):
        HybridInputOutput((8, 8), (4, 4))(X, y)
