"""The database of a knowledge base, opened for reading or for writing.

Whatever SQLite says of it is told as an error that names the file and what to do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus.errors import CorruptError, FormatVersionError, KnowledgeBaseError
from index.layout import DATABASE, REPAIR
from index.schema import SCHEMA_VERSION, migrate, schema_of

_NO_ROOM_FOR_A_LOG = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
_CACHE_KIB = 65_536  # the index pages of a large transaction stay in memory
_PATIENCE = 10.0  # seconds to wait for a reader that is just reading


class Connection:
    """A connection that only reads.

    Args:
        folder: The knowledge base.

    Raises:
        CorruptError: The database cannot be read.
        FormatVersionError: Another version wrote it.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / DATABASE
        try:
            self.connection = self._connect()
            version = schema_of(self.connection)
        except sqlite3.DatabaseError as error:
            raise self.unreadable(error) from None
        if version != SCHEMA_VERSION:
            self.close()
            if version < 1:
                raise CorruptError(f"{self.path}: holds no knowledge base; restore a backup")
            remedy = "update yinju" if version > SCHEMA_VERSION else REPAIR
            raise FormatVersionError(
                f"{self.path}: schema {version}, this version reads {SCHEMA_VERSION}; {remedy}"
            )

    def _connect(self) -> sqlite3.Connection:
        uri = self.path.absolute().as_uri()
        try:
            connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, check_same_thread=False)
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _NO_ROOM_FOR_A_LOG:
                raise
            # A folder that cannot be written to has no room for the side files of the log; a
            # published state leaves none behind.
            connection = sqlite3.connect(f"{uri}?immutable=1", uri=True, check_same_thread=False)
        return connection

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def unreadable(self, error: sqlite3.DatabaseError) -> KnowledgeBaseError:
        """What to tell of damage, or of a full disk, a lost folder and the like."""
        if type(error) is sqlite3.DatabaseError:
            return CorruptError(
                f"{self.path}: {error}; restore a backup, or build again with --rebuild"
            )
        remedies = {"full": "; free some space and run the command again",
                    "readonly": "; check whose the folder is, or name another"}  # fmt: skip
        remedy = next((text for word, text in remedies.items() if word in str(error)), "")
        return KnowledgeBaseError(f"{self.path}: {error}{remedy}")

    def select(self, query: str, parameters: Any = ()) -> Iterator[Any]:
        """The rows of a query.

        Raises:
            KnowledgeBaseError: The database cannot be read.
        """
        try:
            yield from self.connection.execute(query, parameters)
        except sqlite3.DatabaseError as error:
            raise self.unreadable(error) from None

    def check(self) -> None:
        """Look through the whole database.

        Raises:
            CorruptError: It is damaged.
        """
        for (finding,) in self.select("PRAGMA integrity_check(1)"):
            if finding != "ok":
                raise CorruptError(
                    f"{self.path}: {finding}; restore a backup, or build again with --rebuild"
                )


class WritingConnection(Connection):
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
            except BaseException:  # Ctrl-C in the midst of it too
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
