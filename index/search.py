"""Searching one published state of a knowledge base."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import CorruptError, SettingsError
from corpus.filters import Filters
from corpus.normalize import fold
from corpus.records import Hit, Passage
from index.conditions import Conditions
from index.copies import behind
from index.embed import StaticEmbedder, shipped_words
from index.fuse import fuse
from index.layout import REPAIR
from index.prepare import embed_text
from index.proposed import Proposed, Sides, ranks
from index.query import Query, parse_query
from index.rerank.cross import CrossEncoderReranker
from index.rerank.order import final_order
from index.rerank.shipped import TreeReranker
from index.rerank.signals import Candidates
from index.sparse import Bm25Settings
from index.state import State
from index.terms import QueryTerms, associated, query_terms
from index.threads import on_one_thread

_READINGS = 4  # of a question with synonyms or numbers, so many


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
        associated: What a word that goes with one of the question counts in BM25 at most; 0 leaves
            such words out.
    """

    candidates: int = 100
    dense_weight: float = 0.5
    rerank: int = 50
    rerank_seconds: float = 5.0
    k1: float = 1.2
    b: float = 0.75
    associated: float = 0.4

    def __post_init__(self) -> None:
        if self.candidates < 1:
            raise SettingsError(f"retrieve.candidates is {self.candidates}; use 1 or more")
        for name in ("dense_weight", "b", "associated"):
            if not 0 <= getattr(self, name) <= 1:
                raise SettingsError(f"retrieve.{name} is {getattr(self, name)}; use 0 to 1")
        if self.rerank < 0:
            raise SettingsError(f"retrieve.rerank is {self.rerank}; use 0 or more")
        if not 0 <= self.rerank_seconds < math.inf:
            raise SettingsError(f"retrieve.rerank_seconds is {self.rerank_seconds}; use 0 or more")
        if not 0 <= self.k1 < math.inf:
            raise SettingsError(f"retrieve.k1 is {self.k1}; use 0 or more")


