"""The paper's three properties of a representative set, measured on data."""

import numpy as np
from scipy.sparse.csgraph import connected_components
from sklearn.neighbors import kneighbors_graph
from sklearn.utils import Bunch, check_random_state

from .._arrays.rows import read_rows
from ..symmetries import require_symmetry

_NEAR = 0.05  # of the norm of a row: a margin that counts as near the cut
_N_MOVES = 5


def representative_report(symmetry, y, reference=None, *, n_neighbors=10, random_state=0):
    """Whether representatives represent, are unique and hang together.

    Parameters
    ----------
    symmetry : Symmetry
        What the targets are known up to.
    y : array-like of shape (n_samples, n_targets)
        Targets.
    reference : array-like of shape (n_targets,), optional
        As in `Symmetry.canonicalize`.
    n_neighbors : int, default=10
        Of the graph in which representatives hang together.
    random_state : int, RandomState instance or None, default=0
        For the points of the orbits.

    Returns
    -------
    Bunch
        Distances relative to the norm of a row:

        - ``membership``: largest distance of a representative from its row's orbit, 0 where every
          orbit is met.
        - ``uniqueness``: largest distance between representatives of two points of one orbit, 0
          where there is one for each.
        - ``n_components``, ``largest_component``: of the graph of nearest neighbours among the
          representatives, their number and the share of rows in the largest; 1 and 1.0 where the
          set is connected, as far as the data can tell.
        - ``near_cut``: share of rows whose margin is below a twentieth of their norm.

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
    require_symmetry(symmetry)
    rows = read_rows(y, is_complex=symmetry.is_complex, owner=symmetry)
    y = np.asarray(rows.restore(rows.values))
    if len(y) <= n_neighbors:
        raise ValueError(f"n_neighbors={n_neighbors} needs more rows than that, got {len(y)}.")
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
