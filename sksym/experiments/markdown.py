"""Markdown tables that line up in plain text."""


def markdown_table(rows):
    """A table whose first row is its heading.

    Parameters
    ----------
    rows : list of list
        Cells, shown by `str`.

    Returns
    -------
    str

    Examples
    --------
    >>> from sksym.experiments.markdown import markdown_table
    >>> print(markdown_table([["n", "error"], [5, "4.60"]]))
    | n | error |
    |--:|------:|
    | 5 |  4.60 |
    """
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(c.rjust(w) for c, w in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|")
    return "\n".join(lines)
