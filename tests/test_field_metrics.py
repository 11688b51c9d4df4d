"""Metrics of separation, of sets of points and of labels against definitions and other code."""

import itertools

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_allclose
from scipy import stats
from sklearn.cluster import KMeans
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import cross_val_score
from torchmetrics.functional.audio import (
    permutation_invariant_training,
    scale_invariant_signal_distortion_ratio,
)

from sksym import Permutation, pack_parts
from sksym.metrics import (
    amari_distance,
    clustering_accuracy,
    field_scorer,
    gospa_distance,
    mean_correlation_coefficient,
    ospa_distance,
    permutation_invariant_si_sdr,
)

N_CASES = 1000
CUTOFF = 1.5


def amari_by_loops(true, pred):
    n = len(true)
    p = np.abs(np.linalg.inv(pred) @ true)
    rows = sum(sum(p[i, j] / max(p[i, :]) for j in range(n)) - 1 for i in range(n))
    columns = sum(sum(p[i, j] / max(p[:, j]) for i in range(n)) - 1 for j in range(n))
    return (rows + columns) / (2 * n * (n - 1))


def mcc_by_brute_force(true, pred, method):
    if method == "spearman":
        true, pred = (stats.rankdata(y, axis=0) for y in (true, pred))
    n = true.shape[1]
    table = np.abs(np.corrcoef(true.T, pred.T)[:n, n:])
    return max(table[range(n), order].mean() for order in itertools.permutations(range(n)))


def set_cost(true, pred, order, alone):
    """Least cost by all injections of the smaller set into the larger one."""
    small, large = sorted((true, pred), key=len)
    costs = [
        sum(
            min(CUTOFF, np.linalg.norm(x - large[j])) ** order
            for x, j in zip(small, chosen, strict=True)
        )
        for chosen in itertools.permutations(range(len(large)), len(small))
    ]
    return min(costs) + CUTOFF**order * alone * (len(large) - len(small))


def accuracy_by_brute_force(true, pred, weights):
    classes, clusters = sorted(set(true)), sorted(set(pred))
    classes += [None] * (len(clusters) - len(classes))  # a cluster that is no class
    hits = []
    for names in itertools.permutations(classes, len(clusters)):
        named = np.array(names, dtype=object)[[clusters.index(cluster) for cluster in pred]]
        hits.append(np.sum(weights[named == true]))
    return max(hits) / sum(weights)


def draw_sets(rng, n_samples, n_points, n_coordinates=2):
    """Rows with absent points, and the lists of those that are present."""
    points = rng.standard_normal((n_samples, n_points, n_coordinates))
    present = rng.random((n_samples, n_points)) < rng.random((n_samples, 1))
    rows = np.where(present[:, :, None], points, np.nan).reshape(n_samples, -1)
    return rows, [row[is_there] for row, is_there in zip(points, present, strict=True)]


def test_amari_distance_is_its_definition():
    rng = np.random.default_rng(0)
    for case in range(N_CASES):
        true, pred = rng.standard_normal((2, 2 + case % 5, 2 + case % 5))
        assert_allclose(amari_distance(true, pred), amari_by_loops(true, pred), rtol=1e-9)


def test_amari_distance_is_zero_for_the_same_components_alone():
    rng = np.random.default_rng(1)
    true = rng.standard_normal((50, 4, 4))
    order = rng.permuted(np.tile(np.arange(4), (50, 1)), axis=1)
    moved = np.take_along_axis(true, order[:, None, :], axis=2)
    moved *= rng.choice([-1, 1], (50, 1, 4)) * 10.0 ** rng.uniform(-2, 2, (50, 1, 4))
    assert amari_distance(true, moved) < 1e-10  # rounding, enlarged by sizes that differ by 1e4
    other = true + 1e-3 * rng.standard_normal(true.shape)
    value = amari_distance(true, other)
    assert value > 1e-5
    # Order and signs change nothing elsewhere either, and matrices may be rows.
    turned = np.take_along_axis(other, order[:, None, :], axis=2) * rng.choice([-1, 1], (50, 1, 4))
    assert_allclose(amari_distance(true, turned), value, rtol=1e-9)
    rows = [y.reshape(50, 16) for y in (true, other)]
    assert_allclose(amari_distance(*rows, n_components=4), value, rtol=1e-15)


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_mean_correlation_coefficient_is_its_definition(method):
    rng = np.random.default_rng(2)
    for case in range(N_CASES):
        shape = (5 + case % 20, 1 + case % 3)
        true, pred = rng.standard_normal((2, *shape))
        pred = pred + true[:, ::-1] * rng.uniform(-1, 1, shape[1])
        if case % 2:  # ties
            pred = np.round(pred)
            pred[:2] = [[5.0], [-5.0]]
        value = mean_correlation_coefficient(true, pred, method=method)
        assert_allclose(value, mcc_by_brute_force(true, pred, method), atol=1e-9)


