"""The laws that every symmetry keeps, as checks for symmetries of your own."""

import array_api_compat
import numpy as np
from numpy.typing import ArrayLike

from ._arrays import algebra
from ._rounding import host, rounding_of, rounding_of_representatives, size_of, ulps
from .symmetries import Symmetry, require_symmetry

__all__ = ["LAWS", "check_laws"]

_N_RANDOM = 20


def check_laws(
    symmetry: Symmetry, y: ArrayLike, random_state: int | np.random.RandomState | None = 0
) -> None:
    """Check that a symmetry keeps the laws that everything in this package relies on.

    Parameters
    ----------
    symmetry : Symmetry
        Symmetry to check.
    y : array-like of shape (n_samples, n_features)
        Some rows in general position, at least four; NumPy, torch or another array namespace.
    random_state : int, default=0
        Seed of the group elements that are tried.

    Raises
    ------
    AssertionError
        If a law is broken; the message names the law and the rows.
    ValueError
        If `symmetry` is not a symmetry or there are fewer than four rows.

    Examples
    --------
    >>> import numpy as np
    >>> from sksym import FiniteSymmetry
    >>> from sksym.testing import check_laws
    >>> class Reversal(FiniteSymmetry):
    ...     def _orbit(self, xp, y):
    ...         yield y
    ...         yield xp.flip(y, axis=1)
    >>> y = np.random.RandomState(0).standard_normal((10, 4))
    >>> check_laws(Reversal(), y)
    >>> class Tripling(FiniteSymmetry):
    ...     def _orbit(self, xp, y):
    ...         yield y
    ...         yield 3 * y
    >>> check_laws(Tripling(), y)
    Traceback (most recent call last):
        ...
    AssertionError: Tripling() breaks the law ...
    """
    require_symmetry(symmetry)
    if len(y) < 4:
        raise ValueError(f"check_laws needs at least four rows, got {len(y)}.")
    y = y if hasattr(y, "dtype") else np.asarray(y, dtype=np.float64)
    for law in LAWS:
        law(symmetry, y, random_state)


def _require(symmetry, law, error, tolerance):
    """Raise where a row's error is not within its tolerance."""
    error = np.atleast_1d(host(error))
    bad = ~(error <= tolerance)  # so that NaN is bad
    if bad.any():
        rows = np.flatnonzero(bad)[:5].tolist()
        raise AssertionError(
            f'{symmetry!r} breaks the law "{law}": error {np.max(error[bad]):.3g} in rows {rows}, '
            f"where at most {np.max(tolerance):.3g} is rounding."
        )


def _gap(a, b):
    """Largest difference in each row."""
    return np.abs(host(a) - host(b)).max(axis=1)


def _references(symmetry, y):
    """The default reference, and a row in general position, of the size of the rows."""
    rng = np.random.RandomState(1)
    generic = rng.standard_normal(y.shape[1])
    if np.iscomplexobj(host(y)):
        generic = generic + 1j * rng.standard_normal(y.shape[1])
    return None, generic * size_of(symmetry, y)


def in_the_orbit(symmetry, y, random_state=0):
    """A representative is a point of its orbit, and so is an aligned and a random one."""
    for reference in _references(symmetry, y):
        distance = symmetry.distance(symmetry.canonicalize(y, reference), y)
        _require(symmetry, "in the orbit", distance, rounding_of(symmetry, y))
    distance = symmetry.distance(symmetry.random(y, random_state), y)
    _require(symmetry, "in the orbit", distance, rounding_of(symmetry, y))


def constant_on_orbits(symmetry, y, random_state=0):
    """Two points of one orbit have one representative."""
    for reference in _references(symmetry, y):
        expected = symmetry.canonicalize(y, reference)
        rounding = rounding_of_representatives(symmetry, y, reference)
        for k in range(5):
            got = symmetry.canonicalize(symmetry.random(y, random_state + k), reference)
            _require(symmetry, "constant on orbits", _gap(got, expected), rounding)


