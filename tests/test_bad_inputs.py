"""What the target transformer, the symmetries and the rectified metrics must survive."""

import itertools
import pickle
import subprocess
import sys
import threading
import tracemalloc
import warnings

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse as sp
import sklearn
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import NotFittedError
from sklearn.neighbors import KNeighborsRegressor

from sksym import CanonicalizeTargets, GlobalPhase, Identity, Sign
from sksym.metrics import rectified_mean_squared_error, rectified_r2_score

ROWS = np.array([[1.0, -2.0], [3.0, 4.0], [-5.0, 6.0]])
BROKEN = np.array([[-1.0, 2.0], [3.0, 4.0], [-5.0, 6.0]])


def with_entry(value, dtype=np.float64):
    y = ROWS.astype(dtype)
    y[1, 0] = value
    return y


# The three ways in: each must give the same answer to bad rows.
ENTRIES = {
    "symmetry": lambda y: Sign().canonicalize(y),
    "fit": lambda y: CanonicalizeTargets(Sign()).fit(y),
    "transform": lambda y: CanonicalizeTargets(Sign()).fit(ROWS).transform(y),
}
every_entry = pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)


@every_entry
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("column", [0, 1])
def test_values_that_are_not_finite(entry, bad, column):
    y = ROWS.copy()
    y[1, column] = bad
    with pytest.raises(ValueError, match=r"contains NaN" if np.isnan(bad) else "infinity"):
        entry(y)


@pytest.mark.parametrize("bad", [complex(0, np.nan), complex(np.inf, np.nan), complex(1, np.inf)])
@pytest.mark.parametrize("library", [np.asarray, torch.asarray])
def test_complex_values_are_checked_in_both_parts(bad, library):
    with pytest.raises(ValueError, match=r"NaN|infinity"):
        GlobalPhase().canonicalize(library(with_entry(bad, np.complex128)))


@pytest.mark.parametrize("symmetry", [Identity(), Sign(), GlobalPhase()])
def test_a_row_of_zeros_is_its_own_orbit(symmetry):
    y = np.array([[0.0, 0.0], [1.0, -2.0]])
    assert_array_equal(symmetry.canonicalize(y)[0], [0, 0])
    assert_array_equal(CanonicalizeTargets(symmetry).fit_transform(y)[0], [0, 0])


def test_a_zero_pivot_lets_the_next_coordinate_decide():
    y = np.array([[1.0, -2.0, 0.0], [-3.0, 0.0, 0.0]])
    expected = [[-1.0, 2.0, 0.0], [3.0, 0.0, 0.0]]
    for rows in itertools.product((y[0], -y[0]), (y[1], -y[1])):
        assert_array_equal(Sign().canonicalize(np.array(rows)), expected)
    y = np.array([[0.0, 2j, 1.0]])
    for angle in (0, 1, 2, 3):
        assert_allclose(
            GlobalPhase().canonicalize(y * np.exp(1j * angle)), [[0, 2, -1j]], atol=1e-15
        )


def test_negative_zero_is_zero():
    assert_array_equal(Sign().canonicalize([[-1.0, -0.0]]), Sign().canonicalize([[-1.0, 0.0]]))
    y = np.array([[complex(-0.0, 0.0), -1.0]])
    assert_array_equal(GlobalPhase().canonicalize(y), [[0, 1]])


def test_subnormal_pivots():
    assert_array_equal(Sign().canonicalize([[1.0, -5e-324]]), [[-1.0, 5e-324]])
    y = GlobalPhase().canonicalize(np.array([[5e-324j, 1.0 + 1.0j]]))
    assert_array_equal(y, [[5e-324, 1.0 - 1.0j]])


def test_huge_pivots():
    y = GlobalPhase().canonicalize(np.array([[1.7e308j, 1.0]]))
    assert_array_equal(y, [[1.7e308, -1j]])
    y = np.full((2, 3), 1.5e308)
    assert_array_equal(Sign().canonicalize(-y, reference=[1.0, 1.0, 1.0]), y)
    assert_array_equal(Sign().distance(y, -y), [0, 0])


