"""Markdown pages and tables, with names escaped."""

import html
import re

# Characters that mark up text anywhere in a line: links, emphasis, code, ends of cells.
_MARKS = re.compile(r"\\|`|\||~|\$|\](?=\()|(?<! )\*|\*(?! )|(?<![^\W_])_|_(?![^\W_])")


def escape_markdown(text):
    r"""Escape text so that Markdown shows it literally, on one line.

    Parameters
    ----------
    text : str
        Text to escape, such as the name of a file.

    Returns
    -------
    str

    Examples
    --------
    >>> from sksym.io._markdown import escape_markdown
    >>> print(escape_markdown("x_1|*new*.csv: ConjugateFlip() * Sign() <b>"))
    x_1\|\*new\*.csv: ConjugateFlip() * Sign() &lt;b&gt;
    """
    in_one_line = " ".join(text.splitlines())
    return html.escape(_MARKS.sub(r"\\\g<0>", in_one_line), quote=False)


def markdown_table(rows: list[list]) -> str:
    """Format a table, whose first row is its heading, aligned in plain text.

    Parameters
    ----------
    rows : list of list
        Cells of the table, converted by `str`.

    Returns
    -------
    str

    Examples
    --------
    >>> from sksym.io._markdown import markdown_table
    >>> print(markdown_table([["n", "error"], [5, "4.60"]]))
    | n | error |
    |--:|------:|
    | 5 |  4.60 |
    """
    rows = [[escape_markdown(str(cell)) for cell in row] for row in rows]
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(c.rjust(w) for c, w in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|")
    return "\n".join(lines)


def markdown_page(title: str, paragraphs: list[str], rows: list[list], remarks: list[str]) -> str:
    r"""Format a page of a title, text, a table and remarks on it.

    Parameters
    ----------
    title : str
        Heading of the page.
    paragraphs : list of str
        Plain text before the table.
    rows : list of list
        Rows of the table; the first is its heading.
    remarks : list of str
        Plain text after the table, shown as a list.

    Returns
    -------
    str

    Examples
    --------
    >>> from sksym.io._markdown import markdown_page
    >>> print(markdown_page("Which?", ["Errors of <a>."], [["n"], [5]], ["b | c"]))
    # Which?
    <BLANKLINE>
    Errors of &lt;a&gt;.
    <BLANKLINE>
    | n |
    |--:|
    | 5 |
    <BLANKLINE>
    - b \| c
    <BLANKLINE>
    """
    parts = [f"# {escape_markdown(title)}", *map(escape_markdown, paragraphs)]
    items = "\n".join(f"- {escape_markdown(remark)}" for remark in remarks)
    return "\n\n".join([*parts, markdown_table(rows), items]).rstrip() + "\n"
