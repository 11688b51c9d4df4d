"""Atlas of regressors with different cuts, each used far from its own cut."""

from numbers import Integral
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.ensemble._base import _set_random_states
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import check_is_fitted, validate_data

from .._arrays.rows import Rows, read_targets
from .._persistence import Versioned
from .._validation import Interval
from ..symmetries import require_symmetry
from ._base import MetaRegressorMixin, RectifiedScoreMixin
from ._transformed import make_canonical_regressor

_N_CANDIDATES = 256  # rows in general position from which references are taken
_N_PROBES = 32
_SAME_CUT = 1e-6  # distance of orbits of unit rows


class AtlasRegressor(RectifiedScoreMixin, MetaRegressorMixin, Versioned, BaseEstimator):
    r"""One regressor for each of several references, none of them used near its own cut.

    A regressor trained on representatives errs where these jump, on the cut of their reference.
    Another reference has its cut elsewhere. Each prediction has a margin in its own chart, its
    distance to the cut there, and the answer is the orbit mean of all predictions, weighted by
    their squared margins, or the prediction with the largest.

    Parameters
    ----------
    regressor : estimator
        Any scikit-learn regressor; multi-output if the targets are. One clone for each chart.
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    n_charts : int, default=5
        Number of references; for `Sign` and `GlobalPhase` as many as there are coordinates cover
        every direction. Fewer where there are not so many cuts: one where representatives do not
        jump anywhere.
    combine : {"mean", "select"}, default="mean"
        How charts are combined: weighted orbit mean, or the chart with the largest margin.
    references : array-like of shape (n_charts, n_targets), optional
        References of the charts, in place of `n_charts`.
    random_state : int, RandomState instance or None, default=None
        Seed of the references, and of clones that have such a parameter.
    n_jobs : int or None, default=None
        Number of charts that are trained at the same time.

    Attributes
    ----------
    estimators_ : list of RectifiedTargetRegressor
        The fitted charts.
    references_ : ndarray of shape (n_charts, n_targets)
        References of the charts.
    symmetry_ : Symmetry
        The symmetry as it was in `fit`.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str
        Names of the columns of X, if it has any.

    Notes
    -----
    Arguments of `fit` such as ``sample_weight`` reach every clone, with metadata routing or
    without.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsRegressor
    >>> from sksym import AtlasRegressor, Sign, make_canonical_regressor
    >>> from sksym.datasets import make_gaussian_phase_retrieval
    >>> X, y = make_gaussian_phase_retrieval(2000, 3, random_state=0)
    >>> one_cut = make_canonical_regressor(KNeighborsRegressor(), Sign())
    >>> atlas = AtlasRegressor(KNeighborsRegressor(), Sign(), n_charts=3, random_state=0)
    >>> scores = [model.fit(X[:1500], y[:1500]).score(X[1500:], y[1500:]) for model in
    ...           (one_cut, atlas)]
    >>> bool(scores[1] > scores[0])
    True
    """

    _parameter_constraints: ClassVar[dict] = {
        "n_charts": [Interval(Integral, 1, None, closed="left")],
        "combine": [StrOptions({"mean", "select"})],
        "random_state": ["random_state"],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        regressor,
        symmetry,
        n_charts=5,
        combine="mean",
        references=None,
        random_state=None,
        n_jobs=None,
    ):
        self.regressor = regressor
        self.symmetry = symmetry
        self.n_charts = n_charts
        self.combine = combine
        self.references = references
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X, y, **fit_params):
        """Train a clone of the regressor in every chart.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets, each given by any point of its orbit.
        **fit_params
            Arguments passed to every clone.

        Returns
        -------
        self : AtlasRegressor

        Raises
        ------
        ValueError
            If the parameters or the targets cannot be used. An error of a clone bears a note
            that names its chart.
        """
        symmetry = require_symmetry(self.symmetry, y)
        self._validate_params()
        validate_data(self, X, skip_check_array=True)
        targets, _ = read_targets(y, self)
        rng = check_random_state(self.random_state)
        self.symmetry_, self._combine = clone(symmetry), self.combine
        self.references_, self._references = self._choose_references(targets, rng)
        charts = []
        for reference in self._references:
            chart = make_canonical_regressor(clone(self.regressor), self.symmetry_, reference)
            if self.random_state is not None:
                _set_random_states(chart, rng)
            charts.append(chart)
        self.estimators_ = Parallel(n_jobs=self.n_jobs)(
            delayed(_fit_chart)(chart, X, y, k, fit_params) for k, chart in enumerate(charts)
        )
        return self

    def predict(self, X):
        """Combine the predictions of all charts.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
        """
        check_is_fitted(self)
        predictions = [chart.predict(X) for chart in self.estimators_]
        is_flat = predictions[0].ndim == 1
        rows = np.stack([np.reshape(p, (len(p), -1)) for p in predictions], axis=1)
        combined = self._combined(rows)
        return combined[:, 0] if is_flat else combined

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags = self.regressor.__sklearn_tags__().input_tags
        return tags

    def _choose_references(self, targets, rng):
        """Choose the references, and the charts' parameters: None means the default."""
        if self.references is not None:
            references = np.array(self.references, dtype=targets.values.dtype, ndmin=2)
            return references, list(references)
        references = spread_references(self.symmetry_, targets, self.n_charts, rng)
        return references, [None, *references[1:]]

    def _combined(self, rows):
        """One row for each sample from candidates of shape (n_samples, n_charts, n_targets)."""
        margins = np.stack(
            [
                self.symmetry_.margin(rows[:, k], reference)
                for k, reference in enumerate(self._references)
            ],
            axis=1,
        )
        if self._combine == "select":
            best = np.argmax(margins, axis=1)
            return np.take_along_axis(rows, best[:, None, None], axis=1)[:, 0]
        # Without a cut, or on all of them, no chart is better than another.
        is_open = np.isinf(margins)
        weights = np.where(is_open.any(axis=1, keepdims=True), is_open, margins**2)
        weights = np.where(weights.any(axis=1, keepdims=True), weights, 1.0)
        return self.symmetry_.mean(rows, weights)


