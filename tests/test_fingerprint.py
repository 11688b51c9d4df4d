"""A kept result is known by all that decides it: values, code, versions."""

import functools
import importlib
import subprocess
import sys
import threading

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import FunctionTransformer

from sksym import MatrixGroup, Permutation, RefinedRegressor, Sign
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.experiments import _fingerprint as module
from sksym.experiments import compare
from sksym.experiments._fingerprint import fingerprint
from sksym.experiments._store import Store
from sksym.paper._table1 import Plan, run_table1
from sksym.regressors import (
    REGRESSORS,
    REMEDIES,
    NotApplicableError,
    named_regressor,
    with_remedy,
)

PACKAGE = {
    "mine/__init__.py": "",
    "mine/estimators.py": """
import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sksym import FiniteSymmetry
from . import constants
from .helpers import scaled

class Mean(RegressorMixin, BaseEstimator):
    def fit(self, X, y):
        self.mean_ = scaled(np.mean(y, axis=0), constants.FACTOR)
        return self

    def predict(self, X):
        from mine_too.late import shifted

        return np.tile(shifted(self.mean_), (len(X), 1))

class Mirror(FiniteSymmetry):
    def _orbit(self, xp, y):
        yield y
        yield -y

def forward(y):
    return y**2

square = lambda y: y**2
""",
    "mine/helpers.py": "def scaled(value, factor):\n    return value * factor\n",
    "mine/constants.py": "FACTOR = 1.0\n",
    "mine/unused.py": "",
    "mine_too/late.py": "def shifted(value):\n    return value\n",  # a package without __init__
}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of the user's, with a function that edits it as between two sessions."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # times of files are too coarse here

    def forget():
        for name in list(sys.modules):
            if name.partition(".")[0] in ("mine", "mine_too"):
                del sys.modules[name]
        importlib.invalidate_caches()

    def edit(name, content=None):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(PACKAGE[name] if content is None else content)
        forget()

    for name in PACKAGE:
        edit(name)
    yield edit
    forget()


def of_package(name):
    return getattr(importlib.import_module("mine.estimators"), name)


USES = {
    "an estimator": lambda: of_package("Mean")(),
    "a class": lambda: of_package("Mean"),
    "a symmetry": lambda: Permutation(2, each=of_package("Mirror")()),
    "a function": lambda: of_package("forward"),
    "a forward map": lambda: RefinedRegressor(
        LinearRegression(), Sign(), forward=of_package("forward")
    ),
    "a partial function": lambda: functools.partial(of_package("forward"), 2.0),
    "a bound method": lambda: of_package("Mean")().predict,
    "a lambda": lambda: FunctionTransformer(of_package("square")),
}  # fmt: skip


@pytest.mark.parametrize("use", USES)
def test_code_of_the_user_counts_with_all_that_it_imports(use, package):
    before = fingerprint(USES[use]())
    for name, content in PACKAGE.items():
        package(name, content + "# edited\n")
        is_the_same = fingerprint(USES[use]()) == before
        assert is_the_same == (name == "mine/unused.py"), name
        package(name)
        assert fingerprint(USES[use]()) == before


def test_an_edited_estimator_is_fitted_again(package, tmp_path):
    X, y = make_gaussian_phase_retrieval(40, 2, random_state=0)
    y = np.abs(y)

    def errors():
        regressors = {"mean": of_package("Mean")()}
        comparison = compare(X, y, Sign(), regressors, ["none"], cv=2, store=tmp_path / "cells")
        return [
            r["mean_squared_error"]
            for r in comparison.to_frame().to_dict("records")
            if r["regressor"] == "mean"
        ]

    first = errors()
    assert errors() == first
    package("mine/constants.py", "FACTOR = 50.0\n")
    assert min(errors()) > 100 * max(first)
    package("mine/constants.py")
    assert errors() == first


