"""``sksym compare`` and ``sksym predict``: what they read, write, print and refuse."""

import csv
import html
import importlib.metadata
import io
import pickle
import re
import shlex
import subprocess
import sys
import warnings
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
import skops.io
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold
from sklearn.preprocessing import FunctionTransformer

from sksym import (
    Blocks,
    ConjugateFlip,
    CyclicShift,
    GlobalPhase,
    MatrixGroup,
    Permutation,
    Sign,
    fourier_symmetry,
    make_canonical_regressor,
)
from sksym.command import main
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.io._models import read_model, trusted_types, write_model
from sksym.io._symmetry_text import parse_symmetry
from sksym.metrics import rectified_mean_squared_error
from sksym.regressors import REGRESSORS, REMEDIES, named_regressor

from .refusals import assert_refused

pytestmark = pytest.mark.usefixtures("quick_search")

# Without refinement, which is as exact here as the lift: rounding would decide between them.
REMEDIES_HERE = ["none", "canonicalize", "lift", "atlas", "loss"]
FAST = ["--regressors", "LS", "KNN", "--cv", "2", "--jobs", "1", "--remedies", *REMEDIES_HERE]
FILES = ["cells.sqlite", "compare.csv", "compare.md", "compare.png", "model.skops", "report.html"]


@pytest.fixture(scope="module")
def pairs():
    return make_gaussian_phase_retrieval(120, 3, random_state=0)


@pytest.fixture(scope="module")
def folder(pairs, tmp_path_factory):
    """The same pairs in every kind of file."""
    folder = tmp_path_factory.mktemp("data")
    X, y = pairs
    np.savez(folder / "pairs.npz", X=X, y=y)
    np.save(folder / "X.npy", X)
    np.save(folder / "y.npy", y)
    table = pd.DataFrame(X).add_prefix("x").join(pd.DataFrame(y).add_prefix("y"))
    table = table[["y0", *[name for name in table if name != "y0"]]]  # targets need not be last
    table.to_csv(folder / "pairs.csv", index=False)
    table.to_parquet(folder / "pairs.parquet")
    return folder


KINDS = {
    "npz": ["pairs.npz"],
    "npy": ["X.npy", "y.npy"],
    "csv": ["pairs.csv", "--targets", "y0", "y1", "y2"],
    "parquet": ["pairs.parquet", "--targets", "y*"],
}


def run_compare(folder, out, names, *options):
    paths = [str(folder / name) if "." in name else name for name in names]
    return main(["compare", *paths, "--symmetry", "Sign()", "--out", str(out), *options])


@pytest.fixture(scope="module", params=KINDS)
def finished(request, folder, tmp_path_factory, quick_search):
    """The folder of a finished comparison."""
    out = tmp_path_factory.mktemp("out") / "made" / request.param
    assert run_compare(folder, out, KINDS[request.param], *FAST) == 0
    return out


def test_every_kind_of_file_gives_the_same_table(finished, pairs):
    assert sorted(file.name for file in finished.iterdir()) == FILES
    rows = pd.read_csv(finished / "compare.csv")
    assert list(rows.columns) == [
        *("regressor", "remedy", "fold", "mean_squared_error", "of_zero", "r2"),
        *("fit_seconds", "predict_seconds", "error"),
    ]
    assert len(rows) == 2 * 10
    X, y = pairs
    train, test = next(KFold(2, shuffle=True, random_state=0).split(X))
    model = make_canonical_regressor(named_regressor("KNN"), Sign()).fit(X[train], y[train])
    error = rectified_mean_squared_error(y[test], model.predict(X[test]), symmetry=Sign())
    zero = rectified_mean_squared_error(y[test], 0 * y[test], symmetry=Sign())
    cell = rows[(rows.regressor == "KNN") & (rows.remedy == "canonicalize") & (rows.fold == 0)]
    assert_allclose(cell.mean_squared_error, error, rtol=1e-9)
    assert_allclose(cell.of_zero, error / zero, rtol=1e-9)


def test_rows_of_one_number(tmp_path):
    y = np.linspace(-2, 2, 50)
    np.savez(tmp_path / "pairs.npz", X=y**2, y=y)
    options = ["--regressors", "KNN", "--remedies", "canonicalize", "--jobs", "1"]
    assert run_compare(tmp_path, tmp_path, ["pairs.npz"], *options) == 0
    np.save(tmp_path / "new.npy", [1.0, 0.25])
    arguments = [str(tmp_path / "model.skops"), str(tmp_path / "new.npy")]
    assert main(["predict", *arguments, "--out", str(tmp_path / "y.npy")]) == 0
    assert_allclose(np.abs(np.load(tmp_path / "y.npy")), [[1], [0.5]], atol=0.1)


