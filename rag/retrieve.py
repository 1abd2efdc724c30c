"""Retrieval for a search, which takes a query at its word, and for a question, which need not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.filters import Filters
from corpus.records import Hit
from index.query import Notice, Query
from index.search import Searcher

Found = tuple[list[Hit], tuple[Notice, ...]]
"""Passages, best first, and what to tell the user."""


def retrieve_exactly(searcher: Searcher, query: Query, k: int, filters: Filters | None) -> Found:
    """Passages that hold every phrase of a query; if there are none, a notice says why."""
    hits = searcher.search(query, k, filters)
    if hits or query.is_empty:
        return hits, query.notices
    phrases = tuple(Notice("phrase not found", phrase.text) for phrase in query.phrases)
    return [], (*query.notices, *(phrases or (Notice("nothing left"),)))


def retrieve_gently(searcher: Searcher, query: Query, k: int, filters: Filters | None) -> Found:
    """Passages that hold every phrase first, then others.

    Quotes in a question mostly name what it is about, and the answer may lie in a passage that
    spells it in another way.
    """
    hits = searcher.search(query, k, filters)
    if not query.phrases or len(hits) >= k:
        return hits, query.notices
    relaxed = query.relaxed()
    notices = query.notices if hits or query.is_empty else relaxed.notices
    return _joined(hits, searcher.search(relaxed, k, filters))[:k], notices


def _joined(first: Sequence[Hit], second: Sequence[Hit]) -> list[Hit]:
    """All hits of the first list, then the others of the second, none above what stands before."""
    joined = list(first)
    known = {hit.passage.id for hit in first}
    for hit in second:
        if hit.passage.id not in known:
            score = min(hit.score, joined[-1].score) if joined else hit.score
            joined.append(replace(hit, rank=len(joined) + 1, score=score))
    return joined
