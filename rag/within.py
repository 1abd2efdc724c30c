"""A question that names a document, answered from that document."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from corpus.filters import Filters
from index.catalogue import Entry, letters
from index.query import parse_query
from rag.asked_of import asked_of
from rag.asking import Part
from rag.evidence import Evidence, answerable
from rag.find import Desk, Gathered, find_place, find_summary
from rag.finding import Finding
from rag.naming import may_name, namings
from rag.own import speaks_of
from rag.parts import parts_of
from rag.several import find_special

_PROPER = re.compile(r"nr\w*|ns|nt|nz|eng")


@dataclass(frozen=True, slots=True)
class Within:
    """What one document answers: passages found in it, weighed, and what they are told as."""

    found: Gathered
    evidence: Evidence
    special: tuple[Finding, float] | None


def documents_asked(desk: Desk, question: str, filters: Filters | None) -> tuple[Part, ...]:
    """What a question asks of each document that it names; empty if it names none."""
    if not may_name(question):
        return ()
    searcher = desk.searcher

    @cache
    def text_of(entry: Entry) -> str:
        return letters("".join(passage.text for passage in searcher.passages(entry.id)))

    named = namings(question, searcher.catalogue(filters), searcher.segmenter, text_of)
    return asked_of(question, named, desk.cutter.terms) if named else ()


def clauses_asked(
    desk: Desk, question: str, sole: Part, filters: Filters | None
) -> tuple[Part, ...]:
    """The clauses of a question of which not all are asked of the document that it names.

    《甲》写的是哪天，实际是哪天 asks the second of all documents. Empty for one that is asked of
    that document alone.
    """
    parts = parts_of(question, desk.searcher.segmenter)
    if any(part.label for part in parts):
        return ()
    told = [documents_asked(desk, part.text, filters) for part in parts]
    if not any(told) or all(named and named[0].source == sole.source for named in told):
        return ()
    return tuple(
        _asked_alone(desk, part, named[0], filters) if len(named) == 1 else part
        for part, named in zip(parts, told, strict=True)
    )


def _asked_alone(desk: Desk, part: Part, named: Part, filters: Filters | None) -> Part:
    """A clause that names one document, with what else it may ask of that."""
    others = (documents_asked(desk, text, filters) for text in (*part.others, part.whole) if text)
    same = (told[0].text for told in others if len(told) == 1 and told[0].source == named.source)
    return replace(named, label="", others=tuple(dict.fromkeys(same)))


def find_within(
    desk: Desk, question: str, part: Part, k: int, filters: Filters | None
) -> Within | None:
    """What the document that a question names answers; None if it does not."""
    within = replace(filters or Filters(), only=part.source)
    found = desk.retrieve(parse_query(part.text), k, within)
    if not speaks_of(found) or not (part.sure or _tells_of_all(desk, part.text, found)):
        return None
    evidence = desk.weigh(found.query, found.hits)
    special = find_summary(desk, question, within)
    special = special or find_special(desk, part.text, within, evidence.confidence)
    special = special or find_place(desk, found.query, found.hits, evidence)
    sure = special[1] if special else answerable(found.query, evidence, desk.weights)
    if not evidence.candidates or sure < desk.settings.threshold:
        return None
    return Within(found, evidence, special)


def _tells_of_all(desk: Desk, text: str, found: Gathered) -> bool:
    """Whether every proper name of a question stands in the document, which may not be meant."""
    if not found.hits:
        return False
    passages = desk.searcher.passages(found.hits[0].passage.document_id)
    whole = letters("".join((passages[0].title, *(passage.text for passage in passages))))
    names = [word for word, tag in desk.searcher.segmenter.tagged(text) if _PROPER.fullmatch(tag)]
    return all(letters(name) in whole for name in names)
