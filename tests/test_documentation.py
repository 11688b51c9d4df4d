"""Measured figures are the same wherever they stand."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)


def tables(path):
    return TABLE.findall((ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("file", "numbers"),
    [
        ("table1.txt", [0]),
        ("table1_n.txt", [0]),
        ("table1_complex.txt", [0]),
        ("table1_remedies.txt", [0, 2]),  # the second unit stands in the documentation alone
    ],
)
def test_the_readme_shows_what_was_measured(file, numbers):
    measured = tables(f"docs/measured/{file}")
    for number in numbers:
        assert measured[number] in tables("README.md")
