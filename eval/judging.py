"""What one answer got right and, if it failed, which stage lost it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from corpus import quantities
from corpus.normalize import squeeze
from eval import cmrc, metrics, rouge
from eval.answers import Cited, Found, Reply
from eval.matching import answer_found, gold_forms, items_found, passage_holds, span_covers
from eval.questions import Evidence, Question

_MARK = re.compile(r"\[\d{1,3}\]")


@dataclass(frozen=True, slots=True)
class Words:
    """What the words of an answer are worth; None where a measure does not apply.

    Attributes:
        contains: Whether the answer contains what is expected; False if refused or failed.
        contains_short: The same of the answering words alone.
        exact: Exact match of the answering words, 0 or 1, best over the alternatives.
        f1: Their character F1 in [0, 1], best over the alternatives.
        list_recall: Share of the items contained, under ``match: all`` only.
        measures: Further ones in [0, 1], by name, best over the alternatives: of the answering
            words, and with ``_answer`` of the whole answer.
    """

    contains: bool | None = None
    contains_short: bool | None = None
    exact: float | None = None
    f1: float | None = None
    list_recall: float | None = None
    measures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of the system that answered, so that a loss can be traced.

    Attributes:
        depth: In how many of the first passages evidence was looked for; None if unknown.
        indexed: The evidence that stands in the documents; None if that is unknown.
    """

    depth: int | None = None
    indexed: frozenset[Evidence] | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """One question with its answer.

    Attributes:
        reply: Without its passages: thousands of answers with a hundred each would not fit.
        hits: How many passages were retrieved.
        rank: Rank of the first relevant passage; None if none was retrieved.
        document_rank: Rank of the first passage of a document that holds evidence.
        source_rank: The same when each document counts once, where its best passage stands.
        proposed: Best rank that a first stage gave the relevant passage, where it is told.
        reranked: Whether a reranker had the last word on the order.
        spans: Cited spans that can be judged: answered, with evidence.
        spans_right: Those of them that cover evidence.
        passages_right: Those of them whose passage holds evidence.
        overlap: Character F1 of the best pair of cited span and evidence, in [0, 1].
        checked: Cited spans that came with their passage.
        verbatim: Those of them whose quote stands in it, where ``start`` says.
        indexed: Whether any of the evidence stands in the documents; None if that is unknown.
    """

    question: Question
    reply: Reply
    words: Words = field(default_factory=Words)
    hits: int = 0
    rank: int | None = None
    document_rank: int | None = None
    source_rank: int | None = None
    proposed: int | None = None
    reranked: bool = False
    spans: int = 0
    spans_right: int = 0
    passages_right: int = 0
    overlap: float = 0.0
    checked: int = 0
    verbatim: int = 0
    depth: int | None = None
    indexed: bool | None = None

    @property
    def lost_at(self) -> str:
        """The stage that lost the question; empty if nothing is wrong with the answer."""
        if self.reply.error:
            return "failed"
        if self.question.answerable is False:
            return "answered though unanswerable" if self.reply.answered else ""
        if not self.question.answerable or self._is_right:
            return ""
        return self._retrieval_loss() or self._answer_loss()

    def _retrieval_loss(self) -> str:
        if not self.question.evidence:
            return ""
        if self.indexed is False:
            return "not indexed"
        if self.rank is None:
            return "not retrieved"
        if self.depth is None or self.rank <= self.depth:
            return ""
        if self.proposed is not None and self.proposed <= self.depth:
            return "lost in rerank" if self.reranked else "lost in fusion"
        return "ranked too low"

    def _answer_loss(self) -> str:
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


def judge(question: Question, reply: Reply, ground: Ground | None = None) -> Judgement:
    """Judge one answer; a pure function."""
    ground = ground or Ground()
    evidence = question.evidence
    relevant = next(
        (hit for hit in reply.hits if passage_holds(hit.source, hit.passage, evidence)), None
    )
    judged = reply.citations if reply.answered else ()
    starts = {hit.passage_id: hit.start for hit in reply.hits if hit.passage_id}
    verbatim = [_is_verbatim(item, starts) for item in judged if item.passage]
    spans = judged if evidence else ()
    document_rank, source_rank = _document_ranks(reply.hits, evidence)
    known = ground.indexed if evidence else None
    return Judgement(
        question=question,
        reply=replace(reply, hits=(), citations=()),
        hits=len(reply.hits),
        words=_judge_words(question, reply),
        rank=relevant.rank if relevant else None,
        document_rank=document_rank,
        source_rank=source_rank,
        proposed=relevant.proposed if relevant else None,
        reranked=relevant is not None and relevant.reranked,
        spans=len(spans),
        spans_right=sum(span_covers(item.source, item.quote, evidence) for item in spans),
        passages_right=sum(passage_holds(item.source, item.passage, evidence) for item in spans),
        overlap=_best([_overlap(item, gold) for item in spans for gold in evidence]),
        checked=len(verbatim),
        verbatim=sum(verbatim),
        depth=ground.depth,
        indexed=None if known is None else any(item in known for item in evidence),
    )


def _document_ranks(
    hits: Sequence[Found], evidence: Sequence[Evidence]
) -> tuple[int | None, int | None]:
    """Rank of the first passage of a document with evidence, among passages and documents."""
    wanted = {item.source for item in evidence}
    seen: set[str] = set()
    for hit in hits:
        seen.add(hit.source)
        if hit.source in wanted:
            return hit.rank, len(seen)
    return None, None


def _overlap(cited: Cited, gold: Evidence) -> float:
    """Character F1 of two spans of one document: both run on, so their overlap does too."""
    if cited.source != gold.source:
        return 0.0
    span = squeeze(cited.quote)
    return _best([_common(span, form) for form in gold_forms(gold.quote)])


def _common(left: str, right: str) -> float:
    if not left or not right:
        return 0.0
    if left in right or right in left:
        shared = min(len(left), len(right))
    else:
        shared = SequenceMatcher(None, left, right, autojunk=False).find_longest_match().size
    return 2.0 * shared / (len(left) + len(right))


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
    whole = _MARK.sub("", text)
    return Words(
        contains,
        contains_short,
        exact=_best([metrics.exact_match(short, gold) for gold in golds]),
        f1=_best([metrics.f1(short, gold) for gold in golds]),
        measures=_compare(short, golds, "") | _compare(whole, golds, "_answer"),
    )


def _compare(text: str, golds: Sequence[str], suffix: str) -> dict[str, float]:
    amounts = [quantities.share_found(text, gold) for gold in golds]
    known = [amount for amount in amounts if amount is not None]
    return {
        f"cmrc_em{suffix}": _best([cmrc.exact_match(text, gold) for gold in golds]),
        f"cmrc_f1{suffix}": _best([cmrc.f1(text, gold) for gold in golds]),
        f"rouge_l{suffix}": _best([rouge.rouge_l(text, gold) for gold in golds]),
        **({f"quantities{suffix}": _best(known)} if known else {}),
    }


def _best(values: Sequence[float]) -> float:
    return max(values, default=0.0)
