"""The columns of the paper's table and those beyond it: a model and a remedy each."""

from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ..regressors import (
    OrbitKNeighborsRegressor,
    RefinedRegressor,
    ResidualRegressor,
    make_lifted_regressor,
    with_remedy,
)

N_NEIGHBORS = 5
BATCH_SIZE = 64  # the paper states none

# Columns (model, remedy) of each remedy that goes past the paper. LS is least squares, and LS+NN
# least squares with a network on its residuals.
REMEDY_COLUMNS = {
    "lift": [("LS", "lift"), ("LS+NN", "lift")],
    "atlas": [("NN", "atlas")],
    "orbit": [("KNN", "orbit")],
    "loss": [("NN", "loss")],
    "refine": [("LS", "refine")],
}
_LABELS = {
    ("KNN", "A"): "K-NN",
    ("KNN", "orbit"): "orbit K-NN",
    ("LS", "refine"): "LS lift refined",
    ("zero", "zero"): "zero",
}


def label(model, remedy):
    """Heading of a column: the paper's where it has one."""
    between = "-" if remedy in ("A", "B") else " "
    return _LABELS.get((model, remedy), f"{model}{between}{remedy}")


def make_estimator(model, remedy, symmetry, n_features, seed, device, on_epoch=None):
    """An unfitted estimator for a cell.

    Parameters
    ----------
    model, remedy : str
        A column of the table.
    symmetry : Symmetry
        What the targets are known up to.
    n_features : int
        How many charts an atlas has.
    seed : int
        Decides everything random.
    device : str
        Where networks train.
    on_epoch : callable, optional
        Called with a line of text after each epoch of a network.

    Returns
    -------
    estimator or None
        None for the zero predictor.
    """
    if model == "zero":
        return None
    if remedy == "orbit":
        return OrbitKNeighborsRegressor(symmetry, N_NEIGHBORS)
    regressor = _make_regressor(model, seed, device, on_epoch)
    if remedy == "refine":
        return RefinedRegressor(make_lifted_regressor(regressor, symmetry), symmetry)
    name = {"A": "canonicalize", "B": "none"}.get(remedy, remedy)
    estimator = with_remedy(name, regressor, symmetry, n_charts=n_features)
    return estimator.set_params(random_state=seed) if remedy == "atlas" else estimator


def _make_regressor(model, seed, device, on_epoch):
    if model == "KNN":
        return KNeighborsRegressor(N_NEIGHBORS)
    if model == "LS":
        return LinearRegression()
    from ..neural import EpochReport, paper_network

    params = {"batch_size": BATCH_SIZE, "random_state": seed, "device": device}
    if on_epoch is not None:
        params["callbacks"] = [("report", EpochReport(on_epoch))]
    if model == "LS+NN":
        network = make_pipeline(StandardScaler(), paper_network("NN", **params))
        return ResidualRegressor(LinearRegression(), network)
    return paper_network(model, **params)