def test_mean_correlation_coefficient_knows_no_order_sign_or_size():
    rng = np.random.default_rng(3)
    true = rng.standard_normal((100, 8))
    pred = true[:, rng.permutation(8)] * rng.choice([-1e200, 1e-200], 8) + 3.0
    assert_allclose(mean_correlation_coefficient(true, -true[:, ::-1] * 1e200), 1.0, rtol=1e-12)
    pred = np.tanh(true[:, rng.permutation(8)]) * rng.choice([-1e9, 1e-9], 8)
    assert_allclose(mean_correlation_coefficient(true, pred, method="spearman"), 1.0, rtol=1e-12)


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_a_constant_estimate_correlates_with_nothing(method):
    y = np.random.default_rng(4).standard_normal((50, 2))
    flat = np.where(y[:, 1] > 0, 0.1, np.nextafter(0.1, 1))  # constant but for rounding
    half = np.column_stack([y[:, 0], flat])
    assert_allclose(mean_correlation_coefficient(y, half, method=method), 0.5, rtol=1e-12)
    weight = np.r_[np.ones(30), np.zeros(20)]
    half[30:, 1] = y[30:, 1]  # of no weight
    score = mean_correlation_coefficient(y, half, method=method, sample_weight=weight)
    assert_allclose(score, 0.5, rtol=1e-12)
    with pytest.raises(ValueError, match="Column 1 of y_true is constant"):
        mean_correlation_coefficient(np.tile([[1.0, 0.1]], (50, 1)) * [[0, 1]] + y * [[1, 0]], y)


def test_si_sdr_is_that_of_torchmetrics():
    rng = np.random.default_rng(5)
    for case in range(N_CASES):
        shape = (1 + case % 2, 1 + case % 4, 4 + case % 30)
        zero_mean = case % 3 == 0
        true = rng.standard_normal(shape)
        pred = -3 * true[:, ::-1] + 10 ** rng.uniform(-3, 2) * rng.standard_normal(shape) + 0.1
        expected = permutation_invariant_training(
            torch.tensor(pred),
            torch.tensor(true),
            scale_invariant_signal_distortion_ratio,
            zero_mean=zero_mean,
        )[0].mean()
        value = permutation_invariant_si_sdr(true, pred, zero_mean=zero_mean)
        assert_allclose(value, float(expected), rtol=1e-9, atol=1e-9)
        rows = (y.reshape(len(y), -1) for y in (true, pred))
        options = {"n_sources": shape[1], "zero_mean": zero_mean}
        assert_allclose(permutation_invariant_si_sdr(*rows, **options), value, rtol=1e-15)


def test_si_sdr_of_many_sources_is_solved_by_assignment():
    rng = np.random.default_rng(6)
    true = rng.standard_normal((3, 9, 50))
    noisy = true + 0.1 * rng.standard_normal(true.shape)
    alone = np.mean(
        [
            10 * np.log10(np.sum((a * s) ** 2) / np.sum((a * s - z) ** 2))
            for s, z in zip(true.reshape(-1, 50), noisy.reshape(-1, 50), strict=True)
            for a in [s @ z / (s @ s)]
        ]
    )
    mixed = noisy[:, rng.permutation(9)] * rng.choice([-1e150, 1e-150], (3, 9, 1))
    assert_allclose(permutation_invariant_si_sdr(true, mixed), alone, rtol=1e-9)


def test_perfect_and_silent_estimates_have_finite_ratios():
    true = np.random.default_rng(7).standard_normal((2, 2, 30))
    most = -20 * np.log10(np.finfo(float).eps)
    assert_allclose(permutation_invariant_si_sdr(true, -2 * true[:, ::-1]), most)
    assert_allclose(permutation_invariant_si_sdr(true, np.zeros_like(true)), -most)
    flat = np.where(true > 0, 0.1, np.nextafter(0.1, 1))  # constant but for rounding
    assert_allclose(permutation_invariant_si_sdr(true, flat, zero_mean=True), -most)
    with pytest.raises(ValueError, match="Source 1 of sample 0 of y_true is silent"):
        permutation_invariant_si_sdr(true * [[[1], [0]], [[1], [1]]], true)
    with pytest.raises(ValueError, match="Source 0 of sample 0 of y_true is silent"):
        permutation_invariant_si_sdr(flat, true, zero_mean=True)


