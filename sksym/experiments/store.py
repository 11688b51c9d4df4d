"""Finished cells on disk: each is written at once and whole, or not at all."""

import contextlib
import json
import sqlite3
from pathlib import Path


class Store:
    """Rows of finished cells in a SQLite file, kept through Ctrl-C and kills.

    Parameters
    ----------
    path : path-like
        The file; made where there is none. One process at a time may use it.

    Raises
    ------
    ValueError
        If the file is no such store, cannot be written, or another process uses it.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sksym.experiments.store import Store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for _ in range(2):
    ...         with Store(Path(folder) / "cells.sqlite") as store:
    ...             print(store.get("a"))
    ...             store.put("a", {"error": 0.25}, seconds=1.5)
    None
    ({'error': 0.25}, 1.5)
    """

    def __init__(self, path):
        self.path = Path(path)
        try:
            # No transaction is left open between calls: a statement is one.
            self._connection = sqlite3.connect(self.path, timeout=0, isolation_level=None)
            # The lock is held until the process ends, in whichever way it ends.
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS cells (key TEXT PRIMARY KEY, row TEXT, seconds REAL)"
            )
            self._connection.execute("BEGIN EXCLUSIVE")
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise ValueError(f"{self.path} {_reason(error)}") from error

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        """Let other processes use the file."""
        self._connection.close()

    def get(self, key):
        """What was put under a key: the row and the seconds it took; None if nothing was."""
        found = self._connection.execute(
            "SELECT row, seconds FROM cells WHERE key = ?", (key,)
        ).fetchone()
        return None if found is None else (json.loads(found[0]), found[1])

    def put(self, key, row, seconds):
        """Keep a row of plain values; on disk when this returns."""
        self._connection.execute(
            "INSERT OR REPLACE INTO cells VALUES (?, ?, ?)", (key, json.dumps(row), seconds)
        )


def _reason(error):
    """What SQLite's message means for the user of a store."""
    if "locked" in str(error):
        return "is in use by another run; wait for it or name another folder."
    if "not a database" in str(error):
        return "is not a store of finished cells; move it away or name another folder."
    return f"cannot be written ({error}); name a folder of yours."


def open_store(path):
    """A `Store`, or nothing where there is no path; for a ``with`` statement."""
    return contextlib.nullcontext() if path is None else Store(path)
