"""Seeding of torch's global random generators, one network at a time."""

import contextlib
import threading

import torch

# Modules draw their initial weights from generators that the whole process shares.
_GLOBAL_GENERATOR = threading.RLock()


@contextlib.contextmanager
def seeded_generators(seed, device):
    """Seed torch's global generators within a context, and restore them afterwards.

    Parameters
    ----------
    seed : int
        Seed of the generators.
    device : str or torch.device
        Device whose generator is seeded beside the CPU's, if it is a CUDA device.
    """
    device = torch.device(device)
    devices = [device] if device.type == "cuda" else []
    with _GLOBAL_GENERATOR, torch.random.fork_rng(devices=devices):
        torch.random.default_generator.manual_seed(seed)
        if devices:
            torch.cuda.manual_seed(seed)
        yield


def draws_while_training(module):
    """Whether a layer, such as dropout, draws from the global generators during training."""
    return any(map(_draws, module.modules()))


def _draws(layer):
    return (
        isinstance(layer, torch.nn.RReLU | torch.nn.FractionalMaxPool2d)
        or "dropout" in type(layer).__name__.lower()
        or getattr(layer, "dropout", 0) not in (0, 0.0, None)
    )
