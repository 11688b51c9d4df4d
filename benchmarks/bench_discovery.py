"""What discovery finds: run by hand with ``python benchmarks/bench_discovery.py [part ...]``.

Parts: `settings` counts in twenty settings how often the right group is found and how often one
with a false element, `makers` prints the answer for every maker of `sksym.datasets`, `compared`
holds a comparison with the discovered group against that with the documented one, `suggest` ranks
candidates in four kinds of data where neighbours alone choose too large a group.
"""

import sys
import time
import warnings

import numpy as np
from joblib import Parallel, delayed
from scipy.spatial.transform import Rotation

from sksym import (
    Blocks,
    ConjugateFlip,
    Conjugation,
    CyclicShift,
    FactorScale,
    GlobalPhase,
    Identity,
    MatrixGroup,
    Orthogonal,
    Permutation,
    Sign,
    crystal_symmetry,
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
from sksym.experiments import compare
from sksym.inspection import discover_symmetry, suggest_symmetry

ALIKE = 0.05  # root mean square distance of orbits over the spread of targets: the same group


def linear(rng, y):
    return y @ rng.standard_normal((y.shape[1], y.shape[1] + 2))


def curved(rng, y):
    first, second = rng.standard_normal((2, y.shape[1], 8))
    return np.tanh(y @ first / 2) + (y @ second) ** 2 / 8


def squares(rng, y, n_measurements):
    return (y @ rng.standard_normal((y.shape[1], n_measurements))) ** 2


def nearly_even(rng, y):
    even, odd = squares(rng, y, 12), y @ rng.standard_normal((y.shape[1], 12))
    return even + 0.05 * even.std(axis=0) * odd / odd.std(axis=0)


def squares_of_halves(rng, y):
    return np.hstack([squares(rng, half, 8) for half in np.split(y, 2, axis=1)])


def waves_of_halves(rng, y):
    directions, phases = 0.8 * rng.standard_normal((2, 12)), rng.uniform(0, 2 * np.pi, 12)
    return sum(np.cos(half @ directions + phases) for half in np.split(y, 2, axis=1))


def power_sums(rng, y):
    return np.stack([(y**power).sum(axis=1) for power in range(1, y.shape[1] + 1)], axis=1)


def padded_fourier(rng, y):
    return np.abs(np.fft.rfft(y, 2 * y.shape[1])) ** 2


def powers_of_plane(rng, y, fold):
    z = y[:, 0] + 1j * y[:, 1]
    return np.stack([(z**fold).real, (z**fold).imag, np.abs(z) ** 2], axis=1)


def cubic_crystal(rng, y):
    directions = rng.standard_normal((14, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return ((directions @ Rotation.from_quat(y).as_matrix()) ** 4).sum(axis=2)


def moduli(rng, y, is_real):
    n = y.shape[1] // 2
    operator = rng.standard_normal((n, 6 * n)) + 1j * (not is_real) * rng.standard_normal(
        (n, 6 * n)
    )
    return np.abs((y[:, :n] + 1j * y[:, n:]) @ operator) ** 2


def squared_distances(rng, y):
    points = y.reshape(len(y), -1, 2)
    first, second = np.triu_indices(points.shape[1], 1)
    return ((points[:, first] - points[:, second]) ** 2).sum(axis=2)


CENTER = np.array([1.0, -0.5, 2.0])


def squares_about_a_point(rng, y):
    return squares(rng, y - CENTER, 9)


def outer_products(rng, y):
    return np.einsum("ni,nj->nij", y[:, :2], y[:, 2:]).reshape(len(y), -1)


def turn(fold):
    return MatrixGroup([Rotation.from_rotvec([0, 0, 2 * np.pi / fold]).as_matrix()[:2, :2]])


# Name: width, forward map, the group, its arguments.
SETTINGS = {
    "no symmetry, linear": (4, linear, Identity(), {}),
    "no symmetry, curved": (4, curved, Identity(), {}),
    "no symmetry, nearly even (5 %)": (4, nearly_even, Identity(), {}),
    "sign": (5, squares, Sign(), {"n_measurements": 15}),
    "signs of two blocks": (6, squares_of_halves, Blocks(Sign(), 2), {}),
    "exchange of blocks": (4, waves_of_halves, Permutation(2), {}),
    "three unordered numbers": (3, power_sums, Permutation(), {}),
    "four unordered numbers": (4, power_sums, Permutation(), {}),
    "zero-padded Fourier, n = 4": (4, padded_fourier, Sign() * ConjugateFlip(), {}),
    "zero-padded Fourier, n = 6": (6, padded_fourier, Sign() * ConjugateFlip(), {}),
    "zero-padded Fourier, n = 8": (8, padded_fourier, Sign() * ConjugateFlip(), {}),
    "third turns of the plane": (2, powers_of_plane, turn(3), {"fold": 3}),
    "quarter turns of the plane": (2, powers_of_plane, turn(4), {"fold": 4}),
    "octahedral rotations": (4, cubic_crystal, crystal_symmetry("432", side="right"), {}),
    "phase": (6, moduli, GlobalPhase(), {"is_real": False}),
    "phase and conjugation": (6, moduli, GlobalPhase() * Conjugation(), {"is_real": True}),
    "rigid motions of 3 points": (6, squared_distances, Orthogonal(2, center=True), {}),
    "rigid motions of 4 points": (8, squared_distances, Orthogonal(2, center=True), {}),
    "mirror about a point": (
        3,
        squares_about_a_point,
        MatrixGroup([-np.eye(3)], offsets=[2 * CENTER]),
        {},
    ),
    "two-sided scales": (5, outer_products, FactorScale(2, 1, 3), {}),
}
# Pairs, noise over the spread, seeds.
CONDITIONS = [
    (2000, 0.05, 10),
    (500, 0.05, 3),
    (20_000, 0.05, 3),
    (2000, 0.0, 3),
    (2000, 0.01, 3),
    (2000, 0.1, 3),
]
BARRED = CONDITIONS[0]


def make(name, n_samples, noise, seed):
    """Measurements with noise and targets of a setting."""
    n, forward, _, arguments = SETTINGS[name]
    rng = np.random.default_rng(seed)
    y = rng.standard_normal((n_samples, n))
    if forward is squares_about_a_point:
        y += CENTER
    if forward is cubic_crystal:
        y /= np.linalg.norm(y, axis=1, keepdims=True)
    X = forward(rng, y, **arguments)
    return X + noise * X.std(axis=0) * rng.standard_normal(X.shape), y


def is_inside(group, other, y):
    """Whether a group contains another one, to a few hundredths of the spread of targets."""
    worst = 0.0
    for seed in range(4):
        moved = other.random(y, random_state=seed)
        distances = group.distance(moved, y)
        worst = max(worst, np.sqrt(np.mean(distances**2) / y.shape[1]))
    return worst < ALIKE * y.std()


def run_setting(name, n_samples, noise, seed):
    """Whether the group is right, whether it has a false element, the verdict and seconds."""
    X, y = make(name, n_samples, noise, seed)
    start = time.perf_counter()
    discovery = discover_symmetry(X, y, random_state=seed)
    seconds = time.perf_counter() - start
    truth, found, some = SETTINGS[name][2], discovery.symmetry, y[:100]
    is_false = found is not None and not is_inside(truth, found, some)
    is_right = found is not None and not is_false and is_inside(found, truth, some)
    return is_right, is_false, discovery.verdict, seconds


def settings():
    """Shares for each setting and condition."""
    for n_samples, noise, n_seeds in CONDITIONS:
        print(f"\n{n_samples} pairs, {noise:.0%} noise, {n_seeds} seeds")
        print(f"{'':32}{'right':>7}{'false element':>15}{'cannot tell':>13}{'seconds':>9}")
        tasks = [(name, n_samples, noise, seed) for name in SETTINGS for seed in range(n_seeds)]
        results = Parallel(2)(delayed(run_setting)(*task) for task in tasks)
        shares = {}
        for k, name in enumerate(SETTINGS):
            right, false, verdicts, seconds = zip(
                *results[k * n_seeds : (k + 1) * n_seeds], strict=True
            )
            unsure = np.mean([verdict == "cannot tell" for verdict in verdicts])
            shares[name] = np.mean(right), np.mean(false), unsure
            print(
                f"{name:32}{shares[name][0]:7.0%}{shares[name][1]:15.0%}{unsure:13.0%}"
                f"{max(seconds):9.1f}"
            )
        small = [shares[name] for name in SETTINGS if SETTINGS[name][0] <= 6]
        means, worst = np.mean(small, axis=0), np.max(small, axis=0)
        print(
            f"{'all with n <= 6':32}{means[0]:7.0%}{means[1]:15.1%}{means[2]:13.0%}   worst "
            f"setting's false elements {worst[1]:.0%}",
            flush=True,
        )


MAKERS = {
    "square root": (make_square_root, Sign(), {}),
    "real phase retrieval, n = 5": (make_gaussian_phase_retrieval, Sign(), {"n_features": 5}),
    "complex phase retrieval, n = 3": (
        make_gaussian_phase_retrieval,
        GlobalPhase(),
        {"n_features": 3, "field": "complex"},
    ),
    "Fourier phase retrieval, 2 x 4": (
        lambda n_samples, **kwargs: make_fourier_phase_retrieval(
            np.random.default_rng(0).random((n_samples, 2, 4)), **kwargs
        ),
        fourier_symmetry((4, 8)),
        {},
    ),
    "distances of 3 points": (make_distance_geometry, Orthogonal(2, center=True), {"n_points": 3}),
    "distances of 5 points": (make_distance_geometry, Orthogonal(2, center=True), {}),
    "matrix factorization, rank 1": (
        make_matrix_factorization,
        FactorScale(3, 1, 4),
        {"rank": 1},
    ),
    "matrix factorization, rank 2": (
        make_matrix_factorization,
        matrix_factorization_symmetry(3, 2, 4),
        {},
    ),
    "blind deconvolution": (make_blind_deconvolution, FactorScale(3, 1, 4), {}),
    "mixture, 3 numbers": (make_mixture_components, Permutation(3), {"dim": 1}),
    "mixture, 3 points": (make_mixture_components, Permutation(3), {}),
    "axial angles": (make_axial_angles, Sign(), {}),
    "orientations": (make_orientations, Sign(), {}),
    "orientations of cubic crystals": (
        make_orientations,
        crystal_symmetry("432", side="right"),
        {"group": "O"},
    ),
}
COMPARED = (
    "square root",
    "real phase retrieval, n = 5",
    "complex phase retrieval, n = 3",
    "mixture, 3 numbers",
    "orientations",
    "orientations of cubic crystals",
)


def pairs_of(name, n_samples=2000, seed=0):
    maker, _, arguments = MAKERS[name]
    X, y = maker(n_samples=n_samples, random_state=seed, **arguments)
    return X, y.reshape(n_samples, -1)


def makers():
    """The answer for every maker, and whether it is the documented group."""
    print(
        "\nmakers, 2000 pairs, no noise, 3 seeds: right, wrong, cannot tell; the answer to seed 0"
    )
    for name, (_, truth, _) in MAKERS.items():
        counts, answer = [0, 0, 0], None
        for seed in range(3):
            X, y = pairs_of(name, seed=seed)
            discovery = discover_symmetry(X, y, random_state=seed)
            group, some = discovery.symmetry, y[:100]
            is_right = group is not None and (
                is_inside(group, truth, some) and is_inside(truth, group, some)
            )
            counts[2 if group is None else 0 if is_right else 1] += 1
            answer = answer or discovery.text or f"cannot tell: {discovery.reason}"
        print(f"{name:32}{counts[0]:3}{counts[1]:3}{counts[2]:3}  {answer}", flush=True)


def compared():
    """The best of a comparison with the discovered group, and with the given one."""
    print("\ncompare, 1500 pairs, LS and KNN: rectified error over zero's of the best")
    print(f"{'':32}{'found':>12}{'given':>12}{'ratio':>8}{'zero':>6}{'constant':>10}")
    for name in COMPARED:
        X, y = pairs_of(name, 1500)
        best = []
        for symmetry in (None, MAKERS[name][1]):
            comparison = compare(X, y, symmetry, ["LS", "KNN"], cv=3, random_state=0)
            lines = {line["name"]: line["of_zero"] for line in comparison.summary()}
            best.append(comparison.summary()[0]["of_zero"])
        ratio = best[0] / best[1] if max(best) > 1e-20 else 1.0
        print(
            f"{name:32}{best[0]:12.3g}{best[1]:12.3g}{ratio:8.3f}{lines['zero']:6.2f}"
            f"{lines['constant']:10.3f}",
            flush=True,
        )


def blocks_of_a_mixture(rng):
    """Characteristic function of three points of the plane; their orders, and of all numbers."""
    y = rng.standard_normal((3000, 6))
    directions, phases = rng.standard_normal((2, 16)), rng.uniform(0, 2 * np.pi, 16)
    X = sum(np.cos(point @ directions / 2 + phases) for point in np.split(y, 3, axis=1))
    return X, y, [Permutation(), Permutation(3), Sign(), Permutation(3, each=Sign())], None


def quaternion_in_time(rng):
    """Noisy directions seen from 60 slowly turning recordings; q and -q are one."""
    steps = 0.05 * rng.standard_normal((60, 50, 4))
    y = (rng.standard_normal((60, 1, 4)) + np.cumsum(steps, axis=1)).reshape(-1, 4)
    y /= np.linalg.norm(y, axis=1, keepdims=True)
    seen = Rotation.from_quat(y).as_matrix() @ rng.standard_normal((3, 3))
    X = seen.reshape(len(y), -1)
    crystals = [crystal_symmetry(name, side="right") for name in ("222", "432")]
    return X, y, [Sign(), *crystals, Orthogonal(2), Permutation()], np.repeat(np.arange(60), 50)


def patches(rng):
    """Zero-padded Fourier moduli of patches: sign and flip, but no shift."""
    y = rng.standard_normal((3000, 9))
    X = np.abs(np.fft.rfft2(y.reshape(-1, 3, 3), (6, 6))).reshape(len(y), -1) ** 2
    shift, flip = CyclicShift((3, 3)), ConjugateFlip((3, 3))
    return X, y, [Sign(), flip, flip * Sign(), shift * Sign(), fourier_symmetry((3, 3))], None


def sign_or_phase(rng):
    """Squares of real linear forms: a sign, where a phase of halves is offered."""
    y = rng.standard_normal((3000, 6))
    return squares(rng, y, 24), y, [GlobalPhase(), Sign(), Conjugation()], None


SUGGESTED = {
    blocks_of_a_mixture: Permutation(3),
    quaternion_in_time: Sign(),
    patches: ConjugateFlip((3, 3)) * Sign(),
    sign_or_phase: Sign(),
}


def suggest():
    """Ten seeds each of data where neighbours alone chose too large a group."""
    print("\nsuggest_symmetry, 10 % noise, 10 seeds: right, wrong, cannot tell")
    for make_pairs, truth in SUGGESTED.items():
        counts = [0, 0, 0]
        for seed in range(10):
            rng = np.random.default_rng(seed)
            X, y, candidates, groups = make_pairs(rng)
            X = X + 0.1 * X.std(axis=0) * rng.standard_normal(X.shape)
            best = suggest_symmetry(X, y, candidates, groups=groups).best
            counts[2 if best is None else 0 if best == truth else 1] += 1
        print(f"{make_pairs.__name__.replace('_', ' '):32}{counts[0]:3}{counts[1]:3}{counts[2]:3}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    parts = {function.__name__: function for function in (settings, makers, compared, suggest)}
    for part in sys.argv[1:] or parts:
        parts[part]()
