"""What importing the package costs."""

import subprocess
import sys
from pathlib import Path

import sksym

FACES = Path(sksym.__file__).parent.glob("[a-z]*/__init__.py")
NAMES = sorted(face.parent.name for face in FACES if face.parent.name != "neural")


def run(code):
    subprocess.run([sys.executable, "-c", code], check=True)


def test_torch_is_imported_by_the_networks_alone():
    modules = ["sksym", "sksym.testing", *(f"sksym.{name}" for name in NAMES)]
    run(
        "import importlib, sys\n"
        f"for name in {modules}:\n"
        "    importlib.import_module(name)\n"
        "    assert sys.modules.keys().isdisjoint({'torch', 'skorch'}), name\n"
    )


def test_the_symmetries_bring_nothing_with_them():
    # Beyond what the package itself imports; that they need nothing of it is a law of the layout.
    run(
        "import sys, sksym\n"
        "before = set(sys.modules)\n"
        "import sksym.symmetries\n"
        "assert set(sys.modules) == before"
    )


def test_public_names_exist():
    assert all(hasattr(sksym, name) for name in sksym.__all__)
