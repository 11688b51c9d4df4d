"""Lift of orientations that are known up to a group of rotations of the crystal or the frame."""

import functools
from dataclasses import dataclass

import numpy as np
from scipy.linalg import block_diag
from scipy.spatial.transform import Rotation

from .._arrays import algebra
from ._harmonics import harmonic_coordinates, harmonic_generators
from ._newton import uphill_step

_CLOSE = 1e-6
_MOST_FOLD = 6  # of an axis: what crystals have, and molecules with few exceptions
_N_STARTS = 8
_N_GRID = 3000
_MOST_STEPS = 30
_LONGEST = 0.2  # step, in radians


@dataclass(frozen=True)
class Orientations:
    r"""Orientations up to a finite group of rotations, as unit quaternions with the scalar last.

    The lift of a quaternion q of rotation R is :math:`|q|` times the coordinates of tensors that
    are turned by R and that the group leaves as they are (Arnold, Jupp, Schaeben 2018): of an
    m-fold axis z with a vector x across it the axis itself and the real part of the tensor of rank
    m of x + i y; with two-fold axes x across it this tensor alone; for the tetrahedral, octahedral
    and icosahedral groups the one tensor of rank 3, 4 and 6 that they leave. Lifts have the norm
    of q.

    Attributes
    ----------
    tensors : tuple
        Pairs of a rank and an array of shape (3, n_vectors): vectors with the tensors' sum.
    is_left : bool
        Whether the group acts from the left, on the frame.
    """

    tensors: tuple
    is_left: bool

    def lift(self, xp, y):
        """Coordinates of the turned tensors."""
        size = algebra.norm(xp, y)[:, None]
        return size * self._turned(xp, algebra.directed(xp, y))

    def unlift(self, xp, z):
        """Quaternions with the nearest lifts: the nearest of a fixed set, then Newton's method."""
        n_lifted = sum(2 * rank + 1 for rank, _ in self.tensors)
        if z.shape[1] != n_lifted:
            raise ValueError(f"z must have {n_lifted} columns, got {z.shape[1]}.")
        rows, size = algebra.scaled(xp, xp.astype(z, xp.float64, copy=False))
        grid = algebra.like(xp, _grid(), rows)
        tensors = self._turned(xp, grid)
        parts = [
            self._nearest(xp, rows[part, :], grid, tensors)
            for part in algebra.chunks(z.shape[0], _N_GRID, limit=2**22)
        ]
        return xp.astype(xp.concat(parts, axis=0) * size, z.dtype, copy=False)

    def _nearest(self, xp, z, grid, tensors):
        """Quaternions with the nearest lifts, from the best of a grid with the given tensors."""
        score = z @ xp.matrix_transpose(tensors)
        starts = xp.argsort(score, axis=1, descending=True)[:, :_N_STARTS]
        best = size = None
        for k in range(_N_STARTS):
            q = self._uphill(xp, xp.take(grid, starts[:, k], axis=0), z)
            value = xp.vecdot(z, self._turned(xp, q))[:, None]
            if best is None:
                best, size = q, value
            best, size = xp.where(value > size, q, best), xp.maximum(value, size)
        return best * xp.where(size > 0, size, xp.zeros_like(size))

    def _turned(self, xp, q):
        """The tensors turned by unit quaternions."""
        matrices = rotation_matrices(xp, q)
        if self.is_left:
            matrices = xp.matrix_transpose(matrices)
        parts = []
        for rank, vectors in self.tensors:
            w = matrices @ algebra.like(xp, vectors.real, q)
            if rank > 1:
                w = algebra.complex_of(xp, w, matrices @ algebra.like(xp, vectors.imag, q))
            parts.append(harmonic_coordinates(xp, w, rank))
        return xp.concat(parts, axis=1)

    def _uphill(self, xp, q, z):
        """Unit quaternions near q at which the turned tensors have the largest product with z."""
        ranks = tuple(rank for rank, _ in self.tensors)
        generators = algebra.like(xp, _generators(ranks), z)
        flat = _CLOSE * algebra.norm(xp, z)
        for _ in range(_MOST_STEPS):
            tensor = self._turned(xp, q)
            first = [tensor @ xp.matrix_transpose(generators[k, :, :]) for k in range(3)]
            gradient = xp.stack([xp.vecdot(z, part) for part in first], axis=1)
            back = xp.stack([z @ generators[k, :, :] for k in range(3)], axis=1)
            hessian = back @ xp.matrix_transpose(xp.stack(first, axis=1))
            hessian = (hessian + xp.matrix_transpose(hessian)) / 2
            step = uphill_step(xp, gradient, hessian, flat)
            length = algebra.norm(xp, step)[:, None]
            step = step * (_LONGEST / xp.maximum(length, xp.full_like(length, _LONGEST)))
            q = _stepped(xp, q, -step if self.is_left else step, is_right=self.is_left)
            if bool(xp.all(length < _CLOSE**1.5)):
                break
        return q