def idempotent(symmetry, y, random_state=0):
    """A representative is its own, to the last bit."""
    for reference in _references(symmetry, y):
        once = symmetry.canonicalize(y, reference)
        twice = symmetry.canonicalize(once, reference)
        _require(symmetry, "idempotent", _gap(twice, once), 0.0)


def convex(symmetry, y, random_state=0):
    """For an isometric group the midpoint of two representatives is one: they are connected."""
    if not symmetry.is_isometric:
        return
    for reference in _references(symmetry, y):
        canonical = symmetry.canonicalize(y, reference)
        half = canonical.shape[0] // 2
        middle = (canonical[:half, :] + canonical[half : 2 * half, :]) / 2
        moved = symmetry.canonicalize(middle, reference)
        _require(symmetry, "convex", _gap(moved, middle), rounding_of(symmetry, y))


def optimal(symmetry, y, random_state=0):
    """No random point of the orbit is nearer than the aligned one."""
    to = _other(y)
    nearest = np.linalg.norm(host(symmetry.align(y, to)) - host(to), axis=1)
    for k in range(_N_RANDOM):
        point = symmetry.random(y, random_state + k)
        distance = np.linalg.norm(host(point) - host(to), axis=1)
        _require(symmetry, "optimal", nearest - distance, rounding_of(symmetry, y))


def distance_of_orbits(symmetry, y, random_state=0):
    """Distances are those of orbits; for an isometric group they are a metric."""
    other = _other(y)
    distance = host(symmetry.distance(y, other))
    moved = host(symmetry.distance(symmetry.random(y, random_state), other))
    _require(symmetry, "distance of orbits", np.abs(moved - distance), rounding_of(symmetry, y))
    if symmetry.is_isometric:
        back = host(symmetry.distance(other, y))
        _require(symmetry, "distance of orbits", np.abs(back - distance), rounding_of(symmetry, y))
        third = _other(other)
        around = host(symmetry.distance(other, third)) + distance
        direct = host(symmetry.distance(y, third))
        _require(symmetry, "distance of orbits", direct - around, rounding_of(symmetry, y))


def rows_are_independent(symmetry, y, random_state=0):
    """Each row's answer does not depend on the other rows."""
    for reference in _references(symmetry, y):
        whole = symmetry.canonicalize(y, reference)
        part = symmetry.canonicalize(y[1:3, :], reference)
        error = _gap(part, whole[1:3, :])
        _require(symmetry, "rows are independent", error, rounding_of(symmetry, y))


def input_is_kept(symmetry, y, random_state=0):
    """Shape and dtype are kept, and the input is neither written to nor handed out."""
    before = host(y).copy()
    aligned, moved = symmetry.align(y, _other(y)), symmetry.random(y, random_state)
    for result in (symmetry.canonicalize(y), aligned, moved):
        if result.shape != y.shape or result.dtype != y.dtype:
            raise AssertionError(
                f'{symmetry!r} breaks the law "input is kept": {y.dtype} rows of shape '
                f"{tuple(y.shape)} became {result.dtype} rows of shape {tuple(result.shape)}."
            )
        if np.shares_memory(host(result), host(y)) or (host(y) != before).any():
            raise AssertionError(
                f'{symmetry!r} breaks the law "input is kept": the input was changed or returned.'
            )


def lift_tells_orbits_apart(symmetry, y, random_state=0):
    """The lift is the same along an orbit, and the way back leads into the orbit."""
    if not symmetry.has_lift:
        return
    xp = array_api_compat.array_namespace(y)
    generic = algebra.like(xp, _references(symmetry, y)[1][None, :], y)
    z = symmetry.lift(y)
    # What rows of this size round to, though a lift may vanish.
    size = max(float(np.abs(host(part)).max()) for part in (z, symmetry.lift(generic)))
    rounding = ulps(y) * size
    _require(symmetry, "lift", _gap(symmetry.lift(symmetry.random(y, random_state)), z), rounding)
    back = symmetry.unlift(z)
    _require(symmetry, "lift", _gap(symmetry.lift(back), z), rounding)
    # Where the lift has no inverse derivative (zero, points of lower rank), rounding of the lift
    # is the square of a distance.
    tolerance = 10 * ulps(y) ** 0.5 * size_of(symmetry, y)
    _require(symmetry, "lift", host(symmetry.distance(back, y)), tolerance)


