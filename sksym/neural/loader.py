"""Data for training: tensors that are sliced, not rows that are collated."""

import numpy as np
import torch


class TensorPairs(torch.utils.data.Dataset):
    """Measurements and targets as two tensors on the training device, or some rows of them.

    Parameters
    ----------
    X : ndarray or tensor of shape (n_samples, ...)
        Inputs.
    y : ndarray or tensor of shape (n_samples, n_outputs), optional
        Targets.
    device : str or torch.device, default="cpu"
        Where the tensors are kept.
    rows : tensor of int, optional
        The rows that belong to this dataset; all by default.
    """

    def __init__(self, X, y=None, device="cpu", rows=None):
        self.X = _tensor(X, device)
        self.y = None if y is None else _tensor(y, device)
        self.rows = rows

    def __len__(self):
        return len(self.X) if self.rows is None else len(self.rows)

    def __getitem__(self, index):
        index = index if self.rows is None else self.rows[index]
        # A batch without targets needs a stand-in: skorch unpacks pairs.
        return self.X[index], (torch.empty(0) if self.y is None else self.y[index])

    def subset(self, rows):
        """The same tensors, seen through some rows."""
        return TensorPairs(self.X, self.y, self.X.device, torch.as_tensor(rows))


class TensorLoader:
    """Batches of a `TensorPairs`: slices of one permutation for each pass.

    Parameters
    ----------
    dataset : TensorPairs
        What to iterate over.
    batch_size : int
        Rows a batch; the last one may be smaller.
    generator : torch.Generator, optional
        Shuffles before each pass; without one the order is that of the data.
    """

    def __init__(self, dataset, batch_size, generator=None):
        self.dataset = dataset
        self.batch_size = batch_size
        self.generator = generator

    def __len__(self):
        return -(-len(self.dataset) // self.batch_size)

    def __iter__(self):
        n = len(self.dataset)
        if self.generator is None:
            for start in range(0, n, self.batch_size):
                yield self.dataset[slice(start, start + self.batch_size)]
        else:
            for index in torch.randperm(n, generator=self.generator).split(self.batch_size):
                yield self.dataset[index]


def _tensor(values, device):
    if isinstance(values, np.ndarray) and not values.flags.writeable:
        values = values.copy()  # torch would share memory that it may not write to
    return torch.as_tensor(values, device=device)
