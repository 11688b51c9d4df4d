"""Store of finished fits: a SQLite file that survives kills."""

import contextlib
import errno
import json
import sqlite3
from pathlib import Path

# Marks a file as a store, so that other databases are not mistaken for one.
_APPLICATION = int.from_bytes(b"skSY")
_TABLES = (
    "CREATE TABLE cells (key TEXT PRIMARY KEY, row TEXT, seconds REAL)",
    "CREATE TABLE files (name TEXT, digest TEXT, run TEXT, PRIMARY KEY (name, digest))",
)


class Store:
    """Rows of finished cells in a SQLite file, kept through Ctrl-C and kills.

    It also records the files that runs have written to its folder.

    Parameters
    ----------
    path : path-like
        SQLite file; created if it does not exist. One process at a time may use it.

    Raises
    ------
    ValueError
        If the file is not a store, cannot be written, or another process uses it.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sksym.experiments._store import Store
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
        except sqlite3.Error as error:
            raise ValueError(f"{self.path} {_reason(error)}") from error
        try:
            self._begin()
        except sqlite3.Error as error:
            self.close()
            raise ValueError(f"{self.path} {_reason(error)}") from error

    def _begin(self):
        """Lock the file until it is closed or the process ends in any way."""
        execute = self._connection.execute
        execute("PRAGMA locking_mode = EXCLUSIVE")
        execute("BEGIN EXCLUSIVE")
        (application,) = execute("PRAGMA application_id").fetchone()
        if application != _APPLICATION:
            if execute("SELECT 1 FROM sqlite_master").fetchone():
                raise sqlite3.DatabaseError("file is not a database of finished cells")
            execute(f"PRAGMA application_id = {_APPLICATION}")
            for table in _TABLES:
                execute(table)
        execute("COMMIT")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        """Close the file, so that other processes can use it."""
        self._connection.close()

    def get(self, key):
        """Row and duration in seconds stored under a key; None if there is none."""
        found = self._execute("SELECT row, seconds FROM cells WHERE key = ?", key).fetchone()
        return None if found is None else (json.loads(found[0]), found[1])

    def put(self, key, row, seconds):
        """Store a row of plain values on disk before returning, or raise `OSError`."""
        self._execute(
            "INSERT OR REPLACE INTO cells VALUES (?, ?, ?)", key, json.dumps(row), seconds
        )

    def run_of(self, name, digest):
        """Run of this store that has written, or announced, a file; None if there is none."""
        found = self._execute(
            "SELECT run FROM files WHERE name = ? AND digest = ?", name, digest
        ).fetchone()
        return None if found is None else json.loads(found[0])

    def announce(self, run, digests):
        """Record files before they are written, so that a kill leaves no unknown file.

        Parameters
        ----------
        run : dict
            Plain values that identify the run.
        digests : dict of str to str
            Digests of the files' contents by their names.
        """
        for name, digest in digests.items():
            self._execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?)", name, digest, json.dumps(run)
            )

    def forget_others(self, digests):
        """Delete the records of earlier contents of files."""
        for name, digest in digests.items():
            self._execute("DELETE FROM files WHERE name = ? AND digest != ?", name, digest)

    def _execute(self, statement, *values):
        try:
            return self._connection.execute(statement, values)
        except sqlite3.Error as error:  # nothing of the statement has been kept
            raise OSError(errno.EIO, str(error), str(self.path)) from error


def _reason(error):
    """Explain an error of SQLite to the user of a store."""
    if "locked" in str(error):
        return "is in use by another run; wait for it or name another folder."
    if "not a database" in str(error):
        return "is not a store of finished cells; move it away or name another folder."
    return f"cannot be written ({error}); pass a folder that you may write to."


def open_store(store):
    """Open a `Store` for a ``with`` statement; an open store and None pass through."""
    is_open = store is None or isinstance(store, Store)
    return contextlib.nullcontext(store) if is_open else Store(store)