def has_seam(symmetry, targets):
    """Whether representatives jump anywhere, so that several charts are useful.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that defines the representatives.
    targets : ndarray of shape (n_samples, n_targets) or None
        Some targets; None if their width is unknown.
    """
    if targets is None:
        return symmetry.has_seam
    n_coordinates = targets.shape[1] // 2 if symmetry.is_complex else targets.shape[1]
    return symmetry._has_seam(n_coordinates) and not np.isinf(symmetry.margin(targets)).all()


def spread_references(symmetry, targets, n_charts, rng):
    """Choose references with distant orbits, each of which breaks the whole symmetry.

    The default reference comes first; then, one by one, the farthest from those before among the
    basis vectors and some rows in general position (farthest-point sampling).

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry that the references break.
    targets : Rows
        Targets, which determine width and dtype.
    n_charts : int
        Number of references.
    rng : RandomState
        Generator of the rows in general position.

    Returns
    -------
    ndarray of shape (n_charts, n_targets)
        References, of unit norm except for the first; a single one if there is no seam.
    """
    n_targets, dtype = targets.values.shape[1], targets.values.dtype
    own = symmetry.default_reference(targets)
    probes = rng.standard_normal((_N_PROBES, n_targets)).astype(dtype)
    if not has_seam(symmetry, probes):
        return own[None]
    probes = Rows(np, probes)
    rows = [np.eye(n_targets), rng.standard_normal((_N_CANDIDATES, n_targets))]
    rows = _unit_rows(np.concatenate(rows), dtype)
    margins = (symmetry.margin(probes, rows[k : k + 1]) for k in range(len(rows.values)))
    rows = rows[[(margin > 0).mean() > 0.5 for margin in margins]]
    chosen = [own]
    nearest = np.full(len(rows.values), np.inf)
    while len(chosen) < n_charts:
        last = _unit_rows(chosen[-1][None], dtype)
        nearest = np.minimum(nearest, symmetry.distance(rows, last))
        if not (nearest > _SAME_CUT).any():
            break
        chosen.append(rows.values[np.argmax(nearest)])
    return np.stack(chosen)


def _unit_rows(rows, dtype):
    return Rows(np, (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(dtype))


def _fit_chart(chart, X, y, number, fit_params):
    try:
        return chart.fit(X, y, **fit_params)
    except Exception as error:
        error.add_note(f"This was raised in chart {number} of the atlas: {chart.regressor!r}.")
        raise
