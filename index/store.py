"""The truth of a knowledge base: one SQLite database.

Every row carries the generation that brought it (``added``) and the one that took it away
(``removed``), so a reader of a published generation sees exactly that state while the next is
being written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError, FormatVersionError, KnowledgeBaseError
from corpus.records import Document, Passage
from index.embed import Vectors
from index.layout import DATABASE, REBUILD
from index.rows import (
    DOCUMENT,
    PASSAGE,
    SCHEMA,
    SCHEMA_VERSION,
    document_row,
    passage_row,
    read_document_row,
    read_passage_row,
)

Value = TypeVar("Value")

_ALIVE = "added <= ? AND (removed IS NULL OR removed > ?)"


class Store:
    """One connection to the database of a knowledge base.

    Args:
        folder: The knowledge base.
        writable: Open for a build, creating the database if need be; otherwise read only.

    Raises:
        CorruptError: The database cannot be read.
        FormatVersionError: A newer version wrote it.
    """

    def __init__(self, folder: Path, *, writable: bool = False) -> None:
        self._path = folder / DATABASE
        try:
            self._connection = self._open_writable() if writable else self._open_readable()
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from None
        if version < 1:
            self.close()
            raise CorruptError(f"{self._path}: holds no knowledge base; {REBUILD}")
        if version > SCHEMA_VERSION:
            self.close()
            raise FormatVersionError(
                f"{self._path}: schema {version}, this version reads up to {SCHEMA_VERSION}; "
                "update yinju"
            )

    def _open_writable(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")
        if version == 0:
            connection.executescript(
                f"BEGIN; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
            )
        return connection

    def _open_readable(self) -> sqlite3.Connection:
        uri = self._path.absolute().as_uri()
        try:
            connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, check_same_thread=False)
            connection.execute("SELECT 1 FROM documents LIMIT 1")
        except sqlite3.OperationalError:
            # A folder that cannot be written to has no room for the side files of the log; a
            # published state leaves none behind.
            connection = sqlite3.connect(f"{uri}?immutable=1", uri=True, check_same_thread=False)
        return connection

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    # Reading

    def check(self) -> None:
        """Look through the whole database.

        Raises:
            CorruptError: It is damaged.
        """
        for (finding,) in self._select("PRAGMA quick_check(1)"):
            if finding != "ok":
                raise CorruptError(f"{self._path}: {finding}; {REBUILD}")

    def _select(self, query: str, parameters: Sequence[object] = ()) -> Iterator[Any]:
        try:
            yield from self._connection.execute(query, parameters)
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from None

    def _unreadable(self, error: sqlite3.DatabaseError) -> KnowledgeBaseError:
        """What to tell of damage, or of a full disk, a lost folder and the like."""
        if type(error) is sqlite3.DatabaseError:
            return CorruptError(f"{self._path}: {error}; {REBUILD}")
        return KnowledgeBaseError(f"{self._path}: {error}")

    def documents(self, generation: int) -> Iterator[Document]:
        """All documents of a generation, in the order of their sources."""
        query = f"SELECT {DOCUMENT} FROM documents WHERE {_ALIVE} ORDER BY source"
        for row in self._select(query, (generation, generation)):
            yield read_document_row(row)

    def document(self, document_id: str, generation: int) -> Document | None:
        """One document of a generation."""
        query = f"SELECT {DOCUMENT} FROM documents WHERE id = ? AND {_ALIVE}"
        row = next(self._select(query, (document_id, generation, generation)), None)
        return read_document_row(row) if row else None

    def content_hashes(self, generation: int) -> dict[str, tuple[str, str]]:
        """Content hash and id of each document of a generation, by source."""
        query = f"SELECT source, content_hash, id FROM documents WHERE {_ALIVE}"
        rows = self._select(query, (generation, generation))
        return {source: (content_hash, key) for source, content_hash, key in rows}

    def passage_rows(self, generation: int) -> Iterator[tuple[int, Passage]]:
        """Row number and passage, for every passage of a generation, by row number."""
        query = f"SELECT row, {PASSAGE} FROM passages WHERE {_ALIVE} ORDER BY row"
        for row, *fields in self._select(query, (generation, generation)):
            yield row, read_passage_row(fields)

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """The passages with the given row numbers, in that order.

        Raises:
            CorruptError: A row is missing: search structures and database do not belong together.
        """
        found: dict[int, Passage] = {}
        for part in _parts(rows):
            query = f"SELECT row, {PASSAGE} FROM passages WHERE row IN ({_holders(part)})"
            found.update((row, read_passage_row(rest)) for row, *rest in self._select(query, part))
        try:
            return [found[row] for row in rows]
        except KeyError as error:
            raise CorruptError(
                f"{self._path}: passage row {error} is missing; reopen the knowledge base, "
                f"and if that does not help {REBUILD}"
            ) from None

    def counts(self, generation: int) -> tuple[int, int, int]:
        """Documents, passages and characters of displayed text in a generation."""
        alive = (generation, generation)
        sums = "count(*), coalesce(sum(length(text)), 0)"
        ((documents, characters),) = self._select(
            f"SELECT {sums} FROM documents WHERE {_ALIVE}", alive
        )
        ((passages,),) = self._select(f"SELECT count(*) FROM passages WHERE {_ALIVE}", alive)
        return documents, passages, characters

    # Writing

    def roll_back_to(self, generation: int) -> None:
        """Forget what an unfinished build wrote after the published generation."""
        with self._transaction():
            for table in ("documents", "passages"):
                self._connection.execute(f"DELETE FROM {table} WHERE added > ?", (generation,))
                self._connection.execute(
                    f"UPDATE {table} SET removed = NULL WHERE removed > ?", (generation,)
                )

    def replace(
        self,
        removed: Iterable[str],
        added: Iterable[tuple[Document, list[Passage]]],
        generation: int,
    ) -> None:
        """Remove documents by id and add others with their passages, in one transaction."""
        with self._transaction():
            for table, key in (("documents", "id"), ("passages", "document_id")):
                self._connection.executemany(
                    f"UPDATE {table} SET removed = ? WHERE {key} = ? AND removed IS NULL",
                    [(generation, document_id) for document_id in removed],
                )
            for document, passages in added:
                self._insert(document, passages, generation)

    def _insert(self, document: Document, passages: list[Passage], generation: int) -> None:
        self._connection.execute(
            f"INSERT INTO documents (added, {DOCUMENT}) "
            f"VALUES (?, {_holders(DOCUMENT.split(','))})",
            (generation, *document_row(document)),
        )
        self._connection.executemany(
            f"INSERT INTO passages (added, {PASSAGE}) VALUES (?, {_holders(PASSAGE.split(','))})",
            [(generation, *passage_row(passage)) for passage in passages],
        )

    def cached_vectors(
        self, embedder: str, hashes: Sequence[str]
    ) -> dict[str, NDArray[np.float16]]:
        """Vectors made earlier, by the hash of their text."""
        found: dict[str, NDArray[np.float16]] = {}
        for part in _parts(hashes):
            query = (
                "SELECT text_hash, vector FROM vectors WHERE embedder = ? "
                f"AND text_hash IN ({_holders(part)})"
            )
            for key, blob in self._select(query, [embedder, *part]):
                found[key] = np.frombuffer(blob, "<f2")
        return found

    def cache_vectors(self, embedder: str, hashes: Sequence[str], vectors: Vectors) -> None:
        """Keep vectors, as float16, so that a text is embedded once."""
        with self._transaction():
            self._connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                [
                    (embedder, key, vector.astype("<f2").tobytes())
                    for key, vector in zip(hashes, vectors, strict=True)
                ],
            )

    def purge(self, generation: int) -> None:
        """Delete what was removed at or before a generation."""
        with self._transaction():
            for table in ("documents", "passages"):
                self._connection.execute(f"DELETE FROM {table} WHERE removed <= ?", (generation,))

    def keep_vectors(self, embedder: str, hashes: Iterable[str]) -> None:
        """Drop the cached vectors of other models and of texts that are gone."""
        with self._transaction():
            self._connection.execute(
                "CREATE TEMP TABLE IF NOT EXISTS used (text_hash TEXT PRIMARY KEY)"
            )
            self._connection.execute("DELETE FROM used")
            self._connection.executemany(
                "INSERT OR IGNORE INTO used VALUES (?)", ((key,) for key in hashes)
            )
            self._connection.execute(
                "DELETE FROM vectors WHERE embedder <> ? "
                "OR text_hash NOT IN (SELECT text_hash FROM used)",
                (embedder,),
            )

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database, so that it stands alone."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._connection.in_transaction:  # a full disk has ended it already
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from None


def _parts(values: Sequence[Value]) -> Iterator[list[Value]]:
    """Values so few at a time that one statement can name them all."""
    return (list(values[first : first + 500]) for first in range(0, len(values), 500))


def _holders(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def check_database(folder: Path) -> None:
    """Look through the whole database of a knowledge base.

    Raises:
        CorruptError: It is damaged.
    """
    store = Store(folder)
    try:
        store.check()
    finally:
        store.close()
