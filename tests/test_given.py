"""The symmetry of a comparison: what is taken where none is given, and what is said of one."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.model_selection import GroupKFold

from sksym import (
    Columns,
    GlobalPhase,
    Identity,
    MatrixGroup,
    Orthogonal,
    Permutation,
    PositiveScale,
    Sign,
    Translation,
)
from sksym.datasets import make_square_root
from sksym.experiments import compare
from sksym.experiments._given import hold_against

from . import discoveries

OPTIONS = {"regressors": ["KNN"], "remedies": ["none", "canonicalize"], "cv": 2, "random_state": 3}


@pytest.fixture
def discover(monkeypatch):
    """Lets a discovery be the answer of every search, and tells what was searched with."""
    calls = []

    def answer_with(discovery):
        def search(X, y, *, groups, random_state):
            calls.append((groups, random_state))
            return discovery

        discoveries.replace_search(monkeypatch, search)
        return calls

    return answer_with


@pytest.fixture(scope="module")
def pairs():
    return make_square_root(100, random_state=0)


def test_what_was_found_is_taken(pairs, discover):
    discovery = discoveries.found(Sign(), (Sign(), 0.0))
    calls = discover(discovery)
    comparison = compare(*pairs, **OPTIONS)
    assert calls == [(None, 3)]
    assert comparison.discovery is discovery
    sentence = "Targets are known up to Sign(), found in the pairs. It explains the pairs."
    assert repr(comparison).startswith(f"{sentence}\n")
    assert comparison._repr_html_().startswith(f"<p>{sentence}</p><table>")
    given = compare(*pairs, Sign(), **OPTIONS)
    assert calls == [(None, 3)]  # a symmetry that is passed needs no search
    assert given.discovery is None
    assert repr(given).split()[0] == "rectified"  # of the heading
    assert_allclose(
        given.cv_results_["mean_squared_error"], comparison.cv_results_["mean_squared_error"]
    )


NOT_FOUND = {
    "none": "No symmetry was found in the pairs. Each map but the identity changes the forward "
    "map. Compared up to Identity(), as they are.",
    "cannot_tell": "The pairs cannot tell whether there is a symmetry. The noise is too large. "
    "Compared up to Identity(), as they are; if you know a symmetry, pass it.",
}


@pytest.mark.parametrize("verdict", NOT_FOUND)
def test_where_nothing_is_found_targets_are_compared_as_they_are(verdict, pairs, discover):
    discover(getattr(discoveries, verdict)())
    comparison = compare(*pairs, **OPTIONS)
    assert repr(comparison).startswith(f"{NOT_FOUND[verdict]}\n")
    assert comparison.discovery.verdict == verdict.replace("_", " ")
    errors = {line["name"]: line["mean_squared_error"] for line in comparison.summary()}
    assert errors["KNN, none"] == errors["KNN, canonicalize"]  # under the trivial group


def test_unknown_targets_are_not_searched(pairs, discover):
    calls = discover(discoveries.cannot_tell())
    X, y = pairs
    y = np.column_stack([y, np.where(np.arange(len(X)) == 5, np.nan, y)])
    comparison = compare(X, y, regressors=["KNN"], remedies=["neighbors"], cv=2)
    assert comparison.discovery is None
    sentence = "The pairs are not searched for a symmetry: targets have unknown values (NaN)."
    assert repr(comparison).startswith(f"{sentence} Compared up to Identity(), as they are; if")
    assert hold_against(X, y, Sign()) == [
        "Sign() is not held against the pairs: targets have unknown values (NaN)."
    ]
    assert calls == []


def test_pairs_that_cannot_be_searched_are_compared():
    X, y = make_square_root(20, random_state=0)
    comparison = compare(X, y, **OPTIONS)
    assert repr(comparison).startswith("The pairs are not searched for a symmetry: At least 60 ")
    assert comparison.discovery is None
    (sentence,) = hold_against(X, y, Sign())
    assert sentence.startswith("Sign() is not held against the pairs: At least 60 pairs")


def test_rows_that_belong_together_stay_together_in_the_search(pairs, discover):
    calls = discover(discoveries.none())
    groups = np.arange(100) // 10
    compare(*pairs, groups=groups, **{**OPTIONS, "cv": GroupKFold(2)})
    assert calls == [(groups, 3)]


@pytest.mark.parametrize(
    ("verdict", "change", "expected"),
    [
        (
            "none",
            0.01,
            "The pairs bear out Sign(): it changes the forward map by 1.00% of the spread of X "
            "(95 %: 0.00% to 2.00%), where less than 5.00% counts as none.",
        ),
        ("none", 0.05, "The pairs leave open whether Sign() holds: it changes the forward map"),
        ("none", 0.50, "Warning: the pairs refute Sign(): it changes the forward map by 50.00% "),
        # A poor model may be the same along orbits because it is the same everywhere.
        ("cannot_tell", 0.01, "The pairs cannot tell whether Sign() holds. The noise is too "),
        ("cannot_tell", 0.50, "Warning: the pairs refute Sign(): it changes the forward map by 5"),
    ],
)
def test_a_symmetry_that_is_given_is_held_against_the_pairs(
    verdict, change, expected, pairs, discover
):
    discover(getattr(discoveries, verdict)((Sign(), change)))
    (sentence,) = hold_against(*pairs, Sign())
    assert sentence.startswith(expected)


def test_what_was_found_instead_is_told(pairs, discover):
    X, y = pairs
    discover(discoveries.found(Permutation(), (Sign(), 0.5)))
    (sentence,) = hold_against(X, np.column_stack([y, 1 + y]), Sign())
    assert sentence.endswith("counts as none. Found instead: Permutation().")


def test_what_the_search_finds_is_what_compare_takes():
    X, y = make_square_root(300, random_state=0)
    comparison = compare(X, y, **OPTIONS)
    assert comparison.discovery.symmetry == Sign()
    assert comparison.summary()[0]["name"] == "KNN, canonicalize"
    assert comparison.summary()[0]["of_zero"] < 0.01
    # A half of the truth, and what is no symmetry of a square.
    assert hold_against(X, y, Identity()) == [
        "Identity() leaves all targets in place: there is nothing to be tested.",
        "Warning: Identity() is part of a larger group that was found in the pairs: compare under "
        "Sign(), or what it makes alike stays ambiguous.",
    ]
    assert hold_against(X, y, Sign())[0].startswith("The pairs bear out Sign()")
    assert hold_against(X, y, Translation(1))[0].startswith("Warning: the pairs refute")


QUARTER = MatrixGroup([np.kron(np.eye(2), [[0.0, -1.0], [1.0, 0.0]])])
PARTS = [
    (Identity(), Sign()),
    (Sign(), QUARTER),
    (Sign(), Permutation(2) * Sign()),
    (Permutation(2), Permutation()),
    (Columns(Sign(), [0]), Columns(Sign(), [0]) * Columns(Sign(), [1])),
    (Orthogonal(2, reflections=False), Orthogonal(2)),
    (PositiveScale(), Sign() * PositiveScale()),
    (Sign(), GlobalPhase()),
    (Translation(2), Orthogonal(2, center=True)),
]


@pytest.mark.parametrize(("part", "whole"), PARTS, ids=str)
def test_a_part_of_what_was_found_is_told(part, whole, discover):
    X, y = np.ones((60, 1)), np.random.default_rng(0).standard_normal((60, 4))
    warnings = {}
    for given, group in ((part, whole), (whole, part), (whole, whole)):
        discover(discoveries.found(group))
        warnings[given, group] = [s for s in hold_against(X, y, given) if "larger group" in s]
    assert len(warnings.pop((part, whole))) == 1
    assert list(warnings.values()) == [[], []]


def test_groups_that_do_not_contain_each_other_are_not_mistaken(discover):
    X, y = np.ones((60, 1)), np.random.default_rng(0).standard_normal((60, 4))
    for given, group in ((Sign(), Permutation()), (Permutation(), Sign())):
        discover(discoveries.found(group))
        assert len(hold_against(X, y, given)) == 1
