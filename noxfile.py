#!/usr/bin/env -S uv run --script
# /// script
# dependencies = ["nox"]
# ///
"""The checks, each in an environment of its own: ``nox -l`` lists them."""

import shutil
import tarfile
from pathlib import Path

import nox

PYTHONS = nox.project.python_versions(nox.project.load_toml("pyproject.toml"))
PINNED = ("-c", "constraints.txt")
OF_NETWORKS = ("torch", "skorch")

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "virtualenv"


@nox.session(python=PYTHONS, default=True)
def tests(session):
    """Run the tests, or those that are named after --."""
    session.install(*PINNED, "-e", ".[test]")
    env = {"OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg"}
    session.run("pytest", *(session.posargs or ["-n", "2"]), env=env)


@nox.session(default=True)
def without_torch(session):
    """Run what needs no network where torch and skorch are not installed."""
    project = nox.project.load_toml("pyproject.toml")["project"]
    needed = [line for line in project["dependencies"] if not line.startswith(OF_NETWORKS)]
    session.install(*PINNED, *needed, *project["optional-dependencies"]["compare"])
    session.install("--no-deps", ".")
    session.chdir(session.create_tmp())
    session.run(
        "python",
        "-c",
        "import numpy, sksym.datasets as d\n"
        "X, y = d.make_gaussian_phase_retrieval(300, 2, random_state=0)\n"
        "numpy.savez('pairs.npz', X=X, y=y), numpy.save('X.npy', X)",
    )
    session.run("sksym", "discover", "pairs.npz", "--overwrite")
    session.run("sksym", "compare", "pairs.npz", "--regressors", "KNN", "LS", "--overwrite")
    session.run("sksym", "predict", "sksym-results/pairs.npz/model.skops", "X.npy", silent=True)
    session.run("sksym", "table1", "--models", "KNN", "--samples", "200", "--overwrite")
    session.run("sksym", "table1", "--models", "NN", "--out", "none", success_codes=[2])


@nox.session(default=True)
def lint(session):
    """Check the style, and this repository by the guide of Scientific Python."""
    session.install(*PINNED, "ruff", "sp-repo-review[cli]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("repo-review", ".", "--show", "err")


@nox.session(default=True)
def docs(session):
    """Build the documentation, whose gallery runs the examples, and follow its links."""
    session.install(*PINNED, "-e", ".[docs]")
    session.run("sphinx-build", "-W", "--keep-going", "-b", "html", "docs", "docs/_build/html")
    session.run("python", "docs/check_links.py", "docs/_build/html")


@nox.session(default=False)
def browser(session):
    """Look at the built documentation in Chromium."""
    session.install("playwright")
    session.run("python", "docs/check_browser.py", "docs/_build/html", *session.posargs)


@nox.session(default=False)
def as_told(session):
    """Run what the README and the first pages tell to type, in a fresh clone."""
    pages = session.posargs or ["README.md", "docs/install.rst", "docs/quickstart.rst"]
    session.run("python", "docs/run_blocks.py", "--skip", "pytest|--out table1", *pages)


@nox.session(default=False)
def build(session):
    """Build the wheel and the source distribution, and run a few tests of the latter."""
    folder = Path(session.create_tmp()).resolve() / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    session.install(*PINNED, "build")
    session.run("python", "-m", "build", "--outdir", folder)
    (wheel,), (source,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    session.install(*PINNED, f"{wheel}[test]")
    with tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")
    session.chdir(folder / source.name.removesuffix(".tar.gz"))
    session.run("pytest", *(f"tests/test_{name}.py" for name in ("layout", "documentation")))


if __name__ == "__main__":
    nox.main()
