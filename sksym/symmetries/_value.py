"""A symmetry as a value: its parameters, its representation and its equality."""

import re
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils._pprint import _changed_params

from .._persistence import Versioned
from .._validation import validate_parameters


class Value(Versioned, BaseEstimator):
    """Mixin: an object that is nothing but its parameters."""

    _parameter_constraints: ClassVar[dict] = {}

    def __repr__(self, N_CHAR_MAX=700):
        # An expression on one line. That of scikit-learn doubles its time with every layer.
        arguments = ", ".join(self._argument(*item) for item in _changed_params(self).items())
        text = re.sub(r"\s*\n\s*", " ", f"{type(self).__name__}({arguments})")
        if len(text) <= N_CHAR_MAX:
            return text
        return f"{text[: N_CHAR_MAX // 2]}...{text[-(N_CHAR_MAX // 2) :]}"

    def _argument(self, name, value):
        """A parameter as the representation shows it."""
        return f"{name}={value.tolist() if isinstance(value, np.ndarray) else value!r}"

    def __eq__(self, other):
        if type(self) is not type(other):
            return NotImplemented
        own, others = self.get_params(deep=False), other.get_params(deep=False)
        return all(np.array_equal(own[name], others[name]) for name in own)

    def __hash__(self):
        return hash(type(self))

    def _key(self):
        """The type and the parameters, to look up what was made for them."""
        return type(self), *((name, _frozen(value)) for name, value in vars(self).items())

    def _validate_params(self):
        """Check the own parameters and those of the symmetries among them."""
        validate_parameters(self, self._parameter_constraints, vars(self))
        for value in vars(self).values():
            if isinstance(value, Value):
                value._validate_params()


def _frozen(value):
    """A parameter as something that can be looked up."""
    if isinstance(value, Value):
        return value._key()
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, value.tobytes()
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    if isinstance(value, dict):
        return tuple((name, _frozen(part)) for name, part in value.items())
    return repr(value) if isinstance(value, slice) else value
