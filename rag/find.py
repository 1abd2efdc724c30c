"""From weighed evidence to what is told: which kind of answer a question wants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from corpus.filters import Filters
from corpus.normalize import fold, squeeze
from corpus.records import Hit
from index.asked import content_terms
from index.embed import StaticEmbedder
from index.query import Query as Asked
from index.query import parse_query
from index.search import Searcher
from rag.agreement import agreement
from rag.answer import readable
from rag.choose import Selection, choose
from rag.cutting import Cutter
from rag.distinct import distinct
from rag.evidence import (
    Evidence,
    Weights,
    answers_first,
    preferred,
    weigh,
    with_confidence,
)
from rag.features import Candidate
from rag.finding import Finding, Line, in_order
from rag.lists import find_list
from rag.numbered import find_numbered, lacks_number
from rag.parts import Part, is_difference
from rag.query import Query, read_query
from rag.reader import Reader
from rag.reading import read_evidence
from rag.retrieve import Found, retrieve_gently
from rag.settings import AnswerSettings
from rag.span import answer_words
from rag.summary import asks_for_summary, document_asked, summarise
from rag.wanted import wanted

_SPARE = 5  # passages, so that few are missing when some say the same
_MEANT = 30  # passages whose documents may be the one meant
_SURE = 0.95  # of a document named in full
_FIRST = 5  # sentences
_NO_NEWS = 3  # words beside those of the question
_BRIEF = 24  # characters


@dataclass(frozen=True, slots=True)
class Desk:
    """What a question is answered with."""

    searcher: Searcher
    cutter: Cutter
    weights: Weights
    reader: Reader
    settings: AnswerSettings

    @property
    def words(self) -> StaticEmbedder:
        """The shipped word vectors: evidence is always weighed with these."""
        return self.searcher.words

    def read(self, text: str) -> Query:
        """Read a question."""
        return read_query(text, self.searcher.segmenter)

    def retrieve(self, query: Asked, k: int, filters: Filters | None) -> Found:
        """Passages that say different things, as many as are returned or looked at; and notices."""
        wanted = max(k, self.settings.passages)
        hits, notices = retrieve_gently(self.searcher, query, wanted + _SPARE, filters)
        return distinct(hits)[:wanted], notices

    def weigh(self, query: Query, hits: Sequence[Hit]) -> Evidence:
        """Weigh and read the sentences of the first passages."""
        best = hits[: self.settings.passages]
        idf, words = self.searcher.bm25.idf, self.words
        evidence = weigh(query, best, self.cutter, idf, words, self.weights)
        evidence = read_evidence(query, evidence, self.reader, self.weights.reading)
        evidence = preferred(query, answers_first(evidence))
        if lacks_number(query, hits):
            return evidence  # of no confidence
        return with_confidence(query, evidence, words, self.weights)


def find(desk: Desk, query: Query, evidence: Evidence) -> Finding:
    """The sentences that answer one question: a list, or the fewest that carry the answer."""
    idf = desk.searcher.bm25.idf
    passages_of = desk.searcher.passages
    found = find_list(query, evidence, passages_of, desk.cutter, idf, desk.words)
    if found is None:
        return _plain(desk, query, evidence)
    if not found.is_list:
        return Finding((Line(found.sentences),), found.short)
    lead = [Line((item,)) for item in found.sentences[: found.lead]]
    items = [Line((item,), bullet=True) for item in found.sentences[found.lead :]]
    return Finding((*lead, *items), found.short)


def find_under_number(
    desk: Desk, query: Query, hits: Sequence[Hit], evidence: Evidence
) -> tuple[Finding, float] | None:
    """What stands under the number that a question asks about, and how sure it is; or None."""
    searcher = desk.searcher
    idf, segmenter = searcher.bm25.idf, searcher.segmenter
    found = find_numbered(query, hits, evidence, searcher.passages, segmenter, desk.cutter, idf)
    if found is None:
        return None
    short = found.short or _short(query, evidence, found.sentences[::-1])
    return Finding((Line(found.sentences),), short), max(found.sure, evidence.confidence)


def find_summary(
    desk: Desk, question: str, filters: Filters | None
) -> tuple[Finding, float] | None:
    """A summary of the document meant, and how sure it is; None if the question asks for none."""
    if not asks_for_summary(question):
        return None
    hits = desk.searcher.search(question, _MEANT, filters)
    document = document_asked(question, hits)
    finding = summarise(desk.searcher.passages(document), desk.words) if document else None
    return (finding, _SURE) if finding else None


def find_parts(
    desk: Desk, question: str, parts: Sequence[Part], filters: Filters | None
) -> tuple[Finding, float] | None:
    """Each part answered on a line of its own, and how likely it is that the documents answer.

    A part that they do not answer is left out; None if fewer than two are left. What answers
    several parts at once is told once.
    """
    if is_difference(question) and (both := _naming_all(desk, question, parts, filters)):
        return both
    told: dict[tuple[str, int], list[tuple[Part, Finding]]] = {}
    confidence = 1.0
    for part in parts:
        query = desk.read(part.text)
        hits = desk.retrieve(parse_query(part.text), 0, filters)[0]
        evidence = desk.weigh(query, hits)
        numbered = find_under_number(desk, query, hits, evidence)
        if part.label:
            evidence = evidence.only(partial(_is_about, part.label))
        sure = numbered[1] if numbered else evidence.confidence
        if sure >= desk.settings.threshold and (numbered or evidence.candidates):
            best = numbered[0] if numbered else find(desk, query, evidence)
            first = best.sentences[0]
            told.setdefault((first.hit.passage.id, first.start), []).append((part, best))
            confidence = min(confidence, sure)
    answered = [pair for pairs in told.values() for pair in pairs]
    if len(answered) < 2:
        return None
    lines: list[Line] = []
    for pairs in told.values():
        part, best = pairs[0]
        label = "、".join(part.label for part, _ in pairs if part.label)
        lines += [Line(i.sentences, i.label or label, i.bullet, i.agreeing) for i in best.lines]
    shorts = [
        f"{part.label}：{best.short}" if part.label else best.short for part, best in answered
    ]
    return Finding(tuple(lines), "；".join(filter(None, shorts))), confidence


def _naming_all(
    desk: Desk, question: str, parts: Sequence[Part], filters: Filters | None
) -> tuple[Finding, float] | None:
    """The best sentence that names all that is compared, if it is among the first few."""
    evidence = desk.weigh(desk.read(question), desk.retrieve(parse_query(question), 0, filters)[0])
    for number in evidence.order[:_FIRST]:
        item = evidence.candidates[number]
        if not item.is_heading and all(_names(part.label, item.text) for part in parts):
            return Finding((Line((item,)),), ""), evidence.confidence
    return None


def _is_about(name: str, item: Candidate) -> bool:
    """Whether a sentence, or what stands above it, names something, and not as part of a name."""
    passage = item.hit.passage
    return _names(name, "\n".join((passage.title, *passage.headings, *passage.context, item.text)))


def _names(name: str, text: str) -> bool:
    pattern = re.escape(fold(name))
    if name[:1].isascii():
        pattern = rf"(?<![a-z0-9]){pattern}(?![a-z0-9]|-[a-z0-9])"
    return re.search(pattern, fold(text)) is not None


def _plain(desk: Desk, query: Query, evidence: Evidence) -> Finding:
    chosen = choose(query, evidence, Selection(sentences=desk.settings.sentences))
    if len(chosen) < desk.settings.sentences:
        chosen = completed(query, chosen, evidence, desk.cutter)
    short = _short(query, evidence, chosen)
    first = next((item for item in chosen if short and squeeze(short) in squeeze(item.text)), None)
    if first is None:
        return Finding((Line(tuple(in_order(chosen))),), short)
    idf = desk.searcher.bm25.idf
    others = agreement(query, evidence, first, short, desk.cutter, idf, desk.words)
    if others.against:
        return _contradiction(query, evidence, (first, *others.against), others.same)
    if not others.same:
        return Finding((Line(tuple(in_order(chosen))),), short)
    same = {item.hit.passage.document_id for item in others.same}
    rest = [i for i in chosen if i is not first and i.hit.passage.document_id not in same]
    return Finding((Line((first, *in_order(rest)), agreeing=others.same),), short)


def completed(
    query: Query, chosen: Sequence[Candidate], evidence: Evidence, cutter: Cutter
) -> list[Candidate]:
    """The sentences chosen, with the one behind the first if that says nothing but the question.

    A term is followed by what it means, a date by what happened, “第一，能离线” by how.
    """
    first = chosen[0]
    if wanted(query.text).is_in(first.text):
        return list(chosen)
    asked = set(query.terms)
    told = content_terms(cutter.terms(first.text))
    news = [term for term in dict.fromkeys(told) if term not in asked]
    if len(news) > _NO_NEWS or len(first.text) > _BRIEF or first.is_heading:
        return list(chosen)
    place = evidence.candidates.index(first) + 1
    behind = evidence.candidates[place : place + 1]
    if not behind or behind[0].hit is not first.hit or behind[0].is_heading or behind[0].is_item:
        return list(chosen)
    return [first, *behind, *(item for item in chosen[1:] if item is not behind[0])]


def _contradiction(
    query: Query,
    evidence: Evidence,
    sides: Sequence[Candidate],
    same: tuple[Candidate, ...],
) -> Finding:
    """Each side on a line of its own under its date, the newest first, undated ones last."""
    dated = sorted(sides, key=lambda item: item.hit.passage.published or "", reverse=True)
    lines = []
    for item in dated:
        passage = item.hit.passage
        label = " ".join(filter(None, (passage.published[:10], passage.title or passage.source)))
        agreeing = same if item is sides[0] else ()
        lines.append(Line((item,), label=label, bullet=True, agreeing=agreeing))
    shorts = [_short(query, evidence, [item]) for item in dated]
    return Finding(tuple(lines), "；".join(filter(None, shorts)), "contradiction")


def _short(query: Query, evidence: Evidence, sentences: Sequence[Candidate]) -> str:
    """The answering words of some sentences, best first: as read, or by rule."""
    read = readable(evidence.words(sentences))
    return answer_words(query, [readable(item.text) for item in sentences], read)
