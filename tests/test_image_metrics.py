"""Aligned errors of images against all shifts and flips, and scikit-image."""

import sys

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_allclose
from skimage.data import astronaut
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn.datasets import load_digits
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsRegressor

from sksym import CyclicShift, GlobalPhase, PositiveScale, Sign, fourier_symmetry
from sksym.metrics import aligned_mean_squared_error, aligned_psnr, aligned_ssim, field_scorer

RANGE = {"data_range": 1.0}
CALLS = {
    "aligned_mean_squared_error": (aligned_mean_squared_error, {}),
    "aligned_psnr": (aligned_psnr, RANGE),
    "aligned_ssim": (aligned_ssim, RANGE | {"win_size": 3}),
}
all_calls = pytest.mark.parametrize("name", list(CALLS))
with_gradient = pytest.mark.parametrize("name", ["aligned_mean_squared_error", "aligned_psnr"])


def moved(image, axes=(0, 1)):
    """Every shift of an image and of its half turn."""
    for flipped in (image, np.conj(np.flip(image, axes))):
        for i in range(image.shape[axes[0]]):
            for j in range(image.shape[axes[1]]):
                yield np.roll(flipped, (i, j), axis=axes)


def nearest(true, pred, axes=(0, 1)):
    return min(moved(pred, axes), key=lambda point: (np.abs(point - true) ** 2).sum())


def test_error_is_the_least_of_all_shifts_and_flips():
    rng = np.random.default_rng(0)
    places = np.stack(list(moved(np.arange(256).reshape(16, 16)))).reshape(512, 256)
    for _ in range(1000):
        true, pred = rng.uniform(size=(2, 16, 16))
        squares = (pred.ravel()[places] - true.ravel()) ** 2
        expected = squares.mean(axis=1).min()
        assert_allclose(aligned_mean_squared_error(true, pred), expected, rtol=1e-13)
        assert_allclose(
            aligned_psnr(true, pred, data_range=2), 10 * np.log10(4 / expected), rtol=1e-13
        )


@pytest.mark.parametrize("channel_axis", [0, 1, 2, -1])
def test_channels_move_together(channel_axis):
    rng = np.random.default_rng(0)
    true, pred = np.moveaxis(rng.uniform(size=(2, 8, 9, 3)), 3, 1 + channel_axis % 3)
    axes = tuple(axis for axis in range(3) if axis != channel_axis % 3)
    best = nearest(true, pred, axes)
    options = {"channel_axis": channel_axis}
    assert_allclose(aligned_mean_squared_error(true, pred, **options), np.mean((best - true) ** 2))
    assert_allclose(
        aligned_ssim(true, pred, **RANGE, **options),
        structural_similarity(true, best, **RANGE, **options),
    )


@pytest.mark.parametrize(
    ("scalars", "best"),
    [
        (Sign(), lambda c, n: np.sign(c.real)),
        (PositiveScale(), lambda c, n: np.maximum(c.real, 0) / n),
        (GlobalPhase(), lambda c, n: c / abs(c)),
        (Sign() * PositiveScale(), lambda c, n: c.real / n),
        (GlobalPhase() * PositiveScale(), lambda c, n: c / n),
    ],
    ids=["sign", "scale", "phase", "real factor", "complex factor"],
)
def test_scalars_are_part_of_the_symmetry(scalars, best):
    # The best factor a of a g(y) for the inner product c with the target and the norm of y.
    rng = np.random.default_rng(0)
    is_complex = scalars.is_complex
    shape = (5, 6)
    for _ in range(20):
        true, pred = rng.standard_normal((2, *shape))
        if is_complex:
            true, pred = rng.standard_normal((2, *shape)) + 1j * np.stack([true, pred])
        errors = []
        for point in moved(pred):
            factor = best(np.vdot(point, true), np.vdot(point, point).real)
            errors.append(np.mean(np.abs(factor * point - true) ** 2))
        symmetry = fourier_symmetry(shape, "complex" if is_complex else "real")
        symmetry = symmetry.a * scalars  # flips and shifts
        error = aligned_mean_squared_error(true, pred, symmetry=symmetry)
        assert_allclose(error, min(errors), rtol=1e-10)


