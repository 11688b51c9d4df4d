"""What parameters may be: scikit-learn's constraints, without what they let pass by mistake."""

from collections.abc import Sequence
from numbers import Integral
from textwrap import shorten

from sklearn.utils import _param_validation

_LONGEST_MESSAGE = 400


class Interval(_param_validation.Interval):
    """An interval of numbers. A truth value, an integer to Python, is none of them."""

    def is_satisfied_by(self, val):
        """Whether the value is a number within the interval."""
        return not isinstance(val, bool) and super().is_satisfied_by(val)


COUNT = Interval(Integral, 1, None, closed="left")


class Integers(Interval):
    """A sequence of at least one integer, none below `low`."""

    def __init__(self, low):
        super().__init__(Integral, low, None, closed="left")

    def is_satisfied_by(self, val):
        """Whether the value is such a sequence: a list, a tuple, a range, a 1-D array."""
        is_sequence = isinstance(val, Sequence) and not isinstance(val, bytes | bytearray)
        if not (is_sequence or getattr(val, "ndim", 0) == 1) or len(val) == 0:
            return False
        kinds = set(map(type, val))
        return all(issubclass(k, Integral) and k is not bool for k in kinds) and min(val) in self

    def __str__(self):
        return f"a sequence of at least one element, each {super().__str__()}"


def validate_parameters(owner, constraints, params):
    """Refuse parameters that do not satisfy their constraints, in one line.

    Parameters
    ----------
    owner : object
        Whose parameters they are; errors name its class.
    constraints : dict of str -> list
        As the ``_parameter_constraints`` of scikit-learn.
    params : dict of str -> object
        Names without a constraint are not looked at.

    Raises
    ------
    InvalidParameterError
        A `ValueError` that names the parameter, what it may be and what came.
    """
    try:
        _param_validation.validate_parameter_constraints(
            constraints, params, caller_name=type(owner).__name__
        )
    except _param_validation.InvalidParameterError as error:
        # What came may be an array of any size.
        message = shorten(str(error), _LONGEST_MESSAGE, placeholder=" ...")
        raise _param_validation.InvalidParameterError(message) from None
