"""Progress line of a run of many fits."""

import contextlib
import math
import sys
import threading
import time
from collections import defaultdict

from tqdm import tqdm

from .._live import LOG_SECONDS, Ticker, is_live, live_bar

_FORMAT = "{percentage:3.0f}%|{bar:12}| {n_fmt}/{total_fmt} cells, {elapsed}{postfix}"
_MOST_NAMED = 3  # running cells that are named
_PAUSE = 0.1  # seconds between updates of a line in a terminal


class Progress:
    """Cells done and running, and the time left, on standard error.

    In a terminal and in a notebook a line moves at least once a second, however long a cell takes;
    elsewhere, such as in a log, there is a line of plain text twice a minute, and at the end.

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
        self._n_cells, self._n_jobs = n_cells, n_jobs
        self._running, self._waiting = {}, defaultdict(int)
        self._counts, self._seconds = defaultdict(int), defaultdict(float)  # of what is done
        self._is_shown = is_shown and sys.stderr is not None
        self._is_live = self._is_shown and is_live()
        self._pause = _PAUSE if self._is_live else LOG_SECONDS
        self._start, self._shown, self._note = time.monotonic(), 0.0, ""
        self._lock = threading.RLock()  # cells begin and end in other threads than the ticker's
        self._bar = live_bar(
            total=n_cells,
            bar_format=_FORMAT,
            dynamic_ncols=True,
            disable=not self._is_live,
        )
        self._ticker = Ticker(self._show, is_needed=self._is_live)

    def __enter__(self):
        self._ticker.__enter__()
        return self

    def __exit__(self, *exception):
        self._ticker.__exit__(*exception)
        self._bar.close()

    def expect(self, cell):
        """Count a cell that is yet to run."""
        with self._lock:
            self._waiting[cell.kind] += 1

    def begin(self, cell):
        """Mark a cell as running."""
        with self._lock:
            self._running[cell.key], self._note = (cell, time.monotonic()), ""
        self._show()

    def note(self, text):
        """Show the progress of the running cell."""
        self._note = text
        self._show()

    def end(self, cell, seconds, is_new=True):
        """Mark a cell as done; its duration predicts that of others of its kind."""
        with self._lock:
            if is_new:
                self._running.pop(cell.key, None)
                self._waiting[cell.kind] -= 1
            self._counts[cell.kind] += 1
            self._seconds[cell.kind] += seconds
        self._show()

    def seconds_left(self):
        """Estimate from finished cells of the same kind, or of any; None without one.

        A cell that runs longer than was expected says that others of its kind will, too.
        """
        if not self._counts:
            return None
        of_any = sum(self._seconds.values()) / sum(self._counts.values())
        expected = dict.fromkeys(self._waiting, of_any)
        expected |= {kind: self._seconds[kind] / count for kind, count in self._counts.items()}
        now = time.monotonic()
        spent = [(cell.kind, now - start) for cell, start in self._running.values()]
        for kind, seconds in spent:
            expected[kind] = max(expected[kind], seconds)
        to_run = sum(count * expected[kind] for kind, count in self._waiting.items())
        return (to_run - sum(seconds for _, seconds in spent)) / self._n_jobs

    def _show(self):
        with self._lock:
            now, titles = time.monotonic(), [cell.title for cell, _ in self._running.values()]
            n_done = sum(self._counts.values())
            is_done = n_done == self._n_cells
            if not self._is_shown or (now - self._shown < self._pause and not is_done):
                return
            if len(titles) > self._n_jobs:  # one of them is done, but not yet marked
                return
            self._shown = now
            self._write(n_done, self._text(titles), tqdm.format_interval(now - self._start))

    def _text(self, titles):
        """What runs, and the time left."""
        more = len(titles) - _MOST_NAMED
        running = ", ".join(titles[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        left = self.seconds_left()
        parts = [
            f"about {tqdm.format_interval(math.ceil(left))} left" if left and running else "",
            f"running {running}" if running else "",
            self._note if running else "",
        ]
        return "; ".join(part for part in parts if part)

    def _write(self, n_done, text, elapsed):
        if self._is_live:
            self._bar.n = n_done  # not `update`, which may write an outdated line
            # Closing writes the last state.
            self._bar.set_postfix_str(text, refresh=n_done < self._n_cells)
        else:
            parts = f"{n_done}/{self._n_cells} cells, {elapsed}", text
            with contextlib.suppress(OSError):  # there is nowhere else to report it
                print("; ".join(part for part in parts if part), file=sys.stderr, flush=True)
