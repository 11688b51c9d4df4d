"""Files: pairs and measurements, reports, models, and symmetries written as text.

Uses symmetries, targets, regressors and networks. Internal: it serves the command line and the
table of the paper.
"""

from ._data_files import ARRAYS, TABLES, read_measurements, read_pairs
from ._files import write_whole
from ._markdown import markdown_page, markdown_table
from ._models import (
    feature_names_of,
    n_features_of,
    predictions_of,
    read_model,
    trusted_types,
    write_model,
)
from ._page import html_page, picture
from ._symmetry_text import parse_symmetry

__all__ = [
    "ARRAYS",
    "TABLES",
    "feature_names_of",
    "html_page",
    "markdown_page",
    "markdown_table",
    "n_features_of",
    "parse_symmetry",
    "picture",
    "predictions_of",
    "read_measurements",
    "read_model",
    "read_pairs",
    "trusted_types",
    "write_model",
    "write_whole",
]
