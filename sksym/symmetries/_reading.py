"""How a symmetry reads the rows that its public methods are given."""

import functools

import numpy as np

from .._arrays.rows import Rows, read_partner, read_rows


def by_position(method):
    """A public method for which columns that a symmetry names have the positions of those of y."""

    @functools.wraps(method)
    def of_located(self, y, *args, **kwargs):
        return method(self._among(y), y, *args, **kwargs)

    return of_located


class Reading:
    """Mixin: rows, pairs of rows and references, validated and natural."""

    def _among(self, y):
        """The same symmetry with positions for columns that it names, where y has names."""
        self._validate_params()
        return self._located(self._names(y))

    def _names(self, y):
        """Names of the natural coordinates of y, None where it has none."""
        names = getattr(y, "columns", None)
        if names is None:
            return None
        names = list(names)
        if self.is_complex and len(names) % 2 == 0 and not _has_complex(y):
            names = names[: len(names) // 2]  # of the real parts, which come first
        return names

    def _rows(self, y, *, allow_nan=False):
        return read_rows(y, is_complex=self.is_complex, owner=self, allow_nan=allow_nan)

    def _partner(self, rows, other, name, *, allow_nan=False):
        return read_partner(
            rows, other, is_complex=self.is_complex, name=name, owner=self, allow_nan=allow_nan
        )

    def _pair(self, y, other, name):
        """Rows, and as many or one to compare them with, in the wider dtype of the two."""
        rows = self._rows(y, allow_nan=True)
        other = self._partner(rows, other, name, allow_nan=True)
        xp = rows.xp
        dtype = xp.result_type(rows.values.dtype, other.values.dtype)
        y, to = (xp.astype(part.values, dtype, copy=False) for part in (rows, other))
        self._require_known(xp, y, to)
        return rows, Rows(xp, y, has_nan=rows.has_nan), Rows(xp, to, has_nan=other.has_nan)

    def _own_rows(self, y, *, allow_nan=False):
        """Rows on which the group is to act by itself."""
        rows = self._rows(y, allow_nan=allow_nan)
        self._require_known(rows.xp, rows.values)
        return rows

    def _reference_row(self, rows, reference):
        """The reference in the dtype of the rows: one natural row, or one for each."""
        xp, values = rows.xp, rows.values
        if reference is None:
            return self._own_reference(xp, values)
        reference = self._partner(rows, reference, "reference").values
        is_zero = not bool(xp.any(reference != 0))
        # Only where zero is a row like others can it be nearer to one point than to another.
        if reference.shape[0] != 1 or (is_zero and self._is_linear(values.shape[1])):
            raise ValueError(
                f"reference must be one row that is not zero, got "
                f"{f'{reference.shape[0]} rows' if reference.shape[0] != 1 else 'zeros'}."
            )
        return xp.astype(reference, values.dtype)


def _has_complex(frame):
    return any(np.dtype(kind).kind == "c" for kind in frame.dtypes if isinstance(kind, np.dtype))
