"""The types that a user's script sees."""

import importlib
import inspect
from pathlib import Path

import pytest
from mypy import api

ROOT = Path(__file__).parents[1]
PLACES = [
    "sksym",
    "sksym.datasets",
    "sksym.experiments",
    "sksym.inspection",
    "sksym.metrics",
    "sksym.neural",
    "sksym.regressors",
    "sksym.testing",
]


def methods(kind):
    """The constructor and the public methods and properties of a class, by name.

    What another package declares keeps its words: `get_metadata_routing`, the steps of skorch.
    """
    own = [base for base in kind.__mro__ if base.__module__.startswith("sksym")]
    theirs = {word for base in kind.__mro__ if base not in own for word in vars(base)}
    for base in own:
        fields = inspect.get_annotations(base)
        for word, member in vars(base).items():
            function = getattr(member, "__func__", getattr(member, "fget", member))
            is_ours = not (word.startswith("_") or word in theirs or word in fields)
            if inspect.isfunction(function) and (is_ours or word == "__init__"):
                yield word, function


def public_functions(place):
    """Functions and methods of a place, by name."""
    module = importlib.import_module(place)
    for name in module.__all__:
        thing = getattr(module, name)
        if inspect.isfunction(thing):
            yield name, thing
        elif inspect.isclass(thing):
            yield from ((f"{name}.{word}", function) for word, function in methods(thing))


def without_types(function):
    """Names of what a function takes and returns that have no type."""
    code = inspect.unwrap(function).__code__
    n_named = code.co_argcount + code.co_kwonlyargcount
    flags = inspect.CO_VARARGS, inspect.CO_VARKEYWORDS
    n_more = sum(bool(code.co_flags & flag) for flag in flags)
    names = {*code.co_varnames[: n_named + n_more], "return"} - {"self", "cls"}
    return names - set(inspect.unwrap(function).__annotations__)


@pytest.mark.parametrize("place", PLACES)
def test_public_names_have_types(place):
    found = {name: without_types(function) for name, function in public_functions(place)}
    assert {name: missing for name, missing in found.items() if missing} == {}


def test_a_script_of_a_user_has_the_types_that_it_says(monkeypatch):
    monkeypatch.chdir(ROOT)
    said, failed, status = api.run(["--config-file", "pyproject.toml"])
    assert (failed, status) == ("", 0), said


def test_a_wrong_type_is_found(monkeypatch, tmp_path):
    # The package is typed, and what is asked of a symmetry is not just anything.
    monkeypatch.chdir(ROOT)
    script = tmp_path / "script.py"
    script.write_text(
        "from sksym import Permutation, Sign, crystal_symmetry\n"
        "from sksym.metrics import rectified_r2_score\n"
        "score: str = rectified_r2_score([1], [1], symmetry=Sign())\n"
        "Sign().align([1])\n"
        "Permutation('3')\n"
        "crystal_symmetry(432)\n"  # its arguments are checked by a decorator
    )
    said, _, status = api.run(["--config-file", "pyproject.toml", str(script)])
    assert status == 1
    assert "[assignment]" in said
    assert "[call-arg]" in said
    assert said.count("[arg-type]") == 2
