"""From a learned forward map to the group of maps that leave it as it is."""

from dataclasses import dataclass

import numpy as np
from sklearn.utils import Bunch

from ...symmetries import Identity, Symmetry, require_symmetry
from ._candidates import candidates, lies_on_sphere, of_signs, said
from ._closing import closed, exact_groups
from ._directions import Directions, orbit_dimension
from ._fibres import starts_from_fibres
from ._maps import distance, identity, moved_by, snapped
from ._naming import Namer
from ._result import Discovery, Evidence
from ._search import Search

_MOST_SEARCHED = 12  # coordinates whose orthogonal matrices can be searched
_MOST_DIRECTED = 20  # coordinates whose directions can be
_SAME = 0.25  # root mean square distance of two maps of targets over their spread
_ROWS = 100  # on which maps are compared
_TOO_NEAR = 2.0  # times delta: a change below it that is not certified leaves the answer open
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
    y : ndarray of shape (n_samples, n)
        Targets that the forward map was fitted to.
    rng : RandomState
        Draws starts.
    """

    def __init__(self, learned, certificate, y, rng):
        self._learned, self._certificate, self._rng = learned, certificate, rng
        self._y, self._spread = y, y.std()
        self._is_sphere = lies_on_sphere(y)
        self._namer = Namer(y)
        self._trials = []

    def discovery(self, **known):
        """Search, and say what was found."""
        groups = [s for s in candidates(self._y) if self._can_act(s) and self._holds(s)]
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
            **self._answer(symmetry, len(groups), len(maps), n_left),
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

    def _can_act(self, symmetry):
        try:
            require_symmetry(symmetry, self._y).random(self._y[:2], random_state=0)
        except (ValueError, TypeError):
            return False
        return True

    def _holds(self, symmetry):
        """Test a group."""
        for trial in self._trials:
            if trial.symmetry == symmetry:
                return trial.evidence.holds
        try:
            evidence = self._certificate.of_group(symmetry, said(symmetry))
        except (ValueError, TypeError):  # a product that is no group
            return False
        if evidence is None:
            return False
        self._trials.append(
            _Trial(evidence, lambda y: symmetry.random(y, random_state=0), symmetry)
        )
        return evidence.holds

    def _map_holds(self, affine, name, kind="element"):
        """Test one map."""
        evidence = self._certificate.of_map(lambda y: moved_by(affine, y), name, kind)
        if evidence is None:
            return False
        self._trials.append(_Trial(evidence, lambda y: moved_by(affine, y)))
        return evidence.holds

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
        others = () if is_connected else starts_from_fibres(self._learned, self._y, self._rng)
        search.run(others)
        elements = []
        for hit in search.hits:
            affine = search.affine(hit.matrix, hit.offset)
            if self._distance(affine, identity(len(affine))) < _SAME * self._spread:
                continue
            one = self._certified(affine, f"element {len(elements) + 1}")
            if one is not None:
                elements.append(Bunch(matrix=one[:, :-1], offset=one[:, -1], hits=hit.n_hits))
        return elements, 0.5**search.n_random

    def _distance(self, one, other):
        return distance(one, other, self._y[:_ROWS])

    def _certified(self, affine, name):
        """The map, in whole numbers where they hold, or None if it does not hold."""
        whole = snapped(affine, self._spread)
        if whole is not affine and self._map_holds(whole, name):
            return whole
        return affine if self._map_holds(affine, name) else None

    def _of_elements(self, maps, groups):
        """The group of all products of maps, and how much it leaves unexplained; or None."""
        number = len(maps)

        def improved(one):
            nonlocal number
            number += 1
            return self._certified(one, f"product {number - len(maps)}")

        y, limit = self._y[:_ROWS], _SAME * self._spread
        elements = closed(maps, y, limit, improved)
        for group in exact_groups(elements, y, limit) if elements else ():
            if self._holds(group):
                return group, self._namer.n_unexplained(group, groups, maps)
        return None

    def _answer(self, symmetry, n_groups, n_maps, n_left):
        """Verdict, reason and symmetry."""
        for trial in self._trials:
            if self._is_open(trial) and not self._namer.explains(symmetry, trial.move):
                return {
                    "verdict": "cannot tell",
                    "reason": f"Too near to decide with these pairs: {trial.evidence}; "
                    f"{self._certificate.delta:.0%} is the limit.",
                    "symmetry": None,
                }
        if not n_groups + n_maps:
            return {
                "verdict": "none",
                "reason": "Everything that was tried changes the learned forward map.",
                "symmetry": Identity(),
            }
        held = f"{n_groups} group(s) and {n_maps} map(s) that leave the forward map as it is"
        reason = f"It contains all {held}."
        if n_left:
            reason = (
                f"It contains all but {n_left} of the {held}. Those have no name in coordinates "
                f"such as these; they stand in elements and generators."
            )
        return {"verdict": "found", "reason": reason, "symmetry": symmetry}

    def _is_open(self, trial):
        evidence, delta = trial.evidence, self._certificate.delta
        return not evidence.holds and evidence.low <= delta and evidence.change < _TOO_NEAR * delta
