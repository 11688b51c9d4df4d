"""Pickles remember the version that wrote them."""

import warnings

from ._version import __version__

_KEY = "_sksym_version"


class Versioned:
    """Mixin: unpickling what another version has written warns, never silently."""

    def __getstate__(self):
        return {**super().__getstate__(), _KEY: __version__}

    def __setstate__(self, state):
        state = dict(state)
        written_by = state.pop(_KEY, "an unknown version")
        if written_by != __version__:
            warnings.warn(
                f"This {type(self).__name__} was pickled by sksym {written_by} and is loaded by "
                f"{__version__}; it may not work as it did. Fit it anew.",
                UserWarning,
                stacklevel=2,
            )
        super().__setstate__(state)
