"""Whether the remedy that `compare` finds best is best on held-out pairs too.

    python benchmarks/bench_compare.py [root] [retrieval] [digits] [--jobs 2]

Three quarters of the pairs are compared by cross-validation; the remaining quarter is held out and
then predicted by every estimator, fitted to the three quarters.
"""

import argparse

import numpy as np
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from sksym import Sign, fourier_symmetry
from sksym.datasets import (
    make_fourier_phase_retrieval,
    make_gaussian_phase_retrieval,
    make_square_root,
)
from sksym.experiments import compare
from sksym.metrics import rectified_mean_squared_error

ROUNDING = 1e-20  # of the zero predictor's error: below it, all answers are exact


def square_root():
    return *make_square_root(2000, random_state=0), Sign()


def phase_retrieval():
    return *make_gaussian_phase_retrieval(8000, 5, random_state=0), Sign()


def digits():
    """Digits that are flipped, shifted and negated at random."""
    X, y = make_fourier_phase_retrieval(load_digits().images / 16)
    symmetry = fourier_symmetry((16, 16))
    return X, symmetry.random(y, random_state=0), symmetry


DATA = {"root": square_root, "retrieval": phase_retrieval, "digits": digits}


def held_out_errors(comparison, X, y, X_test, y_test, symmetry):
    """Error of every estimator on the test set, relative to the zero predictor's."""
    zero = rectified_mean_squared_error(y_test, np.zeros_like(y_test), symmetry=symmetry)
    errors = {}
    for line in comparison.summary():
        estimator = clone(comparison.estimators[line["regressor"], line["remedy"]]).fit(X, y)
        y_pred = estimator.predict(X_test).reshape(y_test.shape)
        error = rectified_mean_squared_error(y_test, y_pred, symmetry=symmetry)
        errors[line["name"]] = error / zero
    return errors


def show(name, n_jobs):
    X, y, symmetry = DATA[name]()
    X, X_test, y, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
    comparison = compare(X, y, symmetry, cv=3, random_state=0, n_jobs=n_jobs, verbose=1)
    errors = held_out_errors(comparison, X, y, X_test, y_test, symmetry)
    lines = comparison.summary()
    print(f"{name}: {len(X)} pairs compared, {len(X_test)} held out, {symmetry!r}")
    print(f"{'':20}  {'compared':>9}  {'held out':>9}   (of the zero predictor's error)")
    for line in lines:
        print(f"{line['name']:20}  {line['of_zero']:9.2g}  {errors[line['name']]:9.2g}")
    tried = [line["remedy"] for line in lines if line["regressor"] not in ("zero", "constant")]
    first_none = tried.index("none")
    is_last = all(remedy == "none" for remedy in tried[first_none:])
    print(f"none is last: {is_last}")
    best, least = errors[lines[0]["name"]], min(errors.values())
    is_confirmed = best <= max(least, ROUNDING)
    print(f"{lines[0]['name']} is best on the held-out pairs too: {is_confirmed}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(DATA)}")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    for name in options.names or DATA:
        show(name, options.jobs)


if __name__ == "__main__":
    main()
