"""Questions over a bridge: one clause describes what another document has to name first.

换乘量最大的那个车站，每天有多少客流 is answered where the station's name stands, which the question
does not say (bridge questions, Yang et al. 2018, HotpotQA): the sentence that the description finds
lends its names to the clause that asks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from corpus.filters import Filters
from corpus.normalize import fold
from index.asked import content_terms, question_kind
from index.query import parse_query
from rag.asking import asks_something
from rag.context import around
from rag.evidence import Evidence, with_confidence
from rag.features import Candidate
from rag.find import Desk, find
from rag.finding import Finding, Line
from rag.phrases import phrases
from rag.wanted import wanted

_CLAUSES = re.compile(
    r"(?<=[，,：:；;。])|(?<=——)|(?<=那[天日晚年次届场])|(?<=同一[天日年])|(?<=当[天日晚])"
)
_AROUND_CLAUSE = " ，,：:；;。—"
_MEASURES = "位个条款版项天场次届名家件本座种篇部首支台间伙批套份笔只块层段幅道句"
_DEFINITE = re.compile(
    rf"的(?:那|这|同)一?[{_MEASURES}]|那[一几]?[{_MEASURES}]|的[^的，,、]{{1,10}}$|同一天$|[那当]晚$"
)
_POINTS_BACK = re.compile(rf"后者|前者|[该此这那][{_MEASURES}]|[他她它](?!们)")
_NAME = re.compile(
    r"[A-Za-z][A-Za-z0-9.+-]*(?: [A-Za-z0-9][A-Za-z0-9.+-]*)*|\d+\s*月\s*\d+\s*[日号]"
    r"|第[\d一二三四五六七八九十]+[天日届期版代]"
)
_COUNTED = re.compile(r"\d|[一二三四五六七八九十百千万亿两几]{2}|[一两几][^一]$")

_LONGEST = 300  # characters; more than that is a pasted text
_LENT = 3  # names
_NEXT_BEST = 2
_NAME_LENGTHS = range(2, 17)  # characters
_LOOKED_AT = 8  # sentences
_UNSURE, _SURER = 0.4, 0.04  # confidences
_RARE = 0.35  # of the weight of a word that no passage holds
_WORTH = 0.3  # of a name's weight against the score of a sentence
_AROUND = 0.7  # of the worth of a name in a sentence, if it only stands around it
_HELD = 0.2  # of the weight of the words that ask


@dataclass(frozen=True, slots=True)
class Described:
    """A question of two clauses: one describes, the other asks."""

    description: str
    asking: str


def described(question: str) -> Described | None:
    """The clauses of a question that describes something and asks about it; None for another.

    >>> described("换乘量最大的那个车站，每天有多少客流")
    Described(description='换乘量最大的那个车站', asking='每天有多少客流')
    """
    pieces = [piece for piece in _CLAUSES.split(question) if piece.strip(_AROUND_CLAUSE)]
    asking = [asks_something(p) or question_kind(p) == "yesno" for p in pieces]
    if len(question) > _LONGEST or sum(asking) != 1 or not asking[-1] or len(pieces) < 2:
        return None
    description, clause = "".join(pieces[:-1]).strip(_AROUND_CLAUSE), pieces[-1].strip()
    if not (_DEFINITE.search(description) or _POINTS_BACK.search(clause)):
        return None
    return Described(description, clause)


def find_bridged(
    desk: Desk, question: str, evidence: Evidence, filters: Filters | None
) -> tuple[Finding, float] | None:
    """The sentence that names what a question describes, with the one that answers about it.

    None if the question describes nothing, if it was answered well as a whole, or if nothing
    behind the bridge answers better.

    Args:
        desk: What the question is answered with.
        question: As understood.
        evidence: What was found for it as a whole.
        filters: Conditions that the documents must meet.
    """
    unsure = evidence.confidence < _UNSURE and not _goes_on(question, evidence)
    asked = described(question) if unsure else None
    first = _first(desk, asked.description, filters) if asked else None
    names = _names(desk, first.text, question) if first else {}
    if asked is None or first is None or not names:
        return None
    lent = sorted(names, key=names.__getitem__, reverse=True)[:_LENT]
    found = desk.retrieve(parse_query(" ".join((asked.asking, *lent))), 0, filters)
    behind = desk.weigh(desk.read(asked.asking), found.hits)
    linked = _linked(desk, asked.asking, names, behind, first)
    if linked is None or (
        evidence.order and _is(linked[0], evidence.candidates[evidence.order[0]])
    ):
        return None
    item, name = linked
    query = desk.read(f"{name}{' ' if name[-1:].isascii() else ''}{asked.asking}")
    told = behind.only(lambda other: _is(other, item))
    told = with_confidence(query, told, desk.words, desk.weights)
    if told.confidence < evidence.confidence + _SURER:
        return None
    finding = find(desk, query, told)
    return Finding((Line((first,)), *finding.lines), finding.short), told.confidence


def _goes_on(question: str, evidence: Evidence) -> bool:
    """Whether what answers stands right behind the best sentence, and is the second best itself."""
    if len(evidence.order) < _NEXT_BEST:
        return False
    first, second = (evidence.candidates[number] for number in evidence.order[:_NEXT_BEST])
    asked_for = wanted(question)
    holds = asked_for.decides and asked_for.is_in(second.text)
    return bool(holds) and second.hit is first.hit and second.follows(first)


def _first(desk: Desk, description: str, filters: Filters | None) -> Candidate | None:
    found = desk.retrieve(parse_query(description), 0, filters)
    evidence = desk.weigh(found.query, found.hits)
    told = (evidence.candidates[number] for number in evidence.order)
    return next((item for item in told if not item.is_heading), None)


def _linked(
    desk: Desk, asking: str, names: Mapping[str, float], behind: Evidence, first: Candidate
) -> tuple[Candidate, str] | None:
    """The best sentence that answers a clause and holds a name of the first, with that name."""
    best: tuple[float, Candidate, str] | None = None
    rare = _RARE * desk.searcher.bm25.idf("")
    for number in behind.order[:_LOOKED_AT]:
        item = behind.candidates[number]
        name, link = _link(desk, names, item)
        value = float(behind.scores[number]) + _WORTH * link
        better = link >= rare and (best is None or value > best[0])
        if better and not _is(item, first) and _speaks_of(desk, asking, item):
            best = value, item, name
    return best[1:] if best else None


def _names(desk: Desk, text: str, question: str) -> dict[str, float]:
    """Names and nouns of a sentence that a question does not hold, and how rare they are."""
    segmenter, known = desk.searcher.segmenter, fold(question)
    rare: dict[str, float] = {}
    for phrase in (*_NAME.findall(text), *phrases(text, segmenter)):
        for piece in (p for noun in phrase.split("的") for p in _without(noun, known)):
            counted = _COUNTED.search(piece) and not _NAME.fullmatch(piece)
            if not counted and len(piece) in _NAME_LENGTHS and (worth := _rarity(desk, piece)):
                rare[piece] = worth
    return rare


def _without(name: str, known: str) -> list[str]:
    """What is left of a name without the words that another text holds too."""
    shared = SequenceMatcher(None, fold(name), known, autojunk=False).find_longest_match()
    if len(fold(name)) != len(name) or shared.size < _NAME_LENGTHS.start:
        return [name.strip()]
    before, behind = name[: shared.a], name[shared.a + shared.size :]
    return [piece for part in (before, behind) if part for piece in _without(part, known)]


def _link(desk: Desk, names: Mapping[str, float], item: Candidate) -> tuple[str, float]:
    """The rarest words of some names that a sentence, or what stands around it, holds too."""
    best, most = ("", 0.0), desk.searcher.bm25.idf("")
    for text, worth in ((fold(item.text), 1.0), (fold(around(item)), _AROUND)):
        for name in names:
            shared = SequenceMatcher(None, fold(name), text, autojunk=False).find_longest_match()
            held = fold(name)[shared.a : shared.a + shared.size].strip()
            if len(held) >= _NAME_LENGTHS.start + held.isascii():
                link = worth * min(_rarity(desk, held), most)
                best = max(best, (held, link), key=lambda pair: pair[1])
    return best


def _rarity(desk: Desk, text: str) -> float:
    terms = set(content_terms(desk.searcher.segmenter.terms(text)))
    return sum(map(desk.searcher.bm25.idf, terms))


def _speaks_of(desk: Desk, clause: str, item: Candidate) -> bool:
    """Whether what a sentence stands on holds enough of the words of a clause."""
    idf, wanted = desk.searcher.bm25.idf, desk.read(clause).terms
    held = set(desk.cutter.terms(around(item)))
    return sum(idf(t) for t in wanted if t in held) >= _HELD * sum(map(idf, wanted))


def _is(one: Candidate, other: Candidate) -> bool:
    return one.start == other.start and one.hit.passage.document_id == other.hit.passage.document_id
