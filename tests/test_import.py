"""What importing the package costs, and what works where torch and skorch are not installed."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sksym
from sksym import Sign, make_canonical_regressor
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.io import write_model
from sksym.neural import FeedforwardRegressor

FACES = Path(sksym.__file__).parent.glob("[a-z]*/__init__.py")
NAMES = sorted(face.parent.name for face in FACES if face.parent.name != "neural")


MODULES = ["sksym", "sksym.testing", *(f"sksym.{name}" for name in NAMES)]
# Neither the modules of these packages nor their versions are found after this.
WITHOUT = """
import importlib.metadata, sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name in {missing}:
            raise ModuleNotFoundError(name, name=name)
def version(name, found=importlib.metadata.version):
    if name in {missing}:
        raise importlib.metadata.PackageNotFoundError(name)
    return found(name)
sys.meta_path.insert(0, Missing())
importlib.metadata.version = version
"""


def run(code):
    subprocess.run([sys.executable, "-c", code], check=True)


def run_without(missing, code, folder=None):
    """Run code where packages are missing, and return what it wrote to standard error."""
    command = [sys.executable, "-c", WITHOUT.format(missing=missing) + code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stderr


def sksym_command(*arguments):
    """Code that runs a command in its own process, without workers, which miss nothing."""
    return f"import sksym.command\nassert sksym.command.main({list(arguments)}) == 0\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Pairs, and a model file with a network."""
    place = tmp_path_factory.mktemp("without_torch")
    X, y = make_gaussian_phase_retrieval(200, 2, random_state=0)
    np.savez(place / "pairs.npz", X=X, y=y)
    np.save(place / "X.npy", X)
    network = FeedforwardRegressor((4,), max_epochs=1, random_state=0)
    write_model(place / "network.skops", make_canonical_regressor(network, Sign()).fit(X, y))
    return place


def test_torch_is_imported_by_the_networks_alone():
    run(
        "import importlib, sys\n"
        f"for name in {MODULES}:\n"
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


def test_everything_but_networks_is_imported_without_torch():
    code = f"import importlib\nfor name in {MODULES}: importlib.import_module(name)"
    run_without(["torch", "skorch"], code)


@pytest.mark.parametrize("missing", ["torch", "skorch"])
def test_networks_say_what_they_miss(missing):
    code = (
        "try:\n"
        "    import sksym.neural\n"
        "except ModuleNotFoundError as error:\n"
        "    print(error, error.name, file=sys.stderr)\n"
    )
    said = f"{missing} is not installed; networks need pip install torch skorch. {missing}\n"
    assert run_without([missing], code) == said


def test_remedies_are_compared_and_maps_are_known_without_torch(folder):
    # With a store, whose keys have the versions of all packages, those that are missing too.
    run_without(
        ["torch", "skorch"],
        "import numpy as np\n"
        "from sklearn.linear_model import LinearRegression\n"
        "from sksym import RefinedRegressor, Sign, make_lifted_regressor\n"
        "from sksym.experiments import compare\n"
        "X, y = np.load('pairs.npz').values()\n"
        "found = compare(X, y, Sign(), ['LS', 'KNN'], cv=2, random_state=0, store='store')\n"
        "assert found.summary()[0]['of_zero'] < 1e-20\n"  # the map is learned exactly
        "operator = np.linalg.lstsq(Sign().lift(y), X, rcond=None)[0]\n"
        "def forward(y): return Sign().lift(np.asarray(y)) @ operator\n"
        "start = make_lifted_regressor(LinearRegression(), Sign())\n"
        "model = RefinedRegressor(start, Sign(), forward=forward).fit(X, y)\n"
        "assert model.score(X, y) > 1 - 1e-9\n",
        folder,
    )


def test_commands_run_without_torch(folder):
    alone = ("--jobs", "1")
    compare = ("compare", "pairs.npz", "--symmetry", "Sign()", "--cv", "2", *alone)
    code = (
        sksym_command("discover", "pairs.npz")
        + sksym_command(*compare, "--regressors", "KNN", "LS", "--remedies", "canonicalize")
        + sksym_command("predict", "sksym-results/pairs.npz/model.skops", "X.npy")
        + sksym_command("table1", "--models", "KNN", "--samples", "200", "--draws", "1", *alone)
    )
    run_without(["torch", "skorch"], code, folder)


@pytest.mark.parametrize(
    "arguments",
    [
        ("compare", "pairs.npz", "--symmetry", "Sign()", "--out", "none"),
        ("table1", "--out", "none"),
        ("predict", "network.skops", "X.npy", "--out", "none.csv"),
    ],
    ids=["compare", "table1", "predict"],
)
def test_commands_that_need_a_network_say_so_before_the_work(arguments, folder):
    code = (
        "import sksym.command\n"
        "try:\n"
        f"    sksym.command.main({list(arguments)})\n"
        "except SystemExit as stopped:\n"
        "    assert stopped.code == 2\n"
        "else:\n"
        "    raise AssertionError('it went on')\n"
    )
    said = run_without(["torch"], code, folder).splitlines()[-1]
    message = "error: torch is not installed; networks need pip install torch skorch."
    assert said == f"sksym {arguments[0]}: {message}"
    assert list(folder.glob("none*")) == []
