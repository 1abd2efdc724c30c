"""From files to what a knowledge base keeps of them: rows, terms, vectors.

This is the work that all cores share; what is sent between them is in ``prepared.py``.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.chunk import cut_passages
from corpus.errors import DocumentError
from corpus.load import Skipped, content_hash, make_document, read_document
from corpus.reasons import cleaned
from corpus.records import Document, Passage
from corpus.repeats import REASON as REPEATED
from corpus.repeats import edge_lines, mark_repeated
from corpus.segment import Segmenter
from corpus.titles import file_title, names_of
from index.embed import StaticEmbedder
from index.postings import Postings
from index.prepared import Piece, Prepared, PreparedDocument, Recipe, Task
from index.rows import document_row, passage_row
from index.segment import half
from index.vocabulary import Vocabulary

NO_STAMP = (-1, -1)
"""Of what was not read from a file."""

_PIECE = 16_384  # passages
_SETTLED = 2_000_000_000  # nanoseconds; files changed later may change again unseen


def search_text(passage: Passage) -> str:
    """What of a passage is searched by its words: all that it stands under, then its text.

    These are the name of its document's file with the author, the document's title if it has
    another name, its headings and its context.
    """
    titles = names_of(passage.source, passage.title)[1:]
    headings = (line for line in passage.headings if line not in passage.text)
    return "\n".join((_filed(passage), *titles, *headings, *passage.context, passage.text))


def embed_text(passage: Passage) -> str:
    """What of a passage is embedded: as :func:`search_text`, less the name of file and author.

    So renaming a file changes no vector, unless its name then holds what its first line says.
    """
    return search_text(passage)[len(_filed(passage)) + 1 :]


def _filed(passage: Passage) -> str:
    return f"{file_title(passage.source)} {passage.author}".rstrip()


def prepare(tasks: Sequence[Task], recipe: Recipe) -> Prepared:
    """Read, clean, cut, segment and, with a static model, embed some documents."""
    tools = _tools(recipe.words, recipe.model)
    documents: list[PreparedDocument] = []
    same: list[tuple[str, tuple[int, int]]] = []
    skipped: list[Skipped] = []
    passages: list[Passage] = []
    for task in tasks:
        try:
            document, stamp = _read(task)
        except DocumentError as error:
            skipped.append(Skipped(task.source, str(error)))
            continue
        if document is None or document.content_hash == task.known_hash:
            same.append((task.source, stamp))
            continue
        document = _without_repeated(cleaned(document, recipe.clean))
        edges = frozenset(map(hash_line, edge_lines(document)))
        if not recipe.rules.isdisjoint(edges):
            rules = {line for line in edge_lines(document) if hash_line(line) in recipe.rules}
            document = mark_repeated(document, rules)
        cut = cut_passages(document, recipe.chunk)
        passages += cut
        documents.append(
            PreparedDocument(
                source=document.source,
                content_hash=document.content_hash,
                stamp=stamp,
                row=document_row(document),
                passages=tuple(map(passage_row, cut)),
                edges=tuple(sorted(edges)),
            )
        )
    pieces = [
        _piece(passages[first : first + _PIECE], tools) for first in range(0, len(passages), _PIECE)
    ]
    return Prepared(tuple(documents), tuple(same), tuple(skipped), tuple(pieces))


def _piece(passages: Sequence[Passage], tools: _Tools) -> Piece:
    texts = tuple(map(embed_text, passages))
    found = list(map(search_text, passages))
    numbered = tools.vocabulary.numbered(found)
    vectors = None
    if tools.embedder:
        above = [whole.count("\n", 0, len(whole) - len(text)) for text, whole in
                 zip(texts, found, strict=True)]  # fmt: skip
        vectors = half(
            tools.embedder.encode_numbered(texts, numbered, np.array(above), tools.vocabulary)
        )
    return Piece(
        postings=tools.vocabulary.post(numbered),
        hashes=hash_texts(texts),
        texts=() if tools.embedder else texts,
        vectors=vectors,
    )


def post_passages(passages: Sequence[Passage], segmenter: Segmenter) -> Postings:
    """The terms of some passages."""
    vocabulary = Vocabulary(segmenter)
    return vocabulary.post(vocabulary.numbered(list(map(search_text, passages))))


def _without_repeated(document: Document) -> Document:
    """A stored document without the marks of lines that were learned when it was read."""
    marks = tuple(mark for mark in document.marks if mark.reason != REPEATED)
    return document if len(marks) == len(document.marks) else replace(document, marks=marks)


def hash_line(line: str) -> int:
    """A 64-bit hash of a line, as SQLite's integers hold it."""
    digest = hashlib.blake2b(line.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def hash_texts(texts: Sequence[str]) -> NDArray[np.uint64]:
    """A 64-bit hash of each text, shape ``(len(texts),)``."""
    digests = (
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        for text in texts
    )
    return np.frombuffer(b"".join(digests), "<u8").astype(np.uint64)


@dataclass(frozen=True, slots=True)
class _Tools:
    embedder: StaticEmbedder | None
    vocabulary: Vocabulary


@cache
def _tools(words: tuple[str, ...], model: Path | None) -> _Tools:
    """What takes a while to load, once in each process."""
    embedder = StaticEmbedder(model) if model else None
    return _Tools(embedder, Vocabulary(Segmenter(words)))


def _read(task: Task) -> tuple[Document | None, tuple[int, int]]:
    """The document of a task, None if its file has not changed; and the stamp of its file."""
    if isinstance(task.content, Document):
        return task.content, NO_STAMP
    if isinstance(task.content, str):
        return make_document(task.content, task.source), NO_STAMP
    stamp = stamp_of(task.content.path)
    if task.known_hash and content_hash(task.content) == task.known_hash:
        return None, stamp
    return read_document(task.content), stamp


def stamp_of(path: Path) -> tuple[int, int]:
    """Size and time of change of a file, in bytes and nanoseconds.

    The time is -1 if it was changed just now, for it may change again in the same instant; both
    are if it is gone.
    """
    try:
        status = os.stat(path)
    except OSError:
        return NO_STAMP
    settled = time.time_ns() - status.st_mtime_ns >= _SETTLED
    return status.st_size, status.st_mtime_ns if settled else -1
