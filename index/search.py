"""Searching one published state of a knowledge base."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError, KnowledgeBaseError, MismatchError, SettingsError
from corpus.filters import Filters
from corpus.records import Document, Hit, Passage
from index.dense import DenseIndex
from index.embed import Embedder, load_embedder
from index.folder import segmenter_of
from index.fuse import fuse
from index.layout import REPAIR, STATES, Manifest, check_files, read_manifest
from index.leases import Lease
from index.recut import stale_rows
from index.scope import Scope
from index.segment import Segment
from index.sparse import Bm25Index, Bm25Settings, Section
from index.store import Reader
from index.sweep import sweep_after
from index.synonyms import synonyms_of

_TRIES = 100


@dataclass(frozen=True, slots=True)
class RetrieveSettings:
    """How passages are retrieved.

    Attributes:
        candidates: How many passages each of BM25 and the vectors propose.
        dense_weight: Share of the vectors in the fused score: 0 is BM25 alone, 1 vectors alone.
        k1: BM25's saturation of repeated words.
        b: BM25's correction for length.
    """

    candidates: int = 100
    dense_weight: float = 0.5
    k1: float = 1.2
    b: float = 0.75

    def __post_init__(self) -> None:
        if self.candidates < 1:
            raise SettingsError(f"retrieve.candidates is {self.candidates}; use 1 or more")
        for name in ("dense_weight", "b"):
            if not 0 <= getattr(self, name) <= 1:
                raise SettingsError(f"retrieve.{name} is {getattr(self, name)}; use 0 to 1")
        if not 0 <= self.k1 < math.inf:
            raise SettingsError(f"retrieve.k1 is {self.k1}; use 0 or more")


class Searcher:
    """A published state, opened for reading; safe to share between threads.

    What it holds stays readable until it is closed, whatever is built meanwhile.

    Args:
        folder: The knowledge base.
        embedder: Folder of the model it was built with; the shipped model if None.

    Raises:
        KnowledgeBaseError: It is not one, is damaged, or was built with another model.
    """

    def __init__(
        self, folder: Path, settings: RetrieveSettings, embedder: Path | None = None
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.embedder: Embedder = load_embedder(embedder)
        self.manifest, self._lease = hold(folder)
        try:
            self._open()
        except BaseException:
            self._lease.release()
            raise
        self._lock = threading.Lock()

    def _open(self) -> None:
        self._check_match()
        check_files(self.folder, self.manifest)
        self._store = Reader(self.folder)
        try:
            segments = [
                Segment.load(self.folder / item.name, item.factor)
                for item in self.manifest.segments
            ]
            self.segmenter = segmenter_of(self.folder)
            self.synonyms = synonyms_of(self.folder, self.segmenter)
            nothing = np.zeros(0, np.int64)  # there may be no segment: all has been removed
            self._passages = np.concatenate([nothing, *(item.passages for item in segments)])
            documents = np.concatenate([nothing, *(item.documents for item in segments)])
            self._scope = Scope(self._store, self.manifest.generation, documents)
            self._dense = DenseIndex([item.vectors for item in segments])
            self.bm25 = Bm25Index(
                self._sections(segments),
                Bm25Settings(self.settings.k1, self.settings.b),
                len(self._passages),
            )
        except BaseException:
            self._store.close()
            raise

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

    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """The ``k`` best passages for a question, best first.

        Filters are applied before ranking, so ``k`` passages come back if so many meet them. BM25
        and the vectors each propose candidates; every candidate is scored by both. Signals:
        ``bm25``, ``dense``, and their ranks among the candidates (absent where a side did not
        propose the passage).

        Raises:
            CorruptError: A search structure holds what cannot be.
        """
        terms = self.synonyms.expand(self.segmenter.terms(query))
        vector = self.embedder.encode_queries([query])[0]
        depth = max(self.settings.candidates, k)
        allowed = self._allowed(filters)
        try:
            sparse_rows, sparse_scores = self.bm25.top(terms, depth, allowed)
            dense_rows = sparse_rows[:0]
            if vector.any():
                dense_rows = self._dense.search(vector, depth, allowed)[0]
            others = np.setdiff1d(dense_rows, sparse_rows)
            rows = np.concatenate([sparse_rows, others])
            sparse = np.concatenate([sparse_scores, self.bm25.at(terms, others)])
            cosines = self._dense.cosines(vector, rows)
        except (IndexError, ValueError) as error:
            raise CorruptError(f"{self.folder}: a segment is damaged ({error}); {REPAIR}") from None
        scores = fuse(cosines, sparse, self.settings.dense_weight)
        best = np.lexsort((rows, -scores))[:k]
        ranks = {
            "bm25_rank": {int(row): rank for rank, row in enumerate(sparse_rows, 1)},
            "dense_rank": {int(row): rank for rank, row in enumerate(dense_rows, 1)},
        }
        with self._lock:
            passages = self._store.passages([int(self._passages[row]) for row in rows[best]])
        hits = []
        for rank, (at, passage) in enumerate(zip(best, passages, strict=True), 1):
            signals = {
                "bm25": round(float(sparse[at]), 4),
                "dense": round(float(cosines[at]), 4),
            }
            for name, known in ranks.items():
                if int(rows[at]) in known:
                    signals[name] = float(known[int(rows[at])])
            hits.append(Hit(rank, passage, round(float(scores[at]), 6), signals))
        return hits

    def _allowed(self, filters: Filters | None) -> NDArray[np.bool_] | None:
        if not filters:
            return None
        with self._lock:
            return self._scope.mask(filters)

    def document(self, document_id: str) -> Document | None:
        """One document by its id."""
        with self._lock:
            return self._store.document(document_id, self.manifest.generation)

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

    def is_current(self) -> bool:
        """Whether this is the published state still, with the dictionary and synonyms of today."""
        try:
            manifest = read_manifest(self.folder)
            fingerprint = segmenter_of(self.folder).fingerprint
            synonyms = synonyms_of(self.folder, self.segmenter)
        except (KnowledgeBaseError, SettingsError):
            return True  # what cannot be opened is not better
        return (
            manifest.generation == self.manifest.generation
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
