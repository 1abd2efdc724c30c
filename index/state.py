"""A published state of a knowledge base, opened for reading."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError, InputError, KnowledgeBaseError, MismatchError, SettingsError
from corpus.filters import Filters
from corpus.records import Document, Passage
from index.catalogue import Entry
from index.dense import DenseIndex
from index.embed import Embedder, load_embedder
from index.folder import segmenter_of
from index.layout import REPAIR, STATES, Manifest, check_files, read_manifest
from index.leases import Lease
from index.phrases import PhraseFinder
from index.recut import stale_rows
from index.scope import Scope
from index.segment import Segment
from index.sparse import Bm25Index, Bm25Settings, Section
from index.store import Reader
from index.sweep import sweep_after
from index.synonyms import synonyms_of

_TRIES = 100


class State:
    """A published state; safe to share between threads.

    What it holds stays readable until it is closed, whatever is built meanwhile.

    Args:
        folder: The knowledge base.
        bm25: Settings of BM25.
        embedder: Folder of the model it was built with; the shipped model if None.

    Attributes:
        numbers: The number of the passage in each row of the search structures.

    Raises:
        InputError: The model cannot be loaded.
        KnowledgeBaseError: It is not one, is damaged, or was built with another model.
    """

    def __init__(self, folder: Path, bm25: Bm25Settings, embedder: Path | None = None) -> None:
        self.folder = folder
        self.embedder: Embedder = load_embedder(embedder)
        self.is_shipped_embedder = embedder is None
        self._lock = threading.Lock()
        with ExitStack() as undo:
            self.manifest, self._lease = hold(folder)
            undo.callback(self._lease.release)
            self._check_match()
            check_files(folder, self.manifest)
            self._store = undo.enter_context(closing(Reader(folder)))
            self._open(bm25)
            undo.pop_all()

    def _open(self, bm25: Bm25Settings) -> None:
        segments = [
            Segment.load(self.folder / item.name, item.factor) for item in self.manifest.segments
        ]
        self.segmenter = segmenter_of(self.folder)
        self.synonyms = synonyms_of(self.folder, self.segmenter)
        nothing = np.zeros(0, np.int64)  # there may be no segment: all has been removed
        self.numbers = np.concatenate([nothing, *(item.passages for item in segments)])
        self._documents = np.concatenate([nothing, *(item.documents for item in segments)])
        self._scope = Scope(self._store, self.manifest.generation, self._documents)
        self.dense = DenseIndex([item.vectors for item in segments])
        self.bm25 = Bm25Index(self._sections(segments), bm25, len(self.numbers))
        self.finder = PhraseFinder(self.bm25, self.segmenter.words)

    def _check_match(self) -> None:
        made, used = self.manifest.embedder, self.embedder.fingerprint
        if made != used:
            raise MismatchError(
                f"{self.folder}: built with the model {self.manifest.embedder_name} ({made}), "
                f"opened with {self.embedder.name} ({used}); name its folder with --embedder, "
                "or build again with --rebuild"
            )

    def _sections(self, segments: Sequence[Segment]) -> list[Section]:
        """The postings, with sections of their own for passages that today's dictionary cuts anew.

        So a new word is found at once, without a build.
        """
        stale = self.manifest.segmenter != self.segmenter.fingerprint
        sections: list[Section] = []
        start = 0
        for segment in segments:
            positions = np.arange(start, start + segment.size)
            start += segment.size
            hidden = None
            if stale:
                rows, fresh = stale_rows(segment, self._store, self.manifest, self.segmenter)
                if len(rows):
                    hidden = np.zeros(segment.size, bool)
                    hidden[rows] = True
                    sections.append(Section(fresh, positions[rows]))
            sections.append(Section(segment.postings, positions, hidden))
        return sections

    def row_of(self, passage: Passage) -> int:
        """Where a passage stands among all of the state.

        Raises:
            InputError: It is not of this state.
        """
        with self._lock:
            number = self._store.number_of(
                passage.document_id, passage.id, self.manifest.generation
            )
        rows = np.flatnonzero(self.numbers == number)
        if not len(rows):
            raise InputError(f"passage {passage.id} is not in {self.folder}; search again for it")
        return int(rows[0])

    def passage(self, passage_id: str) -> Passage | None:
        """One passage by its id."""
        with self._lock:
            number = self._store.number_of(None, passage_id, self.manifest.generation)
            return None if number is None else self._store.passages([number])[0]

    def numbered(self, numbers: NDArray[np.int64]) -> list[Passage]:
        """Passages by their numbers, in that order."""
        with self._lock:
            return self._store.passages(numbers.tolist())

    def texts_at(self, rows: NDArray[np.int64]) -> list[str]:
        """The texts of the passages in some rows."""
        with self._lock:
            return self._store.texts([int(self.numbers[row]) for row in rows])

    def allowed(self, filters: Filters | None) -> NDArray[np.bool_] | None:
        """The rows whose documents meet conditions, shape ``(rows,)``; None for all."""
        if not filters:
            return None
        with self._lock:
            return self._scope.mask(filters)

    def document(self, document_id: str) -> Document | None:
        """One document by its id."""
        with self._lock:
            return self._store.document(document_id, self.manifest.generation)

    def sole_document(self, filters: Filters | None = None) -> str:
        """The id of the only document with passages that meets conditions; empty if not one is."""
        mask = self.allowed(filters)
        rows = self._documents if mask is None else self._documents[mask]
        if not len(rows) or (rows != rows[0]).any():
            return ""
        with self._lock:
            return self._store.document_at(int(rows[0])).id

    def passages(self, document_id: str) -> list[Passage]:
        """The passages of one document, in the order of its text."""
        with self._lock:
            return self._store.passages_in(document_id, self.manifest.generation)

    def documents(self) -> Iterator[Document]:
        """All documents, in the order of their sources."""
        with self._lock:
            numbers = self._store.document_numbers(self.manifest.generation)
        for number in numbers:
            with self._lock:
                document = self._store.document_at(number)
            yield document

    def catalogue(self, filters: Filters | None = None) -> list[Entry]:
        """What the documents that meet conditions may be called, in the order of their sources."""
        return [
            entry
            for entry in self._entries
            if not filters
            or filters.accepts(
                source=entry.source,
                title=entry.title,
                author=entry.author,
                published=entry.published,
            )
        ]

    @cached_property
    def _entries(self) -> list[Entry]:
        with self._lock:
            return self._store.entries(self.manifest.generation)

    def is_current(self) -> bool:
        """Whether this is the published state still, with the dictionary and synonyms of today."""
        try:
            manifest = read_manifest(self.folder)
            fingerprint = segmenter_of(self.folder).fingerprint
            synonyms = synonyms_of(self.folder, self.segmenter)
        except (KnowledgeBaseError, SettingsError):
            return True  # what cannot be opened is not better
        return (
            manifest == self.manifest
            and fingerprint == self.segmenter.fingerprint
            and synonyms == self.synonyms
        )

    def close(self) -> None:
        """Close the database and let the state go; closing twice does nothing."""
        self._store.close()
        if self._lease.release():
            sweep_after(self.folder, self.manifest.generation)


def hold(folder: Path) -> tuple[Manifest, Lease]:
    """The published state, kept from being purged until it is released.

    Raises:
        KnowledgeBaseError: The folder holds no published state.
    """
    for _ in range(_TRIES):
        manifest = read_manifest(folder)
        try:
            return manifest, Lease(folder, manifest.generation)
        except FileNotFoundError:
            time.sleep(0.01)  # another state has just taken its place
    raise CorruptError(f"{folder / STATES}: does not hold the published state; {REPAIR}")
