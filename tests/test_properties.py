"""The laws on rows that nobody would write by hand: ties, zeros, repeats, extremes."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sksym.testing import LAWS, mean_is_the_best, unit_does_not_matter

from .registry import CASES, N_COORDINATES, layouts

# Few different numbers, so that coordinates agree and rows fall on cuts; and all sorts of them.
ENTRIES = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5]),
    st.floats(-1e3, 1e3, width=32).filter(lambda value: value == 0 or abs(value) > 1e-3),
)
ROWS = arrays(np.float64, (6, 2 * N_COORDINATES), elements=ENTRIES)


def settings_of(max_examples):
    return settings(
        max_examples=max_examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def keep(case, law, y, data):
    layout = data.draw(st.sampled_from(layouts(case)))
    re, im = np.split(y, 2, axis=1)
    rows = re + 1j * im if case.symmetry.is_complex else case.labelled(re)
    law(case.symmetry, layout.write(rows))


all_cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)


# A label of a class has no unit.
PAIRS = [
    (case, law)
    for case in CASES
    for law in LAWS
    if law is not mean_is_the_best and (case.label is None or law is not unit_does_not_matter)
]


@pytest.mark.parametrize(
    ("case", "law"), PAIRS, ids=[f"{case.id}-{law.__name__}" for case, law in PAIRS]
)
@settings_of(10)
@given(y=ROWS, data=st.data())
def test_laws(case, law, y, data):
    keep(case, law, y, data)


# A mean aligns its candidates a hundred times over: fewer rows take as long.
@all_cases
@settings_of(5)
@given(y=ROWS, data=st.data())
def test_means(case, y, data):
    keep(case, mean_is_the_best, y, data)
