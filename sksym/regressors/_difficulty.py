"""How hard a prediction is, told from what is known before the truth is seen."""

import inspect
from dataclasses import dataclass

import numpy as np
from sklearn.neighbors import NearestNeighbors

from ._build import NotApplicableError

_NEIGHBORS = 10
# What predict tells beside the prediction, in this order, and a regressor of which it does.
_TOLD = {"residual": "RefinedRegressor", "std": "RectifiedBaggingRegressor"}
_FLOOR = 0.1  # of what is typical: a difficulty of zero would leave no ball


@dataclass(frozen=True)
class Answers:
    """Predictions, and what they were made from.

    Attributes
    ----------
    X : ndarray of shape (n_samples, n_features)
        Measurements.
    y : ndarray of shape (n_samples, n_targets)
        Predictions, in double precision.
    told : dict of str -> ndarray of shape (n_samples,)
        What the regressor tells of each beside it: its ``"residual"``, or its ``"std"``.
    """

    X: np.ndarray
    y: np.ndarray
    told: dict

    @classmethod
    def of(cls, regressor, X, measurements, names):
        """Answers of a fitted regressor for X, the numbers of which are `measurements`.

        With what it tells of those `names` of `NORMALIZATIONS` that are to be used.
        """
        parameters = inspect.signature(regressor.predict).parameters
        asked = [name for name in _TOLD if name in names and f"return_{name}" in parameters]
        answer = regressor.predict(X, **{f"return_{name}": True for name in asked})
        prediction, *values = answer if asked else (answer,)
        shape = len(measurements), -1
        # scikit-learn's regressors tell a deviation of each target.
        values = [np.linalg.norm(np.reshape(value, shape), axis=1) for value in values]
        rows = np.asarray(prediction, dtype=np.float64).reshape(shape)
        told = dict(zip(asked, values, strict=True))
        return cls(measurements, rows, told)


class Difficulty:
    """A positive number for each answer: about 1 for a typical one, larger for a harder one.

    Parameters
    ----------
    name : str
        Key of `NORMALIZATIONS`.
    symmetry : Symmetry
        Symmetry that the targets are known up to.
    typical : Answers
        Answers of the regressor for some of its training measurements.
    X : ndarray of shape (n_samples, n_features)
        The training measurements.
    y : ndarray of shape (n_samples, n_targets)
        The training targets.

    Raises
    ------
    NotApplicableError
        If the answers do not have what is asked for: a cut, a residual or a deviation.
    """

    def __init__(self, name, symmetry, typical, X, y):
        self.name = name
        self.symmetry = symmetry
        if name == "neighbors":
            # A tree would be the one part of a saved model that skops cannot vouch for.
            nearest = NearestNeighbors(n_neighbors=min(_NEIGHBORS, len(y)), algorithm="brute")
            self.nearest, self.targets = nearest.fit(X), y
        values = self._values(typical)
        values = values[np.isfinite(values)]
        if values.size == 0:
            raise NotApplicableError(
                f'normalization="margin" needs a symmetry with a cut, but representatives of '
                f"{symmetry!r} jump nowhere; use another normalization."
            )
        self.largest = float(values.max())
        self.typical = float(np.median(values)) or float(values.mean()) or 1.0

    def __call__(self, answers):
        """Difficulty of each answer, shape (n_samples,)."""
        values, (_, power) = self._values(answers), NORMALIZATIONS[self.name]
        if power < 0:  # a margin may be infinite
            values = np.minimum(values, self.largest)
        return ((values / self.typical + _FLOOR) / (1 + _FLOOR)) ** power

    def _values(self, answers):
        measure, _ = NORMALIZATIONS[self.name]
        return np.asarray(measure(self, answers), dtype=np.float64)


def of_smallest_balls(training, choice, quantile):
    """Of the difficulties that can be measured the one with the smallest balls.

    Parameters
    ----------
    training : tuple
        Arguments of `Difficulty` after the name.
    choice : tuple
        Answers, true targets and weights of the rows that balls are compared on.
    quantile : callable
        ``quantile(difficulty, *choice)`` is the radius of a ball of difficulty 1.

    Returns
    -------
    Difficulty, dict of str -> float
        That one, and the mean radius under each.
    """
    found, radii = {}, {}
    for name in NORMALIZATIONS:
        try:
            found[name] = Difficulty(name, *training)
        except NotApplicableError:
            continue
        sizes = quantile(found[name], *choice) * found[name](choice[0])
        radii[name] = float(np.average(sizes, weights=choice[2]))
    return found[min(radii, key=radii.get)], radii


def _constant(difficulty, answers):
    return np.ones(len(answers.y))


def _spread(difficulty, answers):
    """Root mean square distance of the targets of the nearest training measurements."""
    neighbors = difficulty.nearest.kneighbors(answers.X, return_distance=False)
    squares = [
        difficulty.symmetry.distance(difficulty.targets[rows], answers.y) ** 2
        for rows in neighbors.T
    ]
    return np.sqrt(np.mean(squares, axis=0))


def _margin(difficulty, answers):
    return difficulty.symmetry.margin(answers.y)


def _norm(difficulty, answers):
    return np.linalg.norm(answers.y, axis=1)


def _told(difficulty, answers):
    name = difficulty.name
    if name not in answers.told:
        raise NotApplicableError(
            f'normalization="{name}" needs a regressor whose predict takes return_{name}, such '
            f"as {_TOLD[name]}; use another normalization."
        )
    return answers.told[name]


# What is measured, and the power of it that grows with the error.
NORMALIZATIONS = {
    "constant": (_constant, 1),
    "neighbors": (_spread, 1),
    "margin": (_margin, -1),
    "norm": (_norm, -1),
    "residual": (_told, 1),
    "std": (_told, 1),
}
