"""How a network is initialised and trained: seeds, batches, the paper's protocol."""

import contextlib
import math

import numpy as np
import torch
from sklearn.model_selection import ShuffleSplit
from sklearn.utils import check_random_state
from skorch import NeuralNet
from skorch.callbacks import Callback, EpochTimer

from ._checks import require_device
from ._loader import TensorLoader, TensorPairs
from ._loss import weighted_loss
from ._parameters import ScikitLearnNetwork
from ._report import ProgressLine
from ._seeding import draws_while_training, seeded_generators
from ._stopping import BestWeights

_BATCH_EVENTS = ("on_batch_begin", "on_batch_end", "on_grad_computed")
_SMALLEST_PASS = 4096  # rows a batch where nothing is learned from it


class TrainedNetwork(ScikitLearnNetwork):
    """A skorch regressor whose training depends on `random_state` alone and on nothing global."""

    def initialize(self):
        """Draw the seeds, then make module, criterion, optimizer and callbacks.

        Returns
        -------
        self : TrainedNetwork
        """
        require_device(self.device)
        self._made_with = self._own_params()
        self.seeds_ = check_random_state(self.random_state).randint(2**31 - 1, size=4).tolist()
        return self._build()

    def _build(self):
        """Make all components, from seeds that are there."""
        self.initialized_ = False  # skorch would tell that it starts anew
        return super().initialize()

    def initialize_module(self):
        """Make the module from weights that depend on `random_state` alone.

        Returns
        -------
        self : TrainedNetwork
        """
        with seeded_generators(self.seeds_[0], self.device):
            super().initialize_module()
        self.module_ = self.module_.to(getattr(torch, self.dtype))
        return self

    def get_params_for(self, prefix):
        """Parameters of a component; the module also gets the sizes of the data.

        Parameters
        ----------
        prefix : str
            Such as ``"module"``.

        Returns
        -------
        dict
        """
        params = super().get_params_for(prefix)
        return {**self._module_params(), **params} if prefix == "module" else params

    def get_params_for_optimizer(self, prefix, named_parameters):
        """Parameters of the optimizer; Adam's fused step is the fastest of its variants.

        Parameters
        ----------
        prefix : str
            Such as ``"optimizer"``.
        named_parameters : iterator
            Weights and their names.

        Returns
        -------
        tuple of args and kwargs
        """
        args, kwargs = super().get_params_for_optimizer(prefix, named_parameters)
        if self.optimizer in (torch.optim.Adam, torch.optim.AdamW):
            kwargs.setdefault("fused", True)
        return args, kwargs

    def get_dataset(self, X, y=None):
        """The data as tensors on the device.

        Parameters
        ----------
        X, y : ndarray
            Pairs; without y for prediction. A dataset is returned as it is.

        Returns
        -------
        TensorPairs
        """
        if isinstance(X, torch.utils.data.Dataset):
            return X
        return TensorPairs(X, y, dtype=self.dtype, device=self.device)

    def get_split_datasets(self, X, y=None, sample_weight=None, **fit_params):
        """Training and validation part of the pairs.

        Parameters
        ----------
        X, y : ndarray
            Pairs.
        sample_weight : ndarray of shape (n_samples,), optional
            Weights of the pairs, scaled to a mean of 1 in each part.
        **fit_params
            As in skorch, where ``train_split`` is given.

        Returns
        -------
        tuple of TensorPairs
            The second is None where nothing is held out.
        """
        if self.train_split is not None:
            if sample_weight is not None:
                raise ValueError(
                    "sample_weight needs train_split=None; set validation_fraction instead."
                )
            return super().get_split_datasets(X, y, **fit_params)
        pairs = self.get_dataset(X, y)
        parts = [np.arange(len(X)), None]
        if self.validation_fraction:
            split = ShuffleSplit(
                1, test_size=self.validation_fraction, random_state=self.seeds_[1]
            )
            parts = next(split.split(X))
        elif sample_weight is None:
            return pairs, None
        return tuple(
            None if rows is None else pairs.subset(rows, _scaled(sample_weight, rows))
            for rows in parts
        )

    def get_iterator(self, dataset, training=False):
        """Batches of a dataset, shuffled for training.

        Parameters
        ----------
        dataset : TensorPairs
            What to iterate over.
        training : bool, default=False
            Whether the batches are for training.

        Returns
        -------
        iterable
        """
        iterator = self.iterator_train if training else self.iterator_valid
        if iterator is not TensorLoader or not isinstance(dataset, TensorPairs):
            return super().get_iterator(dataset, training)
        params = self.get_params_for("iterator_train" if training else "iterator_valid")
        if training:
            generator = torch.Generator().manual_seed(self.seeds_[2] + len(self.history_))
            return TensorLoader(
                dataset, **{"batch_size": self.batch_size, **params}, generator=generator
            )
        batch_size = max(self.batch_size, _SMALLEST_PASS)
        return TensorLoader(dataset, **{"batch_size": batch_size, **params})

    def get_loss(self, y_pred, y_true, X=None, training=False):
        """Loss of a batch.

        Parameters
        ----------
        y_pred : tensor of shape (n_samples, n_outputs)
            Predictions.
        y_true : tensor of shape (n_samples, n_outputs), or a pair
            Targets, or targets and weights.
        X, training
            As in skorch.

        Returns
        -------
        tensor of shape ()
        """
        if isinstance(y_true, tuple | list):
            return weighted_loss(self.criterion_, y_pred, *y_true)
        return super().get_loss(y_pred, y_true, X=X, training=training)

    def fit_loop(self, X, y=None, epochs=None, sample_weight=None, **fit_params):
        """Train epoch by epoch until the cap is reached or patience runs out.

        Parameters
        ----------
        X, y : ndarray
            Pairs.
        epochs : int, optional
            The cap; `max_epochs` by default.
        sample_weight : ndarray of shape (n_samples,), optional
            Weights of the pairs in both losses.
        **fit_params
            Passed to the module.

        Returns
        -------
        self : TrainedNetwork
        """
        epochs = self.max_epochs if epochs is None else epochs
        train, valid = self.get_split_datasets(X, y, sample_weight=sample_weight, **fit_params)
        batches = self.get_iterator(train, training=True)
        held_out = None if valid is None else self.get_iterator(valid)
        datasets = {"dataset_train": train, "dataset_valid": valid}
        best = BestWeights(self.patience)
        self.stopped_early_ = False
        generators = contextlib.nullcontext()
        if draws_while_training(self.module_):
            # One such network at a time: others never touch the generators once they are made.
            generators = seeded_generators(self.seeds_[3] + len(self.history_), self.device)
        with (
            generators,
            ProgressLine(epochs, self.verbose > 0) as line,
        ):
            for _ in range(epochs):
                self.notify("on_epoch_begin", **datasets)
                self.run_single_epoch(batches, True, "train", self.train_step, **fit_params)
                self.run_single_epoch(held_out, False, "valid", self.validation_step, **fit_params)
                self.stopped_early_ = self._end_epoch(datasets, best)
                line.update(self.history_[-1], best)
                if self.stopped_early_:
                    break
        best.restore(self.module_)
        self.best_epoch_ = best.epoch or len(self.history_)
        return self

    def _end_epoch(self, datasets, best):
        """Look at the losses; returns whether patience or a callback ends the training."""
        self._check_finite_loss()
        epoch, loss = len(self.history_), self.history_[-1].get("valid_loss")
        if loss is not None:
            self.history_.record("valid_loss_best", best.update(epoch, loss, self.module_))
        try:
            self.notify("on_epoch_end", **datasets)
        except KeyboardInterrupt:  # how skorch's own callbacks ask for a stop
            return True
        return loss is not None and best.is_exhausted(epoch)

    def run_single_epoch(self, iterator, training, prefix, step_fn, **fit_params):
        """One pass over the batches, without skorch's bookkeeping where nobody asks for it.

        Parameters
        ----------
        iterator : iterable or None
            Batches; None does nothing.
        training : bool
            Whether to learn from them.
        prefix : {"train", "valid"}
            Where the loss is recorded in the history.
        step_fn : callable
            What to do with a batch.
        **fit_params
            Passed to `step_fn`.
        """
        if iterator is None:
            return
        if fit_params or self._needs_batch_events():
            super().run_single_epoch(iterator, training, prefix, step_fn, **fit_params)
            keys = f"{prefix}_batch_size", f"{prefix}_loss"
            batches = [row for row in self.history_[-1]["batches"] if keys[0] in row]
            sizes, losses = ([row[key] for row in batches] for key in keys)
            self.history_.record(f"{prefix}_loss", float(np.average(losses, weights=sizes)))
            return
        self._set_training(training)
        total, n_rows = 0.0, 0
        with torch.set_grad_enabled(training):
            for Xi, yi in iterator:
                loss = self.get_loss(self.infer(Xi), yi, X=Xi, training=training)
                if training:
                    self._zero_grad_optimizer()
                    loss.backward()
                    self._step_optimizer(None)
                total = total + loss.detach() * len(Xi)
                n_rows += len(Xi)
        self.history_.record(f"{prefix}_loss", float(total) / n_rows)

    @property
    def _default_callbacks(self):
        return [("epoch_timer", EpochTimer())]

    def _module_params(self):
        """Arguments of the module that come from the data."""
        if not hasattr(self, "n_outputs_"):
            return {}
        return {"n_features_in": self.n_features_in_, "n_outputs": self.n_outputs_}

    def _check_finite_loss(self):
        losses = [self.history_[-1].get(f"{part}_loss", 0.0) for part in ("train", "valid")]
        if not all(math.isfinite(loss) for loss in losses):
            raise ValueError(
                f"The loss is {losses[0]} in training and {losses[1]} in validation at epoch "
                f"{len(self.history_)}; lower lr={self.lr} or scale X and y."
            )

    def _needs_batch_events(self):
        """Whether a callback or a subclass looks at single batches."""
        return type(self).train_step is not NeuralNet.train_step or any(
            getattr(type(callback), event) is not getattr(Callback, event)
            for _, callback in self.callbacks_
            for event in _BATCH_EVENTS
        )


def _scaled(sample_weight, rows):
    """Weights of some rows with a mean of 1; None where they are all the same."""
    if sample_weight is None:
        return None
    weights = np.zeros_like(sample_weight)
    part = sample_weight[rows]
    part = part / part.max()
    weights[rows] = part / part.mean()
    return weights