@pytest.mark.parametrize("size", [1e-200, 1e-320, 1e200, 1e300])
@pytest.mark.parametrize("symmetry", [Sign(), GlobalPhase()])
def test_distances_neither_underflow_nor_overflow(symmetry, size):
    y = size * np.array([[1.0, -2.0, 3.0, 4.0], [2.0, 1.0, -1.0, 5.0]])
    assert_allclose(symmetry.distance(y, -y), 0, atol=4 * max(1e-16 * size, 5e-324))
    assert_allclose(
        symmetry.distance(y, 2 * y), np.linalg.norm(y / size, axis=1) * size, rtol=1e-3
    )


def test_large_float32_errors_are_computed_in_double_precision():
    y = np.array([[1e25, 0.0]], dtype=np.float32)
    error = rectified_mean_squared_error(y, np.zeros_like(y), symmetry=Sign())
    assert_allclose(error, 0.5e50, rtol=1e-6)


def test_a_common_offset_does_not_cancel():
    y_true = np.array([[1e8, 1e8]])
    error = rectified_mean_squared_error(y_true, -(y_true + 1e-4), symmetry=Sign())
    assert_allclose(error, (1e8 + 1e-4 - 1e8) ** 2, rtol=1e-6)


@every_entry
@pytest.mark.parametrize("dtype", ["i1", "i2", "i4", "i8", "u1", "u8", "?", "O", ">f8", ">i4"])
def test_other_dtypes_are_read_as_float64(entry, dtype):
    y = np.array([[1, 1], [0, 1]]).astype(dtype)
    entry(y)
    assert Sign().canonicalize(y).dtype == np.float64
    assert_array_equal(Sign().canonicalize(y), [[1, 1], [0, 1]])


def test_the_smallest_integer_has_a_negative():
    y = np.array([[1, -128]], dtype=np.int8)
    for transform in (Sign().canonicalize, CanonicalizeTargets(Sign()).fit_transform):
        assert_array_equal(transform(y), [[-1.0, 128.0]])


def test_half_precision_is_promoted_and_long_double_kept():
    y = np.array([[60000.0, -60000.0]], dtype=np.float16)
    assert_array_equal(Sign().canonicalize(y), [[-60000.0, 60000.0]])
    assert Sign().canonicalize(y).dtype == np.float32
    assert Sign().canonicalize(torch.asarray(y)).dtype == torch.float32
    third = np.array([[-1, -1]], dtype=np.longdouble) / 3
    for transform in (Sign().canonicalize, CanonicalizeTargets(Sign()).fit_transform):
        assert transform(third).dtype == np.longdouble
        assert_array_equal(transform(third), -third)


def test_bfloat16_is_refused():
    with pytest.raises(TypeError, match=r"pass y\.float\(\)"):
        Sign().canonicalize(torch.ones(2, 2, dtype=torch.bfloat16))


@every_entry
@pytest.mark.parametrize(
    ("y", "error"),
    [
        (np.array([["a", "b"]], dtype=object), ValueError),
        (np.array([["1", "2"]]), ValueError),
        ([["1", "2"]], ValueError),
        (np.array([["2020-01-01"]], dtype="datetime64[D]"), TypeError),
        (np.array([[1]], dtype="timedelta64[s]"), TypeError),
        (np.array([[(1.0, 2)]], dtype=[("a", "f8"), ("b", "i4")]), TypeError),
    ],
)
def test_what_is_not_a_number(entry, y, error):
    with pytest.raises(error):
        entry(y)


def test_complex_rows_need_a_symmetry_of_complex_rows():
    y = np.ones((2, 2), dtype=complex)
    for symmetry in (Sign(), Identity()):
        with pytest.raises(ValueError, match="Complex data not supported"):
            symmetry.canonicalize(y)
    # TransformedTargetRegressor cannot hold complex targets, so neither does its transformer.
    with pytest.raises(ValueError, match="Complex data not supported"):
        CanonicalizeTargets(GlobalPhase()).fit(y)


