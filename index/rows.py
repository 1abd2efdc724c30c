"""Documents and passages as rows of the database.

What is asked for by itself has a column; every other field of a record goes to ``extra`` as JSON,
so that a record may gain a field without a new schema.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

import numpy as np

from corpus.parts import Part
from corpus.records import Document, Mark, Passage, plain

DocumentRow = tuple[Any, ...]
PassageRow = tuple[Any, ...]

DOCUMENT = "id, source, content_hash, title, author, published, url, characters, extra, boxes, text"
"""The columns of a document, in the order in which the functions below write and read them."""

PASSAGE = 'id, start, "end", page, headings, sentences, extra, text'
"""Likewise those of a passage; the rest comes from its document."""

OWNER = "id, source, title, published, author, url"
"""The columns of its document that a passage repeats."""

_DOCUMENT_COLUMNS = (
    "id", "source", "content_hash", "title", "author", "published", "url", "boxes", "text",
)  # fmt: skip
_PASSAGE_COLUMNS = (
    "id", "document_id", "source", "title", "published", "author", "url", "start", "end", "page",
    "headings", "sentences", "text",
)  # fmt: skip
_KINDS: Mapping[str, type[Mark] | type[Part]] = {"marks": Mark, "parts": Part}
_VALUES = {name: attrgetter(*(item.name for item in fields(kind))) for name, kind in _KINDS.items()}
_DOCUMENT_EXTRA = tuple(
    item.name for item in fields(Document) if item.name not in _DOCUMENT_COLUMNS
)
_PASSAGE_EXTRA = tuple(item.name for item in fields(Passage) if item.name not in _PASSAGE_COLUMNS)


def document_row(document: Document) -> DocumentRow:
    """The values of ``DOCUMENT``."""
    return (
        document.id, document.source, document.content_hash, document.title, document.author,
        document.published, document.url, len(document.text),
        _extra(document, _DOCUMENT_EXTRA), document.boxes or None, document.text,
    )  # fmt: skip


def passage_row(passage: Passage) -> PassageRow:
    """The values of ``PASSAGE``; sentence spans as pairs of 32-bit integers, little end first."""
    return (
        passage.id, passage.start, passage.end, passage.page,
        json.dumps(passage.headings, ensure_ascii=False) if passage.headings else "[]",
        np.asarray(passage.sentences, "<i4").tobytes(), _extra(passage, _PASSAGE_EXTRA),
        passage.text,
    )  # fmt: skip


def read_document_row(row: Sequence[Any]) -> Document:
    """A document from the values of ``DOCUMENT``."""
    key, source, content_hash, title, author, published, url, _, extra, boxes, text = row
    return Document(
        id=key,
        source=source,
        text=text,
        content_hash=content_hash,
        title=title,
        author=author,
        published=published,
        url=url,
        boxes=boxes or b"",
        **_more(extra),
    )


def read_passage_row(row: Sequence[Any]) -> Passage:
    """A passage from its document's columns ``OWNER``, then the values of ``PASSAGE``."""
    document_id, source, title, published, author, url, *rest = row
    key, start, end, page, headings, blob, extra, text = rest
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
        author=author,
        url=url,
        headings=tuple(json.loads(headings)),
        page=page,
        **_more(extra),
    )


def _extra(record: Document | Passage, names: Sequence[str]) -> str:
    """The fields without a column that say something; spans as lists, to be short."""
    said: dict[str, Any] = {}
    for name in names:
        value = getattr(record, name)
        if value:
            said[name] = list(map(_VALUES[name], value)) if name in _KINDS else plain(value)
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) if said else ""


def _more(extra: str) -> dict[str, Any]:
    more = {}
    for name, value in (json.loads(extra) if extra else {}).items():
        kind = _KINDS.get(name)
        if kind:
            more[name] = tuple(kind(*item) for item in value)
        else:
            more[name] = tuple(value) if isinstance(value, list) else value
    return more