def margin_is_a_distance(symmetry, y, random_state=0):
    """The margin is constant on orbits and changes no faster than the row moves."""
    other = _other(y)
    step = np.linalg.norm(host(y) - host(other), axis=1)
    for reference in _references(symmetry, y):
        margin = host(symmetry.margin(y, reference))
        moved = host(symmetry.margin(symmetry.random(y, random_state), reference))
        changed = host(symmetry.margin(other, reference))
        is_free = np.isposinf([margin, moved, changed]).all(axis=0)  # rows without a cut
        margin, moved, changed = (np.where(is_free, 0.0, m) for m in (margin, moved, changed))
        _require(symmetry, "margin", -margin, 0.0)
        _require(symmetry, "margin", np.abs(moved - margin), rounding_of(symmetry, y))
        if symmetry.is_isometric:
            _require(symmetry, "margin", np.abs(changed - margin) - step, rounding_of(symmetry, y))


def unit_does_not_matter(symmetry, y, random_state=0):
    """In another unit every answer is the same, where the group has none of its own."""
    other = _other(y)
    functions = [symmetry.align, symmetry.distance]
    if symmetry.is_isometric:  # an orbit with all multiples of a row has no unit
        functions.append(lambda y, other: symmetry.canonicalize(y))
        functions.append(lambda y, other: symmetry.margin(y))
    is_single = host(y).real.dtype == np.float32
    for unit in (2.0**-49, 2.0**49) if is_single else (2.0**-498, 2.0**498):  # they do not round
        scaled = y * unit
        moved = symmetry.random(scaled, random_state) / unit
        if (_gap(moved, symmetry.random(y, random_state)) > rounding_of(symmetry, y)).any():
            return  # a mirror about a point has a unit of its own
        for function in functions:
            there, here = host(function(scaled, other * unit)) / unit, host(function(y, other))
            with np.errstate(invalid="ignore"):  # margins of groups without a cut are infinite
                change = np.where(there == here, 0.0, np.abs(there - here))
            _require(symmetry, "unit does not matter", change, rounding_of(symmetry, y))


def mean_is_the_best(symmetry, y, random_state=0):
    """No candidate is a better mean, whatever their order; integer weights are repetition."""
    xp = array_api_compat.array_namespace(y)
    parts = [y, _other(y), symmetry.random(_other(_other(y)), random_state)]
    parts[2] = xp.concat([parts[2][1:, :], parts[2][:1, :]], axis=0)
    if not symmetry.is_isometric:
        parts = [symmetry.canonicalize(part) for part in parts]

    weights = (2, 1, 1)

    def cost(mean):
        squares = [host(symmetry.distance(mean, part)) ** 2 for part in parts]
        return np.average(squares, axis=0, weights=weights) ** 0.5

    def mean(order, weights=None):
        return symmetry.mean(xp.stack([parts[k] for k in order], axis=1), weights)

    least = cost(mean((0, 1, 2), weights))
    rounding = 4 * rounding_of(symmetry, y)
    best = np.min([cost(part) for part in parts], axis=0)
    _require(symmetry, "mean is the best", least - best, rounding)
    for other in (mean((2, 0, 1), (1, 2, 1)), mean((0, 1, 0, 2))):
        _require(symmetry, "mean is the best", np.abs(cost(other) - least), rounding)


def _other(y):
    """Other rows of the same kind: the rows in another order."""
    xp = array_api_compat.array_namespace(y)
    half = y.shape[0] // 2
    return xp.concat([y[half:, :], y[:half, :]], axis=0)


LAWS = (
    in_the_orbit,
    constant_on_orbits,
    idempotent,
    convex,
    optimal,
    distance_of_orbits,
    rows_are_independent,
    input_is_kept,
    lift_tells_orbits_apart,
    margin_is_a_distance,
    unit_does_not_matter,
    mean_is_the_best,
)