def test_an_odd_number_of_columns_cannot_be_complex():
    for entry in (GlobalPhase().canonicalize, CanonicalizeTargets(GlobalPhase()).fit):
        with pytest.raises(ValueError, match=r"\[Re \| Im\] .* even number of columns, got 3"):
            entry(np.ones((2, 3)))


@every_entry
@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.empty((0, 2)), "0 sample"),
        (np.empty((2, 0)), "0 feature"),
        (np.ones(3), "Reshape your data"),
        (np.ones((2, 2, 2)), "dim 3"),
        (np.float64(1.0), "Expected 2D array"),
        ([[1.0, 2.0], [3.0]], "inhomogeneous|sequence"),
        (None, "to be passed"),
    ],
)
def test_wrong_shapes(entry, y, message):
    with pytest.raises((ValueError, TypeError), match=message):
        entry(y)


@pytest.mark.parametrize("shape", [(0, 2), (2, 0), (3,), (2, 2, 2)])
def test_wrong_shapes_of_tensors(shape):
    with pytest.raises(ValueError, match=r"0 sample|0 feature|Reshape your data|dim 3"):
        Sign().canonicalize(torch.ones(shape))


def test_one_row_and_one_column():
    assert_array_equal(Sign().canonicalize([[-3.0]]), [[3.0]])
    y = np.linspace(-2, 2, 9)[:, None]
    assert_array_equal(CanonicalizeTargets(Sign()).fit_transform(y), np.abs(y))


def test_1d_targets_go_through_the_target_regressor():
    y = np.array([-1.0, 2.0, -3.0])
    model = TransformedTargetRegressor(
        KNeighborsRegressor(1), transformer=CanonicalizeTargets(Sign()), check_inverse=False
    ).fit(y[:, None] ** 2, y)
    assert_array_equal(model.predict([[1.0], [4.0], [9.0]]), [1, 2, 3])


@pytest.mark.parametrize(
    "transform", [Sign().canonicalize, CanonicalizeTargets(Sign()).fit_transform]
)
def test_every_container_gives_the_same_rows(transform):
    wide = np.repeat(np.repeat(ROWS, 2, axis=0), 2, axis=1)
    for y in (
        ROWS.tolist(),
        tuple(map(tuple, ROWS)),
        [range(1, -3, -3), range(3, 5), range(-5, 7, 11)],
        pd.DataFrame(ROWS),
        pl.DataFrame(ROWS),
        torch.from_numpy(ROWS.copy()),
        np.asfortranarray(ROWS),
        ROWS[::-1, ::-1].copy()[::-1, ::-1],
        wide[::2, ::2],
        ROWS.astype(">f8"),
    ):
        result = transform(y)
        assert_array_equal(np.asarray(result), BROKEN)


def test_data_frames():
    frame = pd.DataFrame({"a": [1, -3], "b": [-2.5, 4.0]})
    transformer = CanonicalizeTargets(Sign()).fit(frame)
    assert_array_equal(transformer.transform(frame), [[-1.0, 2.5], [-3.0, 4.0]])
    assert_array_equal(transformer.get_feature_names_out(), ["a", "b"])
    with pytest.raises(ValueError, match="feature names"):
        transformer.transform(frame[["b", "a"]])
    missing = pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": [1.0, 2.0]})
    for entry in (Sign().canonicalize, CanonicalizeTargets(Sign()).fit):
        with pytest.raises(ValueError, match="NaN"):
            entry(missing)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_the_global_output_option_does_not_reach_targets(library):
    with sklearn.config_context(transform_output=library):
        assert type(CanonicalizeTargets(Sign()).fit_transform(ROWS)) is np.ndarray
        model = TransformedTargetRegressor(
            KNeighborsRegressor(1), transformer=CanonicalizeTargets(Sign()), check_inverse=False
        ).fit(ROWS**2, ROWS)
        assert_array_equal(model.predict(ROWS**2), BROKEN)