def test_a_real_image_may_be_compared_with_a_complex_one():
    rng = np.random.default_rng(0)
    true = rng.uniform(size=(6, 6))
    pred = np.roll(true[::-1, ::-1], 2, axis=1) * np.exp(1j)
    phase = fourier_symmetry((6, 6), field="complex")
    assert aligned_mean_squared_error(true, pred, symmetry=phase) < 1e-28
    assert aligned_mean_squared_error(true, true[::-1, ::-1], symmetry=phase) < 1e-28
    expected = np.mean(np.abs(nearest(true, pred) - true) ** 2)
    assert_allclose(aligned_mean_squared_error(true, pred), expected)


def test_of_a_photograph_they_are_those_of_scikit_image():
    rng = np.random.default_rng(0)
    photograph = astronaut()[:64, :64]
    noisy = (photograph + rng.normal(0, 20, photograph.shape)).clip(0, 255).astype(np.uint8)
    copy = photograph.copy()
    options = {"data_range": 255, "channel_axis": 2}
    far = np.roll(noisy[::-1, ::-1], (10, 50), axis=(0, 1))
    psnr = aligned_psnr(photograph, far, **options)
    assert_allclose(psnr, peak_signal_noise_ratio(photograph, noisy, data_range=255))
    assert psnr > peak_signal_noise_ratio(photograph, far, data_range=255) + 8
    for window in ({}, {"gaussian_weights": True, "sigma": 1.5}):
        assert_allclose(
            aligned_ssim(photograph, far, **options, **window),
            structural_similarity(
                photograph.astype(float), noisy.astype(float), **options, **window
            ),
        )
    assert (photograph == copy).all()


def test_what_was_only_moved_is_met_exactly():
    image = np.random.default_rng(0).uniform(size=(12, 10))
    for point in (image, np.roll(image, (3, 4), axis=(0, 1)), image[::-1, ::-1]):
        assert aligned_mean_squared_error(image, point) == 0
        assert aligned_psnr(image, point, **RANGE) == np.inf
        assert aligned_ssim(image, point, **RANGE) == 1
    turned = CyclicShift((12, 10))  # without flips
    assert aligned_mean_squared_error(image, image[::-1, ::-1], symmetry=turned) > 0.01


@all_calls
def test_rows_are_images_of_the_given_shape(name):
    metric, kwargs = CALLS[name]
    rng = np.random.default_rng(0)
    true, pred = rng.uniform(size=(2, 5, 6, 7, 3))
    weight = rng.uniform(size=5)
    kwargs = kwargs | {"channel_axis": -1}
    single = [metric(*pair, **kwargs) for pair in zip(true, pred, strict=True)]
    rows = true.reshape(5, -1), pred.reshape(5, -1)
    kwargs["shape"] = (6, 7, 3)
    assert_allclose(metric(*rows, **kwargs), np.mean(single))
    mean = metric(*rows, sample_weight=weight, **kwargs)
    assert_allclose(mean, np.average(single, weights=weight))
    frames = (pd.DataFrame(row) for row in rows)
    assert_allclose(metric(*frames, **kwargs), np.mean(single))


def test_complex_rows_are_complex_or_packed():
    rng = np.random.default_rng(0)
    true, pred = rng.standard_normal((2, 3, 20)) + 1j * rng.standard_normal((2, 3, 20))
    options = {"shape": (4, 5), "symmetry": fourier_symmetry((4, 5), "complex")}
    single = [
        aligned_mean_squared_error(*(y.reshape(4, 5) for y in pair), symmetry=options["symmetry"])
        for pair in zip(true, pred, strict=True)
    ]
    packed = (np.hstack([y.real, y.imag]) for y in (true, pred))
    for rows in ((true, pred), packed):
        assert_allclose(aligned_mean_squared_error(*rows, **options), np.mean(single))


