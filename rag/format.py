"""Answers and hits as the JSON objects that files and other programs read (format 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corpus.records import Answer, Citation, Hit, Passage, plain
from index.explain import Explained, Explanation

FORMAT = 1


def answer_record(answer: Answer, question_id: str | None = None) -> dict[str, Any]:
    """An answer as one JSON object; a field that does not apply is absent."""
    record = {
        "format": FORMAT,
        "id": question_id,
        "question": answer.question,
        "question_resolved": answer.question_resolved,
        "answer": answer.text,
        "short": answer.short or None,
        "refused": answer.refused,
        "reason": answer.reason or None,
        "confidence": round(answer.confidence, 4),
        "citations": [citation_record(citation) for citation in answer.citations],
        "hits": [hit_record(hit) for hit in answer.hits],
        "timings_ms": dict(answer.timings_ms),
        "model": answer.model or None,
        "claims": plain(answer.claims) or None,
        "notice": answer.notice or None,
    }
    return _present(record)


def citation_record(citation: Citation) -> dict[str, Any]:
    """A citation as a JSON object."""
    passage = citation.passage
    return _present(
        {
            "number": citation.number,
            "source": passage.source,
            "title": passage.title or None,
            "author": passage.author or None,
            "published": passage.published or None,
            "url": passage.url or None,
            "document_id": passage.document_id,
            "passage_id": passage.id,
            "quote": citation.quote,
            "start": citation.start,
            "end": citation.end,
            **_surroundings(passage),
            "page": citation.page,
            "locator": citation.locator or None,
        }
    )


def hit_record(hit: Hit) -> dict[str, Any]:
    """A hit as a JSON object."""
    passage = hit.passage
    return _present(
        {
            "rank": hit.rank,
            "source": passage.source,
            "passage_id": passage.id,
            "start": passage.start,
            "end": passage.end,
            **_surroundings(passage),
            "page": passage.page,
            "locator": passage.locator or None,
            "score": hit.score,
            "signals": dict(hit.signals),
        }
    )


def explanation_record(explanation: Explanation) -> dict[str, Any]:
    """An explanation of a search as a JSON object; spans count from the passage's first character.

    A term that stands in no passage has no ``idf``.
    """
    terms, idf, query = explanation.terms, explanation.idf, explanation.query
    own = set(terms.own)
    return {
        "format": FORMAT,
        "query": plain(query),
        "terms": [
            _present({"term": term, "own": term in own, "idf": idf.get(term), "times": weight})
            for term, weight in terms.weights.items()
            if term not in terms.associated or term in terms.all
        ],
        "alternatives": plain(terms.alternatives),
        "associated": [
            {"term": term, "said": item.said, "times": round(item.weight, 4)}
            for term, item in terms.associated.items()
        ],
        "passages": [_explained_record(item) for item in explanation.passages],
    }


def _explained_record(item: Explained) -> dict[str, Any]:
    return {
        **hit_record(item.hit),
        "matched": plain(item.matched),
        "missing": list(item.missing),
        "phrases": [{"phrase": text, "spans": plain(spans)} for text, spans in item.phrases],
        "against": list(item.against),
    }


def _surroundings(passage: Passage) -> dict[str, Any]:
    """A passage with what it is to be read with."""
    own = (passage.start, passage.end)
    return {
        "passage": passage.text,
        "context": list(passage.context) or None,
        "parent": list(passage.parent) if passage.parent and passage.parent != own else None,
    }


def _present(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value is not None}
