"""Table 1 as Markdown and CSV."""

import csv
import dataclasses
import io
import math
import statistics

from ..io import markdown_table
from ..regressors import REMEDIES
from ._columns import label
from ._printed import UNIT, printed
from ._table1 import CellResult

_UNITS = {
    "error_n2": "|error|² / n², the unit of the paper's printed table, in 1e-4",
    "error_n": "|error|² / n, the paper's eq. (3.1) and (3.2), in 1e-4",
}

_TINY = 1e-4


def csv_report(results):
    """Format results as CSV, with one line per cell and draw.

    Parameters
    ----------
    results : list of CellResult
        Results, in the order of the lines.

    Returns
    -------
    str
    """
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, [field.name for field in dataclasses.fields(CellResult)])
    writer.writeheader()
    for result in results:
        row = dataclasses.asdict(result)
        writer.writerow({name: _csv_value(value) for name, value in row.items()})
    return file.getvalue()


def markdown_report(plan, results):
    """Format results as Markdown tables, one per unit of the error.

    Parameters
    ----------
    plan : Plan
        Plan that was run.
    results : list of CellResult
        Results of its cells; a place without one is left blank.

    Returns
    -------
    str
    """
    draws = f"{plan.n_draws} draw{'s' if plan.n_draws > 1 else ''} of the operator and the data"
    parts = [
        f"Rectified mean squared error, {plan.field} Gaussian phase retrieval, m = 4n, {draws}.",
        "A: trained after symmetry breaking, B: before; K-NN is trained on broken targets. "
        "zero: the error of predicting zero.",
    ]
    if plan.remedies:
        parts.append("\n".join(_sentences(plan)))
    for attribute, unit in _UNITS.items():
        parts.append(f"Unit: {unit}.\n\n" + _table(plan, results, attribute))
    if plan.remedies:
        parts.append("Seconds to fit and predict, median.\n\n" + _times(plan, results))
    return "\n\n".join(parts) + "\n"


def _sentences(plan):
    """Describe the columns beyond the paper's."""
    for model, remedy in plan.columns():
        if remedy in plan.remedies:
            yield f"- {label(model, remedy)}: {REMEDIES[remedy].sentence}"


def _table(plan, results, attribute):
    columns = plan.columns()
    rows = [["n", "samples", "", *(label(*column) for column in columns)]]
    for n, samples in plan.rows():
        cells = [_errors(results, attribute, n, samples, *column) for column in columns]
        medians = (_figure(statistics.median(cell)) if cell else "" for cell in cells)
        rows.append([n, samples, "median" if plan.n_draws > 1 else "", *medians])
        if plan.n_draws > 1:
            ranges = (f"{_figure(min(c))}–{_figure(max(c))}" if c else "" for c in cells)
            rows.append([n, samples, "range", *ranges])
        of_paper = [_printed_figures(printed(plan.field, n, samples, *c)) for c in columns]
        if attribute == "error_n2" and any(of_paper):
            rows.append([n, samples, "paper", *of_paper])
    return markdown_table(rows)


def _times(plan, results):
    columns = [column for column in plan.columns() if column[0] != "zero"]
    rows = [["n", "samples", *(label(*column) for column in columns)]]
    for n, samples in plan.rows():
        pairs = (
            zip(
                _errors(results, "fit_seconds", n, samples, *column),
                _errors(results, "predict_seconds", n, samples, *column),
                strict=True,
            )
            for column in columns
        )
        totals = ([fit + predict for fit, predict in pair] for pair in pairs)
        seconds = (f"{statistics.median(total):.3g}" if total else "" for total in totals)
        rows.append([n, samples, *seconds])
    return markdown_table(rows)


def _errors(results, attribute, n, samples, model, remedy):
    key = (n, samples, model, remedy)
    return [getattr(r, attribute) for r in results if (r.n, r.samples, r.model, r.remedy) == key]


def _figure(error):
    """Format an error in units of 1e-4, with three digits or as a power of ten if tiny."""
    value = error / UNIT
    if 0 < value < _TINY:
        return f"{value:.0e}"
    digits = 2 - math.floor(math.log10(value)) if value > 0 else 0
    return f"{round(value, digits):.{max(digits, 0)}f}"


def _printed_figures(cell):
    if not cell.figures:
        return ""
    low, high = (round(bound(cell.figures) / UNIT) for bound in (min, max))
    return f"{low}" if low == high else f"{low}–{high}"


def _csv_value(value):
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return repr(value) if isinstance(value, float) else value
