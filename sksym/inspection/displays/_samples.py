"""Displays of samples before and after alignment."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from ..._arrays.algebra import on_host
from ...samples import align_samples
from ...symmetries import Symmetry
from ._axes import figure_and_axes

_MOST_NAMED = 10  # parts in a legend


class TraceDisplay:
    """One number of each part, sample by sample, before and after alignment.

    Where labels switch, the line of a part jumps between levels; on the right, after alignment, it
    stays on one. Create it with `from_samples`.

    Parameters
    ----------
    raw, aligned : ndarray of shape (n_samples, n_parts)
        The number of each part, as samples came and as they were moved.
    ambiguous_share : float or None
        Share of the samples whose labels are ambiguous, where that is known.

    Attributes
    ----------
    ax_, figure_
        Matplotlib objects that `plot` has drawn.

    Examples
    --------
    >>> import numpy as np
    >>> from sksym import Permutation
    >>> from sksym.inspection import TraceDisplay
    >>> rng = np.random.default_rng(0)
    >>> draws = rng.permuted([0.0, 5.0] + 0.1 * rng.standard_normal((50, 2)), axis=1)
    >>> display = TraceDisplay.from_samples(draws, Permutation())
    >>> bool(display.raw.std(axis=0).min() > 2), bool(display.aligned.std(axis=0).max() < 0.2)
    (True, True)
    """

    def __init__(
        self, raw: np.ndarray, aligned: np.ndarray, ambiguous_share: float | None = None
    ) -> None:
        self.raw = raw
        self.aligned = aligned
        self.ambiguous_share = ambiguous_share

    @classmethod
    def from_samples(
        cls,
        samples: ArrayLike | Sequence[ArrayLike],
        symmetry: Symmetry,
        *,
        weights: ArrayLike | None = None,
        reference: ArrayLike | None = None,
        axis: int = 1,
        coordinate: int = 0,
        ax: Any = None,
    ) -> Self:
        """Align samples and draw one number of each part.

        Parameters
        ----------
        samples, symmetry, weights, reference, axis
            Parameters of `align_samples`.
        coordinate : int, default=0
            Number within a part, in C order, where parts have several.
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure by default.

        Returns
        -------
        TraceDisplay

        Raises
        ------
        ValueError
            If samples are complex, or parts have no such coordinate.
        """
        result = align_samples(samples, symmetry, weights, reference, axis=axis)
        arrays = (_real_array(part) for part in (samples, result.samples))
        raw, aligned = (_coordinate_of(part, axis, coordinate) for part in arrays)
        return cls(raw, aligned, result.ambiguous_share).plot(ax=ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the display.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure by default.

        Returns
        -------
        TraceDisplay
        """
        self.figure_, self.ax_ = figure_and_axes(ax)
        n_samples, n_parts = self.raw.shape
        numbers, start = np.arange(n_samples), 1.1 * n_samples
        for part in range(n_parts):
            style = {"color": f"C{part}", "linewidth": 0.8, "marker": ".", "markersize": 3}
            self.ax_.plot(numbers, self.raw[:, part], **style)
            self.ax_.plot(numbers + start, self.aligned[:, part], label=f"part {part}", **style)
        self.ax_.axvline(1.05 * n_samples - 0.5, color="0.6", linewidth=0.8)
        middle = (n_samples - 1) / 2
        self.ax_.set_xticks([middle, start + middle], ["as they came", "aligned"])
        self.ax_.set(xlabel="samples", ylabel="value", title=_title(self.ambiguous_share))
        if n_parts <= _MOST_NAMED:
            self.ax_.legend()
        return self


