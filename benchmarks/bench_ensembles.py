"""Averages of ten members: run by hand with ``python benchmarks/bench_ensembles.py``.

Rectified errors, divided by that of zero, of one member trained on all pairs, of ten on bootstraps
whose predictions are averaged as numbers, and of the same ten averaged up to the symmetry. Medians
over draws; a quarter of 2 000 pairs is held out.
"""

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import BaggingRegressor
from sklearn.tree import DecisionTreeRegressor

from sksym import GlobalPhase, RectifiedBaggingRegressor, Sign, make_canonical_regressor
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.metrics import rectified_mean_squared_error
from sksym.regressors import named_regressor, with_remedy

DRAWS = 3
N_TRAIN = 1500
MEMBERS = {
    "KNN, one reference": lambda s: make_canonical_regressor(named_regressor("KNN"), s),
    "KNN, each its own": lambda s: make_canonical_regressor(named_regressor("KNN"), s, "first"),
    "tree, each its own": lambda s: make_canonical_regressor(DecisionTreeRegressor(), s, "first"),
    "NN, rectified loss": lambda s: with_remedy("loss", named_regressor("NN"), s),
    "NN, lift": lambda s: with_remedy("lift", named_regressor("NN"), s),
}


def errors(field, symmetry, member, seed):
    """Errors of one member, of the mean of numbers, and of the orbit mean."""
    X, y = make_gaussian_phase_retrieval(2000, 5, field=field, random_state=seed)
    train, test = slice(None, N_TRAIN), slice(N_TRAIN, None)
    ensembles = BaggingRegressor(member), RectifiedBaggingRegressor(member, symmetry)
    found = []
    for model in (clone(member), *(e.set_params(random_state=seed) for e in ensembles)):
        y_pred = model.fit(X[train], y[train]).predict(X[test])
        error = rectified_mean_squared_error(y[test], y_pred, symmetry=symmetry)
        found.append(error / np.mean(y[test] ** 2))
    return found


def main():
    """Print the table."""
    print(f"phase retrieval, n = 5, error / zero's, median of {DRAWS} draws")
    print(f"  {'':<28}{'one member':>12}{'mean':>12}{'orbit mean':>12}")
    for field, symmetry in (("real", Sign()), ("complex", GlobalPhase())):
        for name, make in MEMBERS.items():
            rows = [errors(field, symmetry, make(symmetry), seed) for seed in range(DRAWS)]
            line = "".join(f"{error:12.2g}" for error in np.median(rows, axis=0))
            print(f"  {field:<8}{name:<20}{line}", flush=True)


if __name__ == "__main__":
    main()
