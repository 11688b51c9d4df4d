"""Atlas of regressors with different cuts, each used far from its own cut."""

from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, clone
from sklearn.ensemble._base import _set_random_states
from sklearn.utils import _safe_indexing, check_random_state, indexable
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import (
    _check_method_params,
    check_is_fitted,
    validate_data,
)

from .._arrays.rows import read_targets
from .._persistence import Versioned
from .._validation import Interval
from ..symmetries import Symmetry, require_symmetry
from ._base import MetaRegressorMixin, RectifiedScoreMixin
from ._calibration import split
from ._chart_weights import (
    FEWEST_ROWS,
    HELD_OUT,
    MOST_HELD_OUT,
    ONE_CHART,
    WEIGHTINGS,
    chart_weights,
    cheapest,
    combined,
    error_curve,
    root_mean_square,
)
from ._charts import chart_references
from ._held_out import sample_weights
from ._make import make_canonical_regressor


class AtlasRegressor(RectifiedScoreMixin, MetaRegressorMixin, Versioned, BaseEstimator):
    r"""One regressor for each of several references, none of them used near its own cut.

    A regressor trained on representatives errs where these jump, on the cut of their reference.
    Another reference has its cut elsewhere. Each prediction has a margin in its own chart, its
    distance to the cut there, and the error that rows with such a margin had in that chart when
    they were held out from its training. Predictions of small errors weigh most.

    Parameters
    ----------
    regressor : estimator
        Any scikit-learn regressor; multi-output if the targets are. One clone for each chart.
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    n_charts : int, default=5
        Number of references; for `Sign` and `GlobalPhase` as many as there are coordinates cover
        every direction. Fewer where there are not so many cuts: one where representatives do not
        jump anywhere, or where held-out rows are predicted no better by several.
    combine : {"mean", "select"}, default="mean"
        How charts are combined: the others' predictions aligned to that of the largest weight and
        averaged with it, or that prediction alone.
    references : array-like of shape (n_charts, n_targets), optional
        References of the charts, in place of `n_charts`. By default the one of
        `CanonicalizeTargets`, and training targets far from it and from each other, about which
        representatives spread little more.
    random_state : int, RandomState instance or None, default=None
        Seed of the rows that are held out, and of clones that have such a parameter.
    n_jobs : int or None, default=None
        Number of charts that are trained at the same time.

    Attributes
    ----------
    estimators_ : list of RectifiedTargetRegressor
        The fitted charts.
    references_ : ndarray of shape (n_charts, n_targets)
        References of the charts.
    weighting_ : {"one chart", "squared margin", "inverse error", "inverse squared error"}
        The weights of charts: those of the lowest held-out error, where that is at least 2 %
        below the error of one chart. Of fewer than a hundred pairs none is held out, and weights
        are squared margins.
    held_out_errors_ : dict of str to float
        Root mean square distance of predictions to the orbits of held-out targets, in units of y,
        with each weighting; empty if none were held out.
    symmetry_ : Symmetry
        The symmetry as it was in `fit`.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : ndarray of str
        Names of the columns of X, if it has any.

    See Also
    --------
    make_canonical_regressor : One cut.
    OrbitKNeighborsRegressor : Orbits of neighbours, averaged.
    RefinedRegressor : Moves what it predicts towards the measurement.

    Notes
    -----
    A fifth of the pairs, at most a thousand, is held out from a first training of every chart.
    Then all are trained on all pairs: twice as many fits as there are charts, or one more than
    charts where the first is enough. Errors as a function of the margin are learned by isotonic
    regression.

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
        regressor: Any,
        symmetry: Symmetry,
        n_charts: int = 5,
        combine: str = "mean",
        references: ArrayLike | None = None,
        random_state: int | np.random.RandomState | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.regressor = regressor
        self.symmetry = symmetry
        self.n_charts = n_charts
        self.combine = combine
        self.references = references
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X: ArrayLike, y: ArrayLike, **fit_params: Any) -> Self:
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
        X, y = indexable(X, y)
        rng = check_random_state(self.random_state)
        self.symmetry_, self._combine = clone(symmetry), self.combine
        self._references = self._chosen_references(targets)
        self._choose_weighting(X, y, targets.values, fit_params, rng)
        self.references_ = self._rows_of_references(targets)
        self.estimators_ = self._charts(X, y, fit_params, rng)
        return self

    def predict(self, X: ArrayLike) -> np.ndarray:
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
        rows, is_flat = _predictions(self.estimators_, X)
        if rows.shape[1] == 1:
            row = rows[:, 0]
        else:
            weights = chart_weights(self._margins(rows), self._curves, WEIGHTINGS[self.weighting_])
            row = combined(self.symmetry_, rows, weights, self._combine)
        return row[:, 0] if is_flat else row

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags = self.regressor.__sklearn_tags__().input_tags
        return tags

    def _chosen_references(self, targets):
        """References as parameters of the charts: None for one that the symmetry prescribes."""
        if self.references is not None:
            return list(np.array(self.references, dtype=targets.values.dtype, ndmin=2))
        return chart_references(self.symmetry_, targets, self.n_charts)

    def _rows_of_references(self, targets):
        own = self.symmetry_.default_reference(targets)
        return np.stack([own if row is None else row for row in self._references])

    def _charts(self, X, y, fit_params, rng):
        """A fitted clone for each reference."""
        charts = []
        for k, reference in enumerate(self._references):
            chart = make_canonical_regressor(clone(self.regressor), self.symmetry_, reference)
            if k > 0 and self.references is None:  # it was chosen because it breaks the symmetry
                chart.transformer.check = False
            if self.random_state is not None:
                _set_random_states(chart, rng)
            charts.append(chart)
        return Parallel(n_jobs=self.n_jobs)(
            delayed(_fit_chart)(chart, X, y, k, fit_params) for k, chart in enumerate(charts)
        )

    def _choose_weighting(self, X, y, targets, fit_params, rng):
        """Take the weighting with the lowest error on held-out rows, or the first chart alone."""
        self.held_out_errors_, self.weighting_, self._curves = {}, "squared margin", []
        if len(self._references) == 1 or len(targets) < FEWEST_ROWS:
            return
        n_held_out = min(int(HELD_OUT * len(targets)), MOST_HELD_OUT)
        train, held_out = split(targets, None, n_held_out, rng, with_choice=False)
        weights = sample_weights(fit_params, targets)[held_out]
        if not weights.any():
            return
        params = _check_method_params(X, fit_params, train)
        charts = self._charts(_safe_indexing(X, train), _safe_indexing(y, train), params, rng)
        rows, _ = _predictions(charts, _safe_indexing(X, held_out))
        margins, errors = self._margins(rows), self._errors(rows, targets[held_out])
        squares = np.square(errors / (root_mean_square(errors, weights[:, None]) or 1.0))
        self._curves = [
            error_curve(*columns, weights) for columns in zip(margins.T, squares.T, strict=True)
        ]
        found = {ONE_CHART: errors[:, 0]}
        for name, power in WEIGHTINGS.items():
            of_charts = chart_weights(margins, self._curves, power)
            row = combined(self.symmetry_, rows, of_charts, self._combine)
            found[name] = self.symmetry_.distance(row, targets[held_out])
        self.held_out_errors_ = {
            name: root_mean_square(error, weights) for name, error in found.items()
        }
        self.weighting_ = cheapest(self.held_out_errors_)
        if self.weighting_ == ONE_CHART:
            del self._references[1:]

    def _margins(self, rows):
        """Margin of each prediction in its own chart, of shape (n_samples, n_charts)."""
        margins = [
            self.symmetry_.margin(rows[:, k], reference)
            for k, reference in enumerate(self._references)
        ]
        return np.stack(margins, axis=1)

    def _errors(self, rows, targets):
        """Distance of each prediction to its true orbit, of shape (n_samples, n_charts)."""
        errors = [self.symmetry_.distance(rows[:, k], targets) for k in range(rows.shape[1])]
        return np.stack(errors, axis=1)


def _predictions(charts, X):
    """Predictions of shape (n_samples, n_charts, n_targets), and whether targets are flat."""
    predictions = [chart.predict(X) for chart in charts]
    rows = [np.reshape(prediction, (len(prediction), -1)) for prediction in predictions]
    return np.stack(rows, axis=1), predictions[0].ndim == 1


def _fit_chart(chart, X, y, number, fit_params):
    try:
        return chart.fit(X, y, **fit_params)
    except Exception as error:
        error.add_note(f"This was raised in chart {number} of the atlas: {chart.regressor!r}.")
        raise
