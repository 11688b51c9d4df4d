"""Groups of some permutations of the coordinates of a row, or of blocks of them."""

import functools
import itertools
from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from .._arrays import algebra
from .._extras import require_extra
from .._validation import COUNT, FIELD, validated
from ._closure import closed_orders, require_few
from ._scored import ScoredGroup

_MOST_SHOWN = 100  # entries of generators, in a representation


class PermutationGroup(ScoredGroup):
    r"""The group that some permutations generate, :math:`(y_1, \dots) \mapsto (y_{g(1)}, \dots)`.

    For any order of blocks see `Permutation`, which does not enumerate them. This class is for
    orders that belong together: those that keep the bonds of a molecule (`of_graph`), the nodes
    of a graph, which permute rows and columns of a matrix at once (`of_square_matrices`), or the
    states of a Markov model.

    Parameters
    ----------
    generators : sequence of sequences of int
        Permutations: each says from where every block comes.
    block_size : int, default=1
        Coordinates that move together, such as the 3 of a point.
    field : {"real", "complex"}, default="real"
        Whether rows are real or complex.
    max_order : int, default=10000
        Largest group that is enumerated.

    Examples
    --------
    Hydrogens 1 and 2 of a row of three points in space may change places:

    >>> from sksym import PermutationGroup
    >>> water = PermutationGroup([[0, 2, 1]], block_size=3)
    >>> water.distance([[0, 0, 0, 1, 0, 0, 0, 1, 0]], [[0, 0, 0, 0, 1, 0, 1, 0, 0]])
    array([0.])
    >>> PermutationGroup([[1, 2, 0]]).order
    3
    """

    _parameter_constraints: ClassVar[dict] = {
        "generators": ["array-like"],
        "block_size": [COUNT],
        "field": [FIELD],
        "max_order": [COUNT],
    }

    def __init__(
        self,
        generators: ArrayLike,
        block_size: int = 1,
        field: str = "real",
        max_order: int = 10_000,
    ) -> None:
        self.generators = generators
        self.block_size = block_size
        self.field = field
        self.max_order = max_order

    @classmethod
    def of_graph(
        cls,
        graph: Any,
        node_match: Callable[..., bool] | None = None,
        edge_match: Callable[..., bool] | None = None,
        block_size: int = 1,
        max_order: int = 10_000,
    ) -> Self:
        """Automorphisms of a graph: orders of its nodes that keep its edges.

        Parameters
        ----------
        graph : networkx.Graph
            Its nodes in their order are the blocks of a row.
        node_match, edge_match : callable, optional
            Whether the attributes of two nodes or edges are alike, as networkx takes them, such as
            ``networkx.isomorphism.categorical_node_match("element", "C")``.
        block_size : int, default=1
            As in `PermutationGroup`.
        max_order : int, default=10000
            Largest number of automorphisms.

        Returns
        -------
        PermutationGroup

        Raises
        ------
        ModuleNotFoundError
            If networkx is not installed.
        ValueError
            If there are more than `max_order`.

        Examples
        --------
        >>> import networkx
        >>> from sksym import PermutationGroup
        >>> PermutationGroup.of_graph(networkx.cycle_graph(6)).order
        12
        """
        isomorphism = require_extra("networkx", "graphs").algorithms.isomorphism
        place = {node: k for k, node in enumerate(graph)}
        matcher = isomorphism.GraphMatcher(graph, graph, node_match, edge_match)
        orders = itertools.islice(matcher.isomorphisms_iter(), max_order + 1)
        orders = [[place[found[node]] for node in place] for found in orders]
        require_few(len(orders), max_order)
        return cls(orders, block_size, max_order=max_order)

    @classmethod
    @validated({"n_nodes": [COUNT]})
    def of_square_matrices(cls, n_nodes: int, max_order: int = 10_000) -> Self:
        """Any order of the nodes of a graph, whose adjacency matrices are rows in C order.

        Parameters
        ----------
        n_nodes : int
            Number of rows, and of columns, of a matrix.
        max_order : int, default=10000
            Largest group that is enumerated: that of seven nodes.

        Returns
        -------
        PermutationGroup

        Examples
        --------
        >>> from sksym import PermutationGroup
        >>> graphs = PermutationGroup.of_square_matrices(3)
        >>> graphs.distance([[0, 1, 0, 0, 0, 0, 0, 0, 0]], [[0, 0, 0, 0, 0, 1, 0, 0, 0]])
        array([0.])
        """
        places = np.arange(n_nodes**2).reshape(n_nodes, n_nodes)
        orders = [places[order][:, order].ravel().tolist() for order in generating_orders(n_nodes)]
        return cls(orders, max_order=max_order)

    @property
    def is_complex(self) -> bool:
        """Whether rows are complex."""
        return self.field == "complex"

    def _order(self, n_coordinates):
        return len(self._orders(n_coordinates))

    def _is_linear(self, n_coordinates):
        return True

    def _validate_params(self):
        super()._validate_params()
        n_blocks = len(self.generators[0]) if len(self.generators) else 0
        are_orders = [sorted(order) == list(range(n_blocks)) for order in self.generators]
        if not n_blocks or not all(are_orders):
            raise ValueError(
                "generators must be permutations of the same numbers from 0, such as "
                "[[1, 0, 2], [1, 2, 0]]; for no symmetry use Identity()."
            )

    def _orbit(self, xp, y):
        for order in self._orders(y.shape[1]):
            yield xp.take(y, xp.asarray(order, device=algebra.device(y)), axis=1)

    def _scores(self, xp, y, to):
        """As inner products of y with the targets in every inverse order: a group has them all."""
        orders = self._orders(y.shape[1])
        index = xp.asarray(np.argsort(orders, axis=1), device=algebra.device(y))
        moved = xp.reshape(
            xp.take(to, xp.reshape(index, (-1,)), axis=1), (to.shape[0], *orders.shape)
        )
        y = algebra.conj(xp, y)
        if to.shape[0] == 1:
            return algebra.real(xp, y @ xp.matrix_transpose(moved[0, :, :]))
        return algebra.real(xp, (moved @ y[:, :, None])[:, :, 0])

    def _named_elements(self, xp, y, moved):
        """The block that came to each place, of all blocks of the generators."""
        orders, parts = self._orders(y.shape[1]), []
        for rows in algebra.chunks(y.shape[0], len(orders) * y.shape[1]):
            scores = self._scores(xp, y[rows, :], moved[rows, :])
            parts.append(algebra.on_host(xp.argmax(scores, axis=1)))
        number, host, to = np.concatenate(parts), algebra.on_host(y), algebra.on_host(moved)
        # Where blocks are alike to rounding, the element is the one that gives the very numbers.
        is_other = (np.take_along_axis(host, orders[number], axis=1) != to).any(axis=1)
        for row in np.flatnonzero(is_other):
            number[row] = np.argmin(np.abs(host[row][orders] - to[row]).sum(axis=1))
        blocks = orders[:, :: self.block_size] // self.block_size
        return {"permutation": xp.asarray(blocks[number], device=algebra.device(y))}

    def _moved_by(self, xp, y, number):
        orders = xp.asarray(self._orders(y.shape[1]), device=algebra.device(y))
        return xp.take_along_axis(y, xp.take(orders, number, axis=0), axis=1)

    def _orders(self, n_coordinates):
        """All elements as indices of coordinates, the identity first."""
        n_blocks = len(self.generators[0])
        if n_coordinates not in (n_blocks * self.block_size, None):
            raise ValueError(
                f"{self!r} needs rows of {n_blocks * self.block_size} coordinates, got "
                f"{n_coordinates}."
            )
        generators = tuple(tuple(int(k) for k in order) for order in self.generators)
        return _closure(generators, self.block_size, self.max_order)

    def _argument(self, name, value):
        """The permutations, or the order of their group where they are many."""
        if name != "generators" or np.size(value) <= _MOST_SHOWN:
            return super()._argument(name, value)
        return f"<order {len(self._orders(None))}, {len(value[0])} blocks>"


def generating_orders(n):
    """Two orders of n things that generate all: an exchange of two, and a cycle."""
    swap, cycle = np.arange(n), np.roll(np.arange(n), -1)
    swap[:2] = swap[:2][::-1]
    return swap, cycle


@functools.lru_cache(maxsize=32)
def _closure(generators, block_size, max_order):
    blocks = np.array(closed_orders(list(generators), max_order))
    coordinates = blocks[:, :, None] * block_size + np.arange(block_size)
    return coordinates.reshape(len(blocks), -1)