class SpreadDisplay:
    """Mean and standard deviation of every coordinate, before and after alignment.

    The loadings of a component of a bootstrap, the parameters of a posterior: intervals of what
    the data leave open, without what labels and signs add. Create it with `from_samples`.

    Parameters
    ----------
    raw_mean, raw_spread, mean, spread : ndarray of shape (n_coordinates,)
        As samples came, and after alignment.
    names : list of str
        Name of each coordinate.
    ambiguous_share : float or None
        Share of the samples whose labels are ambiguous, where that is known.

    Attributes
    ----------
    ax_, figure_
        Matplotlib objects that `plot` has drawn.

    Examples
    --------
    >>> from sksym import Sign
    >>> from sksym.inspection import SpreadDisplay
    >>> display = SpreadDisplay.from_samples([[1.0, 2.0], [-1.0, -2.2], [1.2, 2.0]], Sign())
    >>> display.raw_spread.round(1).tolist(), display.spread.round(1).tolist()
    ([1.0, 2.0], [0.1, 0.1])
    """

    def __init__(
        self,
        raw_mean: np.ndarray,
        raw_spread: np.ndarray,
        mean: np.ndarray,
        spread: np.ndarray,
        names: list[str],
        ambiguous_share: float | None = None,
    ) -> None:
        self.raw_mean = raw_mean
        self.raw_spread = raw_spread
        self.mean = mean
        self.spread = spread
        self.names = names
        self.ambiguous_share = ambiguous_share

    @classmethod
    def from_samples(
        cls,
        samples: ArrayLike | Sequence[ArrayLike],
        symmetry: Symmetry,
        *,
        weights: ArrayLike | None = None,
        reference: ArrayLike | None = None,
        axis: int = 1,
        part: int | None = None,
        names: Sequence[str] | None = None,
        ax: Any = None,
    ) -> Self:
        """Align samples and draw their coordinates.

        Parameters
        ----------
        samples, symmetry, weights, reference, axis
            Parameters of `align_samples`.
        part : int, optional
            The one of the parts along `axis` that is drawn, such as a component; all by default.
        names : sequence of str, optional
            Names of the coordinates that are drawn; their numbers by default.
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure by default.

        Returns
        -------
        SpreadDisplay

        Raises
        ------
        ValueError
            If samples are complex, or there are not as many names as coordinates.
        """
        result = align_samples(samples, symmetry, weights, reference, axis=axis)
        raw = np.moveaxis(_real_array(samples), axis, 1)
        weights = None if weights is None else on_host(weights)
        raw_mean = np.average(raw, axis=0, weights=weights)
        raw_spread = np.sqrt(np.average((raw - raw_mean) ** 2, axis=0, weights=weights))
        front = axis - 1 if axis > 0 else axis
        mean, spread = (np.moveaxis(on_host(result[k]), front, 0) for k in ("mean", "spread"))
        rows = [
            np.ravel(values if part is None else values[part])
            for values in (raw_mean, raw_spread, mean, spread)
        ]
        names = list(map(str, range(len(rows[0])) if names is None else names))
        if len(names) != len(rows[0]):
            raise ValueError(
                f"names must have one entry for each of {len(rows[0])} coordinates, got "
                f"{len(names)}."
            )
        return cls(*rows, names, result.ambiguous_share).plot(ax=ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw the display.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure by default.

        Returns
        -------
        SpreadDisplay
        """
        self.figure_, self.ax_ = figure_and_axes(ax)
        place = np.arange(len(self.names))
        style = {"fmt": "o", "markersize": 4, "capsize": 3}
        self.ax_.errorbar(
            place - 0.12, self.raw_mean, self.raw_spread, color="0.65", label="raw", **style
        )
        self.ax_.errorbar(
            place + 0.12, self.mean, self.spread, color="C1", label="aligned", **style
        )
        self.ax_.axhline(0, color="0.8", linewidth=0.8, zorder=0)
        is_long = max(map(len, self.names)) > 3
        self.ax_.set_xticks(place, self.names, rotation=90 if is_long else 0)
        self.ax_.set(ylabel="mean ± standard deviation", title=_title(self.ambiguous_share))
        self.ax_.legend()
        return self


def _real_array(samples):
    if isinstance(samples, list | tuple):
        samples = [on_host(sample) for sample in samples]
    samples = np.asarray(on_host(samples))
    if np.iscomplexobj(samples):
        raise ValueError("Only real samples can be drawn; pass their real part or their modulus.")
    return samples


def _coordinate_of(samples, axis, coordinate):
    """One number of each part; shape (n_samples, n_parts)."""
    parts = np.moveaxis(samples, axis, 1)
    parts = parts.reshape(*parts.shape[:2], -1)
    if not 0 <= coordinate < parts.shape[2]:
        raise ValueError(
            f"coordinate must be from 0 to {parts.shape[2] - 1}, the last of a part, got "
            f"{coordinate!r}."
        )
    return parts[:, :, coordinate]


def _title(ambiguous_share):
    return "" if ambiguous_share is None else f"ambiguous labels: {ambiguous_share:.1%} of samples"
