"""Parameter constraints of scikit-learn, made stricter where they accept a bool as a number."""

from collections.abc import Callable, Sequence
from numbers import Integral
from textwrap import shorten
from typing import Any, ParamSpec, TypeVar

from sklearn.utils import _param_validation

_LONGEST_MESSAGE = 400
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class Interval(_param_validation.Interval):
    """Interval of numbers that excludes bool, which Python counts among the integers."""

    def is_satisfied_by(self, val):
        """Whether the value is a number within the interval."""
        return not isinstance(val, bool) and super().is_satisfied_by(val)


COUNT = Interval(Integral, 1, None, closed="left")


class Integers(Interval):
    """Non-empty sequence of integers of at least `low`."""

    def __init__(self, low):
        super().__init__(Integral, low, None, closed="left")

    def is_satisfied_by(self, val):
        """Whether the value is such a sequence: a list, tuple, range or one-dimensional array."""
        is_sequence = isinstance(val, Sequence) and not isinstance(val, bytes | bytearray)
        if not (is_sequence or getattr(val, "ndim", 0) == 1) or len(val) == 0:
            return False
        kinds = set(map(type, val))
        return all(issubclass(k, Integral) and k is not bool for k in kinds) and min(val) in self

    def __str__(self):
        return f"a sequence of at least one element, each {super().__str__()}"


class IntegersOrNames(Integers):
    """Non-empty sequence of integers of at least `low`, or of texts."""

    def is_satisfied_by(self, val):
        """Whether the value is such a sequence."""
        is_sequence = isinstance(val, list | tuple) or getattr(val, "ndim", 0) == 1
        is_of_names = is_sequence and len(val) > 0 and all(isinstance(name, str) for name in val)
        return is_of_names or super().is_satisfied_by(val)

    def __str__(self):
        return f"a list of names or {super().__str__()}"


FIELD = _param_validation.StrOptions({"real", "complex"})


def validated(
    constraints: dict[str, Any], *, prefer_skip_nested_validation: bool = True
) -> Callable[[Callable[_Arguments, _Result]], Callable[_Arguments, _Result]]:
    """Decorate a function or method whose arguments are checked; its types stay what they are.

    That of scikit-learn has no types, and what it decorates would have none.

    Parameters
    ----------
    constraints : dict of str -> list
        Constraints in the format of scikit-learn's ``_parameter_constraints``; parameters without
        one are not checked.
    prefer_skip_nested_validation : bool, default=True
        As in scikit-learn: whether functions called inside trust what they are given.

    Returns
    -------
    callable
        The decorator. What it decorates raises an `InvalidParameterError`, a `ValueError`, before
        anything is computed.
    """
    return _param_validation.validate_params(
        constraints, prefer_skip_nested_validation=prefer_skip_nested_validation
    )


def validate_parameters(owner, constraints, params):
    """Raise unless parameters satisfy their constraints.

    Parameters
    ----------
    owner : object
        Object with the parameters; errors name its class.
    constraints : dict of str -> list
        Constraints in the format of scikit-learn's ``_parameter_constraints``.
    params : dict of str -> object
        Parameters; those without a constraint are not checked.

    Raises
    ------
    InvalidParameterError
        A `ValueError` of one line that names the parameter, its constraint and its value.
    """
    try:
        _param_validation.validate_parameter_constraints(
            constraints, params, caller_name=type(owner).__name__
        )
    except _param_validation.InvalidParameterError as error:
        # The value may be an array of any size.
        message = shorten(str(error), _LONGEST_MESSAGE, placeholder=" ...")
        raise _param_validation.InvalidParameterError(message) from None
