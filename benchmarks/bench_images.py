"""Cost of the aligned errors of images: run by hand with ``python benchmarks/bench_images.py``.

Times are the smallest of several calls, on one thread with ``OMP_NUM_THREADS=1``.
"""

import math

import numpy as np
from bench_symmetries import report, seconds
from skimage.data import astronaut
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from sksym.metrics import aligned_psnr, aligned_ssim

OPTIONS = {"data_range": 255, "channel_axis": -1}


def reconstruction(image, rng):
    """The image upside down, shifted and noisy."""
    turned = np.roll(image[::-1, ::-1], (13, 77), axis=(0, 1))
    return (turned + rng.normal(0, 10, image.shape)).clip(0, 255).astype(np.uint8)


def photograph(rng):
    image = astronaut()[::2, ::2]
    other = reconstruction(image, rng)
    plain = seconds(lambda: peak_signal_noise_ratio(image, other, data_range=255))
    aligned = seconds(lambda: aligned_psnr(image, other, **OPTIONS))
    name = " x ".join(map(str, image.shape))
    report(f"aligned PSNR, {name}", aligned * 1e3, "ms", "at most 50")
    report("aligned / plain PSNR", aligned / plain, "times")
    plain = seconds(lambda: structural_similarity(image, other, **OPTIONS))
    aligned = seconds(lambda: aligned_ssim(image, other, **OPTIONS))
    report(f"aligned SSIM, {name}", aligned * 1e3, "ms")
    report("aligned / plain SSIM", aligned / plain, "times")


def brute_force(rng):
    """A loop over all shifts and flips, timed on small images."""
    image = astronaut()[:32, :32]
    other = reconstruction(image, rng).astype(float)

    def loop():
        errors = [
            np.mean((np.roll(flipped, (i, j), axis=(0, 1)) - image) ** 2)
            for flipped in (other, other[::-1, ::-1])
            for i in range(32)
            for j in range(32)
        ]
        return 20 * math.log10(255) - 10 * math.log10(min(errors))

    slow, fast = seconds(loop, repeat=2), seconds(lambda: aligned_psnr(image, other, **OPTIONS))
    gap = abs(loop() - aligned_psnr(image, other, **OPTIONS))
    report("loop over all shifts and flips / aligned PSNR, 32 x 32 x 3", slow / fast, "times")
    report("largest difference of the two", gap, "dB", "at most 1e-9")


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    photograph(rng)
    brute_force(rng)
