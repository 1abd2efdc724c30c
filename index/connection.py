"""The database opened for writing: made or brought up to date, changed in transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from corpus.errors import FormatVersionError
from index.schema import SCHEMA_VERSION, migrate, schema_of
from index.store import Reader

_CACHE_KIB = 65_536  # the index pages of a large transaction stay in memory
_PATIENCE = 10.0  # seconds to wait for a reader that is just reading


class WritingConnection(Reader):
    """A connection that writes, which makes the database or brings it up to date.

    Args:
        folder: The knowledge base, locked.

    Raises:
        CorruptError: The database cannot be read.
        FormatVersionError: A newer version wrote it.
    """

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=_PATIENCE)
        version = schema_of(connection)
        if version > SCHEMA_VERSION:
            connection.close()
            raise FormatVersionError(
                f"{self.path}: schema {version}, this version reads up to {SCHEMA_VERSION}; "
                "update yinju"
            )
        if version == 0:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        migrate(connection)
        return connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it, or nothing."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self.connection.in_transaction:  # a full disk has ended it already
                    self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            raise self.unreadable(error) from None

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database, so that it stands alone."""
        self.run_alone("PRAGMA wal_checkpoint(TRUNCATE)")

    def run_alone(self, statement: str) -> None:
        """Run a statement outside a transaction to its end; ``execute`` would stop at a page."""
        try:
            self.connection.executescript(statement)
        except sqlite3.DatabaseError as error:
            raise self.unreadable(error) from None
