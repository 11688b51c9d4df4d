"""Saving of networks as plain arrays: for pickle, joblib, skops, safetensors and ONNX."""

import contextlib
import copy
import json
import logging
import warnings
from os import PathLike
from typing import Self

import numpy as np
import torch
from skorch.history import History
from skorch.utils import get_map_location

from .._extras import require_extra
from .._persistence import Versioned, warn_of_version
from .._untrusted import parsing
from .._version import __version__
from ._modules import MultilayerPerceptron

# Rebuilt from parameters, sizes and weights, so that no state contains a nested pickle.
_REBUILT = {
    "callbacks_",
    "prefixes_",
    "cuda_dependent_attributes_",
    "_modules",
    "_criteria",
    "_optimizers",
    "_virtual_params",
}
_WEIGHTS, _HISTORY = "_weights", "_history"
_LEARNED = ("n_features_in_", "n_outputs_", "target_ndim_", "best_epoch_", "stopped_early_")


class SavedNetwork(Versioned):
    """Mixin that makes the state of a skorch regressor its parameters and plain arrays."""

    def __getstate__(self):
        components = self._modules + self._criteria + self._optimizers
        hidden = {*_REBUILT, _HISTORY, *(f"{name}_" for name in components)}
        state = {name: value for name, value in vars(self).items() if name not in hidden}
        if self.initialized_:
            weights = {name: getattr(self, f"{name}_").state_dict() for name in components}
            state[_WEIGHTS] = _to_arrays(weights)
            state[_HISTORY] = list(self.history_)
        return self._with_version(state)

    def __setstate__(self, state):
        state = self._checked_version(state)
        weights, history = state.pop(_WEIGHTS, None), state.pop(_HISTORY, None)
        vars(self).update(state)
        self.virtual_params_, self.history_ = {}, None
        self.device = _present(self.device)
        if weights is not None:
            self._made_with["device"] = _present(self._made_with["device"])
            made = self._as_made()
            made._require_shapes(weights["module"])
            made._build()
            for name, values in weights.items():
                getattr(made, f"{name}_").load_state_dict(_to_tensors(values))
            components = {k: v for k, v in vars(made).items() if k not in made._own_params()}
            vars(self).update(components)
            self.history_ = History(history)

    def save_weights(self, path: str | PathLike[str]) -> None:
        """Write the weights and the sizes of the data to a safetensors file.

        Such a file holds numbers only: unlike unpickling, reading it runs no code.

        Parameters
        ----------
        path : str or path-like
            Path of the file to write.

        See Also
        --------
        load_weights : Read the file in a regressor with the same parameters.
        """
        self._require_fitted()
        safetensors = require_extra("safetensors.numpy", "save")
        sizes = {name: getattr(self, name) for name in _LEARNED}
        metadata = {"sksym": json.dumps({"version": __version__, **sizes})}
        weights = _to_arrays(dict(self.module_.state_dict()))
        safetensors.save_file(weights, path, metadata=metadata)

    def load_weights(self, path: str | PathLike[str]) -> Self:
        """Load weights that `save_weights` has written; the regressor is fitted afterwards.

        Parameters
        ----------
        path : str or path-like
            Path of the file to read.

        Returns
        -------
        self : NeuralRegressor

        Raises
        ------
        ValueError
            If the file was not written by `save_weights` or is damaged, or the weights do not
            fit the module.
        """
        version, sizes, weights = _read_weights(path)
        warn_of_version(type(self).__name__, version, "saved")
        vars(self).update(sizes)
        try:
            self._require_shapes(weights)
            self.initialize()
            self.module_.load_state_dict(_to_tensors(weights))
        except RuntimeError as error:
            del self.best_epoch_  # with other weights it is not fitted
            name = getattr(self.module, "__name__", type(self.module).__name__)
            raise ValueError(
                f"The weights in {path} do not fit {name} with "
                f"{self._module_params()}; construct the regressor with the parameters that it "
                f"was saved with."
            ) from error
        return self

    def _require_shapes(self, weights):
        """Raise unless weights have the module's shapes, before memory is allocated for it."""
        if self.module is not MultilayerPerceptron:  # others may need actual numbers
            return
        with torch.device("meta"):
            module = self.module(**self.get_params_for("module"))
        expected = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
        found = {name: np.shape(array) for name, array in weights.items()}
        if found != expected:
            raise RuntimeError(f"expected weights of shapes {expected}, got {found}")

    def export_onnx(self, path: str | PathLike[str]) -> None:
        """Write the network as an ONNX model with input ``X`` and output ``y``.

        Parameters
        ----------
        path : str or path-like
            Path of the file to write. The model accepts any number of samples.
        """
        self._require_fitted()
        require_extra("onnxscript", "onnx")
        X = torch.zeros((2, self.n_features_in_), dtype=getattr(torch, self._as_made().dtype))
        with _quiet_exporter():
            torch.onnx.export(
                copy.deepcopy(self.module_).cpu().eval(),
                (X,),
                path,
                input_names=["X"],
                output_names=["y"],
                dynamic_shapes=({0: torch.export.Dim("n_samples")},),
                dynamo=True,
                external_data=False,
                verbose=False,
            )


def _read_weights(path):
    """Read the version, the sizes and the arrays of a file that `save_weights` has written."""
    safetensors = require_extra("safetensors", "save")
    with parsing(path, "safetensors", besides=OSError):
        with safetensors.safe_open(path, framework="numpy") as file:
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            sizes = json.loads((file.metadata() or {}).get("sksym", "{}"))
        is_ours = sizes.keys() == {"version", *_LEARNED} and all(
            isinstance(sizes[name], int) and 0 <= sizes[name] < 2**31 for name in _LEARNED
        )
    if not is_ours:
        raise ValueError(f"{path} was not written by save_weights: it lacks the sizes.")
    return sizes.pop("version"), sizes, weights


@contextlib.contextmanager
def _quiet_exporter():
    """Silence what torch's exporter reports about optional packages and its own imports."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        logger.setLevel(level)


def _present(device):
    """The device, or the CPU if this machine lacks it."""
    available = get_map_location(device)
    return device if torch.device(device).type == torch.device(available).type else str(available)


def _to_arrays(values):
    """Convert tensors in nested containers to NumPy arrays."""
    if isinstance(values, torch.Tensor):
        return values.detach().cpu().numpy().copy()
    if isinstance(values, dict):
        return {key: _to_arrays(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return type(values)(_to_arrays(value) for value in values)
    return values


def _to_tensors(values):
    """Convert NumPy arrays in nested containers to tensors; the arrays may be read-only."""
    if isinstance(values, np.ndarray):
        return torch.tensor(values)
    if isinstance(values, dict):
        return {key: _to_tensors(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return type(values)(_to_tensors(value) for value in values)
    return values
