"""What a build is told, and what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpus.chunk import ChunkSettings
from corpus.load import Skipped
from corpus.reasons import CleanSettings


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        added: Sources that are new; likewise ``changed``, ``removed``.
        unchanged: How many documents were left as they were.
        skipped: Files that were not read, and why.
        recall: Recall@10 of vector search against exact search.
        duplicates: Sources whose files hold the same bytes, group by group.
        encodings: How many documents are text in another encoding than UTF-8, by encoding.
        scanned: Sources with pages of pictures that could not be read, and which pages those are.
        damaged: Likewise for pages that cannot be opened.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    skipped: tuple[Skipped, ...]
    documents: int
    passages: int
    characters: int
    recall: float = 1.0
    duplicates: tuple[tuple[str, ...], ...] = ()
    encodings: Mapping[str, int] = field(default_factory=dict)
    scanned: tuple[tuple[str, str], ...] = ()
    damaged: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How to build.

    Attributes:
        clean: What of the documents is searched.
        embedder: Folder of a sentence-transformers model; the shipped one if None.
        keep_others: Leave documents that are not among the sources; otherwise they are removed.
        rebuild: Read, cut and embed everything anew; documents that are kept but can no longer be
            read are cut anew from their stored text.
        reclean: Read, clean and cut everything anew, with what has been learned of repeated lines
            since; what is embedded already stays.
    """

    chunk: ChunkSettings = field(default_factory=ChunkSettings)
    clean: CleanSettings = field(default_factory=CleanSettings)
    embedder: Path | None = None
    keep_others: bool = False
    rebuild: bool = False
    reclean: bool = False

    @property
    def anew(self) -> bool:
        """Whether every document is read again."""
        return self.rebuild or self.reclean