@every_entry
@pytest.mark.parametrize("container", [sp.csr_array, sp.csr_matrix, sp.coo_array])
def test_sparse_data(entry, container):
    with pytest.raises(TypeError, match="dense data is required"):
        entry(container(ROWS))


@every_entry
def test_complex_sparse_data(entry):
    with pytest.raises((TypeError, ValueError), match=r"dense data is required|Complex data"):
        entry(sp.csr_array(ROWS.astype(complex)))


@every_entry
def test_masked_arrays(entry):
    with pytest.raises(ValueError, match="masked"):
        entry(np.ma.masked_array(ROWS, mask=ROWS > 3))
    entry(np.ma.masked_array(ROWS))


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@every_entry
def test_matrices(entry):
    with pytest.raises(TypeError, match="matrix"):
        entry(np.matrix(ROWS))


def test_read_only_memory_is_not_written_to(tmp_path):
    joblib.dump(ROWS, tmp_path / "rows")
    memory_map = joblib.load(tmp_path / "rows", mmap_mode="r")
    constant = np.broadcast_to(np.array([1.0, -2.0]), (4, 2))
    for y, expected in ((memory_map, BROKEN), (constant, [[-1.0, 2.0]] * 4)):
        for transform in (Sign().canonicalize, CanonicalizeTargets(Sign()).fit_transform):
            assert_array_equal(transform(y), expected)


@pytest.mark.parametrize("symmetry", [Identity(), Sign(), GlobalPhase()])
@pytest.mark.parametrize("reference", [None, 0, "first", "pca"])
def test_the_callers_targets_are_untouched_and_unshared(symmetry, reference):
    y = ROWS.copy()
    transformer = CanonicalizeTargets(symmetry, reference).fit(y)
    results = [transformer.transform(y), transformer.inverse_transform(y), transformer.reference_]
    for result in results:
        assert not np.shares_memory(result, y)
        result[...] = 99
    assert_array_equal(y, ROWS)


def test_tensors_that_numpy_cannot_read():
    transformer = CanonicalizeTargets(Sign())
    assert_array_equal(transformer.fit_transform(torch.from_numpy(ROWS.copy())), BROKEN)
    for tensor in (
        torch.ones(2, 2, requires_grad=True),
        torch.ones(2, 2, dtype=torch.complex64).conj(),
        torch.ones(2, 2).to_sparse(),
        torch.ones(2, 2, device="meta"),
    ):
        with pytest.raises((ValueError, TypeError), match=r"detach\(\)\.resolve_conj\(\)\.cpu"):
            transformer.fit(tensor)
    with pytest.raises(TypeError, match="dense data is required"):
        Sign().canonicalize(torch.ones(2, 2).to_sparse())


def test_the_number_of_columns_is_that_of_fit():
    transformer = CanonicalizeTargets(Sign()).fit(ROWS)
    for method in (transformer.transform, transformer.inverse_transform):
        with pytest.raises(ValueError, match="expecting 2 features"):
            method(np.ones((2, 3)))


def test_fit_comes_first():
    for method in ("transform", "inverse_transform"):
        with pytest.raises(NotFittedError):
            getattr(CanonicalizeTargets(Sign()), method)(ROWS)


@pytest.mark.parametrize("symmetry", ["sign", Sign, None, 3])
def test_what_is_not_a_symmetry_is_refused_in_fit(symmetry):
    transformer = CanonicalizeTargets(symmetry)
    with pytest.raises(ValueError, match="symmetry must be a symmetry such as"):
        transformer.fit(ROWS)
    with pytest.raises(ValueError, match="symmetry must be a symmetry such as"):
        rectified_mean_squared_error(ROWS, ROWS, symmetry=symmetry)


@pytest.mark.parametrize(
    "reference",
    [-1, 2, True, np.True_, 1.5, "last", [1.0], [1.0, np.nan], [0.0, 0.0], ["a", "b"], np.eye(2)],
)
def test_what_is_not_a_reference_is_refused_in_fit(reference):
    transformer = CanonicalizeTargets(Sign(), reference)
    with pytest.raises(ValueError, match="reference"):
        transformer.fit(ROWS)


