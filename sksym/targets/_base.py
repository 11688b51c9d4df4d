"""Base class of the target transformers."""

import numpy as np
from array_api_compat import is_torch_array
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import validate_data

from .._arrays.rows import read_rows
from .._persistence import Versioned
from .._untrusted import shown


class TargetTransformer(Versioned, TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):
    """Base of target transformers: accepts the inputs of `read_rows`, returns NumPy arrays."""

    def _sk_visual_block_(self):
        # scikit-learn falls back on a diagram of its own if this fails, in another version say.
        from sklearn.utils._repr_html.estimator import _VisualBlock

        caption = None if self.symmetry is None else shown(self.symmetry)
        name = type(self).__name__
        return _VisualBlock(
            "single", self, names=name, name_details=str(self), name_caption=caption
        )

    def _validate(self, targets, reset=False):
        if is_torch_array(targets):
            targets = _host_array(targets)
        rows = read_rows(targets, is_complex=False, name="X", owner=type(self).__name__)
        validate_data(self, targets, reset=reset, skip_check_array=True)
        return rows


def _host_array(tensor):
    """Convert a torch tensor to a NumPy array, or raise an error that names the remedy."""
    try:
        return np.asarray(tensor)
    except (RuntimeError, TypeError) as error:
        raise ValueError(
            f"Targets must be plain numbers in main memory; pass "
            f"tensor.detach().resolve_conj().cpu() (torch says: {error})"
        ) from error
