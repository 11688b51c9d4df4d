"""Every row of Table 1 of the paper: ``python benchmarks/bench_table1.py``.

Cells run one after the other, the cheapest first, on one draw. Those that are in
docs/measured/table1_rows.csv are not run again; each that is finished is added there, and the
table in docs/measured/table1_rows.txt is written anew. It takes hours on two cores, most of them
for the networks at a million pairs; Ctrl-C loses no more than the cell that runs.
"""

import argparse
import csv
import dataclasses
import itertools
from pathlib import Path

from sksym.paper import CellResult, Plan, csv_report, in_order, markdown_report, run_table1

MEASURED = Path(__file__).parents[1] / "docs" / "measured"
NETWORKS = ("NN", "WNN", "DNN")
SIZES = ("8n", 20_000, 50_000, 100_000, 1_000_000)
REMEDIES = ("lift", "neighbors", "refine")
WHOLE = Plan((5, 10, 15), SIZES, (*NETWORKS, "KNN"), n_draws=1, remedies=REMEDIES)
# Relative costs: of a pair for each model, with one for those without networks.
COST = {"": 1, "NN": 4, "WNN": 10, "DNN": 60}


def pieces(largest_for_dnn):
    """Plans of one row and one model, or all without networks, the cheapest first."""
    found = []
    for n, size, model in itertools.product(WHOLE.n_features, SIZES, COST):
        models = (model,) if model else ("KNN",)
        plan = Plan((n,), (size,), models, n_draws=1, remedies=() if model else REMEDIES)
        samples = plan.rows()[0][1]
        if model != "DNN" or samples <= largest_for_dnn:
            found.append((samples * COST[model], plan))
    return [plan for _, plan in sorted(found, key=lambda piece: piece[0])]


def read_results(path):
    """Results that are kept in a file of ``csv_report``."""
    if not path.exists():
        return []
    types = {field.name: field.type for field in dataclasses.fields(CellResult)}
    with path.open(encoding="utf-8", newline="") as file:
        return [
            CellResult(**{name: _value(text, types[name]) for name, text in row.items()})
            for row in csv.DictReader(file)
        ]


def _value(text, kind):
    if text == "":
        return float("nan") if kind is float else None
    return kind(text) if kind in (int, float, str) else int(text)


def main():
    """Run what is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dnn", type=int, default=100_000, help="most pairs for the DNN")
    options = parser.parse_args()
    path = MEASURED / "table1_rows.csv"
    for plan in pieces(options.dnn):
        known = read_results(path)
        there = {(r.n, r.samples, r.model, r.remedy) for r in known}
        ((n, samples),) = plan.rows()
        if all((n, samples, *column) in there for column in plan.columns()):
            continue
        new = [
            r
            for r in run_table1(plan, is_shown=True)
            if (n, samples, r.model, r.remedy) not in there
        ]
        results = in_order(WHOLE, [*known, *new])
        path.write_text(csv_report(results), encoding="utf-8")
        report = markdown_report(WHOLE, results)
        path.with_suffix(".txt").write_text(report, encoding="utf-8")
    print(path.with_suffix(".txt").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
