"""Linear phases against sweeps of fine Fourier grids, and known ramps of fractions of a pixel."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.ndimage import fourier_shift

from sksym import CanonicalizeTargets, PhaseRamp
from sksym.testing import check_laws

SHAPES = [(7,), (40,), (3, 2), (6, 8), (3, 2, 4)]


def complex_rows(rng, n_samples, n):
    return rng.standard_normal((n_samples, n)) + 1j * rng.standard_normal((n_samples, n))


def ramps(shape, b):
    x = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1)
    return np.exp(2j * np.pi * x.reshape(-1, len(shape)) @ b)


def largest_overlap(w, shape, finer):
    """Largest |A(b)| on a grid: Fourier transforms of rows that are padded with zeros."""
    fine = [finer * n for n in shape]
    transform = np.fft.fftn(w.reshape(-1, *shape), s=fine, axes=range(1, 1 + len(shape)))
    return np.abs(transform).reshape(len(w), -1).max(axis=1)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_no_ramp_of_a_fine_sweep_is_nearer(shape):
    rng = np.random.default_rng(0)
    y, to = (
        complex_rows(rng, 300, int(np.prod(shape))),
        complex_rows(rng, 300, int(np.prod(shape))),
    )
    finer = {1: 64, 2: 16, 3: 8}[len(shape)]
    aligned = PhaseRamp(shape).align(y, to)
    overlap = np.vecdot(to, aligned)
    assert_allclose(overlap.imag, 0, atol=1e-12 * np.prod(shape))
    sweep = largest_overlap(y * to.conj(), shape, finer)
    assert (overlap.real >= sweep * (1 - 1e-12)).all()
    # Between neighbours of the grid a polynomial cannot rise by more than its degree allows.
    rise = sum((n - 1) / n for n in shape) * np.pi / (2 * finer)
    assert (overlap.real <= sweep / np.cos(rise)).all()


@pytest.mark.parametrize("shape", [(40,), (3, 2)], ids=str)
def test_laws(shape):
    check_laws(PhaseRamp(shape), complex_rows(np.random.default_rng(1), 6, int(np.prod(shape))))


@pytest.mark.parametrize("shape", [(9,), (5, 4)], ids=str)
def test_known_ramps_of_fractions_are_undone(shape):
    rng = np.random.default_rng(2)
    y = complex_rows(rng, 50, int(np.prod(shape)))
    b = rng.uniform(-3, 3, (50, len(shape)))
    moved = (
        y * np.stack([ramps(shape, row) for row in b]) * np.exp(1j * rng.uniform(0, 7, (50, 1)))
    )
    assert_allclose(PhaseRamp(shape).align(moved, y), y, atol=1e-12)
    assert_allclose(PhaseRamp(shape).distance(moved, y), 0, atol=1e-12)


def test_a_shift_of_the_signal_is_a_ramp_of_its_transform():
    # Known up to a shift by any fraction of a sample: ramps of the Fourier coefficients.
    y = np.random.default_rng(3).standard_normal((5, 5, 4))
    spectra = np.fft.fftshift(np.fft.fft2(y), axes=(1, 2))
    moved = np.stack([fourier_shift(np.fft.fft2(image), (0.37, -1.2)) for image in y])
    moved = np.fft.fftshift(moved, axes=(1, 2))
    rows = (spectra.reshape(5, -1), moved.reshape(5, -1))
    assert_allclose(PhaseRamp((5, 4)).distance(*rows), 0, atol=1e-12)


REFERENCES = {
    "own": None,
    "generic": complex_rows(np.random.default_rng(4), 1, 6)[0],
    "constant": np.ones(6, dtype=complex),
    "one pixel": np.eye(6, dtype=complex)[0],
    "two pixels": np.eye(6, dtype=complex)[[0, 3]].sum(axis=0),
}


@pytest.mark.parametrize("reference", REFERENCES.values(), ids=REFERENCES)
def test_tied_ramps_of_sparse_rows_give_one_representative(reference):
    # Zeros, single pixels, pixels with a common step, real rows: many ramps are equally good.
    rng = np.random.default_rng(5)
    y = rng.integers(-1, 2, (150, 6)) + 1j * rng.integers(-1, 2, (150, 6))
    y = np.concatenate([y * (rng.uniform(size=y.shape) < 0.6), y[:50].real, np.eye(6)])
    symmetry = PhaseRamp()
    expected = symmetry.canonicalize(y, reference)
    assert_allclose(symmetry.distance(expected, y), 0, atol=1e-12)
    for seed in range(3):
        moved = symmetry.canonicalize(symmetry.random(y, seed), reference)
        assert_allclose(moved, expected, atol=1e-12)


def test_pixels_of_one_line_of_an_image():
    # No slope across the line does anything to the row.
    y = np.zeros((20, 3, 4), dtype=complex)
    y[:10, 1] = complex_rows(np.random.default_rng(6), 10, 4)
    y[10:, :, 2] = complex_rows(np.random.default_rng(7), 10, 3)
    symmetry, y = PhaseRamp((3, 4)), y.reshape(20, 12)
    for seed in range(3):
        moved = symmetry.random(y, seed)
        assert_allclose(symmetry.canonicalize(moved), symmetry.canonicalize(y), atol=1e-12)
        assert_allclose(symmetry.distance(moved, y), 0, atol=1e-12)


def test_the_strongest_frequency_of_a_smooth_row_goes_to_zero():
    x = np.arange(32)
    y = np.exp(2j * np.pi * 0.173 * x)[None] * (1 + 0.2 * np.sin(x / 3))
    moved = PhaseRamp().canonicalize(y)
    # The default reference is constant but for a part of half its size.
    frequency = np.angle(np.sum(moved[0, 1:] * moved[0, :-1].conj())) / (2 * np.pi)
    assert abs(frequency) < 0.5 / 32


def test_margin_vanishes_where_two_ramps_tie():
    x = np.arange(8)
    tied = (np.exp(2j * np.pi * x / 8) + np.exp(-2j * np.pi * x / 8))[None]
    constant = np.ones(8, dtype=complex)
    assert_allclose(PhaseRamp().margin(tied, constant), 0, atol=1e-14)
    # A constant row: the peak is 8 high, the next local maximum is that of the Dirichlet kernel.
    b = np.linspace(1 / 8, 1 / 2, 200_001)
    lobe = np.abs(np.sin(8 * np.pi * b) / np.sin(np.pi * b)).max()
    assert_allclose(PhaseRamp().margin(constant[None], constant), (8 - lobe) / 2 / 8**0.5)


def test_gradients_flow_to_the_rows():
    rng = np.random.default_rng(8)
    y = torch.asarray(complex_rows(rng, 3, 5)).requires_grad_()
    to = torch.asarray(complex_rows(rng, 3, 5))
    PhaseRamp().distance(y, to).sum().backward()
    aligned = PhaseRamp().align(to, y.detach())
    # At the best ramp the distance changes as that to the fixed aligned target.
    expected = (y.detach() - aligned) / torch.linalg.vector_norm(y.detach() - aligned, dim=1)[
        :, None
    ]
    assert_allclose(y.grad, expected, atol=1e-9)


def test_wrong_shapes_are_named():
    with pytest.raises(ValueError, match=r"PhaseRamp\(shape=\(2, 2\)\) needs rows of 4 coordin"):
        PhaseRamp((2, 2)).canonicalize(np.ones((1, 5), dtype=complex))
    with pytest.raises(ValueError, match="even number of columns, got 5"):
        PhaseRamp().canonicalize(np.ones((1, 5)))
    with pytest.raises(ValueError, match="cannot break"):
        CanonicalizeTargets(PhaseRamp(), np.eye(12)[0]).fit(np.ones((4, 12)))
