"""Searching one published state of a knowledge base."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError, KnowledgeBaseError, MismatchError, SettingsError
from corpus.filters import Filters
from corpus.records import Document, Hit, Passage
from index.dense import DenseIndex
from index.embed import Embedder, StaticEmbedder, load_embedder, shipped_words
from index.folder import segmenter_of
from index.fuse import fuse
from index.layout import REPAIR, STATES, Manifest, check_files, read_manifest
from index.leases import Lease
from index.prepare import embed_text
from index.recut import stale_rows
from index.rerank.cross import CrossEncoderReranker
from index.rerank.order import final_order
from index.rerank.shipped import TreeReranker
from index.rerank.signals import Candidates
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
        rerank: How many of the best by the fused score are put in their final order; 0 is none.
        rerank_seconds: A cross-encoder begins no batch later than this.
        k1: BM25's saturation of repeated words.
        b: BM25's correction for length.
    """

    candidates: int = 100
    dense_weight: float = 0.5
    rerank: int = 50
    rerank_seconds: float = 5.0
    k1: float = 1.2
    b: float = 0.75

    def __post_init__(self) -> None:
        if self.candidates < 1:
            raise SettingsError(f"retrieve.candidates is {self.candidates}; use 1 or more")
        for name in ("dense_weight", "b"):
            if not 0 <= getattr(self, name) <= 1:
                raise SettingsError(f"retrieve.{name} is {getattr(self, name)}; use 0 to 1")
        if self.rerank < 0:
            raise SettingsError(f"retrieve.rerank is {self.rerank}; use 0 or more")
        if not 0 <= self.rerank_seconds < math.inf:
            raise SettingsError(f"retrieve.rerank_seconds is {self.rerank_seconds}; use 0 or more")
        if not 0 <= self.k1 < math.inf:
            raise SettingsError(f"retrieve.k1 is {self.k1}; use 0 or more")


@dataclass(frozen=True, slots=True)
class Proposed:
    """The candidates for a question, best first by their fused scores.

    Attributes:
        numbers: Number of each passage in the database, shape ``(candidates,)``; likewise the rest.
        terms: The terms of the question, those of its synonyms included.
        bm25: BM25 scores.
        most_bm25: A bound of what the question's terms could score in any passage.
        dense: Cosines.
        fused: Both together, in [0, 1].
        bm25_ranks: Rank among what BM25 proposed; 0 if it did not.
        dense_ranks: Rank among what the vectors proposed; 0 if they did not.
    """

    terms: tuple[str, ...]
    numbers: NDArray[np.int64]
    bm25: NDArray[np.float32]
    most_bm25: float
    dense: NDArray[np.float32]
    fused: NDArray[np.float32]
    bm25_ranks: NDArray[np.int64]
    dense_ranks: NDArray[np.int64]

    def signals(self, at: int) -> dict[str, float]:
        """The signals of one candidate by name; ranks only where a side proposed it."""
        found = {
            "bm25": round(float(self.bm25[at]), 4),
            "dense": round(float(self.dense[at]), 4),
            "fused": round(float(self.fused[at]), 6),
            "fused_rank": float(at + 1),
        }
        for name, ranks in (("bm25_rank", self.bm25_ranks), ("dense_rank", self.dense_ranks)):
            if ranks[at]:
                found[name] = float(ranks[at])
        return found


def _ranks(rows: NDArray[np.int64], proposed: NDArray[np.int64]) -> NDArray[np.int64]:
    """1-based rank of each row among those proposed, 0 if it is not among them."""
    known = {row: rank for rank, row in enumerate(proposed.tolist(), 1)}
    return np.array([known.get(row, 0) for row in rows.tolist()], np.int64)


