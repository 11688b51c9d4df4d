"""
Did phase retrieval fail, or did it return the image upside down?
=================================================================

An image and its half turn have the same Fourier moduli: nobody can tell which of the two was
measured. A score that compares pixel with pixel calls a reconstruction that came back turned a
failure; a score up to the symmetry says which runs have solved the problem.
"""

import matplotlib.pyplot as plt
import numpy as np
from skimage.data import camera
from skimage.metrics import peak_signal_noise_ratio
from skimage.transform import downscale_local_mean

from sksym import ConjugateFlip, CyclicShift
from sksym.datasets import make_fourier_phase_retrieval
from sksym.metrics import aligned_psnr
from sksym.regressors import HybridInputOutput

FAILED, SOLVED = 20, 40  # decibels
PHOTONS = {"exact": None, "photons": 10_000}  # for a squared modulus of one

# %%
# Many runs of one measurement
# ----------------------------
# The photograph stands in a frame of twice its size, where all else is known to be zero and no
# pixel to be negative. The squared moduli of the frame's Fourier transform are measured, exactly
# or as counts of photons. Hybrid input-output starts from random frames.


def reconstruct(image, photons, n_runs, rng):
    X, _, forward = make_fourier_phase_retrieval(image[None], return_forward=True)
    X = X if photons is None else rng.poisson(photons * X) / photons
    shape, (height, width) = tuple(2 * n for n in image.shape), image.shape
    solve = HybridInputOutput(shape, image.shape, n_iter=400, n_restarts=0)
    measured = np.repeat(X, n_runs, axis=0)
    frames = solve(measured, rng.uniform(size=measured.shape))
    misfit = np.linalg.norm(forward(frames) - measured, axis=1) / np.linalg.norm(X)
    return frames.reshape(n_runs, *shape)[:, :height, :width], misfit


# %%
# Two scores of each run
# ----------------------
# Raw and aligned peak signal-to-noise ratio; the aligned one is the best of all shifts and half
# turns, at the cost of two Fourier transforms. A run is turned if half turns bring it nearer.


def score(image, runs):
    rows, shifts = runs.reshape(len(runs), -1), CyclicShift(image.shape)
    raw = np.array([peak_signal_noise_ratio(image, run, data_range=1) for run in runs])
    aligned = np.array([aligned_psnr(image, run, data_range=1) for run in runs])
    symmetry, bad = ConjugateFlip(image.shape) * shifts, raw < FAILED
    turned = shifts.distance(rows, image.ravel()) > symmetry.distance(rows, image.ravel())
    shares = {
        "share that came back turned": turned.mean(),
        f"share below {FAILED} dB raw": bad.mean(),
        f"share below {FAILED} dB raw, above {SOLVED} aligned": (bad & (aligned > SOLVED)).mean(),
    }
    return raw, aligned, shares


# %%
# Which run to keep
# -----------------
# The misfit needs no truth. Aligned with the run that has the least, all can be averaged.


def keep(runs, misfit):
    best = runs[misfit.argmin()]
    symmetry = ConjugateFlip(best.shape) * CyclicShift(best.shape)
    moved = symmetry.align(runs.reshape(len(runs), -1), best.ravel()).reshape(runs.shape)
    return {"least misfit": best, "plain mean": runs.mean(0), "aligned mean": moved.mean(0)}


def run(n_runs=30, size=64):
    """Reconstruct and score; return shares of the runs and decibels."""
    image = downscale_local_mean(camera(), (512 // size, 512 // size)) / 255
    results, rng = {}, np.random.default_rng(0)
    _, axes = plt.subplot_mosaic("AABC;AADE", figsize=(9, 4.5), layout="constrained")
    for name, photons in PHOTONS.items():
        runs, misfit = reconstruct(image, photons, n_runs, rng)
        (raw, aligned, shares), kept = score(image, runs), keep(runs, misfit)
        decibels = {f"{k}, dB": aligned_psnr(image, v, data_range=1) for k, v in kept.items()}
        decibels |= {"median run, dB": np.median(aligned), "best run, dB": aligned.max()}
        results |= {f"{name}: {k}": value for k, value in (shares | decibels).items()}
        axes["A"].plot(raw, aligned, "o", alpha=0.5, label=name)
    axes["A"].set(xlabel="raw PSNR, dB", ylabel="aligned PSNR, dB", title="each point a run")
    axes["A"].legend()
    for place, (name, picture) in zip("BCDE", {"image": image, **kept}.items(), strict=True):
        axes[place].imshow(picture, cmap="gray", vmin=0, vmax=1)
        axes[place].set(title=name, xticks=[], yticks=[])
    return results


if __name__ == "__main__":
    for name, value in run().items():
        print(f"{name}: {value:.3g}")
    plt.show()
