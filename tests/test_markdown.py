"""Names of files and columns stand in a report as they are, in Markdown as in HTML."""

import html
import os
import re

import numpy as np
import pytest

from sksym.command import main
from sksym.io._markdown import escape_markdown, markdown_page, markdown_table

ESCAPED = {
    "a|b.csv": r"a\|b.csv",
    "`rm -r`": r"\`rm -r\`",
    "a\nb\r\nc\u2028d": "a b c d",
    "<script>": "&lt;script&gt;",
    "&lt;": "&amp;lt;",
    "**x**": r"\*\*x\*\*",
    "Sign() * CyclicShift()": "Sign() * CyclicShift()",
    "x_1_2": "x_1_2",
    "__x_": r"\_\_x\_",
    "[a](http://b)": r"[a\](http://b)",
    "shape=[2, 3]": "shape=[2, 3]",
    r"a\|b": r"a\\\|b",
    "~~x~~, $x$": r"\~\~x\~\~, \$x\$",
}


@pytest.mark.parametrize("text", ESCAPED)
def test_text_is_shown_as_it_is(text):
    assert escape_markdown(text) == ESCAPED[text]


def test_a_cell_is_a_cell():
    heading, _, line = markdown_table([["n", "a|b"], ["x\n|y", 5]]).splitlines()
    for row in (heading, line):
        assert len(re.findall(r"(?<!\\)\|", row)) == 3


def test_all_of_a_page_is_escaped():
    text = "<i>|`"
    page = markdown_page(text, [text], [[text], [text]], [text])
    assert page.count(r"&lt;i&gt;\|\`") == 5
    assert page.count("<i>") == 0


def run_compare(folder, name):
    y = np.linspace(-1, 1, 20)
    path = folder / name
    np.savez(path, X=y**2, y=y)
    options = ["--regressors", "LS", "--remedies", "none", "--cv", "2", "--jobs", "1"]
    out = folder / "out"
    assert main(["compare", str(path), "--symmetry", "Sign()", "--out", str(out), *options]) == 0
    pages = [out / "compare.md", out / "report.html"]
    return [page.read_text(encoding="utf-8") for page in pages]


@pytest.mark.usefixtures("quick_search")
def test_the_name_of_a_file_in_a_report(tmp_path):
    name = "a|`b`\n# <script>c.npz"
    text, page = run_compare(tmp_path, name)
    assert text.startswith("# Which remedy for a\\|\\`b\\` # &lt;script&gt;c.npz?\n\nX of")
    assert f"<h1>{html.escape(f'Which remedy for {name}?')}</h1>" in page
    assert "<script" not in page


@pytest.mark.usefixtures("quick_search")
def test_the_name_of_a_file_that_is_no_text(tmp_path):
    text, page = run_compare(tmp_path, os.fsdecode(b"a\xff.npz"))
    assert text.startswith("# Which remedy for a\\udcff.npz?\n")
    assert "<h1>Which remedy for a\\udcff.npz?</h1>" in page
