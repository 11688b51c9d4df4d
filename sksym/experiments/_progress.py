"""Progress line of a run of many fits."""

import sys
import time
from collections import defaultdict

from tqdm import tqdm

from .._live import live_bar

_FORMAT = "{percentage:3.0f}%|{bar:12}| {n_fmt}/{total_fmt} cells, {elapsed}{postfix}"
_MOST_NAMED = 3  # running cells that are named
# Seconds between updates: a terminal line is rewritten, a log file grows.
_TERMINAL_PAUSE, _LOG_PAUSE = 0.1, 30.0


class Progress:
    """Cells done and running, and the time left, on standard error.

    Parameters
    ----------
    n_cells : int
        Number of cells.
    n_jobs : int, default=1
        Number of cells that run at the same time.
    is_shown : bool, default=True
        Whether to write anything.
    """

    def __init__(self, n_cells, n_jobs=1, is_shown=True):
        self._n_jobs = n_jobs
        self._running, self._waiting = {}, defaultdict(int)
        self._counts, self._seconds = defaultdict(int), defaultdict(float)  # of what is done
        is_shown = is_shown and sys.stderr is not None
        self._pause = _TERMINAL_PAUSE if is_shown and sys.stderr.isatty() else _LOG_PAUSE
        self._shown = 0.0
        self._bar = live_bar(
            total=n_cells,
            bar_format=_FORMAT,
            dynamic_ncols=True,
            disable=not is_shown,
        )

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._bar.close()

    def expect(self, cell):
        """Count a cell that is yet to run."""
        self._waiting[cell.kind] += 1

    def begin(self, cell):
        """Mark a cell as running."""
        self._running[cell.key] = cell.title
        self._show()

    def note(self, text):
        """Show the progress of the running cell."""
        self._show(text)

    def end(self, cell, seconds, is_new=True):
        """Mark a cell as done; its duration predicts that of others of its kind."""
        if is_new:
            self._running.pop(cell.key, None)
            self._waiting[cell.kind] -= 1
        self._counts[cell.kind] += 1
        self._seconds[cell.kind] += seconds
        self._bar.n += 1  # not `update`, which may write an outdated line
        self._show()

    def seconds_left(self):
        """Estimate from finished cells of the same kind, or of any; None without one."""
        if not self._counts:
            return None
        means = {kind: self._seconds[kind] / count for kind, count in self._counts.items()}
        of_any = sum(self._seconds.values()) / sum(self._counts.values())
        waiting = self._waiting.items()
        return sum(count * means.get(kind, of_any) for kind, count in waiting) / self._n_jobs

    def _show(self, text=""):
        now, titles = time.monotonic(), list(self._running.values())
        is_done = not titles and not any(self._waiting.values())
        if now - self._shown < self._pause and not is_done:
            return
        if len(titles) > self._n_jobs:  # one of them is done, but not yet marked
            return
        self._shown = now
        more = len(titles) - _MOST_NAMED
        running = ", ".join(titles[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        left = self.seconds_left()
        parts = [
            f"about {tqdm.format_interval(left)} left" if left and running else "",
            f"running {running}" if running else "",
            text,
        ]
        # Closing writes the last state.
        self._bar.set_postfix_str("; ".join(part for part in parts if part), refresh=not is_done)
