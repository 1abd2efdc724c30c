"""What preparing documents takes and what it gives: records that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.chunk import ChunkSettings
from corpus.load import Skipped, SourceFile
from corpus.reasons import CleanSettings
from corpus.records import Document
from index.codebook import HalfVectors
from index.postings import Postings
from index.rows import DocumentRow, PassageRow


@dataclass(frozen=True, slots=True)
class Recipe:
    """How documents are prepared.

    Attributes:
        clean: What of the text is searched.
        rules: Hashes of lines that many documents share, to be marked.
        words: The user's dictionary.
        model: Folder of the static model that embeds the passages; None leaves that to the caller.
    """

    chunk: ChunkSettings
    clean: CleanSettings
    rules: frozenset[int]
    words: tuple[str, ...]
    model: Path | None


@dataclass(frozen=True, slots=True)
class Task:
    """One document to prepare.

    Attributes:
        content: Its file, its text, or the document itself.
        known_hash: Content hash of what the knowledge base holds under this source; "" for nothing.
    """

    source: str
    content: SourceFile | str | Document
    known_hash: str = ""


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document as its rows.

    Attributes:
        stamp: Size and time of change of its file.
        edges: Hashes of the lines at its edges that other documents may share.
    """

    source: str
    content_hash: str
    stamp: tuple[int, int]
    row: DocumentRow
    passages: tuple[PassageRow, ...]
    edges: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """The search structures of consecutive passages, few enough for one segment.

    Attributes:
        postings: Their terms.
        hashes: Hash of the text that is embedded, one for each passage.
        texts: Those texts; empty if ``vectors`` is given.
        vectors: Unit vectors, shape ``(passages, dimension)``; None if the caller is to make them.
    """

    postings: Postings
    hashes: NDArray[np.uint64]
    texts: tuple[str, ...]
    vectors: HalfVectors | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """Some documents, ready to be stored.

    Attributes:
        same: Sources whose content has not changed, with the stamps of their files.
        pieces: Together all passages of the documents, in their order.
    """

    documents: tuple[PreparedDocument, ...]
    same: tuple[tuple[str, tuple[int, int]], ...]
    skipped: tuple[Skipped, ...]
    pieces: tuple[Piece, ...]
