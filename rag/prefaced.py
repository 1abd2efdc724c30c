"""Questions that say something first and then turn to what they ask: 旧表进了水，那 GT4 防水吗."""

from __future__ import annotations

import re

from corpus.filters import Filters
from corpus.normalize import fold
from corpus.segment import Segmenter
from index.asked import content_terms, question_kind
from index.query import parse_query
from rag.asking import asks_something
from rag.evidence import Evidence
from rag.find import Desk, find
from rag.finding import Finding
from rag.phrases import names_in

_CLAUSES = re.compile(r"(?<=[，,；;。！!])(?<!果然，)(?<!话说，)(?<!对了，)")
_AROUND = " ，,；;。！!"
_TURNS = re.compile(  # 那 and the like, not 那个
    r"^(?:果然|话说|对了|那么?(?![个些种款年天次场位台家座本部篇条里儿边句件项时张份段首间层届版只支]))[，,]?\s*"
)
_IT = re.compile(r"^[它他她](?!们)")
_HOLDS_FOR = re.compile(  # what is asked holds but then, or of that
    r"^(?:如果|要是|假如|万一|只要|除了|关于|对于|根据|按照?|在|从|自|当|比起|跟|和|与)"
    r"|^[^，]{0,4}?(?:没[有带]?|不[到满足够是]|未满|超[过出]|年满|过期)"
    r"|(?:时|时候|后|前|的话|期间|以来|[那当同]一?[天日年晚次场个位种款版])$"
)
_PROPER = ("nr", "ns", "nt", "nz", "eng")
_LONGEST = 300  # characters; more than that is a pasted text
_TELLING = 3  # words
_PLAIN, _MORE = 0.4, 1.2  # confidence, and times as sure as of the whole


def find_proper(
    desk: Desk, question: str, evidence: Evidence, filters: Filters | None
) -> tuple[Finding, float] | None:
    """What the question proper is answered with, if much more surely than with what is said before.

    Args:
        desk: What the question is answered with.
        question: As understood.
        evidence: What was found for it as a whole.
        filters: Conditions that the documents must meet.
    """
    unsure = evidence.confidence < _PLAIN
    proper = proper_of(question, desk.searcher.segmenter) if unsure else ""
    if not proper:
        return None
    found = desk.retrieve(parse_query(proper), 0, filters)
    told = desk.weigh(found.query, found.hits)
    if told.confidence < max(_PLAIN, _MORE * evidence.confidence):
        return None
    return find(desk, found.query, told), told.confidence


def proper_of(question: str, segmenter: Segmenter) -> str:
    """The clause that asks without what is said before; empty if that may belong to it.

    它 stands for the last name said before.
    """
    pieces = [piece for piece in _CLAUSES.split(question) if piece.strip(_AROUND)]
    asking = [asks_something(piece) or question_kind(piece) == "yesno" for piece in pieces]
    if len(question) > _LONGEST or sum(asking) != 1 or not asking[-1] or len(pieces) < 2:
        return ""
    said = [piece.strip(_AROUND) for piece in pieces[:-1]]
    if any(_HOLDS_FOR.search(piece) for piece in said):
        return ""
    turns = _TURNS.match(pieces[-1].strip())
    if not turns:
        return ""
    clause, names = pieces[-1].strip()[turns.end() :], names_in("，".join(said))
    if names and _IT.match(clause):
        return f"{names[-1]} {clause[1:]}"
    return clause if _stands_alone(clause, segmenter) else ""


def _stands_alone(clause: str, segmenter: Segmenter) -> bool:
    """Whether a clause begins with a name and says more of it."""
    words = segmenter.tagged(fold(clause))
    opens = bool(words) and words[0][1] in _PROPER
    return opens and len(content_terms(segmenter.terms(clause))) >= _TELLING
