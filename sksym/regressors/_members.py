"""What ensembles share: their members' predictions are averaged up to the symmetry."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from .._arrays.rows import read_targets
from ..symmetries import require_symmetry
from ._base import RectifiedScoreMixin


class AlignedMembersMixin(RectifiedScoreMixin):
    """Mixin: the prediction is the orbit mean of those of the members."""

    _member_weights = None  # equal

    def predict(self, X: ArrayLike, return_std: bool = False) -> Any:
        """Predict the orbit mean of the members' predictions.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.
        return_std : bool, default=False
            Whether to return how far the members are from each other.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_targets)
            Predictions.
        std : ndarray of shape (n_samples,)
            Root mean square distance of the members' orbits to y, in units of y. Only with
            `return_std`.

        Raises
        ------
        ValueError
            If a member predicts something that is not finite.
        """
        check_is_fitted(self)
        members = self._predictions(X)
        mean = self._mean(members)
        y = mean[:, 0] if self._is_flat else mean
        return (y, self._spread(members, mean)) if return_std else y

    def _read_targets(self, y):
        symmetry = require_symmetry(self.symmetry, y)
        rows, self._is_flat = read_targets(y, self)
        self.symmetry_, self._n_targets = clone(symmetry), rows.values.shape[1]
        self.symmetry_.default_reference(rows)  # refuses rows that it cannot act on

    def _predictions(self, X):
        """Predictions of every member, shape (n_samples, n_members, n_targets)."""
        raise NotImplementedError

    def _stacked(self, predictions):
        """The same from one array for each member, refused where a mean would leave them out."""
        rows = [np.reshape(y, (len(y), self._n_targets)) for y in predictions]
        for number, (y, member) in enumerate(zip(rows, self.estimators_, strict=True)):
            if not np.isfinite(y).all():
                raise ValueError(
                    f"Predictions must be finite, but member {number} predicts NaN or infinity; "
                    f"train it otherwise or leave it out: {member!r}."
                )
        return np.stack(rows, axis=1)

    def _mean(self, members):
        return self.symmetry_.mean(members, self._member_weights)

    def _spread(self, members, mean):
        squares = [self.symmetry_.distance(y, mean) ** 2 for y in members.swapaxes(0, 1)]
        return np.sqrt(np.average(squares, axis=0, weights=self._member_weights))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