def test_distances_of_sets_are_their_definitions():
    rng = np.random.default_rng(8)
    n_points = 4
    true, true_sets = draw_sets(rng, N_CASES, n_points)
    pred, pred_sets = draw_sets(rng, N_CASES, n_points)
    for row in range(N_CASES):
        order = [1, 2, 3.5][row % 3]
        options = {"n_points": n_points, "cutoff": CUTOFF, "order": order}
        x, z = true_sets[row], pred_sets[row]
        pair = true[row : row + 1], pred[row : row + 1]
        ospa = (set_cost(x, z, order, 1) / max(len(x), len(z), 1)) ** (1 / order)
        assert_allclose(ospa_distance(*pair, **options), ospa, rtol=1e-9)
        alpha = 2 - 1.9 * (row % 2)
        gospa = set_cost(x, z, order, 1 / alpha) ** (1 / order)
        assert_allclose(gospa_distance(*pair, **options, alpha=alpha), gospa, rtol=1e-9)


def test_gospa_is_the_distance_of_permutations_with_absent_parts():
    # Pairs beyond the cut-off cost as much as two points alone: with room for them to stand
    # alone, both are the same assignment.
    rng = np.random.default_rng(9)
    true, pred = (draw_sets(rng, 40, 8, 3)[0] for _ in range(2))
    room = np.full_like(true, np.nan)
    wide = [np.hstack([y, room]) for y in (true, pred)]
    apart = Permutation(16, absent=CUTOFF / np.sqrt(2))
    is_empty = np.isnan(true).all(axis=1) | np.isnan(pred).all(axis=1)  # it does not compare them
    expected = apart.distance(*(y[~is_empty] for y in wide)).mean()
    value = gospa_distance(true[~is_empty], pred[~is_empty], n_points=8, cutoff=CUTOFF)
    assert_allclose(value, expected, rtol=1e-9)


@pytest.mark.parametrize("distance", [ospa_distance, gospa_distance])
def test_distances_of_sets_are_metrics(distance):
    rng = np.random.default_rng(10)
    x, y, z = (draw_sets(rng, 100, 4)[0] for _ in range(3))
    options = {"n_points": 4, "cutoff": CUTOFF}
    for row in range(100):
        a, b, c = (part[row : row + 1] for part in (x, y, z))
        assert distance(a, a, **options) == 0.0
        assert_allclose(distance(a, b, **options), distance(b, a, **options), rtol=1e-12)
        direct = distance(a, c, **options)
        assert direct <= distance(a, b, **options) + distance(b, c, **options) + 1e-12


def test_flags_stand_for_absent_points():
    rng = np.random.default_rng(11)
    (true, true_sets), (pred, pred_sets) = (draw_sets(rng, 30, 4) for _ in range(2))
    flagged = [pack_parts(sets, 4, presence=2.0) for sets in (true_sets, pred_sets)]
    flagged[1] += 0.3 * (np.arange(12) % 3 == 2)  # flags that are no more than about right
    options = {"n_points": 4, "cutoff": CUTOFF}
    for distance in (ospa_distance, gospa_distance):
        expected = distance(true, pred, **options)
        assert_allclose(distance(*flagged, **options, presence=2.0), expected, rtol=1e-12)


def test_a_point_is_absent_as_a_whole():
    y = np.array([[0.0, 1.0, np.nan, np.nan]])
    options = {"n_points": 2, "cutoff": 1.0}
    assert ospa_distance(y, np.full_like(y, np.nan), **options) == 1.0
    assert ospa_distance(y * np.nan, y * np.nan, **options) == 0.0
    in_part = np.array([[0.0, 1.0, 2.0, np.nan]])
    for pair, name in (((in_part, y), "y_true"), ((y, in_part), "y_pred")):
        with pytest.raises(ValueError, match=f"Point 1 of row 0 of {name} is NaN in part"):
            gospa_distance(*pair, **options)
    with pytest.raises(ValueError, match="multiple of 3 columns, got 4"):
        ospa_distance(y, y, n_points=3, cutoff=1.0)
    with pytest.raises(ValueError, match="NaN"):
        ospa_distance(y, y, **options, presence=1.0)
    for bad in ({"cutoff": 0}, {"order": 0.5}, {"alpha": 0}, {"alpha": 3}):
        with pytest.raises(ValueError, match=next(iter(bad))):
            gospa_distance(y, y, **{**options, **bad})


