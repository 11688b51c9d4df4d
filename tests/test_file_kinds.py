"""Kinds of files: every one gives the same pairs, and says in one line what it lacks."""

import gzip
import sys

import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.io
from numpy.testing import assert_array_equal

from sksym.command import main
from sksym.datasets import make_gaussian_phase_retrieval
from sksym.io import KINDS, read_measurements, read_pairs

from .refusals import assert_refused

X = np.random.default_rng(0).standard_normal((6, 3))
Y = np.random.default_rng(1).standard_normal((6, 2))
TABLE = pd.DataFrame(X).add_prefix("x").join(pd.DataFrame(Y).add_prefix("y"))
SEPARATORS = {"commas": ",", "semicolons": ";", "tabs": "\t", "blanks": " ", "many blanks": "   "}


def text_of(separator):
    rows = [TABLE.columns, *TABLE.to_numpy().tolist()]
    return "".join(separator.join(map(str, row)) + "\n" for row in rows).encode()


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz"])
@pytest.mark.parametrize("separator", SEPARATORS)
def test_tables_of_text(separator, suffix, tmp_path):
    content, path = text_of(SEPARATORS[separator]), tmp_path / f"a.b{suffix}"
    path.write_bytes(gzip.compress(content) if suffix.endswith(".gz") else content)
    read_X, read_y = read_pairs([path], ["y*"])
    assert (list(read_X), list(read_y)) == (["x0", "x1", "x2"], ["y0", "y1"])
    assert_array_equal(read_X, X)
    assert_array_equal(read_y, Y)


HEADINGS = {
    "a name with commas": (b'"x, left";y\n1;2\n', ["x, left", "y"]),
    "commas in names": (b"x,1;y,1\n1;2\n", ["x,1", "y,1"]),
    "a name with blanks": (b"x left,y\n1,2\n", ["x left", "y"]),
    "tabs, and blanks in names": (b"x left\ty\n1\t2\n", ["x left", "y"]),
    "a semicolon in a name": (b"x;left,y\n1,2\n", ["x;left", "y"]),
}


@pytest.mark.parametrize("heading", HEADINGS)
def test_what_separates_names_separates_fields(heading, tmp_path):
    content, names = HEADINGS[heading]
    (tmp_path / "a.csv").write_bytes(content)
    read_X, read_y = read_pairs([tmp_path / "a.csv"], ["y*"])
    assert [*read_X, *read_y] == names
    assert_array_equal(np.hstack([read_X, read_y]), [[1.0, 2.0]])


def test_one_column_whose_name_has_blanks_is_one_column(tmp_path):
    (tmp_path / "a.csv").write_text("x left\n1\n2\n")
    assert_array_equal(read_measurements(tmp_path / "a.csv", ["x left"]), [[1.0], [2.0]])


def write_matlab_7_3(path, arrays):
    """As MATLAB writes it: behind its own heading, columns first, complex numbers as pairs."""
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, array in arrays.items():
            if np.iscomplexobj(array):
                pairs = np.empty(array.T.shape, [("real", float), ("imag", float)])
                pairs["real"], pairs["imag"] = array.T.real, array.T.imag
                array = pairs.T
            file[name] = array.T
            file[name].attrs["MATLAB_class"] = np.bytes_("double")
    with open(path, "r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x02IM")


def write_hdf5(path, arrays):
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file.create_dataset(name, data=array, compression="gzip" if np.ndim(array) else None)


WRITERS = {
    "npz": lambda path, arrays: np.savez(path, **arrays),
    "mat": scipy.io.savemat,
    "mat, compressed": lambda path, arrays: scipy.io.savemat(path, arrays, do_compression=True),
    "mat, version 7.3": write_matlab_7_3,
    "h5": write_hdf5,
    "hdf5": write_hdf5,
}


@pytest.mark.parametrize("kind", WRITERS)
def test_arrays_by_their_names(kind, tmp_path):
    path = tmp_path / f"a.{kind.partition(',')[0]}"
    others = {"name": "text"} if "7.3" not in kind else {}
    arrays = {"X": X, "y": Y[:, :1] + 1j * Y[:, 1:], "data": X[:5], "angles": Y[:5, 0]}
    if "7.3" in kind:
        arrays["angles"] = arrays["angles"][:, None]
    WRITERS[kind](path, arrays | others)
    for found, expected in zip(read_pairs([path]), (X, Y), strict=True):
        assert_array_equal(found, expected)  # complex numbers as their parts
    # A vector of MATLAB may lie in a row.
    found = read_pairs([path], X="data", y="angles")
    assert_array_equal(found[0], X[:5])
    assert_array_equal(np.ravel(found[1]), Y[:5, 0])
    assert_array_equal(read_measurements(path, X="data"), X[:5])


