"""The guide's tables of regressors and remedies, written from the catalogue."""

from sksym.regressors import REGRESSORS, REMEDIES


def write_tables(folder):
    """Write ``regressors.rst``, ``remedies.rst`` and ``limits.rst``.

    Parameters
    ----------
    folder : pathlib.Path
        Where pages include them from.
    """
    folder.mkdir(parents=True, exist_ok=True)
    regressors = [(f"``{name}``", entry.sentence) for name, entry in REGRESSORS.items()]
    remedies = [(f"``{name}``", e.sentence, e.needs) for name, e in REMEDIES.items()]
    limits = [(f"``{name}``", e.costs, e.fails) for name, e in REMEDIES.items()]
    for name, heading, rows in (
        ("regressors", ("", "what it is"), regressors),
        ("remedies", ("", "what it does", "what it needs"), remedies),
        ("limits", ("", "what it costs", "where it fails"), limits),
    ):
        lines = [".. list-table::", "   :header-rows: 1", ""]
        for row in (heading, *rows):
            lines += [f"   {'*' if k == 0 else ' '} - {cell}" for k, cell in enumerate(row)]
        (folder / f"{name}.rst").write_text("\n".join(lines) + "\n", encoding="utf-8")
