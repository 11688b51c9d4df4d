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

        Parameters
        ----------
        **params
            Parameters of the regressor and, by ``prefix__name``, of its components.

        Returns
        -------
        self : ScikitLearnNetwork
        """
        # skorch looks at callbacks at once, whatever they are, and takes no other optimizer.
        for name in ("callbacks", "optimizer"):
            if name in params:
                setattr(self, name, params.pop(name))
                if self.initialized_:
                    getattr(self, f"_initialize_{name}")()
        return super().set_params(**params) if params else self

    def _get_param_names(self):
        return [name for name in super()._get_param_names() if not name.startswith("_")]
