"""Cost of the symmetries: run by hand with ``python benchmarks/bench_symmetries.py``.

Every line is a ratio measured within one run, with the smallest of several times on each side:
ratios vary less than times. Memory is the peak of a call beyond its input, divided by the size of
the input.
"""

import math
import time
import tracemalloc

import numpy as np
from scipy.linalg import orthogonal_procrustes
from scipy.optimize import linear_sum_assignment
from scipy.spatial.transform import Rotation
from sklearn.metrics import mean_squared_error

from sksym import (
    Columns,
    CyclicShift,
    Identity,
    MatrixGroup,
    Orthogonal,
    Permutation,
    Sign,
    crystal_symmetry,
    fourier_symmetry,
)
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


def disjoint_parts(rng, n_samples=100_000):
    parts = (
        (Permutation(4), slice(0, 12)),
        (Orthogonal(3), slice(12, 30)),
        (Sign(), slice(30, 34)),
    )
    y, to = rng.standard_normal((2, n_samples, 34))
    product = math.prod(
        (Columns(part, range(34)[columns]) for part, columns in parts), start=Identity()
    )
    apart = sum(
        seconds(lambda p=part, c=columns: p.align(y[:, c], to[:, c])) for part, columns in parts
    )
    joint = seconds(lambda: product.align(y, to))
    report("disjoint parts: product / sum of the parts", joint / apart, "times", "at most 1.2")


def clusters(rng, n_pairs=5, n_points=13, n_starts=120):
    """Orders and rigid motions of 13 like atoms, against a loop over scipy's two solvers."""
    y, to = rng.standard_normal((2, n_pairs, n_points, 3))
    symmetry = Permutation(n_points) * Orthogonal(3, reflections=False, center=True)
    rows = [part.reshape(n_pairs, -1) for part in (y, to)]
    ours = seconds(lambda: symmetry.align(*rows), repeat=3) / n_pairs
    report("13 atoms, order x rigid motion", ours, "s/row", "under 1")

    def loop():
        return [_iterated(*pair, n_starts) for pair in zip(y, to, strict=True)]

    report(
        "13 atoms: loop over scipy's solvers / ours", seconds(loop, 1) / n_pairs / ours, "times"
    )
    aligned = symmetry.distance(*rows)
    report("13 atoms: scipy's distance / ours, median", np.median(loop() / aligned), "times")


def crystals(rng, n_samples=20_000):
    symmetry, group = crystal_symmetry("432"), Rotation.create_group("O")
    y = Rotation.random(n_samples, rng=rng).as_quat()
    ours = seconds(lambda: symmetry.canonicalize(y, [0.0, 0.0, 0.0, 1.0]), repeat=3)
    report(f'crystal_symmetry("432").canonicalize, {n_samples:.0e} rows', ours, "s")
    few = [Rotation.from_quat(row) for row in y[:LOOP_ROWS]]
    theirs = seconds(lambda: [rotation.reduce(group) for rotation in few], repeat=3)
    ratio = theirs * n_samples / LOOP_ROWS / ours
    report('"432": loop over scipy\'s Rotation.reduce / ours', ratio, "times", "at least 10")
    at_once = seconds(lambda: Rotation.from_quat(y).reduce(group), repeat=3)
    report('"432": Rotation.reduce of all rows / ours', at_once / ours, "times")
    swap, cycle = np.eye(6)[[1, 0, 2, 3, 4, 5]], np.eye(6)[[1, 2, 3, 4, 5, 0]]
    generators = np.array([np.kron(m, np.eye(3)) for m in (swap, cycle, -np.eye(6))])

    def enumerate_all():  # generators that were not seen before: answers are kept
        return MatrixGroup(generators + rng.uniform(0, 1e-9)).order

    elements = seconds(enumerate_all, repeat=1)
    report("MatrixGroup of 1440 elements of side 18, enumerated", elements, "s", "under 1")


def _iterated(points, target, n_starts):
    """Assignment and rotation in turn from random rotations, the usual way by hand."""
    points, target = points - points.mean(axis=0), target - target.mean(axis=0)
    best = np.inf
    for turn in Rotation.random(n_starts, rng=np.random.default_rng(0)):
        moved, order = turn.apply(points), None
        while True:
            new = linear_sum_assignment(target @ moved.T, maximize=True)[1]
            if order is not None and (new == order).all():
                break
            order = new
            turn, distance = Rotation.align_vectors(target, points[order])
            moved = turn.apply(points)
        best = min(best, distance)
    return best


def main():
    rng = np.random.default_rng(0)
    parts = (
        sign,
        linearity,
        against_loops,
        images,
        blank_images,
        disjoint_parts,
        clusters,
        crystals,
    )
    for part in parts:
        part(rng)


if __name__ == "__main__":
    main()
