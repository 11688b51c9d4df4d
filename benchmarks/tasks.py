"""Inverse problems to hold a regressor against: ``TASKS[name](random_state, noise)``.

Every one is a `sklearn.utils.Bunch`: pairs to train on and pairs that are held out (``X_train``,
``y_train``, ``X_test``, ``y_test``), a ``name``, the ``symmetry`` of the targets, and ``forward``,
the map from targets to measurements without noise. With ``noise=True`` Gaussian noise of 5 % of
the spread of each measurement is added. ``n_samples`` is the number of pairs, a third of which is
held out; of digits and photographs there are no more than 1797 and 1456. ``random_state`` is an
int. Targets have shape (n_samples, n_targets).
"""

import numpy as np
from sklearn.datasets import load_digits, load_wine
from sklearn.preprocessing import scale
from sklearn.utils import Bunch

from sksym import (
    Blocks,
    FiniteSymmetry,
    GlobalPhase,
    Orthogonal,
    Periodic,
    Permutation,
    PermutationGroup,
    Sign,
    crystal_symmetry,
    fourier_symmetry,
)
from sksym.datasets import (
    make_fourier_phase_retrieval,
    make_gaussian_phase_retrieval,
    make_orientations,
    make_square_root,
)

NOISE = 0.05  # of the spread of each measurement


class OtherElbow(FiniteSymmetry):
    """The two ways of an arm of equal links to reach a point; not an isometry of its angles."""

    is_isometric = False

    def _orbit(self, xp, y):
        yield y
        yield xp.stack([y[:, 0] + y[:, 1], -y[:, 1]], axis=1)


def square_root(random_state=0, noise=False, n_samples=1800):
    """A number from its square."""
    pairs = make_square_root(n_samples, random_state=random_state, return_forward=True)
    return _task("square root", pairs, Sign(), random_state, noise)


def real_phase_retrieval(random_state=0, noise=False, n_samples=1800):
    """A signal of 5 numbers from the squares of 20 projections."""
    pairs = make_gaussian_phase_retrieval(
        n_samples, 5, random_state=random_state, return_forward=True
    )
    return _task("real phase retrieval", pairs, Sign(), random_state, noise)


def complex_phase_retrieval(random_state=0, noise=False, n_samples=1800):
    """A complex signal of 4 numbers from the squared moduli of 16 projections."""
    pairs = make_gaussian_phase_retrieval(
        n_samples, 4, field="complex", random_state=random_state, return_forward=True
    )
    return _task("complex phase retrieval", pairs, GlobalPhase(), random_state, noise)


def saturating_phase_retrieval(random_state=0, noise=False, n_samples=1800):
    """As the real one, seen by a detector that saturates."""
    _, y, intensities = make_gaussian_phase_retrieval(
        n_samples, 5, random_state=random_state, return_forward=True
    )

    def forward(y):
        X = intensities(y)
        return X / (1 + X)

    pairs = forward(y), y, forward
    return _task("saturating phase retrieval", pairs, Sign(), random_state, noise)


def fourier_digits(random_state=0, noise=False, n_samples=1800):
    """Digits anywhere in a frame, turned and negated at random, from their Fourier moduli."""
    rng = np.random.default_rng(random_state)
    images = rng.permutation(load_digits().images / 16)[:n_samples]
    _, y, forward = make_fourier_phase_retrieval(images, return_forward=True)
    symmetry = fourier_symmetry((16, 16))
    y = symmetry.random(y, random_state)
    return _task("Fourier, digits", (forward(y), y, forward), symmetry, random_state, noise)


def fourier_photographs(random_state=0, noise=False, n_samples=1800):
    """Patches of photographs in the corner of a frame, either way up, from Fourier moduli."""
    from skimage.data import camera, coins

    patches = np.concatenate([_patches(image / 255, 16) for image in (camera(), coins())])
    rng = np.random.default_rng(random_state)
    images = rng.permutation(patches)[:n_samples]
    is_turned = rng.random(len(images)) < 0.5
    images[is_turned] = images[is_turned, ::-1, ::-1]
    pairs = make_fourier_phase_retrieval(images, return_forward=True)
    return _task("Fourier, photographs", pairs, fourier_symmetry((32, 32)), random_state, noise)


def mixture(random_state=0, noise=False, n_samples=1800):
    """Centres and weights of three components from the density of their mixture."""
    rng = np.random.default_rng(random_state)
    centers = rng.uniform(-3, 3, (n_samples, 3, 2))
    weights = rng.dirichlet([4, 4, 4], n_samples)
    points = rng.uniform(-4, 4, (48, 2))

    def forward(y):
        parts = y.reshape(len(y), 3, 3)
        squares = ((parts[:, :, None, :2] - points) ** 2).sum(axis=3)
        return np.vecdot(parts[:, :, 2, None], np.exp(-squares / 2), axis=1)

    y = np.concatenate([centers, weights[:, :, None]], axis=2).reshape(n_samples, 9)
    return _task("mixture", (forward(y), y, forward), Permutation(3), random_state, noise)


def polynomial_roots(random_state=0, noise=False, n_samples=1800):
    """Three complex roots from the coefficients of their polynomial."""
    rng = np.random.default_rng(random_state)

    def forward(y):
        coefficients = np.stack([np.poly(row)[1:] for row in y[:, :3] + 1j * y[:, 3:]])
        return np.hstack([coefficients.real, coefficients.imag])

    y = rng.uniform(-1, 1, (n_samples, 6))
    symmetry = Permutation(3, field="complex")
    return _task("polynomial roots", (forward(y), y, forward), symmetry, random_state, noise)


