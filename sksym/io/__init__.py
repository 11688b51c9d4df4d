"""Files: pairs and measurements, reports, models, and symmetries written as text.

Uses symmetries, targets, regressors and networks. Internal: it serves the command line and the
table of the paper.
"""

from ._atomic import write_whole
from ._markdown import markdown_page, markdown_table
from ._models import (
    feature_names_of,
    n_features_of,
    predictions_of,
    read_model,
    trusted_types,
    write_model,
)
from ._readers import KINDS, FileKind, described_kinds, kind_of, read_measurements, read_pairs
from ._symmetry_text import parse_symmetry, symmetry_text

__all__ = [
    "KINDS",
    "FileKind",
    "described_kinds",
    "feature_names_of",
    "kind_of",
    "markdown_page",
    "markdown_table",
    "n_features_of",
    "parse_symmetry",
    "predictions_of",
    "read_measurements",
    "read_model",
    "read_pairs",
    "symmetry_text",
    "trusted_types",
    "write_model",
    "write_whole",
]
