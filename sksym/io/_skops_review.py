"""Review of a skops file before anything in it is loaded."""

import importlib
import io
import json
import zipfile

import numpy as np

from .._untrusted import few, parsing, require_room
from ._arrays import require_whole
from ._atomic import opened

_SCHEMA = "schema.json"
# Parts that are made of their parts alone. Others call a constructor, a method or a function.
_LOADERS = {
    *("DictNode", "ListNode", "TupleNode", "SetNode", "SliceNode", "JsonNode"),
    *("NdArrayNode", "ObjectNode", "TypeNode"),
}
_PLAIN = {
    *("builtins.dict", "builtins.list", "builtins.tuple", "builtins.set", "builtins.slice"),
    *("builtins.str", "builtins.int", "builtins.float", "builtins.bool", "numpy.ndarray"),
    *(f"numpy.{t.__name__}" for t in np.sctypeDict.values() if issubclass(t, np.number | np.bool)),
}
_COPIES = 3  # of an array during reading: the file's bytes, those of skops, the array
_GROWTH = 32  # bytes of Python objects per byte of text; 26 were measured


def reviewed(path, trusted):
    """Read the content of a skops file, if its types are trusted and its size is modest.

    Parameters
    ----------
    path : path-like
        File to read.
    trusted : collection of str
        Names of the types allowed in addition to plain values and arrays.

    Returns
    -------
    content : bytes
        Content of the file, for skops to load.

    Raises
    ------
    ValueError
        If the file is none of skops, holds another type, or would take too much memory.
    """
    with opened(path) as file:
        with parsing(path, "skops"):
            archive = zipfile.ZipFile(file)
        with archive:
            return _reviewed(path, archive, trusted)


def require_trusted(path, content, trusted):
    """Refuse to write types that `reviewed` would refuse to read.

    Parameters
    ----------
    path : path-like
        Name of the file in error messages.
    content : bytes
        Content of the file, as written by skops.
    trusted : collection of str
        Names of the types allowed in addition to plain values and arrays.

    Raises
    ------
    ValueError
        If the content holds another type.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        _require_trusted(path, _parts(json.loads(archive.read(_SCHEMA))), trusted)


def _require_trusted(path, parts, trusted):
    with parsing(path, "skops"):
        others = {name for part in parts for name in (_type(part), part["__loader__"])}
        others -= _PLAIN | _LOADERS | set(trusted)
    if others:
        if any(name.startswith("sksym.neural.") for name in others):
            importlib.import_module("sksym.neural")  # says if networks cannot be loaded here
        raise ValueError(
            f"{path} holds {few(sorted(others))}, which sksym does not trust, and was not loaded; "
            f"if you know where it comes from, review it and load it in Python with skops"
        )


def _reviewed(path, archive, trusted):
    with parsing(path, "skops"):
        n_text = archive.getinfo(_SCHEMA).file_size
    require_room(path, _GROWTH * n_text)
    with parsing(path, "skops"):
        schema = json.loads(archive.read(_SCHEMA))
        parts = list(_parts(schema))
        members = [archive.getinfo(part["file"]) for part in parts if "file" in part]
    _require_trusted(path, parts, trusted)
    n_arrays = sum(member.file_size for member in members)
    require_room(path, _GROWTH * n_text + _COPIES * n_arrays)
    for part in parts:
        # Each part is written out where it is used: references could multiply a few bytes.
        part.pop("__id__", None)
    return _copied(path, archive, schema, {member.filename: member for member in members})


def _parts(schema):
    """All parts of a schema from which skops builds an object."""
    waiting = [schema]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("__loader__"), str):
                yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _type(part):
    return f"{part['__module__']}.{part['__class__']}"


def _copied(path, archive, schema, members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as copy:
        copy.writestr(_SCHEMA, json.dumps(schema))
        for name, member in members.items():
            with parsing(path, "skops"):
                array = archive.read(member)
            require_whole(io.BytesIO(array), len(array), f"{name} in {path}")
            copy.writestr(name, array)
    return content.getvalue()
