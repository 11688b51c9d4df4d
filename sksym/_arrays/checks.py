"""Validation of arrays of numbers, for NumPy and for other array namespaces."""

import array_api_compat
import numpy as np
import scipy.sparse as sp
from sklearn.utils import check_array


def check_numpy(y, name, *, allow_nan=False):
    """A finite 2-D floating NumPy array, C-ordered so that every layout rounds alike."""
    y = require_numbers(y, name)
    refuse_images(y, name)
    dtype = y.dtype if hasattr(y, "dtype") else np.asarray(y).dtype
    if dtype.kind == "c" and not sp.issparse(y):
        y = np.ascontiguousarray(y)
        parts = y.view(y.real.dtype)  # scikit-learn refuses complex numbers: check Re and Im
        _check_finite_2d(parts, name, allow_nan)
        return y.astype(y.dtype.newbyteorder("="), copy=False)
    y = _check_finite_2d(y, name, allow_nan)
    return np.ascontiguousarray(y)


def require_numbers(y, name):
    """Refuse data that scikit-learn would silently convert or use: masks, text and dates.

    Parameters
    ----------
    y : array-like
        Data to check. Lists become arrays, everything else is returned unchanged.
    name : str
        Name of the argument in error messages.

    Returns
    -------
    array-like

    Raises
    ------
    ValueError
        For masked entries and text, in an object array too.
    TypeError
        For dates, time differences and structured arrays.
    """
    if isinstance(y, np.ma.MaskedArray) and np.ma.is_masked(y):
        raise ValueError(
            f"{name} has masked entries, which would be used as if they were data; drop or "
            f"impute them first."
        )
    if isinstance(y, list | tuple | range):
        y = np.asarray(y)
    kind = getattr(getattr(y, "dtype", None), "kind", None)
    if kind in ("U", "S", "T"):
        raise ValueError(
            f"{name} must hold numbers, got text (dtype {y.dtype}); convert it first."
        )
    if kind in ("M", "m", "V"):
        raise TypeError(f"{name} must hold numbers, got dtype {y.dtype}.")
    if kind == "O" and any(isinstance(value, str | bytes) for value in np.asarray(y).flat):
        raise ValueError(f"{name} must hold numbers, got text in an object array.")
    return y


def _check_finite_2d(y, name, allow_nan):
    options = {"input_name": name, "ensure_all_finite": "allow-nan" if allow_nan else True}
    y = require_numbers(check_array(y, dtype=None, order="C", **options), name)
    if y.dtype.kind == "O":
        y = check_array(y, dtype=np.float64, **options)
    if y.dtype.kind in "biu":
        return y.astype(np.float64)
    if y.dtype == np.float16:  # squares of half precision overflow at 256
        return y.astype(np.float32)
    return y.astype(y.dtype.newbyteorder("="), copy=False)


def check_array_api(y, name, *, allow_nan=False):
    """The same for arrays of other namespaces; gradients flow through."""
    xp = array_api_compat.array_namespace(y)
    if getattr(y, "is_sparse", False) or getattr(y, "is_sparse_csr", False):
        raise TypeError(f"Sparse data was passed as {name}, but dense data is required.")
    if "bfloat16" in str(y.dtype):
        raise TypeError(
            f"{name} is bfloat16, too coarse to tell orbits apart; pass {name}.float()."
        )
    refuse_images(y, name)
    if y.ndim != 2:
        hint = " Reshape your data with .reshape(-1, 1)." if y.ndim == 1 else ""
        raise ValueError(f"Expected 2D array as {name}, got {y.ndim}D array (dim {y.ndim}).{hint}")
    for count, what in zip(y.shape, ("sample", "feature"), strict=True):
        if count == 0:
            raise ValueError(
                f"Found array with 0 {what}(s) as {name} while a minimum of 1 is required."
            )
    if xp.isdtype(y.dtype, ("bool", "integral")):
        y = xp.astype(y, xp.float64)
    if "float16" in str(y.dtype):
        y = xp.astype(y, xp.float32)
    if not bool(xp.all(xp.isfinite(y) | xp.isnan(y) if allow_nan else xp.isfinite(y))):
        raise ValueError(f"Input {name} contains {'' if allow_nan else 'NaN or '}infinity.")
    return y


def refuse_images(y, name):
    """Refuse arrays of more than two dimensions, with the layout that is accepted."""
    if getattr(y, "ndim", 2) > 2:
        raise ValueError(
            f"Found array with dim {y.ndim} as {name}, but samples are rows, an image or a set of "
            f"points one flat row; pass {name}.reshape(len({name}), -1)."
        )
