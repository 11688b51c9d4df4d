"""Independent copies of a symmetry on equal blocks of a row."""

import itertools
from typing import ClassVar

import numpy as np

from .._validation import COUNT
from . import _unknown
from ._base import Symmetry


class OfParts(Symmetry):
    """What a symmetry of parts inherits from the symmetry of a part."""

    @property
    def is_complex(self) -> bool:
        """Whether the parts are complex."""
        return self.symmetry.is_complex

    @property
    def is_isometric(self) -> bool:
        """Whether the symmetry of a part preserves the Euclidean distance."""
        return self.symmetry.is_isometric

    @property
    def is_exact(self) -> bool:
        """Whether the symmetry of a part finds the nearest point of every orbit."""
        return self.symmetry.is_exact

    @property
    def has_lift(self) -> bool:
        """Whether the symmetry of a part has a lift."""
        return self.symmetry.has_lift

    @property
    def has_seam(self) -> bool:
        """Whether representatives of parts jump somewhere, for some width of theirs."""
        return self.symmetry.has_seam


class Blocks(OfParts):
    """An independent copy of a symmetry on each of several equal blocks.

    Signs of eigenvectors are ``Blocks(Sign(), n_blocks)``.

    Parameters
    ----------
    symmetry : Symmetry
        Acts on every block by an element of its own.
    n_blocks : int
        Number of blocks.

    Examples
    --------
    >>> from sksym import Blocks, Sign
    >>> Blocks(Sign(), n_blocks=2).canonicalize([[1.0, -2.0, 3.0, 4.0]])
    array([[-1.,  2.,  3.,  4.]])
    """

    _parameter_constraints: ClassVar[dict] = {
        "symmetry": [Symmetry],
        "n_blocks": [COUNT],
    }

    def __init__(self, symmetry: Symmetry, n_blocks: int) -> None:
        self.symmetry = symmetry
        self.n_blocks = n_blocks

    def _located(self, names):
        located = self.symmetry._located(None)
        return self if located is self.symmetry else Blocks(located, self.n_blocks)

    def _complexified(self):
        return Blocks(self.symmetry._complexified(), self.n_blocks)

    def _order(self, n_coordinates):
        width = None if n_coordinates is None else self._width(n_coordinates)
        return self.symmetry._order(width) ** self.n_blocks

    def _has_seam(self, n_coordinates):
        return self.symmetry._has_seam(self._width(n_coordinates))

    def _is_linear(self, n_coordinates):
        return self.symmetry._is_linear(self._width(n_coordinates))

    def _centred(self, xp, y):
        return xp.reshape(self.symmetry._centred(xp, self._split(xp, y)), y.shape)

    def _is_unlift_closed(self, n_coordinates):
        return self.symmetry._is_unlift_closed(self._width(n_coordinates))

    def _orbit(self, xp, y):
        width = self._width(y.shape[1])
        blocks = [y[:, k : k + width] for k in range(0, y.shape[1], width)]
        orbits = [list(self.symmetry._orbit(xp, block)) for block in blocks]
        for points in itertools.product(*orbits):
            yield xp.concat(points, axis=1)

    def _align(self, xp, y, to):
        to = xp.broadcast_to(to, y.shape)
        moved = self.symmetry._align(xp, self._split(xp, y), self._split(xp, to))
        return xp.reshape(moved, y.shape)

    def _align_known(self, xp, y, to):
        moved = self.symmetry._align_known(xp, self._split(xp, y), self._split(xp, to))
        return xp.reshape(moved, y.shape)

    def _known_distance(self, xp, y, to):
        to = xp.broadcast_to(to, y.shape)
        parts = self.symmetry._known_distance(xp, self._split(xp, y), self._split(xp, to))
        return _unknown.total(xp, xp.reshape(parts, (y.shape[0], -1)))

    def _gap(self, xp, y, to):
        gap = self.symmetry._gap(xp, self._split(xp, y), self._split(xp, to))
        return None if gap is None else xp.min(xp.reshape(gap, (y.shape[0], -1)), axis=1)

    def _named_elements(self, xp, y, moved):
        parts = self.symmetry._named_elements(xp, self._split(xp, y), self._split(xp, moved))
        # Orders within every block would have one axis more.
        signs = None if "permutation" in parts else parts.get("sign")
        return {} if signs is None else {"sign": xp.reshape(signs, (y.shape[0], -1))}

    def _canonicalize(self, xp, y, reference):
        references = self._split(xp, xp.broadcast_to(reference, y.shape))
        moved = self.symmetry._canonicalize(xp, self._split(xp, y), references)
        return xp.reshape(moved, y.shape)

    def _random(self, xp, y, rng):
        return xp.reshape(self.symmetry._random(xp, self._split(xp, y), rng), y.shape)

    def _reference(self, n_coordinates):
        return np.tile(self.symmetry._reference(self._width(n_coordinates)), self.n_blocks)

    def _unprescribed(self, n_coordinates):
        return range(n_coordinates) if self._has_seam(n_coordinates) else ()

    def _margin(self, xp, y, reference):
        blocks, references = (
            xp.reshape(self._split(xp, rows), (rows.shape[0], self.n_blocks, -1))
            for rows in (y, reference)
        )
        margins = [
            self.symmetry._margin(xp, blocks[:, k, :], references[:, k, :])
            for k in range(self.n_blocks)
        ]
        return xp.min(xp.stack(margins, axis=1), axis=1)

    def _lift(self, xp, y):
        return xp.reshape(self.symmetry._lift(xp, self._split(xp, y)), (y.shape[0], -1))

    def _unlift(self, xp, z):
        return xp.reshape(self.symmetry._unlift(xp, self._split(xp, z)), (z.shape[0], -1))

    def _split(self, xp, y):
        """Every block as a row of its own."""
        return xp.reshape(y, (-1, self._width(y.shape[1])))

    def _width(self, n_coordinates):
        """Coordinates of a block."""
        if n_coordinates % self.n_blocks:
            raise ValueError(
                f"{self!r} needs a number of coordinates that is a multiple of n_blocks="
                f"{self.n_blocks}, got {n_coordinates}."
            )
        return n_coordinates // self.n_blocks
