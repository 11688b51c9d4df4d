"""Layout of the package: what is private, which package imports which, how long code may be."""

import ast
from pathlib import Path

import pytest

import sksym

PACKAGE = Path(sksym.__file__).parent
FILES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
# A package may import those of the levels above its own here, and those of its level named beside.
LEVELS = [
    {"_arrays": set()},
    {"symmetries": set()},
    {"targets": set(), "metrics": set(), "datasets": set(), "samples": set()},
    {"neural": set(), "regressors": {"neural"}},
    {"inspection": set(), "experiments": {"inspection"}},
    {"io": set(), "paper": {"io"}, "command": {"io", "paper"}},
]
PACKAGES = {name for level in LEVELS for name in level}
OPEN = {"_arrays"}  # packages whose modules others import by name
USED_BY_ALL = {
    "_extras",
    "_live",
    "_persistence",
    "_rounding",
    "_untrusted",
    "_validation",
    "_version",
}
PUBLIC_MODULES = {"__main__.py", "testing.py"}
MOST_LINES = 300  # of a file, and
MOST_LINES_OF_A_FUNCTION = 40  # without its docstring: one must not be reached


def allowed_imports(file):
    """Packages and modules at the top of sksym that a file may import."""
    name = Path(file).parts[0].removesuffix(".py")
    if name in USED_BY_ALL:
        return USED_BY_ALL
    if name not in PACKAGES:  # the faces of sksym and of its command line
        return {*USED_BY_ALL, *PACKAGES, "sksym"}
    k = next(k for k, level in enumerate(LEVELS) if name in level)
    face = {"sksym"} if k == len(LEVELS) - 1 else set()  # which imports all levels but the last
    below = {package for level in LEVELS[:k] for package in level}
    return {name, *LEVELS[k][name], *USED_BY_ALL, *below, *face}


def source_of(file):
    return (PACKAGE / file).read_text(encoding="utf-8")


def is_module(parts):
    path = PACKAGE.joinpath(*parts)
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def imports(file, source):
    """Modules of sksym that a file imports, as paths below it, inside functions too."""
    package = Path(file).parent.parts
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (tuple(n.name.split(".")[1:]) for n in node.names if is_sksym(n.name))
        elif isinstance(node, ast.ImportFrom) and (node.level or is_sksym(node.module)):
            module = tuple(node.module.split(".")) if node.module else ()
            base = package[: len(package) + 1 - node.level] + module if node.level else module[1:]
            for name in node.names:  # a name is a module, or lives in one
                yield (*base, name.name) if is_module((*base, name.name)) else base


def is_sksym(module):
    return module.partition(".")[0] == "sksym"


def past_a_face(file, source):
    """Modules inside other packages that a file imports, instead of asking the package."""
    package = Path(file).parent.parts
    return {
        ".".join(module)
        for module in imports(file, source)
        if not (PACKAGE.joinpath(*module) / "__init__.py").is_file()
        and module[:-1] != package[: len(module) - 1]
        and module[0] not in OPEN
    }


def against_the_direction(file, source):
    """Packages and modules that a file imports although it stands below them."""
    return {m[0] if m else "sksym" for m in imports(file, source)} - allowed_imports(file)


def long_functions(source):
    """Lengths of functions that do not fit on a screen, docstrings not counted, by their lines."""
    lengths = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = node.body[0] if ast.get_docstring(node, clean=False) is not None else None
            skipped = docstring.end_lineno - docstring.lineno + 1 if docstring else 0
            lengths[node.lineno] = node.end_lineno - node.lineno + 1 - skipped
    return {line: n for line, n in lengths.items() if n >= MOST_LINES_OF_A_FUNCTION}


def test_every_package_has_its_level():
    found = {Path(file).parts[0] for file in FILES if "/" in file}
    assert found == PACKAGES
    others = {file for file in FILES if "/" not in file} - PUBLIC_MODULES - {"__init__.py"}
    assert others == {f"{name}.py" for name in USED_BY_ALL}


@pytest.mark.parametrize("file", FILES)
def test_a_module_that_users_do_not_import_is_private(file):
    *package, name = Path(file).parts
    if package[:1] and package[0] not in OPEN:
        assert name.startswith("_")


@pytest.mark.parametrize("file", FILES)
def test_packages_reach_each_other_by_their_faces(file):
    assert past_a_face(file, source_of(file)) == set()


@pytest.mark.parametrize("file", FILES)
def test_imports_keep_their_direction(file):
    assert against_the_direction(file, source_of(file)) == set()


@pytest.mark.parametrize("file", FILES)
def test_code_is_short(file):
    source = source_of(file)
    n_lines = len(source.splitlines())
    assert n_lines < MOST_LINES
    assert long_functions(source) == {}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("from ..symmetries._base import Symmetry", {"symmetries._base"}),
        ("from ..symmetries import _base", {"symmetries._base"}),
        ("import sksym.symmetries._base", {"symmetries._base"}),
        ("def f():\n    from sksym.symmetries._base import Symmetry", {"symmetries._base"}),
        ("from ..symmetries import Symmetry", set()),
        ("from .._arrays.rows import read_rows", set()),
        ("from .._persistence import Versioned", set()),
        ("from ._scorers import rectified_scorer", set()),
        ("from . import _scorers", set()),
        ("import numpy as np", set()),
    ],
)
def test_an_import_past_a_face_is_found(line, expected):
    # The laws above hold for every file; here that they could fail.
    assert past_a_face("metrics/_errors.py", line) == expected


@pytest.mark.parametrize(
    ("file", "line", "expected"),
    [
        ("metrics/_errors.py", "from ..regressors import AtlasRegressor", {"regressors"}),
        ("metrics/_errors.py", "def f():\n    import sksym.neural", {"neural"}),
        ("metrics/_errors.py", "from ..targets import LiftTargets", {"targets"}),
        ("neural/_loss.py", "from .. import regressors", {"regressors"}),
        ("regressors/_atlas.py", "from ..neural import NeuralRegressor", set()),
        ("_extras.py", "from .symmetries import Sign", {"symmetries"}),
        ("targets/_lift.py", "from .. import Sign", {"sksym"}),
        ("command/_predict.py", "from .. import __version__", set()),
        ("inspection/displays/_seam.py", "from ...experiments import compare", {"experiments"}),
        ("inspection/displays/_seam.py", "from ...metrics import seam_report", set()),
    ],
)
def test_an_import_against_the_direction_is_found(file, line, expected):
    assert against_the_direction(file, line) == expected


def test_a_long_function_is_found():
    docstring = '"""One.\n' + "\n" * 50 + '    """\n'
    body = "    pass\n" * (MOST_LINES_OF_A_FUNCTION - 2)
    assert long_functions("def f():\n    " + docstring + body) == {}
    assert long_functions("def f():\n    " + docstring + body + "    pass\n") == {1: 40}
