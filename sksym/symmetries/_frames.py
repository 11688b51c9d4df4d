"""Rotations that turn with a point set: starts for orders and rotations in turn."""

import functools
import itertools

import numpy as np
from scipy.spatial.transform import Rotation

_SAME = 1e-6  # relative: spreads along two axes that differ by less are no axes
_TURNS = 24  # rotations of the plane


def starting_rotations(points, target, *, reflections):
    """Rotations from frames of the points to frames of the target, spread over the group.

    In the frames they are a fixed set: in three dimensions the 60 rotations of the icosahedron,
    and 60 more, which are mirrored where reflections are part of the group. Half turns about the
    axes do not change the set, so that it does not depend on the signs of the frames' axes.

    Parameters
    ----------
    points, target : ndarray of shape (n_samples, n_points, dim)
        Point sets about their centres.
    reflections : bool
        Whether rotations may have determinant -1.

    Returns
    -------
    ndarray of shape (n_rotations, n_samples, dim, dim)
        Applied from the right. They turn with the points and with the target and do not depend
        on the orders of either.
    """
    spread = _spread(points.shape[2], reflections)
    first = _frames(points, reflections)
    second = _frames(target, reflections)[:, :1]
    turns = first[:, :, None] @ spread[None, None] @ second.swapaxes(2, 3)[:, :, None]
    return np.moveaxis(turns.reshape(len(points), -1, *turns.shape[3:]), 1, 0)


@functools.cache
def _spread(dim, reflections):
    """A set of rotations that half turns about the axes, before or after them, do not change."""
    if dim == 2:
        angles = 2 * np.pi * np.arange(_TURNS) / _TURNS
        c, s = np.cos(angles), np.sin(angles)
        rotations = np.stack([np.stack([c, -s], -1), np.stack([s, c], -1)], -2)
    elif dim == 3:
        rotations = Rotation.create_group("I").as_matrix()
        if not reflections:  # the icosahedron in its other position along the same axes
            quarter = Rotation.from_euler("z", 90, degrees=True).as_matrix()
            rotations = np.concatenate([rotations, rotations @ quarter])
    else:
        signs = np.array(list(itertools.product([1.0, -1.0], repeat=dim)))
        rotations = np.stack([np.diag(s) for s in signs if np.prod(s) > 0])
    if reflections:
        mirror = np.diag([*np.ones(dim - 1), -1.0])
        rotations = np.concatenate([rotations, rotations @ mirror])
    return rotations


def _frames(points, reflections):
    """Frames of point sets, as columns; shape (n_samples, n_frames, dim, dim).

    The principal axes, or, where these are not determined, frames of the outermost points: of all
    that are equally far out in the same way, which in a regular set are alike.
    """
    spread, axes = np.linalg.eigh(points.swapaxes(1, 2) @ points)
    gaps = np.diff(spread, axis=1) if spread.shape[1] > 1 else np.full((len(points), 1), np.inf)
    frames = axes[:, None]
    is_regular = gaps.min(axis=1) <= _SAME * spread[:, -1]
    if is_regular.any() and points.shape[2] in (2, 3):
        found = [
            _frames_of_points(points[k]) if is_regular[k] else frames[k]
            for k in range(len(points))
        ]
        most = max(map(len, found))
        frames = np.stack([np.resize(one, (most, *one.shape[1:])) for one in found])
    if not reflections:
        frames = frames.copy()
        frames[..., 0] *= np.sign(np.linalg.det(frames))[..., None]
    return frames


def _frames_of_points(points):
    """Frames of the pairs of points (in the plane, points) that are largest in the same way."""
    dim = points.shape[1]
    if len(points) < dim:
        return np.eye(dim)[None]
    chosen = np.array(list(itertools.permutations(range(len(points)), dim - 1)))
    vectors = points[chosen]  # (n_tuples, dim - 1, dim)
    gram = np.einsum("kid,kjd->kij", vectors, vectors)
    if dim == 3:
        area = gram[:, 0, 0] * gram[:, 1, 1] - gram[:, 0, 1] ** 2
        keys = np.stack([area, gram[:, 0, 0], gram[:, 0, 1]], axis=1)
    else:
        keys = gram[:, 0]
    is_best = np.ones(len(keys), dtype=bool)
    size = np.abs(keys).max(axis=0)
    for key, unit in zip(keys.T, size, strict=True):
        is_best &= key >= key[is_best].max() - _SAME * unit
    if keys[is_best][0, 0] <= _SAME * np.abs(gram).max() ** (dim - 1):
        return np.eye(dim)[None]  # on one line or in one place
    vectors = vectors[is_best]
    first = vectors[:, 0] / np.linalg.norm(vectors[:, 0], axis=1, keepdims=True)
    if dim == 2:
        return _different(points, np.stack([first, first[:, ::-1] * [-1, 1]], axis=2))
    second = vectors[:, 1] - (vectors[:, 1] * first).sum(1, keepdims=True) * first
    second /= np.linalg.norm(second, axis=1, keepdims=True)
    return _different(points, np.stack([first, second, np.cross(first, second)], axis=2))


def _different(points, frames):
    """One of all frames in which the set of points is the same."""
    places = np.round((points @ frames) / np.abs(points).max(), 5) + 0.0
    keys = [tuple(sorted(map(tuple, place))) for place in places]
    return frames[sorted({key: k for k, key in enumerate(keys)}.values())]
