"""Questions that ask several things: each part answered, and told together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.filters import Filters
from corpus.normalize import fold
from index.query import parse_query
from rag.asking import ANSWER, Part
from rag.dates import DATE, DAY, counted, names
from rag.evidence import Evidence, with_confidence
from rag.features import Candidate
from rag.find import Desk, find, find_place, find_summary
from rag.finding import Finding, Line
from rag.labels import describes, is_about, told_about
from rag.own import own_of, speaks_of, within_own
from rag.parts import NAME, is_difference, parts_of
from rag.query import Query
from rag.record import find_record

_THIS_TEXT = "这篇文章"  # of which a document named is asked: 《甲》和《乙》的作者分别是谁
_FIRST = 5  # sentences
_NAME = 24  # characters
_PLAIN = 0.4  # sure enough to stand by itself
_ENOUGH = 0.6  # sure enough that what else a part may mean is not tried
_MORE = 1.2  # times as sure another meaning must be to take the place of a likelier one
_MUCH_MORE = 1.5  # the same of one with all that is asked before it, which answers that too
_FAINT = 0.7  # of the threshold: less says nothing however sure the other parts are
_AS_SURE = 0.5  # of the surest document: one that does not say what is asked is less


@dataclass(frozen=True, slots=True)
class _Answered:
    """A part, what answers it, and how sure that is."""

    part: Part
    finding: Finding
    sure: float


def find_parts(
    desk: Desk, question: str, parts: Sequence[Part], filters: Filters | None, whole: float = 1.0
) -> tuple[Finding, float] | None:
    """Each part answered on a line of its own, and how likely it is that the documents answer.

    A part that they do not answer is left out; None if fewer than two are left, or none of those
    that documents are named for, unless it is what is asked first and nothing answers all of it.
    A document that is asked the same as another, and is much less sure, does not answer. What
    answers several parts at once is told once.

    Args:
        desk: What they are answered with.
        question: All that is asked.
        parts: What it asks, one by one.
        filters: Conditions that the documents must meet.
        whole: How sure it is that the question is answered as one.
    """
    apart = any(part.source for part in parts)
    if parts[0].label and not apart and is_difference(question):
        both = _naming_all(desk, question, parts, filters)
        if both:
            return both
    found = _each_answered(desk, parts, filters)
    told: dict[tuple[str, int, str], list[_Answered]] = {}
    for one in found:
        same = (
            other.sure for other in found if one.part.source and other.part.text == one.part.text
        )
        if one.sure >= _AS_SURE * max(same, default=0.0):
            first = one.finding.sentences[0]
            place = (first.hit.passage.id, first.start, one.finding.lines[0].label)
            told.setdefault(place, []).append(one)
    answered = [one for ones in told.values() for one in ones]
    confidence = min((one.sure for one in answered), default=0.0)
    alone = whole < desk.settings.threshold and confidence >= _PLAIN and not parts[0].label
    least = 1 if apart or (alone and answered[0].part is parts[0]) else 2
    if len(answered) < least:
        return None
    shorts = [
        f"{one.part.label}：{one.finding.short}" if one.part.label else one.finding.short
        for one in answered
    ]
    return Finding(tuple(_lines(told.values())), "；".join(filter(None, shorts))), confidence


def _each_answered(desk: Desk, parts: Sequence[Part], filters: Filters | None) -> list[_Answered]:
    """The parts that are answered, in their order.

    Who asks for two things at once asks documents that tell of both: a part is as sure as it is
    on the mean with the surest.
    """
    known: list[tuple[Part, Finding | None, float]] = []
    for part in parts:
        known.append((part, *_surest(desk, part, known[-1][1] if known else None, filters)))
    surest = max(sure for _, _, sure in known)
    found = [
        _Answered(part, best, sure if part.source else math.sqrt(sure * surest))
        for part, best, sure in known
        if best
    ]
    return [one for one in found if one.sure >= desk.settings.threshold]


def _lines(told: Iterable[Sequence[_Answered]]) -> Iterator[Line]:
    """A line for each part, or for those answered at once, without what is told before."""
    before: set[tuple[str, int]] = set()
    for ones in told:
        part, finding = ones[0].part, ones[0].finding
        label = "、".join(one.part.label for one in ones if one.part.label)
        for line in finding.lines:
            first, *rest = line.sentences
            sentences = (first, *(item for item in rest if _place(item) not in before))
            labels = (label, line.label) if part.source else (line.label or label,)
            yield replace(line, sentences=sentences, label="，".join(filter(None, labels)))
        before |= {_place(item) for item in finding.sentences}


def _place(item: Candidate) -> tuple[str, int]:
    return item.hit.passage.document_id, item.start


def _surest(
    desk: Desk, part: Part, before: Finding | None, filters: Filters | None
) -> tuple[Finding | None, float]:
    """What answers a part as it is likeliest meant; as it may be meant if that is surer.

    A day that is asked for by its date may be told of by its number alone.
    """
    if part.after and before and 0 < len(before.short) <= _NAME:
        meant = part.after.replace(ANSWER, before.short)
        best = _answered(desk, replace(part, text=meant), filters)
        if best[1] >= desk.settings.threshold:
            return best
    told = None if part.label or part.source else before
    best = _answered(desk, part, filters, told)
    if DATE.fullmatch(fold(part.label)):
        others, least, enough = _counted(desk, part, filters), 1.0, 1.0
    else:
        others, least, enough = _other_meanings(desk, part, filters), _MORE, _ENOUGH
    while best[1] < enough and (other := next(others, None)):
        found = _answered(desk, other, filters, told)
        surer = least if other.source == part.source else 1.0
        if other.text == part.whole:
            surer = _MUCH_MORE
        if found[1] > surer * best[1] and not _repeats(found[0], told):
            best = found
    return best


def _repeats(found: Finding | None, told: Finding | None) -> bool:
    """Whether a finding is what the part before it was answered with."""
    if found is None or told is None:
        return False
    return _place(found.sentences[0]) == _place(told.sentences[0])


def _other_meanings(desk: Desk, part: Part, filters: Filters | None) -> Iterator[Part]:
    """What else a part may mean; where a day is counted, it is not named by its date."""
    yield from (replace(part, text=text) for text in (*part.others, part.whole) if text)
    for source, text in own_of(desk, part.label, (part.text, *part.others), filters):
        yield replace(part, label="", text=text, source=source)
    yield from _counted(desk, part, filters)


def _counted(desk: Desk, part: Part, filters: Filters | None) -> Iterator[Part]:
    """The same with the number of the day in the place of its date, if a document gives it."""
    text, number = counted(desk, part.text, filters)
    if text:
        yield replace(part, text=text, label=number)


def _answered(
    desk: Desk, part: Part, filters: Filters | None, before: Finding | None = None
) -> tuple[Finding | None, float]:
    """What answers a part, None if nothing does, and how sure it is.

    Words that answer the part before do not answer this too, if anything else does.
    """
    within = replace(filters or Filters(), only=part.source) if part.source else filters
    if part.source and (record := find_record(desk, f"{_THIS_TEXT}{part.text}", within)):
        return record
    found = desk.retrieve(parse_query(part.text), 0, within)
    if part.source and not speaks_of(found):
        return None, 0.0
    query, evidence = found.query, desk.weigh(found.query, found.hits)
    placed = find_place(desk, query, found.hits, evidence)
    if before and before.short and evidence.order:
        first = placed[0] if placed else find(desk, query, evidence)
        other = _not_told(desk, query, evidence, first, before)
        placed, evidence = (None, other) if other else (placed, evidence)
    name, of, _ = part.label.partition("的")
    if placed and DATE.fullmatch(fold(name)) and not is_about(name, placed[0].sentences[0]):
        placed = None
    if not of and describes(name, desk.searcher.segmenter):
        name = ""
    # o1 of o1 的价格 is named where it is told; 甲每月 of 甲每月的成本 need not be.
    if name and not part.source and (not of or NAME.fullmatch(name.strip())):
        evidence = told_about(desk, name.strip(), evidence)
        evidence = with_confidence(query, evidence, desk.words, desk.weights)
        if not (DATE.fullmatch(fold(name.strip())) or DAY.fullmatch(name)):
            query, evidence = within_own(desk, name.strip(), found, evidence, filters)
    sure = placed[1] if placed else evidence.confidence
    if sure < _FAINT * desk.settings.threshold or not (placed or evidence.candidates):
        return None, sure if placed or evidence.candidates else 0.0
    return placed[0] if placed else find(desk, query, evidence), sure


def _not_told(
    desk: Desk, query: Query, evidence: Evidence, found: Finding, before: Finding
) -> Evidence | None:
    """What else answers plainly where the words found answer the part before; else None.

    One sentence may well name what is old and what is new, in two lists.
    """
    told = _place(before.sentences[0])
    same = found.short == before.short and _place(found.sentences[0]) == told
    if not same or query.kind == "list":
        return None
    rest = evidence.only(lambda item: _place(item) != told)
    rest = with_confidence(query, rest, desk.words, desk.weights)
    return rest if rest.confidence >= _PLAIN else None


def find_special(
    desk: Desk, question: str, filters: Filters | None, whole: float
) -> tuple[Finding, float] | None:
    """What a question for a whole document, or for several things, is answered with.

    ``whole`` is how sure it is that the question is answered as one.
    """
    summary = find_summary(desk, question, filters)
    parts = () if summary else parts_of(question, desk.searcher.segmenter)
    return find_parts(desk, question, parts, filters, whole) if parts else summary


def _naming_all(
    desk: Desk, question: str, parts: Sequence[Part], filters: Filters | None
) -> tuple[Finding, float] | None:
    """The best sentence that names all that is compared, if it is among the first few."""
    found = desk.retrieve(parse_query(question), 0, filters)
    evidence = desk.weigh(found.query, found.hits)
    for number in evidence.order[:_FIRST]:
        item = evidence.candidates[number]
        if not item.is_heading and all(names(part.label, item.text) for part in parts):
            return Finding((Line((item,)),), ""), evidence.confidence
    return None
