"""Runs of the command that something happens to at one of their steps: an access to a file."""

import multiprocessing
import os
import resource
import sys
from pathlib import Path

import pytest

from sksym.command import main

from .discoveries import replace_search, the_sign

# Forks of a process without threads, which has imported what takes long.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__, "matplotlib.figure", "pandas", "skops.io"])
_ACCESSES = {
    *("open", "os.chmod", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "shutil.rmtree"),
    "sqlite3.connect",
}
_SECONDS = 120  # for a run that hangs


class Run:
    """A command in a process of its own.

    Parameters
    ----------
    arguments : list of str
        Of the command.
    folder : Path
        Accesses to files below it are steps; what is printed lies beside it.
    steps : sequence of int, default=()
        Steps, counted from 1, before which something happens.
    signal : int, optional
        What the process is sent then; by default it sets the event `reached` and waits for the
        event `may_go_on`.
    stdout : str, optional
        A file, or "pipe" for one that nobody reads, or "closed".
    largest : int, optional
        The size that no file can exceed, in bytes.
    """

    def __init__(
        self, arguments, folder, steps=(), *, signal=None, stdout=os.devnull, largest=None
    ):
        self.reached, self.may_go_on = _CONTEXT.Event(), _CONTEXT.Event()
        self._errors, self._count = folder.with_name(f"{folder.name}-errors"), _CONTEXT.Value("i")
        happens = (self._count, str(folder), steps, signal, self.reached, self.may_go_on)
        printed = stdout, self._errors, largest
        self._process = _CONTEXT.Process(
            target=_run, args=(list(arguments), happens, printed), daemon=True
        )
        self._process.start()

    def status(self):
        """The exit status when it has ended; minus the signal that has ended it."""
        self._process.join(_SECONDS)
        if self._process.exitcode is None:
            self._process.kill()
            raise TimeoutError(self.lines())
        return self._process.exitcode

    def lines(self):
        """What it has written on standard error, without the live line and that on the sign."""
        lines = self._errors.read_text(encoding="utf-8").replace("\r", "\n").splitlines()
        lines = [line.strip() for line in lines if line.strip() and " cells, " not in line]
        said = "Holding ", "The pairs ", "Writing "
        return [line for line in lines if not line.startswith(said)]

    def n_steps(self):
        """How many steps it has made."""
        return self._count.value


def _run(arguments, happens, printed):
    count, folder, steps, signal, reached, may_go_on = happens
    stdout, errors, largest = printed
    _redirect(1, stdout)
    _redirect(2, errors)
    if largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    def look(event, args):
        if event not in _ACCESSES or not any(str(arg).startswith(folder) for arg in args):
            return
        count.value += 1
        if count.value not in steps:
            return
        if signal is not None:
            os.kill(os.getpid(), signal)
        else:
            reached.set()
            may_go_on.wait(_SECONDS)

    sys.addaudithook(look)
    replace_search(pytest.MonkeyPatch(), the_sign)  # in a process of its own: for ever
    sys.exit(main(arguments))


def _redirect(descriptor, path):
    if path == "closed":
        os.close(descriptor)
        sys.stdout = None  # as Python finds it then
    elif path == "pipe":
        reading, writing = os.pipe()
        os.close(reading)
        os.dup2(writing, descriptor)
    else:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        os.dup2(os.open(Path(path), flags, 0o666), descriptor)