def test_reference_of_a_complex_symmetry_counts_complex_coordinates():
    y = np.array([[0.0, 2.0, 1.0, 0.0]])  # [i, 2]
    assert_array_equal(CanonicalizeTargets(GlobalPhase(), 1).fit_transform(y), y)
    with pytest.raises(ValueError, match="0 to 1, got 2"):
        CanonicalizeTargets(GlobalPhase(), 2).fit(y)


def test_duplicates_and_members_of_one_orbit_get_one_row():
    y = np.array([[1.0, -2.0], [1.0, -2.0], [-1.0, 2.0]])
    with pytest.warns(UserWarning, match="nothing is left to predict"):
        broken = CanonicalizeTargets(Sign()).fit_transform(y)
    assert_array_equal(broken, [[-1.0, 2.0]] * 3)


@pytest.mark.parametrize("reference", [None, "first", "pca", [0.3, -0.7]])
@pytest.mark.parametrize("symmetry", [Sign(), GlobalPhase()])
def test_broken_targets_pass_unchanged(symmetry, reference):
    y = np.random.default_rng(0).standard_normal((50, 2))
    transformer = CanonicalizeTargets(symmetry, reference).fit(y)
    broken = transformer.transform(y)
    assert broken.tobytes() == transformer.transform(broken).tobytes()


@pytest.mark.parametrize("angle", [np.pi, 2 * np.pi - 1e-15, -np.pi, np.pi / 2, 3.0])
def test_rotated_rows_agree_to_four_ulp(angle):
    y = np.random.default_rng(0).standard_normal((20, 5)) + 1j
    expected = GlobalPhase().canonicalize(y)
    got = GlobalPhase().canonicalize(y * np.exp(1j * angle))
    assert_allclose(got, expected, rtol=0, atol=4 * np.spacing(np.abs(y).max()))


def test_shapes_are_never_broadcast():
    y = np.array([1.0, -2.0, 3.0])
    for true, pred in ((y, y[:, None]), (y[:, None], y), (ROWS, ROWS[:1]), (ROWS, ROWS[:, :1])):
        with pytest.raises(ValueError, match="same shape"):
            rectified_mean_squared_error(true, pred, symmetry=Sign())
    with pytest.raises(ValueError, match="one row or 3 rows of 2"):
        Sign().align(ROWS, ROWS[:2])


def test_mixed_precision_is_computed_in_the_wider():
    y = ROWS / 3
    error = rectified_mean_squared_error(y.astype(np.float32), -y, symmetry=Sign())
    assert_allclose(
        error, np.mean(np.sum((y.astype(np.float32) - y) ** 2, axis=1)) / 2, rtol=1e-12
    )


METRICS = [rectified_mean_squared_error, rectified_r2_score]
every_metric = pytest.mark.parametrize("metric", METRICS)


@every_metric
@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ([1.0, -1.0, 1.0], "[Nn]egative"),
        ([1.0, np.nan, 1.0], "NaN"),
        ([1.0, 2.0], "shape|length"),
        ([0.0, 0.0, 0.0], "non-zero"),
    ],
)
def test_weights_that_are_none(metric, weight, message):
    with pytest.raises(ValueError, match=message):
        metric(ROWS, BROKEN + 1, symmetry=Sign(), sample_weight=weight)


@every_metric
def test_weights(metric):
    y_pred = BROKEN + np.array([[0.1, 0.2], [0.3, -0.1], [0.5, 0.4]])

    def score(weight, rows=slice(None)):
        return metric(ROWS[rows], y_pred[rows], symmetry=Sign(), sample_weight=weight)

    assert_allclose(score([1.0, 0.0, 1.0]), score(None, [0, 2]))  # zero deletes
    assert_allclose(score([3.0, 3.0, 3.0]), score(None))  # a constant does nothing
    assert_allclose(score([1, 2, 1]), score(None, [0, 1, 1, 2]))  # an integer repeats
    assert_allclose(score(pd.Series([1.0, 2.0, 1.0])), score((1, 2, 1)))