def test_constants_are_models_too(tmp_path, capsys):
    # Measurements of nothing, and targets that are far from zero, or of sum zero: then the mean of
    # some of them is on the wrong side of the others' mean.
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((2, 60, 2))
    y -= y.mean(axis=0)
    options = ["--regressors", "LS", "--remedies", "none", "--jobs", "1", "--cv", "2"]
    model, arrays = tmp_path / "model.skops", tmp_path / "pairs.npz"
    for name, targets, expected in (("constant", y + 9, (y + 9).mean(axis=0)), ("zero", y, 0)):
        np.savez(arrays, X=X, y=targets)
        arguments = [str(arrays), "--symmetry", "Identity()", "--out", str(tmp_path), *options]
        assert main(["compare", *arguments, "--overwrite"]) == 0
        assert f"Lowest median error: {name}, " in capsys.readouterr().out
        out = tmp_path / f"{name}.npy"
        assert main(["predict", str(model), str(arrays), "--out", str(out)]) == 0
        assert_allclose(np.load(out), np.broadcast_to(expected, (60, 2)), atol=1e-12)


def test_a_sorted_file_is_shuffled(tmp_path):
    # From one half of the line, neighbours know nothing of the other half.
    line = np.linspace(-1, 1, 200)
    np.savez(tmp_path / "pairs.npz", X=line, y=line)
    options = ["--regressors", "KNN", "--remedies", "none", "--cv", "2", "--jobs", "1"]
    assert run_compare(tmp_path, tmp_path, ["pairs.npz"], *options) == 0
    rows = pd.read_csv(tmp_path / "compare.csv")
    assert (rows.of_zero[rows.regressor == "KNN"] < 0.01).all()


def test_the_report_needs_nothing_beside_it(finished):
    page = (finished / "report.html").read_text(encoding="utf-8")
    text = (finished / "compare.md").read_text(encoding="utf-8")
    for content in (page, text):
        assert "X of shape (120, 12), y of shape (120, 3), known up to Sign()" in content
        assert "The pairs bear out Sign(): it changes the forward map by 0.00%" in content
        assert "Ambiguity score of Sign()" in content
        assert "LS, loss: the rectified loss trains networks, not LinearRegression" in content
    assert re.findall(r"(?:src|href)=\"(\w+:)", page) == ["data:"]
    assert not re.search("<script|<link|@import|url\\(", page)
    assert "default-src 'none'" in page
    # A phone shows it in its own width; what is wider scrolls by itself.
    assert '<meta name="viewport" content="width=device-width' in page
    assert page.count('<div class="wide"><table>') == page.count("<table>") == 1
    assert page.count("overflow-x: auto") == 2
    assert (finished / "compare.png").read_bytes().startswith(b"\x89PNG")
    assert f"sksym predict {finished / 'model.skops'} DATA" in page


def test_the_report_explains_its_words_and_how_it_was_made(finished, pairs, folder):
    page = html.unescape((finished / "report.html").read_text(encoding="utf-8"))
    explained = set(re.findall("<dt>(.*?)</dt>", page))
    shown = {"rectified error", "of zero's", "rectified R²", "fit, s", "predict, s", "rounding"}
    assert explained >= {*shown, "zero", "constant", "LS", "KNN", *REMEDIES_HERE, "orbit", "cut"}
    assert explained.isdisjoint({"NN", "refine", "residual", "forward map"})
    assert "LS, lift, exact to rounding in every fold" in page
    for name in ("sksym", "numpy", "scikit-learn", "torch"):
        assert f"{name} {importlib.metadata.version(name)}" in page
    assert f"Made on {datetime.now(UTC):%Y-%m-%d}" in page
    *_, python, line = re.findall("<pre>(.*?)</pre>", page, re.DOTALL)
    assert shlex.split(line)[:2] == ["sksym", "compare"]
    assert shlex.split(line)[-len(REMEDIES_HERE) :] == REMEDIES_HERE
    assert python.count("\n") == 1
    X, y = pairs
    values = {"X": pd.DataFrame(X).add_prefix("x") if finished.name in ("csv", "parquet") else X}
    exec(python, values)  # the two lines, as they stand there
    assert Sign().distance(values["y"], y).max() < 1e-9


