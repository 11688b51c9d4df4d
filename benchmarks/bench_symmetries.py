"""Cost of the symmetries: run by hand with ``python benchmarks/bench_symmetries.py``.

Every line is a ratio measured within one run, with the smallest of several times on each side:
ratios vary less than times. Memory is the peak of a call beyond its input, divided by the size of
the input.
"""

import time
import tracemalloc

import numpy as np
from scipy.linalg import orthogonal_procrustes
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import mean_squared_error

from sksym import CyclicShift, Orthogonal, Permutation, Sign, fourier_symmetry
from sksym.metrics import rectified_mean_squared_error

LOOP_ROWS = 2000  # a loop over rows is timed on fewer and scaled up


def seconds(function, repeat=5):
    """Smallest wall time of a call."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def peak_bytes(function):
    """Peak memory that a call allocates."""
    tracemalloc.start()
    function()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def report(what, value, unit, bar=""):
    print(f"{what:<62} {value:10.3g} {unit:<8} {bar}")


def sign(rng, n_samples=1_000_000):
    y = rng.standard_normal((n_samples, 15))
    other = rng.standard_normal((n_samples, 15))
    symmetry = Sign()
    copy = seconds(lambda: y.copy())
    canonical = seconds(lambda: symmetry.canonicalize(y))
    report("Sign().canonicalize / y.copy()", canonical / copy, "times", "at most 3")
    plain = seconds(lambda: mean_squared_error(y, other))
    rectified = seconds(lambda: rectified_mean_squared_error(y, other, symmetry=symmetry))
    report("rectified / plain mean squared error", rectified / plain, "times", "at most 3")
    for name, call in (
        ("canonicalize", lambda: symmetry.canonicalize(y)),
        ("rectified error", lambda: rectified_mean_squared_error(y, other, symmetry=symmetry)),
    ):
        report(f"peak memory of {name} / input", peak_bytes(call) / y.nbytes, "times", "at most 2")


def linearity(rng):
    y = rng.standard_normal((10_000_000, 3))
    times = []
    for n_samples in (10_000, 100_000, 1_000_000, 10_000_000):
        times.append(seconds(lambda n=n_samples: Sign().canonicalize(y[:n])) / n_samples)
        report(f"Sign().canonicalize, {n_samples:.0e} rows", times[-1] * 1e9, "ns/row")
    report("largest / smallest time a row", max(times) / min(times), "times")


def against_loops(rng, n_samples=100_000):
    cases = (
        ("Permutation, 4 blocks of 3", Permutation(4), 12, _assign),
        ("Orthogonal(3), 20 points", Orthogonal(3), 60, _procrustes),
        ("CyclicShift((64,))", CyclicShift((64,)), 64, None),
    )
    for name, symmetry, width, loop in cases:
        y, to = rng.standard_normal((2, n_samples, width))
        ours = seconds(lambda s=symmetry, y=y, to=to: s.align(y, to), repeat=3)
        report(f"{name}, {n_samples:.0e} rows", ours, "s")
        if loop is not None:
            theirs = seconds(lambda f=loop, y=y, to=to: f(y[:LOOP_ROWS], to[:LOOP_ROWS]), repeat=3)
            ratio = theirs * n_samples / LOOP_ROWS / ours
            report(f"{name}: loop over scipy's solver / ours", ratio, "times", "at least 10")


def _assign(y, to):
    for row, target in zip(y.reshape(-1, 4, 3), to.reshape(-1, 4, 3), strict=True):
        row[linear_sum_assignment(target @ row.T, maximize=True)[1]]


def _procrustes(y, to):
    for points, target in zip(y.reshape(-1, 20, 3), to.reshape(-1, 20, 3), strict=True):
        points @ orthogonal_procrustes(points, target)[0]


def images(rng):
    y = rng.standard_normal((200, 2048))
    symmetry = fourier_symmetry((32, 32), field="complex")
    time_ = seconds(lambda: symmetry.canonicalize(y), repeat=3)
    report("shift x phase x flip, 200 images of 32 x 32", time_, "s", "well under 1")


def blank_images(rng, side=64):
    """All shifts of a constant image are equally near; they need not be tried one by one."""
    y, to = rng.standard_normal((2, 20, side * side))
    for symmetry in (CyclicShift((side, side)), fourier_symmetry((side, side))):
        generic = seconds(lambda s=symmetry: s.align(y, to))
        for name, pair in (
            ("a constant image", (np.ones_like(y), to)),
            ("to a constant image", (y, np.ones_like(y))),
            ("to zero", (y, np.zeros_like(y))),
        ):
            ratio = seconds(lambda s=symmetry, p=pair: s.align(*p)) / generic
            group = type(symmetry).__name__
            report(f"{group}, {name} / generic images", ratio, "times", "at most 3")
    few = seconds(lambda: (Sign() * Permutation()).align(y[:, :12], to[:, :12]))
    report("Sign() * Permutation(), 20 rows of 12", few, "s", "milliseconds")


def main():
    rng = np.random.default_rng(0)
    for part in (sign, linearity, against_loops, images, blank_images):
        part(rng)


if __name__ == "__main__":
    main()
