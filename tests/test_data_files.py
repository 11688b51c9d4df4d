"""Files that ``sksym compare`` refuses: one line that names the file, the place and the cure."""

import io
import zipfile

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
import pytest
from numpy.testing import assert_array_equal

from sksym._untrusted import MAX_BYTES
from sksym.io._readers import read_measurements, read_pairs

from .refusals import assert_refused


def write_csv(path, text):
    path.write_text(text)
    return [str(path), "--targets", "y"]


def missing(folder):
    return [str(folder / "nowhere.npz")], "nowhere.npz cannot be read: No such file"


def unknown_extension(folder):
    (folder / "data.xls").write_text("")
    return [
        str(folder / "data.xls")
    ], r"data.xls has an unknown suffix; it must be one of .npz, .mat, .h5, .hdf5, .npy, .csv"


def a_folder(folder):
    (folder / "is.csv").mkdir()
    return [str(folder / "is.csv"), "--targets", "y"], "is.csv cannot be read: Is a directory"


def missing_column(folder):
    command = write_csv(folder / "a.csv", "x,y\n1,2\n")
    return [*command[:2], "z"], "a.csv has no column 'z'; its first row names 'x', 'y'"


def no_targets(folder):
    command = write_csv(folder / "a.csv", "x,y\n1,2\n")
    return command[:1], "a.csv has columns 'x', 'y'; say with --targets which are targets"


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
    return [str(folder / "a.parquet"), "--targets", "y"], "a.parquet is not a Parquet"


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
    return [str(folder / "a.npz")], "a.npz holds 'X', 'z', but no array named 'y'"


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
    return [str(folder / "a.npz")], "X in .*a.npz holds <U1; only plain numbers are read"


def objects(folder):
    np.savez(folder / "a.npz", X=np.array([[1, None]], dtype=object), y=np.ones(1))
    return [str(folder / "a.npz")], "X in .*a.npz holds Python objects; only plain numbers"


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
    return [str(folder / "a.npz")], "a.npz is not a .npz file, or is damaged: File is not"


def a_torn_npz(folder):
    np.savez(folder / "a.npz", X=np.ones((400, 2)), y=np.ones(400))
    (folder / "a.npz").write_bytes((folder / "a.npz").read_bytes()[:3000])
    return [str(folder / "a.npz")], "a.npz is not a .npz file, or is damaged"


def a_torn_npy(folder):
    for name in ("X", "y"):
        np.save(folder / f"{name}.npy", np.ones((400, 2)))
    (folder / "X.npy").write_bytes((folder / "X.npy").read_bytes()[:3000])
    paths = [str(folder / "X.npy"), str(folder / "y.npy")]
    return paths, "X.npy is damaged: its heading promises more than the 2872 bytes that follow"


def semicolons_and_decimal_commas(folder):
    command = write_csv(folder / "a.csv", "x;y\n1,5;2,5\n3,5;4,5\n")
    return command, "a.csv, row 1, column 'x': '1,5' is not a number; write decimals with a point"


def a_comment(folder):
    command = write_csv(folder / "a.csv", "# measured by hand\nx,y\n1,2\n")
    return command, "a.csv begins with '# measured by hand'; remove what is above the names"


def blanks_around_names(folder):
    command = write_csv(folder / "a.csv", "x, y\n1, 2\n")
    return command, "a.csv has no column 'y'; its first row names 'x', ' y'"


def a_line_break_in_a_name(folder):
    command = write_csv(folder / "a.csv", '"x\n0",y\n1,2\n')
    return [*command[:2], "z"], r"a.csv has no column 'z'; its first row names 'x\\n0', 'y'"


def a_line_break_in_the_name_of_the_file(folder):
    return [str(folder / "a\nb.npz")], r"a\\nb.npz cannot be read: No such file"


def a_doubled_target(folder):
    command = write_csv(folder / "a.csv", "x,y,y\n1,2,2\n3,4,4\n")
    return command, "a.csv has 2 columns named 'y'; name each differently"


def a_doubled_measurement(folder):
    command = write_csv(folder / "a.csv", "x,y,x,x\n1,2,3,4\n")
    return command, "a.csv has 3 columns named 'x'; name each differently"


