"""Pickles remember the version that wrote them."""

import warnings

from ._version import __version__

_KEY = "_sksym_version"


class Versioned:
    """Mixin: unpickling what another version has written warns, never silently."""

    def __getstate__(self):
        return self._with_version(super().__getstate__())

    def __setstate__(self, state):
        super().__setstate__(self._checked_version(state))

    def _with_version(self, state):
        return {**state, _KEY: __version__}

    def _checked_version(self, state):
        """The state without its version, after a look at it."""
        state = dict(state)
        warn_of_version(type(self).__name__, state.pop(_KEY, "an unknown version"), "pickled")
        return state


def warn_of_version(name, written_by, how):
    """Warn where another version has written what is being read.

    Parameters
    ----------
    name : str
        What is being read.
    written_by : str
        The version that wrote it.
    how : str
        Such as ``"pickled"``.
    """
    if written_by != __version__:
        warnings.warn(
            f"This {name} was {how} by sksym {written_by} and is loaded by {__version__}; it may "
            f"not work as it did. Fit it anew.",
            UserWarning,
            stacklevel=4,
        )
