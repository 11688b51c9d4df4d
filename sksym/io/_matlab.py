"""Arrays of numbers from MATLAB's ``.mat`` files of version 5, which versions up to 7 write.

Read here and not by scipy, whose compiled reader follows sizes in a damaged file unchecked.

References
----------
MathWorks, "MAT-File Format", chapter 1: level 5.
"""

import itertools
import math
import os
import struct
import zlib
from dataclasses import dataclass

import numpy as np

from .._untrusted import few, parsing, require_room
from ._atomic import opened

_HEADING = 128  # bytes, which end in the version and the order of bytes
_HEAD = 2**12  # bytes of a matrix that hold its flags, shape and name, of at most 63 letters
_MATRIX, _COMPRESSED = 14, 15
_TYPES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8"}
_TYPES |= {12: "i8", 13: "u8"}
_OTHERS = ("cell", "struct", "object", "char", "sparse")
_DOUBLE, _SINGLE, _LAST = 6, 7, 15  # classes; those between are whole numbers
_COMPLEX = 0x800
_LARGEST = 16  # bytes of a number


@dataclass(frozen=True)
class _Matrix:
    """Where a matrix lies in the file, and what it says of itself."""

    start: int
    n_bytes: int
    is_compressed: bool
    name: str
    shape: tuple
    flags: int

    @property
    def other(self):
        """What it holds other than numbers; None for numbers."""
        kind = self.flags & 0xFF
        if _DOUBLE <= kind <= _LAST:
            return None
        return _OTHERS[kind - 1] if 1 <= kind <= len(_OTHERS) else "something"


def read_matlab_5(path, names):
    """Read matrices by their names.

    Parameters
    ----------
    path : Path
        Path of the file.
    names : sequence of str
        Names of the matrices to read; others are ignored.

    Returns
    -------
    list of ndarray

    Raises
    ------
    ValueError
        If the file is of another kind, lacks one of them, or one of them holds anything but
        numbers or would take too much memory.
    """
    with opened(path) as file:
        with parsing(path, ".mat"):
            order = _order(file)
            found = list(_matrices(file, order))
        chosen = [_chosen(path, found, name) for name in names]
        arrays = []
        for matrix in chosen:
            require_room(f"{matrix.name} in {path}", _LARGEST * math.prod(matrix.shape))
            with parsing(path, ".mat"):
                arrays.append(_numbers(file, matrix, order))
        return arrays


def _chosen(path, found, name):
    names = [matrix.name for matrix in found]
    if names.count(name) != 1:
        missing = "more than one array" if name in names else "no array"
        raise ValueError(f"{path} holds {few(names)}, but {missing} named {name!r}")
    matrix = found[names.index(name)]
    if matrix.other is not None:
        raise ValueError(f"{name} in {path} holds {matrix.other}; only plain numbers are read")
    return matrix


def _order(file):
    """The order of bytes."""
    heading = file.read(_HEADING)
    order = {b"\x00\x01IM": "<", b"\x01\x00MI": ">"}.get(heading[124:])
    if order is None:
        raise ValueError("it has no heading of MATLAB 5 or later")
    return order


def _matrices(file, order):
    """Every matrix of the file."""
    size, start = os.fstat(file.fileno()).st_size, _HEADING
    while start + 8 <= size:
        file.seek(start)
        kind, n_bytes = struct.unpack(f"{order}II", file.read(8))
        start += 8
        if start + n_bytes > size:
            raise ValueError("it ends early")
        if kind in (_MATRIX, _COMPRESSED):
            head = _content(file, start, n_bytes, kind == _COMPRESSED, _HEAD)
            flags, shape, name = itertools.islice(_elements(head, order), 3)
            (flags,) = struct.unpack_from(f"{order}I", flags[1])
            shape = tuple(np.frombuffer(shape[1], f"{order}i4").tolist())
            if min(shape, default=-1) < 0:
                raise ValueError(f"its matrices have shapes such as {shape}")
            name = bytes(name[1]).decode("ascii")
            yield _Matrix(start, n_bytes, kind == _COMPRESSED, name, shape, flags)
        start += n_bytes


def _content(file, start, n_bytes, is_compressed, most):
    """At most so many bytes of a matrix."""
    file.seek(start)
    if not is_compressed:
        return memoryview(file.read(min(n_bytes, most)))
    packed = zlib.decompressobj()
    unpacked = packed.decompress(file.read(n_bytes), most)
    if len(unpacked) < most and not packed.eof:  # whose end is a checksum
        raise ValueError("it ends early")
    return memoryview(unpacked)[8:]  # behind the tag that it is a matrix


def _elements(content, order):
    """Types and bytes of what a matrix is made of."""
    position = 0
    while position + 8 <= len(content):
        kind, n_bytes = struct.unpack_from(f"{order}II", content, position)
        start = position + 8
        position = start + n_bytes + -n_bytes % 8
        if kind >> 16:  # up to four bytes, within the tag
            kind, n_bytes, start, position = kind & 0xFFFF, kind >> 16, start - 4, start
        if start + n_bytes > len(content):
            raise ValueError("it ends early")
        yield kind, content[start : start + n_bytes]


def _numbers(file, matrix, order):
    """The numbers of a matrix."""
    most = _LARGEST * math.prod(matrix.shape) + 2 * _HEAD  # more than there is
    content = _content(file, matrix.start, matrix.n_bytes, matrix.is_compressed, most)
    n_parts = 2 if matrix.flags & _COMPLEX else 1
    parts = [
        np.frombuffer(part, order + _TYPES[kind]).reshape(matrix.shape, order="F")
        for kind, part in itertools.islice(_elements(content, order), 3, 3 + n_parts)
    ]
    if len(parts) < n_parts:
        raise ValueError("it ends early")
    if matrix.flags & 0xFF in (_DOUBLE, _SINGLE) or n_parts == 2:
        parts = [part.astype(float) for part in parts]  # whole ones are stored in fewer bytes
    array = parts[0] if n_parts == 1 else parts[0] + 1j * parts[1]
    return np.array(array, dtype=array.dtype.newbyteorder("="), order="C")