def doubled_but_for_a_blank(folder):
    command = write_csv(folder / "a.csv", "x,y, y\n1,2,2\n")
    return command, "a.csv has 2 columns named 'y'; name each differently"


def doubled_in_a_parquet(folder):
    columns = pyarrow.table([[1.0, 2.0]] * 3, names=["x", "y", "y"])
    pyarrow.parquet.write_table(columns, folder / "a.parquet")
    command = [str(folder / "a.parquet"), "--targets", "y"]
    return command, "a.parquet has 2 columns named 'y'; name each differently"


def no_parquet_at_all(folder):
    (folder / "a.parquet").write_bytes(b"")
    return [str(folder / "a.parquet"), "--targets", "y"], "a.parquet is not a Parquet"


def periods(folder):
    command = write_parquet(folder / "a.parquet", x=pd.period_range("2020", periods=2, freq="D"))
    return command, "a.parquet, column 'x' holds times, not numbers; leave the column out"


def a_blank_for_a_name(folder):
    command = write_csv(folder / "a.csv", "x, ,y\n1,2,3\n")
    return command, "a.csv, column 2 has no name; name it, or remove it"


def a_parquet_whose_text_is_none(folder):
    command = write_parquet(folder / "a.parquet", x=["1", "word"])
    content = (folder / "a.parquet").read_bytes()
    (folder / "a.parquet").write_bytes(content.replace(b"word", b"\xff\xfe\xfd\xfc"))
    return command, "a.parquet is not a Parquet file, or is damaged: .*UTF8"


def write_members(path, **members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return [str(path)]


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def a_member_that_is_no_array(folder):
    command = write_members(folder / "a.npz", X=b"hello", y=npy(np.ones(1)))
    return command, "X in .*a.npz is not a .npy file, or is damaged: EOF"


def two_arrays_of_one_name(folder):
    command = write_members(folder / "a.npz", X=npy(np.ones(3)), y=npy(np.ones(3)))
    with zipfile.ZipFile(folder / "a.npz", "a") as archive:
        archive.writestr("y", npy(np.zeros(3)))
    return command, "a.npz holds 'X', 'y', 'y', but more than one array named 'y'"


def heading(text):
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def a_heading_that_promises_terabytes(folder):
    text = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 3)}\n"
    (folder / "X.npy").write_bytes(heading(text) + bytes(80))
    (folder / "y.npy").write_bytes(npy(np.ones(3)))
    paths = [str(folder / "X.npy"), str(folder / "y.npy")]
    return paths, "X.npy is damaged: its heading promises more than the 80 bytes that follow"


def a_heading_without_an_end(folder):
    (folder / "X.npy").write_bytes(
        heading("{'descr': '<f8', 'fortran_order': False, 'shape': (3,")
    )
    (folder / "y.npy").write_bytes(npy(np.ones(3)))
    return [
        str(folder / "X.npy"),
        str(folder / "y.npy"),
    ], "X.npy is not a .npy file"


def records(folder):
    X = np.zeros(3, dtype=[("a", float), ("b", float)])
    np.savez(folder / "a.npz", X=X, y=np.ones(3))
    return [str(folder / "a.npz")], "X in .*a.npz holds .*'a', '<f8'.*; only plain numbers are"


def alter(path, central, local, value):
    """Overwrite a byte of a member's description in both places where a zip file has it."""
    content = bytearray(path.read_bytes())
    content[content.find(b"PK\x01\x02") + central] = value
    content[content.find(b"PK\x03\x04") + local] = value
    path.write_bytes(content)


def a_password(folder):
    command = write_members(folder / "a.npz", X=npy(np.ones(3)), y=npy(np.ones(3)))
    alter(folder / "a.npz", 8, 6, 1)
    return command, "X in .*a.npz is not a .npy file, or is damaged: .* is encrypted"


def a_compression_that_nobody_knows(folder):
    command = write_members(folder / "a.npz", X=npy(np.ones(3)), y=npy(np.ones(3)))
    alter(folder / "a.npz", 10, 8, 99)
    return command, "X in .*a.npz is not a .npy file, or is damaged: That compression method"


