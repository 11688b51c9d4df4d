"""How many images HybridInputOutput finds: ``python benchmarks/bench_fourier.py [n_images]``.

Images stand in frames oversampled twice. Errors are relative, up to flip, shift and sign or phase;
an image is found where its error is at most 1e-4. Seconds are those that one core works for one
image.
"""

import itertools
import sys
import time

import numpy as np
from skimage import data
from sklearn.datasets import load_digits
from threadpoolctl import threadpool_limits

from sksym import fourier_symmetry
from sksym.datasets import make_fourier_phase_retrieval
from sksym.regressors import HybridInputOutput

FOUND = 1e-4


def draw_patches(n_images, size=16, seed=0):
    """Square patches anywhere in two photographs, in turn."""
    rng, patches = np.random.default_rng(seed), []
    for picture in itertools.islice(itertools.cycle([data.camera(), data.coins()]), n_images):
        row, column = (rng.integers(side - size + 1) for side in picture.shape)
        patches.append(picture[row : row + size, column : column + size] / 255)
    return np.array(patches)


def cases(n_images):
    """Images, options of the maker and options of the solver, by name."""
    digits = load_digits().images / 16
    positive, signed = digits[:n_images], {"nonnegative": False}
    pairs = digits[:n_images] + 1j * digits[-n_images:]
    field = {"field": "complex"}
    return {
        "photographs 16 x 16": (draw_patches(n_images), {}, {}),
        "photographs, any sign": (draw_patches(n_images), {}, signed),
        "digits 8 x 8": (positive, {}, {}),
        "digits, any sign": (positive, {}, signed),
        "digits, complex": (pairs, field, field | signed),
    }


def measure(images, maker_options, solver_options):
    """Relative errors, and seconds for one image."""
    X, y = make_fourier_phase_retrieval(images, **maker_options)
    frame = tuple(2 * size for size in images.shape[1:])
    solve = HybridInputOutput(frame, images.shape[1:], random_state=0, **solver_options)
    start = time.process_time()
    found = solve(X)
    seconds = (time.process_time() - start) / len(images)
    symmetry = fourier_symmetry(frame, **maker_options)
    return symmetry.distance(found, y) / np.linalg.norm(y, axis=1), seconds


SOLVERS = {
    "least squares, 11 starts": {"n_iter": 0},
    "one start": {"n_restarts": 0},
    "11 starts": {},
}


def main(n_images=200):
    print(f"{n_images} images of each kind\n")
    print(f"{'':24}" + "".join(f"{name:>26}" for name in SOLVERS))
    print(f"{'':24}" + len(SOLVERS) * f"{'found':>15}{'seconds':>11}")
    for name, (images, maker_options, options) in cases(n_images).items():
        line = f"{name:24}"
        for solver_options in SOLVERS.values():
            error, seconds = measure(images, maker_options, options | solver_options)
            line += f"{100 * np.mean(error <= FOUND):>13.1f} %{seconds:>11.3f}"
        print(line, flush=True)


if __name__ == "__main__":
    with threadpool_limits(1):
        main(*map(int, sys.argv[1:]))