@pytest.mark.parametrize(
    "missing",
    [
        ["a", np.nan],
        ["a", None],
        pd.Series(["a", pd.NA], dtype="string"),
        pd.Series(["a", None]),
        np.array(["a", np.nan], dtype=object),
        [1.0, np.nan],
    ],
)
def test_a_missing_label_is_no_class(missing):
    with pytest.raises(ValueError, match="labels_true"):
        clustering_accuracy(missing, ["b", "c"])
    with pytest.raises(ValueError, match="labels_pred"):
        clustering_accuracy(["b", "c"], missing)


def test_labels_are_text_or_numbers():
    for labels in (["a", "b"], [1, 2], pd.Categorical(["a", "b"]), [True, False]):
        assert clustering_accuracy(labels, ["b", "c"]) == 1.0
    with pytest.raises(ValueError, match="labels_pred must be numbers or text, got both"):
        clustering_accuracy(["a", "b"], [1, "b"])


def test_clustering_accuracy_is_its_definition():
    rng = np.random.default_rng(12)
    for case in range(N_CASES):
        n = 1 + case % 12
        true = rng.choice(["a", "b", "c", "d"][: 1 + case % 4], n)
        pred = rng.integers(-1, 1 + case % 3, n)
        weights = rng.random(n) if case % 2 else None
        expected = accuracy_by_brute_force(true, pred, np.ones(n) if weights is None else weights)
        value = clustering_accuracy(true, pred, sample_weight=weights)
        assert_allclose(value, expected, atol=1e-9)
        assert_allclose(clustering_accuracy(pred, true, sample_weight=weights), expected)


@pytest.mark.parametrize("missing", [["a", None], [1.0, np.nan]])
def test_labels_that_are_missing_are_refused(missing):
    with pytest.raises(ValueError, match=r"missing|NaN"):
        clustering_accuracy([0, 1], np.asarray(missing))
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        clustering_accuracy([0, 1], [0, 1, 2])
    with pytest.raises(ValueError, match="one label for each sample"):
        clustering_accuracy([[0, 1]], [[0, 1]])


# For each metric what it takes, with rows of finite numbers: arguments and a pair of arrays.
RNG = np.random.default_rng(13)
CASES = {
    "amari": (amari_distance, {"n_components": 3}, RNG.standard_normal((2, 20, 9))),
    "MCC": (mean_correlation_coefficient, {}, RNG.standard_normal((2, 20, 3))),
    "MCC of ranks": (
        mean_correlation_coefficient,
        {"method": "spearman"},
        RNG.standard_normal((2, 20, 3)),
    ),
    "SI-SDR": (permutation_invariant_si_sdr, {"n_sources": 2}, RNG.standard_normal((2, 20, 12))),
    "OSPA": (ospa_distance, {"n_points": 3, "cutoff": 2.0}, RNG.standard_normal((2, 20, 6))),
    "GOSPA": (gospa_distance, {"n_points": 3, "cutoff": 2.0}, RNG.standard_normal((2, 20, 6))),
}
every_metric = pytest.mark.parametrize("name", CASES)


@every_metric
def test_weights_are_repetition(name):
    metric, options, (true, pred) = CASES[name]
    weight = np.random.default_rng(14).integers(0, 4, len(true))
    repeated = (np.repeat(y, weight, axis=0) for y in (true, pred))
    value = metric(true, pred, **options, sample_weight=weight)
    assert_allclose(value, metric(*repeated, **options), rtol=1e-12)
    for bad in (-weight, weight[1:], 0 * weight, weight * np.nan):
        with pytest.raises(ValueError, match="weight"):
            metric(true, pred, **options, sample_weight=bad)


@every_metric
def test_input_is_refused_or_read_as_it_is(name):
    metric, options, (true, pred) = CASES[name]
    value = metric(true, pred, **options)
    assert type(value) is float
    assert metric(true.tolist(), pred.tolist(), **options) == value
    single = metric(true.astype(np.float32), pred.astype(np.float32), **options)
    assert_allclose(single, value, rtol=1e-3)
    for entry in (np.nan, np.inf):
        for k in range(2):
            broken = [true.copy(), pred.copy()]
            broken[k][3, 0] = entry
            with pytest.raises(ValueError, match=r"NaN|infinity"):
                metric(*broken, **options)
    with pytest.raises(ValueError, match="must have the same shape"):
        metric(true, pred[:1], **options)
    with pytest.raises(TypeError, match="arrays of the same library"):
        metric(true, torch.tensor(pred), **options)