def more_than_the_stated_memory(folder):
    with (folder / "a.csv").open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # a hole, which takes no room on the disk
    message = "a.csv would take 4 GiB of memory; files are read up to 4 GiB"
    return [str(folder / "a.csv"), "--targets", "y"], message


BAD_DATA = [
    missing, unknown_extension, a_folder, missing_column, no_targets, only_targets,
    too_many_fields, too_many_fields_in_every_row, too_few_fields, empty, heading_alone, text,
    a_missing_number, infinity, no_text_at_all, a_damaged_parquet, two_lengths,
    two_lengths_in_one_file, one_npy, two_tables, targets_of_arrays, missing_array, a_nan,
    a_complex_nan, words, objects, three_axes, no_rows, no_npz, a_torn_npz, a_torn_npy,
    a_column_without_a_name, times, lists, text_in_a_parquet, zeros,
    semicolons_and_decimal_commas, a_comment, blanks_around_names, a_line_break_in_a_name,
    a_line_break_in_the_name_of_the_file, a_doubled_target, a_doubled_measurement,
    doubled_but_for_a_blank, doubled_in_a_parquet, no_parquet_at_all, periods, a_blank_for_a_name,
    a_parquet_whose_text_is_none, a_member_that_is_no_array, two_arrays_of_one_name,
    a_heading_that_promises_terabytes, a_heading_without_an_end, records, a_password,
    a_compression_that_nobody_knows, more_than_the_stated_memory,
]  # fmt: skip


@pytest.mark.parametrize("make", BAD_DATA, ids=lambda make: make.__name__)
def test_bad_data_end_with_one_line_and_nothing_written(make, tmp_path, capsys):
    paths, message = make(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    options = ["--symmetry", "Sign()", "--out", str(tmp_path / "out")]
    assert_refused(["compare", *paths, *options], message, capsys)
    assert sorted(tmp_path.rglob("*")) == before


GOOD = {
    "a byte order mark": b"\xef\xbb\xbfx,y\n1.5,2\n",
    "quotes": b'"x","y"\n"1.5","2"\n',
    "line ends of Windows": b"x,y\r\n1.5,2\r\n",
    "line ends of old": b"x,y\r1.5,2\r",
    "empty lines": b"\nx,y\n\n1.5,2\n\n",
    "commas at the end of rows": b"x,y\n1.5,2,\n",
}


@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD)
def test_tables_as_programs_write_them(content, tmp_path):
    (tmp_path / "a.csv").write_bytes(content)
    X, y = read_pairs([tmp_path / "a.csv"], ["y"])
    assert (list(X), list(y)) == (["x"], ["y"])
    assert_array_equal(np.hstack([X, y]), [[1.5, 2.0]])


def test_arrays_beside_those_that_are_needed_are_not_looked_at(tmp_path):
    X, y = np.arange(6.0).reshape(3, 2), np.arange(3)
    np.savez(tmp_path / "a.npz", X=np.asfortranarray(X), y=y.astype(">f4"), z=np.array([{}]))
    for array, expected in zip(read_pairs([tmp_path / "a.npz"]), (X, y), strict=True):
        assert_array_equal(array, expected)


def test_a_name_that_looks_like_an_address_is_a_file(tmp_path, monkeypatch):
    # pandas would fetch it.
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=r"x\.csv cannot be read: No such file or directory"):
        read_measurements("http://localhost:9/x.csv")


def test_a_name_that_no_file_has():
    with pytest.raises(ValueError, match=r"'a\\x00b.csv' is not the name of a file"):
        read_measurements("a\0b.csv")


def test_a_small_parquet_of_many_cells_is_not_read(tmp_path, monkeypatch):
    column = pyarrow.array(np.zeros(100_000)).dictionary_encode()
    pyarrow.parquet.write_table(pyarrow.table({"x": column, "y": column}), tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 10_000
    monkeypatch.setattr("sksym._untrusted.MAX_BYTES", 1_000_000)
    with pytest.raises(ValueError, match=r"a.parquet would take 0\.00149 GiB of memory"):
        read_pairs([tmp_path / "a.parquet"], ["y"])
