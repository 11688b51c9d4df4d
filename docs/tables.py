"""Files of printed tables as tables of the page, at the size of its text."""

import re
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive

# A table that is not in Markdown: no line of it is changed.
_ROW = re.compile(r"^\|.*\|$")


class Measured(Directive):
    """A file that a command has printed, beside which it stands: tables and lines of text."""

    required_arguments = 1

    def run(self):
        """Make a table of each block of Markdown rows, and literal text of the rest."""
        environment = self.state.document.settings.env
        _, path = environment.relfn2path(self.arguments[0])
        environment.note_dependency(path)
        blocks, lines = [], Path(path).read_text(encoding="utf-8").splitlines()
        for line in lines:
            is_row = bool(_ROW.match(line))
            if not blocks or blocks[-1][0] != is_row:
                blocks.append((is_row, []))
            blocks[-1][1].append(line)
        found = ([_table(block)] if is_row else _text(block) for is_row, block in blocks)
        return [node for nodes_of_block in found for node in nodes_of_block]


def _text(lines):
    """Paragraphs and lists where each line is one, and literal text where lines are aligned."""
    text = "\n".join(lines).strip("\n")
    parts = [part.splitlines() for part in text.split("\n\n") if part]
    if any("  " in line for line in lines) or not all(map(_is_prose, parts)):
        return [nodes.literal_block(text, text, classes=["measured"], language="text")]
    return [_list(part) if part[0].startswith("- ") else _paragraph(*part) for part in parts]


def _is_prose(lines):
    return len(lines) == 1 or all(line.startswith("- ") for line in lines)


def _paragraph(text):
    return nodes.paragraph(text, text)


def _list(lines):
    items = (nodes.list_item("", _paragraph(line.removeprefix("- "))) for line in lines)
    return nodes.bullet_list("", *items, bullet="-")


def _table(lines):
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    heading, body = rows[0], rows[2:]
    group = nodes.tgroup(cols=len(heading))
    # The first column says what a row is about: readers of screens hear it with each cell.
    group += [nodes.colspec(colwidth=1, stub=int(k == 0)) for k in range(len(heading))]
    for part, members in ((nodes.thead(), [heading]), (nodes.tbody(), body)):
        for cells in members:
            row = nodes.row()
            for cell in cells:
                row += nodes.entry("", _paragraph(cell))
            part += row
        group += part
    table = nodes.table(classes=["measured"])
    table += group
    return table


def setup(app):
    """Register with Sphinx."""
    app.add_directive("measured", Measured)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
