"""Table 1 of the paper: the experiment, its cells and the printed figures.

Uses the comparison's runner and the report files. Internal: users run ``sksym table1``.
"""

from ._columns import REMEDY_COLUMNS, label, make_estimator
from ._report import csv_report, markdown_report
from ._table1 import FEWEST_SAMPLES, MODELS, CellResult, Plan, in_order, run_table1

__all__ = [
    "FEWEST_SAMPLES",
    "MODELS",
    "REMEDY_COLUMNS",
    "CellResult",
    "Plan",
    "csv_report",
    "in_order",
    "label",
    "make_estimator",
    "markdown_report",
    "run_table1",
]
