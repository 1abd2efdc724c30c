"""The truth of a knowledge base: one SQLite database.

Every row carries the generation that brought it (``added``) and the one that took it away
(``removed``), so a reader of a published generation sees exactly that state while the next is
being written.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError, FormatVersionError, KnowledgeBaseError
from corpus.records import Document, Mark, Passage
from index.embed import Vectors
from index.layout import DATABASE, REBUILD

Value = TypeVar("Value")

_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE documents (
    id TEXT NOT NULL, added INTEGER NOT NULL, removed INTEGER,
    source TEXT NOT NULL, content_hash TEXT NOT NULL, text TEXT NOT NULL, title TEXT NOT NULL,
    author TEXT NOT NULL, published TEXT NOT NULL, url TEXT NOT NULL,
    marks TEXT NOT NULL, metadata TEXT NOT NULL,
    PRIMARY KEY (id, added)
) WITHOUT ROWID;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT, added INTEGER NOT NULL, removed INTEGER,
    id TEXT NOT NULL, document_id TEXT NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL,
    published TEXT NOT NULL, headings TEXT NOT NULL, text TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, sentences BLOB NOT NULL, page INTEGER
);
CREATE INDEX passages_by_document ON passages (document_id);
CREATE TABLE vectors (
    embedder TEXT NOT NULL, text_hash TEXT NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (embedder, text_hash)
) WITHOUT ROWID;
"""
_ALIVE = "added <= ? AND (removed IS NULL OR removed > ?)"
_DOCUMENT = "id, source, text, content_hash, title, author, published, url, marks, metadata"
_PASSAGE = (
    'id, document_id, source, text, start, "end", sentences, title, published, headings, page'
)


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
        if version > _SCHEMA_VERSION:
            self.close()
            raise FormatVersionError(
                f"{self._path}: schema {version}, this version reads up to {_SCHEMA_VERSION}; "
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
                f"BEGIN; {_SCHEMA} PRAGMA user_version = {_SCHEMA_VERSION}; COMMIT;"
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
        query = f"SELECT {_DOCUMENT} FROM documents WHERE {_ALIVE} ORDER BY source"
        for row in self._select(query, (generation, generation)):
            yield _document(row)

    def document(self, document_id: str, generation: int) -> Document | None:
        """One document of a generation."""
        query = f"SELECT {_DOCUMENT} FROM documents WHERE id = ? AND {_ALIVE}"
        row = next(self._select(query, (document_id, generation, generation)), None)
        return _document(row) if row else None

    def content_hashes(self, generation: int) -> dict[str, tuple[str, str]]:
        """Content hash and id of each document of a generation, by source."""
        query = f"SELECT source, content_hash, id FROM documents WHERE {_ALIVE}"
        rows = self._select(query, (generation, generation))
        return {source: (content_hash, key) for source, content_hash, key in rows}

    def passage_rows(self, generation: int) -> Iterator[tuple[int, Passage]]:
        """Row number and passage, for every passage of a generation, by row number."""
        query = f"SELECT row, {_PASSAGE} FROM passages WHERE {_ALIVE} ORDER BY row"
        for row, *fields in self._select(query, (generation, generation)):
            yield row, _passage(fields)

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """The passages with the given row numbers, in that order.

        Raises:
            CorruptError: A row is missing: search structures and database do not belong together.
        """
        found: dict[int, Passage] = {}
        for part in _parts(rows):
            query = f"SELECT row, {_PASSAGE} FROM passages WHERE row IN ({_holders(part)})"
            found.update((row, _passage(rest)) for row, *rest in self._select(query, part))
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
            f"INSERT INTO documents (added, {_DOCUMENT}) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (
                generation, document.id, document.source, document.text, document.content_hash,
                document.title, document.author, document.published, document.url,
                json.dumps([[m.start, m.end, m.reason] for m in document.marks]),
                json.dumps(dict(document.metadata), ensure_ascii=False),
            ),
        )  # fmt: skip
        self._connection.executemany(
            f"INSERT INTO passages (added, {_PASSAGE}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            [
                (
                    generation, p.id, p.document_id, p.source, p.text, p.start, p.end,
                    np.asarray(p.sentences, "<i4").tobytes(), p.title, p.published,
                    json.dumps(p.headings, ensure_ascii=False), p.page,
                )
                for p in passages
            ],
        )  # fmt: skip

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


def _document(row: Sequence[str]) -> Document:
    key, source, text, content_hash, title, author, published, url, marks, extra = row
    return Document(
        id=key,
        source=source,
        text=text,
        content_hash=content_hash,
        title=title,
        author=author,
        published=published,
        url=url,
        marks=tuple(Mark(*item) for item in json.loads(marks)),
        metadata=json.loads(extra),
    )


def _passage(fields: Sequence[object]) -> Passage:
    key, document_id, source, text, start, end, blob, title, published, headings, page = fields
    spans = np.frombuffer(blob, "<i4").reshape(-1, 2).tolist()  # type: ignore[call-overload]
    return Passage(
        id=str(key), document_id=str(document_id), source=str(source), text=str(text),
        start=int(start), end=int(end),  # type: ignore[call-overload]
        sentences=tuple((first, last) for first, last in spans),
        title=str(title), published=str(published), headings=tuple(json.loads(str(headings))),
        page=page if page is None else int(page),  # type: ignore[call-overload]
    )  # fmt: skip
