"""Properties of a set of representatives, measured on data: the three that the paper defines."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse.csgraph import connected_components
from sklearn.neighbors import kneighbors_graph
from sklearn.utils import Bunch, check_random_state

from .._arrays.rows import read_rows
from ..symmetries import Symmetry, require_symmetry

_NEAR = 0.05  # margin, in units of the norm of the target, that counts as near the cut
_N_MOVES = 5


def representative_report(
    symmetry: Symmetry,
    y: ArrayLike,
    reference: Any = None,
    *,
    n_neighbors: int = 10,
    random_state: int | np.random.RandomState | None = 0,
) -> Bunch:
    """Check whether representatives cover every orbit, are unique, and form a connected set.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry up to which the targets are known.
    y : array-like of shape (n_samples, n_targets)
        Targets.
    reference : array-like of shape (n_targets,), optional
        Array that representatives are aligned to, as in `Symmetry.canonicalize`.
    n_neighbors : int, default=10
        Number of neighbours in the graph whose connected components are counted.
    random_state : int, RandomState instance or None, default=0
        Seed of the random points of the orbits.

    Returns
    -------
    Bunch
        Results, with distances in units of the norm of the target:

        - ``membership``: largest distance of a representative from the orbit of its target; 0 if
          every orbit has a representative.
        - ``uniqueness``: largest distance between representatives of two points of one orbit; 0
          if every orbit has one representative only.
        - ``n_components``, ``largest_component``: number of connected components of the graph of
          nearest neighbours among the representatives, and the share of samples in the largest; 1
          and 1.0 if the set is connected as far as the data show.
        - ``near_cut``: share of targets whose margin is below a twentieth of their norm.

    References
    ----------
    Tayal, Lai, Manekar, Kumar, Sun (2020), "Inverse problems, deep learning, and symmetry
    breaking", section 2: representative, smallest, connected.

    Examples
    --------
    >>> import numpy as np
    >>> from sksym import Sign
    >>> from sksym.inspection import representative_report
    >>> y = np.random.default_rng(0).standard_normal((1000, 2))
    >>> report = representative_report(Sign(), y)
    >>> report.membership, report.uniqueness, report.n_components
    (0.0, 0.0, 1)
    """
    symmetry = require_symmetry(symmetry, y)
    rows = read_rows(y, is_complex=symmetry.is_complex, owner=symmetry)
    y = np.asarray(rows.restore(rows.values))
    if len(y) <= n_neighbors:
        raise ValueError(f"n_neighbors={n_neighbors} needs more samples than that, got {len(y)}.")
    rng = check_random_state(random_state)
    size = np.linalg.norm(y, axis=1)
    size[size == 0] = 1.0
    representatives = symmetry.canonicalize(y, reference)
    distance = symmetry.distance(representatives, y)
    jumps = [
        np.linalg.norm(
            symmetry.canonicalize(symmetry.random(y, rng), reference) - representatives, axis=1
        )
        for _ in range(_N_MOVES)
    ]
    if np.iscomplexobj(representatives):
        representatives = np.hstack([representatives.real, representatives.imag])
    graph = kneighbors_graph(representatives, n_neighbors)
    n_components, labels = connected_components(graph, directed=False)
    margin = symmetry.margin(y, reference)
    return Bunch(
        membership=float((distance / size).max()),
        uniqueness=float((np.max(jumps, axis=0) / size).max()),
        n_components=int(n_components),
        largest_component=float(np.bincount(labels).max() / len(y)),
        near_cut=float(np.mean(margin < _NEAR * size)),
    )
