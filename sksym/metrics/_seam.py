"""Share of the error near the cut of a reference."""

import itertools
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import Bunch

from .._arrays.algebra import on_host
from ..symmetries import Symmetry
from ._pair import Pair


def seam_report(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    symmetry: Symmetry,
    reference: Any = None,
    bins: int | ArrayLike = 10,
) -> Bunch:
    """Report the rectified error by distance from the cut.

    A regressor of representatives errs where these jump. Rows are sorted by their margin, the
    distance of the truth from the cut, and cut into bins of equally many.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,) or (n_samples, n_features)
        Any point of the orbit of each true answer; all finite, so that its margin is known.
    y_pred : array-like of the shape of `y_true`
        Predictions.
    symmetry : Symmetry
        Symmetry that the answer is known up to.
    reference : array-like of shape (n_features,), optional
        Reference whose cut is used; by default that of the symmetry.
    bins : int or array-like of shape (n_bins + 1,), default=10
        Number of bins, or their edges as shares of the samples, from 0 to 1.

    Returns
    -------
    Bunch
        Arrays with an entry for each bin, from the cut outwards: ``margin``, the median distance
        from the cut, in units of y; ``n_samples``; ``error``, the rectified mean squared error as
        in eq. (3.1); ``share`` of the whole squared error.

    Raises
    ------
    ValueError
        If the rows do not match, there is no cut, or the bins are not shares.

    Examples
    --------
    Half of the error lies in the tenth of the rows nearest to the cut:

    >>> import numpy as np
    >>> from sksym import Sign
    >>> from sksym.metrics import seam_report
    >>> y = np.linspace(0.01, 1, 100)[:, None]
    >>> y_pred = y + np.where(y <= 0.1, 0.3, 0.1)
    >>> report = seam_report(y, y_pred, symmetry=Sign(), bins=[0, 0.1, 1])
    >>> report.n_samples, report.error.round(3), report.share.round(3)
    (array([10, 90]), array([0.09, 0.01]), array([0.5, 0.5]))
    """
    pair = Pair(y_true, y_pred, symmetry, None)
    margin = pair.margin(reference)
    if not np.isfinite(margin).all():
        raise ValueError(f"{symmetry!r} has no cut, so that no error lies at one.")
    squares = on_host(pair.squares(pair.residual()))
    shares = np.linspace(0, 1, bins + 1) if np.ndim(bins) == 0 else np.asarray(bins, dtype=float)
    edges = np.round(shares * len(margin)).astype(int)
    if shares[0] < 0 or shares[-1] > 1 or len(edges) < 2 or (np.diff(edges) < 1).any():
        raise ValueError(
            f"bins must be a number of bins or increasing shares of the rows from 0 to 1, with at "
            f"least one of the {len(margin)} rows in each, got {bins!r}."
        )
    order = np.argsort(margin, kind="stable")
    parts = [order[start:stop] for start, stop in itertools.pairwise(edges)]
    total = squares.sum() or 1.0
    return Bunch(
        margin=np.array([np.median(margin[part]) for part in parts]),
        n_samples=np.array([len(part) for part in parts]),
        error=np.array([squares[part].mean() for part in parts]) / pair.true.shape[1],
        share=np.array([squares[part].sum() / total for part in parts]),
    )
