"""The tables of a knowledge base, and the numbered steps that bring older ones up to date."""

from __future__ import annotations

import sqlite3

_FIRST = """
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

# Documents get numbers, passages live and die with them and no longer repeat their names, vectors
# move to the segments, and the published states are known to the database.
_NUMBERED = """
CREATE TABLE numbered_documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT, added INTEGER NOT NULL, removed INTEGER,
    id TEXT NOT NULL, source TEXT NOT NULL, content_hash TEXT NOT NULL,
    size INTEGER NOT NULL DEFAULT -1, modified INTEGER NOT NULL DEFAULT -1,
    title TEXT NOT NULL, author TEXT NOT NULL, published TEXT NOT NULL, url TEXT NOT NULL,
    characters INTEGER NOT NULL, extra TEXT NOT NULL, boxes BLOB, text TEXT NOT NULL
);
INSERT INTO numbered_documents (added, removed, id, source, content_hash, title, author, published,
    url, characters, extra, text)
SELECT added, removed, id, source, content_hash, title, author, published, url, length(text),
    json_object('marks', json(marks), 'metadata', json(metadata)), text
FROM documents ORDER BY source, added;
CREATE TABLE numbered_passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL, id TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER, headings TEXT NOT NULL,
    sentences BLOB NOT NULL, extra TEXT NOT NULL, text TEXT NOT NULL
);
INSERT INTO numbered_passages (document, id, start, "end", page, headings, sentences, extra, text)
SELECT d.number, p.id, p.start, p."end", p.page, p.headings, p.sentences, '', p.text
FROM passages AS p JOIN numbered_documents AS d ON d.id = p.document_id AND d.added = p.added
ORDER BY p.row;
DROP TABLE documents;
DROP TABLE passages;
DROP TABLE vectors;
ALTER TABLE numbered_documents RENAME TO documents;
ALTER TABLE numbered_passages RENAME TO passages;
CREATE INDEX documents_by_id ON documents (id);
CREATE INDEX documents_removed ON documents (removed) WHERE removed IS NOT NULL;
CREATE INDEX documents_added ON documents (added);
CREATE INDEX passages_by_document ON passages (document);
CREATE TABLE states (generation INTEGER PRIMARY KEY, manifest TEXT NOT NULL);
CREATE TABLE segments (
    number INTEGER PRIMARY KEY AUTOINCREMENT, generation INTEGER NOT NULL,
    staged INTEGER NOT NULL, entry TEXT NOT NULL
);
CREATE TABLE pending (key TEXT NOT NULL);
CREATE TABLE edges (
    line INTEGER NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (line, document)
) WITHOUT ROWID;
CREATE INDEX edges_by_document ON edges (document);
"""

MIGRATIONS = (_FIRST, _NUMBERED)
"""Step ``n`` leads from schema ``n`` to ``n + 1``; a new database takes all of them."""

SCHEMA_VERSION = len(MIGRATIONS)


def schema_of(connection: sqlite3.Connection) -> int:
    """The schema a database has; 0 if it is new."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database up to date, all or nothing."""
    version = schema_of(connection)
    if version >= SCHEMA_VERSION:
        return
    try:
        connection.executescript(
            f"BEGIN IMMEDIATE; {' '.join(MIGRATIONS[version:])} "
            f"PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
        )
    except sqlite3.Error:
        if connection.in_transaction:
            connection.rollback()
        raise
