"""What the words in the report of a comparison mean."""

from ..regressors import REGRESSORS, REMEDIES
from ._comparison import CONSTANT, ROUNDING, ZERO
from ._metrics import METRICS, SECONDS

_ALWAYS = {
    "remedy": "A way to train a regressor on targets that are known only up to a symmetry.",
    "fold": "A part of the pairs that is predicted by what is trained on the others. The table "
    "shows medians over the folds, the picture their ranges too.",
    ZERO: "Predicts zero for every measurement, as a regressor does that averages y and -y.",
    CONSTANT: "Predicts one row for every measurement: the mean of the training targets, each "
    "taken from its orbit. What does no better is of no use.",
}
# Words that the meanings above use.
_TERMS = {
    "orbit": "All that the symmetry makes of one target. They are one answer.",
    "representative": "One point of each orbit, chosen by one rule for all.",
    "cut": "Where that choice jumps from one point of an orbit to another.",
    "invariant": "What is the same for all points of an orbit, such as y yᵀ for a sign.",
    "forward map": "The function from targets to measurements, which is the same on an orbit.",
}


def words_of(comparison):
    """Explain the words in the table of a comparison and in the remarks below it.

    Parameters
    ----------
    comparison : Comparison
        The comparison; regressors and remedies that are in neither are left out.

    Returns
    -------
    list of (str, str)
        Words and their meanings.

    Examples
    --------
    >>> from sksym import Sign
    >>> from sksym.datasets import make_square_root
    >>> from sksym.experiments import compare
    >>> from sksym.experiments._words import words_of
    >>> X, y = make_square_root(60, random_state=0)
    >>> words = dict(words_of(compare(X, y, Sign(), ["KNN"], ["canonicalize"], cv=2)))
    >>> words["canonicalize"]
    'Trains on representatives, one of each orbit.'
    >>> "lift" in words
    False
    """
    words = {metric.heading: metric.meaning for metric in METRICS.values()}
    words |= dict(SECONDS.values())
    if any(line["is_exact"] for line in comparison.summary()):
        words["rounding"] = (
            f"The error is below {ROUNDING:.2g} of the zero predictor's in every fold: the answer "
            f"is exact, and which rounding is the smallest says nothing. Of such answers the "
            f"fastest is best."
        )
    words |= _ALWAYS
    pairs = [*comparison.estimators, *comparison.skipped]
    for entries, names in zip((REGRESSORS, REMEDIES), zip(*pairs, strict=True), strict=True):
        words |= {name: entry.sentence for name, entry in entries.items() if name in names}
    text = " ".join(words.values())
    words |= {word: meaning for word, meaning in _TERMS.items() if word in text}
    return list(words.items())
