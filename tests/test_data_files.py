"""Files that ``sksym compare`` refuses: one line that names the file, the place and the cure."""

import numpy as np
import pandas as pd
import pytest

from .refusals import assert_refused


def write_csv(path, text):
    path.write_text(text)
    return [str(path), "--targets", "y"]


def missing(folder):
    return [str(folder / "nowhere.npz")], "nowhere.npz cannot be read: No such file"


def unknown_extension(folder):
    (folder / "data.xls").write_text("")
    return [str(folder / "data.xls")], r"data.xls is of no known kind; known are .npz, .npy, .csv"


def a_folder(folder):
    (folder / "is.csv").mkdir()
    return [str(folder / "is.csv"), "--targets", "y"], "is.csv cannot be read: Is a directory"


def missing_column(folder):
    command = write_csv(folder / "a.csv", "x,y\n1,2\n")
    return [*command[:2], "z"], r"a.csv has no column 'z'; it has x, y"


def no_targets(folder):
    command = write_csv(folder / "a.csv", "x,y\n1,2\n")
    return command[:1], "a.csv has columns x, y; say with --targets which are targets"


def only_targets(folder):
    command = write_csv(folder / "a.csv", "x,y\n1,2\n")
    return [*command, "x"], "a.csv has no column beside the targets"


def too_many_fields(folder):
    return write_csv(folder / "a.csv", "x,y\n1,2\n3,4,5\n"), "a.csv, line 3 has 3 fields, .* has 2"


def too_many_fields_in_every_row(folder):
    command = write_csv(folder / "a.csv", "x,y\n1,2,3\n3,4,5\n")
    return command, "a.csv has rows with more fields than its heading"


def too_few_fields(folder):
    command = write_csv(folder / "a.csv", "x,y\n1,2\n3\n")
    return command, "a.csv, row 2, column 'y': a number is missing; remove the row or impute it"


def empty(folder):
    return write_csv(folder / "a.csv", ""), "a.csv is empty"


def heading_alone(folder):
    return write_csv(folder / "a.csv", "x,y\n"), "a.csv has no rows"


def text(folder):
    command = write_csv(folder / "a.csv", "x,y\n1,2\n3,4\nabc,6\n")
    return command, "a.csv, row 3, column 'x': 'abc' is not a number; leave the column out"


def a_missing_number(folder):
    command = write_csv(folder / "a.csv", "x,y\n1,2\nNaN,4\n")
    return command, "a.csv, row 2, column 'x': a number is missing"


def infinity(folder):
    command = write_csv(folder / "a.csv", "x,y\n1,2\n3,inf\n")
    return command, "a.csv, row 2, column 'y': infinity"


def a_column_without_a_name(folder):
    command = write_csv(folder / "a.csv", ",x,y\n0,1,2\n1,3,4\n")
    return command, "a.csv, column 1 has no name; name it, or remove it if it counts the rows"


def semicolons(folder):
    command = write_csv(folder / "a.csv", "x;y\n1;2\n3;4\n")
    return command, "a.csv has one column 'x;y'; separate fields by commas"


def write_parquet(path, **columns):
    # As many programs write them: rows are named, and not each by another name.
    pd.DataFrame({**columns, "y": 1.0}, index=[7, 7]).to_parquet(path)
    return [str(path), "--targets", "y"]


def times(folder):
    command = write_parquet(folder / "a.parquet", x=pd.date_range("2020", periods=2))
    return command, "a.parquet, column 'x' holds times, not numbers; leave the column out"


def lists(folder):
    command = write_parquet(folder / "a.parquet", x=2 * [np.zeros(99)])
    return command, r"a.parquet, row 1, column 'x': array\(.* is not a number; leave the column"


def text_in_a_parquet(folder):
    command = write_parquet(folder / "a.parquet", x=["1", "b"])
    return command, "a.parquet, row 2, column 'x': 'b' is not a number"


def zeros(folder):
    np.savez(folder / "a.npz", X=np.ones((9, 2)), y=np.zeros((9, 2)))
    return [str(folder / "a.npz")], "y is zero everywhere: there is nothing to predict"


def no_text_at_all(folder):
    (folder / "a.csv").write_bytes(b"x,y\n\xff\xfe,\xff\n")
    return [str(folder / "a.csv"), "--targets", "y"], "a.csv is not text in UTF-8"


def a_damaged_parquet(folder):
    (folder / "a.parquet").write_bytes(b"PAR1 and no more")
    return [str(folder / "a.parquet"), "--targets", "y"], "a.parquet is no Parquet file or is dam"


