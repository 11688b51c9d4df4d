"""Point groups of crystals, acting on orientations."""

import numpy as np
from scipy.spatial.transform import Rotation
from sklearn.utils._param_validation import StrOptions

from .._validation import validated
from ._matrices import MatrixGroup

# Turns that generate the proper point groups: number of folds and axis.
_Z, _X, _DIAGONAL = [0, 0, 1], [1, 0, 0], [1, 1, 1]
_TURNS = {
    "1": [(1, _Z)],
    "2": [(2, _Z)],
    "222": [(2, _Z), (2, _X)],
    "3": [(3, _Z)],
    "32": [(3, _Z), (2, _X)],
    "4": [(4, _Z)],
    "422": [(4, _Z), (2, _X)],
    "6": [(6, _Z)],
    "622": [(6, _Z), (2, _X)],
    "23": [(2, _Z), (3, _DIAGONAL)],
    "432": [(4, _Z), (3, _DIAGONAL)],
}

# The proper point group of the Laue class of each of the 32.
_PROPER = {
    name: proper
    for proper, others in {
        "1": ["-1"],
        "2": ["m", "2/m"],
        "222": ["mm2", "mmm"],
        "3": ["-3"],
        "32": ["3m", "-3m"],
        "4": ["-4", "4/m"],
        "422": ["4mm", "-42m", "4/mmm"],
        "6": ["-6", "6/m"],
        "622": ["6mm", "-6m2", "6/mmm"],
        "23": ["m-3"],
        "432": ["-43m", "m-3m"],
    }.items()
    for name in [proper, *others]
}


@validated({"name": [StrOptions(set(_PROPER))], "side": [StrOptions({"left", "right"})]})
def crystal_symmetry(name: str, side: str = "left") -> MatrixGroup:
    """The rotations that a crystal's orientation is known up to, on scalar-last unit quaternions.

    Parameters
    ----------
    name : str
        Point group in Hermann-Mauguin notation, one of the 32. Of those with mirrors or an
        inversion, which no rotation can make, it is the proper group of their Laue class:
        "m-3m" is "432". The main axis is z, two-fold axes across it begin with x.
    side : {"left", "right"}, default="left"
        On which side the symmetries multiply. "left", q -> g q, where q takes directions of the
        sample to directions of the crystal, the convention of orix and of Bunge; "right",
        q -> q g, where it takes directions of the crystal to the sample, that of MTEX and of poses
        of objects in cameras and in scipy.

    Returns
    -------
    MatrixGroup
        On rows of four coordinates x, y, z, w; q and -q are one orientation.

    Examples
    --------
    A quarter turn about z does not change a cubic crystal:

    >>> from sksym import crystal_symmetry
    >>> cubic = crystal_symmetry("m-3m")
    >>> cubic.order
    48
    >>> cubic.distance([[0.0, 0.0, 0.0, 1.0]], [[0.0, 0.0, 0.5**0.5, 0.5**0.5]]).round(12)
    array([0.])
    """
    turns = [
        2 * np.pi / fold * np.array(axis) / np.linalg.norm(axis)
        for fold, axis in _TURNS[_PROPER[name]]
    ]
    return MatrixGroup.from_rotations(Rotation.from_rotvec(turns), side)
