"""Parameters of a skorch regressor, made to behave as scikit-learn's do."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from sklearn.base import BaseEstimator
from skorch import NeuralNetRegressor

from ._loader import TensorLoader

_Init = TypeVar("_Init", bound=Callable[..., None])
DEFAULTS = {  # those that differ from skorch's
    "train_split": None,
    "iterator_train": TensorLoader,
    "iterator_valid": TensorLoader,
}


def _kept_privately(name):
    """A property for what skorch sets in `__init__`, where scikit-learn wants parameters only."""
    key = f"_{name}"

    def read(self) -> Any:
        if key not in vars(self):
            raise AttributeError(name)
        return vars(self)[key]

    def write(self, value):
        vars(self)[key] = value

    return property(read, write)


def names_parameters_of(parent: type) -> Callable[[_Init], _Init]:
    """Decorate ``__init__`` so that its signature names what its ``**kwargs`` accept.

    scikit-learn reads default values from the signature, to leave them out of a representation.

    Parameters
    ----------
    parent : type
        The class whose ``__init__`` receives the ``**kwargs``.

    Returns
    -------
    callable
        Decorator that gives an ``__init__`` its ``__signature__``.
    """

    def named(init):
        *own, kwargs = inspect.signature(init).parameters.values()
        known = {parameter.name for parameter in own}
        more = [
            parameter.replace(
                kind=parameter.KEYWORD_ONLY, default=DEFAULTS.get(name, parameter.default)
            )
            for name, parameter in inspect.signature(parent.__init__).parameters.items()
            if name not in known and parameter.kind is not parameter.VAR_KEYWORD
        ]
        init.__signature__ = inspect.Signature([*own, *more, kwargs])
        return init

    return named


class ScikitLearnNetwork(NeuralNetRegressor):
    """A skorch regressor that scikit-learn can represent, clone and set parameters of."""

    __repr__ = BaseEstimator.__repr__

    initialized_ = _kept_privately("initialized")
    history_ = _kept_privately("history")
    virtual_params_ = _kept_privately("virtual_params")

    def set_params(self, **params):
        """Set parameters of the regressor and of its components.

        As everywhere in scikit-learn, a fitted regressor predicts as before until it is fitted
        again. Its loss, optimizer and callbacks are replaced immediately, for `partial_fit`.

        Parameters
        ----------
        **params
            Parameters of the regressor and, as ``prefix__name``, of its components.

        Returns
        -------
        self : ScikitLearnNetwork
        """
        is_made, others = self.initialized_, {}
        for name, value in params.items():
            component = name.partition("__")[0]
            if is_made and component in self._modules:  # skorch would forget the weights
                setattr(self, name, value)
                self._params_to_validate.add(name)
            elif name in ("callbacks", "optimizer"):
                # skorch looks at callbacks whatever they are, and takes no other optimizer.
                setattr(self, name, value)
                if is_made:
                    getattr(self, f"_initialize_{name}")()
            else:
                others[name] = value
        if others:
            super().set_params(**others)
        if is_made:
            at_once = {"callbacks", *self._criteria, *self._optimizers}
            changed = {n: value for n, value in params.items() if n.partition("__")[0] in at_once}
            self._made_with = {**self._made_with, **changed}
        return self

    def _own_params(self):
        return {name: vars(self)[name] for name in self._get_param_names()}

    def _as_made(self):
        """The network with the parameters that it was made with, whatever was set since."""
        params = self._own_params()
        added = {name for name in params if "__" in name} - set(self._made_with)
        if not added and all(params[name] is value for name, value in self._made_with.items()):
            return self
        made = object.__new__(type(self))
        vars(made).update({name: vars(self)[name] for name in vars(self) if name not in added})
        vars(made).update(self._made_with)
        return made

    def _get_param_names(self):
        return [name for name in super()._get_param_names() if not name.startswith("_")]
