"""The tables of a knowledge base, and records as their rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from corpus.records import Document, Mark, Passage

SCHEMA_VERSION = 1
SCHEMA = """
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

DOCUMENT = "id, source, text, content_hash, title, author, published, url, marks, metadata"
PASSAGE = 'id, document_id, source, text, start, "end", sentences, title, published, headings, page'
"""The columns of a record, in the order in which the functions below read and write them."""


def document_row(document: Document) -> tuple[Any, ...]:
    """The values of ``DOCUMENT``."""
    return (
        document.id, document.source, document.text, document.content_hash, document.title,
        document.author, document.published, document.url,
        json.dumps([[mark.start, mark.end, mark.reason] for mark in document.marks]),
        json.dumps(dict(document.metadata), ensure_ascii=False),
    )  # fmt: skip


def passage_row(passage: Passage) -> tuple[Any, ...]:
    """The values of ``PASSAGE``; sentence spans as pairs of 32-bit integers, little end first."""
    return (
        passage.id, passage.document_id, passage.source, passage.text, passage.start, passage.end,
        np.asarray(passage.sentences, "<i4").tobytes(), passage.title, passage.published,
        json.dumps(passage.headings, ensure_ascii=False), passage.page,
    )  # fmt: skip


def read_document_row(row: Sequence[str]) -> Document:
    """A document from the values of ``DOCUMENT``."""
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


def read_passage_row(row: Sequence[Any]) -> Passage:
    """A passage from the values of ``PASSAGE``."""
    key, document_id, source, text, start, end, blob, title, published, headings, page = row
    spans = np.frombuffer(blob, "<i4").reshape(-1, 2).tolist()
    return Passage(
        id=key,
        document_id=document_id,
        source=source,
        text=text,
        start=start,
        end=end,
        sentences=tuple((first, last) for first, last in spans),
        title=title,
        published=published,
        headings=tuple(json.loads(headings)),
        page=page,
    )
