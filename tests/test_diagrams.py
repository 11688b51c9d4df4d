"""Diagrams in notebooks: what is trained, and up to which symmetry."""

import html
import re

import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor

from sksym import (
    AtlasRegressor,
    Blocks,
    CanonicalizeTargets,
    OrbitKNeighborsRegressor,
    RectifiedBaggingRegressor,
    RectifiedConformalRegressor,
    RectifiedVotingRegressor,
    RefinedRegressor,
    Sign,
    make_canonical_regressor,
    make_lifted_regressor,
)
from sksym.datasets import make_gaussian_phase_retrieval

NEIGHBORS, GROUP = KNeighborsRegressor(), Blocks(Sign(), 3)
BESIDE = ["symmetry", repr(GROUP), "regressor: KNeighborsRegressor", "KNeighborsRegressor"]
# What is written in the boxes, in this order.
DIAGRAMS = {
    "atlas": (AtlasRegressor(NEIGHBORS, GROUP), ["AtlasRegressor", *BESIDE]),
    "refined": (RefinedRegressor(NEIGHBORS, GROUP), ["RefinedRegressor", *BESIDE]),
    "conformal": (
        RectifiedConformalRegressor(NEIGHBORS, GROUP),
        ["RectifiedConformalRegressor", *BESIDE],
    ),
    "neighbours": (OrbitKNeighborsRegressor(GROUP), ["OrbitKNeighborsRegressor", repr(GROUP)]),
    "representatives": (
        make_canonical_regressor(NEIGHBORS, GROUP),
        [
            *("RectifiedTargetRegressor", "regressor: KNeighborsRegressor", "KNeighborsRegressor"),
            *("transformer: CanonicalizeTargets", "CanonicalizeTargets", repr(GROUP)),
        ],
    ),
    "a lift": (
        make_lifted_regressor(NEIGHBORS, Sign()),
        [
            *("RectifiedTargetRegressor", "regressor: KNeighborsRegressor", "KNeighborsRegressor"),
            *("transformer: LiftTargets", "LiftTargets", "Sign()"),
        ],
    ),
    "voting": (
        RectifiedVotingRegressor([("LS", LinearRegression()), ("none", "drop")], Sign()),
        [
            *("RectifiedVotingRegressor", "symmetry", "Sign()"),
            *("LS: LinearRegression", "LinearRegression"),
        ],
    ),
    "bagging": (
        RectifiedBaggingRegressor(NEIGHBORS, Sign(), 2),
        [
            *("RectifiedBaggingRegressor", "symmetry", "Sign()"),
            *("estimator: KNeighborsRegressor", "KNeighborsRegressor"),
        ],
    ),
    "a transformer": (CanonicalizeTargets(GROUP), ["CanonicalizeTargets", repr(GROUP)]),
}


def boxes(estimator):
    """What is written in the boxes of a diagram, besides the links to documentation."""
    page = re.sub(r"<style>.*?</style>", "", estimator._repr_html_(), flags=re.DOTALL)
    labels = re.findall(r"<label[^>]*>(.*?)</label>", page, re.DOTALL)
    labels = [re.sub(r"<(a|span)\b.*?</\1>", "", label, flags=re.DOTALL) for label in labels]
    words = [re.findall(r"[^<>]+(?=<|$)", re.sub(r"<[^>]*>", "<>", label)) for label in labels]
    texts = (html.unescape(word).strip(" i") for label in words for word in label)
    return [text for text in texts if text]


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_diagram_shows_the_symmetry_and_what_is_trained(name):
    estimator, expected = DIAGRAMS[name]
    assert boxes(estimator) == expected


def test_a_fitted_one_shows_the_same():
    X, y = make_gaussian_phase_retrieval(40, 3, random_state=0)
    for name in ("representatives", "neighbours", "refined"):
        estimator, expected = DIAGRAMS[name]
        assert boxes(estimator.fit(X, y)) == expected


def test_within_another_estimator():
    inner = make_canonical_regressor(NEIGHBORS, GROUP)
    outer = TransformedTargetRegressor(inner, transformer=CanonicalizeTargets(GROUP))
    assert boxes(outer)[-1] == repr(GROUP)
