"""What a document says of the rest of a question, the words that name its subject left out.

Canvas 靠什么运行代码 is answered in an article on Canvas, by a sentence that does not say Canvas
again: there the word tells nothing apart, and what only repeats it comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from corpus.filters import Filters
from corpus.normalize import fold
from corpus.records import Passage
from index.query import parse_query
from rag.evidence import Evidence, answerable
from rag.find import Desk, Gathered, find
from rag.finding import Finding
from rag.own import own_of, speaks_of
from rag.query import Query

_UNSURE = 0.48  # confidence from which the question as a whole is answered well
_SURER = 0.1  # confidence that must be won by leaving out the subject
_LEAST = 2  # characters


def find_topical(
    desk: Desk, found: Gathered, evidence: Evidence, filters: Filters | None
) -> tuple[Finding, float] | None:
    """What a document answers that is about what the question names, if that is surer.

    The document is that of somebody whom the question names, or that of the best passage or the
    best sentence, if its title, its name or its author's holds words of the question. None for a
    question that is answered well, or not at all.

    Args:
        desk: What the question is answered with.
        found: The question and the passages found for it.
        evidence: Their sentences, weighed.
        filters: Conditions that the documents must meet.
    """
    if not (evidence.order and desk.settings.threshold <= evidence.confidence < _UNSURE):
        return None
    owned = [(source, text, 0.0) for source, text in own_of(desk, "", (found.query.text,), filters)]
    for source, text, margin in owned or _rests(found, evidence):
        within = replace(filters or Filters(), only=source)
        told = desk.retrieve(parse_query(text), 0, within)
        if told.query.vague or not speaks_of(told):
            continue
        other = desk.weigh(told.query, told.hits)
        if other.confidence > evidence.confidence + margin:
            return find(desk, told.query, other), answerable(found.query, evidence, desk.weights)
    return None


def _rests(found: Gathered, evidence: Evidence) -> Iterator[tuple[str, str, float]]:
    """Sources of documents that a question may be about, and what it asks of their subject."""
    passages = [evidence.candidates[evidence.order[0]].hit.passage]
    passages += [hit.passage for hit in found.hits[:1]]
    for passage in {passage.source: passage for passage in passages}.values():
        rest = _without_subject(found.query, passage)
        if rest:
            yield passage.source, rest, _SURER


def _without_subject(query: Query, passage: Passage) -> str:
    """A question without the words that name what a document is about; empty if it has none."""
    name = fold(" ".join((passage.title, PurePosixPath(passage.source).stem, passage.author)))
    rest, subject = fold(query.text), ""
    for term in sorted(query.terms, key=len, reverse=True):
        if len(term) >= _LEAST and term not in subject and _word(term).search(name):
            rest = _word(term, within="-").sub(" " if term.isascii() else "", rest, count=1)
            subject += f"{term} "
    return rest.strip() if rest != fold(query.text) else ""


def _word(term: str, within: str = "") -> re.Pattern[str]:
    """A term where it stands; one of Latin letters or figures not in a longer one."""
    bound = rf"(?<![a-z0-9{within}]){{}}(?![a-z0-9{within}])" if term.isascii() else "{}"
    return re.compile(bound.format(re.escape(term)))
