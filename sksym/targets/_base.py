"""Base class of the target transformers."""

import numpy as np
from array_api_compat import is_torch_array
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import validate_data

from .._arrays.rows import read_rows
from .._persistence import Versioned


class TargetTransformer(Versioned, TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):
    """A transformer of targets: it accepts what `read_rows` does and returns NumPy arrays."""

    def _validate(self, targets, reset=False):
        if is_torch_array(targets):
            targets = _host_array(targets)
        rows = read_rows(targets, is_complex=False, name="X", owner=type(self).__name__)
        validate_data(self, targets, reset=reset, skip_check_array=True)
        return rows


def _host_array(tensor):
    """A torch tensor as a NumPy array, with the cure where that is not possible."""
    try:
        return np.asarray(tensor)
    except (RuntimeError, TypeError) as error:
        raise ValueError(
            f"Targets must be plain numbers in main memory; pass "
            f"tensor.detach().resolve_conj().cpu() (torch says: {error})"
        ) from error
