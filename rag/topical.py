"""What a document says of the rest of a question, the words that name its subject left out.

Canvas 靠什么运行代码 is answered in an article on Canvas, by a sentence that does not say Canvas
again: there the word tells nothing apart, and what only repeats it comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from corpus.filters import Filters
from corpus.normalize import fold
from corpus.records import Hit, Passage
from index.query import parse_query
from rag.evidence import Evidence
from rag.find import Desk, find
from rag.finding import Finding
from rag.own import own_of, speaks_of
from rag.query import Query

_UNSURE = 0.5  # confidence from which the question as a whole is answered well
_SURER = 0.1  # confidence that must be won by leaving out the subject
_LEAST = 2  # characters


def find_topical(
    desk: Desk,
    query: Query,
    hits: Sequence[Hit],
    evidence: Evidence,
    filters: Filters | None,
) -> tuple[Finding, float] | None:
    """What a document answers that is about what the question names, if that is surer.

    The document is that of somebody whom the question names, or that of the best passage or the
    best sentence, if its title, its name or its author's holds words of the question. None for a
    question that is answered well, or not at all.

    Args:
        desk: What the question is answered with.
        query: The question.
        hits: The passages found, best first.
        evidence: What was found in them.
        filters: Conditions that the documents must meet.
    """
    if not (evidence.order and desk.settings.threshold <= evidence.confidence < _UNSURE):
        return None
    owned = [(source, text, 0.0) for source, text in own_of(desk, "", (query.text,), filters)]
    asked = owned or list(_rests(desk, query, hits, evidence))
    best: tuple[Query, Evidence, float] | None = None
    for source, text, margin in asked:
        within = replace(filters or Filters(), only=source)
        found = desk.retrieve(parse_query(text), 0, within)
        if found.query.vague or not speaks_of(found):
            continue
        told = desk.weigh(found.query, found.hits)
        least = best[2] if best else evidence.confidence + margin
        if told.confidence > least:
            best = found.query, told, told.confidence
    return (find(desk, best[0], best[1]), evidence.confidence) if best else None


def _rests(
    desk: Desk, query: Query, hits: Sequence[Hit], evidence: Evidence
) -> Iterator[tuple[str, str, float]]:
    """Sources of documents that a question may be about, and what it asks of their subject."""
    passages = [evidence.candidates[evidence.order[0]].hit.passage]
    passages += [hit.passage for hit in hits[:1]]
    for passage in {passage.source: passage for passage in passages}.values():
        rest = _without_subject(query, passage)
        if rest:
            yield passage.source, rest, _SURER


def _without_subject(query: Query, passage: Passage) -> str:
    """A question without the words that name what a document is about; empty if it has none."""
    name = fold(" ".join((passage.title, PurePosixPath(passage.source).stem, passage.author)))
    subject = [term for term in query.terms if len(term) >= _LEAST and term in name]
    text = fold(query.text)
    for term in sorted(subject, key=len, reverse=True):
        text = text.replace(term, " " if term.isascii() else "")
    return text.strip() if subject else ""
