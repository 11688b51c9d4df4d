"""Metrics of separated signals that are known up to their order."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..._arrays import algebra
from ..._validation import COUNT, validated
from ...symmetries import Permutation
from ._known import KnownPair
from ._rows import best_total, is_constant, stacks_as_rows


@validated({"n_sources": [COUNT, None], "zero_mean": ["boolean"]})
def permutation_invariant_si_sdr(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    n_sources: int | None = None,
    zero_mean: bool = False,
    sample_weight: ArrayLike | None = None,
) -> Any:
    r"""Scale-invariant signal-to-distortion ratio of separated sources, in the best order.

    .. math:: \max_\pi \frac{1}{n} \sum_{j=1}^{n} 10 \log_{10}
        \frac{\|\alpha s_j\|^2}{\|\alpha s_j - \hat s_{\pi(j)}\|^2}, \quad
        \alpha = \frac{\langle s_j, \hat s_{\pi(j)} \rangle}{\|s_j\|^2}

    of the sources s and the estimates, averaged over the samples. Order, signs and sizes of the
    estimates do not matter.

    Parameters
    ----------
    y_true : array-like of shape (n_samples, n_sources, n_times) or (n_samples, n_features)
        True sources; in rows one source after the other, ``n_features = n_sources * n_times``.
    y_pred : array-like of the shape of `y_true`
        Estimated sources.
    n_sources : int, optional
        Number of sources, which rows do not tell.
    zero_mean : bool, default=False
        Whether the mean over time is subtracted from every signal.
    sample_weight : array-like of shape (n_samples,), optional
        Sample weights, non-negative and not all zero.

    Returns
    -------
    float
        In decibels; more is better. The ratio of a single source is kept within ±313 dB, beyond
        which double precision tells nothing: that is what a perfect estimate gets and one that is
        silent or orthogonal to its source. Of torch tensors a tensor of shape (), with its
        gradient; the order is a constant for it.

    Raises
    ------
    ValueError
        If there is NaN or infinity, the shapes differ or do not fit `n_sources`, or a true source
        is silent (constant, with `zero_mean`), so that it has no ratio.

    References
    ----------
    Le Roux, Wisdom, Erdogan, Hershey (2019), "SDR - half-baked or well done?".
    Yu, Kolbæk, Tan, Jensen (2017), "Permutation invariant training of deep models for
    speaker-independent multi-talker speech separation".

    Examples
    --------
    >>> from sksym.metrics import permutation_invariant_si_sdr
    >>> y_true = [[[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]]
    >>> y_pred = [[[0.0, 0.0, 1.0, -10.0], [10.0, 1.0, 0.0, 0.0]]]
    >>> round(permutation_invariant_si_sdr(y_true, y_pred), 9)
    20.0
    """
    y_true, y_pred, n = stacks_as_rows(y_true, y_pred, n_sources, "n_sources")
    pair = KnownPair(y_true, y_pred, Permutation(n), sample_weight)
    true, pred = (_signals(pair, rows, n, zero_mean) for rows in (pair.true, pair.pred))
    _require_sound(algebra.on_host(true))
    return pair.result(best_total(pair.xp, _decibels(pair.xp, true, pred)) / n)


def _signals(pair, rows, n_sources, zero_mean):
    """Signals of largest modulus 1, or zeros; shape (n_samples, n_sources, n_times)."""
    xp = pair.xp
    shape = (rows.shape[0], n_sources, rows.shape[1] // n_sources)
    signals = algebra.scaled(xp, xp.reshape(rows, (shape[0] * n_sources, shape[2])))[0]
    if zero_mean:
        centred = signals - xp.mean(signals, axis=1, keepdims=True)
        is_flat = is_constant(xp, signals, pair.eps)
        signals = algebra.scaled(xp, xp.where(is_flat, xp.zeros_like(centred), centred))[0]
    return xp.reshape(signals, shape)


def _require_sound(sources):
    is_silent = ~np.any(sources, axis=2)
    if is_silent.any():
        sample, source = np.argwhere(is_silent)[0]
        raise ValueError(
            f"Source {source} of sample {sample} of y_true is silent, so that nothing can be told "
            f"of its estimate; leave it out."
        )


def _decibels(xp, true, pred):
    """Ratio of estimate i to source j; shape (n_samples, i, j)."""
    energy = algebra.or_one(xp, xp.vecdot(pred, pred))
    is_silent = ~xp.any(pred != 0, axis=2)
    least = xp.finfo(pred.dtype).eps ** 2
    ratios = []
    for j in range(true.shape[1]):
        source = true[:, j, None, :]
        size = xp.vecdot(source, source)
        share = xp.vecdot(pred, source) / size
        distortion = pred - share[:, :, None] * source
        kept = xp.clip(share * share * size / energy, min=least)
        lost = xp.clip(xp.vecdot(distortion, distortion) / energy, min=least)
        lost = xp.where(is_silent, xp.ones_like(lost), lost)
        ratios.append(10 * (xp.log10(kept) - xp.log10(lost)))
    return xp.stack(ratios, axis=2)
