"""The symmetry of a comparison: found in the pairs, or given and held against them."""

from dataclasses import dataclass

import numpy as np

from .._arrays.rows import read_targets
from ..inspection import Discovery, discover_symmetry
from ..symmetries import Identity, Symmetry

_MOST_ROWS = 200  # on which groups are compared
_N_MOVES = 3  # random elements for each of them
_CLOSE = 0.05  # of the spread of the targets; maps that were found have two right digits


@dataclass(frozen=True)
class Found:
    """The symmetry that a comparison takes, where none was given.

    Attributes
    ----------
    symmetry : Symmetry
        What was found, or `Identity`.
    sentence : str
        What was taken, and why.
    discovery : Discovery or None
        What it rests on; None where the pairs cannot be searched.
    """

    symmetry: Symmetry
    sentence: str
    discovery: Discovery | None


def find_symmetry(X, y, groups=None, random_state=None):
    """Find the symmetry that a comparison takes.

    Parameters
    ----------
    X, y, groups, random_state
        As in `compare`.

    Returns
    -------
    Found
    """
    discovery, obstacle = _discover(X, y, groups, random_state)
    if discovery is not None and discovery.verdict == "found":
        sentence = f"Targets are known up to {discovery.text}, found in the pairs."
        return Found(discovery.symmetry, f"{sentence} {discovery.reason}", discovery)
    cure = "; if you know a symmetry, pass it"
    if discovery is None:
        sentence = f"The pairs are not searched for a symmetry: {obstacle}"
    elif discovery.verdict == "none":
        sentence, cure = f"No symmetry was found in the pairs. {discovery.reason}", ""
    else:
        sentence = f"The pairs cannot tell whether there is a symmetry. {discovery.reason}"
    sentence += f" Compared up to Identity(), as they are{cure}."
    return Found(Identity(), sentence, discovery)


def hold_against(X, y, symmetry, random_state=None):
    """Hold a symmetry that was given against the pairs.

    Parameters
    ----------
    X, y, symmetry, random_state
        As in `compare`.

    Returns
    -------
    list of str
        Sentences; a warning where the pairs refute the symmetry, or a larger one was found.
    """
    discovery, obstacle = _discover(X, y, None, random_state)
    if discovery is None:
        return [f"{symmetry!r} is not held against the pairs: {obstacle}"]
    sentences = [_answer(symmetry, discovery)]
    if discovery.verdict == "found" and _is_part(symmetry, discovery.symmetry, y):
        sentences.append(
            f"Warning: {symmetry!r} is part of a larger group that was found in the pairs: "
            f"compare under {discovery.text}, or what it makes alike stays ambiguous."
        )
    return sentences


def _discover(X, y, groups, random_state):
    """What is found in the pairs, or None and why they cannot be searched."""
    rows, _ = read_targets(y, "compare", allow_nan=True)
    if rows.has_nan:
        return None, "targets have unknown values (NaN)."
    try:
        return discover_symmetry(X, y, groups=groups, random_state=random_state), None
    except (ValueError, TypeError) as error:  # a comparison may do without
        return None, str(error)


def _answer(symmetry, discovery):
    """Whether the forward map stays as it is under the symmetry."""
    evidence = discovery.test(symmetry)
    if evidence is None:
        return f"{symmetry!r} leaves all targets in place: there is nothing to be tested."
    change = (
        f"it changes the forward map by {evidence.change:.2%} of the spread of X "
        f"(95 %: {evidence.low:.2%} to {evidence.high:.2%}), where less than "
        f"{discovery.delta:.2%} counts as none."
    )
    if evidence.low > discovery.delta and not evidence.is_open:
        is_found = discovery.verdict == "found"
        instead = f" Found instead: {discovery.text}." if is_found else ""
        return f"Warning: the pairs refute {symmetry!r}: {change}{instead}"
    if discovery.verdict == "cannot tell":  # a poor model may look the same everywhere
        return f"The pairs cannot tell whether {symmetry!r} holds. {discovery.reason}"
    if evidence.holds:
        return f"The pairs bear out {symmetry!r}: {change}"
    return f"The pairs leave open whether {symmetry!r} holds: {change}"


def _is_part(symmetry, group, y):
    """Whether orbits of a symmetry are parts of a group's, and smaller."""
    rows, _ = read_targets(y, "compare")
    rows = np.asarray(rows.values)[:_MOST_ROWS]
    smallest = _CLOSE * float(np.sqrt(np.mean((rows - rows.mean(axis=0)) ** 2) * rows.shape[1]))

    def leaves_orbits(moving, of):
        moved = (moving.random(rows, random_state=k) for k in range(_N_MOVES))
        squares = [np.mean(of.distance(m, rows) ** 2) for m in moved]
        return np.sqrt(np.mean(squares)) > smallest

    return not leaves_orbits(symmetry, group) and leaves_orbits(group, symmetry)
