"""Labels of rows that are not independent."""

import numpy as np
from sklearn.utils import column_or_1d
from sklearn.utils.validation import check_array


def read_groups(groups, n_samples):
    """Number the groups from 0; without labels every sample is a group of its own."""
    if groups is None:
        return np.arange(n_samples)
    groups = check_array(groups, dtype=None, ensure_2d=False, input_name="groups")
    return np.unique(column_or_1d(groups), return_inverse=True)[1]
