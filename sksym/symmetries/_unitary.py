"""Unitary maps of complex point sets."""

from typing import ClassVar

from .._validation import COUNT
from ._points import PointFrames


class Unitary(PointFrames):
    r"""Unitary maps of the space that a complex point set lies in, :math:`Y \mapsto Y U`.

    A row holds m points of `dim` complex coordinates, the rows of a matrix Y: antennas times
    streams, say, of which only :math:`Y Y^H` is measured. The nearest point of the orbit is
    :math:`Y U V^H` with the singular value decomposition :math:`Y^H T = U S V^H`. The own
    reference has the basis vectors as its first points: representatives have a positive
    semidefinite leading block. ``Unitary(1)`` is `GlobalPhase`.

    The lift is the Gram matrix :math:`Y Y^H`; the way back its leading eigenvectors.

    Parameters
    ----------
    dim : int
        Dimension of the points.

    Examples
    --------
    >>> from sksym import Unitary
    >>> Unitary(2).canonicalize([[0, 2.0j, 3.0, 0]]).round(12) + 0
    array([[2.+0.j, 0.+0.j, 0.+0.j, 3.+0.j]])
    >>> Unitary(1).distance([[1.0, 1.0j]], [[1.0j, -1.0]])
    array([0.])
    """

    _parameter_constraints: ClassVar[dict] = {"dim": [COUNT]}

    is_complex = True
    has_lift = True

    def __init__(self, dim: int) -> None:
        self.dim = dim
