"""A skorch regressor whose parameters behave as scikit-learn's do."""

import inspect

from sklearn.base import BaseEstimator
from skorch import NeuralNet, NeuralNetRegressor

DEFAULTS = {"train_split": None}  # where they are not those of skorch


def _kept_privately(name):
    """An attribute that skorch sets in `__init__`, where scikit-learn wants parameters only."""
    key = f"_{name}"

    def read(self):
        if key not in vars(self):
            raise AttributeError(name)
        return vars(self)[key]

    def write(self, value):
        vars(self)[key] = value

    return property(read, write)


def names_parameters_of_skorch(init):
    """Let the signature of `__init__` name what its ``**kwargs`` take, with the defaults.

    scikit-learn leaves parameters at their defaults out of a representation; it reads them there.

    Parameters
    ----------
    init : callable
        The ``__init__`` of a subclass of `skorch.NeuralNet`.

    Returns
    -------
    callable
        The same, with a ``__signature__``.
    """
    *own, kwargs = inspect.signature(init).parameters.values()
    known = {parameter.name for parameter in own}
    more = [
        parameter.replace(
            kind=parameter.KEYWORD_ONLY, default=DEFAULTS.get(name, parameter.default)
        )
        for name, parameter in inspect.signature(NeuralNet.__init__).parameters.items()
        if name not in known and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    init.__signature__ = inspect.Signature([*own, *more, kwargs])
    return init


class ScikitLearnNetwork(NeuralNetRegressor):
    """A skorch regressor with scikit-learn's representation, nothing learned in `__init__`."""

    __repr__ = BaseEstimator.__repr__

    initialized_ = _kept_privately("initialized")
    history_ = _kept_privately("history")
    virtual_params_ = _kept_privately("virtual_params")

    def set_params(self, **params):
        """Set parameters, those of components too.

        As everywhere in scikit-learn, a fitted regressor predicts as before until it is fitted
        anew. Its loss, optimizer and callbacks are exchanged at once, for `partial_fit`.

        Parameters
        ----------
        **params
            Parameters of the regressor and, by ``prefix__name``, of its components.

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
