"""Validation of the parameters and the data of a network, before training."""

from numbers import Integral, Real

import numpy as np
import torch
from scipy.sparse import issparse
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import _check_sample_weight, validate_data

from .._arrays.checks import require_numbers
from .._arrays.rows import read_targets, require_real_rows
from .._validation import Interval, validate_parameters

_FEWEST_TO_TRAIN = 2
_CONSTRAINTS = {
    "module": [callable],
    "lr": [Interval(Real, 0, None, closed="neither")],
    "max_epochs": [Interval(Integral, 1, None, closed="left")],
    "batch_size": [Interval(Integral, 1, None, closed="left")],
    "patience": [Interval(Integral, 1, None, closed="left"), None],
    "validation_fraction": [Interval(Real, 0, 1, closed="neither"), None],
    "random_state": ["random_state"],
    "device": [str, torch.device],
    "dtype": [StrOptions({"float32", "float64"})],
    "warm_start": ["boolean"],
    "verbose": ["verbose"],
}


def require_parameters(network):
    """Raise unless the parameters of training are valid.

    Raises
    ------
    InvalidParameterError
        A `ValueError` that names the parameter, its range and what came.
    """
    validate_parameters(network, _CONSTRAINTS, network.get_params(deep=False))


def require_device(device):
    """Raise unless this machine has a device.

    Raises
    ------
    ValueError
        If it does not; the message lists the devices that it has.
    """
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        present = ["cpu", *(f"cuda:{i}" for i in range(torch.cuda.device_count()))]
        raise ValueError(
            f"device={str(device)!r} is not available; available: {', '.join(present)}."
        ) from error


def read_measurements(network, X, y=None, *, reset=False, is_fit=False):
    """Validate measurements (and targets); large arrays are not copied without need.

    Memory maps stay on disk in their own precision; everything else becomes a C-ordered array in
    the precision of the network.

    Parameters
    ----------
    network : NeuralRegressor
        Network whose ``dtype`` and number of features apply.
    X : array-like of shape (n_samples, n_features)
        Measurements.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), optional
        Targets.
    reset : bool, default=False
        Whether to set the number and the names of the features, rather than to check them.
    is_fit : bool, default=False
        Whether targets are required.

    Returns
    -------
    ndarray, or a tuple of two

    Raises
    ------
    ValueError
        If the values are not finite numbers or overflow the precision.
    TypeError
        For tensors with a gradient or on another device, sparse data and dates.
    """
    X, maps = _on_host(X, "X"), [isinstance(X, np.memmap), isinstance(y, np.memmap)]
    # A wider precision is kept until it is known to fit.
    dtypes = [getattr(np, network.dtype), np.float64, np.float32, np.longdouble]
    if not is_fit:
        X = validate_data(network, X, reset=reset, dtype=dtypes)
        return _in_precision(network, X, "X", maps[0])
    y = _on_host(y, "y")
    require_real_rows(y, "y", type(network).__name__)
    options = {"reset": reset, "dtype": dtypes, "multi_output": True, "y_numeric": True}
    try:
        X, y = validate_data(network, X, y, **options)
    except ValueError:
        unknown = _unknown_targets(network, y)
        if unknown is None:
            raise
        X, y = validate_data(network, X, np.where(unknown, 0.0, y), **options)
        y = np.where(unknown, np.asarray(np.nan, y.dtype), y)
    if issparse(y):
        raise TypeError("Sparse data was passed as y, but dense data is required.")
    return _in_precision(network, X, "X", maps[0]), _in_precision(network, y, "y", maps[1])


def _unknown_targets(network, y):
    """Where targets are unknown (NaN), if there are such and the loss leaves them out."""
    if not getattr(network.criterion, "takes_unknown_targets", False):
        return None
    rows, is_flat = read_targets(y, network, allow_nan=True)
    return np.isnan(rows.values[:, 0] if is_flat else rows.values) if rows.has_nan else None


def read_weights(sample_weight, X):
    """Validate sample weights; equal weights become None, since they change nothing.

    Raises
    ------
    ValueError
        If they are negative, not finite, all zero or of the wrong number.
    """
    if sample_weight is None:
        return None
    weights = _check_sample_weight(
        sample_weight, X, dtype=np.float64, ensure_non_negative=True, allow_all_zero_weights=False
    )
    return None if np.ptp(weights) == 0 else weights


def require_fitting_module(network, X):
    """Raise unless the module of a network maps rows of measurements to rows of targets.

    Raises
    ------
    ValueError
        That says what it makes of them.
    """
    module, expected = network.module_, (2, network.n_outputs_)
    name = type(module).__name__
    rows = torch.as_tensor(np.array(X[:1]).repeat(2, axis=0))
    is_training = module.training
    try:
        with torch.no_grad():
            answer = network.evaluation_step((rows.to(getattr(torch, network.dtype)), None))
    except RuntimeError as error:
        raise ValueError(
            f"module={name} does not take rows of {X.shape[1]} measurements (torch says: {error})."
        ) from error
    finally:
        module.train(is_training)
    if isinstance(answer, torch.Tensor) and tuple(answer.shape) != expected:
        raise ValueError(
            f"module={name} must return a row of {expected[1]} for each row, as y has, and "
            f"returns a tensor of shape {tuple(answer.shape)} for two; a class can take "
            f"n_outputs from the data."
        )


def require_samples(n_samples, validation_fraction):
    """Raise unless there are enough samples for a validation split.

    Raises
    ------
    ValueError
        If fewer than two are left to train on.
    """
    if not validation_fraction:
        return
    n_train = n_samples - int(np.ceil(validation_fraction * n_samples))
    if n_train < _FEWEST_TO_TRAIN:
        raise ValueError(
            f"validation_fraction={validation_fraction} of n_samples={n_samples} leaves "
            f"{n_train} sample(s) to train on, fewer than {_FEWEST_TO_TRAIN}; pass more samples "
            f"or validation_fraction=None."
        )


def _on_host(values, name):
    if isinstance(values, torch.Tensor):
        if values.requires_grad or values.device.type != "cpu" or values.layout != torch.strided:
            raise TypeError(
                f"{name} is a tensor that NumPy cannot read: it is sparse, requires a gradient or "
                f"lies on {values.device}; pass {name}.detach().resolve_conj().cpu()."
            )
        values = values.resolve_conj().numpy()
    return require_numbers(values, name)


def _in_precision(network, values, name, is_map):
    """Convert values to the network's precision, unless they overflow it."""
    dtype = np.dtype(network.dtype)
    limit = np.finfo(dtype).max
    ends = (np.fmax, np.fmin) if values.dtype != dtype and values.size else ()
    if any(abs(end.reduce(values, axis=None)) > limit for end in ends):  # past what is NaN
        raise ValueError(
            f"{name} overflows {dtype}: its largest modulus is above {limit:.3g}; scale it, or "
            f'set dtype="float64".'
        )
    if is_map:
        return values
    # Native byte order, which equality of dtypes does tell apart.
    return np.ascontiguousarray(values, dtype=dtype)
