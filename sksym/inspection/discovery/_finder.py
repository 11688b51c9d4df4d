"""From a learned forward map to the group of maps that leave it as it is."""

import functools
from dataclasses import dataclass

import numpy as np
from sklearn.utils import Bunch

from ...symmetries import Identity, Symmetry
from ._candidates import candidates, lies_on_sphere, of_signs, periods, said
from ._closing import closed, exact_groups
from ._directions import Directions, orbit_dimension
from ._fibres import maps_of_fibres, nearest_isometries
from ._learned_map import LearnedMap
from ._maps import distance, identity, moved_by, place, snapped
from ._naming import Namer
from ._result import Discovery, Evidence
from ._search import Search

_MOST_SEARCHED = 12  # coordinates whose orthogonal matrices can be searched
_MOST_DIRECTED = 20  # coordinates whose directions can be
_ISOMETRIC = 0.1  # entries of M Mᵀ - 1 of what the search of isometries will find
_MOST_SKEWED = 12  # maps that are tested although they are no isometries
_SKEWED = "a map that is no isometry"
_SURE = 0.05  # probability of having missed a group, for an answer that there is none
_SAME = 0.25  # root mean square distance of two maps of targets, in widths of their columns
_SEAM = 0.3  # of the spread: a larger step between the ends of a period is none of noise
_ROWS = 100  # on which maps are compared
_RESTRICTION = (
    "Rows of {} coordinates: groups with a name were tried{}, but not all matrices, which can be "
    "searched up to " + f"{_MOST_SEARCHED} coordinates."
)


@dataclass(frozen=True)
class _Trial:
    """What was tested, and where it moves targets."""

    evidence: Evidence
    move: object
    symmetry: Symmetry | None = None


