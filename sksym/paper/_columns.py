"""Columns of the table: the paper's, and one for each further remedy."""

from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ..regressors import REMEDIES, with_remedy

N_NEIGHBORS = 5
BATCH_SIZE = 64  # the paper states none

_PAPER = {"A": "canonicalize", "B": "none"}
_SHOWN_WITH = {"lift": "LS", "neighbors": "KNN", "refine": "LS"}
# Each remedy beyond the paper's, and the regressor that it is shown with.
REMEDY_COLUMNS = {
    name: _SHOWN_WITH.get(name, "NN") for name in REMEDIES if name not in _PAPER.values()
}
_STANDARDIZED = {"residual"}  # residuals of least squares are not in the unit of the measurements
_LABELS = {
    ("KNN", "A"): "K-NN",
    ("NN", "residual"): "LS+NN lift",
    ("KNN", "neighbors"): "orbit K-NN",
    ("LS", "refine"): "LS lift refined",
    ("zero", "zero"): "zero",
}


def label(model, remedy):
    """Heading of a column, as in the paper where it has one."""
    between = "-" if remedy in _PAPER else " "
    return _LABELS.get((model, remedy), f"{model}{between}{remedy}")


def make_estimator(model, remedy, symmetry, n_features, seed, device, on_epoch=None):
    """Create the unfitted estimator of a cell.

    Parameters
    ----------
    model, remedy : str
        Model and remedy, which select the column.
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    n_features : int
        Dimension of the signal, and number of charts of an atlas.
    seed : int
        Seed of everything random.
    device : str
        Device on which networks train.
    on_epoch : callable, optional
        Called with a line of text after each epoch of a network.

    Returns
    -------
    estimator or None
        None for the zero predictor.
    """
    if model == "zero":
        return None
    regressor = _make_regressor(model, seed, device, on_epoch)
    if remedy in _STANDARDIZED:
        regressor = make_pipeline(StandardScaler(), regressor)
    name = _PAPER.get(remedy, remedy)
    estimator = with_remedy(name, regressor, symmetry, n_charts=n_features)
    seeds = {"random_state": seed} if "random_state" in estimator.get_params(deep=False) else {}
    return estimator.set_params(**seeds)


def _make_regressor(model, seed, device, on_epoch):
    if model == "KNN":
        return KNeighborsRegressor(N_NEIGHBORS)
    if model == "LS":
        return LinearRegression()
    from ..neural import EpochReport, paper_network

    params = {"batch_size": BATCH_SIZE, "random_state": seed, "device": device}
    if on_epoch is not None:
        params["callbacks"] = [("report", EpochReport(on_epoch))]
    return paper_network(model, **params)
