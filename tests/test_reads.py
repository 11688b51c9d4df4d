"""Targets are validated by whoever is given them, and not again by what they are handed to."""

import sys

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsRegressor
from sklearn.utils import validation

from sksym import AtlasRegressor, Sign, make_canonical_regressor
from sksym._arrays.rows import Rows, read_rows
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.metrics import rectified_mean_squared_error, seam_report


@pytest.fixture
def checked(monkeypatch):
    """What has been given to `check_array`, by anybody."""
    arrays, check_array = [], validation.check_array

    def counted(array, *args, **kwargs):
        arrays.append(np.asarray(array))
        return check_array(array, *args, **kwargs)

    for module in list(sys.modules.values()):
        if getattr(module, "check_array", None) is check_array:
            monkeypatch.setattr(module, "check_array", counted)
    return arrays


def test_a_metric_reads_each_argument_once(checked):
    y = np.random.RandomState(0).standard_normal((20, 4))
    rectified_mean_squared_error(y, -y, symmetry=Sign())
    assert len(checked) == 2  # as often as scikit-learn's own
    checked.clear()
    seam_report(y, -y, symmetry=Sign(), bins=2)
    assert len(checked) == 2


def test_a_regressor_of_representatives_reads_targets_three_times(checked):
    # The composite, its transformer's fit and its transform are three calls of scikit-learn's.
    X, y = make_gaussian_phase_retrieval(50, 3, random_state=0)
    make_canonical_regressor(KNeighborsRegressor(), Sign()).fit(X, y)
    assert sum(np.array_equal(array, y) for array in checked) == 3


def test_an_atlas_reads_little_beside_what_its_charts_read(checked):
    X, y = make_gaussian_phase_retrieval(50, 5, random_state=0)
    atlas = AtlasRegressor(KNeighborsRegressor(), Sign(), n_charts=5, random_state=0)
    assert len(atlas.fit(X, y).estimators_) == 5
    assert len(checked) <= 40


@pytest.mark.parametrize("is_packed", [False, True])
def test_rows_that_were_read_are_taken_in_the_layout_of_the_reader(is_packed):
    z = np.array([[1.0 + 2.0j, 3.0 - 1.0j]])
    real = np.array([[1.0, 3.0, 2.0, -1.0]])
    rows = read_rows(real if is_packed else z, is_complex=True)
    assert read_rows(rows, is_complex=True).values is rows.values
    if is_packed:  # what came as [Re | Im] is read so by a reader of real rows
        np.testing.assert_array_equal(read_rows(rows, is_complex=False).values, real)
    else:
        with pytest.raises(ValueError, match="Complex data not supported"):
            read_rows(rows, is_complex=False)
    np.testing.assert_array_equal(read_rows(Rows(np, real), is_complex=True).values, z)
