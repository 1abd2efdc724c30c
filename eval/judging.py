"""What one answer got right and, if it failed, which stage lost it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from eval import metrics
from eval.answers import Cited, Reply
from eval.matching import answer_found, items_found, passage_holds, span_covers
from eval.questions import Question


@dataclass(frozen=True, slots=True)
class Words:
    """What the words of an answer are worth; None where a measure does not apply.

    Attributes:
        contains: Whether the answer contains what is expected; False if refused or failed.
        contains_short: The same of the answering words alone.
        exact: Exact match of the answering words, 0 or 1, best over the alternatives.
        f1: Their character F1 in [0, 1], best over the alternatives.
        list_recall: Share of the items contained, under ``match: all`` only.
    """

    contains: bool | None = None
    contains_short: bool | None = None
    exact: float | None = None
    f1: float | None = None
    list_recall: float | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """One question with its answer.

    Attributes:
        reply: Without its passages: thousands of answers with a hundred each would not fit.
        hits: How many passages were retrieved.
        rank: Rank of the first relevant passage; None if none was retrieved.
        document_rank: Rank of the first passage of a document that holds evidence.
        spans: Cited spans that can be judged: answered, with evidence.
        spans_right: Those of them that cover evidence.
        passages_right: Those of them whose passage holds evidence.
        checked: Cited spans that came with their passage.
        verbatim: Those of them whose quote stands in it, where ``start`` says.
    """

    question: Question
    reply: Reply
    words: Words = field(default_factory=Words)
    hits: int = 0
    rank: int | None = None
    document_rank: int | None = None
    spans: int = 0
    spans_right: int = 0
    passages_right: int = 0
    checked: int = 0
    verbatim: int = 0

    @property
    def lost_at(self) -> str:
        """The stage that lost the question; empty if nothing is wrong with the answer."""
        if self.reply.error:
            return "failed"
        if self.question.answerable is False:
            return "answered though unanswerable" if self.reply.answered else ""
        if not self.question.answerable or self._is_right:
            return ""
        if self.question.evidence and self.rank is None:
            return "not retrieved"
        if self.reply.refused:
            return "wrongly refused"
        if self.question.evidence and not self.spans_right:
            return "retrieved, not cited"
        return "cited, answer lacks it" if self.question.evidence else "answer lacks it"

    @property
    def _is_right(self) -> bool:
        if not self.reply.answered:
            return False
        contains = self.words.contains
        return bool(self.spans_right) if contains is None else contains


def judge(question: Question, reply: Reply) -> Judgement:
    """Judge one answer; a pure function."""
    evidence = question.evidence
    sources = {item.source for item in evidence}
    relevant = (hit.rank for hit in reply.hits if passage_holds(hit.source, hit.passage, evidence))
    same_document = (hit.rank for hit in reply.hits if hit.source in sources)
    judged = reply.citations if reply.answered else ()
    starts = {hit.passage_id: hit.start for hit in reply.hits if hit.passage_id}
    verbatim = [_is_verbatim(item, starts) for item in judged if item.passage]
    spans = judged if evidence else ()
    return Judgement(
        question=question,
        reply=replace(reply, hits=(), citations=()),
        hits=len(reply.hits),
        words=_judge_words(question, reply),
        rank=next(relevant, None),
        document_rank=next(same_document, None),
        spans=len(spans),
        spans_right=sum(span_covers(item.source, item.quote, evidence) for item in spans),
        passages_right=sum(passage_holds(item.source, item.passage, evidence) for item in spans),
        checked=len(verbatim),
        verbatim=sum(verbatim),
    )


def _is_verbatim(cited: Cited, starts: Mapping[str, int | None]) -> bool:
    """Whether the quote is in its passage, and at its offsets where the passage's are known."""
    if not cited.quote or cited.quote not in cited.passage:
        return False
    begin = starts.get(cited.passage_id)
    if begin is None or cited.start is None or cited.end is None:
        return True
    inside = 0 <= cited.start - begin <= cited.end - begin
    return inside and cited.passage[cited.start - begin : cited.end - begin] == cited.quote


def _judge_words(question: Question, reply: Reply) -> Words:
    """Judge the words; nothing applies if the answer is not judged or there is none to give.

    A refusal or a failure has no words: it counts 0.
    """
    if not question.answers:
        return Words()
    text, short = (reply.text, reply.short) if reply.answered else ("", "")
    contains, contains_short = answer_found(question, text), answer_found(question, short)
    if question.match == "all":
        # The order in which a list is given is free: there is no one string to compare with.
        found = metrics.mean([float(item) for item in items_found(question, text)])
        return Words(contains, contains_short, list_recall=found)
    golds = [alias for item in question.answers for alias in item]
    return Words(
        contains,
        contains_short,
        exact=_best([metrics.exact_match(short, gold) for gold in golds]),
        f1=_best([metrics.f1(short, gold) for gold in golds]),
    )


def _best(values: Sequence[float]) -> float:
    return max(values, default=0.0)