def test_a_module_that_changed_since_it_was_imported_is_named(package, tmp_path):
    before = fingerprint(of_package("forward"))
    helpers = tmp_path / "mine" / "helpers.py"
    helpers.write_text("def scaled(value, factor):\n    return 2 * value * factor\n")
    with pytest.raises(ValueError, match=r"helpers\.py has changed since it was imported"):
        fingerprint(of_package("forward"))
    importlib.reload(sys.modules["mine.helpers"])
    assert fingerprint(of_package("forward")) != before


def test_code_without_a_file_is_refused():
    code = (
        "from sksym.experiments._fingerprint import fingerprint\n"
        "class Mine: pass\n"
        "try: fingerprint(Mine())\n"
        "except ValueError as error: print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("__main__ is not a file, so that a change of its code leaves")


def test_a_script_counts_with_its_source(tmp_path):
    script, printed = tmp_path / "script.py", []
    for factor in (1, 1, 2):
        script.write_text(
            "from sksym.experiments._fingerprint import fingerprint\n"
            f"def f(x): return {factor} * x\n"
            "print(fingerprint(f))"
        )
        run = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
        printed.append(run.stdout)
    assert printed[0] == printed[1] != printed[2]


def power(exponent):
    return lambda y: y**exponent


def test_functions_without_a_name_are_told_apart_by_what_they_do_and_enclose():
    assert fingerprint(lambda y: y + 1) != fingerprint(lambda y: y + 2)
    assert fingerprint(lambda y: y.real) != fingerprint(lambda y: y.imag)
    assert fingerprint(lambda y, k=1: y * k) != fingerprint(lambda y, k=2: y * k)
    assert fingerprint(power(2)) == fingerprint(power(2))
    assert fingerprint(power(2)) != fingerprint(power(3))


def test_it_is_the_same_in_every_process():
    code = (
        "from sksym.experiments._fingerprint import fingerprint; import numpy as np;"
        "from sksym.regressors import named_regressor, with_remedy;"
        "from sksym import *;"
        "f = lambda y: y in {'a', 'b', 'c'};f.__module__ = 'numpy';"
        "e = with_remedy('loss', named_regressor('NN'), Sign());"
        "print(fingerprint([f, e, {'a', 'b', 'c'}, {'x': 1, 'y': np.arange(3)}]))"
    )
    printed = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))},
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1]


def test_different_values_differ():
    quarter, half = [[0, 1], [-1, 0]], [[-1, 0], [0, -1]]
    values = [Sign(), Permutation(2), MatrixGroup([quarter]), MatrixGroup([half]), np.log, np.exp]
    for name in REGRESSORS:
        for remedy in REMEDIES:
            try:
                values.append(with_remedy(remedy, named_regressor(name), Sign()))
            except NotApplicableError:
                continue
    assert len({fingerprint(value) for value in values}) == len(values)


def test_what_cannot_be_told_from_others_is_refused():
    with pytest.raises(ValueError, match="results cannot be kept in a store: cannot pickle"):
        fingerprint(threading.Lock())


@pytest.mark.parametrize("name", ["sksym", "numpy", "scipy", "scikit-learn", "skorch", "torch"])
def test_another_version_is_another_result(name, tmp_path, monkeypatch):
    X, y = make_gaussian_phase_retrieval(40, 2, random_state=0)
    plan = Plan((2,), (40,), ("KNN",), n_draws=1)

    def keys():
        with Store(tmp_path / "cells") as store:
            compare(X, y, Sign(), ["LS"], ["none"], cv=2, random_state=0, store=store)
            list(run_table1(plan, store=store))
            return {key for (key,) in store._connection.execute("SELECT key FROM cells")}

    first = keys()
    assert keys() == first
    versions = {**module.versions(), name: "99"}
    monkeypatch.setattr(module, "versions", lambda: versions)
    monkeypatch.setattr("sksym.paper._table1.versions", lambda: versions)
    assert len(keys()) == 2 * len(first)