def two_lengths(folder):
    np.save(folder / "X.npy", np.ones((4, 2)))
    np.save(folder / "y.npy", np.ones((3, 2)))
    return [str(folder / "X.npy"), str(folder / "y.npy")], "X.npy has 4 rows, but .*y.npy has 3"


def two_lengths_in_one_file(folder):
    np.savez(folder / "a.npz", X=np.ones((4, 2)), y=np.ones(3))
    return [str(folder / "a.npz")], "X in .*a.npz has 4 rows, but y in .*a.npz has 3"


def one_npy(folder):
    np.save(folder / "X.npy", np.ones((4, 2)))
    return [str(folder / "X.npy")], r"got 1 file\(s\).*X.npy, but .* come in two .npy files"


def two_tables(folder):
    command = write_csv(folder / "a.csv", "x,y\n1,2\n")
    return [command[0], command[0], "--targets", "y"], "one table holds measurements and targets"


def targets_of_arrays(folder):
    np.savez(folder / "a.npz", X=np.ones((4, 2)), y=np.ones(4))
    return [str(folder / "a.npz"), "--targets", "y"], "a.npz has no named columns; --targets is"


def missing_array(folder):
    np.savez(folder / "a.npz", X=np.ones((4, 2)), z=np.ones(4))
    return [str(folder / "a.npz")], "a.npz holds X, z, but no array named y"


def a_nan(folder):
    X = np.ones((4, 2))
    X[2, 1] = np.nan
    np.savez(folder / "a.npz", X=X, y=np.ones(4))
    return [str(folder / "a.npz")], r"X in .*a.npz, entry \[2, 1\] is nan; remove or impute it"


def a_complex_nan(folder):
    y = np.ones((4, 2), dtype=complex)
    y[0, 0] = complex(0, np.nan)
    np.savez(folder / "a.npz", X=np.ones((4, 2)), y=y)
    return [str(folder / "a.npz")], r"y in .*a.npz, entry \[0, 0\] is nanj|0\+nanj"


def words(folder):
    np.savez(folder / "a.npz", X=np.array([["a"]]), y=np.ones(1))
    return [str(folder / "a.npz")], "X in .*a.npz holds <U1, not numbers"


def objects(folder):
    np.savez(folder / "a.npz", X=np.array([[1, None]], dtype=object), y=np.ones(1))
    return [
        str(folder / "a.npz")
    ], "a.npz holds Python objects or no numbers at all; only plain numbers"


def three_axes(folder):
    np.savez(folder / "a.npz", X=np.ones((2, 2, 2)), y=np.ones(2))
    return [
        str(folder / "a.npz")
    ], r"X in .*a.npz has shape \(2, 2, 2\); .* reshape it to \(2, 4\)"


def no_rows(folder):
    np.savez(folder / "a.npz", X=np.ones((0, 2)), y=np.ones(0))
    return [str(folder / "a.npz")], r"X in .*a.npz has shape \(0, 2\)"


def no_npz(folder):
    (folder / "a.npz").write_bytes(b"something else")
    return [str(folder / "a.npz")], "a.npz holds Python objects or no numbers at all"


def a_torn_npz(folder):
    np.savez(folder / "a.npz", X=np.ones((400, 2)), y=np.ones(400))
    (folder / "a.npz").write_bytes((folder / "a.npz").read_bytes()[:3000])
    return [str(folder / "a.npz")], "a.npz is damaged"


def a_torn_npy(folder):
    for name in ("X", "y"):
        np.save(folder / f"{name}.npy", np.ones((400, 2)))
    (folder / "X.npy").write_bytes((folder / "X.npy").read_bytes()[:3000])
    return [str(folder / "X.npy"), str(folder / "y.npy")], "X.npy is damaged"


BAD_DATA = [
    missing, unknown_extension, a_folder, missing_column, no_targets, only_targets,
    too_many_fields, too_many_fields_in_every_row, too_few_fields, empty, heading_alone, text,
    a_missing_number, infinity, no_text_at_all, a_damaged_parquet, two_lengths,
    two_lengths_in_one_file, one_npy, two_tables, targets_of_arrays, missing_array, a_nan,
    a_complex_nan, words, objects, three_axes, no_rows, no_npz, a_torn_npz, a_torn_npy,
    a_column_without_a_name, semicolons, times, lists, text_in_a_parquet, zeros,
]  # fmt: skip


@pytest.mark.parametrize("make", BAD_DATA, ids=lambda make: make.__name__)
def test_bad_data_end_with_one_line_and_nothing_written(make, tmp_path, capsys):
    paths, message = make(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    options = ["--symmetry", "Sign()", "--out", str(tmp_path / "out")]
    assert_refused(["compare", *paths, *options], message, capsys)
    assert sorted(tmp_path.rglob("*")) == before
