"""Data for training: blocks of rows that are sliced, not rows that are collated."""

import numpy as np
import torch

_BLOCK = 2**13  # rows that are gathered at once and then cut into batches
_SHARE = 0.5  # of the free memory of an accelerator that data may take


class TensorPairs(torch.utils.data.Dataset):
    """Measurements, targets and weights, or some rows of them, handed out as tensors.

    On the CPU the arrays stay where they are, memory maps on disk included, and only the rows
    asked for are read. On another device they are moved there once if they fit; if not, the rows
    asked for travel in pinned memory.

    Parameters
    ----------
    X : ndarray of shape (n_samples, ...)
        Inputs.
    y : ndarray of shape (n_samples, n_outputs), optional
        Targets.
    weights : ndarray of shape (n_samples,), optional
        Handed out beside the targets, as a pair of both.
    dtype : {"float32", "float64"}, default="float32"
        Precision of what is handed out.
    device : str or torch.device, default="cpu"
        Where it is handed out.
    """

    def __init__(self, X, y=None, weights=None, *, dtype="float32", device="cpu"):
        self.dtype = np.dtype(dtype)
        self.device = torch.device(device)
        self.rows = None
        arrays = (X, y, weights)
        self.parts = [None if array is None else np.asarray(array) for array in arrays]
        if self.device.type != "cpu" and self._fits():
            self.parts = [None if array is None else self._moved(array) for array in self.parts]

    def __len__(self):
        return len(self.parts[0]) if self.rows is None else len(self.rows)

    def __getitem__(self, index):
        if self.rows is not None:
            index = self.rows[index]
        X, y, weights = (None if part is None else self._read(part, index) for part in self.parts)
        if y is None:
            y = torch.empty(0)  # a stand-in: skorch unpacks pairs
        return X, (y if weights is None else (y, weights))

    def subset(self, rows, weights=None):
        """The same arrays, seen through some rows, with weights of their own.

        Parameters
        ----------
        rows : ndarray of int
            Which rows.
        weights : ndarray of shape (n_samples,), optional
            For all rows of the whole.

        Returns
        -------
        TensorPairs
        """
        part = object.__new__(TensorPairs)
        part.dtype, part.device, part.rows = self.dtype, self.device, np.asarray(rows)
        part.parts = [*self.parts[:2], weights]
        return part

    def _fits(self):
        if self.device.type != "cuda":
            return True  # others do not tell
        n_entries = sum(array.size for array in self.parts if array is not None)
        free, _ = torch.cuda.mem_get_info(self.device)
        return n_entries * self.dtype.itemsize <= _SHARE * free

    def _moved(self, array):
        moved = torch.empty(array.shape, dtype=getattr(torch, self.dtype.name), device=self.device)
        for start in range(0, len(array), _BLOCK):
            rows = slice(start, start + _BLOCK)
            moved[rows] = self._read(array, rows)
        return moved

    def _read(self, part, index):
        if isinstance(part, torch.Tensor):
            if isinstance(index, np.ndarray):
                index = torch.from_numpy(index).to(self.device)
            return part[index]
        flags, is_ready = part.flags, part.dtype == self.dtype
        if isinstance(index, slice) and flags.writeable and flags.c_contiguous and is_ready:
            block = torch.from_numpy(part[index])
        else:
            # Torch refuses to share memory that is read-only: the rows are copied, not the whole.
            values = part[index]
            block = torch.empty(np.shape(values), dtype=getattr(torch, self.dtype.name))
            block.numpy()[...] = values
        if self.device.type == "cpu":
            return block
        return block.pin_memory().to(self.device, non_blocking=True)


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
        order = None
        if self.generator is not None:
            order = torch.randperm(n, generator=self.generator).numpy()
        step = self.batch_size * max(1, _BLOCK // self.batch_size)
        for start in range(0, n, step):
            rows = slice(start, min(start + step, n))
            X, y = self.dataset[rows if order is None else order[rows]]
            yield from zip(X.split(self.batch_size), self._batches(y, len(X)), strict=True)

    def _batches(self, y, n_rows):
        if isinstance(y, tuple):
            return zip(*(self._batches(part, n_rows) for part in y), strict=True)
        if len(y) == n_rows:
            return y.split(self.batch_size)
        return [y] * -(-n_rows // self.batch_size)
