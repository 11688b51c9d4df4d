"""Runner of independent fits, in parallel through joblib, which stores finished ones."""

import math
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields

from joblib import effective_n_jobs
from joblib.externals.loky import process_executor
from sklearn.utils.parallel import Parallel, delayed

from ._progress import Progress

_SECONDS_BETWEEN_LOOKS = 1.0


class Result:
    """Result of a cell; subclasses are dataclasses of plain values, which the store keeps.

    Attributes
    ----------
    error : str or None
        Reason why the cell failed; subclasses whose cells may fail define this field.
    """

    error = None


@dataclass(frozen=True)
class Cell:
    """A unit of work.

    Attributes
    ----------
    key : str
        Everything that determines the result: a finished cell of this key is not run again.
    title : str
        Name in the progress line.
    kind : str
        Name shared by cells of about the same duration.
    function : callable
        Called with `args`; returns a `result_type`. Importable, for other processes. A result
        with an error is not kept: the next run tries it again.
    args : tuple
        Arguments of the function.
    result_type : type
        Subclass of `Result` for finished cells that are read from the store.
    takes_note : bool
        Whether the function also takes ``note``, a callable that reports its progress.
    """

    key: str
    title: str
    kind: str
    function: Callable
    args: tuple
    result_type: type = Result
    takes_note: bool = False


def run_cells(cells, *, store=None, n_jobs=None, is_shown=False):
    """Run the cells that are not in the store, and store each as soon as it is done.

    Parameters
    ----------
    cells : sequence of Cell
        Cells to run.
    store : Store, optional
        Store of finished cells.
    n_jobs : int, optional
        Number of fits that run at the same time, as in joblib; its active backend decides where.
    is_shown : bool, default=False
        Whether a progress line is shown.

    Yields
    ------
    cell : Cell
    result : Result
        Result of the cell: first those in the store, then others in order of completion.
    """
    n_workers = effective_n_jobs(n_jobs)
    with Progress(len(cells), n_workers, is_shown) as progress:
        waiting = []
        yield from _finished(cells, store, progress, waiting)

        def say(text):  # a plain function: cloning an estimator copies whatever else it holds
            progress.note(text)

        def calls():
            for number, cell in enumerate(waiting):
                progress.begin(cell)
                # Only cells of this process can report their progress.
                note = say if cell.takes_note and n_workers == 1 else None
                # Data are arguments of their own: backends send the same array once.
                yield delayed(_timed)(number, cell.function, note, *cell.args)

        # Dispatched is running: one call for each worker, and none in a queue.
        parallel = Parallel(
            n_jobs=n_jobs,
            return_as="generator_unordered",
            batch_size=1,
            pre_dispatch="n_jobs",
            # For worker processes; the other backends have none to end.
            initializer=_begin_worker,
            initargs=(os.getpid(),),
        )
        for number, result, seconds in parallel(calls()):
            cell = waiting[number]
            if store is not None and result.error is None:
                store.put(cell.key, asdict(result), seconds)
            progress.end(cell, seconds)
            yield cell, result


def _finished(cells, store, progress, waiting):
    """Yield what the store holds; the other cells are added to `waiting`."""
    for cell in cells:
        finished = None if store is None else store.get(cell.key)
        if finished is None or not _fits(finished[0], cell.result_type):
            waiting.append(cell)
            progress.expect(cell)
        else:
            progress.end(cell, finished[1], is_new=False)
            yield cell, cell.result_type(**finished[0])


def _fits(row, result_type):
    """Whether a stored row has the fields of a result, which may differ between versions."""
    return row.keys() == {field.name for field in fields(result_type)}


def _timed(number, function, note, *args):
    start = time.perf_counter()
    result = function(*args) if note is None else function(*args, note=note)
    return number, result, time.perf_counter() - start


def _begin_worker(parent):
    """Let the memory of this worker grow, and end it soon after a run that was killed.

    A network after least squares needs hundreds of megabytes more, torch alone as many. loky
    would take that for a leak, replace the worker and warn; where warnings are errors, that ends
    its thread which waits for results, and the run never returns.
    """
    process_executor._MAX_MEMORY_LEAK_SIZE = math.inf

    def watch():
        while os.getppid() == parent:
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
