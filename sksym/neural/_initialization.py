"""Initialization of a network: seeds, module, optimizer and callbacks."""

import copy
import inspect

import torch
from sklearn.utils import check_random_state
from skorch.callbacks import EpochTimer

from ._checks import require_device
from ._parameters import ScikitLearnNetwork
from ._seeding import seeded_generators


class SeededNetwork(ScikitLearnNetwork):
    """A skorch regressor whose components depend on `random_state` and on no global state."""

    def initialize(self):
        """Draw the seeds, then make the module, criterion, optimizer and callbacks.

        Returns
        -------
        self : SeededNetwork
        """
        require_device(self.device)
        self._made_with = self._own_params()
        self.seeds_ = check_random_state(self.random_state).randint(2**31 - 1, size=4).tolist()
        return self._build()

    def _build(self):
        """Make all components from the seeds that are already drawn."""
        self.initialized_ = False  # skorch would print that it starts again
        return super().initialize()

    def initialize_module(self):
        """Make the module, with initial weights that depend on `random_state` alone.

        Returns
        -------
        self : SeededNetwork
        """
        with seeded_generators(self.seeds_[0], self.device):
            super().initialize_module()
        if self.module_ is self.module:  # the caller's own is not trained
            self.module_ = copy.deepcopy(self.module)
        self.module_ = self.module_.to(getattr(torch, self.dtype))
        return self

    def get_params_for(self, prefix):
        """Get the parameters of a component; the module also gets the sizes of the data.

        Parameters
        ----------
        prefix : str
            Prefix of the component, such as ``"module"``.

        Returns
        -------
        dict
        """
        params = super().get_params_for(prefix)
        return {**self._module_params(), **params} if prefix == "module" else params

    def get_params_for_optimizer(self, prefix, named_parameters):
        """Get the parameters of the optimizer; Adam's fused step is its fastest variant.

        Parameters
        ----------
        prefix : str
            Prefix of the optimizer, such as ``"optimizer"``.
        named_parameters : iterator
            Pairs of the name and the tensor of each weight.

        Returns
        -------
        tuple of args and kwargs
        """
        args, kwargs = super().get_params_for_optimizer(prefix, named_parameters)
        if self.optimizer in (torch.optim.Adam, torch.optim.AdamW):
            kwargs.setdefault("fused", True)
        return args, kwargs

    @property
    def _default_callbacks(self):
        return [("epoch_timer", EpochTimer())]

    def _module_params(self):
        """Arguments of the module that are taken from the data, as far as it has such."""
        if not hasattr(self, "n_outputs_") or isinstance(self.module, torch.nn.Module):
            return {}
        sizes = {"n_features_in": self.n_features_in_, "n_outputs": self.n_outputs_}
        parameters = inspect.signature(self.module).parameters
        if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
            return sizes
        return {name: size for name, size in sizes.items() if name in parameters}
