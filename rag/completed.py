"""What a sentence needs beside it to say something: a term its meaning, a date what happened."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.asked import content_terms
from rag.cutting import Cutter
from rag.evidence import Evidence
from rag.features import Candidate
from rag.query import Query
from rag.wanted import wanted

_NO_NEWS = 3  # words beside those of the question
_BRIEF = 24  # characters
_POINTS = re.compile(r"(?:人们|业内|后来)?(?:[这此那它]|其实)")
_ONCE = re.compile(
    r"(?:以前|从前|过去|此前|原先|原来|早先|以往)(?!\s*[的一二三四五六七八九十几两数半多每\d]|如此)"
)
_NOW = re.compile(r"(?:而|但)?(?:现在|如今|今后|此后|后来|这次|这回|新(?=的|做法|版|规))")
_ARROW = re.compile("→|->")  # of a glossary: its explanation stands behind the entry
_CAUSE = re.compile("[原起成]因|缘[由故]|是因|[归源]于|出在|怪[他她它我你]|because")
_GIVES_CAUSE = re.compile(f"{_CAUSE.pattern}|因为|由于")
_MAY_BE_CAUSE = re.compile("因|由于|所以|导致|使得|为了|以便|以免|免得|怕|否则|缘|怪")


def completed(
    query: Query, chosen: Sequence[Candidate], evidence: Evidence, cutter: Cutter
) -> list[Candidate]:
    """The sentences chosen, with the one behind the first if that says nothing but the question.

    A term is followed by what it means, a date by what happened, “第一，能离线” by how, and how
    it was by how it is. Before “这叫某某” stands what it is.
    """
    first = chosen[0]
    place = evidence.candidates.index(first)
    before = evidence.candidates[place - 1]
    if _POINTS.match(first.text) and wanted(query.text).is_named_in(first.text):
        told = first.follows(before) and not before.is_heading
        return [before, *(i for i in chosen if i is not before)] if told else list(chosen)
    entry = _ARROW.search(first.text) is not None
    behind = evidence.candidates[place + 1 : place + 2]
    if behind and _tells_why(query, first, behind[0]):
        return [first, *behind, *(item for item in chosen[1:] if item is not behind[0])]
    if wanted(query.text).is_in(first.text) and not entry:
        return list(chosen)
    asked = set(query.terms)
    terms = content_terms(cutter.terms(first.text))
    news = [term for term in dict.fromkeys(terms) if term not in asked]
    brief = len(first.text) <= _BRIEF
    if not behind or behind[0].hit is not first.hit or behind[0].is_heading or behind[0].is_item:
        return list(chosen)
    changed = _ONCE.match(first.text) and _NOW.match(behind[0].text)
    says_little = (
        entry or (before.is_question and first.follows(before)) or (brief and len(news) <= _NO_NEWS)
    )
    if first.is_heading or not (changed or says_little):
        return list(chosen)
    return [first, *behind, *(item for item in chosen[1:] if item is not behind[0])]


def _tells_why(query: Query, first: Candidate, behind: Candidate) -> bool:
    """Whether a cause is asked for, and given in the sentence behind alone: “起因是…”.

    怎么 asks for a cause as often as for a way, so that a cause must be named as one then.
    """
    gives = {"reason": _GIVES_CAUSE, "method": _CAUSE}.get(query.kind)
    if gives is None or behind.is_heading or not behind.follows(first):
        return False
    return gives.search(behind.text) is not None and not _MAY_BE_CAUSE.search(first.text)
