"""What the symmetry of each part makes of the parts of a row."""

from ._finite import Identity


class EachPart:
    """Mixin: parts of rows under `each`, a symmetry or None, as `_blocks` makes them."""

    @property
    def _of_part(self):
        return Identity() if self.each is None else self.each

    def _of_each(self, xp, blocks, function, *others):
        """Rows made of what a method of `each` makes of every block."""
        parts = [xp.reshape(part, (-1, part.shape[2])) for part in (blocks, *others)]
        return xp.reshape(function(xp, *parts), (blocks.shape[0], -1))

    def _each_canonical(self, xp, y):
        if self.each is None:
            return y

        def canonical(xp, flat):
            return self.each._canonicalize(xp, flat, self.each._own_reference(xp, flat))

        return self._of_each(xp, self._blocks(xp, y), canonical)

    def _each_aligned(self, xp, blocks, to):
        if self.each is None:
            return blocks
        return xp.reshape(self._of_each(xp, blocks, self.each._align, to), blocks.shape)

    def _each_margin(self, xp, y, reference):
        each, blocks = self._of_part, self._blocks(xp, y)
        numbers = range(blocks.shape[1])
        if reference is None:
            own = each._own_reference(xp, blocks[:, 0, :])
            reference = xp.concat([own for _ in numbers], axis=1)
        to = self._blocks(xp, reference)
        margins = [each._margin(xp, blocks[:, j, :], to[:, j, :]) for j in numbers]
        return xp.min(xp.stack(margins, axis=1), axis=1)
