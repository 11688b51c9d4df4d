"""Printed figures of Table 1 of the paper, as data."""

import csv
import functools
import math
import statistics
from dataclasses import dataclass
from importlib import resources

UNIT = 1e-4  # of the printed figures


@dataclass(frozen=True)
class Printed:
    """The figures that the paper prints for one cell, in units of ``|error|**2 / n**2``.

    The K-NN has three, one beside each network; a network has one; most cells have none.
    """

    figures: tuple = ()

    @property
    def median(self):
        """Median of the figures; nan if the paper prints none."""
        return statistics.median(self.figures) if self.figures else math.nan


def printed(field, n, samples, model, remedy):
    """Look up the figures that the paper prints for a cell.

    Parameters
    ----------
    field : {"real", "complex"}
        Field of the signal; the paper prints figures for the real field only.
    n, samples : int
        Dimension of the signal and number of samples, which select the row.
    model, remedy : str
        Model and remedy, which select the column.

    Returns
    -------
    Printed

    Examples
    --------
    >>> from sksym.paper._printed import printed
    >>> printed("real", 5, 20_000, "NN", "A").median
    0.001
    """
    figures = _table().get((n, samples, model, remedy), ()) if field == "real" else ()
    return Printed(tuple(figures))


@functools.cache
def _table():
    text = resources.files(__package__).joinpath("table1.csv").read_text(encoding="utf-8")
    table = {}
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        key = (int(row["n"]), int(row["samples"]), row["model"], row["remedy"])
        table.setdefault(key, []).append(float(row["printed"]) * UNIT)
    return table
