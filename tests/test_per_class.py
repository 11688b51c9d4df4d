"""Rows of several classes, each with a symmetry of its own."""

import re

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.transform import Rotation
from sklearn.neighbors import KNeighborsRegressor

from sksym import (
    CanonicalizeTargets,
    Columns,
    GlobalPhase,
    Identity,
    MatrixGroup,
    OrbitKNeighborsRegressor,
    PerClass,
    Permutation,
    PositiveScale,
    Sign,
    make_canonical_regressor,
)
from sksym.experiments import compare
from sksym.metrics import rectified_mean_squared_error
from sksym.testing import LAWS, mean_is_the_best

CLASSES = {0: Identity(), 1: Sign(), 7.5: Permutation(2)}
SYMMETRY = PerClass(CLASSES, column=2)
LABELS = np.tile(list(CLASSES), 6)


def rows(labels=LABELS, seed=0):
    y = np.random.default_rng(seed).standard_normal((len(labels), 5))
    y[:, 2] = labels
    return y


def beside(y):
    return np.delete(y, 2, axis=1)


@pytest.mark.parametrize("library", ["numpy", "torch"])
@pytest.mark.parametrize("law", [law for law in LAWS if law is not mean_is_the_best])
def test_laws_for_rows_of_several_classes(law, library):
    # Every law pairs rows half a sample apart, which are of one class here.
    y = rows()
    law(SYMMETRY, torch.from_numpy(y) if library == "torch" else y)


def test_each_row_has_what_its_class_alone_makes_of_it():
    y, to = rows(), rows(seed=1)
    for label, symmetry in CLASSES.items():
        chosen = label == LABELS
        mine, target = beside(y[chosen]), beside(to[chosen])
        assert_allclose(beside(SYMMETRY.align(y, to))[chosen], symmetry.align(mine, target))
        assert_allclose(SYMMETRY.distance(y, to)[chosen], symmetry.distance(mine, target))
        # The default reference of each class is its own.
        assert_allclose(beside(SYMMETRY.canonicalize(y))[chosen], symmetry.canonicalize(mine))
        assert_allclose(SYMMETRY.margin(y)[chosen], symmetry.margin(mine))
        reference = np.arange(5.0)
        assert_allclose(
            beside(SYMMETRY.canonicalize(y, reference))[chosen],
            symmetry.canonicalize(mine, reference[[0, 1, 3, 4]]),
        )
    assert_array_equal(SYMMETRY.random(y, 0)[:, 2], LABELS)


def test_objects_that_turn_about_an_axis_and_such_that_do_not():
    # A quaternion and the number of the object: 0 has the double cover alone, 1 a fourfold axis.
    quarter = MatrixGroup.from_rotations(Rotation.create_group("C4"))
    symmetry = PerClass({0: Sign(), 1: quarter}, column=4)
    q = Rotation.random(8, rng=np.random.default_rng(0))
    turned = q * Rotation.from_euler("z", 90, degrees=True)
    labels = np.repeat([0.0, 1.0], 4)
    y, other = (np.c_[part.as_quat(), labels] for part in (q, turned))
    distance = symmetry.distance(y, other)
    # A turn by 90 degrees is sqrt(2 - 2 cos 45) between quaternions, unless the object hides it.
    assert_allclose(distance[:4], np.sqrt(2 - np.sqrt(2)))
    assert_allclose(distance[4:], 0, atol=1e-12)


def test_the_true_label_decides_on_a_prediction():
    y = np.array([[1.0, -2.0, 1.0], [1.0, -2.0, 0.0]])
    symmetry = PerClass({0: Identity(), 1: Sign()}, column=2)
    predicted = np.c_[-y[:, :2], [0.25, 0.25]]  # nearer to 0, whichever it is
    assert_allclose(symmetry.align(predicted, y), [[1, -2, 0.25], [-1, 2, 0.25]])
    error = rectified_mean_squared_error(y, predicted, symmetry=symmetry, normalization=None)
    assert_allclose(error, (0.75**2 + 2**2 + 4**2 + 0.25**2) / 2)


