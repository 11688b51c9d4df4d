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


def test_the_symmetries_import_no_other_package():
    # With an empty package around them: the real one imports transformers and regressors too.
    run(
        "import sys, types\n"
        "sys.modules['sksym'] = types.ModuleType('sksym')\n"
        f"sys.modules['sksym'].__path__ = {list(sksym.__path__)}\n"
        "import sksym.symmetries\n"
        "names = {name.split('.')[1] for name in sys.modules if name.startswith('sksym.')}\n"
        "assert {name for name in names if name[0] != '_'} == {'symmetries'}, names"
    )


def test_public_names_exist():
    assert all(hasattr(sksym, name) for name in sksym.__all__)
