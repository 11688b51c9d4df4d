"""One fit and one prediction, timed on one thread."""

import contextlib
import sys
import time

from threadpoolctl import threadpool_limits


def fit_and_predict(estimator, X, y, X_test, **fit_params):
    """Train, predict and time both, on one thread.

    On one thread, sums have one order and times can be compared, whatever the number of parallel
    trials and of cores.

    Parameters
    ----------
    estimator : estimator
        Estimator, fitted in place.
    X, y : array-like
        Training pairs.
    X_test : array-like
        Measurements to predict targets for.
    **fit_params
        Arguments passed to `fit`.

    Returns
    -------
    y_pred : ndarray
        Predictions for `X_test`.
    fit_seconds, predict_seconds : float
        Wall time.
    """
    with _one_thread():
        start = time.perf_counter()
        estimator.fit(X, y, **fit_params)
        fitted = time.perf_counter()
        y_pred = estimator.predict(X_test)
        return y_pred, fitted - start, time.perf_counter() - fitted


@contextlib.contextmanager
def _one_thread():
    """One thread for BLAS, OpenMP and torch."""
    with threadpool_limits(1), contextlib.ExitStack() as stack:
        torch = sys.modules.get("torch")
        if torch is not None:  # has a pool of its own that threadpoolctl cannot see
            stack.callback(torch.set_num_threads, torch.get_num_threads())
            torch.set_num_threads(1)
        yield