class Searcher(State):
    """A published state, opened for searching; safe to share between threads.

    Args:
        folder: The knowledge base.
        settings: How it is searched.
        embedder: Folder of the model it was built with; the shipped model if None.
        reranker: Folder of a cross-encoder; the shipped reranker if None. As an attribute its
            name, empty for the shipped one.

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
        self.settings = settings
        self._cross = CrossEncoderReranker(reranker, settings.rerank_seconds) if reranker else None
        self.reranker = self._cross.name if self._cross else ""
        super().__init__(folder, Bm25Settings(settings.k1, settings.b), embedder)

    @on_one_thread
    def search(self, query: str | Query, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """The ``k`` best passages for a question, best first.

        Filters, phrases and exclusions are applied before ranking, so ``k`` passages come back if
        so many meet them. BM25 and the vectors each propose candidates; every candidate is scored
        by both, and those with the best fused scores are reranked. A reranked hit's score is the
        estimated probability that its passage answers; the scores of those behind go on falling
        from there. Without reranking the score is the fused one. Of reranked passages that say the
        same, the fullest stands where the best would, the others behind all that say something
        else. Signals: ``bm25``, ``dense``, ``fused``, ``rerank`` and their ranks (absent where a
        stage did not propose or score it), and ``copy_of``, the rank of the fuller passage.

        Raises:
            CorruptError: A search structure holds what cannot be.
        """
        asked = parse_query(query) if isinstance(query, str) else query
        found = self.propose(asked, max(self.settings.candidates, k), filters)
        count = min(self.settings.rerank, len(found.numbers))
        passages = self.numbered(found.numbers[: max(k, count)])
        reranked = self._rerank(asked.words, found, passages[:count]) if count else found.fused[:0]
        distinct, fuller = behind(reranked, passages[:count])
        order, scores = final_order(distinct, found.fused[: len(passages)])
        hits = []
        for rank, (at, score) in enumerate(zip(order[:k], scores[:k], strict=True), 1):
            signals = found.signals(at)
            if at < count and not math.isnan(reranked[at]):
                signals |= {"rerank": round(float(reranked[at]), 6), "rerank_rank": float(rank)}
            if at < count and fuller[at] >= 0:
                signals["copy_of"] = float(order.index(fuller[at]) + 1)
            hits.append(Hit(rank, passages[at], round(float(score), 9), signals))
        return hits

    def _rerank(
        self, query: str, found: Proposed, passages: Sequence[Passage]
    ) -> NDArray[np.float32]:
        """The score of each passage, NaN for what there was no time for."""
        if self._cross:
            return self._cross.scores(query, [embed_text(passage) for passage in passages])
        count = len(passages)
        share = np.minimum(found.bm25[:count] / max(found.most_bm25, 1e-9), 1)
        candidates = Candidates(share.astype(np.float32), found.fused[:count])
        told = self._trees.read(passages)
        scores = self._trees.scores(query, found.terms.own, self.bm25.idf, candidates, told)
        if found.terms.alternatives:
            texts = [fold(passage.text) for passage in passages]
            for text in found.terms.readings(fold(query), texts)[:_READINGS]:
                terms = self.segmenter.terms(text)
                others = self._trees.scores(text, terms, self.bm25.idf, candidates, told)
                scores = np.maximum(scores, others)
        return scores

    @cached_property
    def words(self) -> StaticEmbedder:
        """The shipped word vectors, whatever model made the vectors of the passages."""
        own = self.embedder
        return (
            own if self.is_shipped_embedder and isinstance(own, StaticEmbedder) else shipped_words()
        )

    @cached_property
    def _trees(self) -> TreeReranker:
        return TreeReranker(self.words)

    def propose(self, query: Query, depth: int, filters: Filters | None = None) -> Proposed:
        """What BM25 and the vectors propose, in the order of their fused scores.

        Args:
            query: A question, or some words.
            depth: How many passages each side proposes.
            filters: Conditions that their documents must meet.

        Raises:
            CorruptError: A search structure holds what cannot be.
        """
        asked = self.terms(query)
        terms = asked.weights
        vector = self.embedder.encode_queries([query.words])[0]
        with self._damage_told():
            conditions = Conditions(query, self.finder, self.texts_at, self.allowed(filters))
            sides = self._propose(terms, vector, depth, conditions)
            rows = sides.rows
            sparse = np.concatenate([sides.scores, self.bm25.at(terms, sides.others)])
            cosines = self.dense.cosines(vector, rows)
        fused = fuse(cosines, sparse, self.settings.dense_weight)
        order = np.lexsort((rows, -fused))
        return Proposed(
            terms=asked,
            numbers=self.numbers[rows[order]],
            bm25=sparse[order],
            most_bm25=sum(self.bm25.weights(set(asked.own)).values()) * (self.settings.k1 + 1),
            dense=cosines[order],
            fused=fused[order],
            bm25_ranks=ranks(rows[order], sides.sparse),
            dense_ranks=ranks(rows[order], sides.dense),
        )

    def terms(self, query: Query) -> QueryTerms:
        """The terms that BM25 looks for: its own, what means the same, what goes with them."""
        terms = query_terms(query.words, self.segmenter, self.synonyms)
        share = self.settings.associated
        if not share:
            return terms
        with self._damage_told():
            bm25, words = self.bm25, self.words
            near = associated(terms.own, words.associated, bm25.idf, bm25.weights, share)
        return replace(terms, associated=near)

    @contextmanager
    def _damage_told(self) -> Iterator[None]:
        """What the arrays of a damaged segment raise, told as such."""
        try:
            yield
        except (IndexError, ValueError) as error:
            raise CorruptError(f"{self.folder}: a segment is damaged ({error}); {REPAIR}") from None

    def texts(self, weights: Mapping[str, float], k: int = 60) -> list[str]:
        """The folded texts of the passages that BM25 finds best for weighted terms, best first.

        Args:
            weights: What the idf of each term is multiplied with.
            k: How many.

        Raises:
            CorruptError: A search structure holds what cannot be.
        """
        with self._damage_told():
            rows, _ = self.bm25.top(weights, k)
        return [fold(embed_text(passage)) for passage in self.numbered(self.numbers[rows])]

    def cosines(self, query: Query) -> NDArray[np.float32]:
        """Cosine of every passage with a query, shape ``(passages,)``: exact, and slow."""
        vector = self.embedder.encode_queries([query.words])[0]
        return self.dense.cosines(vector, np.arange(len(self.numbers)))

    def _propose(
        self,
        terms: Mapping[str, float],
        vector: NDArray[np.float32],
        depth: int,
        conditions: Conditions,
    ) -> Sides:
        while True:
            allowed = conditions.allowed
            sparse, scores = self.bm25.top(terms, depth, allowed)
            dense = sparse[:0]
            if vector.any():
                dense = self.dense.search(vector, depth, allowed)[0]
            found = Sides(sparse, scores, dense, conditions.first(depth))
            if conditions.hold_for(found.rows):
                return found
