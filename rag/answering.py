"""From a question to its answer, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.filters import Filters
from corpus.records import Answer, Hit
from index.query import parse_query
from rag.answer import Question, refuse, reply
from rag.asking import Part
from rag.bridge import find_bridged
from rag.dates import find_counted
from rag.english import in_chinese
from rag.events import Chosen, Event, Retrieved
from rag.evidence import Evidence, answerable, weigh
from rag.find import Desk, Gathered, find, find_place
from rag.finding import Finding
from rag.further import further, says_they_differ
from rag.layout import tell
from rag.llm.model import LanguageModel
from rag.llm.support import Support
from rag.llm.written import write
from rag.meanings import Documents
from rag.notices import notice_texts
from rag.prefaced import find_proper
from rag.query import Query
from rag.reasons import with_reasons
from rag.record import find_record
from rag.remarks import OF_AN_ANSWER, remark, widened
from rag.remarks import notices as remark_notices
from rag.several import find_parts, find_special
from rag.sides import sides_asked, tellers_asked
from rag.stopwatch import Stopwatch
from rag.strangers import doubt_of_code, doubt_of_matter, doubt_of_strangers
from rag.talk import small_talk, without_greeting
from rag.topical import find_topical
from rag.understand import understand
from rag.within import Within, clauses_asked, documents_asked, find_within

_SEVERAL = 2  # documents named: no other is asked for


def events(
    desk: Desk,
    question: str,
    history: Sequence[tuple[str, str]],
    k: int,
    generator: LanguageModel | None,
    filters: Filters | None,
) -> Iterator[Event]:
    """What :meth:`rag.kb.KnowledgeBase.stream` yields.

    Args:
        desk: What the question is answered with.
        question: Readable text.
        history: Earlier turns as (question, answer), oldest first.
        k: How many retrieved passages to return with the answer.
        generator: The language model that words the answer, if one does.
        filters: Conditions that the documents it may stand on must meet.
    """
    settings, watch = desk.settings, Stopwatch()
    if talk := _talk(question, history):
        yield reply(question, talk, watch.timings, settings.language)
        return
    with watch.stage("understand"):
        asked = _understand(desk, question, history, filters)
        said = _remark(asked, history)
        if said == "shorter":
            desk = replace(desk, settings=replace(settings, sentences=1))
        record = find_record(desk, asked.told, filters)
        named = () if record else _documents_named(desk, asked, filters)
    with watch.stage("retrieve"):
        named, within = _within(desk, asked, named, k, filters)
        found = within.found if within else desk.retrieve(parse_query(asked.resolved), k, filters)
        notice = " ".join(notice_texts(found.notices, settings.language))
    query, hits = found.query, tuple(found.hits[:k])
    yield Retrieved(asked.resolved, hits, dict(watch.timings))
    with watch.stage("evidence"):
        evidence = within.evidence if within else desk.weigh(query, found.hits)
        special = record or (within.special if within else None)
        if special is None and within is None:
            special = _special(desk, asked, named, found, evidence, filters)
        words = {term: round(desk.searcher.bm25.idf(term), 4) for term in query.terms}
    confidence = special[1] if special else answerable(query, evidence, desk.weights)
    confidence *= _doubt(desk, asked, hits=found.hits, special=bool(special), record=bool(record))
    if not evidence.candidates or confidence < settings.threshold:
        refusal = refuse(asked, confidence, hits, watch.timings, settings.language)
        yield replace(with_reasons(refusal, (evidence,), words), notice=notice)
        return
    with watch.stage("answer"):
        finding = special[0] if special else find(desk, query, evidence)
        alone = (within is not None and named[0].sure) or len(named) >= _SEVERAL
        if not (record or _is_bound(asked, alone=alone)):
            finding = further(desk, query, finding, filters)
        finding = widened(said, finding, evidence)
    answer = tell(asked, finding, confidence, hits, watch.timings, settings.language)
    told = remark_notices(said, answer, quoted=generator is None)
    notice = " ".join(filter(None, (notice, *notice_texts(told, settings.language))))
    answer = replace(answer, notice=notice)
    yield Chosen(answer.citations, confidence, dict(watch.timings))
    answer = with_reasons(answer, _weighed(desk, query, evidence, finding), words)
    # A model is not shown what the record alone says.
    model = None if record else generator
    yield from _worded(desk, asked, query, answer, evidence, model, watch)


def _within(
    desk: Desk, asked: Question, named: tuple[Part, ...], k: int, filters: Filters | None
) -> tuple[tuple[Part, ...], Within | None]:
    """The documents named, or the clauses asked of the only one, and what was found in it."""
    sole = named[0] if len(named) == 1 else None
    if sole and (apart := clauses_asked(desk, asked.told, sole, filters)):
        return apart, None
    return named, find_within(desk, asked.told, sole, k, filters) if sole else None


def _worded(
    desk: Desk,
    asked: Question,
    query: Query,
    answer: Answer,
    evidence: Evidence,
    generator: LanguageModel | None,
    watch: Stopwatch,
) -> Iterator[Event]:
    """The answer as quoted, or while a language model words it, under its own notice."""
    if generator is None:
        yield answer
        return
    language = desk.settings.language
    support = Support(query.terms, desk.cutter, desk.searcher.bm25.idf)
    for event in write(asked, answer, evidence, generator, support, language, watch):
        yield _with_notice(event, answer.notice) if isinstance(event, Answer) else event


def _doubt(
    desk: Desk, asked: Question, *, hits: Sequence[Hit], special: bool, record: bool
) -> float:
    """What the confidence is multiplied with for names, matters and signs that no document tells.

    Not for what the record of a document says; matters only where nothing but sentences answers.
    """
    segmenter, idf = desk.searcher.segmenter, desk.searcher.bm25.idf
    doubt = doubt_of_code(asked.asked)
    doubt *= 1.0 if record else doubt_of_strangers(asked.resolved, hits, idf)
    return doubt * (1.0 if special else doubt_of_matter(asked.resolved, segmenter, idf))


def _talk(question: str, history: Sequence[tuple[str, str]]) -> str:
    """What is said that asks of no document; empty if something is asked."""
    if not any(map(str.isalnum, question)):
        return small_talk(question) or "empty"
    of_nothing = not history and remark(without_greeting(question)) in OF_AN_ANSWER
    return small_talk(question) or ("unasked" if of_nothing else "")


def _remark(asked: Question, history: Sequence[tuple[str, str]]) -> str:
    """What is said of the last answer, if there is one, and it is not what it counts."""
    said = without_greeting(asked.asked)
    kind = remark(said) if history and asked.understood != said.strip() else ""
    named = kind == "item" and asked.understood not in (turn for turn, _ in history)
    return "" if named else kind


def _documents_named(desk: Desk, asked: Question, filters: Filters | None) -> tuple[Part, ...]:
    """What is asked of two sources that tell of the same, or else of each document named."""
    if sides := sides_asked(desk, asked.told, filters):
        return sides
    named = documents_asked(desk, asked.resolved, filters)
    if named[1:]:
        return named
    return tellers_asked(desk, asked.told, filters, is_named=bool(named)) or named


def _special(
    desk: Desk,
    asked: Question,
    named: Sequence[Part],
    found: Gathered,
    evidence: Evidence,
    filters: Filters | None,
) -> tuple[Finding, float] | None:
    """What answers better than the best sentences: several things, a place, a bridge, a topic."""
    parts = find_parts(desk, asked.told, named, filters) if named[1:] else None
    return (
        parts
        or find_special(desk, asked.resolved, filters, evidence.confidence)
        or find_place(desk, found.query, found.hits, evidence)
        or find_counted(desk, asked.told, evidence, filters)
        or find_bridged(desk, asked.told, evidence, filters)
        or find_proper(desk, asked.told, evidence, filters)
        or (None if _is_strict(asked) else find_topical(desk, found, evidence, filters))
    )


def _is_strict(asked: Question) -> bool:
    """Whether a question says what must stand in a passage, or must not."""
    parsed = parse_query(asked.resolved)
    return bool(parsed.phrases or parsed.excluded)


def _is_bound(asked: Question, *, alone: bool) -> bool:
    """Whether no other document may be told besides: one named has an answer to itself.

    Not so where it is said that sources differ.
    """
    return _is_strict(asked) or (alone and not says_they_differ(asked.resolved))


def _weighed(
    desk: Desk, query: Query, evidence: Evidence, finding: Finding
) -> tuple[Evidence, ...]:
    """The evidence, and what is told from elsewhere, weighed by the same signals."""
    known = {(item.hit.passage.id, item.start) for item in evidence.candidates}
    other = {
        item.hit.passage.id: item.hit
        for item in finding.sentences
        if (item.hit.passage.id, item.start) not in known
    }
    if not other:
        return (evidence,)
    idf = desk.searcher.bm25.idf
    more = weigh(query, [*other.values()], desk.cutter, idf, desk.words, desk.weights)
    return (evidence, more)


def _understand(
    desk: Desk, question: str, history: Sequence[tuple[str, str]], filters: Filters | None
) -> Question:
    meant = understand(desk, without_greeting(question), history, filters)
    searcher = desk.searcher
    documents = Documents(searcher.bm25.idf, desk.cutter.terms, searcher.texts)
    told = in_chinese(meant, documents)
    return Question(question, told or meant, meant)


def _with_notice(answer: Answer, notice: str) -> Answer:
    """An answer with a notice before its own."""
    if not notice or answer.notice.startswith(notice):
        return answer
    return replace(answer, notice=f"{notice} {answer.notice}".strip())
