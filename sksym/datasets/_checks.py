"""Validation of the arguments of the makers, and measurement noise."""

import numbers


def check_counts(**counts):
    """Raise unless all values are positive integers.

    Raises
    ------
    ValueError
        If one is not; the message names the argument.
    """
    for name, value in counts.items():
        if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 1:
            raise ValueError(f"{name} must be an int of at least 1, got {value!r}.")


def check_noise(noise):
    """Raise unless a value is a finite, non-negative standard deviation.

    Raises
    ------
    ValueError
        If it is not.
    """
    if not isinstance(noise, numbers.Real) or not 0 <= noise < float("inf"):
        raise ValueError(
            f"noise must be a finite standard deviation of at least 0, got {noise!r}."
        )


def add_noise(X, noise, rng):
    """Add Gaussian noise to X in place."""
    if noise > 0:
        X += noise * rng.standard_normal(X.shape)
    return X
