"""Results folders: ownership of files, and replacing them together."""

import contextlib
import hashlib
import os
import shutil

from ..experiments import Store

_STORE = "cells.sqlite"
_UNFINISHED = ".unfinished"  # a folder for files that are being written


class FolderError(ValueError):
    """A results folder that a run cannot use, and the reason."""


class ResultsFolder:
    """Folder with the results of a run, locked while it is open.

    A file is its own if the store of finished cells, which lies in the folder too, knows its
    content. Any other file is left alone.

    Parameters
    ----------
    path : Path
        Results folder; created if it does not exist.
    names : sequence of str
        The files that the run writes.
    run : dict of str to str
        Identity of the run: its options, and a digest of its data.
    inputs : sequence of path-like, default=()
        Files that the run reads.
    overwrite : bool, default=False
        Whether results of another run may be replaced.

    Attributes
    ----------
    store : Store
        Store of the finished cells.

    Raises
    ------
    FolderError
        If there is a file of one of the names that is not its own or is read, or there are results
        of another run.
    ValueError
        If another process uses the folder.
    OSError
        If the folder cannot be written.
    """

    def __init__(self, path, names, run, inputs=(), overwrite=False):
        self.path, self._names, self._run, self._overwrite = path, names, run, overwrite
        self._require_no_input(inputs)
        if not os.path.lexists(path / _STORE):
            self._require_free([*names, _UNFINISHED])
        path.mkdir(parents=True, exist_ok=True)
        self.store = Store(path / _STORE)
        try:
            self._require_own()
            self._remove_unfinished()
        except BaseException:
            self.store.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.store.close()

    @contextlib.contextmanager
    def replacing(self):
        """Temporary folder for new files, which replace the old ones when the context ends.

        Yields
        ------
        Path
        """
        unfinished = self.path / _UNFINISHED
        try:
            unfinished.mkdir()
            yield unfinished
            self._replace(unfinished)
        finally:
            self._remove_unfinished()

    def _replace(self, unfinished):
        digests = {file.name: _digest(file) for file in unfinished.iterdir()}
        self._require_own()  # again, since a file may have been added
        self.store.announce(self._run, digests)
        try:
            self._swap(digests)
        except KeyboardInterrupt:  # finish the replacement first
            self._swap(digests)
            raise

    def _swap(self, names):
        """Remove files of another run, then move the new ones: two runs are never mixed."""
        for name in self._written_by_others():
            (self.path / name).unlink()
        for name in names:
            with contextlib.suppress(FileNotFoundError):  # moved before an interrupt
                os.replace(self.path / _UNFINISHED / name, self.path / name)

    def _remove_unfinished(self):
        if os.path.lexists(self.path / _UNFINISHED):
            shutil.rmtree(self.path / _UNFINISHED)

    def _require_no_input(self, inputs):
        for name in self._names:
            file = self.path / name
            if file.exists() and any(file.samefile(path) for path in inputs):
                raise FolderError(f"{file} is read by this run; name another folder")

    def _require_own(self):
        self._require_free(name for name in self._present() if self._run_of(name) is None)
        others = self._written_by_others()
        if others and not self._overwrite:
            raise FolderError(
                f"{self.path} holds results of another run ({_difference(others, self._run)}); "
                f"name another folder, or replace them with --overwrite"
            )

    def _require_free(self, names):
        for name in names:
            if os.path.lexists(self.path / name):
                raise FolderError(
                    f"{self.path / name} was not written by this command, or has been changed "
                    f"since; move it away or name another folder"
                )

    def _present(self):
        return [name for name in self._names if os.path.lexists(self.path / name)]

    def _written_by_others(self):
        """Other runs that have written files here, by file name."""
        runs = {name: self._run_of(name) for name in self._present()}
        return {name: run for name, run in runs.items() if run not in (None, self._run)}

    def _run_of(self, name):
        file = self.path / name
        is_plain = file.is_file() and not file.is_symlink()
        return self.store.run_of(name, _digest(file)) if is_plain else None


def _digest(file):
    with open(file, "rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _difference(others, run):
    """Describe how another run differs from this one."""
    other = next(iter(others.values()))
    differences = [
        f"{name} {other[name]}" if other.get(name) else f"no {name}"
        for name in run
        if name.startswith("--") and other.get(name) != run[name]
    ]
    return ", ".join(differences) or "other data"
