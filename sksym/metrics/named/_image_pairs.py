"""True images and reconstructions of them as pairs of rows."""

import math

import array_api_compat
import numpy as np

from ..._arrays.checks import require_numbers
from ..._arrays.rows import Rows
from ...symmetries import ConjugateFlip, CyclicShift, require_symmetry
from .._pair import require_one_shape
from ._known import KnownPair


class Images:
    """Images and reconstructions as rows, and the symmetry that these are known up to.

    Parameters
    ----------
    y_true, y_pred, symmetry, shape, channel_axis, sample_weight
        As in `aligned_mean_squared_error`.
    """

    def __init__(self, y_true, y_pred, symmetry, shape, channel_axis, sample_weight):
        y_true, y_pred = _as_array(y_true, "y_true"), _as_array(y_pred, "y_pred")
        is_complex = _is_complex(y_true) or _is_complex(y_pred)
        if symmetry is not None:
            is_complex = is_complex or require_symmetry(symmetry).is_complex
        if shape is None:
            shape = tuple(y_true.shape)
            y_true, y_pred = _as_rows(y_true, y_pred, is_complex)
        self.shape = tuple(shape)
        axes = _axes(self.shape, channel_axis)
        if symmetry is None:
            layout = self.shape, axes, "complex" if is_complex else "real"
            symmetry = ConjugateFlip(*layout) * CyclicShift(*layout)
        self.pair = KnownPair(y_true, y_pred, symmetry, sample_weight)
        self.xp = self.pair.xp
        if self.pair.true.shape[1] != math.prod(self.shape):
            raise ValueError(
                f"Images of shape {self.shape} have {math.prod(self.shape)} entries, but rows "
                f"have {self.pair.true.shape[1]}."
            )

    def errors(self):
        """Mean squared error of each image."""
        return self.pair.squares(self.pair.residual()) / self.pair.true.shape[1]

    def aligned(self):
        """True images, and reconstructions moved to them."""
        pair = self.pair
        moved = pair.symmetry.align(Rows(self.xp, pair.pred), to=pair.rows)
        return (self.xp.reshape(rows, (-1, *self.shape)) for rows in (pair.true, moved))


def _as_array(y, name):
    y = require_numbers(y, name)
    return y if array_api_compat.is_array_api_obj(y) else np.asarray(y)


def _is_complex(y):
    return array_api_compat.array_namespace(y).isdtype(y.dtype, "complex floating")


def _as_rows(y_true, y_pred, is_complex):
    """One image and its reconstruction as a row each."""
    require_one_shape(y_true, y_pred)
    for y in (y_true, y_pred):
        xp = array_api_compat.array_namespace(y)
        # A real row would be read as [Re | Im] by a symmetry of complex ones.
        y = xp.astype(y, xp.complex128) if is_complex else y
        yield xp.reshape(y, (1, -1))


def _axes(shape, channel_axis):
    """Axes of the image that are not channels."""
    channel = () if channel_axis is None else (channel_axis % len(shape),)
    axes = tuple(axis for axis in range(len(shape)) if axis not in channel)
    is_inside = channel_axis is None or -len(shape) <= channel_axis < len(shape)
    if len(axes) != 2 or not is_inside:
        raise ValueError(
            f"An image has two axes beside its channels, got the shape {shape} and channel_axis="
            f"{channel_axis}; pass channel_axis=-1 for channels at the end, and shape= for rows."
        )
    return axes