def test_the_model_predicts_what_the_best_estimator_does(finished, folder, pairs, capsys):
    _, y = pairs
    name = {"npz": "pairs.npz", "npy": "X.npy"}.get(finished.name, f"pairs.{finished.name}")
    assert main(["predict", str(finished / "model.skops"), str(folder / name)]) == 0
    heading, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
    assert heading == ["y0", "y1", "y2"]
    # Least squares on the lift is exact for three coordinates.
    assert Sign().distance(np.array(rows, dtype=float), y).max() < 1e-9
    for kind in ("csv", "npy", "npz", "parquet"):
        out = finished.parent / f"{finished.name}-predictions.{kind}"
        arguments = [str(finished / "model.skops"), str(folder / name), "--out", str(out)]
        assert main(["predict", *arguments]) == 0
        read = {
            "csv": lambda p: pd.read_csv(
                p,
            ).to_numpy(),
            "npy": np.load,
            "npz": lambda p: np.load(p)["y"],
            "parquet": lambda p: pd.read_parquet(p).to_numpy(),
        }[kind](out)
        assert_array_equal(read, np.array(rows, dtype=float))


def test_a_second_run_fits_nothing_again(folder, tmp_path, monkeypatch, capsys):
    assert run_compare(folder, tmp_path, ["pairs.npz"], *FAST) == 0
    first = (tmp_path / "compare.csv").read_text()
    printed = capsys.readouterr().out

    def fail(*args):
        raise AssertionError("was fitted again")

    # The package's function of that name hides the module.
    monkeypatch.setattr(sys.modules["sksym.experiments._compare"], "fit_and_predict", fail)
    assert run_compare(folder, tmp_path, ["pairs.npz"], *FAST) == 0
    assert (tmp_path / "compare.csv").read_text() == first  # the seconds are those of then
    assert capsys.readouterr().out == printed


def test_complex_arrays_are_read_as_their_parts(tmp_path, capsys):
    X, y = make_gaussian_phase_retrieval(60, 2, field="complex", random_state=0)
    np.savez(tmp_path / "z.npz", X=X, y=y[:, :2] + 1j * y[:, 2:])
    options = ["--symmetry", "GlobalPhase()", "--out", str(tmp_path), *FAST]
    assert main(["compare", str(tmp_path / "z.npz"), *options]) == 0
    assert "LS, lift" in capsys.readouterr().out.split("\n\n")[-1].splitlines()[1]
    model, _ = read_model(tmp_path / "model.skops")
    assert_allclose(GlobalPhase().distance(model.predict(X), y), 0, atol=1e-9)


def test_one_column_of_targets_and_a_flat_array(tmp_path):
    y = np.random.default_rng(0).uniform(-1, 1, 40)
    np.savez(tmp_path / "flat.npz", X=y[:, None] ** 2, y=y)
    assert run_compare(tmp_path, tmp_path, ["flat.npz"], *FAST) == 0
    model, names = read_model(tmp_path / "model.skops")
    assert names is None
    assert_allclose(np.abs(model.predict(y[:, None] ** 2)).ravel(), np.abs(y), atol=1e-6)


SYMMETRIES = {
    "Sign": "Sign needs parentheses",
    "Sgin()": "'Sgin' is not a symmetry; did you mean Sign",
    "Blocks(Sign(), n_blocks=2)": r"cannot act on targets of 3 columns: .*multiple of n_blocks=2",
    "Blocks(3, 2)": "cannot act on targets of 3 columns",
    "GlobalPhase()": "cannot act on targets of 3 columns: .*even number of columns",
    "Sign(1)": "Sign: ",
    "Symmetry()": "'Symmetry' is not a symmetry",
    "Sign() + Sign()": "neither a symmetry nor a plain value",
    "__import__('os').system('true')": "__import__.* is not a symmetry",
    "Sign()(": "is not an expression such as",
    "": "is not an expression such as",
    "3": "is not a symmetry such as",
    "Sign() * 2": "only symmetries can be multiplied",
    "FactorScale(1, 1, 2) * PositiveScale()": "infinitely many elements each",
    "Blocks(*[1])": "cannot be unpacked",
}


@pytest.mark.parametrize("symmetry", SYMMETRIES)
def test_bad_symmetries(symmetry, folder, tmp_path, capsys):
    arguments = ["compare", str(folder / "pairs.npz"), "--out", str(tmp_path / "new")]
    assert_refused([*arguments, "--symmetry", symmetry], SYMMETRIES[symmetry], capsys)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("text", "symmetry"),
    [
        ("Sign()", Sign()),
        (" Blocks(Sign(), n_blocks=3) ", Blocks(Sign(), 3)),
        ("Permutation(n_blocks=2, each=Sign())", Permutation(2, each=Sign())),
        ("ConjugateFlip((8, 8)) * CyclicShift(shape=(8, 8))",
         ConjugateFlip((8, 8)) * CyclicShift((8, 8))),
        ('fourier_symmetry((4,), field="complex")', fourier_symmetry((4,), "complex")),
    ],
)  # fmt: skip
def test_symmetries_are_read_without_eval(text, symmetry):
    assert parse_symmetry(text) == symmetry
    assert parse_symmetry(repr(symmetry)) == symmetry