@pytest.mark.parametrize("dtype", ["i1", "u2", "i4", "u8", "f4", "f8", "?", "c8", "c16"])
def test_numbers_of_every_kind_in_a_mat_file(dtype, tmp_path):
    rng = np.random.default_rng(0)
    X = (50 * rng.standard_normal((5, 3)) + 50j * rng.standard_normal((5, 3))).real.astype(dtype)
    if np.dtype(dtype).kind == "c":
        X *= 1 + 2j
    arrays = {"X": X, "y": X[:, :1], "a_name_that_is_longer_than_others": X.T}
    for is_compressed in (False, True):
        scipy.io.savemat(tmp_path / "a.mat", arrays, do_compression=is_compressed)
        for name, array in arrays.items():
            (found,) = KINDS[".mat"].read(tmp_path / "a.mat", [name])
            assert_array_equal(found, array)
            assert found.dtype.kind == array.dtype.kind or dtype == "?"


def test_a_mat_file_whose_checksum_is_wrong_is_damaged(tmp_path):
    scipy.io.savemat(tmp_path / "a.mat", {"X": X, "y": Y}, do_compression=True)
    content = bytearray((tmp_path / "a.mat").read_bytes())
    content[-1] ^= 1  # the numbers are whole, and nobody can tell
    (tmp_path / "a.mat").write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.mat is not a \.mat file, or is damaged: .*check"):
        read_pairs([tmp_path / "a.mat"])


def test_an_array_within_a_group(tmp_path):
    write_hdf5(tmp_path / "a.h5", {"train/X": X, "train/y": Y})
    assert_array_equal(read_pairs([tmp_path / "a.h5"], X="train/X", y="/train/y")[1], Y)


def test_columns_by_their_names(tmp_path):
    TABLE.assign(id=range(6), note="text").to_csv(tmp_path / "a.csv", index=False)
    cases = [
        {"targets": ["y*"], "drop": ["id", "note"]},
        {"targets": ["y*"], "measurements": ["x*"]},
        {"measurements": ["x*"], "drop": ["[in]*"]},
    ]
    for case in cases:
        read_X, read_y = read_pairs([tmp_path / "a.csv"], **case)
        assert_array_equal(read_X, X)
        assert_array_equal(read_y, Y)
    # In the order in which they are named, and without what is dropped.
    read_X, _ = read_pairs(
        [tmp_path / "a.csv"], ["y0"], measurements=["x2", "x*"], drop=["x1", "note"]
    )
    assert list(read_X) == ["x2", "x0"]


def csv(folder, *options):
    TABLE.to_csv(folder / "a.csv", index=False)
    return [str(folder / "a.csv"), *options]


def mat(folder, *options, **arrays):
    scipy.io.savemat(folder / "a.mat", {"X": X, "y": Y, **arrays})
    return [str(folder / "a.mat"), *options]


def h5(folder, change=lambda file: None):
    with h5py.File(folder / "a.h5", "w") as file:
        file["X"] = X
        change(file)
    return [str(folder / "a.h5")]


def an_array_elsewhere(file):
    file["y"] = h5py.ExternalLink("other.h5", "y")


def numbers_elsewhere(file):
    file.create_dataset("y", (6,), float, external=[("/etc/passwd", 0, 48)])


def a_text(file):
    file["y"] = "text"


def an_empty_matrix(file):
    file["y"] = np.zeros(2)
    file["y"].attrs["MATLAB_empty"] = 1


def a_huge_one(file):
    file.create_dataset("y", (10**6, 10**6), float, chunks=(1000, 1000))


def damaged(name, content, *options):
    def write(folder):
        (folder / name).write_bytes(content)
        return [str(folder / name), *options]

    return write


