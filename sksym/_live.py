"""Progress on standard error: a line that moves in terminals and notebooks, few lines in a log."""

import contextlib
import os
import sys
import threading
import time
import warnings

_SECONDS = 0.5  # between two states of a line, which is to move at least once a second
LOG_SECONDS = 30.0  # between two lines of a log
_SPINNER = "|/-\\"


def live_bar(**options):
    """Make a tqdm bar, a widget in notebooks, whose lock belongs to this process alone.

    tqdm's own lock is shared with other processes, and one that is killed leaves it behind.

    Parameters
    ----------
    **options
        Arguments of `tqdm.tqdm`.

    Returns
    -------
    tqdm.tqdm

    Examples
    --------
    >>> from sksym._live import live_bar
    >>> live_bar(total=3, disable=True).total
    3
    """
    from tqdm import tqdm

    options |= _size()
    if is_notebook():  # elsewhere it is slow to import
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where there are no widgets there is text
            from tqdm.auto import tqdm
        # A widget is as wide as the page.
        options["bar_format"] = options.get("bar_format", "").replace("{bar:12}", "{bar}") or None
    if not hasattr(tqdm, "_lock"):
        tqdm.set_lock(threading.RLock())
    return tqdm(**options)


def _size():
    """The size of a terminal that does not tell its own: tqdm would hide the line there."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        if not all(os.get_terminal_size(sys.stderr.fileno())):
            return {"ncols": 80, "nrows": 24, "dynamic_ncols": False}
    return {}


def is_notebook():
    """Whether this is the kernel of a notebook, whose standard error is no terminal."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return "IPKernelApp" in getattr(shell, "config", ())


def is_live():
    """Whether a line on standard error can be written anew: in a terminal and in a notebook."""
    return sys.stderr is not None and (sys.stderr.isatty() or is_notebook())


class Ticker:
    """Calls a function about twice a second, in a thread of its own; a context manager.

    Parameters
    ----------
    function : callable
        Called without arguments.
    is_needed : bool, default=True
        Whether there is anything to call it for.
    """

    def __init__(self, function, is_needed=True):
        self._function, self._ended = function, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True) if is_needed else None

    def __enter__(self):
        if self._thread is not None:
            self._thread.start()
        return self

    def __exit__(self, *exception):
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self):
        # What cannot be written is reported where results are, and by nobody else.
        with contextlib.suppress(OSError, ValueError):
            while not self._ended.wait(_SECONDS):
                self._function()


@contextlib.contextmanager
def waiting(text, is_shown=True):
    """Say what is being done; below it the seconds run where a line can move.

    Parameters
    ----------
    text : str
        A sentence.
    is_shown : bool, default=True
        Whether to write anything.

    Examples
    --------
    >>> from sksym._live import waiting
    >>> with waiting("Adding.", is_shown=False):
    ...     print(1 + 1)
    2
    """
    if not is_shown:
        yield
        return
    with contextlib.suppress(OSError, AttributeError):  # there is nowhere else to report it
        print(text, file=sys.stderr, flush=True)
    with _clock() if is_live() else contextlib.nullcontext():
        yield


@contextlib.contextmanager
def _clock():
    """A line with the seconds that have passed, which goes away at the end."""
    start = time.monotonic()
    bar = live_bar(bar_format="{desc}", leave=False)

    def tick():
        seconds = time.monotonic() - start
        turn = int(seconds / _SECONDS) % len(_SPINNER)
        bar.set_description_str(f"{bar.format_interval(seconds)} {_SPINNER[turn]}")

    try:
        with Ticker(tick):
            yield
    finally:
        bar.close()
