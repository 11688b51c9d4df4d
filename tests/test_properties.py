"""The laws on rows that nobody would write by hand: ties, zeros, repeats, extremes."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sksym.testing import LAWS

from .registry import CASES, N_COORDINATES, layouts

# Few different numbers, so that coordinates agree and rows fall on cuts; and all sorts of them.
ENTRIES = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5]),
    st.floats(-1e3, 1e3, width=32).filter(lambda value: value == 0 or abs(value) > 1e-3),
)
ROWS = arrays(np.float64, (6, 2 * N_COORDINATES), elements=ENTRIES)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(y=ROWS, data=st.data())
def test_laws(case, law, y, data):
    layout = data.draw(st.sampled_from(layouts(case)))
    re, im = np.split(y, 2, axis=1)
    rows = re + 1j * im if case.symmetry.is_complex else case.labelled(re)
    law(case.symmetry, layout.write(rows))
