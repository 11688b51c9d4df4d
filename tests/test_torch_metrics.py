"""Metrics of the package inside torchmetrics."""

import copy
import pickle
import subprocess
import sys
from functools import partial

import pytest
import torch
from numpy.testing import assert_allclose
from torchmetrics import MetricCollection, MetricTracker

from sksym import Permutation, Sign
from sksym.metrics import (
    clustering_accuracy,
    mean_correlation_coefficient,
    ospa_distance,
    permutation_invariant_si_sdr,
    rectified_mean_squared_error,
    rectified_r2_score,
)
from sksym.neural import TorchMetric

from .conftest import needs_cuda

METRICS = {
    "mse": (rectified_mean_squared_error, {"symmetry": Sign(), "normalization": None}, False),
    "r2": (rectified_r2_score, {"symmetry": Permutation()}, True),
    "mcc": (mean_correlation_coefficient, {"method": "spearman"}, True),
    "sdr": (permutation_invariant_si_sdr, {"n_sources": 2, "zero_mean": True}, True),
    "ospa": (ospa_distance, {"n_points": 3, "cutoff": 1.0}, False),
}
every_metric = pytest.mark.parametrize("name", METRICS)


def make(name):
    metric, options, _ = METRICS[name]
    return TorchMetric(metric, **options)


@pytest.fixture
def batches():
    generator = torch.Generator().manual_seed(0)
    pairs = torch.randn((2, 30, 6), generator=generator, dtype=torch.float64)
    return list(zip(*(part.split([7, 1, 22]) for part in pairs), strict=True))


@every_metric
def test_it_is_the_metric_of_all_batches_together(name, batches):
    # Correlations and R² of a batch do not average to those of all.
    function, options, is_score = METRICS[name]
    metric = make(name)
    for preds, target in batches[:1] * 2:  # what came before a reset does not count
        metric.update(preds, target)
    metric.reset()
    for preds, target in batches:
        metric.update(preds, target)
    preds, target = (torch.cat(part).numpy() for part in zip(*batches, strict=True))
    value = metric.compute()
    assert value.shape == ()
    assert_allclose(value.item(), function(target, preds, **options), rtol=1e-12)
    assert metric.higher_is_better is is_score


@every_metric
def test_it_adds_what_other_processes_saw(name, batches):
    parts = [make(name) for _ in range(2)]
    whole = make(name)
    for k, batch in enumerate(batches):
        parts[k % 2].update(*batch)
    for batch in (batches[1], batches[0], batches[2]):
        whole.update(*batch)
    parts[1].merge_state(parts[0])
    assert_allclose(parts[1].compute().item(), whole.compute().item(), rtol=1e-12)


def test_forward_is_the_metric_of_the_batch(batches):
    metric = make("mse")
    function, options, _ = METRICS["mse"]
    for preds, target in batches:
        assert_allclose(metric(preds, target).item(), function(target, preds, **options))
    assert metric.compute().dtype == torch.float64
    network = torch.nn.Linear(6, 6, dtype=torch.float64)
    assert not metric(network(batches[0][0]), batches[0][1]).requires_grad
    assert not any(preds.requires_grad for preds in metric.preds)  # no graph is kept alive


def test_it_works_in_a_collection_and_in_a_tracker(batches):
    collection = MetricCollection({name: make(name) for name in METRICS}, prefix="val_")
    copied = collection.clone()
    for batch in batches:
        collection.update(*batch)
        copied.update(*batch)
    values = collection.compute()
    assert set(values) == {f"val_{name}" for name in METRICS}
    assert {name: value.item() for name, value in copied.compute().items()} == {
        name: value.item() for name, value in values.items()
    }
    tracker = MetricTracker(make("mse"))  # looks at which direction is better
    for scale in (1.0, 0.0):
        tracker.increment()
        tracker.update(scale * batches[2][1], batches[2][1])
    best, step = tracker.best_metric(return_step=True)
    assert (best, step) == (0.0, 0)


def test_it_is_copied_and_pickled(batches):
    metric = make("sdr")
    metric.update(*batches[0])
    for other in (copy.deepcopy(metric), pickle.loads(pickle.dumps(metric))):
        other.update(*batches[2])
        assert other.higher_is_better is True
    metric.update(*batches[2])
    assert_allclose(other.compute().item(), metric.compute().item())


def test_labels_and_functions_of_your_own():
    metric = TorchMetric(clustering_accuracy)
    metric.update(torch.tensor([2, 2]), torch.tensor([0, 0]))
    metric.update(torch.tensor([1]), torch.tensor([0]))
    assert_allclose(metric.compute().item(), 2 / 3)

    def largest(y_true, y_pred, **kwargs):
        return (y_true - y_pred).abs().max() * kwargs["scale"]

    own = TorchMetric(largest, higher_is_better=False, scale=2)
    assert (own.higher_is_better, TorchMetric(largest).higher_is_better) == (False, None)
    own.update(torch.tensor([1.0]), torch.tensor([4.0]))
    assert own.compute() == 6.0
    assert TorchMetric(partial(rectified_r2_score, symmetry=Sign())).higher_is_better is True


def test_what_is_wrong_is_said_at_once():
    with pytest.raises(TypeError, match="missing a required argument: 'symmetry'"):
        TorchMetric(rectified_mean_squared_error)
    with pytest.raises(ValueError, match="Unexpected keyword arguments: `symetry`"):
        TorchMetric(rectified_mean_squared_error, symetry=Sign())
    metric = TorchMetric(rectified_mean_squared_error, symmetry=Sign(), compute_on_cpu=True)
    assert metric.compute_on_cpu
    # Otherwise a short batch and a long one would be compared with each other's rows.
    with pytest.raises(ValueError, match="as many samples"):
        metric.update(torch.ones(3, 2), torch.ones(4, 2))
    metric.update(torch.full((3, 2), torch.nan), torch.ones(3, 2))
    with pytest.raises(ValueError, match="NaN"):
        metric.compute()


def test_it_is_an_extra():
    code = (
        "import sys\n"
        "from sksym.neural import *\n"
        "assert 'torchmetrics' not in sys.modules\n"
        "sys.modules['torchmetrics'] = None\n"
        "from sksym.neural import TorchMetric"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (
        'torchmetrics is not installed; it comes with pip install "sksym[torchmetrics]"'
        in (run.stderr.splitlines()[-1])
    )


@needs_cuda
@every_metric
def test_it_works_on_a_device(name, batches):
    metric, host = make(name).to("cuda"), make(name)
    for preds, target in batches:
        metric.update(preds.cuda(), target.cuda())
        host.update(preds, target)
    assert metric.compute().device.type == "cuda"
    assert_allclose(metric.compute().item(), host.compute().item(), rtol=1e-9)