@every_metric
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_diverged_prediction_is_never_a_score(metric, bad):
    y_pred = with_entry(bad)
    with pytest.raises(ValueError, match=r"NaN|infinity"):
        metric(ROWS, y_pred, symmetry=Sign())
    if np.isinf(bad):  # NaN is a true answer that is unknown
        with pytest.raises(ValueError, match="infinity"):
            metric(y_pred, ROWS, symmetry=Sign())


def test_only_members_of_the_group_score_zero():
    re, im = np.random.default_rng(0).standard_normal((2, 5, 4))
    y = re + 1j * im
    error = {
        name: rectified_mean_squared_error(y, y_pred, symmetry=GlobalPhase())
        for name, y_pred in {"-y": -y, "turned": y * np.exp(0.3j), "conj": y.conj()}.items()
    }
    assert error["-y"] == 0
    assert error["turned"] < 1e-30
    assert error["conj"] > 0.1


def test_pickles_and_clones(tmp_path):
    transformer = CanonicalizeTargets(GlobalPhase(), "first").fit(np.hstack([ROWS, ROWS]))
    y = np.random.default_rng(0).standard_normal((5, 4))
    path = tmp_path / "transformer.pickle"
    path.write_bytes(pickle.dumps(transformer))
    # A new process: nothing of this one may be needed.
    code = (
        "import pickle, sys, numpy as np; t = pickle.load(open(sys.argv[1], 'rb'));"
        "y = np.random.default_rng(0).standard_normal((5, 4));"
        "sys.stdout.buffer.write(t.transform(y).tobytes())"
    )
    output = subprocess.run([sys.executable, "-c", code, path], capture_output=True, check=True)
    assert output.stdout == transformer.transform(y).tobytes()
    assert not hasattr(clone(transformer), "reference_")


@pytest.mark.parametrize("value", [Sign(), CanonicalizeTargets(Sign())])
def test_pickles_of_another_version_warn(value, monkeypatch):
    own = pickle.dumps(value)
    monkeypatch.setattr("sksym._persistence.__version__", "0.0.1")
    other = pickle.dumps(value)
    monkeypatch.undo()
    assert repr(pickle.loads(own)) == repr(value)
    with pytest.warns(UserWarning, match=r"pickled by sksym 0\.0\.1 .* Fit it again"):
        pickle.loads(other)


def test_one_fitted_transformer_serves_many_threads():
    transformer = CanonicalizeTargets(GlobalPhase(), "pca").fit(
        np.random.default_rng(0).standard_normal((100, 6))
    )
    y = np.random.default_rng(1).standard_normal((2000, 6))
    expected, results = transformer.transform(y), {}
    threads = [
        threading.Thread(target=lambda k=k: results.update({k: transformer.transform(y)}))
        for k in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    for result in results.values():
        assert_array_equal(result, expected)


def test_tall_and_wide_rows_need_memory_of_the_order_of_the_input():
    for shape in ((2_000_000, 1), (10, 200_000)):  # many rows, many columns
        y = np.random.default_rng(0).standard_normal(shape)
        tracemalloc.start()
        Sign().canonicalize(y)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 4 * y.nbytes


def test_random_state_is_scikit_learns():
    y = np.random.default_rng(0).standard_normal((50, 4))
    for seed in (0, np.int64(0), np.random.RandomState(0)):
        assert_array_equal(GlobalPhase().random(y, seed), GlobalPhase().random(y, 0))
    for bad in (np.random.default_rng(0), -1, "seed"):
        with pytest.raises(ValueError, match=r"seed|Seed"):
            Sign().random(y, bad)


def test_no_warning_at_the_extremes():
    y = np.array([[0.0, 0.0], [5e-324, -1.0], [1.7e308, 1.0], [-1e-200, 1e-200]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for symmetry in (Sign(), GlobalPhase()):
            symmetry.canonicalize(y)
            symmetry.align(y, to=y[::-1])
            symmetry.distance(y, y[::-1])
            symmetry.margin(y)