def test_matrices_are_read_though_they_are_not_printed():
    assert parse_symmetry("MatrixGroup([[[0, 1], [-1, 0]]])") == MatrixGroup([[[0, 1], [-1, 0]]])


OPTIONS = {
    "--cv 1": "argument --cv: expected a whole number of at least 2, got '1'",
    "--cv 500": "Cannot have number of splits n_splits=500 greater than the number of samples",
    "--regressors SVM": "argument --regressors: invalid choice: 'SVM'",
    "--remedies prayer": "argument --remedies: invalid choice: 'prayer'",
    "--out /proc/nowhere": "argument --out: cannot write to '/proc/nowhere'",
    "--jobs 0": "argument --jobs: expected a whole number of at least 1",
}


@pytest.mark.parametrize("options", OPTIONS)
def test_bad_options(options, folder, tmp_path, capsys):
    arguments = ["compare", str(folder / "pairs.npz"), "--symmetry", "Sign()"]
    if "--out" not in options:
        arguments += ["--out", str(tmp_path / "out")]
    assert_refused([*arguments, *options.split()], OPTIONS[options], capsys)


@pytest.mark.parametrize("command", ["discover", "compare", "table1", "predict"])
def test_help_tells_defaults_as_one_would_type_them(command, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    for python in ("None", "False", "('", "==SUPPRESS=="):
        assert python not in text
    expected = {
        "discover": ["(default: 0)", "the path of the file, discover"],
        "compare": ["(default: LS KNN NN)", "(default: 5)", "(default: 0)"],
        "table1": ["(default: NN WNN KNN)", "(default: 20000)", "(default: sksym-results/table1)"],
        "predict": ["standard output"],
    }
    assert all(part in text for part in expected[command])


def test_alone_it_prints_its_help(capsys):
    assert main([]) == 0
    alone = capsys.readouterr().out
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert (stop.value.code, capsys.readouterr().out) == (0, alone)
    assert all(f"    {name} " in alone for name in ("discover", "compare", "predict", "table1"))


@pytest.mark.parametrize("width", ["80", "120"])
def test_the_help_explains_every_entry_in_a_line_of_its_own(width, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", width)
    with pytest.raises(SystemExit):
        main(["compare", "--help"])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= int(width)
    begins = [line.partition(":")[0] for line in lines if re.match("  [A-Za-z]+: ", line)]
    assert begins == [f"  {name}" for name in (*REGRESSORS, *REMEDIES)]
    example = lines[lines.index("examples:") + 1]
    assert example == "  sksym compare pairs.npz --symmetry 'Sign()'"


@pytest.mark.parametrize("package", ["matplotlib", "skops", "pandas"])
def test_a_missing_package_is_named_before_the_work(
    package, folder, tmp_path, capsys, monkeypatch
):
    monkeypatch.setitem(sys.modules, package, None)
    arguments = ["compare", str(folder / "pairs.csv"), "--targets", "y*", "--symmetry", "Sign()"]
    message = rf'{package} is not installed; it comes with pip install "\.\[compare\]"'
    assert_refused([*arguments, "--out", str(tmp_path / "out")], message, capsys)
    assert not (tmp_path / "out").exists()


class Evil:
    """Would run a command when unpickled."""

    def __reduce__(self):
        return (print, ("was run",))


def test_models_that_are_not_trusted_are_not_loaded(folder, pairs, tmp_path, capsys):
    X, y = pairs
    data, path = str(folder / "X.npy"), str(tmp_path / "model.skops")
    cases = {
        "not a skops file, or is damaged": b"something else",
        "not a skops file": pickle.dumps(Evil()),
        r"holds .*sklearn\.tree\._tree\.Tree.*, which sksym does not trust, and was not loaded":
            skops.io.dumps(RandomForestRegressor(2).fit(X, y)),
        r"holds .*evil": skops.io.dumps(FunctionTransformer(evil)),
        "holds list, not a model that predicts": skops.io.dumps([1, 2]),
    }  # fmt: skip
    for message, content in cases.items():
        (tmp_path / "model.skops").write_bytes(content)
        assert_refused(["predict", path, data], message, capsys)
    assert_refused(
        ["predict", str(tmp_path / "none"), data], "none cannot be read: No such", capsys
    )
    assert_refused(["predict", str(tmp_path), data], "cannot be read: Is a directory", capsys)


def evil(X):
    raise AssertionError("was run")


def test_only_what_can_be_read_is_written(pairs, tmp_path):
    forest = RandomForestRegressor(2).fit(*pairs)
    with pytest.raises(ValueError, match="does not trust"):
        write_model(tmp_path / "model.skops", forest)
    assert list(tmp_path.iterdir()) == []


def test_the_list_of_trusted_types_is_fixed():
    # A type enters this list by a decision, not by an import.
    others = [name for name in trusted_types() if not name.startswith("sksym.")]
    assert others == [
        "sklearn.compose._target.TransformedTargetRegressor",
        "sklearn.linear_model._base.LinearRegression",
        "sklearn.neighbors._regression.KNeighborsRegressor",
        "sklearn.neighbors._unsupervised.NearestNeighbors",
        "sklearn.pipeline.Pipeline",
        "sklearn.preprocessing._data.StandardScaler",
        "sklearn.utils._bunch.Bunch",  # a dict, of the members of an ensemble by name
        "skorch.dataset.Dataset",
        "torch.nn.modules.loss.MSELoss",
        "torch.optim.adam.Adam",
    ]


def test_measurements_that_do_not_fit_the_model(folder, finished, pairs, tmp_path, capsys):
    X, _ = pairs
    model, out = str(finished / "model.skops"), str(tmp_path / "y.xls")
    np.save(tmp_path / "narrow.npy", X[:, :5])
    message = "narrow.npy has 5 columns of measurements, but the model was trained on 12"
    assert_refused(["predict", model, str(tmp_path / "narrow.npy")], message, capsys)
    message = "argument --out: .*y.xls has an unknown suffix"
    assert_refused(["predict", model, str(folder / "X.npy"), "--out", out], message, capsys)
    pd.DataFrame(X).add_prefix("x").drop(columns="x3").to_csv(tmp_path / "x.csv", index=False)
    message = (
        "x.csv has no column 'x3', which the model was trained on"
        if finished.name in ("csv", "parquet")
        else "x.csv has 11 columns of measurements, but the model was trained on 12"
    )
    assert_refused(["predict", model, str(tmp_path / "x.csv")], message, capsys)
    out = str(tmp_path / "missing" / "y.csv")
    message = "argument --out: cannot write to .*No such folder"
    assert_refused(["predict", model, str(folder / "X.npy"), "--out", out], message, capsys)


def test_it_runs_as_a_program_without_a_warning(folder, tmp_path):
    command = [sys.executable, "-W", "error", "-m", "sksym", "compare", str(folder / "pairs.csv")]
    options = ["--targets", "y*", "--symmetry", "Sign()", "--out", str(tmp_path), *FAST]
    run = subprocess.run([*command, *options], capture_output=True, text=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    assert "Lowest median error: LS, lift" in run.stdout
    lines = run.stderr.replace("\r", "\n").splitlines()
    assert lines[-3:-1] == ["Fitting LS, lift to all pairs.", "Writing the report."]
    assert lines[-1].startswith(f"Report: {tmp_path / 'report.html'}. To use the best model:")
    command = [sys.executable, "-W", "error", "-m", "sksym", "predict"]
    arguments = [str(tmp_path / "model.skops"), str(folder / "pairs.csv")]
    run = subprocess.run([*command, *arguments], capture_output=True, text=True)
    assert (run.returncode, run.stderr, run.stdout.count("\n")) == (0, "", 121)


def test_an_older_version_warns(finished, folder, monkeypatch, capsys):
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        monkeypatch.setattr("sksym._persistence.__version__", "99")
        assert main(["predict", str(finished / "model.skops"), str(folder / "X.npy")]) == 0
    assert any("is loaded by 99" in str(warning.message) for warning in heard)


def test_least_squares_alone_needs_no_network():
    code = (
        "import sys; from sksym.command import main; import numpy as np;"
        "from sksym.experiments import compare; from sksym import Sign;"
        "y = np.arange(-9.0, 9)[:, None]; compare(y**2, y, Sign(), ['LS'], ['lift'], cv=2);"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_linear_regression_is_what_it_says():
    assert isinstance(named_regressor("LS"), LinearRegression)
    with pytest.raises(ValueError, match="regressors must be of LS, KNN, NN, WNN, DNN, got 'SVM'"):
        named_regressor("SVM")
