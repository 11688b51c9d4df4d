"""Different regressors, averaged up to the symmetry."""

from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.ensemble import VotingRegressor
from sklearn.utils import Bunch
from sklearn.utils.metadata_routing import _raise_for_params
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted

from .._persistence import Versioned
from ..symmetries import Symmetry
from ._members import AlignedMembersMixin


class RectifiedVotingRegressor(AlignedMembersMixin, Versioned, VotingRegressor):
    r"""A `VotingRegressor` that averages its members up to the symmetry, for several outputs.

    Regressors of different kinds, or under different remedies, answer with different points of one
    orbit. The prediction is their orbit mean, the row m of the smallest
    :math:`\sum_k w_k \min_g \|g m - \hat y_k\|^2`.

    Parameters
    ----------
    estimators : list of (str, estimator) tuples
        Members by name, such as from `make_canonical_regressor` and `make_lifted_regressor`; a
        member that is ``"drop"`` is left out.
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    weights : array-like of shape (n_estimators,), optional
        Weights of the members, non-negative and not all zero; equal by default.
    n_jobs : int or None, default=None
        Number of members that are trained at the same time.
    verbose : bool, default=False
        Whether to print the time that each takes.

    Attributes
    ----------
    estimators_ : list of estimators
        The fitted members.
    named_estimators_ : Bunch
        The same by name.
    symmetry_ : Symmetry
        The symmetry as it was in `fit`.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str
        Names of the columns of X, if it has any.

    See Also
    --------
    RectifiedBaggingRegressor : The orbit mean of one regressor over bootstraps.

    Notes
    -----
    ``predict(X, return_std=True)`` returns beside the predictions how far the members are from
    them: for each row the root mean square of :math:`\min_g \|g m - \hat y_k\|`, in units of y.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sksym import RectifiedVotingRegressor, Sign, make_lifted_regressor
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> X, y = make_gaussian_phase_retrieval(1000, 3, random_state=0)
    >>> X = X + 0.5 * np.random.default_rng(0).standard_normal(X.shape)
    >>> members = [("least squares", make_lifted_regressor(LinearRegression(), Sign())),
    ...            ("5-NN", make_lifted_regressor(KNeighborsRegressor(), Sign()))]
    >>> both = RectifiedVotingRegressor(members, Sign()).fit(X[:800], y[:800])
    >>> scores = [model.score(X[800:], y[800:]) for model in (*both.estimators_, both)]
    >>> int(np.argmax(scores))
    2
    """

    _fitted_types: ClassVar[tuple] = (Bunch,)

    def __init__(
        self,
        estimators: Sequence[tuple[str, Any]],
        symmetry: Symmetry,
        *,
        weights: ArrayLike | None = None,
        n_jobs: int | None = None,
        verbose: int = False,
    ) -> None:
        super().__init__(estimators, weights=weights, n_jobs=n_jobs, verbose=verbose)
        self.symmetry = symmetry

    @property
    def n_features_in_(self) -> int:
        """Number of columns of X."""
        return super().n_features_in_

    def _diagram_parts(self):
        return {name: part for name, part in self.estimators if part != "drop"}

    def fit(self, X: ArrayLike, y: ArrayLike, **fit_params: Any) -> Self:
        """Train the members, each on all pairs.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Measurements.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets, each given by any point of its orbit.
        **fit_params
            Arguments passed to the members: ``sample_weight`` to all of them, others with
            metadata routing only.

        Returns
        -------
        self : RectifiedVotingRegressor

        Raises
        ------
        ValueError
            If the parameters or the pairs cannot be used.
        """
        _raise_for_params(fit_params, self, "fit", allow=["sample_weight"])
        self._validate_params()
        self._read_targets(y)
        self._member_weights = self._checked_weights()
        # Not the next in line, which takes one output.
        return super(VotingRegressor, self).fit(X, y, **fit_params)

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Predictions of the members, each aligned to their mean.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.

        Returns
        -------
        ndarray of shape (n_samples, n_members * n_targets)
            All targets of the first member, then those of the next.
        """
        check_is_fitted(self)
        members = self._predictions(X)
        mean = self._mean(members)
        return np.hstack([self.symmetry_.align(y, mean) for y in members.swapaxes(0, 1)])

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> np.ndarray:
        """Names of what `transform` returns.

        Parameters
        ----------
        input_features : array-like of str, optional
            Not used, present for API consistency with the parent.

        Returns
        -------
        ndarray of str
            One for each member and target.
        """
        check_is_fitted(self)
        _check_feature_names_in(self, input_features, generate_names=False)
        names = [n for n, member in self.named_estimators_.items() if not isinstance(member, str)]
        ends = [""] if self._is_flat else [f"_{k}" for k in range(self._n_targets)]
        prefix = type(self).__name__.lower()
        return np.array([f"{prefix}_{n}{end}" for n in names for end in ends], dtype=object)

    def _predictions(self, X):
        return self._stacked([member.predict(X) for member in self.estimators_])

    def _checked_weights(self):
        """Weights of the members that are not dropped."""
        weights = self._weights_not_none
        if weights is None:
            return None
        weights = np.asarray(weights, dtype=np.float64)
        if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0):
            raise ValueError(
                f"weights must be finite and non-negative, with a positive sum over the members "
                f"that are not dropped, got {self.weights!r}."
            )
        return weights