class Finder:
    """The search for what a forward map does not change under.

    Parameters
    ----------
    learned : LearnedMap
        The forward map.
    certificate : Certificate
        Rows that decide.
    y, X : ndarray
        Targets that the forward map was fitted to, and their measurements.
    rng : RandomState
        Draws starts.
    """

    def __init__(self, learned, certificate, y, X, rng):
        self._learned, self._certificate, self._rng = learned, certificate, rng
        self._y, self._X, self._spread = y, X, y.std()
        self._is_sphere = lies_on_sphere(y)
        self._namer = Namer(y)
        self._trials = []

    def discovery(self, **known):
        """Search, and say what was found."""
        groups = [s for s in candidates(self._y) if self._holds(s)]
        groups += [s for s, columns in periods(self._y) if self._wraps(s, columns)]
        fields, spectrum, flows = self._continuous()
        elements, missed = self._discrete(is_connected=bool(fields))
        signs = of_signs([one.matrix for one in elements])
        if signs is not None and signs not in groups and self._holds(signs):
            groups.append(signs)
        maps = flows + [np.column_stack([one.matrix, one.offset]) for one in elements]
        symmetry, n_left = self._namer.named(groups, maps, self._holds)
        if n_left and not fields:
            symmetry, n_left = self._of_elements(maps, groups) or (symmetry, n_left)
        return Discovery(
            **self._answer(symmetry, len(groups), len(maps), n_left, missed),
            elements=elements,
            generators=np.reshape(fields, (-1, *identity(self._y.shape[1]).shape)),
            orbit_dimension=orbit_dimension(fields, self._y),
            evidence=[trial.evidence for trial in self._trials],
            spectrum=spectrum,
            missed=missed,
            restriction=self._restriction(),
            **known,
        )

    def _restriction(self):
        n = self._y.shape[1]
        if n <= _MOST_SEARCHED:
            return None
        return _RESTRICTION.format(n, " and directions" if n <= _MOST_DIRECTED else "")

    def _keep(self, evidence, move, symmetry=None):
        """Keep what was tested, unless it leaves all targets in place; whether it holds."""
        if evidence is None:
            return False
        self._trials.append(_Trial(evidence, move, symmetry))
        return evidence.holds

    def _keep_group(self, evidence, symmetry):
        return self._keep(evidence, functools.partial(symmetry.random, random_state=0), symmetry)

    def _holds(self, symmetry):
        """Test a group."""
        for trial in self._trials:
            if trial.symmetry == symmetry:
                return trial.evidence.holds
        try:
            evidence = self._certificate.of_group(symmetry, said(symmetry))
        except (ValueError, TypeError):  # it cannot act on such rows, or is no group
            return False
        return self._keep_group(evidence, symmetry)

    def _wraps(self, symmetry, columns):
        """Test a period, which no map of targets among themselves shows."""
        if max(map(self._jump, columns)) > _SEAM:
            return False
        learned = LearnedMap(None, symmetry.lift(self._y), self._X, self._rng)
        return self._keep_group(self._certificate.of_lift(symmetry, learned), symmetry)

    def _jump(self, column):
        """What the forward map differs by between both ends of a column, over its spread."""
        ends = []
        for end in (self._y[:, column].min(), self._y[:, column].max()):
            at = self._y[:_ROWS].copy()
            at[:, column] = end
            ends.append(self._learned.values(at))
        spread = np.sum(self._learned.values(self._y[:_ROWS]).var(axis=0)) or 1.0
        return np.sqrt(np.mean(np.sum((ends[0] - ends[1]) ** 2, axis=1)) / spread)

    def _map_holds(self, affine, name, kind="element"):
        """Test one map."""
        move = functools.partial(moved_by, affine)
        return self._keep(self._certificate.of_map(move, name, kind), move)

    def _continuous(self):
        """Fields that hold, the spectrum of the isometric ones, and maps along the fields."""
        if self._y.shape[1] > _MOST_DIRECTED:
            return [], np.zeros(0), []
        isometric = Directions(self._learned, self._y, True, self._is_sphere)
        fields = self._held_fields(isometric)
        found = isometric
        general = Directions(self._learned, self._y, False, self._is_sphere)
        others = self._held_fields(general)
        if orbit_dimension(others, self._y) > orbit_dimension(fields, self._y):
            fields, found = others, general
        return fields, found.spectrum, [found.flow(field) for field in fields]

    def _held_fields(self, directions):
        kind = "isometric" if directions.is_isometric else "linear"
        fields = []
        for number, field in enumerate(directions.fields, start=1):
            if not self._map_holds(
                directions.flow(field), f"{kind} direction {number}", "generator"
            ):
                break
            fields.append(field)
        return fields

    def _discrete(self, is_connected):
        """Maps that hold, and the probability that a larger group would have been missed."""
        if self._y.shape[1] > _MOST_SEARCHED:
            return [], float("nan")
        search = Search(self._learned, self._y, self._rng, self._is_sphere)
        n = self._y.shape[1]
        others = np.empty((0, n, n + 1))
        if not is_connected:
            others = maps_of_fibres(self._learned, self._y, self._rng)
        search.run(nearest_isometries(others))
        elements = []
        for hit in search.hits:
            affine = search.affine(hit.matrix, hit.offset)
            if distance(affine, identity(n), self._y[:_ROWS]) < _SAME:
                continue
            one = self._certified(affine, f"element {len(elements) + 1}")
            if one is not None:
                elements.append(Bunch(matrix=one[:, :-1], offset=one[:, -1], hits=hit.n_hits))
        elements += [
            Bunch(matrix=one[:, :-1], offset=one[:, -1], hits=1) for one in self._skewed(others)
        ]
        return elements, 0.5**search.n_random

    def _skewed(self, maps):
        """Maps that hold and are no isometries: elements without a name in these coordinates."""
        tried, held = [], []
        for one in maps:
            matrix = one[:, :-1]
            is_isometry = np.abs(matrix @ matrix.T - np.eye(len(matrix))).max() < _ISOMETRIC
            if is_isometry or place(tried, one, self._y[:_ROWS], _SAME) is not None:
                continue
            tried.append(one)
            # Most are of fibre points that no affine map leads to: their failures say nothing.
            move = functools.partial(moved_by, one)
            evidence = self._certificate.of_map(move, _SKEWED)
            if evidence is not None and evidence.holds and self._keep(evidence, move):
                held.append(one)
            if len(tried) == _MOST_SKEWED:
                break
        return held

    def _certified(self, affine, name):
        """The map, in whole numbers where they hold, or None if it does not hold."""
        whole = snapped(affine, self._spread)
        if whole is not affine and self._map_holds(whole, f"{name}, in whole numbers"):
            return whole
        return affine if self._map_holds(affine, name) else None

    def _of_elements(self, maps, groups):
        """The group of all products of maps, and how much it leaves unexplained; or None."""
        number = len(maps)

        def improved(one):
            nonlocal number
            number += 1
            return self._certified(one, f"product {number - len(maps)}")

        y, limit = self._y[:_ROWS], _SAME
        elements = closed(maps, y, limit, improved)
        for group in exact_groups(elements, y, limit) if elements else ():
            if self._holds(group):
                return group, self._namer.n_unexplained(group, groups, maps)
        return None

    def _answer(self, symmetry, n_groups, n_maps, n_left, missed):
        """Verdict, reason and symmetry."""
        left_open = [
            trial.evidence
            for trial in self._trials
            if trial.evidence.is_open and not self._namer.explains(symmetry, trial.move)
        ]
        if left_open:
            likeliest = min(left_open, key=lambda evidence: evidence.change)
            return {
                "verdict": "cannot tell",
                "reason": f"These pairs do not tell whether it has {likeliest}.",
                "symmetry": None,
            }
        if not n_groups + n_maps and missed > _SURE:
            return {
                "verdict": "cannot tell",
                "reason": "Nothing was found that leaves the learned forward map as it is, but "
                "too few random starts ended anywhere to say that there is nothing.",
                "symmetry": None,
            }
        if not n_groups + n_maps:
            return {
                "verdict": "none",
                "reason": "Everything that was tried changes the learned forward map.",
                "symmetry": Identity(),
            }
        held = f"{n_groups} group(s) and {n_maps} map(s) that leave the forward map as it is"
        if n_left:
            return {
                "verdict": "cannot tell",
                "reason": f"{said(symmetry)} contains all but {n_left} of the {held}. What is "
                f"left has no name in coordinates such as these: see elements and generators.",
                "symmetry": None,
            }
        reason = f"It contains all {held}."
        return {"verdict": "found", "reason": reason, "symmetry": symmetry}
