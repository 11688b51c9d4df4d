"""Pairs of rows all of which are known, as the fields' metrics need them."""

from .._pair import Pair


class KnownPair(Pair):
    """True and predicted rows without NaN.

    The rectified errors leave coordinates out that are unknown; here NaN is a failure, which must
    not score.
    """

    def __init__(self, y_true, y_pred, symmetry, sample_weight):
        super().__init__(y_true, y_pred, symmetry, sample_weight, unknown=())
