"""Batches of training data, sliced from arrays instead of collated sample by sample."""

import numpy as np
import torch

_BLOCK = 2**13  # samples that are gathered at once and then cut into batches
_SHARE = 0.5  # largest share of an accelerator's free memory that data may take


class TensorPairs(torch.utils.data.Dataset):
    """Dataset of measurements, targets and weights, or of a subset of them, as tensors.

    On the CPU the arrays are not copied, memory maps on disk included, and only the requested
    samples are read. On another device they are moved there once if they fit; if not, the
    requested samples are transferred from pinned memory.

    Parameters
    ----------
    X : ndarray of shape (n_samples, ...)
        Measurements.
    y : ndarray of shape (n_samples, n_outputs), optional
        Targets.
    weights : ndarray of shape (n_samples,), optional
        Sample weights; the second item of a sample is then the pair of target and weight.
    dtype : {"float32", "float64"}, default="float32"
        Precision of the tensors.
    device : str or torch.device, default="cpu"
        Device of the tensors.
    """

    def __init__(self, X, y=None, weights=None, *, dtype="float32", device="cpu"):
        self.dtype = np.dtype(dtype)
        self.device = torch.device(device)
        self.samples = None
        arrays = (X, y, weights)
        self.parts = [None if array is None else np.asarray(array) for array in arrays]
        if self.device.type != "cpu" and self._fits():
            self.parts = [None if array is None else self._moved(array) for array in self.parts]

    def __len__(self):
        return len(self.parts[0]) if self.samples is None else len(self.samples)

    def __getitem__(self, index):
        if self.samples is not None:
            index = self.samples[index]
        X, y, weights = (None if part is None else self._read(part, index) for part in self.parts)
        if y is None:
            y = torch.empty(0)  # a stand-in: skorch unpacks pairs
        return X, (y if weights is None else (y, weights))

    def subset(self, samples, weights=None):
        """Subset of the samples, without a copy of the arrays.

        Parameters
        ----------
        samples : ndarray of int
            Indices of the samples.
        weights : ndarray of shape (n_samples,), optional
            Weights of all samples, in place of those of the dataset.

        Returns
        -------
        TensorPairs
        """
        part = object.__new__(TensorPairs)
        part.dtype, part.device, part.samples = self.dtype, self.device, np.asarray(samples)
        part.parts = [*self.parts[:2], weights]
        return part

    def _fits(self):
        if self.device.type != "cuda":
            return True  # other devices do not report their free memory
        n_entries = sum(array.size for array in self.parts if array is not None)
        free, _ = torch.cuda.mem_get_info(self.device)
        return n_entries * self.dtype.itemsize <= _SHARE * free

    def _moved(self, array):
        moved = torch.empty(array.shape, dtype=getattr(torch, self.dtype.name), device=self.device)
        for start in range(0, len(array), _BLOCK):
            block = slice(start, start + _BLOCK)
            moved[block] = self._read(array, block)
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
            # Torch refuses to share read-only memory: the requested samples are copied.
            values = part[index]
            block = torch.empty(np.shape(values), dtype=getattr(torch, self.dtype.name))
            block.numpy()[...] = values
        if self.device.type == "cpu":
            return block
        return block.pin_memory().to(self.device, non_blocking=True)


class TensorLoader:
    """Iterator over batches of a `TensorPairs`: slices of one permutation per pass.

    Parameters
    ----------
    dataset : TensorPairs
        Data to iterate over.
    batch_size : int
        Number of samples per batch; the last one may be smaller. In training a single sample that
        is left over joins the batch before it: of one sample nothing can be normalized.
    generator : torch.Generator, optional
        Generator that shuffles before each pass; without one the data keep their order.
    """

    def __init__(self, dataset, batch_size, generator=None):
        self.dataset = dataset
        self.batch_size = batch_size
        self.generator = generator

    def __len__(self):
        return len(self._sizes())

    def __iter__(self):
        order, start, sizes = None, 0, self._sizes()
        if self.generator is not None:
            order = torch.randperm(len(self.dataset), generator=self.generator).numpy()
        n_batches = max(1, _BLOCK // self.batch_size)
        for first in range(0, len(sizes), n_batches):
            of_block = sizes[first : first + n_batches]
            block = slice(start, start := start + sum(of_block))
            X, y = self.dataset[block if order is None else order[block]]
            yield from zip(X.split(of_block), self._batches(y, of_block), strict=True)

    def _sizes(self):
        n_whole, rest = divmod(len(self.dataset), self.batch_size)
        sizes = [self.batch_size] * n_whole + [rest] * (rest > 0)
        if self.generator is not None and rest == 1 and n_whole:
            sizes[-2:] = [self.batch_size + 1]
        return sizes

    def _batches(self, y, sizes):
        if isinstance(y, tuple):
            return zip(*(self._batches(part, sizes) for part in y), strict=True)
        return y.split(sizes) if len(y) == sum(sizes) else [y] * len(sizes)
