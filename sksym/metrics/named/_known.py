"""Pairs of rows all of which are known, as the fields' metrics need them."""

import array_api_compat

from .._pair import Pair


class KnownPair(Pair):
    """True and predicted rows without NaN, both of one array library.

    The rectified errors leave coordinates out that are unknown; here NaN is a failure, which must
    not score.
    """

    def __init__(self, y_true, y_pred, symmetry, sample_weight):
        are_foreign = {_is_foreign(y) for y in (y_true, y_pred)}
        if len(are_foreign) > 1:
            raise TypeError(
                "y_true and y_pred must be of one kind, both tensors or neither; convert one of "
                "the two."
            )
        super().__init__(y_true, y_pred, symmetry, sample_weight)
        if self.rows.has_nan:
            raise ValueError("Input y_true contains NaN; leave these rows out.")


def _is_foreign(y):
    return array_api_compat.is_array_api_obj(y) and not array_api_compat.is_numpy_array(y)
