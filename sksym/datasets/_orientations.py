"""Orientations: unit quaternions of objects with or without a rotational symmetry."""

import functools
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation
from sklearn.utils import check_random_state

from ._checks import add_noise, check_counts, check_noise

_SHARPNESS = 4.0  # the peak of a detector is about 30 degrees wide


def make_orientations(
    n_samples: int = 100,
    n_vectors: int = 2,
    n_detectors: int = 32,
    *,
    group: str | None = None,
    noise: float = 0.0,
    random_state: int | np.random.RandomState | None = None,
    return_forward: bool = False,
) -> tuple[Any, ...]:
    r"""Recover the orientation of an object from directions on it.

    Without a crystal group the measurement consists of directions on the object in the frame of
    the laboratory, :math:`X = (R_q v_1, R_q v_2, \dots)`. With one, each direction comes with all
    its equivalents, which cannot be distinguished: detectors on a sphere measure
    :math:`X_j = \sum_k \sum_{g} \exp(\kappa\, (d_j \cdot R_q R_g v_k - 1))`.

    The symmetry is `Sign` without a group, since q and -q are the same rotation, and
    ``MatrixGroup.from_rotations(Rotation.create_group(group), side="right")`` with one.

    Parameters
    ----------
    n_samples : int, default=100
        Number of orientations.
    n_vectors : int, default=2
        Number of directions v on the object.
    n_detectors : int, default=32
        Number of detectors d on the sphere; used only with a group.
    group : str, optional
        Name of the rotation group of the object, as in
        `scipy.spatial.transform.Rotation.create_group`: ``"O"`` for a cubic crystal.
    noise : float, default=0.0
        Standard deviation of the Gaussian noise added to X.
    random_state : int, RandomState instance or None, default=None
        Seed of the problem; an int gives the same problem every time.
    return_forward : bool, default=False
        Whether to return the forward map as well.

    Returns
    -------
    X : ndarray of shape (n_samples, 3 * n_vectors) or (n_samples, n_detectors)
        Measurements.
    y : ndarray of shape (n_samples, 4)
        Unit quaternions, uniformly distributed, scalar last.
    forward : callable
        Forward map from y to X without noise. Only if `return_forward`.

    Examples
    --------
    >>> from sksym.datasets import make_orientations
    >>> X, y = make_orientations(10, group="O", random_state=0)
    >>> X.shape, y.shape
    ((10, 32), (10, 4))
    """
    check_counts(n_samples=n_samples, n_vectors=n_vectors, n_detectors=n_detectors)
    check_noise(noise)
    rng = check_random_state(random_state)
    vectors, detectors = (_directions(rng, count) for count in (n_vectors, n_detectors))
    if group is None:
        forward = functools.partial(_see, vectors=vectors)
    else:
        equivalents = np.concatenate([g.apply(vectors) for g in Rotation.create_group(group)])
        forward = functools.partial(_detect, vectors=equivalents, detectors=detectors)
    y = _unit(rng.standard_normal((n_samples, 4)))
    X = add_noise(forward(y), noise, rng)
    return (X, y, forward) if return_forward else (X, y)


def _unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _directions(rng, count):
    return _unit(rng.standard_normal((count, 3)))


def _see(y, vectors):
    turned = Rotation.from_quat(y).as_matrix() @ vectors.T
    return np.swapaxes(turned, 1, 2).reshape(len(y), -1)


def _detect(y, vectors, detectors):
    turned = Rotation.from_quat(y).as_matrix() @ vectors.T
    return np.exp(_SHARPNESS * (detectors @ turned - 1)).sum(axis=2)
