"""The table from a person's words to a symmetry: every line of code acts as a group."""

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import sksym

PAGE = Path(__file__).parents[1] / "docs" / "guide" / "your_symmetry.rst"
TABLE = PAGE.read_text().split(".. list-table::")[1].split("\nNone of these?")[0]
LINES = [
    code
    for cell in re.findall(r"^     - (.*)$", TABLE, re.MULTILINE)
    for code in re.findall(r"``([A-Za-z_]+\([^`]*)``", cell)
]


def test_the_table_is_read():
    assert len(LINES) > 25


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_table_acts_on_rows(line):
    symmetry = eval(line, {**vars(sksym), "__builtins__": {}})
    assert isinstance(symmetry, sksym.Symmetry)
    rng = np.random.default_rng(0)
    for n_features in range(1, 129):
        y = rng.standard_normal((5, n_features))
        if line.startswith("PerClass"):
            y[:, 0] = [0, 1, 0, 1, 1]
        try:
            moved = symmetry.random(y, random_state=0)
            break
        except ValueError:  # rows of another width
            continue
    assert_allclose(symmetry.distance(moved, y), 0, atol=1e-6)
    representatives = symmetry.canonicalize(y)
    assert_allclose(symmetry.canonicalize(moved), representatives, atol=1e-6)
