"""Digests of the source of modules that are not installed packages."""

import ast
import contextlib
import functools
import hashlib
import importlib.util
import sys
import sysconfig
from importlib.machinery import PathFinder
from pathlib import Path

_LIBRARY = Path(sysconfig.get_path("stdlib"))
_PACKAGES = {"site-packages", "dist-packages"}
_looked_at = {}  # by file: the spec that its module had then, and the content


def source_digest(name):
    """Digest of the source of a module and of the modules that it imports, unless installed.

    Parameters
    ----------
    name : str
        Name of an imported module.

    Returns
    -------
    str or None
        Digest; None for installed modules, which their version identifies.

    Raises
    ------
    ValueError
        If the module has no file, or its file has changed since it was imported.

    Examples
    --------
    >>> from sksym.experiments._sources import source_digest
    >>> print(source_digest("numpy"))
    None
    """
    _require_file(name)
    found, waiting = {}, {name}
    while waiting:
        name = waiting.pop()
        file = _own_file(name)
        if file is not None:
            found[name] = _content(name, file)
            package = getattr(sys.modules.get(name), "__package__", None)
            waiting |= _imports(found[name], file, name, package) - found.keys()
    digest = hashlib.sha256(repr(sorted(found.items())).encode())
    return digest.hexdigest() if found else None


def _require_file(name):
    module = sys.modules.get(name)
    file = getattr(module, "__file__", None)
    if getattr(module, "__spec__", None) is None and (file is None or not Path(file).exists()):
        raise ValueError(
            f"{name} is not a file, so that a change of its code leaves no trace; move what it "
            f"defines into a module"
        )


def _own_file(name):
    """File of a module that is neither installed nor part of sksym; None for any other."""
    top = name.partition(".")[0]
    file = _file(name)
    for installed in filter(None, (_file(top), file)):  # a folder of modules has no file
        if _LIBRARY in installed.parents or not _PACKAGES.isdisjoint(installed.parts):
            return None
    return None if top == __name__.partition(".")[0] else file


def _file(name):
    """File of a module, found without importing it; None if it has none."""
    if name in sys.modules:
        file = getattr(sys.modules[name], "__file__", None)
        return file and Path(file)
    top, *parts = name.split(".")
    spec = None
    with contextlib.suppress(ValueError):  # of a module that nothing was imported from
        spec = importlib.util.find_spec(top)
    for part in parts:
        if spec is None or not spec.submodule_search_locations:
            return None
        spec = PathFinder.find_spec(f"{spec.name}.{part}", spec.submodule_search_locations)
    return Path(spec.origin) if spec is not None and spec.has_location else None


def _content(name, file):
    """Content of a file, required to be unchanged since its module was first read."""
    content = file.read_bytes()
    if name not in sys.modules:
        return content
    spec, first = _looked_at.setdefault(file, (sys.modules[name].__spec__, content))
    if spec is not sys.modules[name].__spec__:  # a new one for each reload
        _looked_at[file] = sys.modules[name].__spec__, content
        return content
    # Worker processes import modules anew, but are sent what a script defines.
    if first != content and name != "__main__":
        raise ValueError(
            f"{file} has changed since it was imported; import it again, best in a new Python "
            f"process"
        )
    return first


@functools.lru_cache
def _imports(content, file, name, package):
    """Modules imported anywhere in a source, with their parent packages."""
    if file.suffix != ".py":
        return frozenset()
    if package is None:
        package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    names = set()
    with contextlib.suppress(SyntaxError, ImportError):  # which it would raise when it runs
        for node in ast.walk(ast.parse(content)):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = "." * node.level + (node.module or "")
                base = importlib.util.resolve_name(base, package)
                names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    parts = [name.split(".") for name in names]
    return frozenset(".".join(part[:k]) for part in parts for k in range(1, len(part) + 1))