@pytest.mark.parametrize(
    "ask",
    [
        lambda y: SYMMETRY.canonicalize(y),
        lambda y: SYMMETRY.align(y, y),
        lambda y: SYMMETRY.distance(y, y[0]),
        lambda y: SYMMETRY.mean(y[:, None, :]),
        lambda y: CanonicalizeTargets(SYMMETRY).fit(y),
        lambda y: CanonicalizeTargets(SYMMETRY, reference="pca").fit_transform(y),
        lambda y: OrbitKNeighborsRegressor(SYMMETRY).fit(y, y),
        lambda y: rectified_mean_squared_error(y, rows(LABELS), symmetry=SYMMETRY),
    ],
)
def test_labels_without_a_symmetry_are_named(ask):
    y = rows(np.where(LABELS == 1, -3.0, LABELS))
    y[0, 2] = 4.0
    message = "column 2 holds the label(s) -3, 4, for which PerClass("
    with pytest.raises(ValueError, match=re.escape(message)):
        ask(y)


@pytest.mark.parametrize("symmetries", [{}, {True: Sign()}, {"mug": Sign()}, {np.inf: Sign()}])
def test_labels_are_finite_numbers(symmetries):
    with pytest.raises(ValueError, match="symmetries must be a dict with a finite number"):
        PerClass(symmetries, 0).canonicalize(rows())


@pytest.mark.parametrize(
    ("symmetry", "message"),
    [
        (PerClass([Sign()], 0), "'symmetries' .* must be an instance of 'dict'"),
        (PerClass({0: Sign}, 2), r"such as Sign\(\), with parentheses"),
        (PerClass({0: Sign()}, -1), "'column' .* must be an int in the range"),
        (PerClass({0: Sign()}, True), "'column'"),
        (PerClass({0: Sign()}, 5), "needs rows with a column 5 and others beside it, got 5"),
    ],
)
def test_parameters_are_looked_at_with_the_rows(symmetry, message):
    with pytest.raises(ValueError, match=message):
        symmetry.canonicalize(rows())


def test_what_all_classes_have_in_common():
    assert not PerClass({0: Sign(), 1: PositiveScale()}, 0).is_isometric
    assert PerClass({0: Sign(), 1: GlobalPhase()}, 0).is_complex
    assert not SYMMETRY.has_lift
    z = np.array([[1j, 2.0, 1.0], [1j, 2.0, 0.0]])
    assert_allclose(
        PerClass({0: Identity(), 1: GlobalPhase()}, 2).canonicalize(z),
        [[1, -2j, 1], [1j, 2, 0]],
        atol=1e-15,
    )


def test_a_product_with_a_class_for_each_row():
    symmetry = PerClass({0: Identity(), 1: Sign()}, column=2) * Columns(Sign(), [0])
    y, to = rows(np.arange(12) % 2), rows(np.arange(12) % 2, seed=1)
    mirror, sign = np.diag([-1.0, 1, 1, 1, 1]), np.diag([-1.0, -1, 1, -1, -1])
    both = [np.linalg.norm(part - to, axis=1) for part in (y, y @ mirror)]
    more = [np.linalg.norm(part @ sign - to, axis=1) for part in (y, y @ mirror)]
    expected = np.where(y[:, 2] == 0, np.min(both, axis=0), np.min(both + more, axis=0))
    assert_allclose(symmetry.distance(y, to), expected)


def test_the_regressors_know_the_class():
    rng = np.random.default_rng(0)
    y = rows(rng.choice(list(CLASSES), 300), seed=2)
    X = np.c_[SYMMETRY.canonicalize(y), 10 * y[:, 2]]  # what the measurement cannot see is gone
    for model in (
        make_canonical_regressor(KNeighborsRegressor(1), SYMMETRY),
        OrbitKNeighborsRegressor(SYMMETRY, n_neighbors=1),
    ):
        assert model.fit(X, y).score(X, SYMMETRY.random(y, 0)) == pytest.approx(1)
    report = compare(X, y, SYMMETRY, regressors=["KNN"], remedies=["none", "canonicalize"], cv=2)
    remedies, r2 = (report.cv_results_[name] for name in ("remedy", "r2"))
    assert r2[remedies == "canonicalize"].mean() > r2[remedies == "none"].mean() + 0.05
