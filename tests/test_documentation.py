"""What the pages say: measured figures are the same on each, names exist, the API is complete."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)
DOTTED = re.compile(r"\bsksym(?:\.[A-Za-z_]\w*)+(?![\w/\[-])")
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/*.rst", "docs/guide/*.rst", "examples/*/*.py", "benchmarks/*.py")
    for path in ROOT.glob(pattern)
) + sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("sksym/**/*.py"))
FACES = ["sksym"] + [
    f"sksym.{name}"
    for name in (
        *("regressors", "metrics", "neural", "inspection", "experiments", "datasets"),
        "testing",
    )
]


def tables(path):
    return TABLE.findall((ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("file", "numbers"),
    [
        ("table1.txt", [0]),
        ("table1_n.txt", [0]),
        ("table1_complex.txt", [0]),
        ("table1_few.txt", [0]),
        ("table1_remedies.txt", [0, 2]),  # the second unit stands in the documentation alone
    ],
)
def test_the_readme_shows_what_was_measured(file, numbers):
    measured = tables(f"docs/measured/{file}")
    for number in numbers:
        assert measured[number] in tables("README.md")


def resolved(name):
    """What a dotted name leads to: a module, or an attribute within one."""
    value = importlib.import_module("sksym")
    for part in name.split(".")[1:]:
        if not hasattr(value, part):
            importlib.import_module(f"{value.__name__}.{part}")
        value = getattr(value, part)
    return value


@pytest.mark.parametrize("path", PAGES)
def test_every_name_on_a_page_exists(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    for name in sorted(set(DOTTED.findall(text))):
        resolved(name)


def test_every_path_on_the_page_of_the_layout_exists():
    text = (ROOT / "docs/layout.rst").read_text(encoding="utf-8")
    paths = set(re.findall(r"``((?:sksym|tests)/[\w/.]*)``", text))
    assert "sksym/regressors/_catalogue.py" in paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
    packages = {path.parent.name for path in (ROOT / "sksym").glob("*/__init__.py")}
    assert [name for name in packages if f"   * - ``{name}``" not in text] == []


@pytest.mark.parametrize("module", FACES)
def test_every_public_name_is_on_the_page_of_the_api(module):
    listed = set(re.findall(r"[\w.]+", (ROOT / "docs/api.rst").read_text(encoding="utf-8")))
    below = module.removeprefix("sksym").lstrip(".")
    public = importlib.import_module(module).__all__
    assert [n for n in public if listed.isdisjoint({n, f"{below}.{n}", f"{module}.{n}"})] == []
