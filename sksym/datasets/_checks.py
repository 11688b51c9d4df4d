"""Arguments that the makers share."""

import numbers


def check_count(value, name):
    """Refuse anything but a positive whole number.

    Raises
    ------
    ValueError
        Naming the argument and what came.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 1:
        raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}.")


def check_noise(noise):
    """Refuse anything but a finite non-negative standard deviation.

    Raises
    ------
    ValueError
        Naming what came.
    """
    if not isinstance(noise, numbers.Real) or not 0 <= noise < float("inf"):
        raise ValueError(
            f"noise must be a finite standard deviation of at least 0, got {noise!r}."
        )


def add_noise(X, noise, rng):
    """Add Gaussian noise of a standard deviation to X, in place."""
    if noise > 0:
        X += noise * rng.standard_normal(X.shape)
    return X