@every_metric
def test_torch_gives_the_same_number_and_its_gradient(name):
    metric, options, (true, pred) = CASES[name]
    tensor = torch.tensor(pred, requires_grad=True)
    value = metric(torch.tensor(true), tensor, **options)
    assert value.shape == ()
    assert_allclose(value.item(), metric(true, pred, **options), rtol=1e-12)
    assert value.requires_grad == (name != "MCC of ranks")
    if value.requires_grad:
        direction = np.random.default_rng(15).standard_normal(pred.shape)
        gradient = torch.autograd.grad(value, tensor)[0].numpy()
        ends = (metric(true, pred + h * direction, **options) for h in (1e-6, -1e-6))
        slope = (next(ends) - next(ends)) / 2e-6
        assert_allclose(np.sum(gradient * direction), slope, rtol=1e-5)


@every_metric
def test_the_gradient_is_finite_at_a_perfect_prediction(name):
    metric, options, (true, _) = CASES[name]
    tensor = torch.tensor(true, requires_grad=True)
    value = metric(torch.tensor(true), tensor, **options)
    if value.requires_grad:
        assert torch.isfinite(torch.autograd.grad(value, tensor)[0]).all()


def test_absent_points_have_no_gradient():
    rows = torch.tensor(draw_sets(np.random.default_rng(17), 30, 4)[0])
    target = rows.roll(1, 0).nan_to_num(0.5)
    rows.requires_grad_()
    for distance in (ospa_distance, gospa_distance):
        value = distance(target, rows, n_points=4, cutoff=CUTOFF)
        gradient = torch.autograd.grad(value, rows)[0]
        assert torch.isfinite(gradient).all()
        assert (gradient[torch.isnan(rows)] == 0).all()


def test_the_accuracy_of_tensors_is_a_tensor():
    value = clustering_accuracy(torch.tensor([0, 0, 1]), torch.tensor([5, 5, 5]))
    assert value.shape == ()
    assert_allclose(value.item(), 2 / 3)


def test_parts_must_be_told_and_fit():
    y = np.eye(4)[None]
    with pytest.raises(ValueError, match="pass n_sources"):
        permutation_invariant_si_sdr(y[0], y[0])
    with pytest.raises(ValueError, match="n_sources=3 does not fit"):
        permutation_invariant_si_sdr(y, y, n_sources=3)
    with pytest.raises(ValueError, match="multiple of n_sources=3"):
        permutation_invariant_si_sdr(y[0], y[0], n_sources=3)
    with pytest.raises(ValueError, match="must have the same shape"):
        permutation_invariant_si_sdr(y.reshape(1, 2, 8), y.reshape(1, 8, 2))
    with pytest.raises(ValueError, match="square matrices"):
        amari_distance(y[0, :2], y[0, :2])
    with pytest.raises(ValueError, match="that of sample 0 of y_pred is singular"):
        amari_distance(y, 0 * y)
    with pytest.raises(ValueError, match="that of sample 0 of y_true is singular"):
        amari_distance([[0.1, 0.3], [0.2, 0.6]], np.eye(2))


@pytest.mark.parametrize(
    ("metric", "options", "width"),
    [
        ("neg_amari_distance", {"n_components": 2}, 4),
        ("mean_correlation_coefficient", {}, 3),
        ("permutation_invariant_si_sdr", {"n_sources": 2}, 8),
        ("neg_ospa_distance", {"n_points": 2, "cutoff": 1.0}, 4),
        ("neg_gospa_distance", {"n_points": 2, "cutoff": 1.0}, 4),
    ],
)
def test_scorers_prefer_the_better_model(metric, options, width):
    rng = np.random.default_rng(16)
    X = rng.standard_normal((60, 5))
    y = X @ rng.standard_normal((5, width))
    scorer = field_scorer(metric, **options)
    good = cross_val_score(LinearRegression(), X, y, scoring=scorer, error_score="raise")
    noisy = X + rng.standard_normal(X.shape)
    bad = cross_val_score(LinearRegression(), noisy, y, scoring=scorer, error_score="raise")
    assert (good > bad).all()


def test_the_scorer_of_clusters():
    X = np.repeat([[0.0], [5.0], [9.0]], 20, axis=0) + np.linspace(0, 1, 60)[:, None]
    y = np.repeat(["x", "y", "z"], 20)
    model = KMeans(3, random_state=0)
    scores = cross_val_score(model, X, y, scoring=field_scorer("clustering_accuracy"))
    assert scores.min() == 1.0
    with pytest.raises(ValueError, match=r"metric must be one of .*clustering_accuracy"):
        field_scorer("accuracy")
