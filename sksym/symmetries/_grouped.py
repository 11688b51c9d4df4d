"""Parts of a row that are given by their columns, or that are complex."""

from .._arrays import algebra
from ._columns import Columns, labels, positions


class Grouped:
    """Mixin of `Permutation`: the parameters `columns` and `field`."""

    @property
    def is_complex(self) -> bool:
        """Whether the rows are complex."""
        return self.field == "complex" or (self.each is not None and self.each.is_complex)

    def _located(self, names):
        each = None if self.each is None else self.each._located(None)
        if each is not None and self.is_complex:
            each = each._complexified()
        if self.columns is None:
            return self if each is self.each else self._of_blocks(self.n_blocks, each)
        parts = [positions(self, part, names) for part in self.columns]
        flat = tuple(column for part in parts for column in part)
        if self.n_blocks is not None or len({len(part) for part in parts}) != 1:
            raise ValueError(
                f"columns must be parts of one length and take the place of n_blocks, got parts "
                f"of {[len(part) for part in parts]} columns and n_blocks={self.n_blocks}."
            )
        return Columns(self._of_blocks(len(parts), each), flat)

    def _of_blocks(self, n_blocks, each):
        return type(self)(n_blocks, each, field=self.field, absent=self.absent)

    def _complexified(self):
        each = None if self.each is None else self.each._complexified()
        return type(self)(self.n_blocks, each, field="complex", absent=self.absent)

    def _support(self):
        if self.columns is None:
            return None
        return tuple(column for part in self.columns for column in labels(part))

    def _real_blocks(self, xp, y):
        """Blocks of real coordinates: of complex ones, their real and imaginary parts."""
        blocks = self._blocks(xp, y)
        if not algebra.is_complex(xp, blocks):
            return blocks
        return xp.concat([xp.real(blocks), xp.imag(blocks)], axis=2)
