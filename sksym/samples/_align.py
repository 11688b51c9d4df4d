"""Alignment of samples to their mean, or to a reference."""

from collections.abc import Sequence

from numpy.typing import ArrayLike
from sklearn.utils import Bunch

from .._arrays import algebra
from .._arrays.rows import Rows
from ..symmetries import Symmetry
from ._given import Samples
from ._sureness import sureness

_STEPS = 1000
_SAME_COST = 1e-12  # the cost that no longer falls by this part of itself stands


def align_samples(
    samples: ArrayLike | Sequence[ArrayLike],
    symmetry: Symmetry,
    weights: ArrayLike | None = None,
    reference: ArrayLike | None = None,
    *,
    axis: int = 1,
) -> Bunch:
    r"""Align samples of an answer that is known up to a symmetry, and summarize them.

    Draws of a posterior distribution, bootstrap replicates, restarts and seeds have labels, signs
    or rotations of their own; means and standard errors of their coordinates mean something only
    after alignment. Each sample :math:`y_i` is moved to the point of its orbit nearest to the mean
    m of the moved samples,

    .. math:: \min_{m,\, g_1, g_2, \dots \in G} \sum_i w_i \|g_i y_i - m\|^2 .

    Of a group of isometries, m is the weighted mean of the samples that are returned, and no
    element moves one of them nearer to it. The cost is a local minimum, the best of several, and
    no more than that of alignment to any one sample (of more than 256, to those that are tried).

    Parameters
    ----------
    samples : array-like of shape (n_samples, ...)
        Arrays, DataFrames, tensors or lists of arrays, one for each sample, all finite. A sample
        of more dimensions is read as a row in C order: loadings of shape (n_components,
        n_features) have a component in each block.
    symmetry : Symmetry
        Acts on these rows.
    weights : array-like of shape (n_samples,), optional
        Non-negative, not all zero; integers are repetition. Equal by default.
    reference : array-like of the shape of a sample, optional
        What samples are moved nearest to, in place of their mean: the estimate from all data, the
        draw of the largest posterior density.
    axis : int, default=1
        Axis of `samples` along which the parts lie that the symmetry moves: 2 where a sample has
        shape (n_features, n_components), components being columns. It comes first in a row; what
        is returned has the shape that came.

    Returns
    -------
    Bunch
        - ``samples``: the moved samples, an array of the shape and dtype that came.
        - ``mean``, ``spread``: weighted mean and standard deviation (divided by the sum of the
          weights) of every coordinate, in the shape of a sample and double precision.
        - ``elements``: what was done to the parts, a Bunch of ``permutation`` and ``sign``, those
          that there are, of shape (n_samples, n_parts): the new part j of sample i is
          ``sign[i, j]`` times its old part ``permutation[i, j]``. None where elements have no such
          names.
        - ``cost_ratio``: for each sample the squared distance that the second-best element leaves
          over that of the best, from 1, a tie, to infinity, the best leaves none.
        - ``ambiguity``: for each sample the odds of the second-best element against the best, from
          0 to 1.
        - ``ambiguous_share``: weighted share of the samples with odds above 0.05, 1 to 20.

        The last three are None where elements cannot be told apart one by one: groups with
        infinitely many, of which some are as near to the best as one likes, and those of more than
        10 000. Of ``Permutation(k, each=GlobalPhase())`` and products of parts they are about the
        finite part, the order.

    Raises
    ------
    ValueError
        If samples or the reference are not finite numbers, have no shape in common or one that the
        symmetry cannot act on, weights are negative or all zero, or there is no such axis.

    See Also
    --------
    label_symmetry : The symmetry of labels of mixtures and Markov models.
    sksym.inspection.TraceDisplay : Samples before and after.
    sksym.inspection.SpreadDisplay : Mean and spread before and after.

    Notes
    -----
    The odds are :math:`\exp(-(d_2^2 - d_1^2) / 2 s^2)` for the two least distances of a sample
    to what it is aligned to, as for Gaussian samples of variance :math:`s^2` in every coordinate.
    This is the mean of the variances after alignment, each weighted by itself, so that coordinates
    that hardly vary make no sample look surer. Where coordinates have different units, bring them
    to one size first with `ScaleTargets`, since alignment adds up their squares.

    Second-best orders are exact: they differ from the best along one cycle of parts, the cheapest
    (Floyd and Warshall). Signs are a formula, other finite groups are enumerated.

    Groups that are not isometric, such as scales, would shrink samples further with every step:
    they are moved to `Symmetry.mean` once.

    References
    ----------
    Stephens (2000), "Dealing with label switching in mixture models", Section 4: the alternation.
    Milan, Whittaker (1995), "Application of the parametric bootstrap to models that incorporate a
    singular value decomposition": bootstrap replicates moved to the full sample's answer.

    Examples
    --------
    Two components in any order, drawn four times:

    >>> from sksym import Permutation, align_samples
    >>> draws = [[[1.0], [5.0]], [[5.2], [1.2]], [[0.8], [4.8]], [[5.0], [1.0]]]
    >>> aligned = align_samples(draws, Permutation(2))
    >>> aligned.mean.round(3).tolist(), aligned.spread.round(3).tolist()
    ([[1.0], [5.0]], [[0.141], [0.141]])
    >>> aligned.elements.permutation.tolist()
    [[0, 1], [1, 0], [0, 1], [1, 0]]
    >>> aligned.ambiguous_share
    0.0
    """
    given = Samples(samples, symmetry, weights, axis)
    if reference is not None:
        reference = given.reference(reference)
        moved = given.symmetry.align(given.rows, to=reference)
    else:
        reference, moved = _at_their_mean(given)
    return _summary(given, reference, moved)


def _at_their_mean(given):
    """What the rows are aligned to, and the aligned rows, all natural."""
    xp, symmetry, rows = given.xp, given.symmetry, given.rows
    mean = symmetry.mean(rows.values[None, :, :], algebra.on_host(given.weights))
    moved = symmetry.align(rows, to=Rows(xp, mean))
    if not symmetry.is_isometric:
        return Rows(xp, mean), moved
    # That mean stands still to some digits; here every sample is at its optimum for its own mean.
    for _ in range(_STEPS):
        mean = given.average(moved)
        nearer = symmetry.align(rows, to=Rows(xp, mean[None, :]))
        if not _cost(given, nearer, mean) < (1 - _SAME_COST) * _cost(given, moved, mean):
            break
        moved = nearer
    return Rows(xp, mean[None, :]), moved


def _cost(given, rows, mean):
    """Root of the weighted mean squared distance."""
    distance = algebra.norm(given.xp, rows - mean)
    return float(given.root_mean_square(distance[:, None])[0])


def _summary(given, to, moved):
    mean, spread = given.summarized(moved)
    elements = given.symmetry._named_elements(given.xp, given.rows.values, moved)
    return Bunch(
        samples=given.restored(moved),
        mean=mean,
        spread=spread,
        elements=Bunch(**elements) if elements else None,
        **sureness(given, to.values, moved),
    )
