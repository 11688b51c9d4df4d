"""What the pages say: measured figures are the same on each, names exist, the API is complete."""

import importlib
import re
import tomllib
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

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
PYTHON = "Programming Language :: Python :: 3."
PYTHONS = [
    line.removeprefix(PYTHON[:-2]) for line in PROJECT["classifiers"] if line.startswith(PYTHON)
]


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def package(requirement):
    return re.match(r"[\w-]+", requirement)[0]


def packages_of(extra):
    """Packages that an extra brings, those of the extras that it is made of included."""
    for requirement in EXTRAS[extra]:
        if package(requirement) == "sksym":
            for part in re.findall(r"[\w-]+", requirement)[1:]:
                yield from packages_of(part)
        else:
            yield package(requirement)


def tables(path):
    return TABLE.findall(read(path))


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
    text = read(path)
    for name in sorted(set(DOTTED.findall(text))):
        resolved(name)


def test_every_path_on_the_page_of_the_layout_exists():
    text = read("docs/layout.rst")
    paths = set(re.findall(r"``((?:sksym|tests)/[\w/.]*)``", text))
    assert "sksym/regressors/_catalogue.py" in paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
    packages = {path.parent.name for path in (ROOT / "sksym").glob("*/__init__.py")}
    assert [name for name in packages if f"   * - ``{name}``" not in text] == []


@pytest.mark.parametrize("module", FACES)
def test_every_public_name_is_on_the_page_of_the_api(module):
    listed = set(re.findall(r"[\w.]+", read("docs/api.rst")))
    below = module.removeprefix("sksym").lstrip(".")
    public = importlib.import_module(module).__all__
    assert [n for n in public if listed.isdisjoint({n, f"{below}.{n}", f"{module}.{n}"})] == []


@pytest.mark.parametrize("path", [*PAGES, "constraints.txt"])
def test_what_a_page_tells_to_install_can_be_installed(path):
    # There is no package on an index: a name after `pip install` would be somebody else's.
    text = read(path)
    assert re.findall(r"pip install[^`\n]*[ \"']sksym\b", text) == []
    named = {
        name for names in re.findall(r"\"\.\[([\w,]+)\]\"", text) for name in names.split(",")
    }
    assert named <= EXTRAS.keys()


def test_the_page_of_the_installation_has_every_extra_and_its_packages():
    rows = re.findall(r"   \* - ``(\w+)``\n     - .*\n     - (.*)", read("docs/install.rst"))
    assert {extra for extra, _ in rows} == EXTRAS.keys()
    told = {extra: cell.split(", ") for extra, cell in rows if not cell.endswith(" and others")}
    assert told == {extra: sorted(packages_of(extra)) for extra in told}
    assert EXTRAS.keys() - told.keys() == {"test", "docs"}


def test_the_page_of_the_installation_names_what_a_plain_one_brings_beside_torch():
    (line,) = re.findall(r"-c constraints\.txt (array-api-compat .*)", read("docs/install.rst"))
    needed = set(map(package, PROJECT["dependencies"]))
    assert set(line.split()) == needed - {"torch", "skorch"}


def test_the_same_pythons_are_told_everywhere():
    assert PROJECT["requires-python"] == f">={PYTHONS[0]}"
    sentence = f"{', '.join(PYTHONS[:-1])} or {PYTHONS[-1]}"
    for path in ("README.md", "CONTRIBUTING.md", "docs/quickstart.rst"):
        assert f"Python {sentence}" in " ".join(read(path).split()), path
    for workflow in ("tests", "docs"):
        (matrix,) = re.findall(r"python: \[(.*)\]", read(f".github/workflows/{workflow}.yml"))
        assert re.findall(r"[\d.]+", matrix) == PYTHONS


def test_every_requirement_is_pinned():
    pinned = {line.partition("==")[0].lower() for line in read("constraints.txt").splitlines()}
    lines = [*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra)]
    assert {package(line).lower() for line in lines} - pinned == {"sksym"}


def test_the_address_of_the_repository_stands_in_one_place():
    address = PROJECT["urls"]["Repository"]
    others = ["CITATION.cff", ".github/ISSUE_TEMPLATE/bug.yml", ".github/pull_request_template.md"]
    assert read("pyproject.toml").count(address) == 1
    assert [path for path in [*PAGES, *others] if address in read(path)] == []
