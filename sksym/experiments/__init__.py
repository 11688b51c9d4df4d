"""Cross-validated comparison of remedies, and the resumable runner of its fits.

Uses symmetries, metrics, the catalogue of regressors and the displays. Users import `compare` from
here.
"""

from ._cells import Cell, Result, run_cells
from ._compare import compare, read_arguments
from ._comparison import Comparison
from ._fingerprint import versions
from ._given import find_symmetry, hold_against
from ._page import html_page, picture
from ._store import Store, open_store
from ._trial import fit_and_predict
from ._words import words_of

__all__ = ["Comparison", "compare"]