@all_calls
def test_scorers_take_flat_images(name):
    metric, kwargs = CALLS[name]
    images = load_digits().images[:60] / 16
    X = np.abs(np.fft.fft2(images)).reshape(60, -1)
    y = images.reshape(60, -1)
    is_error = name == "aligned_mean_squared_error"
    scorer = field_scorer("neg_" * is_error + name, shape=(8, 8), **kwargs)
    scores = cross_val_score(KNeighborsRegressor(2), X, y, scoring=scorer, cv=3)
    model = KNeighborsRegressor(2).fit(X[20:], y[20:])
    expected = metric(y[:20], model.predict(X[:20]), shape=(8, 8), **kwargs)
    assert_allclose(scores[0], -expected if is_error else expected)


@with_gradient
def test_tensors_have_the_gradient_of_the_definition(name):
    metric, kwargs = CALLS[name]
    rng = np.random.default_rng(0)
    true, pred = rng.uniform(size=(2, 6, 7))
    tensor = torch.tensor(pred, requires_grad=True)
    value = metric(torch.tensor(true), tensor, **kwargs)
    assert value.ndim == 0
    plain = metric(true, pred, **kwargs)
    assert type(plain) is float
    assert_allclose(value.item(), plain)
    value.backward()
    step = 1e-6 * rng.standard_normal(pred.shape)
    change = metric(true, pred + step, **kwargs) - metric(true, pred - step, **kwargs)
    assert_allclose((tensor.grad.numpy() * 2 * step).sum(), change, rtol=1e-4)


@all_calls
def test_what_is_no_image_is_refused(name):
    metric, kwargs = CALLS[name]
    image = np.random.default_rng(0).uniform(size=(8, 8))
    hole = np.where(image == image.max(), np.nan, image)
    for pair, options, message in [
        ((hole, image), {}, "y_true contains NaN"),
        ((image, hole), {}, "y_pred contains NaN"),
        ((image, image[:4]), {}, "same shape"),
        ((image, image[:1]), {}, "same shape"),
        ((image, image[None]), {}, "same shape"),
        ((image[0], image[0]), {}, "two axes beside its channels"),
        ((image[..., None], image[..., None]), {}, "channel_axis=-1 for channels"),
        ((image[..., None], image[..., None]), {"channel_axis": 3}, "two axes"),
        ((image, image), {"channel_axis": 0}, "two axes"),
        ((image, image), {"shape": (8, 8)}, "64 coordinates, got 8"),
        ((image, image), {"shape": (8, 8), "symmetry": Sign()}, "have 64 entries, but rows"),
        ((image, image), {"shape": 64}, "'shape'"),
        ((image, image), {"symmetry": Sign}, "'symmetry'"),
    ]:
        with pytest.raises(ValueError, match=message):
            metric(*pair, **kwargs, **options)


@pytest.mark.parametrize("metric", [aligned_psnr, aligned_ssim])
def test_the_range_is_never_guessed(metric):
    image = np.eye(8)
    with pytest.raises(TypeError, match="data_range"):
        metric(image, image)
    for data_range in (0, -1.0, np.inf, np.nan, True):
        with pytest.raises(ValueError, match="'data_range'"):
            metric(image, image, data_range=data_range)


def test_similarity_is_of_real_arrays_and_needs_scikit_image(monkeypatch):
    image = np.eye(8)
    with pytest.raises(TypeError, match=r"numpy\(\)"):
        aligned_ssim(torch.tensor(image), torch.tensor(image), **RANGE)
    with pytest.raises(ValueError, match="moduli"):
        aligned_ssim(image * 1j, image, **RANGE)
    monkeypatch.setitem(sys.modules, "skimage.metrics", None)
    with pytest.raises(ModuleNotFoundError, match=r"\.\[images\]"):
        aligned_ssim(image, image, **RANGE)