def orientations(random_state=0, noise=False, n_samples=1800):
    """The orientation of a cubic crystal, as a quaternion, from what 32 detectors see."""
    pairs = make_orientations(n_samples, group="O", random_state=random_state, return_forward=True)
    symmetry = crystal_symmetry("432", side="right")
    return _task("orientations", pairs, symmetry, random_state, noise)


def robot_arm(random_state=0, noise=False, n_samples=1800):
    """Shoulder and elbow of two links from where the hand is; the elbow may be up or down."""
    rng = np.random.default_rng(random_state)
    elbow = rng.uniform(0.3, 2.6, n_samples) * rng.choice([-1, 1], n_samples)
    y = np.column_stack([rng.uniform(-1.2, 1.2, n_samples) - elbow / 2, elbow])  # radians

    def forward(y):
        angles = y[:, 0], y[:, 0] + y[:, 1]
        return np.column_stack([sum(map(np.cos, angles)), sum(map(np.sin, angles))])

    return _task("robot arm", (forward(y), y, forward), OtherElbow(), random_state, noise)


def directions_of_arrival(random_state=0, noise=False, n_samples=1800):
    """Directions of two equal sources from the covariance of a ring of seven sensors."""
    rng = np.random.default_rng(random_state)
    sensors = 2 * np.pi * np.arange(7) / 7
    first, second = np.triu_indices(7, 1)

    def forward(y):
        waves = np.exp(2j * np.cos(y[:, :, None] - sensors))  # at each source and sensor
        covariance = (waves[:, :, first] * waves[:, :, second].conj()).sum(axis=1)
        return np.hstack([covariance.real, covariance.imag])

    y = rng.uniform(0, 2 * np.pi, (n_samples, 2))  # radians
    pairs = forward(y), y, forward
    symmetry = Permutation(2, each=Periodic(2 * np.pi))
    return _task("directions of arrival", pairs, symmetry, random_state, noise)


def conformers(random_state=0, noise=False, n_samples=1800):
    """A chain of five atoms in space, with no beginning and no end, from how it scatters."""
    rng = np.random.default_rng(random_state)
    y = _chains(rng.uniform(-np.pi, np.pi, (n_samples, 2))).reshape(n_samples, 15)
    y += 0.05 * rng.standard_normal(y.shape)
    first, second = np.triu_indices(5, 1)
    wave_numbers = np.linspace(0.5, 12, 40)

    def forward(y):
        atoms = y.reshape(len(y), 5, 3)
        distances = np.linalg.norm(atoms[:, first] - atoms[:, second], axis=2)
        return np.sinc(distances[:, :, None] * wave_numbers / np.pi).sum(axis=1)  # Debye

    symmetry = PermutationGroup([[4, 3, 2, 1, 0]], 3) * Orthogonal(3, center=True)
    y = symmetry.random(y, random_state)
    return _task("conformers", (forward(y), y, forward), symmetry, random_state, noise)


def loadings(random_state=0, noise=False, n_samples=1800):
    """Principal axes times their spread, each of either sign, from bootstrapped covariances."""
    rng = np.random.default_rng(random_state)
    wine = scale(load_wine().data[:, [0, 6, 9, 12]])
    upper = np.triu_indices(4)
    y = np.empty((n_samples, 16))
    for row in y:
        sample = wine[rng.integers(len(wine), size=40)]
        _, spreads, axes = np.linalg.svd(sample - sample.mean(axis=0), full_matrices=False)
        row[:] = (spreads[:, None] * axes).ravel() / np.sqrt(len(sample))

    def forward(y):
        axes = y.reshape(len(y), 4, 4)
        return (np.swapaxes(axes, 1, 2) @ axes)[:, *upper]

    symmetry = Blocks(Sign(), 4)
    y = symmetry.random(y, random_state)
    return _task("loadings", (forward(y), y, forward), symmetry, random_state, noise)


def _task(name, pairs, symmetry, random_state, noise):
    """Split pairs, and add noise to their measurements; the rows are in no order."""
    X, y, forward = pairs
    if noise:
        rng = np.random.default_rng([1, random_state])  # not the stream of the targets
        X = X + NOISE * X.std(axis=0) * rng.standard_normal(X.shape)
    y = y.reshape(len(y), -1)
    n = len(X) - len(X) // 3
    pairs = {"X_train": X[:n], "y_train": y[:n], "X_test": X[n:], "y_test": y[n:]}
    return Bunch(name=name, **pairs, symmetry=symmetry, forward=forward)


def _patches(image, size):
    """Squares that cover an image side by side, shape (n_patches, size, size)."""
    n_rows, n_columns = (length // size for length in image.shape)
    image = image[: n_rows * size, : n_columns * size]
    return image.reshape(n_rows, size, n_columns, size).swapaxes(1, 2).reshape(-1, size, size)


def _chains(torsions):
    """Chains of unit bonds at tetrahedral angles, shape (n_samples, n_torsions + 3, 3)."""
    cosine, sine = 1 / 3, np.sqrt(8) / 3  # of the angle between a bond and the next
    first = np.broadcast_to([1.0, 0.0, 0.0], (len(torsions), 3))
    bonds = [first, np.broadcast_to([cosine, sine, 0.0], first.shape)]
    for torsion in torsions.T[:, :, None]:
        across = np.cross(bonds[-2], bonds[-1]) / sine
        turned = np.cos(torsion) * np.cross(across, bonds[-1]) + np.sin(torsion) * across
        bonds.append(cosine * bonds[-1] + sine * turned)
    return np.cumsum([np.zeros_like(first), *bonds], axis=0).swapaxes(0, 1)


TASKS = {
    function.__name__: function
    for function in (
        *(square_root, real_phase_retrieval, complex_phase_retrieval, saturating_phase_retrieval),
        *(fourier_digits, fourier_photographs, mixture, polynomial_roots, orientations),
        *(robot_arm, directions_of_arrival, conformers, loadings),
    )
}
