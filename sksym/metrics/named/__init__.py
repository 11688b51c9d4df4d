"""Metrics of several fields, by the names that these use, each a symmetry and a few lines.

Unlike the rest of `sksym.metrics`, which knows no particular group. Users import from
`sksym.metrics`.
"""

from ._scorers import field_scorer

__all__ = ["field_scorer"]
