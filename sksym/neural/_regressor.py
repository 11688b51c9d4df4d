"""Neural regressor: any torch module as a scikit-learn regressor."""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted
from skorch import NeuralNet

from ._checks import (
    read_measurements,
    read_weights,
    require_fitting_module,
    require_parameters,
    require_samples,
)
from ._parameters import DEFAULTS, names_parameters_of
from ._saving import SavedNetwork
from ._training import TrainedNetwork


class NeuralRegressor(SavedNetwork, TrainedNetwork):
    """Any torch module as a scikit-learn regressor.

    This is a `skorch.NeuralNetRegressor`: callbacks, ``module__*``, ``criterion__*``,
    ``optimizer__*``, ``history`` and ``set_params`` work as in skorch. A class is given
    ``n_features_in`` and ``n_outputs``, which are taken from the data, where it has such
    parameters; a module that is already made is copied, and trained from the weights that it has.
    Training follows the paper: Adam, a random share of the training pairs held out for validation,
    early stopping after `patience` epochs without a lower validation loss, and the best weights
    kept.

    Parameters
    ----------
    module : callable or torch.nn.Module
        Class of a torch module, or a function that makes one, from ``module__*`` and those of
        ``n_features_in`` and ``n_outputs`` that it takes; or a module. It maps rows of
        measurements to rows of targets.
    criterion : callable, default=torch.nn.MSELoss
        Class of the loss.
    optimizer : callable, default=torch.optim.Adam
        Class of the optimizer.
    lr : float, default=1e-3
        Learning rate.
    max_epochs : int, default=100
        Maximum number of passes over the training pairs.
    batch_size : int, default=128
        Number of pairs per optimizer step.
    patience : int or None, default=10
        Number of epochs without a lower validation loss after which training stops; None never
        stops early.
    validation_fraction : float or None, default=0.1
        Share of the pairs held out for validation; with None no pair is held out and the last
        weights are kept.
    random_state : int, RandomState instance or None, default=None
        Seed of the initial weights, the validation split and the shuffling.
    device : str or torch.device, default="cpu"
        Device on which the network trains and predicts.
    dtype : {"float32", "float64"}, default="float32"
        Precision of weights, data and predictions.
    callbacks : list or None, default=None
        Callbacks of skorch.
    warm_start : bool, default=False
        Whether ``fit`` continues from the present weights.
    verbose : int, default=0
        Verbosity; 1 shows one live line of losses for each fit.
    **kwargs
        Further parameters of `skorch.NeuralNet`, such as ``module__*``, ``optimizer__*`` or
        ``iterator_train``.

    Attributes
    ----------
    n_features_in_, n_outputs_ : int
        Number of columns of X and of y.
    feature_names_in_ : ndarray of str
        Names of the columns of X, if it has names.
    best_epoch_ : int
        Epoch whose weights are kept, counted from 1.
    stopped_early_ : bool
        Whether training stopped before `max_epochs`.
    history_ : skorch.history.History
        Losses and times of every epoch.

    Notes
    -----
    The result depends on `random_state` alone, in threads and processes too. A network with
    dropout draws from torch's global generator, which is seeded for the fit and restored
    afterwards; such networks train one at a time within a process. On several cores torch may add
    numbers in a different order than on one, which changes the last digits.

    Pickle, joblib and skops store the parameters and plain arrays; a network trained on an
    accelerator can be loaded on a machine without one. Unpickling executes code: for files that
    you do not trust use skops, which lists the types to review, or `save_weights`.

    Examples
    --------
    A convolutional network for images of 8 x 8 pixels, given as flat rows:

    >>> import torch
    >>> from sklearn.datasets import load_digits
    >>> from sksym.neural import NeuralRegressor
    >>> class Convolution(torch.nn.Sequential):
    ...     def __init__(self, n_features_in, n_outputs):
    ...         super().__init__(
    ...             torch.nn.Unflatten(1, (1, 8, 8)),
    ...             torch.nn.Conv2d(1, 8, 3),
    ...             torch.nn.ReLU(),
    ...             torch.nn.Flatten(),
    ...             torch.nn.Linear(288, n_outputs),
    ...         )
    >>> X, y = load_digits(return_X_y=True)
    >>> network = NeuralRegressor(Convolution, lr=0.01, max_epochs=20, random_state=0)
    >>> bool(network.fit(X / 16, y).score(X / 16, y) > 0.5)
    True
    """

    @names_parameters_of(NeuralNet)
    def __init__(
        self,
        module: Callable[..., Any],
        *,
        criterion: Callable[..., Any] = torch.nn.MSELoss,
        optimizer: Callable[..., Any] = torch.optim.Adam,
        lr: float = 1e-3,
        max_epochs: int = 100,
        batch_size: int = 128,
        patience: int | None = 10,
        validation_fraction: float | None = 0.1,
        random_state: int | np.random.RandomState | None = None,
        device: str | torch.device = "cpu",
        dtype: str = "float32",
        callbacks: Any = None,
        warm_start: bool = False,
        verbose: int = 0,
        **kwargs: Any,
    ) -> None:
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
            **{**DEFAULTS, **kwargs},
        )

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the network, from new weights unless `warm_start` is set.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), optional
            Non-negative weights of the samples in the training and the validation loss. Samples
            of weight 0 are left out.

        Returns
        -------
        self : NeuralRegressor

        Raises
        ------
        ValueError
            If the parameters, the data or the weights are invalid, the module does not map rows of
            X to rows of y, there are too few samples for a validation split, or the loss becomes
            NaN or infinite.
        """
        return self._train(X, y, sample_weight, is_new=not (self.warm_start and self.initialized_))

    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        classes: Any = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Train for `max_epochs` more epochs, from the present weights if there are any.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`.
        classes : None
            Not used; present because skorch's signature has it and metadata routing reads it.

        Returns
        -------
        self : NeuralRegressor
        """
        return self._train(X, y, sample_weight, is_new=not self.initialized_)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict targets.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Measurements.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Predicted targets, with as many dimensions as y had in `fit`, in the precision `dtype`.
        """
        self._require_fitted()
        network = self._as_made()
        if not isinstance(X, torch.utils.data.Dataset):  # what skorch's scoring callbacks pass
            X = read_measurements(network, X)
        y = network.forward(X).numpy()
        return y[:, 0] if self.target_ndim_ == 1 else y

    @property
    def predict_proba(self):
        """Absent: skorch defines it for every network, but regressors have no probabilities."""
        raise AttributeError(
            f"{type(self).__name__} is a regressor and has no probabilities; call predict."
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def __sklearn_is_fitted__(self):
        return hasattr(self, "best_epoch_")

    def _require_fitted(self):
        check_is_fitted(self)

    def _train(self, X, y, sample_weight, is_new):
        require_parameters(self)
        X, y = read_measurements(self, X, y, reset=is_new, is_fit=True)
        weights = read_weights(sample_weight, X)
        if weights is not None and not weights.all():
            X, y, weights = (array[weights > 0] for array in (X, y, weights))
            weights = read_weights(weights, X)
        require_samples(len(X), self.validation_fraction)
        if is_new:
            self.target_ndim_ = y.ndim
            self.n_outputs_ = 1 if y.ndim == 1 else y.shape[1]
        self._require_outputs(y)
        if is_new:
            self.initialize()
            require_fitting_module(self, X)
        else:
            self._require_same_module()
        y = y.reshape(len(y), -1)
        self.best_epoch_ = 0  # callbacks predict during training
        try:
            self.notify("on_train_begin", X=X, y=y)
            self.fit_loop(X, y, sample_weight=weights)
            self.notify("on_train_end", X=X, y=y)
        except BaseException:
            del self.best_epoch_  # an interrupted network is not fitted
            raise
        return self

    def _require_same_module(self):
        now, made = (
            (network.module, network.dtype, network.device, network.get_params_for("module"))
            for network in (self, self._as_made())
        )
        if now != made:
            raise ValueError(
                "Parameters of the module were set after it was made; to start again call fit "
                "with warm_start=False."
            )

    def _require_outputs(self, y):
        n_outputs = 1 if y.ndim == 1 else y.shape[1]
        if n_outputs != self.n_outputs_:
            raise ValueError(
                f"y has {n_outputs} output(s), but {type(self).__name__} was fitted with "
                f"{self.n_outputs_}; to start again call fit with warm_start=False."
            )
