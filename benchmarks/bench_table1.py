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
# Relative cost of a pair for each model, and for all without networks at so many pairs: with more
# of them each costs neighbours more.
COST = {"": 1, "NN": 4, "WNN": 10, "DNN": 60}
MANY = 50_000


def pieces(largest_for_dnn):
    """Plans of one row and one model, or all without networks, the cheapest first."""
    found = []
    for n, size, model in itertools.product(WHOLE.n_features, SIZES, COST):
        models = (model,) if model else ("KNN",)
        plan = Plan((n,), (size,), models, n_draws=1, remedies=() if model else REMEDIES)
        samples = plan.rows()[0][1]
        if model != "DNN" or samples <= largest_for_dnn:
            found.append((samples * COST[model] * (1 if model else samples / MANY), plan))
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


def written(results, path):
    """Write results, and the table of them with what the paper has."""
    results = in_order(WHOLE, results)
    path.write_text(csv_report(results), encoding="utf-8")
    report = f"{markdown_report(WHOLE, results)}\n{beside_the_paper(results)}\n"
    path.with_suffix(".txt").write_text(report, encoding="utf-8")
    return report


def beside_the_paper(results):
    """How many networks that break the symmetry are at or below the figure of the paper."""
    cells = [r for r in results if r.remedy == "A" and r.model in NETWORKS and r.paper_n2 > 0]
    above = [r for r in cells if round(r.error_n2 / r.paper_n2, 2) > 1]
    lines = [f"{len(cells) - len(above)} of {len(cells)} -A cells are at or below the paper's"]
    lines += [
        f"  {r.model}-A, n = {r.n}, {r.samples} samples: {r.error_n2 / r.paper_n2:.2f} of it"
        for r in above
    ]
    return "\n".join(lines)


def main():
    """Run what is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dnn", type=int, default=100_000, help="most pairs for the DNN")
    options = parser.parse_args()
    path = MEASURED / "table1_rows.csv"
    report = written(read_results(path), path)
    for plan in pieces(options.dnn):
        known = read_results(path)
        there = set(map(place_of, known))
        ((n, samples),) = plan.rows()
        if any((n, samples, *column) not in there for column in plan.columns()):
            new = [r for r in run_table1(plan, is_shown=True) if place_of(r) not in there]
            report = written([*known, *new], path)
    print(report)


def place_of(result):
    """Row and column of a result."""
    return result.n, result.samples, result.model, result.remedy


if __name__ == "__main__":
    main()
