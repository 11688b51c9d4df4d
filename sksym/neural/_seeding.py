"""Torch's global generators, lent to one network at a time."""

import contextlib
import threading

import torch

# Modules draw their first weights from generators that the whole process shares.
_GLOBAL_GENERATOR = threading.RLock()


@contextlib.contextmanager
def seeded_generators(seed, device):
    """Torch's global generators, seeded for us and put back afterwards.

    Parameters
    ----------
    seed : int
        What to seed them with.
    device : str or torch.device
        Beside the CPU's, the generator of this CUDA device.
    """
    device = torch.device(device)
    devices = [device] if device.type == "cuda" else []
    with _GLOBAL_GENERATOR, torch.random.fork_rng(devices=devices):
        torch.random.default_generator.manual_seed(seed)
        if devices:
            torch.cuda.manual_seed(seed)
        yield


def draws_while_training(module):
    """Whether a layer such as dropout takes random numbers from the global generators."""
    return any(map(_draws, module.modules()))


def _draws(layer):
    return (
        isinstance(layer, torch.nn.RReLU | torch.nn.FractionalMaxPool2d)
        or "dropout" in type(layer).__name__.lower()
        or getattr(layer, "dropout", 0) not in (0, 0.0, None)
    )