def orientation_lift(elements):
    """The lift of a group of 4 x 4 matrices; None unless it is a double cover on quaternions."""
    covers = np.abs(elements + np.eye(4)).max(axis=(1, 2)).min() <= _CLOSE
    quaternions = elements[:, :, 3]
    q = np.random.RandomState(0).standard_normal((1, 4))
    q = q / np.linalg.norm(q)
    there = rotation_matrices(np, (elements @ q[0]))
    rotation, group = rotation_matrices(np, q), rotation_matrices(np, quaternions)
    sides = [np.abs(there - r).max() <= _CLOSE for r in (rotation @ group, group @ rotation)]
    if not covers or not any(sides):
        return None
    tensors = _invariant_tensors(Rotation.from_quat(quaternions).as_rotvec())
    return None if tensors is None else Orientations(tensors, is_left=not sides[0])


def rotation_matrices(xp, q):
    """Rotation matrices of unit quaternions with the scalar last; shape (n_samples, 3, 3)."""
    x, y, z, w = (q[:, k] for k in range(4))
    entries = [
        [x * x - y * y - z * z + w * w, 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), y * y - x * x - z * z + w * w, 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), z * z - x * x - y * y + w * w],
    ]
    return xp.stack([xp.stack(row, axis=1) for row in entries], axis=1)


def _invariant_tensors(turns):
    """Tensors that exactly the given rotations leave; None where none are known.

    Parameters
    ----------
    turns : ndarray of shape (2 * order, 3)
        Every rotation of the group twice, as a vector along its axis of the length of its angle.
    """
    angle = np.linalg.norm(turns, axis=1)
    order = len(turns) // 2
    smallest = angle[angle > _CLOSE].min(initial=2 * np.pi)
    fold = round(2 * np.pi / smallest)
    first = np.argmin(np.abs(angle - smallest) > _CLOSE)
    axis = turns[first] / angle[first] if fold > 1 else np.eye(3)[2]
    if fold > _MOST_FOLD:
        return None
    if order == fold:
        across = np.real if fold == 1 else np.asarray  # a vector across is its own tensor
        return tuple(
            _of_norm(rank, vectors[:, None], 0.5**0.5)
            for rank, vectors in ((1, axis), (fold, across(_null_vector(axis))))
        )
    if order == 2 * fold:
        is_across = (angle > np.pi - _CLOSE) & (np.abs(turns @ axis) <= _CLOSE)
        return (_of_norm(fold, _null_vector(axis, turns[np.argmax(is_across)])[:, None], 1.0),)
    rank, fold = {12: (3, 3), 24: (4, 4), 60: (6, 3)}[order]
    axis = turns[np.argmin(np.abs(angle - 2 * np.pi / fold) > _CLOSE)]
    return (_of_norm(rank, _orbit_of_tensors(turns, axis / np.linalg.norm(axis), rank), 1.0),)


def _null_vector(axis, across=None):
    """The vector x + i y of a frame whose z is a given axis, and whose x may be given too."""
    if across is None:
        across = np.cross(axis, np.eye(3)[np.argmin(np.abs(axis))])
    across = across / np.linalg.norm(across)
    return across + 1j * np.cross(axis, across)


def _orbit_of_tensors(turns, axis, rank):
    """Null vectors across an axis and its images; their tensors do not cancel in the sum."""
    rotations = Rotation.from_rotvec(turns).as_matrix()
    phases = np.exp(1j * np.pi * np.arange(8) / (4 * rank))
    images = [rotations @ (phase * _null_vector(axis)) for phase in phases]
    tensors = [harmonic_coordinates(np, w[:, :, None], rank) for w in images]
    size = np.array([np.linalg.norm(t.mean(axis=0)) for t in tensors])
    best = np.argmax(size > size.max() - _CLOSE)
    kept = []
    for k, tensor in enumerate(tensors[best]):
        if all(np.abs(tensor - tensors[best][j]).max() > _CLOSE for j in kept):
            kept.append(k)
    return images[best][kept].T


def _of_norm(rank, vectors, norm):
    """A rank, and multiples of vectors whose tensors have a sum of the given norm."""
    size = np.linalg.norm(harmonic_coordinates(np, vectors[None], rank))
    return rank, vectors * (norm / size) ** (1 / rank)


@functools.lru_cache(maxsize=16)
def _generators(ranks):
    """Generators of the rotations of tensors of several ranks beside each other."""
    parts = [harmonic_generators(rank) for rank in ranks]
    return np.stack([block_diag(*(part[k] for part in parts)) for k in range(3)])


@functools.lru_cache(maxsize=1)
def _grid():
    """Quaternions all over the rotations."""
    q = np.random.RandomState(0).standard_normal((_N_GRID, 4))
    return q / np.linalg.norm(q, axis=1, keepdims=True)


def _stepped(xp, q, step, *, is_right):
    """Quaternions multiplied by those of small rotations, from the right or from the left."""
    angle = algebra.norm(xp, step)[:, None]
    is_zero = angle == 0
    angle = xp.where(is_zero, xp.ones_like(angle), angle)
    size = xp.where(is_zero, xp.zeros_like(angle), xp.sin(angle / 2) / angle)
    turn = xp.concat(
        [step * size, xp.where(is_zero, xp.ones_like(angle), xp.cos(angle / 2))], axis=1
    )
    return algebra.directed(xp, _times(xp, q, turn) if is_right else _times(xp, turn, q))


def _times(xp, p, q):
    """Products of quaternions with the scalar last."""
    v, u, a, b = p[:, :3], q[:, :3], p[:, 3:], q[:, 3:]
    vector = a * u + b * v + xp.linalg.cross(v, u, axis=-1)
    return xp.concat([vector, a * b - xp.vecdot(v, u)[:, None]], axis=1)