class Searcher:
    """A published state, opened for reading; safe to share between threads.

    What it holds stays readable until it is closed, whatever is built meanwhile.

    Args:
        folder: The knowledge base.
        embedder: Folder of the model it was built with; the shipped model if None.
        reranker: Folder of a cross-encoder; the shipped reranker if None.

    Raises:
        InputError: A model cannot be loaded.
        KnowledgeBaseError: It is not one, is damaged, or was built with another model.
    """

    def __init__(
        self,
        folder: Path,
        settings: RetrieveSettings,
        embedder: Path | None = None,
        reranker: Path | None = None,
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.embedder: Embedder = load_embedder(embedder)
        self._shipped = embedder is None
        self._cross = CrossEncoderReranker(reranker, settings.rerank_seconds) if reranker else None
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
        and the vectors each propose candidates; every candidate is scored by both, and those with
        the best fused scores are reranked. A reranked hit's score is the estimated probability
        that its passage answers; the scores of those behind go on falling from there. Without
        reranking the score is the fused one. Signals: ``bm25``, ``dense``, ``fused``,
        ``rerank`` and their ranks (absent where a stage did not propose or score the passage).

        Raises:
            CorruptError: A search structure holds what cannot be.
        """
        found = self.propose(query, max(self.settings.candidates, k), filters)
        count = min(self.settings.rerank, len(found.numbers))
        passages = self.passages(found.numbers[: max(k, count)])
        reranked = self._rerank(query, found, passages[:count]) if count else found.fused[:0]
        order, scores = final_order(reranked, found.fused[: len(passages)])
        hits = []
        for rank, (at, score) in enumerate(zip(order[:k], scores[:k], strict=True), 1):
            signals = found.signals(at)
            if at < count and not math.isnan(reranked[at]):
                signals |= {"rerank": round(float(reranked[at]), 6), "rerank_rank": float(rank)}
            hits.append(Hit(rank, passages[at], round(float(score), 9), signals))
        return hits

    def _rerank(
        self, query: str, found: Proposed, passages: Sequence[Passage]
    ) -> NDArray[np.float32]:
        """The score of each passage, NaN for what there was no time for."""
        if self._cross:
            return self._cross.scores(query, [embed_text(passage) for passage in passages])
        count = len(passages)
        share = found.bm25[:count] / max(found.most_bm25, 1e-9)
        candidates = Candidates(passages, share.astype(np.float32), found.fused[:count])
        return self._trees.scores(query, found.terms, self.bm25.idf, candidates)

    @cached_property
    def words(self) -> StaticEmbedder:
        """The shipped word vectors, whatever model made the vectors of the passages."""
        own = self.embedder
        return own if self._shipped and isinstance(own, StaticEmbedder) else shipped_words()

    @cached_property
    def _trees(self) -> TreeReranker:
        return TreeReranker(self.words)

    def passages(self, numbers: NDArray[np.int64]) -> list[Passage]:
        """The passages with some numbers, in that order.

        Raises:
            CorruptError: One is missing.
        """
        with self._lock:
            return self._store.passages(numbers.tolist())

    def propose(self, query: str, depth: int, filters: Filters | None = None) -> Proposed:
        """What BM25 and the vectors propose, in the order of their fused scores.

        Args:
            query: A question, or some words.
            depth: How many passages each side proposes.
            filters: Conditions that their documents must meet.

        Raises:
            CorruptError: A search structure holds what cannot be.
        """
        terms = self.synonyms.expand(self.segmenter.terms(query))
        vector = self.embedder.encode_queries([query])[0]
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
        fused = fuse(cosines, sparse, self.settings.dense_weight)
        order = np.lexsort((rows, -fused))
        return Proposed(
            terms=tuple(terms),
            numbers=self._passages[rows[order]],
            bm25=sparse[order],
            most_bm25=sum(self.bm25.weights(terms).values()) * (self.settings.k1 + 1),
            dense=cosines[order],
            fused=fused[order],
            bm25_ranks=_ranks(rows[order], sparse_rows),
            dense_ranks=_ranks(rows[order], dense_rows),
        )

    def _allowed(self, filters: Filters | None) -> NDArray[np.bool_] | None:
        if not filters:
            return None
        with self._lock:
            return self._scope.mask(filters)

    def document(self, document_id: str) -> Document | None:
        """One document by its id."""
        with self._lock:
            return self._store.document(document_id, self.manifest.generation)

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
