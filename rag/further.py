"""What another document adds to an answer that leaves part of a question out.

Who asks what two documents say of the same, or two things that are told apart, names both: the
words that no passage of the document cited holds point at the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.filters import Filters
from corpus.normalize import fold
from corpus.records import Hit, Passage
from index.query import parse_query
from rag.asking import asks_something
from rag.context import whole_text
from rag.features import Candidate
from rag.find import Desk
from rag.finding import Finding, Line
from rag.query import Query
from rag.tables import matched

_DIFFER = r"对不上|不一样|不一致|有出入"
_OF_TWO = re.compile(
    rf"{_DIFFER}|各(?!自然|种|位|类|地|项|级|行各业|方面|部门)|分别|(?<!哪)一样|对比(?!表)|相比|比一下"
    r"|两[边处]|谁[更多少快慢高低贵早晚]|哪个更"
)
_NOBODY = re.compile(r"(?:谁|什么|哪[里儿个])[也都]")  # asks nothing
_CLAUSES = re.compile(r"[，,。；;？?！!：:]")
_FOUND = 24  # passages
_LOOKED_AT = 8
_MEANT = 0.55  # cosine from which a word is said in another word
_LEAST = 0.1  # of the weight of a question's words, which another document must add


def further(desk: Desk, query: Query, finding: Finding, filters: Filters | None) -> Finding:
    """A finding with the best sentence of another document, if that says what is left out.

    Args:
        desk: What the question is answered with.
        query: The question.
        finding: What answers it so far; it stays as it is unless it is one line of one document,
            with room for another sentence.
        filters: Conditions that the documents must meet.
    """
    cited = {item.hit.passage.document_id for item in finding.sentences}
    full = len(finding.sentences) >= desk.settings.sentences
    if full or len(finding.lines) > 1 or len(cited) != 1 or not _asks_of_two(fold(query.text)):
        return finding
    own = desk.searcher.passages(next(iter(cited)))
    left = _unsaid(desk, query.terms, own)
    whole = sum(map(desk.searcher.bm25.idf, query.terms))
    if _weight(desk, left) < _LEAST * whole:
        return finding
    found = desk.retrieve(parse_query(query.text), _FOUND, filters)
    others = [hit for hit in found.hits if hit.passage.document_id not in cited]
    best = _best(desk, query, others[:_LOOKED_AT])
    if best is None:
        return finding
    still = set(_unsaid(desk, left, [best.hit.passage]))
    added = [term for term in left if term not in still]
    if _weight(desk, added) < _LEAST * whole:
        return finding
    return replace(finding, lines=(*finding.lines, Line((best,))))


def says_they_differ(question: str) -> bool:
    """Whether a question says that what sources tell does not agree."""
    return re.search(_DIFFER, fold(question)) is not None


def _asks_of_two(question: str) -> bool:
    """Whether a folded question asks several things, or one of several."""
    clauses = sum(map(asks_something, _CLAUSES.split(_NOBODY.sub("", question))))
    return clauses > 1 or bool(_OF_TWO.search(question))


def _best(desk: Desk, query: Query, hits: Sequence[Hit]) -> Candidate | None:
    evidence = desk.weigh(query, hits)
    told = (evidence.candidates[number] for number in evidence.order)
    return next((item for item in told if not (item.is_heading or item.is_question)), None)


def _unsaid(desk: Desk, terms: Sequence[str], passages: Sequence[Passage]) -> list[str]:
    """The terms that some passages say neither so nor in another word."""
    text = fold("\n".join(f"{whole_text(passage)}\n{passage.author}" for passage in passages))
    missing = (term for term in terms if term not in text)
    return [term for term in missing if matched(term, text, desk.words) < _MEANT]


def _weight(desk: Desk, terms: Sequence[str]) -> float:
    return sum(map(desk.searcher.bm25.idf, terms))
