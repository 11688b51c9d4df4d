"""Public methods `lift` and `unlift` of a symmetry."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._arrays.rows import Rows, read_rows
from ._reading import by_position


class Lifts:
    """Mixin: `lift` and `unlift`, from the formulas of a symmetry on validated rows."""

    @by_position
    def lift(self, y: ArrayLike) -> Any:
        """Continuous coordinates that are the same along an orbit and tell orbits apart.

        Parameters
        ----------
        y : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        array of shape (n_samples, n_lifted)
            Real coordinates. Unlike a representative they have no cut, so a regressor can
            learn them everywhere.

        Raises
        ------
        TypeError
            If the group has no lift.
        ValueError
            If coordinates are so large or small that products of them cannot be held.

        Examples
        --------
        >>> from sksym import Sign
        >>> Sign().lift([[1.0, -2.0], [-1.0, 2.0]]).round(3)
        array([[ 1.   ,  4.   , -2.828],
               [ 1.   ,  4.   , -2.828]])
        """
        rows = self._rows(y)
        self._require_lift()
        xp = rows.xp
        with np.errstate(over="ignore", invalid="ignore"):
            z = self._lift(xp, rows.values)
        tiny = xp.finfo(z.dtype).smallest_normal  # smaller numbers have lost digits
        size, lifted = (
            xp.max(xp.abs(part), axis=1) for part in (self._centred(xp, rows.values), z)
        )
        if not bool(xp.all(xp.isfinite(z))) or bool(xp.any((size >= tiny) & (lifted < tiny))):
            raise ValueError(
                f"the lift of {self!r} multiplies coordinates, and products of those of y "
                f"overflow or vanish in {z.dtype}; rescale y first, for example with "
                f"ScaleTargets()."
            )
        return z

    def unlift(self, z: ArrayLike) -> Any:
        """Representative of the orbit whose lift is nearest to the given coordinates.

        Parameters
        ----------
        z : array-like of shape (n_samples, n_lifted)
            Lifted coordinates, exact or predicted.

        Returns
        -------
        array of shape (n_samples, n_features)
            Real rows, ``[Re | Im]`` for a symmetry with `is_complex`.

        Raises
        ------
        TypeError
            If the group has no lift.

        Examples
        --------
        >>> from sksym import Sign
        >>> Sign().unlift(Sign().lift([[1.0, -2.0]])).round(12)
        array([[-1.,  2.]])
        """
        self._validate_params()
        return self._located(None)._unlifted(z)

    def _unlifted(self, z):
        self._require_lift()
        rows = read_rows(z, is_complex=False, name="z", owner=self)
        y = self._unlift(rows.xp, rows.values)
        y = self._canonicalize(rows.xp, y, self._own_reference(rows.xp, y))
        return Rows(rows.xp, y, self.is_complex).restore(y)

    def _require_lift(self):
        if not self.has_lift:
            raise TypeError(
                f"{self!r} has no lift: no continuous coordinates are known that tell its "
                f"orbits apart; use canonicalize instead."
            )
