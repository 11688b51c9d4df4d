"""Instances of every symmetry, with what an independent check of them needs.

A later symmetry is one more `Case`: its rows, its orbit swept by brute force, rows on its cut and
a forward map that cannot tell the orbit's points apart.
"""

from collections.abc import Callable
from dataclasses import dataclass

import array_api_strict
import numpy as np
import torch

from sksym import GlobalPhase, Identity, Sign, Symmetry

N_COORDINATES = 6
ANGLES = np.linspace(0, 2 * np.pi, 721)


@dataclass(frozen=True)
class Case:
    """One symmetry under test; all functions take and return natural NumPy rows."""

    symmetry: Symmetry
    sweep: Callable  # y -> list of arrays that together cover each row's orbit
    sweep_gap: float  # largest angle between a point of the orbit and the sweep
    onto_cut: Callable | None  # (y, reference) -> the nearest rows on the cut
    forward: Callable  # y -> measurements that are the same along the orbit

    @property
    def id(self):
        return repr(self.symmetry)

    def rows(self, n_samples=12, seed=0):
        """Generic rows and a zero row."""
        rng = np.random.default_rng(seed)
        y = rng.standard_normal((n_samples, N_COORDINATES))
        if self.symmetry.is_complex:
            y = y + 1j * rng.standard_normal(y.shape)
        y[0] = 0
        return y

    def reference(self, seed=7):
        """A generic reference."""
        return self.rows(2, seed)[1]


def _onto_hyperplane(y, reference):
    unit = reference / np.linalg.norm(reference)
    return y - (y @ unit.conj())[:, None] * unit


def _intensities(y):
    operator = np.random.default_rng(3).standard_normal((20, N_COORDINATES))
    return np.abs(y @ operator.T) ** 2


CASES = [
    Case(Identity(), lambda y: [y], 0.0, None, lambda y: y),
    Case(Sign(), lambda y: [y, -y], 0.0, _onto_hyperplane, _intensities),
    Case(
        GlobalPhase(),
        lambda y: [y * np.exp(1j * angle) for angle in ANGLES],
        ANGLES[1] / 2,
        _onto_hyperplane,
        _intensities,
    ),
]


@dataclass(frozen=True)
class Layout:
    """A container, a dtype and a layout in which a caller may hold the rows."""

    library: str
    dtype: str
    is_packed: bool = False

    @property
    def id(self):
        return f"{self.library}-{self.dtype}" + ("-packed" * self.is_packed)

    @property
    def eps(self):
        # The oracles work in double precision.
        return float(max(np.finfo(self.dtype).eps, np.finfo("float64").eps))

    def write(self, y):
        """Natural NumPy rows in this layout."""
        if self.is_packed:
            y = np.concatenate([y.real, y.imag], axis=-1)
        y = np.ascontiguousarray(y.astype(self.dtype))
        if self.library == "torch":
            return torch.from_numpy(y)
        if self.library == "strict":
            return array_api_strict.asarray(y)
        return y

    def read(self, y):
        """Natural NumPy rows from this layout."""
        assert type(y) is type(self.write(np.ones((1, 2))))
        y = np.asarray(y)
        assert y.dtype == self.dtype
        if self.is_packed:
            half = y.shape[-1] // 2
            y = y[..., :half] + 1j * y[..., half:]
        return y


_REAL = [
    Layout("numpy", "float64"),
    Layout("numpy", "float32"),
    Layout("numpy", "longdouble"),
    Layout("torch", "float64"),
    Layout("torch", "float32"),
    Layout("strict", "float64"),
    Layout("strict", "float32"),
]
_COMPLEX = [
    *(Layout(layout.library, layout.dtype, is_packed=True) for layout in _REAL),
    Layout("numpy", "complex128"),
    Layout("numpy", "complex64"),
    Layout("torch", "complex128"),
    Layout("torch", "complex64"),
    Layout("strict", "complex128"),
    Layout("strict", "complex64"),
]


def layouts(case):
    """Every layout in which the rows of a case may come."""
    return _COMPLEX if case.symmetry.is_complex else _REAL


CASES_AND_LAYOUTS = [(case, layout) for case in CASES for layout in layouts(case)]
CASES_AND_LAYOUTS_IDS = [f"{case.id}-{layout.id}" for case, layout in CASES_AND_LAYOUTS]
