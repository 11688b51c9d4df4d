"""Version of sksym in pickled objects, and the warning when it differs."""

import warnings

from ._version import __version__

_KEY = "_sksym_version"


class Versioned:
    """Mixin that warns when an object pickled by another version of sksym is loaded."""

    def __getstate__(self):
        return self._with_version(super().__getstate__())

    def __setstate__(self, state):
        super().__setstate__(self._checked_version(state))

    def _with_version(self, state):
        return {**state, _KEY: __version__}

    def _checked_version(self, state):
        """Return the state without its version; warn if that is another one."""
        state = dict(state)
        warn_of_version(type(self).__name__, state.pop(_KEY, "an unknown version"), "pickled")
        return state


def warn_of_version(name, written_by, how):
    """Warn if an object was written by another version of sksym.

    Parameters
    ----------
    name : str
        Name of the class of the object.
    written_by : str
        Version that wrote the object.
    how : str
        How it was written, such as ``"pickled"``.
    """
    if written_by != __version__:
        warnings.warn(
            f"This {name} was {how} by sksym {written_by} and is loaded by {__version__}; it may "
            f"not work as before. Fit it again.",
            UserWarning,
            stacklevel=4,
        )
