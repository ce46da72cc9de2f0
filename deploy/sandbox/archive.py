"""Where records outlive the process: one SQLite table, or nothing at all."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path


class Archive:
    """Keeps each record as JSON under its kind and key. Without a path it keeps nothing."""

    def __init__(self, path: Path | None) -> None:
        self._connection: sqlite3.Connection | None = None
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS record (kind TEXT, key TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, key))"
        )
        self._connection = connection

    def save(self, kind: str, key: str, body: str) -> None:
        if self._connection is not None:
            self._connection.execute(
                "INSERT INTO record VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
                (kind, key, body),
            )

    def remove(self, kind: str, key: str) -> None:
        if self._connection is not None:
            self._connection.execute("DELETE FROM record WHERE kind = ? AND key = ?", (kind, key))

    def load(self, kind: str) -> Iterator[tuple[str, str]]:
        """Key and body of each record of `kind`, in the order in which they were first saved."""
        if self._connection is not None:
            yield from self._connection.execute("SELECT key, body FROM record WHERE kind = ? ORDER BY rowid", (kind,))

    def clear(self) -> None:
        if self._connection is not None:
            self._connection.execute("DELETE FROM record")

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
