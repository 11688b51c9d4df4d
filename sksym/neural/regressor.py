"""A skorch regressor that takes its sizes from the data and trains by the paper's protocol."""

import math
import threading

import numpy as np
import torch
from sklearn.model_selection import ShuffleSplit
from sklearn.utils import check_random_state
from sklearn.utils.validation import validate_data
from skorch import NeuralNet, NeuralNetRegressor
from skorch.callbacks import Callback, EpochTimer, PrintLog

from .loader import TensorLoader, TensorPairs
from .stopping import BestWeights

# Modules draw their weights from torch's global generator: one initialisation at a time.
_INITIALIZATION = threading.Lock()
_BATCH_EVENTS = ("on_batch_begin", "on_batch_end", "on_grad_computed")
_SMALLEST_PASS = 4096  # rows a batch where nothing is learned from it


class NeuralRegressor(NeuralNetRegressor):
    """Any torch module as a scikit-learn regressor.

    A `skorch.NeuralNetRegressor`, so that callbacks, ``module__*``, ``criterion__*``,
    ``optimizer__*``, ``history`` and ``set_params`` work as there. The module is built from
    ``n_features_in`` and ``n_outputs``, which come from the data. Training follows the paper:
    Adam, a random share of the training pairs held out, a stop after `patience` epochs without a
    lower validation loss, and the best weights in the end.

    Parameters
    ----------
    module : callable
        Makes the torch module from ``n_features_in``, ``n_outputs`` and ``module__*``.
    criterion : callable, default=torch.nn.MSELoss
        Makes the loss.
    optimizer : callable, default=torch.optim.Adam
        Makes the optimizer.
    lr : float, default=1e-3
        Learning rate.
    max_epochs : int, default=100
        Most passes over the training pairs.
    batch_size : int, default=128
        Pairs a step.
    patience : int or None, default=10
        Epochs without a lower validation loss before training stops; None never stops early.
    validation_fraction : float or None, default=0.1
        Share of the pairs held out; None holds out none, and the last weights are kept.
    random_state : int, RandomState instance or None, default=None
        Decides initialisation, the validation split and shuffling.
    device : str or torch.device, default="cpu"
        Where to train and predict.
    dtype : {"float32", "float64"}, default="float32"
        Precision of weights, data and predictions.
    callbacks : list or None, default=None
        skorch callbacks.
    warm_start : bool, default=False
        Whether ``fit`` goes on from the present weights.
    verbose : int, default=0
        1 prints a line for each epoch.
    iterator_train, iterator_valid : callable
        Make the iterators over batches; skorch's parameters.
    **kwargs
        Further parameters of `skorch.NeuralNet`, such as ``module__*`` or ``optimizer__*``.

    Attributes
    ----------
    n_features_in_, n_outputs_ : int
        Sizes of the data.
    best_epoch_ : int
        Epoch whose weights were kept, counted from 1.
    stopped_early_ : bool
        Whether patience ran out before `max_epochs`.
    history_ : skorch.history.History
        Losses and times of every epoch.
    """

    def __init__(
        self,
        module,
        *,
        criterion=torch.nn.MSELoss,
        optimizer=torch.optim.Adam,
        lr=1e-3,
        max_epochs=100,
        batch_size=128,
        patience=10,
        validation_fraction=0.1,
        random_state=None,
        device="cpu",
        dtype="float32",
        callbacks=None,
        warm_start=False,
        verbose=0,
        iterator_train=TensorLoader,
        iterator_valid=TensorLoader,
        **kwargs,
    ):
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.random_state = random_state
        self.dtype = dtype
        super().__init__(
            module,
            criterion=criterion,
            optimizer=optimizer,
            lr=lr,
            max_epochs=max_epochs,
            batch_size=batch_size,
            device=device,
            callbacks=callbacks,
            warm_start=warm_start,
            verbose=verbose,
            iterator_train=iterator_train,
            iterator_valid=iterator_valid,
            **{"train_split": None, **kwargs},
        )

    def fit(self, X, y):
        """Train, from new weights unless `warm_start`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.

        Returns
        -------
        self : NeuralRegressor

        Raises
        ------
        ValueError
            If the data are not finite numbers, too few for a validation split, or the loss stops
            being finite.
        """
        is_new = not (self.warm_start and self.initialized_)
        X, y = self._read_pairs(X, y, reset=is_new)
        if is_new:
            self.initialize()
        return self._train(X, y)

    def partial_fit(self, X, y):
        """Train for `max_epochs` more, from the present weights if there are some.

        Parameters
        ----------
        X, y
            As in `fit`.

        Returns
        -------
        self : NeuralRegressor
        """
        is_new = not self.initialized_
        X, y = self._read_pairs(X, y, reset=is_new)
        if is_new:
            self.initialize()
        return self._train(X, y)

    def predict(self, X):
        """Predicted targets.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            As the targets were in `fit`, in the precision `dtype`.
        """
        self.check_is_fitted()
        X = validate_data(self, X, reset=False, dtype=self.dtype, order="C")
        y = self.forward(X).numpy()
        return y[:, 0] if self.target_ndim_ == 1 else y

    def initialize(self):
        """Draw the seeds, then make module, criterion, optimizer and callbacks.

        Returns
        -------
        self : NeuralRegressor
        """
        self.seeds_ = check_random_state(self.random_state).randint(2**31 - 1, size=3).tolist()
        return super().initialize()

    def initialize_module(self):
        """Make the module from weights that depend on `random_state` alone.

        Returns
        -------
        self : NeuralRegressor
        """
        with _INITIALIZATION, torch.random.fork_rng(devices=[]):
            torch.random.default_generator.manual_seed(self.seeds_[0])
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
            Pairs; without y for prediction.

        Returns
        -------
        TensorPairs
        """
        return TensorPairs(X, y, self.device)

    def get_split_datasets(self, X, y=None, **fit_params):
        """Training and validation part of the pairs.

        Parameters
        ----------
        X, y : ndarray
            Pairs.
        **fit_params
            As in skorch, where ``train_split`` is given.

        Returns
        -------
        tuple of TensorPairs
            The second is None where nothing is held out.
        """
        if self.train_split is not None:
            return super().get_split_datasets(X, y, **fit_params)
        pairs = self.get_dataset(X, y)
        if not self.validation_fraction:
            return pairs, None
        split = ShuffleSplit(1, test_size=self.validation_fraction, random_state=self.seeds_[1])
        train, valid = next(split.split(X))
        return pairs.subset(train), pairs.subset(valid)

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
        if iterator is not TensorLoader:
            return super().get_iterator(dataset, training)
        params = self.get_params_for("iterator_train" if training else "iterator_valid")
        if training:
            generator = torch.Generator().manual_seed(self.seeds_[2] + len(self.history_))
            return TensorLoader(
                dataset, **{"batch_size": self.batch_size, **params}, generator=generator
            )
        batch_size = max(self.batch_size, _SMALLEST_PASS)
        return TensorLoader(dataset, **{"batch_size": batch_size, **params})

    def fit_loop(self, X, y=None, epochs=None, **fit_params):
        """Train epoch by epoch until the cap is reached or patience runs out.

        Parameters
        ----------
        X, y : ndarray
            Pairs.
        epochs : int, optional
            The cap; `max_epochs` by default.
        **fit_params
            Passed to the module.

        Returns
        -------
        self : NeuralRegressor
        """
        train, valid = self.get_split_datasets(X, y, **fit_params)
        datasets = {"dataset_train": train, "dataset_valid": valid}
        batches = self.get_iterator(train, training=True)
        held_out = None if valid is None else self.get_iterator(valid)
        best = BestWeights(self.patience)
        self.stopped_early_ = False
        for _ in range(self.max_epochs if epochs is None else epochs):
            self.notify("on_epoch_begin", **datasets)
            self.run_single_epoch(batches, True, "train", self.train_step, **fit_params)
            self.run_single_epoch(held_out, False, "valid", self.validation_step, **fit_params)
            self._check_finite_loss()
            epoch = len(self.history_)
            if valid is not None:
                is_best = best.update(epoch, self.history_[-1, "valid_loss"], self.module_)
                self.history_.record("valid_loss_best", is_best)
            try:
                self.notify("on_epoch_end", **datasets)
            except KeyboardInterrupt:  # how skorch's own callbacks ask for a stop
                self.stopped_early_ = True
                break
            if valid is not None and best.is_exhausted(epoch):
                self.stopped_early_ = True
                break
        best.restore(self.module_)
        self.best_epoch_ = best.epoch or len(self.history_)
        return self

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
            batches = self.history_[-1]["batches"]
            sizes = [
                batch[f"{prefix}_batch_size"]
                for batch in batches
                if f"{prefix}_batch_size" in batch
            ]
            losses = [batch[f"{prefix}_loss"] for batch in batches if f"{prefix}_loss" in batch]
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
        return [("epoch_timer", EpochTimer()), ("print_log", PrintLog())]

    def _get_param_names(self):
        return [name for name in super()._get_param_names() if not name.startswith("_")]

    def _module_params(self):
        """Arguments of the module that come from the data."""
        if not hasattr(self, "n_outputs_"):
            return {}
        return {"n_features_in": self.n_features_in_, "n_outputs": self.n_outputs_}

    def _read_pairs(self, X, y, reset):
        X, y = validate_data(
            self, X, y, reset=reset, dtype=self.dtype, order="C", multi_output=True, y_numeric=True
        )
        y = np.asarray(y, dtype=self.dtype)
        if reset:
            self.target_ndim_ = y.ndim
            self.n_outputs_ = 1 if y.ndim == 1 else y.shape[1]
        return X, y.reshape(len(y), -1)

    def _train(self, X, y):
        self.notify("on_train_begin", X=X, y=y)
        self.fit_loop(X, y)
        self.notify("on_train_end", X=X, y=y)
        return self

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
