"""Whether a symmetry is there, and whether breaking it will help."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from sksym import (
    Blocks,
    ConjugateFlip,
    CyclicShift,
    GlobalPhase,
    Identity,
    Orthogonal,
    Permutation,
    Sign,
    fourier_symmetry,
)
from sksym.datasets import make_distance_geometry, make_gaussian_phase_retrieval
from sksym.inspection import (
    ambiguity_score,
    check_symmetry,
    representative_report,
    suggest_symmetry,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def intensities(y):
    operator = np.random.default_rng(3).standard_normal((20, y.shape[1]))
    return (y @ operator.T) ** 2


@pytest.mark.parametrize(
    ("symmetry", "holds"),
    [(Sign(), True), (Identity(), True), (Permutation(), False), (Blocks(Sign(), 2), False)],
)
def test_a_known_forward_map_has_a_symmetry_or_not(symmetry, holds, rng):
    report = check_symmetry(intensities, symmetry, rng.standard_normal((50, 4)))
    assert report.holds is holds
    assert (report.change < 1e-12) == holds
    assert report.factors == {repr(symmetry): pytest.approx(report.factors[repr(symmetry)])}


def test_the_factor_that_fails_is_named(rng):
    y = rng.standard_normal((50, 12))

    def spectrum_and_sign(y):  # sees the sign of the mean, nothing else beside the magnitudes
        return np.hstack([np.abs(np.fft.fft(y)), y.sum(axis=1, keepdims=True)])

    report = check_symmetry(spectrum_and_sign, fourier_symmetry((12,)), y)
    broken = [name for name, change in report.factors.items() if change > 1e-6]
    assert not report.holds
    assert broken == ["Sign()"]
    assert len(report.factors) == 3


def test_a_fitted_model_is_measured_by_its_own_error(rng):
    y = rng.standard_normal((2000, 3))
    X = intensities(y) + 0.1 * rng.standard_normal((2000, 20))
    quadratic = make_pipeline(PolynomialFeatures(2), LinearRegression()).fit(y, X)
    assert check_symmetry(quadratic, Sign(), y, X).holds
    assert not check_symmetry(quadratic, Permutation(), y, X).holds
    with pytest.raises(ValueError, match="X is needed"):
        check_symmetry(quadratic, Sign(), y)
    with pytest.raises(ValueError, match="must be a callable or a fitted regressor"):
        check_symmetry(3, Sign(), y)


def test_ambiguity_is_high_on_raw_targets_and_low_on_broken_ones():
    X, y = make_gaussian_phase_retrieval(3000, 3, random_state=0)
    raw, broken = (ambiguity_score(X, t, Sign()) for t in (y, Sign().canonicalize(y)))
    assert raw > 0.9
    assert broken < 0.2
    assert ambiguity_score(X, y, Identity()) == 0
    # Targets that the measurement tells apart are no more alike for being turned over.
    assert ambiguity_score(y, y, Sign()) < 0.1
    assert ambiguity_score(X, np.ones((3000, 1)), Sign()) == 0


def test_ambiguity_by_hand():
    # Two measurements, each of a pair of opposite targets: the sign explains all the scatter.
    X = np.array([[0.0], [0.0], [1.0], [1.0]])
    y = np.array([[1.0, 2.0], [-1.0, -2.0], [3.0, 0.0], [-3.0, 0.0]])
    assert_allclose(ambiguity_score(X, y, Sign(), n_neighbors=1), 1)
    # A quarter of the variance of (1, 1, -2) / sqrt 3 about its mean is not of the sign.
    X, y = np.zeros((3, 1)), np.array([[1.0], [1.0], [-2.0]])
    assert_allclose(ambiguity_score(X, y, Sign(), n_neighbors=2), 1 - (2 / 9) / 2)
    with pytest.raises(ValueError, match="n_neighbors=5 needs more samples"):
        ambiguity_score(X, y, Sign())


CANDIDATES = [
    Permutation(),
    ConjugateFlip() * Sign(),
    CyclicShift() * Sign(),
    Blocks(Sign(), 2),
    Permutation(2, each=Sign()),
    GlobalPhase(),
    Sign(),
]


@pytest.mark.parametrize("field", ["real", "complex"])
def test_the_group_of_the_data_is_suggested(field):
    n = 4 if field == "real" else 2
    X, y = make_gaussian_phase_retrieval(3000, n, field=field, random_state=0)
    report = suggest_symmetry(X, y, CANDIDATES)
    assert report.best == (Sign() if field == "real" else GlobalPhase())
    assert report.names[0] == repr(report.best)
    assert (np.diff(report.left) >= 0).all()
    assert len(report.names) == len(CANDIDATES) + 1


def test_other_groups_are_found_too(rng):
    X, y = make_distance_geometry(3000, 3, 2, random_state=0)
    candidates = [Sign(), Permutation(3), Orthogonal(2), Orthogonal(2, center=True)]
    assert suggest_symmetry(X, y, candidates).best == Orthogonal(2, center=True)
    y = rng.standard_normal((2000, 3))
    assert suggest_symmetry(np.sort(y), y, [Sign(), Permutation()]).best == Permutation()
    assert suggest_symmetry(y, y, [Sign(), Permutation()]).best == Identity()


@pytest.mark.parametrize("symmetry", [Sign(), GlobalPhase(), Permutation(3), Orthogonal(2)])
def test_representatives_have_the_papers_three_properties(symmetry, rng):
    y = rng.standard_normal((2000, 6))
    report = representative_report(symmetry, y)
    assert report.membership < 1e-12
    assert report.uniqueness < 1e-12
    assert report.n_components == 1
    assert report.largest_component == 1
    near = symmetry.margin(y) < 0.05 * np.linalg.norm(y, axis=1)
    assert_allclose(report.near_cut, near.mean())


def test_what_is_no_representative_set_shows(rng):
    class Unbroken(Sign().__class__):
        """Forgets to move anything."""

        def _align(self, xp, y, to):
            return y + 0.0

    y = rng.standard_normal((500, 3)) + 8.0  # two clusters far apart, y and -y
    report = representative_report(Unbroken(), np.vstack([y, -y]))
    assert report.uniqueness > 1
    assert (report.n_components, report.largest_component) == (2, 0.5)
    with pytest.raises(ValueError, match="needs more rows"):
        representative_report(Sign(), y[:5])