BAD = {
    "no such column": (
        lambda f: csv(f, "--targets", "y0", "--drop", "z"),
        "a.csv has no column 'z'; its first row names 'x0'",
    ),
    "a column twice": (
        lambda f: csv(f, "--targets", "y*", "--measurements", "x0", "y1"),
        "a.csv, column 'y1' is named by --targets and by --measurements: it can be one of them",
    ),
    "a column that is dropped": (
        lambda f: csv(f, "--targets", "y0", "--drop", "y*"),
        "a.csv, column 'y0' is named by --drop too; name it once",
    ),
    "only measurements": (
        lambda f: csv(f, "--measurements", "*"),
        "a.csv has no column beside the measurements; targets are needed too",
    ),
    "an array of a table": (
        lambda f: csv(f, "--targets", "y*", "--X", "x0"),
        "a.csv has no named arrays; --X is for .npz, .mat, .h5 or .hdf5 files",
    ),
    "columns of arrays": (
        lambda f: mat(f, "--drop", "y"),
        "a.mat has no named columns; --drop is for .csv, .csv.gz, .tsv, .tsv.gz, .txt or .parquet",
    ),
    "no such array": (
        lambda f: mat(f, "--y", "z"),
        "a.mat holds 'X', 'y', but no array named 'z'",
    ),
    "text": (lambda f: mat(f, y="text"), "y in .*a.mat holds char; only plain numbers are read"),
    "cells": (lambda f: mat(f, y=np.array([1, "a"], object)), "y in .*a.mat holds cell; only"),
    "sparse": (lambda f: mat(f, y=scipy.sparse.eye_array(6)), "y in .*a.mat holds sparse; only"),
    "no .mat": (damaged("a.mat", b"something else"), "a.mat is not a .mat file, or is damaged"),
    "no HDF5": (damaged("a.h5", b"something else"), "a.h5 is not a HDF5 file, or is damaged"),
    "no MATLAB 7.3": (damaged("a.mat", b"MATLAB 7.3 and no more"), "a.mat is not a HDF5 file"),
    "no gzip": (
        damaged("a.csv.gz", gzip.compress(text_of(","))[:-9], "--targets", "y*"),
        "a.csv.gz is not a gzip file, or is damaged",
    ),
    "no array in a group": (lambda f: h5(f), "a.h5 holds 'X', but no array named 'y'"),
    "a group": (lambda f: h5(f, lambda h: h.create_group("y")), "holds 'X', 'y', but no array"),
    "an array elsewhere": (lambda f: h5(f, an_array_elsewhere), "but no array named 'y'"),
    "numbers elsewhere": (
        lambda f: h5(f, numbers_elsewhere),
        "y in .*a.h5 lies in other files; copy it into this one",
    ),
    "a text": (lambda f: h5(f, a_text), "y in .*a.h5 holds object; only plain numbers are read"),
    "an empty matrix": (lambda f: h5(f, an_empty_matrix), "y in .*a.h5 holds nothing; only"),
    "a huge one": (lambda f: h5(f, a_huge_one), "y in .*a.h5 would take .* GiB of memory"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_end_with_one_line(case, tmp_path, capsys):
    make, message = BAD[case]
    out = ["--symmetry", "Sign()", "--out", str(tmp_path / "out")]
    assert_refused(["compare", *make(tmp_path), *out], message, capsys)
    assert not (tmp_path / "out").exists()


def test_what_is_compressed_counts_as_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"x,y\n" + b"0,0\n" * 100_000))
    assert path.stat().st_size < 2000
    monkeypatch.setattr("sksym._untrusted.MAX_BYTES", 10_000)
    with pytest.raises(ValueError, match=r"a\.csv\.gz would take .* memory; files are read up to"):
        read_pairs([path], ["y"])


def test_a_missing_h5py_is_named(tmp_path, capsys, monkeypatch):
    write_hdf5(tmp_path / "a.h5", {"X": X, "y": Y})
    monkeypatch.setitem(sys.modules, "h5py", None)
    message = r'h5py is not installed; it comes with pip install "\.\[hdf5\]"'
    assert_refused(["compare", str(tmp_path / "a.h5")], message, capsys)


@pytest.mark.parametrize("suffix", KINDS)
def test_predictions_are_written_as_they_are_read(suffix, tmp_path):
    path = tmp_path / f"a{suffix}"
    with path.open("wb") as file:
        KINDS[suffix].write(file, Y, ["a", "b"])
    assert_array_equal(
        read_measurements(path, X="y" if KINDS[suffix].has_array_names else None), Y
    )
    if KINDS[suffix].has_column_names:
        assert list(read_measurements(path, ["b", "a"])) == ["b", "a"]
    assert suffix.endswith(".gz") == path.read_bytes().startswith(b"\x1f\x8b")


@pytest.mark.usefixtures("quick_search")
def test_from_an_array_by_name_to_predictions(tmp_path, capsys):
    X, y = make_gaussian_phase_retrieval(60, 2, random_state=0)
    scipy.io.savemat(tmp_path / "a.mat", {"intensities": X, "signal": y})
    data, out = str(tmp_path / "a.mat"), tmp_path / "out"
    names = ["--X", "intensities", "--y", "signal"]
    fast = ["--regressors", "LS", "--remedies", "lift", "--cv", "2", "--jobs", "1"]
    line = [data, *names, "--symmetry", "Sign()", "--out", str(out)]
    assert main(["compare", *line, *fast]) == 0
    predict = ["predict", str(out / "model.skops"), data]
    assert main([*predict, "--X", "intensities", "--out", str(tmp_path / "y.h5")]) == 0
    with h5py.File(tmp_path / "y.h5") as file:
        assert_array_equal(np.abs(file["y"][()] / y).round(6), 1)
    assert_refused(predict, "a.mat holds 'intensities', 'signal', but no array named 'X'", capsys)
    # The line that goes on from a discovery names them too.
    capsys.readouterr()
    assert main(["discover", data, *names, "--out", str(tmp_path / "found")]) == 0
    assert f"sksym compare {data} {' '.join(names)} --symmetry" in capsys.readouterr().out
