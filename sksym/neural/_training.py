"""Training of a network: its data, batches, losses and epochs, by the paper's protocol."""

import contextlib
import math

import numpy as np
import torch
from sklearn.model_selection import ShuffleSplit
from skorch import NeuralNet
from skorch.callbacks import Callback

from ._initialization import SeededNetwork
from ._loader import TensorLoader, TensorPairs
from ._loss import weighted_loss
from ._report import ProgressLine
from ._seeding import draws_while_training, seeded_generators
from ._stopping import BestWeights

_BATCH_EVENTS = ("on_batch_begin", "on_batch_end", "on_grad_computed")
_SMALLEST_PASS = 4096  # samples per batch where nothing is learned from them


class TrainedNetwork(SeededNetwork):
    """A skorch regressor whose training depends on `random_state` and on no global state."""

    def get_dataset(self, X, y=None):
        """Make a dataset of tensors on the device.

        Parameters
        ----------
        X, y : ndarray
            Pairs, or measurements alone for prediction. A dataset is returned unchanged.

        Returns
        -------
        TensorPairs
        """
        if isinstance(X, torch.utils.data.Dataset):
            return X
        return TensorPairs(X, y, dtype=self.dtype, device=self.device)

    def get_split_datasets(self, X, y=None, sample_weight=None, **fit_params):
        """Split the pairs into a training and a validation part.

        Parameters
        ----------
        X, y : ndarray
            Pairs.
        sample_weight : ndarray of shape (n_samples,), optional
            Sample weights, which are scaled to a mean of 1 in each part.
        **fit_params
            Parameters of skorch's ``train_split``, if it is set.

        Returns
        -------
        tuple of TensorPairs
            Training and validation part; the latter is None where no pair is held out.
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
            None if part is None else pairs.subset(part, _scaled(sample_weight, part))
            for part in parts
        )

    def get_iterator(self, dataset, training=False):
        """Iterate over batches of a dataset, shuffled for training.

        Parameters
        ----------
        dataset : TensorPairs
            Data to iterate over.
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

    def infer(self, x, **fit_params):
        """Compute the outputs of a batch.

        Parameters
        ----------
        x : tensor of shape (n_samples, n_features)
            Measurements.
        **fit_params
            Parameters of the module's ``forward``.

        Returns
        -------
        tensor of shape (n_samples, n_outputs)
        """
        y_pred = super().infer(x, **fit_params)
        is_flat = isinstance(y_pred, torch.Tensor) and y_pred.ndim == 1
        return y_pred[:, None] if is_flat else y_pred

    def get_loss(self, y_pred, y_true, X=None, training=False):
        """Compute the loss of a batch.

        Parameters
        ----------
        y_pred : tensor of shape (n_samples, n_outputs)
            Predictions.
        y_true : tensor of shape (n_samples, n_outputs), or a pair
            Targets, or targets and weights.
        X, training
            Measurements of the batch and whether it is trained on, as in skorch.

        Returns
        -------
        tensor of shape ()
        """
        if isinstance(y_true, tuple | list):
            return weighted_loss(self.criterion_, y_pred, *y_true)
        return super().get_loss(y_pred, y_true, X=X, training=training)

    def fit_loop(self, X, y=None, epochs=None, sample_weight=None, **fit_params):
        """Train until the maximum number of epochs is reached or patience runs out.

        Parameters
        ----------
        X, y : ndarray
            Pairs.
        epochs : int, optional
            Maximum number of epochs; `max_epochs` by default.
        sample_weight : ndarray of shape (n_samples,), optional
            Sample weights in the training and the validation loss.
        **fit_params
            Parameters of the module's ``forward``.

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
            # One such network at a time: the others do not draw once they are initialized.
            generators = seeded_generators(self.seeds_[3] + len(self.history_), self.device)
        with generators, ProgressLine(epochs, self.verbose > 0) as line:
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
        """Record the losses; return whether patience or a callback ends the training."""
        self._check_finite_loss()
        epoch, loss = len(self.history_), self.history_[-1].get("valid_loss")
        if loss is not None:
            self.history_.record("valid_loss_best", best.update(epoch, loss, self.module_))
        try:
            self.notify("on_epoch_end", **datasets)
        except KeyboardInterrupt:  # how skorch's callbacks request a stop
            return True
        return loss is not None and best.is_exhausted(epoch)

    def run_single_epoch(self, iterator, training, prefix, step_fn, **fit_params):
        """Pass over the batches once, without skorch's records of batches unless they are used.

        Parameters
        ----------
        iterator : iterable or None
            Batches; None skips the pass.
        training : bool
            Whether to train on the batches.
        prefix : {"train", "valid"}
            Prefix of the loss in the history.
        step_fn : callable
            Function that processes a batch.
        **fit_params
            Parameters of `step_fn`.
        """
        if iterator is None:
            return
        if fit_params or self._needs_batch_events():
            super().run_single_epoch(iterator, training, prefix, step_fn, **fit_params)
            keys = f"{prefix}_batch_size", f"{prefix}_loss"
            batches = [batch for batch in self.history_[-1]["batches"] if keys[0] in batch]
            sizes, losses = ([batch[key] for batch in batches] for key in keys)
            self.history_.record(f"{prefix}_loss", float(np.average(losses, weights=sizes)))
            return
        self._set_training(training)
        total, n_samples = 0.0, 0
        with torch.set_grad_enabled(training):
            for Xi, yi in iterator:
                loss = self.get_loss(self.infer(Xi), yi, X=Xi, training=training)
                if training:
                    self._zero_grad_optimizer()
                    loss.backward()
                    self._step_optimizer(None)
                total = total + loss.detach() * len(Xi)
                n_samples += len(Xi)
        self.history_.record(f"{prefix}_loss", float(total) / n_samples)

    def _check_finite_loss(self):
        losses = [self.history_[-1].get(f"{part}_loss", 0.0) for part in ("train", "valid")]
        if not all(math.isfinite(loss) for loss in losses):
            raise ValueError(
                f"The loss is {losses[0]} in training and {losses[1]} in validation at epoch "
                f"{len(self.history_)}; lower lr={self.lr} or scale X and y."
            )

    def _needs_batch_events(self):
        """Whether a callback or a subclass uses single batches."""
        return type(self).train_step is not NeuralNet.train_step or any(
            getattr(type(callback), event) is not getattr(Callback, event)
            for _, callback in self.callbacks_
            for event in _BATCH_EVENTS
        )


def _scaled(sample_weight, samples):
    """Weights with a mean of 1 over a subset of the samples; None without weights."""
    if sample_weight is None:
        return None
    weights = np.zeros_like(sample_weight)
    part = sample_weight[samples]
    part = part / part.max()
    weights[samples] = part / part.mean()
    return weights
